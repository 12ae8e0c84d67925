/** The primitives that hold programs of their own: loops and branches. */

import { check, isWhole, ProgramError, type Step, type Value } from "./value.ts";

/** A program within a program. */
export interface Part {
  readonly arguments: readonly Value[];
  readonly results: readonly Value[];
  readonly steps: readonly Step[];
  readonly cost: number;
}

/** Reads a part; those inputs that are given are read where they are. */
export type ReadPart = (text: unknown, given: readonly (Value | undefined)[]) => Part;

/** Counts the operations of a part; throws a ProgramError when there were too many. */
export type Spend = (cost: number) => void;

/** Adds steps as a primitive does, and returns the cost of a run as far as it is known. */
type Build = (
  operands: readonly Value[],
  results: readonly Value[],
  params: unknown,
  steps: Step[],
  read: ReadPart,
  spend: Spend,
) => number;

const MOST_TURNS = 1e15;

/** Runs steps in their order. */
export function runAll(steps: readonly Step[]): void {
  for (let k = 0; k < steps.length; k++) (steps[k] as Step)();
}

function matches(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ letter, data }, k) => b[k]?.letter === letter && b[k]?.data.length === data.length)
  );
}

/** What copies all of `from` to `to`, as if at once: some of `from` may be arrays of `to`. */
function copies(from: readonly Value[], to: readonly Value[]): Step[] {
  check(matches(from, to), "a part has results of another size");
  const saved: Step[] = [];
  const moved: Step[] = [];
  for (const [k, { data }] of from.entries()) {
    const target = (to[k] as Value).data;
    if (target === data) continue;
    const clashes = to.some((other) => other.data === data);
    const kept = clashes ? data.slice() : data;
    if (clashes) saved.push(() => kept.set(data));
    moved.push(() => target.set(kept));
  }
  return [...saved, ...moved];
}

/** A list of parameters: parts, then `counts` whole numbers. */
function numbersOf(params: unknown, parts: number, counts: number): number[] {
  check(Array.isArray(params) && params.length === parts + counts, "a loop lacks parameters");
  const numbers = params.slice(parts);
  check(
    numbers.every((number) => isWhole(number, 0, MOST_TURNS)),
    "a loop's parameter is no number",
  );
  return numbers;
}

const whileLoop: Build = (operands, results, params, steps, read, spend) => {
  const [before = 0, within = 0] = numbersOf(params, 2, 2);
  const [conditionText, bodyText] = params as unknown[];
  const carry = operands.slice(before + within);
  const condition = read(conditionText, [...operands.slice(0, before), ...results]);
  const body = read(bodyText, [...operands.slice(before, before + within), ...results]);
  const [goes] = condition.results;
  check(goes?.letter === "b" && goes.data.length === 1, "a loop has no condition");
  const begin = copies(carry, results);
  const turn = [...body.steps, ...copies(body.results, results)];
  const cost = condition.cost + body.cost + 1;
  steps.push(() => {
    runAll(begin);
    for (;;) {
      spend(cost);
      runAll(condition.steps);
      if (!goes.data[0]) return;
      runAll(turn);
    }
  });
  return cost;
};

const scan: Build = (operands, results, params, steps, read) => {
  const [length = 0, constants = 0, carried = 0, reverse = 0] = numbersOf(params, 1, 4);
  const [bodyText] = params as unknown[];
  const carry = results.slice(0, carried);
  const given = [...operands.slice(0, constants), ...carry];
  const body = read(bodyText, given);
  const begin = copies(operands.slice(constants, constants + carried), carry);
  const settle = copies(body.results.slice(0, carried), carry);
  const slices = pairs(body.arguments.slice(given.length), operands.slice(constants + carried));
  const rows = pairs(body.results.slice(carried), results.slice(carried));
  for (const [slice, all] of [...slices, ...rows]) {
    const fits = slice.letter === all.letter && all.data.length === length * slice.data.length;
    check(fits, "a scan has arrays of another length");
  }
  steps.push(() => {
    runAll(begin);
    for (let turn = 0; turn < length; turn++) {
      const row = reverse ? length - 1 - turn : turn;
      for (const [{ data }, all] of slices) {
        for (let k = 0, i = row * data.length; k < data.length; k++, i++) {
          data[k] = all.data[i] as number;
        }
      }
      runAll(body.steps);
      for (const [{ data }, all] of rows) {
        for (let k = 0, i = row * data.length; k < data.length; k++, i++) {
          all.data[i] = data[k] as number;
        }
      }
      runAll(settle);
    }
  });
  return length * (body.cost + 1);
};

function pairs(parts: readonly Value[], wholes: readonly Value[]): [Value, Value][] {
  check(parts.length === wholes.length, "a scan has another number of arrays");
  return parts.map((part, index) => [part, wholes[index] as Value]);
}

const branch: Build = (operands, results, params, steps, read) => {
  check(Array.isArray(params) && params.length > 0, "a choice has no branches");
  const [index, ...given] = operands;
  check(index && index.data.length === 1, "a choice has no index");
  const branches = params.map((text) => read(text, given));
  const turns = branches.map((each) => [...each.steps, ...copies(each.results, results)]);
  steps.push(() => {
    const chosen = Math.max(0, Math.min(index.data[0] as number, turns.length - 1));
    runAll(turns[chosen] as Step[]);
  });
  return Math.max(...branches.map(({ cost }) => cost));
};

export function tooLong(): ProgramError {
  return new ProgramError("The program of this page takes too long to run here.");
}

export const LOOPS: Readonly<Record<string, Build>> = { cond: branch, scan, while: whileLoop };
