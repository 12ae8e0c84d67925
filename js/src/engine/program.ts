/** Programs: functions of arrays that Python has traced, run here on typed arrays. */

/** What arrays are kept in: float32, int32, uint32, and one byte for a bool. */
export type Numbers = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** The message is a sentence for the page. */
export class ProgramError extends Error {}

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

/** Throws a ProgramError, unless `text` (parsed JSON) is a program that can be run. */
export function compile(_text: unknown): Program {
  throw new ProgramError("Programs cannot be run yet.");
}
