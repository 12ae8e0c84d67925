/** The primitives that look numbers up by an index, or change those it names. */

import { axes, lines } from "./arrays.ts";
import { add, type Combine, multiply, rounds } from "./reductions.ts";
import { type Budget, type Build, flushed } from "./steps.ts";
import { check, only, type Value, wholes } from "./value.ts";

/** How an index is read: bounds and strides of its numbers, and what lies beside and within. */
interface Lookup {
  readonly drops: boolean;
  readonly limits: number[];
  readonly strides: number[];
  readonly besides: Int32Array;
  readonly within: Int32Array;
}

function places(pairs: readonly number[], length: number, budget: Budget): Int32Array {
  const all = axes(pairs, 0, length);
  const size = all.sizes.at(-1) ?? 1;
  const stride = all.strides.at(-1) ?? 1;
  const starts = lines(all, 0, budget);
  budget.reserve(all.count);
  const found = new Int32Array(all.count);
  for (let line = 0, k = 0; line < starts.length; line++) {
    const start = starts[line] as number;
    for (let n = 0; n < size; n++) found[k++] = start + n * stride;
  }
  return found;
}

function lookup(params: unknown, size: number, most: number, budget: Budget): Lookup {
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
    check(count <= Math.max(1, most), "an index is too large");
  }
  const [besides, inner] = [beside, within].map((list) => places(list as number[], size, budget));
  return { drops: mode === 1, limits, strides, besides, within: inner } as Lookup;
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
  const at = lookup(params, from.data.length, to.data.length, steps.budget);
  check(isIndex(index, at) && from.letter === to.letter, "gather has another index");
  check(at.besides.length * at.within.length === to.data.length, "gather has another size");
  check(
    !at.drops || (fill?.letter === to.letter && fill.data.length === 1),
    "gather has no filler",
  );
  to.raw = from.raw || (fill?.raw ?? false);
  const [a, o, { besides, within }] = [from.data, to.data, at];
  steps.add(besides.length + index.data.length + 2 * o.length, () => {
    for (let row = 0, k = 0; row < besides.length; row++) {
      const place = placeOf(at, index.data, row);
      for (let n = 0; n < within.length; n++) {
        o[k++] = (place < 0 ? fill?.data[0] : a[place + (within[n] as number)]) as number;
      }
    }
  });
};

/** What it costs to join one number to what is there. */
const COST_OF_UPDATE = 6;

/** Without `combine`, what is there is replaced. */
function scatter(combine?: Combine): Build {
  return (operands, results, params, steps) => {
    const to = only(results);
    check(operands.length === 3, "scatter has another number of operands");
    const ready = combine ? operands.map((each) => flushed(each, steps)) : operands;
    const [from, index, updates] = ready as [Value, Value, Value];
    const at = lookup(params, from.data.length, updates.data.length, steps.budget);
    const kinds = from.letter === to.letter && updates.letter === to.letter;
    check(isIndex(index, at) && kinds, "scatter has another index");
    const fits = at.besides.length * at.within.length === updates.data.length;
    check(fits && from.data.length === to.data.length, "scatter has another size");
    to.raw = from.raw || updates.raw;
    const [o, { besides, within }] = [to.data, at];
    const join = combine ? rounds(to.letter, combine) : (_: number, update: number) => update;
    const all = besides.length + index.data.length + COST_OF_UPDATE * updates.data.length;
    steps.add(all + 2 * o.length, () => {
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

export const LOOKUPS: Readonly<Record<string, Build>> = {
  gather,
  scatter: scatter(),
  scatter_add: scatter(add),
  scatter_max: scatter(Math.max),
  scatter_min: scatter(Math.min),
  scatter_mul: scatter(multiply),
  scatter_sub: scatter((a, b) => a - b),
};
