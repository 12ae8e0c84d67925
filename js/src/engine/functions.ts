/** Mathematical functions that JavaScript lacks, in float64: rounded to float32 they are right. */

/** To the nearest whole number, ties to the even one. */
export function roundEven(a: number): number {
  const below = Math.floor(a);
  const rest = a - below;
  if (rest < 0.5 || (rest === 0.5 && below % 2 === 0)) return below;
  return Math.ceil(a);
}

/** As C has it: 1 to any power is 1, where JavaScript's is NaN. */
export function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
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
