/** What the engine in the page speaks of: ways down a problem, states, and who computes them. */

import type { Numbers } from "../interpreter/program.ts";
import type { Curvature, LookAnswer, NextUpdate, Status } from "../protocol/messages.ts";
import type { Portable } from "./payload.ts";

/** What takes the steps: an optimizer that was exported, and how many samples it reads. */
export interface RunSpec {
  optimizer: string;
  /** 0 for all samples. */
  batchSize: number;
}

/** Everything at one step; it never changes. */
export interface State {
  readonly step: number;
  /** All parameters, those that learn first. */
  readonly leaves: readonly Float32Array[];
  /** In those that learn. */
  readonly gradient: readonly Float32Array[];
  /** What the optimizer remembers. */
  readonly memory: readonly Numbers[];
  /** First value, its gradient, loss, learning rate, then the extras. */
  readonly row: Float32Array;
  readonly status: Status;
}

export interface Stretch {
  /** Where it led. */
  state: State;
  /** Row after row, `taken` of them, as in `State.row`. */
  rows: Float32Array;
  taken: number;
}

/** What of a `LookAnswer` depends on the parameters; arrays that do not apply are empty. */
export type Look = Pick<LookAnswer, "predictions" | "curve_y" | "boundary_x" | "boundary_y">;

/**
 * Computes for one widget, in this page or in a worker. A state that comes from it, or goes to
 * it, is never changed. Whatever goes wrong rejects with a sentence.
 */
export interface Calculator {
  readonly portable: Portable;
  /** The state at step 0; `start` sets scalar parameters and recorded numbers by name. */
  init(spec: RunSpec, start: Readonly<Record<string, number>>, rate: number): Promise<State>;
  /** Takes up to one step for each rate; ends early on the status, and after about 30 ms. */
  run(spec: RunSpec, state: State, rates: Float32Array): Promise<Stretch & { seconds: number }>;
  /** The update that follows a state; null where value - rate * gradient says it, or none does. */
  coming(spec: RunSpec, state: State, rate: number, decays: boolean): Promise<NextUpdate | null>;
  /**
   * The loss at each of `points`, a row of coordinates for each; on the samples `rows`, or on
   * all data. Along names the recorded numbers are set to the coordinates; along directions,
   * each with a number for every number that learns, so much of them is added to `leaves`.
   */
  losses(
    leaves: readonly Float32Array[],
    along: readonly string[] | readonly Float32Array[],
    points: Float32Array,
    rows?: Int32Array,
  ): Promise<Float32Array>;
  look(leaves: readonly Float32Array[]): Promise<Look>;
  /** How sharply the loss curves at a state; undefined where what is needed did not travel. */
  curvature(spec: RunSpec, state: State, rate: number): Promise<Curvature | undefined>;
  close(): void;
}
