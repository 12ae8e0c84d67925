/** The primitives that hold programs of their own: loops and branches. */

import { Steps } from "./steps.ts";
import { check, isWhole, type Value } from "./value.ts";

/** A program within a program. */
export interface Part {
  readonly arguments: readonly Value[];
  readonly results: readonly Value[];
  readonly steps: Steps;
}

/** Reads a part; those inputs that are given are read where they are. */
export type ReadPart = (text: unknown, given: readonly (Value | undefined)[]) => Part;

/** Adds steps as a primitive does. */
type Build = (
  operands: readonly Value[],
  results: readonly Value[],
  params: unknown,
  steps: Steps,
  read: ReadPart,
) => void;

const MOST_TURNS = 1e15;

/** What a turn costs beside its steps. */
const COST_OF_TURN = 4;

function matches(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ letter, data }, k) => b[k]?.letter === letter && b[k]?.data.length === data.length)
  );
}

/** Adds what copies all of `from` to `to`, as if at once: some of `from` may be arrays of `to`. */
function copy(from: readonly Value[], to: readonly Value[], steps: Steps): void {
  check(matches(from, to), "a part has results of another size");
  const held = new Set(to.map(({ data }) => data));
  const moved = new Steps(steps.budget);
  for (const [k, { letter, data }] of from.entries()) {
    const target = (to[k] as Value).data;
    if (target === data) continue;
    const clashes = held.has(data);
    const kept = clashes ? steps.budget.array(letter, data.length) : data;
    if (clashes) steps.add(2 * data.length, () => kept.set(data));
    moved.add(2 * data.length, () => target.set(kept));
  }
  steps.addAll(moved);
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

/** What its turns cost shows as it runs: one of them is counted before, all are then. */
const whileLoop: Build = (operands, results, params, steps, read) => {
  const [before = 0, within = 0] = numbersOf(params, 2, 2);
  const [conditionText, bodyText] = params as unknown[];
  const { budget } = steps;
  const carry = operands.slice(before + within);
  const condition = read(conditionText, [...operands.slice(0, before), ...results]);
  const body = read(bodyText, [...operands.slice(before, before + within), ...results]);
  const [goes] = condition.results;
  check(goes?.letter === "b" && goes.data.length === 1, "a loop has no condition");
  copy(carry, results, steps);
  const turn = new Steps(budget);
  turn.addAll(body.steps);
  copy(body.results, results, turn);
  const asked = condition.steps;
  const cost = asked.cost + turn.cost + COST_OF_TURN;
  budget.known = false;
  steps.add(cost, () => {
    for (;;) {
      asked.run();
      if (!goes.data[0]) return;
      budget.spend(cost);
      turn.run();
    }
  });
};

const scan: Build = (operands, results, params, steps, read) => {
  const [length = 0, constants = 0, carried = 0, reverse = 0] = numbersOf(params, 1, 4);
  const [bodyText] = params as unknown[];
  const carry = results.slice(0, carried);
  const given = [...operands.slice(0, constants), ...carry];
  const body = read(bodyText, given);
  const slices = pairs(body.arguments.slice(given.length), operands.slice(constants + carried));
  const rows = pairs(body.results.slice(carried), results.slice(carried));
  for (const [slice, all] of [...slices, ...rows]) {
    const fits = slice.letter === all.letter && all.data.length === length * slice.data.length;
    check(fits, "a scan has arrays of another length");
  }
  copy(operands.slice(constants, constants + carried), carry, steps);
  let row = 0;
  const turn = new Steps(steps.budget);
  for (const [{ data }, all] of slices) {
    turn.add(2 * data.length, () => {
      for (let k = 0, i = row * data.length; k < data.length; k++, i++) {
        data[k] = all.data[i] as number;
      }
    });
  }
  turn.addAll(body.steps);
  for (const [{ data }, all] of rows) {
    turn.add(2 * data.length, () => {
      for (let k = 0, i = row * data.length; k < data.length; k++, i++) {
        all.data[i] = data[k] as number;
      }
    });
  }
  copy(body.results.slice(0, carried), carry, turn);
  steps.add(length * (turn.cost + COST_OF_TURN), () => {
    for (let count = 0; count < length; count++) {
      row = reverse ? length - 1 - count : count;
      turn.run();
    }
  });
};

function pairs(parts: readonly Value[], wholes: readonly Value[]): [Value, Value][] {
  check(parts.length === wholes.length, "a scan has another number of arrays");
  return parts.map((part, index) => [part, wholes[index] as Value]);
}

const branch: Build = (operands, results, params, steps, read) => {
  check(Array.isArray(params) && params.length > 0, "a choice has no branches");
  const [index, ...given] = operands;
  const whole = index?.letter === "i" || index?.letter === "u";
  check(whole && index.data.length === 1, "a choice has no index");
  const branches = params.map((text) => {
    const { steps: turn, results: from } = read(text, given);
    copy(from, results, turn);
    return turn;
  });
  const dearest = branches.reduce((most, { cost }) => Math.max(most, cost), 0);
  steps.add(dearest, () => {
    const chosen = Math.max(0, Math.min(index.data[0] as number, branches.length - 1));
    (branches[chosen] as Steps).run();
  });
};

export const LOOPS: Readonly<Record<string, Build>> = { cond: branch, scan, while: whileLoop };
