/** Programs: functions of arrays that Python has traced, run here on typed arrays. */

import { MOVES } from "./arrays.ts";
import { bytes, isRecord } from "./json.ts";
import { LOOKUPS } from "./lookups.ts";
import { LOOPS, type Part, type ReadPart } from "./loops.ts";
import { numberByNumber } from "./primitives.ts";
import { REDUCTIONS } from "./reductions.ts";
import { Budget, MOST_NUMBERS, Steps, tooLarge } from "./steps.ts";
import { check, isSubnormal, isWhole, type Numbers, ProgramError, type Value } from "./value.ts";

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
  /** How many numbers a run reads and writes, about; see MOST_WORK. */
  readonly cost: number;
  /** Whether that is all: the turns of some loops show as they run, each counts once here. */
  readonly known: boolean;
  /** The buffer to fill before a run; it keeps what is in it from run to run. */
  input(index: number): Numbers;
  /** The buffer with a result, which may be an input's; the next run overwrites it. */
  output(index: number): Numbers;
  /** Throws a ProgramError when the work of a run exceeds what is allowed. */
  run(): void;
}

const MOST_NESTED = 16;

const OF_ARRAYS = { ...MOVES, ...REDUCTIONS, ...LOOKUPS };

/** A part with all that is known of its inputs and outputs. */
interface TypedPart extends Part {
  readonly inputs: readonly ArrayType[];
  readonly outputs: readonly ArrayType[];
}

/** Throws a ProgramError, unless `text` (parsed JSON) is a program that can be run. */
export function compile(text: unknown): Program {
  const budget = new Budget();
  const { inputs, outputs, arguments: given, results, steps } = whole(text, budget);
  const { cost } = steps;
  return {
    inputs,
    outputs,
    cost,
    known: budget.known,
    input: (index) => (given[index] as Value).data,
    output: (index) => (results[index] as Value).data,
    run() {
      budget.begin(cost);
      steps.run();
    },
  };
}

function whole(text: unknown, budget: Budget): TypedPart {
  try {
    return part(text, budget);
  } catch (error) {
    // More than this browser can hold or read.
    throw error instanceof RangeError ? tooLarge() : error;
  }
}

/** Reads a part; `given` are the arrays its inputs are, if they are there already. */
function part(
  text: unknown,
  budget: Budget,
  given: readonly (Value | undefined)[] = [],
  depth = 0,
): TypedPart {
  check(isRecord(text) && depth <= MOST_NESTED, "a part is missing");
  const { i, c, e, o } = text;
  check([i, c, e, o].every(Array.isArray), "a list is missing");
  const inputs = (i as unknown[]).map(typeOf);
  check(given.length <= inputs.length, "a part has another number of inputs");
  const values = inputs.map((type, index) => {
    const value = given[index];
    if (!value) return made(type, budget, true);
    const fits = value.letter === type.dtype && value.data.length === type.size;
    check(fits, "a part has inputs of another size");
    return { letter: value.letter, data: value.data, raw: true };
  });
  const start = values.slice();
  for (const constant of c as unknown[]) values.push(constantOf(constant, budget));
  const steps = new Steps(budget);
  for (const entry of e as unknown[]) equation(entry, values, steps, depth);
  const outputs = (o as unknown[]).map((entry) => typeOf(Array.isArray(entry) ? entry[1] : null));
  const results = outputs.map((type, index) => {
    const value = arrayOf((o as unknown[][])[index]?.[0], values);
    const fits = value.letter === type.dtype && value.data.length === type.size;
    check(fits, "an output has another size");
    return value;
  });
  return { inputs, outputs, arguments: start, results, steps };
}

/** Adds the steps of an equation, and its results to the values. */
function equation(entry: unknown, values: Value[], steps: Steps, depth: number): void {
  check(Array.isArray(entry) && Array.isArray(entry[1]), "an equation is incomplete");
  const [name, numbers, types, params] = entry as [unknown, unknown[], unknown, unknown];
  check(typeof name === "string", "an equation has no name");
  const operands = numbers.map((number) => arrayOf(number, values));
  const results = (Array.isArray(types) ? types : [types]).map((type) =>
    made(typeOf(type), steps.budget, false),
  );
  if (Object.hasOwn(LOOPS, name)) {
    const loop = LOOPS[name] as (typeof LOOPS)[string];
    for (const result of results) result.raw = true;
    const read: ReadPart = (text, given) => part(text, steps.budget, given, depth + 1);
    loop(operands, results, params, steps, read);
  } else {
    const build = Object.hasOwn(OF_ARRAYS, name) ? OF_ARRAYS[name] : numberByNumber(name);
    if (!build) {
      const shown = name.slice(0, 40);
      throw new ProgramError(`The program of this page uses ${shown}, which is not known here.`);
    }
    build(operands, results, params, steps);
  }
  values.push(...results);
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

function made({ dtype, size }: ArrayType, budget: Budget, raw: boolean): Value {
  return { letter: dtype, data: budget.array(dtype, size), raw };
}

function constantOf(entry: unknown, budget: Budget): Value {
  check(Array.isArray(entry), "a constant is incomplete");
  const type = typeOf(entry[0]);
  const value = made(type, budget, false);
  if (typeof entry[1] === "number") value.data.fill(entry[1]);
  else fill(entry[1], value.data);
  value.raw = type.dtype === "f" && value.data.some(isSubnormal);
  return value;
}

function fill(text: unknown, data: Numbers): void {
  const read = bytes(text);
  check(read?.length === data.byteLength, "a constant has another size");
  new Uint8Array(data.buffer).set(read);
}
