/** Programs: functions of arrays that Python has traced, run here on typed arrays. */

import { MOVES } from "./arrays.ts";
import { LOOKUPS } from "./lookups.ts";
import { LOOPS, type Part, type ReadPart, runAll, tooLong } from "./loops.ts";
import { numberByNumber } from "./primitives.ts";
import { REDUCTIONS } from "./reductions.ts";
import {
  check,
  isSubnormal,
  isWhole,
  type Numbers,
  ProgramError,
  type Step,
  type Value,
} from "./value.ts";

export { type Numbers, ProgramError };

/** What is known of an array before a run. `dtype` is a letter: f, i, u or b. */
export interface ArrayType {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly size: number;
}

export interface Program {
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
  /** About how many elementary operations a run takes, loops of known length counted. */
  readonly cost: number;
  /** The buffer to fill before a run; it keeps what is in it from run to run. */
  input(index: number): Numbers;
  /** The buffer with a result, which may be an input's; the next run overwrites it. */
  output(index: number): Numbers;
  /** Throws a ProgramError when the work of a run exceeds what is allowed. */
  run(): void;
}

/** Operations that a run may take. */
const MOST_WORK = 2e8;

/** Numbers that a program may hold in all. */
const MOST_NUMBERS = 3e7;

const MOST_NESTED = 16;

/** What an equation costs beside its numbers, in operations. */
const COST_OF_EQUATION = 8;

const OF_ARRAYS = { ...MOVES, ...REDUCTIONS, ...LOOKUPS };

const ARRAY_OF: Readonly<Record<string, (size: number) => Numbers>> = {
  f: (size) => new Float32Array(size),
  i: (size) => new Int32Array(size),
  u: (size) => new Uint32Array(size),
  b: (size) => new Uint8Array(size),
};

/** What all parts of a program share: how much they hold, and may still do in this run. */
interface Shared {
  numbers: number;
  work: number;
}

/** A part with all that is known of its inputs and outputs. */
interface TypedPart extends Part {
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
}

/** Throws a ProgramError, unless `text` (parsed JSON) is a program that can be run. */
export function compile(text: unknown): Program {
  const shared: Shared = { numbers: 0, work: 0 };
  const { inputs, outputs, arguments: given, results, steps, cost } = part(text, shared);
  if (cost > MOST_WORK) throw tooLong();
  return {
    inputs,
    outputs,
    cost,
    input: (index) => (given[index] as Value).data,
    output: (index) => (results[index] as Value).data,
    run() {
      shared.work = MOST_WORK;
      runAll(steps);
    },
  };
}

/** Reads a part; `given` are the arrays its inputs are, if they are there already. */
function part(
  text: unknown,
  shared: Shared,
  given: readonly (Value | undefined)[] = [],
  depth = 0,
): TypedPart {
  check(isObject(text) && depth <= MOST_NESTED, "a part is missing");
  const { i, c, e, o } = text;
  check([i, c, e, o].every(Array.isArray), "a list is missing");
  const inputs = (i as unknown[]).map(typeOf);
  check(given.length <= inputs.length, "a part has another number of inputs");
  const values = inputs.map((type, index) => {
    const value = given[index];
    if (!value) return made(type, shared, true);
    const fits = value.letter === type.dtype && value.data.length === type.size;
    check(fits, "a part has inputs of another size");
    return { letter: value.letter, data: value.data, raw: true };
  });
  const start = values.slice();
  for (const constant of c as unknown[]) values.push(constantOf(constant, shared));
  const steps: Step[] = [];
  let cost = 0;
  for (const entry of e as unknown[]) {
    cost += equation(entry, values, steps, shared, depth);
    if (!(cost <= MOST_WORK)) throw tooLong();
  }
  const outputs = (o as unknown[]).map((entry) => typeOf(Array.isArray(entry) ? entry[1] : null));
  const results = outputs.map((type, index) => {
    const value = arrayOf((o as unknown[][])[index]?.[0], values);
    const fits = value.letter === type.dtype && value.data.length === type.size;
    check(fits, "an output has another size");
    return value;
  });
  return { inputs, outputs, arguments: start, results, steps, cost };
}

/** Adds the steps of an equation, and its results to the values; returns its cost. */
function equation(
  entry: unknown,
  values: Value[],
  steps: Step[],
  shared: Shared,
  depth: number,
): number {
  check(Array.isArray(entry) && Array.isArray(entry[1]), "an equation is incomplete");
  const [name, numbers, types, params] = entry as [unknown, unknown[], unknown, unknown];
  check(typeof name === "string", "an equation has no name");
  const operands = numbers.map((number) => arrayOf(number, values));
  const results = (Array.isArray(types) ? types : [types]).map((type) =>
    made(typeOf(type), shared, false),
  );
  const size = (all: readonly Value[]) => all.reduce((sum, { data }) => sum + data.length, 0);
  let cost = size(results);
  if (Object.hasOwn(LOOPS, name)) {
    const loop = LOOPS[name] as (typeof LOOPS)[string];
    for (const result of results) result.raw = true;
    const read: ReadPart = (text, given) => part(text, shared, given, depth + 1);
    cost += loop(operands, results, params, steps, read, (spent) => {
      shared.work -= spent;
      if (shared.work < 0) throw tooLong();
    });
  } else {
    const build = Object.hasOwn(OF_ARRAYS, name) ? OF_ARRAYS[name] : numberByNumber(name);
    if (!build) {
      const shown = name.slice(0, 40);
      throw new ProgramError(`The program of this page uses ${shown}, which is not known here.`);
    }
    build(operands, results, params, steps);
    if (name.startsWith("reduce")) cost = size(operands);
    if (name === "dot") cost *= (params as number[])[3] as number;
  }
  values.push(...results);
  return cost + COST_OF_EQUATION;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function arrayOf(number: unknown, values: readonly Value[]): Value {
  check(isWhole(number, 0, values.length - 1), "an array is named that is not there");
  return values[number] as Value;
}

/** Reads a type such as "f6,2". */
function typeOf(text: unknown): ArrayType {
  const [, dtype, dims] = (typeof text === "string" && /^([fiub])([\d,]*)$/.exec(text)) || [];
  check(dtype !== undefined, "a type is not known");
  const shape = dims ? dims.split(",").map(Number) : [];
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(size <= MOST_NUMBERS)) throw tooLarge();
  return { dtype, shape, size };
}

function made({ dtype, size }: ArrayType, shared: Shared, raw: boolean): Value {
  shared.numbers += size;
  if (shared.numbers > MOST_NUMBERS) throw tooLarge();
  return { letter: dtype, data: (ARRAY_OF[dtype] as (size: number) => Numbers)(size), raw };
}

function constantOf(entry: unknown, shared: Shared): Value {
  check(Array.isArray(entry), "a constant is incomplete");
  const type = typeOf(entry[0]);
  const value = made(type, shared, false);
  if (typeof entry[1] === "number") value.data.fill(entry[1]);
  else bytesOf(entry[1], value.data);
  value.raw = type.dtype === "f" && value.data.some(isSubnormal);
  return value;
}

function bytesOf(text: unknown, data: Numbers): void {
  let bytes = "";
  try {
    bytes = atob(text as string);
  } catch {}
  check(bytes.length === data.byteLength, "a constant has another size");
  const target = new Uint8Array(data.buffer);
  for (let k = 0; k < target.length; k++) target[k] = bytes.charCodeAt(k);
}

function tooLarge(): ProgramError {
  return new ProgramError("The program of this page is too large to run here.");
}
