/**
 * Rows, deltas, curves and stores to test with; the numbers are the article's where they can be.
 */

import { nextValue, type Row, slice } from "../src/model/rows.ts";
import { Store } from "../src/model/store.ts";
import type {
  Ahead,
  Batches,
  Columns,
  Curve,
  Delta,
  Given,
  Keyframe,
  LookAnswer,
  Names,
  NextUpdate,
  RunSettings,
  SavedCurve,
  SavedRun,
  Status,
} from "../src/protocol/messages.ts";

export const NAMES: Names = {
  params: ["W", "b"],
  learning: "W",
  recorded: ["W"],
  count: 1,
  stream: false,
  samples: 0,
  predicts: false,
  classes: false,
};

/** Two parameters that both learn. */
export const TWO_NAMES: Names = { ...NAMES, recorded: ["W", "b"], count: 2 };
const PARAMS = { W: 8, b: -1 };
export const SETTINGS: RunSettings = {
  optimizer: "sgd",
  takes_rate: true,
  batch_size: 0,
  decay: "constant",
  peak: 0.01,
  run_steps: 50,
};

/** The article's loss, of which 2 is the minimum, and its slope. */
export function lossAt(value: number): number {
  return (31 / 6) * (value - 2) ** 2;
}

export function slopeAt(value: number): number {
  return (31 / 3) * (value - 2);
}

/** Columns with these rows; what is not given is 1, the rate 0.01. */
export function columns(...rows: Partial<Row>[]): Columns {
  const column = (name: keyof Row, otherwise: number): Float32Array =>
    Float32Array.from(rows, (row) => row[name] ?? otherwise);
  return {
    value: column("value", 1),
    gradient: column("gradient", 1),
    loss: column("loss", 1),
    rate: column("rate", 0.01),
    extras: [],
  };
}

/** The columns with further ones. */
export function widened(rows: Columns, ...extras: ArrayLike<number>[]): Columns {
  return { ...rows, extras: extras.map((column) => Float32Array.from(column)) };
}

/** Columns with these losses, at the values 0, 1, 2; a loss of 0 is a minimum. */
export function losses(...losses: number[]): Columns {
  return columns(...losses.map((loss, value) => ({ value, loss, gradient: loss === 0 ? 0 : 1 })));
}

/** A start and so many steps of the article's descent. */
export function descent(steps: number, { start = 8, rate = 0.01 } = {}): Columns {
  const rows: Row[] = [rowAt(0, start, rate)];
  for (let step = 1; step <= steps; step += 1) {
    rows.push(rowAt(step, nextValue(rows[step - 1] as Row, rate), rate));
  }
  return columns(...rows);
}

export function rowAt(step: number, value: number, rate: number): Row {
  return {
    step,
    value: Math.fround(value),
    gradient: Math.fround(slopeAt(value)),
    loss: Math.fround(lossAt(value)),
    rate,
  };
}

/** The rows from one to before another. */
export function part(all: Columns, from: number, to?: number): Columns {
  return slice(all, from, to);
}

export interface DeltaOptions {
  run?: number;
  parent?: number | null;
  fork?: number;
  runs?: number[];
  start?: number;
  last?: number;
  cursor?: number;
  rate?: number | null;
  recompiled?: boolean;
  request?: string;
  seconds?: number;
  extras?: string[];
  /** By default what the last of the columns says. */
  status?: Status;
  batches?: Batches | null;
  settings?: RunSettings;
  given?: Given;
  params?: Record<string, number>;
  coming?: NextUpdate | null;
}

/** What the kernel sends of a run: the columns as its rows from `start` on. */
export function delta(added: Columns, options: DeltaOptions = {}): Delta {
  const {
    run = 1,
    parent = null,
    fork = 0,
    start = 0,
    request = "",
    rate = null,
    recompiled = false,
  } = options;
  const last = options.last ?? start + added.value.length - 1;
  return {
    kind: "delta",
    run: {
      id: run,
      parent,
      fork,
      params: options.params ?? PARAMS,
      last,
      extras: options.extras ?? [],
      status: options.status ?? lastStatus(added),
      batches: options.batches ?? null,
      settings: options.settings ?? SETTINGS,
      given: options.given ?? null,
    },
    runs: options.runs ?? [run],
    start,
    cursor: options.cursor ?? last,
    rate,
    recompiled,
    request,
    seconds: options.seconds ?? 0,
    columns: added,
    coming: options.coming ?? null,
  };
}

/** The step after the newest, as the kernel tells of it; by default of the settings of a new store. */
export function ahead(row: Columns, cursor: number, given: Partial<Ahead> = {}): Ahead {
  return {
    kind: "ahead",
    run: 1,
    cursor,
    rate: row.rate[0] as number,
    recompiled: false,
    coming: null,
    status: lastStatus(row),
    request: new Store(NAMES).leading,
    columns: row,
    ...given,
  };
}

/** What plain gradient descent says of a row. */
export function statusOf({ value, gradient, loss }: Omit<Row, "step" | "rate">): Status {
  if (![value, gradient, loss].every(Number.isFinite)) return "diverged";
  return gradient === 0 ? "converged" : "ready";
}

function lastStatus(rows: Columns): Status {
  const [value, gradient, loss] = [rows.value, rows.gradient, rows.loss].map((all) => all.at(-1));
  if (value === undefined) return "ready";
  return statusOf({ value, gradient: gradient as number, loss: loss as number });
}

type Listed<T> = { [K in keyof T]?: T[K] extends Float32Array ? readonly number[] : T[K] };

/**
 * What the kernel says of the data at step 0, or with what is given; the samples are the first.
 */
export function look(given: Listed<LookAnswer> = {}): LookAnswer {
  const column = (name: keyof LookAnswer): Float32Array =>
    Float32Array.from((given[name] ?? []) as readonly number[]);
  return {
    kind: "look",
    request: given.request ?? "",
    step: given.step ?? 0,
    figure: given.figure ?? null,
    x: given.x ?? "",
    y: given.y ?? "",
    inputs: column("inputs"),
    targets: column("targets"),
    predictions: column("predictions"),
    curve_x: column("curve_x"),
    curve_y: column("curve_y"),
    inputs_x: column("inputs_x"),
    inputs_y: column("inputs_y"),
    boundary_x: column("boundary_x"),
    boundary_y: column("boundary_y"),
    samples: given.samples ? column("samples") : column("targets").map((_, index) => index),
    batch: column("batch"),
    batch_values: column("batch_values"),
    batch_losses: column("batch_losses"),
    kept: given.kept ?? false,
  };
}

/** A delta as it comes over the wire: its header, and its buffer in a list. */
export function wire(sent: Delta): [content: unknown, buffers: DataView[]] {
  const { run, columns: all, ...rest } = sent;
  const { id, ...header } = run;
  const content = { ...rest, ...header, run: id, n: all.value.length };
  return [content, [packed(all)]];
}

/** The same of a step taken ahead. */
export function wireAhead({ columns: all, ...header }: Ahead): [unknown, DataView[]] {
  return [header, [packed(all)]];
}

function packed(all: Columns): DataView {
  const rows = [all.value, all.gradient, all.loss, all.rate, ...all.extras];
  return new DataView(Float32Array.from(rows.flatMap((column) => [...column])).buffer);
}

/** A saved run that holds only some steps of a descent. */
export function savedRun(all: Columns, steps: number[], id = 1): SavedRun {
  const pick = (column: Float32Array): Float32Array =>
    Float32Array.from(steps, (step) => column[step] as number);
  return {
    id,
    parent: null,
    fork: 0,
    params: PARAMS,
    last: all.value.length - 1,
    extras: [],
    status: lastStatus(all),
    batches: null,
    settings: SETTINGS,
    given: null,
    steps: Int32Array.from(steps),
    columns: {
      value: pick(all.value),
      gradient: pick(all.gradient),
      loss: pick(all.loss),
      rate: pick(all.rate),
      extras: all.extras.map(pick),
    },
  };
}

export function keyframe(cursor: number, ...runs: SavedRun[]): Keyframe {
  return { version: 1, cursor, rate: null, recompiled: false, runs, coming: null };
}

/** A store that has these rows as its run 1 and looks at the last of them, or at `cursor`. */
export function storeWith(
  rows: Columns,
  cursor?: number,
  { names = NAMES, ...run }: DeltaOptions & { names?: Names } = {},
): Store {
  const store = new Store(names);
  store.apply(delta(rows, { ...(cursor !== undefined && { cursor }), ...run }));
  return store;
}

/** Run 1 has steps 0 to 5; run 2 forked at step 2 and took two steps at rate 0.05. */
export function forkedStore(): Store {
  const store = storeWith(descent(5), 2);
  store.setRate(0.05);
  store.apply(forkDelta());
  return store;
}

export function forkDelta(): Delta {
  const from = descent(2).value[2] as number;
  const taken = part(descent(2, { start: from, rate: 0.05 }), 1);
  return delta(taken, { run: 2, parent: 1, fork: 2, runs: [1, 2], start: 3 });
}

/** The article's red curve, or another function's. */
export function curve(low = -6, high = 10, points = 257, loss = lossAt): SavedCurve {
  return { low, high, ...detail(low, high, points, loss) };
}

export function detail(low: number, high: number, points = 257, loss = lossAt): Curve {
  const values = Float32Array.from(
    { length: points },
    (_, index) => low + ((high - low) * index) / (points - 1),
  );
  return { values, losses: values.map(loss), more: false };
}
