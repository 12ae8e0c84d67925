/** Cosines in float32 to the last bit as XLA on a CPU has them, from glibc's libm. */

import { LEAST_NORMAL } from "./value.ts";

const STILL_ONE = 2 ** -12;
const QUARTER_TURN = Math.PI / 2;

/** The cosine of a number from 0 to below 120. */
export function cosine(angle: number): number {
  if (angle < STILL_ONE) return 1;
  const turns = Math.round(angle / QUARTER_TURN);
  const rest = angle - turns * QUARTER_TURN;
  const sign = turns % 4 === 1 || turns % 4 === 2 ? -1 : 1;
  return Math.fround(sign * (turns % 2 === 0 ? evenPart(rest) : oddPart(rest)));
}

/** XLA on a CPU takes what is smaller than a normal float32 for 0. */
export function flushed(single: number): number {
  return Math.abs(single) < LEAST_NORMAL ? 0 : single;
}

function evenPart(x: number): number {
  const square = x * x;
  const fourth = square * square;
  const high = -0.001388676379437604 + square * 2.4390450703564542e-5;
  const low = 1 + square * -0.49999999725108224;
  return low + fourth * 0.041666623324344516 + fourth * square * high;
}

function oddPart(x: number): number {
  const square = x * x;
  const cube = x * square;
  const high = 0.008332178146138854 + square * -0.00019517298981385725;
  return x + cube * -0.16666654943701084 + cube * square * high;
}
