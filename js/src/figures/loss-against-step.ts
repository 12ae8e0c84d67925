/** Figure 2: the loss against the step, on a linear or a logarithmic axis. */

import type { ChildModel, Children } from "../host.ts";
import type { Run, Store } from "../store.ts";
import {
  Changes,
  columns,
  label,
  type Point,
  place,
  placePoint,
  stretch,
  withGaps,
} from "./mark.ts";
import { fadedStretches } from "./stretches.ts";
import { linearTicks, logarithmicTicks, TICK_PIXELS, tickText } from "./ticks.ts";

export type LossAxis = "linear" | "logarithmic";

const LEAST_STEPS = 10;
const HEADROOM = 1.06;
/** What a logarithmic axis shows below its highest decade at the most. */
const MOST_DECADES = 40;

export class LossAgainstStepFigure {
  axis: LossAxis = "linear";
  /** The last step in sight. */
  steps = LEAST_STEPS;
  private readonly changes = new Changes();

  constructor(
    private readonly children: Children,
    private readonly store: Store,
    private readonly size: () => { width: number; height: number },
  ) {}

  setAxis(axis: LossAxis): void {
    this.axis = axis;
    for (const kind of ["linear", "logarithmic"]) {
      for (const part of ["axis", "path", "faded", "cursor"]) {
        this.mark(`${kind}_${part}`).set_state({ visible: kind === axis });
      }
    }
    this.store.changed();
  }

  draw(): void {
    const { store } = this;
    const { run, row } = store;
    if (!run || !row) return;
    this.drawScales(run);
    this.drawPath(run);
    if (this.changes.has("cursor", this.axis, row.step, row.loss, run.id)) {
      placePoint(this.mark(`${this.axis}_cursor`), row.step, this.shown(row.loss));
    }
  }

  private mark(name: string): ChildModel {
    return this.children[`loss_against_step.${name}`] as ChildModel;
  }

  private drawScales(run: Run): void {
    const { width, height } = this.size();
    const { leastLoss, leastPositiveLoss: least, mostLoss: most } = run.rows;
    this.steps = roomFor(Math.max(run.last, this.store.runSteps, LEAST_STEPS), this.steps);
    const ends = [leastLoss, least, most, width, height];
    if (!this.changes.has("scales", this.axis, this.steps, ends)) return;
    stretch(this.mark("steps"), 0, this.steps);
    const across = linearTicks(0, this.steps, width / TICK_PIXELS.horizontal);
    const whole = across.filter(Number.isInteger);
    if (this.changes.has("across", whole)) label(this.mark("steps_axis"), whole, tickText);
    const room = height / TICK_PIXELS.vertical;
    if (this.axis === "linear") this.drawLinear(run, room);
    else this.drawLogarithmic(least, most, room);
  }

  private drawLinear(run: Run, room: number): void {
    const bottom = Math.min(0, run.rows.leastLoss * HEADROOM);
    const top = run.rows.mostLoss > 0 ? rounded(run.rows.mostLoss * HEADROOM) : 1;
    stretch(this.mark("linear"), bottom, top);
    const ticks = linearTicks(bottom, top, room);
    if (this.changes.has("linear", ticks)) label(this.mark("linear_axis"), ticks, tickText);
  }

  private drawLogarithmic(least: number, most: number, room: number): void {
    const top = Number.isFinite(least) ? Math.ceil(Math.log10(most * HEADROOM)) : 0;
    const lowest = Number.isFinite(least) ? Math.floor(Math.log10(least / HEADROOM)) : -1;
    const bottom = Math.max(lowest, top - MOST_DECADES);
    stretch(this.mark("logarithmic"), 10 ** bottom, 10 ** top);
    const ticks = logarithmicTicks(10 ** bottom, 10 ** top, room);
    if (this.changes.has("log", ticks)) label(this.mark("logarithmic_axis"), ticks, tickText);
  }

  private drawPath(run: Run): void {
    const { store } = this;
    const until = store.index;
    const others = store.runs.map(({ id, rows }) => `${id}:${rows.count}`);
    if (!this.changes.has("path", this.axis, until, others)) return;
    const indices = run.envelope.indices(until);
    place(this.mark(`${this.axis}_path`), ...columns(this.points(run, indices)));
    const faded = fadedStretches(store).map((stretch) => this.points(stretch.run, stretch.indices));
    place(this.mark(`${this.axis}_faded`), ...columns(withGaps(faded)));
  }

  private points(run: Run, indices: number[]): Point[] {
    return indices.map((index) => [run.rows.stepAt(index), this.shown(run.rows.loss(index))]);
  }

  /** A logarithm has no 0: there the line has a gap. */
  private shown(loss: number): number {
    return this.axis === "logarithmic" && !(loss > 0) ? Number.NaN : loss;
  }
}

/** Grows in strides, so that the axis stands still between them. */
function roomFor(last: number, now: number): number {
  const tooWide = last * 4 < now;
  return last <= now && !tooWide ? now : rounded(last);
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factors = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  const factor = factors.find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}
