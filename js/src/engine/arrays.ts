/** The primitives that move, reduce and look up the numbers of arrays. */

import { logSumOfExp } from "./functions.ts";
import { type Build, check, flushed, isWhole, only, TINY, type Value, wholes } from "./value.ts";

/** Sizes and strides of axes. */
interface Axes {
  readonly sizes: number[];
  readonly strides: number[];
  readonly count: number;
}

type Combine = (a: number, b: number) => number;

/** Reads [size, stride, size, stride …]; all places from `offset` on must lie in `length`. */
function axes(pairs: readonly number[], offset: number, length: number): Axes {
  const sizes = pairs.filter((_, index) => index % 2 === 0);
  const strides = pairs.filter((_, index) => index % 2 === 1);
  check(sizes.length === strides.length && sizes.every((size) => size >= 0), "an axis is missing");
  const count = sizes.reduce((product, size) => product * size, 1);
  let [low, high] = [offset, offset];
  for (const [axis, size] of sizes.entries()) {
    const reach = (size - 1) * (strides[axis] as number);
    if (reach < 0) low += reach;
    else high += reach;
  }
  check(count === 0 || (low >= 0 && high < length), "it reads outside of an array");
  return { sizes, strides, count };
}

/** Calls with the first place and the stride of each line along the last axis, in order. */
function lines({ sizes, strides, count }: Axes, offset: number): Int32Array {
  const length = sizes.at(-1) ?? 1;
  const starts = new Int32Array(length === 0 ? 0 : count / length);
  const index = sizes.slice(0, -1).fill(0);
  let place = offset;
  for (let line = 0; line < starts.length; line++) {
    starts[line] = place;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      place += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      place -= (sizes[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return starts;
}

const view: Build = (operands, results, params, steps) => {
  const [from, to] = [only(operands), only(results)];
  const [offset = 0, ...pairs] = wholes(params);
  const all = axes(pairs, offset, from.data.length);
  check(all.count === to.data.length && from.letter === to.letter, "a view has another size");
  to.raw = from.raw;
  const starts = lines(all, offset);
  const [length, stride] = [all.sizes.at(-1) ?? 1, all.strides.at(-1) ?? 1];
  const [a, o] = [from.data, to.data];
  steps.push(() => {
    let k = 0;
    for (let line = 0; line < starts.length; line++) {
      const start = starts[line] as number;
      for (let n = 0, i = start; n < length; n++, i += stride) o[k++] = a[i] as number;
    }
  });
};

const pad: Build = (operands, results, params, steps) => {
  const to = only(results);
  const [from, fill] = operands as [Value, Value];
  check(operands.length === 2 && fill.data.length === 1, "pad has other operands");
  check(from.letter === to.letter && fill.letter === to.letter, "pad mixes kinds of numbers");
  const [offset = 0, ...pairs] = wholes(params);
  const all = axes(pairs, offset, to.data.length);
  check(all.count === from.data.length, "pad has an operand of another size");
  to.raw = from.raw || fill.raw;
  const starts = lines(all, offset);
  const [length, stride] = [all.sizes.at(-1) ?? 1, all.strides.at(-1) ?? 1];
  const [a, o] = [from.data, to.data];
  steps.push(() => {
    o.fill(fill.data[0] as number);
    let k = 0;
    for (let line = 0; line < starts.length; line++) {
      const start = starts[line] as number;
      for (let n = 0, i = start; n < length; n++, i += stride) o[i] = a[k++] as number;
    }
  });
};

const concatenate: Build = (operands, results, outer, steps) => {
  const to = only(results);
  check(isWhole(outer, 1, 2 ** 31) && operands.length > 0, "concatenate lacks a parameter");
  const size = operands.reduce((sum, { data }) => sum + data.length, 0);
  const fits = operands.every(
    ({ data, letter }) => letter === to.letter && data.length % outer === 0,
  );
  check(fits && size === to.data.length, "concatenate has operands of other sizes");
  to.raw = operands.some(({ raw }) => raw);
  let place = 0;
  for (const { data } of operands) {
    const [first, length] = [place, data.length / outer];
    steps.push(() => {
      for (let row = 0, i = 0; row < outer; row++) {
        const start = first + (row * size) / outer;
        for (let k = start; k < start + length; k++) to.data[k] = data[i++] as number;
      }
    });
    place += length;
  }
};

/** Computed once: nothing changes it. */
const iota: Build = (operands, results) => {
  const { data } = only(results);
  check(operands.length === 0, "iota has operands");
  for (let k = 0; k < data.length; k++) data[k] = k;
};

const add: Combine = (a, b) => a + b;
const multiply: Combine = (a, b) => a * b;

/** [start, how two numbers make one] */
const REDUCTIONS: Readonly<Record<string, readonly [number, Combine]>> = {
  sum: [0, add],
  prod: [1, multiply],
  max: [Number.NEGATIVE_INFINITY, Math.max],
  min: [Number.POSITIVE_INFINITY, Math.min],
  and: [-1, (a, b) => a & b],
  or: [0, (a, b) => a | b],
};

function rounds(letter: string, combine: Combine): Combine {
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
  const [start, combine] = REDUCTIONS[kind] as readonly [number, Combine];
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
    steps.push(() => {
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
    steps.push(() => {
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

function cumulate(start: number, combine: Combine): Build {
  return (operands, results, params, steps) => {
    const to = only(results);
    const from = flushed(only(operands), steps);
    const [length = 0, inner = 0, back = 0] = wholes(params, 3);
    const [a, o] = [from.data, to.data];
    const fits = a.length === o.length && from.letter === to.letter && length > 0 && inner > 0;
    check(fits && a.length % (length * inner) === 0, "a running total has another size");
    const first = to.letter === "f" || Number.isFinite(start) ? start : limit(to.letter, start);
    const join = rounds(to.letter, combine);
    const line = new Float64Array(length);
    steps.push(() => {
      for (let k = 0; k < o.length / length; k++) {
        const place = Math.floor(k / inner) * inner * length + (k % inner);
        for (let n = 0; n < length; n++) line[n] = a[place + n * inner] as number;
        cumulated(line, first, join, back === 1);
        for (let n = 0; n < length; n++) o[place + n * inner] = line[n] as number;
      }
    });
  };
}

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
  steps.push(() => {
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

/** How an index is read: bounds and strides of its numbers, and what lies beside and within. */
interface Lookup {
  readonly drops: boolean;
  readonly limits: number[];
  readonly strides: number[];
  readonly besides: Int32Array;
  readonly within: Int32Array;
}

function places(pairs: readonly number[], length: number): Int32Array {
  const all = axes(pairs, 0, length);
  const size = all.sizes.at(-1) ?? 1;
  const stride = all.strides.at(-1) ?? 1;
  const starts = lines(all, 0);
  return Int32Array.from({ length: all.count }, (_, k) => {
    return (starts[Math.floor(k / size)] as number) + (k % size) * stride;
  });
}

function lookup(params: unknown, size: number, most: number): Lookup {
  check(Array.isArray(params) && params.length === 4, "an index lacks parameters");
  const [mode, bounds, beside, within] = [
    params[0],
    ...params.slice(1).map((list) => wholes(list)),
  ];
  const limits = (bounds as number[]).filter((_, index) => index % 2 === 0);
  const strides = (bounds as number[]).filter((_, index) => index % 2 === 1);
  const pairs = [
    ...limits.flatMap((limit, index) => [limit + 1, strides[index] as number]),
    ...(beside as number[]),
    ...(within as number[]),
  ];
  check(
    pairs.every((number) => number >= 0),
    "an index goes backwards",
  );
  axes(pairs, 0, size);
  for (const list of [beside, within] as number[][]) {
    const count = list.reduce((product, each, index) => (index % 2 ? product : product * each), 1);
    check(count <= most, "an index is too large");
  }
  const [besides, inner] = [places(beside as number[], size), places(within as number[], size)];
  return { drops: mode === 1, limits, strides, besides, within: inner };
}

/** The first place of a window; -1 if it is out of bounds and to be dropped. */
function placeOf(at: Lookup, index: ArrayLike<number>, row: number): number {
  const count = at.limits.length;
  let place = at.besides[row] as number;
  for (let each = 0; each < count; each++) {
    const given = index[row * count + each] as number;
    const limit = at.limits[each] as number;
    const kept = given < 0 ? 0 : given > limit ? limit : given;
    if (kept !== given && at.drops) return -1;
    place += kept * (at.strides[each] as number);
  }
  return place;
}

function isIndex(index: Value | undefined, at: Lookup): boolean {
  const size = at.besides.length * at.limits.length;
  return (index?.letter === "i" || index?.letter === "u") && index.data.length === size;
}

const gather: Build = (operands, results, params, steps) => {
  const to = only(results);
  const [from, index, fill] = operands as [Value, Value, Value?];
  check(operands.length === 2 || operands.length === 3, "gather has other operands");
  const at = lookup(params, from.data.length, to.data.length);
  check(isIndex(index, at) && from.letter === to.letter, "gather has another index");
  check(at.besides.length * at.within.length === to.data.length, "gather has another size");
  check(
    !at.drops || (fill?.letter === to.letter && fill.data.length === 1),
    "gather has no filler",
  );
  to.raw = from.raw || (fill?.raw ?? false);
  const [a, o, { besides, within }] = [from.data, to.data, at];
  steps.push(() => {
    for (let row = 0, k = 0; row < besides.length; row++) {
      const place = placeOf(at, index.data, row);
      for (let n = 0; n < within.length; n++) {
        o[k++] = (place < 0 ? fill?.data[0] : a[place + (within[n] as number)]) as number;
      }
    }
  });
};

/** Without `combine`, what is there is replaced. */
function scatter(combine?: Combine): Build {
  return (operands, results, params, steps) => {
    const to = only(results);
    check(operands.length === 3, "scatter has another number of operands");
    const ready = combine ? operands.map((each) => flushed(each, steps)) : operands;
    const [from, index, updates] = ready as [Value, Value, Value];
    const at = lookup(params, from.data.length, updates.data.length);
    const kinds = from.letter === to.letter && updates.letter === to.letter;
    check(isIndex(index, at) && kinds, "scatter has another index");
    const fits = at.besides.length * at.within.length === updates.data.length;
    check(fits && from.data.length === to.data.length, "scatter has another size");
    to.raw = from.raw || updates.raw;
    const [o, { besides, within }] = [to.data, at];
    const join = combine ? rounds(to.letter, combine) : (_: number, update: number) => update;
    steps.push(() => {
      o.set(from.data);
      for (let row = 0, k = 0; row < besides.length; row++, k += within.length) {
        const place = placeOf(at, index.data, row);
        if (place < 0) continue;
        for (let n = 0; n < within.length; n++) {
          const i = place + (within[n] as number);
          o[i] = join(o[i] as number, updates.data[k + n] as number);
        }
      }
    });
  };
}

export const ARRAYS: Readonly<Record<string, Build>> = {
  argmax: argument((a, b) => a > b),
  argmin: argument((a, b) => a < b),
  concatenate,
  cumlogsumexp: cumulate(Number.NEGATIVE_INFINITY, logSumOfExp),
  cummax: cumulate(Number.NEGATIVE_INFINITY, Math.max),
  cummin: cumulate(Number.POSITIVE_INFINITY, Math.min),
  cumprod: cumulate(1, multiply),
  cumsum: cumulate(0, add),
  dot,
  gather,
  iota,
  pad,
  reduce_and: reduce("and"),
  reduce_max: reduce("max"),
  reduce_min: reduce("min"),
  reduce_or: reduce("or"),
  reduce_prod: reduce("prod"),
  reduce_sum: reduce("sum"),
  scatter: scatter(),
  scatter_add: scatter(add),
  scatter_max: scatter(Math.max),
  scatter_min: scatter(Math.min),
  scatter_mul: scatter(multiply),
  scatter_sub: scatter((a, b) => a - b),
  view,
};
