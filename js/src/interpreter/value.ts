/** The arrays of a program, and how what is read of it is checked. */

/** What arrays are kept in: float32, int32, uint32, and one byte for a bool. */
export type Numbers = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** The message is a sentence for the page. */
export class ProgramError extends Error {}

/** An array of a program. `raw`: it may hold subnormal numbers, which arithmetic takes for 0. */
export interface Value {
  readonly letter: string;
  readonly data: Numbers;
  raw: boolean;
}

/** What makes an array of a size, by the letter of its dtype. */
export const ARRAY_OF: Readonly<Record<string, (size: number) => Numbers>> = {
  f: (size) => new Float32Array(size),
  i: (size) => new Int32Array(size),
  u: (size) => new Uint32Array(size),
  b: (size) => new Uint8Array(size),
};

export const LEAST_NORMAL = 2 ** -126;

/** Below this a result rounds to a subnormal number. */
export const TINY = LEAST_NORMAL - 2 ** -151;

/** Throws a ProgramError unless `true`. */
export function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new ProgramError(`The program of this page is damaged: ${what}.`);
}

export function isWhole(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

/** The whole numbers of a list; throws unless there are `count`, where that is given. */
export function wholes(given: unknown, count?: number): number[] {
  check(
    Array.isArray(given) && given.every((each) => isWhole(each, -(2 ** 31), 2 ** 31)),
    "a parameter is no list of whole numbers",
  );
  check(count === undefined || given.length === count, "a parameter is missing");
  return given;
}

export function isSubnormal(number: number): boolean {
  return number < LEAST_NORMAL && number > -LEAST_NORMAL && number !== 0;
}

/** The one value of a list. */
export function only(values: readonly Value[]): Value {
  check(values.length === 1, "an equation has another number of operands or results");
  return values[0] as Value;
}
