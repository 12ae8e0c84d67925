/** Mathematical functions that JavaScript lacks, in float64: rounded to float32 they are right. */

import { TINY } from "./value.ts";

/** To the nearest whole number, ties to the even one. */
export function roundEven(a: number): number {
  const below = Math.floor(a);
  const rest = a - below;
  if (rest < 0.5 || (rest === 0.5 && below % 2 === 0)) return below;
  return Math.ceil(a);
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** Near the inverses of 16 parts of the way from 0.7 to 1.4, as glibc has them. */
const INVERSES = [
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752,
  1.1479821020556429, 1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1.0,
  0.9492859795739057, 0.8951049428609004, 0.8476821620351103, 0.8050314851692001,
  0.7664671008843108, 0.731428603316328,
];
const LEAST_BITS = 0x3f330000;
const MANTISSA_BITS = 23;

/** To the last bit what glibc's powf makes of normal numbers above 0, and so XLA on a CPU. */
function powerOfPositive(a: number, b: number): number {
  single[0] = a;
  const above = (bits[0] as number) - LEAST_BITS;
  const inverse = INVERSES[(above >> (MANTISSA_BITS - 4)) & 15] as number;
  const exponent = above >> MANTISSA_BITS;
  bits[0] = (bits[0] as number) - (exponent << MANTISSA_BITS);
  const x = (single[0] as number) * inverse - 1;
  const square = x * x;
  const high = 0.288457581109214 * x - 0.36092606229713164;
  const middle = 0.480898481472577 * x - 0.7213474675006291;
  const low = 1.4426950408774342 * x + (exponent - Math.log2(inverse));
  const y = b * (high * (square * square) + (middle * square + low));
  const near = Math.round(y * 32) / 32;
  const rest = y - near;
  const curved = 0.05550361559341535 * rest + 0.2402284522445722;
  return (curved * (rest * rest) + (0.6931471806916203 * rest + 1)) * 2 ** near;
}

/** As C has it: 1 to any power is 1, where JavaScript's may be NaN. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  const plain = a ** b;
  const size = Math.abs(plain);
  if (size < TINY) return plain * 0;
  if (!(size < 1e39) || Math.abs(a) < TINY) return plain;
  const result = powerOfPositive(Math.abs(a), b);
  return plain < 0 ? -result : result;
}

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
