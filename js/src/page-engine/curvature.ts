/** The largest curvature of the loss on all data; mirror of gdwidget/_landscape/sharpness.py. */

import type { Numbers, Program } from "../interpreter/program.ts";
import type { Curvature, Names } from "../protocol/messages.ts";
import { copy } from "./copying.ts";
import { placesOf } from "./descent.ts";
import type { Portable } from "./payload.ts";
import type { State } from "./states.ts";

/** Of so many numbers that learn the whole Hessian is computed. */
const MOST_EXACT = 32;
/** How many products with the Hessian tell enough of a larger one. */
const PRODUCTS = 60;
const MOST_SWEEPS = 30;
/** What adam's second moment keeps of itself in each step. */
const SECOND_DECAY = 0.999;
/** What is added before the root is taken, or after it. */
const LEAST: Readonly<Record<string, number>> = { rmsprop: 1e-8, adagrad: 1e-7 };
const ADAM_LEAST = 1e-8;

/** A direction and how sharply the loss curves along it. */
interface Sharpest {
  value: number;
  direction: ArrayLike<number>;
}

/** Computes one thing after the other, and leaves the thread to others between them. */
export type Sliced = <Result>(work: () => Result) => Promise<Result>;

/**
 * How sharp the loss is at a state, and how large that lets an optimizer's rate be; `memory` is
 * what it remembers after the next update. Undefined where the programs for it did not travel.
 */
export async function curvatureAt(
  portable: Portable,
  names: Names,
  optimizer: string,
  state: State,
  memory: () => readonly Numbers[],
  sliced: Sliced,
): Promise<Curvature | undefined> {
  const { curvature } = portable;
  if (!curvature) return undefined;
  const factor = curvature.limits[optimizer];
  const places = curvature.memory[optimizer] ?? [];
  const told = { optimizer, known: factor !== undefined, own_units: places.length > 0 };
  const unknown = { ...told, sharpness: null, limit: null, along: {} };
  if (factor === undefined) return unknown;
  const count = portable.learning.reduce((sum, { size }) => sum + size, 0);
  const fields = places.length > 0 ? read(places, memory()) : [];
  const units = unitsOf(optimizer, fields, count);
  const product = new Product(curvature.product, portable, state.leaves, units);
  const along = (direction: ArrayLike<number>): Promise<Float64Array> =>
    sliced(() => product.along(direction));
  const found = await (count <= MOST_EXACT ? exact(along, count) : lanczos(along, count));
  if (!found || !Number.isFinite(found.value)) return unknown;
  const starts = startsOf(portable);
  const parts = placesOf(portable, names).map(({ leaf, at }, index) => [
    names.recorded[index],
    found.direction[(starts[leaf] as number) + at],
  ]);
  return {
    ...told,
    sharpness: found.value,
    limit: found.value > 0 ? factor / found.value : null,
    along: Object.fromEntries(parts),
  };
}

/** Where in the vector of all that learns each leaf begins. */
function startsOf({ learning }: Portable): number[] {
  let next = 0;
  return learning.map(({ size }) => {
    next += size;
    return next - size;
  });
}

function read(places: readonly (readonly number[])[], memory: readonly Numbers[]): number[][] {
  return places.map((leaves) => leaves.flatMap((leaf) => [...(memory[leaf] as Numbers)]));
}

/** What an optimizer divides the gradient by, number by number. */
function unitsOf(optimizer: string, fields: readonly number[][], count: number): number[] {
  const [squares, steps] = fields;
  if (!squares) return new Array(count).fill(1);
  const least = LEAST[optimizer];
  if (least !== undefined) return squares.map((square) => Math.sqrt(square + least));
  const corrected = 1 - SECOND_DECAY ** (steps?.[0] ?? 1);
  return squares.map((square) => Math.sqrt(square / corrected) + ADAM_LEAST);
}

/** The product of the Hessian, in the units of an optimizer, with a direction. */
class Product {
  private readonly scale: readonly number[];

  constructor(
    private readonly program: Program,
    private readonly portable: Portable,
    private readonly leaves: State["leaves"],
    units: readonly number[],
  ) {
    this.scale = units.map((unit) => unit ** -0.5);
  }

  along(direction: ArrayLike<number>): Float64Array {
    const { program, portable, leaves, scale } = this;
    const { learning, data } = portable;
    const inputs = [...leaves, ...data.map(({ values }) => values)];
    inputs.forEach((from, index) => {
      copy(from, program.input(learning.length + index));
    });
    let first = 0;
    learning.forEach(({ size }, leaf) => {
      const to = program.input(leaf);
      for (let at = 0; at < size; at += 1, first += 1) {
        to[at] = (direction[first] as number) * (scale[first] as number);
      }
    });
    program.run();
    const found = learning.flatMap((_, leaf) => [...program.output(leaf)]);
    return Float64Array.from(found, (value, at) => value * (scale[at] as number));
  }
}

type Along = (direction: ArrayLike<number>) => Promise<Float64Array>;

async function exact(along: Along, count: number): Promise<Sharpest | undefined> {
  const columns: Float64Array[] = [];
  for (let at = 0; at < count; at += 1) {
    const unit = new Float64Array(count);
    unit[at] = 1;
    columns.push(await along(unit));
  }
  const matrix = columns.map((column, row) =>
    Array.from(column, (value, at) => (value + (columns[at]?.[row] as number)) / 2),
  );
  return sharpest(matrix);
}

/** Lanczos' iteration, with all directions kept apart. */
async function lanczos(along: Along, count: number): Promise<Sharpest | undefined> {
  const basis: Float64Array[] = [];
  const matrix: number[][] = [];
  let next: Float64Array = Float64Array.from({ length: count }, (_, at) => Math.sin(1 + at * at));
  for (let turn = 0; turn < Math.min(PRODUCTS, count); turn += 1) {
    const size = Math.hypot(...next);
    if (!Number.isFinite(size)) return undefined;
    if (turn > 0 && size <= 1e-6 * Math.abs(matrix[0]?.[0] as number)) break;
    const unit = next.map((value) => value / size);
    basis.push(unit);
    next = await along(unit);
    const row = basis.map((each) => dot(each, next));
    matrix.push(row);
    for (let again = 0; again < 2; again += 1) {
      for (const each of basis) {
        const much = dot(each, next);
        next = next.map((value, at) => value - much * (each[at] as number));
      }
    }
  }
  const square = matrix.map((row, at) =>
    matrix.map((other, index) => (index <= at ? row[index] : other[at]) as number),
  );
  const found = sharpest(square);
  if (!found) return undefined;
  const direction = new Float64Array(count);
  basis.forEach((unit, index) => {
    unit.forEach((value, at) => {
      direction[at] = (direction[at] as number) + value * (found.direction[index] as number);
    });
  });
  return { value: found.value, direction };
}

function dot(some: Float64Array, others: Float64Array): number {
  return some.reduce((sum, value, at) => sum + value * (others[at] as number), 0);
}

/** The largest eigenvalue of a symmetric matrix with its vector, by Jacobi's rotations. */
export function sharpest(matrix: readonly (readonly number[])[]): Sharpest | undefined {
  const rest = matrix.map((row) => [...row]);
  const count = rest.length;
  const vectors = rest.map((_, row) => rest.map((__, at) => Number(row === at)));
  if (!rest.flat().every(Number.isFinite)) return undefined;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    let turned = false;
    for (let p = 0; p < count; p += 1) {
      for (let q = p + 1; q < count; q += 1) turned = rotated(rest, vectors, p, q) || turned;
    }
    if (!turned) break;
  }
  const values = rest.map((row, at) => row[at] as number);
  const value = Math.max(...values);
  const at = values.indexOf(value);
  return { value, direction: vectors.map((row) => row[at] as number) };
}

/** Makes what couples two directions 0; false where it is already. */
function rotated(matrix: number[][], vectors: number[][], p: number, q: number): boolean {
  const at = (row: number, column: number): number => matrix[row]?.[column] as number;
  const [couples, above, below] = [at(p, q), at(p, p), at(q, q)];
  if (Math.abs(couples) <= Number.EPSILON * (Math.abs(above) + Math.abs(below))) return false;
  const half = (below - above) / (2 * couples);
  const tangent = Math.sign(half || 1) / (Math.abs(half) + Math.hypot(half, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const rows of [matrix, vectors]) {
    for (const row of rows) {
      const [some, other] = [row[p] as number, row[q] as number];
      row[p] = cosine * some - sine * other;
      row[q] = sine * some + cosine * other;
    }
  }
  const [first, second] = [matrix[p] as number[], matrix[q] as number[]];
  for (let column = 0; column < matrix.length; column += 1) {
    const [some, other] = [first[column] as number, second[column] as number];
    first[column] = cosine * some - sine * other;
    second[column] = sine * some + cosine * other;
  }
  return true;
}
