/** The messages between page and kernel; gdwidget/_sync/protocol.py is their mirror image. */

/** What follows a row; ended: a stream of data is at its end. */
export type Status = "ready" | "converged" | "diverged" | "ended";

/** The columns of some rows. */
export interface Columns {
  value: Float32Array;
  gradient: Float32Array;
  loss: Float32Array;
  rate: Float32Array;
  /** Further columns, in the order of the names that the run has for them. */
  extras: Float32Array[];
}

/** The newest saved state this page understands. */
export const VERSION = 1;
export const MOST_STEPS_A_MESSAGE = 100_000;

const MOST_RUN_STEPS = 10_000_000;
const LARGEST_FLOAT32 = 3.4028234663852886e38;
const SMALLEST_RATE = 1.1754943508222875e-38;

/** Whether a run can start from a value. */
export function isStart(value: number): boolean {
  return Math.abs(value) <= LARGEST_FLOAT32;
}

export function isRate(rate: number): boolean {
  return rate >= SMALLEST_RATE && rate <= LARGEST_FLOAT32;
}

/** Whether a run can have so many steps. */
export function isRunSteps(steps: number): boolean {
  return Number.isInteger(steps) && steps >= 1 && steps <= MOST_RUN_STEPS;
}

export type Request =
  | { kind: "sync"; have: Record<string, number>; request: string }
  | { kind: "advance"; run: number; n: number; request: string }
  | { kind: "goto"; run: number; step: number; request: string }
  | { kind: "reset"; start: Record<string, number> }
  | { kind: "set"; name: string; value: string | number }
  | ({ kind: "landscape"; low: number; high: number; request: string } & Partial<Along>)
  | ({ kind: "plane"; request: string } & PlaneQuestion)
  | ({ kind: "look"; run: number; request: string } & LookQuestion)
  | { kind: "clear" }
  | { kind: "rest" }
  | { kind: "shared" }
  | { kind: "shown"; page: string; turn: number; shown: boolean };

/** What the widget says of its problem. */
export interface Names {
  /** The scalar parameters, which have a field for their start. */
  params: string[];
  /** The first of the recorded scalars. */
  learning: string;
  /** The scalars that learn and have a column of values. */
  recorded: string[];
  /** How many scalars learn. */
  count: number;
  /** Whether the data come as a stream. */
  stream: boolean;
  /** How many samples there are; 0 without data and for a stream. */
  samples: number;
  /** Whether there is a model to compare with the data. */
  predicts: boolean;
  /** Whether the targets are classes. */
  classes: boolean;
}

/** What the page offers to choose from; fewer than two entries offer nothing. */
export interface Choices {
  optimizers: string[];
  decays: string[];
  /** 0 stands for all samples. */
  batchSizes: number[];
  problems: string[];
}

/** Which plane through the parameters is shown. */
export type Slice = "two" | "components" | "random";

export interface PlaneQuestion {
  slice: Slice;
  /** Names of the two recorded scalars of the slice "two", else empty. */
  x: string;
  y: string;
  /** The part of the plane to evaluate; null leaves it to the kernel. */
  view: [lowX: number, highX: number, lowY: number, highY: number] | null;
}

/** A slice along one recorded scalar, through the parameters at a step of the current run. */
export interface Along {
  name: string;
  step: number;
}

export interface LookQuestion {
  step: number;
  /** Where to evaluate the batch's own loss; both 0 for nowhere. */
  low: number;
  high: number;
}

export interface RunHeader {
  id: number;
  parent: number | null;
  fork: number;
  params: Record<string, number>;
  last: number;
  /** Names of the columns after the first four. */
  extras: string[];
  /** The settings of the run in words. */
  label: string;
  /** What follows the last row; every earlier row is ready. */
  status: Status;
  batches: Batches | null;
  /** How it was stepped last; null where that was not saved. */
  settings: RunSettings | null;
}

/** What takes the steps of a run, and at which rates. */
export interface RunSettings {
  optimizer: string;
  /** Whether the learning rate makes any difference. */
  takesRate: boolean;
  /** 0 for all samples. */
  batchSize: number;
  decay: string;
  /** The learning rate; where it decays, at its highest. */
  peak: number;
  /** How many steps a decay is made for. */
  runSteps: number;
}

export interface Batches {
  /** Samples in a full batch. */
  size: number;
  /**
   * Batches an epoch; 0 for a stream that ends, and for one that is read again as long as nobody
   * knows how many it has, or where they are not always as many.
   */
  count: number;
}

/** Where the coming update leads, as the kernel knows it. */
export interface NextUpdate {
  /** The next value of each recorded scalar. */
  values: Record<string, number>;
  /** The optimizer's own numbers for the first of them. */
  terms: Record<string, number>;
}

/** What is told of the step after the cursor. */
export interface NextStep {
  cursor: number;
  /** Its learning rate; null where the schedule has none. */
  rate: number | null;
  /** Whether it begins a new run at whatever rate. */
  recompiled: boolean;
  /** Null where value - rate * gradient says where it leads. */
  coming: NextUpdate | null;
}

export interface Delta extends NextStep {
  kind: "delta";
  run: RunHeader;
  runs: number[];
  start: number;
  request: string;
  /** How long the steps that were asked for took. */
  seconds: number;
  columns: Columns;
}

/** The loss at ascending values of the learning parameter. */
export interface Curve {
  values: Float32Array;
  losses: Float32Array;
  /** Whether the kernel has yet to evaluate points between these. */
  more: boolean;
}

/** The curve as saved, with the ends of the first view; its points may reach further. */
export interface SavedCurve extends Curve {
  low: number;
  high: number;
}

export interface LandscapeAnswer {
  kind: "landscape";
  request: string;
  curve: Curve;
}

/** The loss on a plane through the parameters, with the path on it. */
export interface PlaneAnswer {
  kind: "plane";
  request: string;
  slice: Slice;
  /** The axis labels. */
  x: string;
  y: string;
  lowX: number;
  highX: number;
  lowY: number;
  highY: number;
  /** Grid points a side. */
  n: number;
  /** Share of the path's variance that the plane holds, 0 to 1. */
  explained: number | null;
  /** The least loss on it. */
  least: number;
  /** Whether the kernel has yet to evaluate points between these. */
  more: boolean;
  /** Whether the path is the columns x and y of the record. */
  recorded: boolean;
  /** Row after row of n losses; a row has one y. */
  losses: Float32Array;
  /** Lines of equal loss, with NaN between each two. */
  contourX: Float32Array;
  contourY: Float32Array;
  /** The path of the current run on the plane; empty where it is recorded. */
  steps: Float32Array;
  pathX: Float32Array;
  pathY: Float32Array;
}

export type LookFigure = "curve" | "boundary" | "scatter";

/** The data, the model and the batch at a step; columns that do not apply are empty. */
export interface LookAnswer {
  kind: "look";
  request: string;
  step: number;
  figure: LookFigure | null;
  /** The axis labels. */
  x: string;
  y: string;
  inputs: Float32Array;
  targets: Float32Array;
  predictions: Float32Array;
  /** The model between the samples. */
  curveX: Float32Array;
  curveY: Float32Array;
  /** The two features of a classifier, and the lines between its classes. */
  inputsX: Float32Array;
  inputsY: Float32Array;
  boundaryX: Float32Array;
  boundaryY: Float32Array;
  /** Which samples of the data these are, ascending. */
  samples: Float32Array;
  /** Positions among these of the samples in the batch. */
  batch: Float32Array;
  /** The batch's own loss along the shown parameter. */
  batchValues: Float32Array;
  batchLosses: Float32Array;
  /** Whether it was saved, so that it may be of another step than the one looked at. */
  kept: boolean;
}

export interface ErrorAnswer {
  kind: "error";
  field: string;
  message: string;
  request: string;
}

export type Answer = Delta | LandscapeAnswer | PlaneAnswer | LookAnswer | ErrorAnswer;

export interface SavedRun extends RunHeader {
  steps: Int32Array;
  columns: Columns;
}

export interface Keyframe extends NextStep {
  version: number;
  runs: SavedRun[];
}
