/** Computes in the thread it is called in, in slices short enough to stay in touch. */

import type { Numbers } from "../interpreter/program.ts";
import type { Curvature, Names, NextUpdate } from "../protocol/messages.ts";
import { curvatureAt } from "./curvature.ts";
import { Descent } from "./descent.ts";
import { Evaluation } from "./evaluation.ts";
import type { Portable } from "./payload.ts";
import type { Calculator, Look, RunSpec, State, Stretch } from "./states.ts";

/** How long one slice may take, and from when on it is followed by a pause. */
const SLICE_MS = 30;
const PAUSED_FROM_MS = 8;
const WAYS_KEPT = 4;

export class Computing implements Calculator {
  private readonly ways = new Map<string, Descent>();
  private readonly evaluation: Evaluation;

  constructor(
    readonly portable: Portable,
    private readonly names: Names,
  ) {
    this.evaluation = new Evaluation(portable, names);
  }

  init(spec: RunSpec, start: Readonly<Record<string, number>>, rate: number): Promise<State> {
    return sliced(() => this.descent(spec).init(start, rate));
  }

  async run(
    spec: RunSpec,
    state: State,
    rates: Float32Array,
  ): Promise<Stretch & { seconds: number }> {
    const began = performance.now();
    let ended = began;
    const stretch = await sliced(() => {
      const taken = this.descent(spec).run(state, rates, began + SLICE_MS);
      ended = performance.now();
      return taken;
    });
    return { ...stretch, seconds: (ended - began) / 1000 };
  }

  coming(spec: RunSpec, state: State, rate: number, decays: boolean): Promise<NextUpdate | null> {
    return sliced(() => this.descent(spec).coming(state, rate, decays));
  }

  async losses(
    leaves: readonly Float32Array[],
    along: readonly string[] | readonly Float32Array[],
    points: Float32Array,
    rows?: Int32Array,
  ): Promise<Float32Array> {
    const losses = this.evaluation.losses(leaves, along, points, rows);
    while (await sliced(() => losses.evaluate(performance.now() + SLICE_MS)));
    return losses.found;
  }

  look(leaves: readonly Float32Array[]): Promise<Look> {
    return sliced(() => this.evaluation.look(leaves));
  }

  curvature(spec: RunSpec, state: State, rate: number): Promise<Curvature | undefined> {
    const memory = (): readonly Numbers[] => this.descent(spec).remembered(state, rate);
    return curvatureAt(this.portable, this.names, spec.optimizer, state, memory, sliced);
  }

  close(): void {
    this.ways.clear();
  }

  /** Those used lately are kept. */
  private descent(spec: RunSpec): Descent {
    const key = `${spec.batchSize} ${spec.optimizer}`;
    const descent = this.ways.get(key) ?? new Descent(this.portable, spec, this.names);
    this.ways.delete(key);
    this.ways.set(key, descent);
    const [oldest] = this.ways.keys();
    if (oldest !== undefined && this.ways.size > WAYS_KEPT) this.ways.delete(oldest);
    return descent;
  }
}

/** Does something, then leaves the thread to others for a moment if it took long. */
async function sliced<Result>(work: () => Result): Promise<Result> {
  const began = performance.now();
  const result = work();
  if (performance.now() - began >= PAUSED_FROM_MS) await pause();
  return result;
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
