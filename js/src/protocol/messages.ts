/** The messages as the page has them: with arrays for buffers, and checks of what it sends. */

import {
  type Ahead as AheadHeader,
  type ErrorAnswer,
  LARGEST_FLOAT32,
  type Look,
  type LookArrays,
  MOST_STEPS,
  type NextStep,
  type Plane,
  type PlaneArrays,
  type Request,
  type RunFields,
  SMALLEST_RATE,
} from "./wire.ts";

export {
  type Batches,
  type Choices,
  type Curvature,
  type ErrorAnswer,
  type Given,
  type LookFigure,
  MOST_STEPS_A_MESSAGE,
  type Names,
  type NextStep,
  type NextUpdate,
  type Request,
  type RunSettings,
  type Slice,
  type Status,
  VERSION,
} from "./wire.ts";

/** Whether a run can start from a value. */
export function isStart(value: number): boolean {
  return Math.abs(value) <= LARGEST_FLOAT32;
}

export function isRate(rate: number): boolean {
  return rate >= SMALLEST_RATE && rate <= LARGEST_FLOAT32;
}

/** Whether a run can have so many steps. */
export function isRunSteps(steps: number): boolean {
  return Number.isInteger(steps) && steps >= 1 && steps <= MOST_STEPS;
}

/** What a message of a kind asks, beside which run and which request it is. */
type Question<Kind> = Omit<Extract<Request, { kind: Kind }>, "kind" | "run" | "request">;

export type PlaneQuestion = Question<"plane">;
export type LookQuestion = Question<"look">;

/** A slice along one recorded scalar, through the parameters at a step of the current run. */
export type Along = Pick<Question<"landscape">, "name" | "step">;

/** The columns of some rows. */
export interface Columns {
  value: Float32Array;
  gradient: Float32Array;
  loss: Float32Array;
  rate: Float32Array;
  /** Further columns, in the order of the names that the run has for them. */
  extras: Float32Array[];
}

export interface RunHeader extends RunFields {
  id: number;
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

/** A step taken ahead, with its row. */
export interface Ahead extends AheadHeader {
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

/** A plane with the path on it; the least loss is NaN where none is finite. */
export interface PlaneAnswer extends Omit<Plane, "least">, PlaneArrays {
  kind: "plane";
  request: string;
  least: number;
}

export interface LookAnswer extends Look, LookArrays {
  kind: "look";
  request: string;
  /** Whether it was saved, so that it may be of another step than the one looked at. */
  kept: boolean;
}

export type Answer = Delta | Ahead | LandscapeAnswer | PlaneAnswer | LookAnswer | ErrorAnswer;

export interface SavedRun extends RunHeader {
  steps: Int32Array;
  columns: Columns;
}

export interface Keyframe extends NextStep {
  version: number;
  runs: SavedRun[];
}
