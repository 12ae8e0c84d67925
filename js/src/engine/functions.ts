/** Mathematical functions that JavaScript lacks, in float64: rounded to float32 they are right. */

import { TINY } from "./value.ts";

/** To the nearest whole number, ties to the even one. */
export function roundEven(a: number): number {
  const below = Math.floor(a);
  const rest = a - below;
  if (rest < 0.5 || (rest === 0.5 && below % 2 === 0)) return below;
  return Math.ceil(a);
}

/** As C has it: 1 to any power is 1, where JavaScript's may be NaN. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  const result = a ** b;
  return Math.abs(result) < TINY ? result * 0 : result;
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The float32 next to `a` on the way to `b`; two subnormal numbers are equal. */
export function nextafter(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b || (Math.abs(a) < TINY && Math.abs(b) < TINY)) return b;
  if (a === 0) return b > 0 ? 2 ** -149 : -(2 ** -149);
  single[0] = a;
  bits[0] = (bits[0] as number) + (a > 0 === b > a ? 1 : -1);
  return single[0];
}

const LONGEST = 60;

/** The error function: its series near 0, its continued fraction far away. */
export function erf(x: number): number {
  if (Math.abs(x) > 2.5) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; n < LONGEST; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 - erf(x), without the loss of digits. */
export function erfc(x: number): number {
  if (!(x > 2.5)) return 1 - erf(x);
  let fraction = x;
  for (let n = LONGEST; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

/** log(exp(a) + exp(b)). */
export function logSumOfExp(a: number, b: number): number {
  const larger = Math.max(a, b);
  const smaller = Math.min(a, b);
  return larger === smaller ? larger + Math.LN2 : larger + Math.log1p(Math.exp(smaller - larger));
}
