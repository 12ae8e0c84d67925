/** The primitives that make few numbers of many: sums, extremes, running totals, products. */

import { axes } from "./arrays.ts";
import { logSumOfExp } from "./functions.ts";
import { type Build, flushed } from "./steps.ts";
import { check, isWhole, only, TINY, type Value, wholes } from "./value.ts";

export type Combine = (a: number, b: number) => number;

export const add: Combine = (a, b) => a + b;
export const multiply: Combine = (a, b) => a * b;

/** [start, how two numbers make one] */
const KINDS: Readonly<Record<string, readonly [number, Combine]>> = {
  sum: [0, add],
  prod: [1, multiply],
  max: [Number.NEGATIVE_INFINITY, Math.max],
  min: [Number.POSITIVE_INFINITY, Math.min],
  and: [-1, (a, b) => a & b],
  or: [0, (a, b) => a | b],
};

export function rounds(letter: string, combine: Combine): Combine {
  if (letter === "f") {
    return (a, b) => {
      const r = combine(a, b);
      return r < TINY && r > -TINY ? r * 0 : Math.fround(r);
    };
  }
  if (combine === multiply) return Math.imul;
  return letter === "i" ? (a, b) => combine(a, b) | 0 : (a, b) => combine(a, b) >>> 0;
}

function reduce(kind: string): Build {
  const [start, combine] = KINDS[kind] as readonly [number, Combine];
  return (operands, results, inner, steps) => {
    const to = only(results);
    const from = flushed(only(operands), steps);
    const [a, o] = [from.data, to.data];
    const length = o.length === 0 ? 0 : a.length / o.length;
    check(from.letter === to.letter && Number.isInteger(length), "a reduction has another size");
    check(isWhole(inner, 1, 2 ** 31) && o.length % inner === 0, "a reduction lacks a parameter");
    const first = to.letter === "f" || Number.isFinite(start) ? start : limit(to.letter, start);
    const join = rounds(to.letter, combine);
    const apart = inner * length;
    const sums = to.letter === "f" && combine === add;
    steps.add(a.length + o.length, () => {
      for (let k = 0; k < o.length; k++) {
        let i = Math.floor(k / inner) * apart + (k % inner);
        let total = first;
        if (sums) {
          for (let n = 0; n < length; n++, i += inner) {
            const r = total + (a[i] as number);
            total = r < TINY && r > -TINY ? r * 0 : Math.fround(r);
          }
        } else for (let n = 0; n < length; n++, i += inner) total = join(total, a[i] as number);
        o[k] = total;
      }
    });
  };
}

function limit(letter: string, end: number): number {
  if (letter === "b") return end < 0 ? 0 : 1;
  if (letter === "u") return end < 0 ? 0 : 2 ** 32 - 1;
  return end < 0 ? -(2 ** 31) : 2 ** 31 - 1;
}

/** The place of the first extreme; NaN is more extreme than any number. */
function argument(before: (a: number, b: number) => boolean): Build {
  return (operands, results, inner, steps) => {
    const to = only(results);
    const { data: a } = flushed(only(operands), steps);
    const o = to.data;
    const length = a.length / o.length;
    check(Number.isInteger(length) && to.letter !== "b", "an extreme has another size");
    check(isWhole(inner, 1, 2 ** 31) && o.length % inner === 0, "an extreme lacks a parameter");
    steps.add(a.length + o.length, () => {
      for (let k = 0; k < o.length; k++) {
        const start = Math.floor(k / inner) * inner * length + (k % inner);
        let best = 0;
        for (let n = 1; n < length; n++) {
          const [next, held] = [a[start + n * inner], a[start + best * inner]] as [number, number];
          if (before(next, held) || (Number.isNaN(next) && !Number.isNaN(held))) best = n;
        }
        o[k] = best;
      }
    });
  };
}

/** XLA cumulates more than these in blocks. */
const BLOCK = 16;

/**
 * Cumulates blocks of 16, then what comes before each block (after it, if `back`), as XLA does
 * it; always from the lower place to the higher.
 */
function cumulated(line: Float64Array, start: number, join: Combine, back: boolean): void {
  const blocks = Math.ceil(line.length / BLOCK);
  const ends = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const first = block * BLOCK;
    const stop = Math.min(line.length, first + BLOCK);
    let total = start;
    for (let k = first; k < stop; k++) {
      total = join(back ? start : total, line[k] as number);
      for (let n = k + 1; back && n < stop; n++) total = join(total, line[n] as number);
      line[k] = total;
    }
    ends[block] = line[back ? first : stop - 1] as number;
  }
  if (blocks < 2) return;
  cumulated(ends, start, join, back);
  for (let k = 0; k < line.length; k++) {
    const other = Math.floor(k / BLOCK) + (back ? 1 : -1);
    if (other in ends) line[k] = join(line[k] as number, ends[other] as number);
  }
}

/** What it costs to join two numbers, and how often each of a line is joined, at most. */
const COST_OF_JOIN = 2;
const COST_OF_LOG_SUM = 14;
const JOINS = 2;
const JOINS_BACK = 10;
/** What a line costs beside its numbers. */
const COST_OF_LINE = 16;

function cumulate(start: number, combine: Combine, costOfJoin = COST_OF_JOIN): Build {
  return (operands, results, params, steps) => {
    const to = only(results);
    const from = flushed(only(operands), steps);
    const [length = 0, inner = 0, back = 0] = wholes(params, 3);
    const [a, o] = [from.data, to.data];
    const fits = a.length === o.length && from.letter === to.letter && length > 0 && inner > 0;
    check(fits && a.length % (length * inner) === 0, "a running total has another size");
    const first = to.letter === "f" || Number.isFinite(start) ? start : limit(to.letter, start);
    const join = rounds(to.letter, combine);
    steps.budget.reserve(length);
    const line = new Float64Array(length);
    const count = o.length / length;
    const joined = (back ? JOINS_BACK : JOINS) * costOfJoin;
    steps.add(count * COST_OF_LINE + o.length * (2 + joined), () => {
      for (let k = 0; k < count; k++) {
        const place = Math.floor(k / inner) * inner * length + (k % inner);
        for (let n = 0; n < length; n++) line[n] = a[place + n * inner] as number;
        cumulated(line, first, join, back === 1);
        for (let n = 0; n < length; n++) o[place + n * inner] = line[n] as number;
      }
    });
  };
}

/** What it costs to add one more product to a sum. */
const COST_OF_PRODUCT = 4;

/** Products of matrices: the product is not rounded before it is added, as XLA mostly does. */
const dot: Build = (operands, results, params, steps) => {
  const to = only(results);
  check(operands.length === 2, "dot has another number of operands");
  const [left, right] = operands.map((each) => flushed(each, steps)) as [Value, Value];
  const [B = 0, M = 0, N = 0, K = 0, ab = 0, am = 0, ak = 0, bb = 0, bn = 0, bk = 0] = wholes(
    params,
    10,
  );
  check(left.letter === to.letter && right.letter === to.letter, "dot mixes kinds of numbers");
  const [a, b, o] = [left.data, right.data, to.data];
  const [ofA, ofB] = [
    axes([B, ab, M, am, K, ak], 0, a.length),
    axes([B, bb, N, bn, K, bk], 0, b.length),
  ];
  check(B * M * N === o.length && ofA.count + ofB.count >= 0, "dot has another size");
  const whole = to.letter !== "f";
  const alone = B * M * N === 1 && K < 10;
  const cost = B * (1 + M * (1 + N * (1 + K * COST_OF_PRODUCT)));
  steps.add(cost, () => {
    let k = 0;
    for (let batch = 0; batch < B; batch++) {
      for (let row = 0; row < M; row++) {
        for (let column = 0; column < N; column++) {
          let i = batch * ab + row * am;
          let j = batch * bb + column * bn;
          let sum = 0;
          for (let n = 0; n < K; n++, i += ak, j += bk) {
            const [x, y] = [a[i] as number, b[j] as number];
            if (whole) sum = (sum + Math.imul(x, y)) | 0;
            else {
              const product = x * y;
              const r = sum + (alone ? Math.fround(product) : product);
              sum = r < TINY && r > -TINY ? r * 0 : Math.fround(r);
            }
          }
          o[k++] = sum;
        }
      }
    }
  });
};

export const REDUCTIONS: Readonly<Record<string, Build>> = {
  argmax: argument((a, b) => a > b),
  argmin: argument((a, b) => a < b),
  cumlogsumexp: cumulate(Number.NEGATIVE_INFINITY, logSumOfExp, COST_OF_LOG_SUM),
  cummax: cumulate(Number.NEGATIVE_INFINITY, Math.max),
  cummin: cumulate(Number.POSITIVE_INFINITY, Math.min),
  cumprod: cumulate(1, multiply),
  cumsum: cumulate(0, add),
  dot,
  reduce_and: reduce("and"),
  reduce_max: reduce("max"),
  reduce_min: reduce("min"),
  reduce_or: reduce("or"),
  reduce_prod: reduce("prod"),
  reduce_sum: reduce("sum"),
};
