/** Copying and comparing arrays of numbers, quick for small ones. */

import { flushed } from "../interpreter/libm.ts";
import type { Numbers } from "../interpreter/program.ts";

/** From how many numbers on an array's own copying is quicker than a loop. */
const MANY = 32;

export function copy(from: Numbers, to: Numbers): void {
  if (from === to) return;
  const { length } = from;
  if (length > MANY) to.set(from);
  else for (let index = 0; index < length; index += 1) to[index] = from[index] as number;
}

/** Copies arrays to others all at once, some of which may be among the first. */
export function mover(pairs: readonly (readonly [from: Numbers, to: Numbers])[]): () => void {
  const apart = pairs.filter(([from, to]) => from !== to);
  const kept = apart.filter(([from]) => apart.some(([, to]) => to === from));
  const copies = new Map(kept.map(([from]) => [from, from.slice()]));
  const sources = apart.map(([from]) => copies.get(from) ?? from);
  const targets = apart.map(([, to]) => to);
  return () => {
    for (const [from, kept] of copies) copy(from, kept);
    for (let index = 0; index < targets.length; index += 1) {
      copy(sources[index] as Numbers, targets[index] as Numbers);
    }
  };
}

/** Copies the rows of some samples. */
export function gatherer(
  from: Numbers,
  to: Numbers,
  rows: number,
): (samples: ArrayLike<number>) => void {
  const size = rows === 0 ? 0 : to.length / rows;
  return (samples) => {
    for (let row = 0; row < rows; row += 1) {
      const start = (samples[row] as number) * size;
      for (let at = 0; at < size; at += 1) to[row * size + at] = from[start + at] as number;
    }
  };
}

/** Whether all numbers, or so many of the first, are finite. */
export function finite(numbers: Float32Array, count = numbers.length): boolean {
  for (let index = 0; index < count; index += 1) {
    if (!Number.isFinite(numbers[index])) return false;
  }
  return true;
}

/** Whether all numbers are 0, as XLA on a CPU compares them. */
export function zero(numbers: Float32Array): boolean {
  for (let index = 0; index < numbers.length; index += 1) {
    if (flushed(numbers[index] as number) !== 0) return false;
  }
  return true;
}

/** Whether all numbers are the same, as XLA on a CPU compares them. */
export function equal(some: Float32Array, others: Float32Array): boolean {
  for (let index = 0; index < some.length; index += 1) {
    if (flushed(some[index] as number) !== flushed(others[index] as number)) return false;
  }
  return true;
}
