/** The primitives that only move the numbers of arrays. */

import { type Budget, type Build, sizeOf } from "./steps.ts";
import { check, isWhole, only, type Value, wholes } from "./value.ts";

/** Sizes and strides of axes. */
export interface Axes {
  readonly sizes: number[];
  readonly strides: number[];
  readonly count: number;
}

/** Reads [size, stride, size, stride …]; all places from `offset` on must lie in `length`. */
export function axes(pairs: readonly number[], offset: number, length: number): Axes {
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

/** The first place of each line along the last axis, in order. */
export function lines({ sizes, strides, count }: Axes, offset: number, budget: Budget): Int32Array {
  const length = sizes.at(-1) ?? 1;
  budget.reserve(length === 0 ? 0 : count / length);
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
  const starts = lines(all, offset, steps.budget);
  const [length, stride] = [all.sizes.at(-1) ?? 1, all.strides.at(-1) ?? 1];
  const [a, o] = [from.data, to.data];
  steps.add(starts.length + 2 * o.length, () => {
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
  const starts = lines(all, offset, steps.budget);
  const [length, stride] = [all.sizes.at(-1) ?? 1, all.strides.at(-1) ?? 1];
  const [a, o] = [from.data, to.data];
  steps.add(starts.length + 2 * a.length + o.length, () => {
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
  const size = sizeOf(operands);
  const fits = operands.every(
    ({ data, letter }) => letter === to.letter && data.length % outer === 0,
  );
  check(fits && size === to.data.length, "concatenate has operands of other sizes");
  to.raw = operands.some(({ raw }) => raw);
  let place = 0;
  for (const { data } of operands) {
    const [first, length] = [place, data.length / outer];
    steps.add(outer + 2 * data.length, () => {
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

export const MOVES: Readonly<Record<string, Build>> = {
  concatenate,
  iota,
  pad,
  view,
};
