/** Reading what Python exported of a problem, checked like anything from the internet. */

import { bytes, isRecord } from "../interpreter/json.ts";
import {
  type ArrayType,
  compile,
  type Numbers,
  type Program,
  ProgramError,
} from "../interpreter/program.ts";
import type { LookFigure } from "../protocol/messages.ts";

/** The newest export this page understands. */
const VERSION = 1;
const MOST_NUMBERS = 1_000_000;
const MOST_SEED = 2n ** 63n - 1n;
const DAMAGED = "What this page would need to compute is damaged";
const NUMBER: ArrayType = { dtype: "f", shape: [], size: 1 };

export interface Leaf extends ArrayType {
  /** That of a scalar parameter, else empty. */
  readonly name: string;
  readonly learns: boolean;
}

export interface Data extends ArrayType {
  readonly values: Numbers;
}

/** What is known of an optimizer before it is compiled. */
export interface Kind {
  /** Whether it is plain gradient descent, which remembers nothing. */
  readonly plain: boolean;
  /** Whether the learning rate makes any difference. */
  readonly takes_rate: boolean;
}

/** What makes the updates. */
export interface Optimizer extends Kind {
  /** Learning leaves → what it remembers. */
  readonly init: Program;
  /** Learning leaves, gradient, memory, rate, loss → leaves, memory, terms. */
  readonly update: Program;
  readonly terms: readonly string[];
}

/** How the model is drawn. */
export interface LookOf {
  readonly figure: LookFigure;
  readonly x: string;
  readonly y: string;
  /** Which samples are drawn, ascending. */
  readonly samples: Int32Array;
  /** Their features, one after the other. */
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  /** Of the grid, on which the model is drawn. */
  readonly axes: readonly Float32Array[];
}

/** What the curvature of the loss is measured with. */
export interface CurvatureOf {
  /** A direction in the leaves that learn, all leaves, the data → the Hessian along it. */
  readonly product: Program;
  /** The largest rate at a curvature of 1, by the optimizer's name; of others none is known. */
  readonly limits: Readonly<Record<string, number>>;
  /** Where an optimizer's memory has what it divides the gradient by. */
  readonly memory: Readonly<Record<string, readonly (readonly number[])[]>>;
}

/** A problem as it was exported; programs are compiled when first asked for. */
export class Portable {
  /** Those that learn come first. */
  readonly leaves: readonly Leaf[];
  readonly start: readonly Float32Array[];
  readonly data: readonly Data[];
  /** 0 without data. */
  readonly samples: number;
  /** Names of the numbers that a loss returns beside its value. */
  readonly aux: readonly string[];
  /** Every how many steps the loss on all data is measured; 0 for once an epoch. */
  readonly measuredEvery: number;
  readonly optimizers: Readonly<Record<string, Kind>>;
  /** 0 stands for all samples. */
  readonly batchSizes: readonly number[];
  readonly seed: bigint;
  readonly look: LookOf | null;
  private readonly compiled = new Map<string, Program>();

  /**
   * `saved` is what was exported, parsed; it is kept, to be handed to a worker. Throws a
   * ProgramError that says why this page cannot compute.
   */
  constructor(readonly saved: unknown) {
    const all = record(saved, "");
    const version = Number(all.version);
    if (!(version <= VERSION)) {
      const newer = `What this page would need to compute is of version ${version}`;
      throw new ProgramError(`${newer}; this page reads up to ${VERSION}.`);
    }
    if (all.reason) throw new ProgramError(String(all.reason));
    this.leaves = list(all.leaves, "leaves").map(readLeaf);
    this.start = list(all.start, "start").map(floats);
    this.data = list(all.data, "data").map(readData);
    this.samples = whole(all.samples, "samples", MOST_NUMBERS);
    this.aux = list(all.aux, "aux").map(String);
    this.measuredEvery = whole(all.measured_every, "measured_every", MOST_NUMBERS);
    this.optimizers = readKinds(record(all.optimizers, "optimizers"));
    this.batchSizes = list(all.batch_sizes, "batch_sizes").map((size) =>
      whole(size, "batch_sizes", this.samples),
    );
    this.seed = readSeed(all.seed);
    this.check();
    this.look = all.look ? this.readLook(record(all.look, "look")) : null;
  }

  /** The leaves that learn. */
  get learning(): readonly Leaf[] {
    return this.leaves.filter(({ learns }) => learns);
  }

  /** Loss, gradient and aux on so many samples: all leaves and their rows of the data go in. */
  gradient(rows: number): Program {
    const { gradient } = this.saved as { gradient: unknown };
    const text = record(gradient, "gradient")[String(rows)];
    if (text === undefined) throw new ProgramError(`Batches of ${rows} samples were not exported.`);
    const batch = this.data.map(({ dtype, shape }) => typeOf(dtype, [rows, ...shape.slice(1)]));
    const gives = [NUMBER, ...this.learning, ...this.aux.map(() => NUMBER)];
    return this.program(`gradient ${rows}`, text, [...this.leaves, ...batch], gives);
  }

  /** The loss on all data: all leaves and the data go in. */
  get loss(): Program {
    const { loss } = this.saved as { loss: unknown };
    return this.program("loss", loss, [...this.leaves, ...this.data], [NUMBER]);
  }

  /** The rate of a step where the schedule is one that was handed in. */
  get schedule(): Program | null {
    const { schedule } = this.saved as { schedule: unknown };
    const step = typeOf("i", []);
    return schedule ? this.program("schedule", schedule, [step], [NUMBER]) : null;
  }

  /** Undefined where it did not travel. */
  get curvature(): CurvatureOf | undefined {
    const { curvature } = this.saved as { curvature?: unknown };
    if (!curvature) return undefined;
    const saved = record(curvature, "curvature");
    const takes = [...this.learning, ...this.leaves, ...this.data];
    const product = this.program("curvature", saved.product, takes, this.learning);
    const limits = readEntries(saved.limits, Number);
    const memory = readEntries(saved.memory, (fields) =>
      list(fields, "curvature").map((leaves) =>
        list(leaves, "curvature").map((leaf) => whole(leaf, "curvature", MOST_NUMBERS)),
      ),
    );
    return { product, limits, memory };
  }

  optimizer(name: string): Optimizer {
    const kind = this.optimizers[name];
    if (!kind) throw new ProgramError(`The optimizer ${name} was not exported.`);
    const all = (this.saved as { optimizers: Record<string, unknown> }).optimizers;
    const saved = record(all[name], name);
    const terms = list(saved.terms, "terms").map(String);
    const { learning } = this;
    const init = this.program(`init ${name}`, saved.init, learning);
    const memory = init.outputs;
    const takes = [...learning, ...learning, ...memory, NUMBER, NUMBER];
    const gives = [...learning, ...memory, ...terms.map(() => NUMBER)];
    const update = this.program(`update ${name}`, saved.update, takes, gives);
    return { init, update, terms, ...kind };
  }

  /** What `look` draws: all leaves and the places go in. */
  drawing(places: readonly ArrayType[], gives?: readonly ArrayType[]): Program {
    const { program } = record((this.saved as { look: unknown }).look, "look");
    return this.program("look", program, [...this.leaves, ...places], gives);
  }

  private program(
    name: string,
    text: unknown,
    takes: readonly ArrayType[],
    gives?: readonly ArrayType[],
  ): Program {
    const known = this.compiled.get(name);
    if (known) return known;
    const program = compile(text);
    const fits = same(program.inputs, takes) && (!gives || same(program.outputs, gives));
    if (!fits) throw new ProgramError(`${DAMAGED}: the program "${name}" does not fit.`);
    this.compiled.set(name, program);
    return program;
  }

  private check(): void {
    const { leaves, start, data, samples, learning } = this;
    const sized = leaves.every(({ size }, index) => start[index]?.length === size);
    if (!sized || start.length !== leaves.length) damaged("start");
    const first = leaves.findIndex(({ learns }) => !learns);
    const sorted = first < 0 || leaves.slice(first).every(({ learns }) => !learns);
    if (learning.length === 0 || !sorted) damaged("leaves");
    if (data.some(({ shape }) => shape[0] !== samples) || samples > 0 !== data.length > 0) {
      damaged("data");
    }
    if (Object.keys(this.optimizers).length === 0) damaged("optimizers");
    if (this.batchSizes.length === 0) damaged("batch_sizes");
  }

  private readLook(saved: Record<string, unknown>): LookOf {
    const { figure } = saved;
    if (figure !== "curve" && figure !== "boundary" && figure !== "scatter") damaged("look");
    const samples = new Int32Array((bytes(saved.samples) ?? damaged("look")).buffer);
    if (samples.some((sample) => sample < 0 || sample >= this.samples)) damaged("look");
    const inputs = floats(saved.inputs);
    const targets = floats(saved.targets);
    const axes = list(saved.axes, "look").map(floats);
    const columns = { curve: 1, boundary: 2, scatter: 0 }[figure as LookFigure];
    const drawn = samples.length;
    const fits = inputs.length === columns * drawn && axes.length === columns;
    if (targets.length !== drawn || !fits || axes.some(({ length }) => length === 0)) {
      damaged("look");
    }
    const [x, y] = [String(saved.x), String(saved.y)];
    return { figure: figure as LookFigure, x, y, samples, inputs, targets, axes };
  }
}

export function typeOf(dtype: string, shape: readonly number[]): ArrayType {
  return { dtype, shape, size: shape.reduce((product, side) => product * side, 1) };
}

/** Without a prototype, whose properties are no optimizers. */
function readKinds(saved: Record<string, unknown>): Record<string, Kind> {
  const kinds: Record<string, Kind> = Object.create(null);
  for (const [name, optimizer] of Object.entries(saved)) {
    const { plain, takes_rate } = record(optimizer, name);
    kinds[name] = { plain: plain === true, takes_rate: takes_rate === true };
  }
  return kinds;
}

function readEntries<Value>(
  saved: unknown,
  read: (value: unknown) => Value,
): Record<string, Value> {
  const found: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(record(saved, "curvature"))) found[name] = read(value);
  return found;
}

function readLeaf(saved: unknown): Leaf {
  const { name, shape, learns } = record(saved, "leaves");
  return { ...typeOf("f", readShape(shape)), name: String(name), learns: learns === true };
}

function readData(saved: unknown): Data {
  const { dtype, shape, values } = record(saved, "data");
  const type = typeOf(String(dtype), readShape(shape));
  const numbers = numbersOf(type.dtype, bytes(values) ?? damaged("data"));
  if (numbers.length !== type.size) damaged("data");
  return { ...type, values: numbers };
}

function readShape(saved: unknown): number[] {
  const shape = list(saved, "shape").map((side) => whole(side, "shape", MOST_NUMBERS));
  if (typeOf("f", shape).size > MOST_NUMBERS) damaged("shape");
  return shape;
}

function readSeed(saved: unknown): bigint {
  const text = String(saved);
  const seed = /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  return seed >= 0n && seed <= MOST_SEED ? seed : damaged("seed");
}

function numbersOf(dtype: string, read: Uint8Array): Numbers {
  switch (dtype) {
    case "f":
      return new Float32Array(whole4(read));
    case "i":
      return new Int32Array(whole4(read));
    case "u":
      return new Uint32Array(whole4(read));
    case "b":
      return read;
    default:
      return damaged("data");
  }
}

function floats(saved: unknown): Float32Array {
  return new Float32Array(whole4(bytes(saved) ?? damaged("numbers")));
}

function whole4(read: Uint8Array): ArrayBuffer {
  return read.length % 4 === 0 ? (read.buffer as ArrayBuffer) : damaged("numbers");
}

function same(some: readonly ArrayType[], others: readonly ArrayType[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ dtype, shape }, index) => {
      const other = others[index] as ArrayType;
      const sides = shape.length === other.shape.length;
      return dtype === other.dtype && sides && shape.every((side, at) => side === other.shape[at]);
    })
  );
}

function record(value: unknown, part: string): Record<string, unknown> {
  return isRecord(value) ? value : damaged(part);
}

function list(value: unknown, part: string): unknown[] {
  return Array.isArray(value) ? value : damaged(part);
}

function whole(value: unknown, part: string, most: number): number {
  const fits = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
  return fits ? (value as number) : damaged(part);
}

function damaged(part: string): never {
  throw new ProgramError(
    part ? `${DAMAGED} (${part}).` : "What this page would need to compute is missing.",
  );
}
