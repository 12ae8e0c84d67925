/** Figure 2: the loss, or a number that learns, against the step; linear or logarithmic. */

import type { Children } from "../dom/host.ts";
import type { Row } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { runNames } from "../text/run-names.ts";
import { texts } from "../text/texts.ts";
import { AFTER, Figure, type NameAt, type Size } from "./figure.ts";
import {
  idOf,
  LEARNING,
  LOSS,
  label,
  type Point,
  placeLines,
  placeTexts,
  stretch,
} from "./mark.ts";
import { RIGHT, UP } from "./names.ts";
import { lastMeasured, measured, roomFor, rounded } from "./step-scale.ts";
import { rest } from "./stretches.ts";
import { linearTicks, logarithmicTicks, TICK_PIXELS } from "./ticks.ts";
import { near, nearOrGap, type View } from "./view.ts";

export type LossAxis = "linear" | "logarithmic";

const LEAST_STEPS = 10;
const HEADROOM = 1.06;
/** What a logarithmic axis shows below its highest decade at the most. */
const MOST_DECADES = 40;
/** How far other runs may widen the picture of the current one, as a factor of its losses. */
const OTHERS = { linear: 2, logarithmic: 1e6 };
/** A scale that shrinks by more than this factor waits until the picture is empty. */
const MOST_SHRINKING = 1e4;
const FRAMES_TO_LEAVE = 4;
/** Room below the least loss, in pixels, so that its marker lies on no tick. */
const MARKER = 10;
/** Of a scalar the steps before are left out of its scale once there are twice as many. */
const EARLY = 16;
const SCALAR_MARGIN = 0.08;
const PARTS = ["axis", "earlier", "numbers", "batch", "faded", "path", "cursor"];

interface Ends {
  least: number;
  leastPositive: number;
  most: number;
}

export class LossAgainstStepFigure extends Figure {
  axis: LossAxis = "linear";
  /** The recorded scalar that is shown against the step; of the loss there is none. */
  scalar = "";
  protected override get opacities(): Record<string, number> {
    return { path: 1, batch: 0.65, faded: AFTER };
  }

  /** The last step in sight. */
  steps = LEAST_STEPS;
  /** How many frames the scale still waits for what leaves the picture. */
  private leaving = 0;

  constructor(children: Children, store: Store, size: () => Size) {
    super("loss_against_step", children, store, size);
  }

  setAxis(axis: LossAxis): void {
    this.axis = axis;
    for (const kind of ["linear", "logarithmic"]) {
      for (const part of PARTS) {
        this.mark(`${kind}_${part}`).set_state({ visible: kind === axis });
      }
    }
    this.store.changed();
  }

  /** Shows the loss, or a recorded scalar, of which there is no logarithm. */
  show(scalar: string): void {
    this.scalar = scalar;
    this.setAxis("linear");
  }

  override draw(): boolean {
    const { store } = this;
    const { run, row } = store;
    if (!run || !row) return false;
    this.drawAxis(run);
    this.drawPath(run);
    this.drawEarlier();
    const height = this.height(run, store.index);
    const view = Object.values(this.view);
    if (this.changes.has("cursor", this.axis, this.scalar, row.step, height, run.id, view)) {
      this.placePoint(`${this.axis}_cursor`, near([row.step, this.shown(height)], this.view));
    }
    this.drawNames(this.view, () => ({ names: this.names(run), markers: [] }), this.scaled);
    return this.leaving > 0;
  }

  /** Red as the loss is everywhere; among other runs, and of a number that learns, blue. */
  private drawColor(): void {
    const color = this.scalar || this.store.runs.length > 1 ? LEARNING : LOSS;
    if (!this.changes.has("color", this.axis, color)) return;
    for (const part of ["path", "batch", "faded"]) {
      this.mark(`${this.axis}_${part}`).set_state({ colors: [color] });
    }
  }

  /** The picture in words; empty while there is none. */
  describe(): string {
    const { scalar, store } = this;
    const { run, index, last } = store;
    if (!run?.rows.count) return "";
    const [first, now] = [0, index].map((at) => ({
      ...run.rows.row(at, scalar || undefined),
      loss: run.rows.height(at),
    })) as [Row, Row];
    if (scalar) return texts.scalarAgainstStepAlternative(scalar, first, now, last);
    return texts.lossAgainstStepAlternative(first, now, last, run.rows.leastLoss);
  }

  /** Of batches, which line is which. */
  private names(run: Run): NameAt[] {
    const { marks } = texts;
    if (run.rows.measured.length === 0 || this.scalar) return [];
    const point = (index: number, loss: number): Point => [
      run.rows.stepAt(index),
      this.shown(loss),
    ];
    const until = this.store.index;
    const all = lastMeasured(run, until);
    const highest = run.envelope
      .indices(until)
      .reduce((most, index) => (run.rows.loss(index) > run.rows.loss(most) ? index : most), 0);
    const names: NameAt[] = [];
    const color = this.store.runs.length > 1 ? LEARNING : LOSS;
    if (all !== undefined) {
      const at = point(all, run.rows.height(all));
      names.push({ text: marks.allData, at, color, away: RIGHT });
    }
    const at = point(highest, run.rows.loss(highest));
    names.push({ text: marks.batches, at, color, away: UP });
    return names;
  }

  private get view(): View {
    const scale = this.mark(this.axis);
    const [bottom, top] = [scale.get("min") as number, scale.get("max") as number];
    return { low: 0, high: this.steps, bottom, top };
  }

  /** The marks of the axis that is shown, and how it measures heights. */
  private get scaled(): { parts: string; up?: typeof Math.log10; down?: typeof Math.log10 } {
    const { axis } = this;
    const logarithmic = { up: Math.log10, down: (power: number): number => 10 ** power };
    return { parts: `${axis}_`, ...(axis === "logarithmic" && logarithmic) };
  }

  private drawAxis(run: Run): void {
    const { width, height } = this.size();
    const lasts = this.store.runs.map(({ last }) => last);
    this.steps = roomFor(Math.max(...lasts, this.store.runSteps, LEAST_STEPS), this.steps);
    const ends = this.scalar ? this.lateEnds(run) : this.ends(run);
    const room = height / TICK_PIXELS.vertical;
    const parts = [...Object.values(ends), width, height];
    if (!this.changes.has("scales", this.axis, this.scalar, this.steps, parts)) return;
    stretch(this.mark("steps"), 0, this.steps);
    const across = linearTicks(0, this.steps, width / TICK_PIXELS.horizontal);
    const whole = across.filter(Number.isInteger);
    if (this.changes.has("across", whole)) label(this.mark("steps_axis"), whole, texts.scrub);
    if (this.scalar) this.drawScalar(ends, room);
    else if (this.axis === "linear") this.drawLinear(ends, room);
    else this.drawLogarithmic(ends, room);
  }

  /** Of the scalar that is shown, from the late steps alone: there its trembling is to be seen. */
  private lateEnds({ rows, envelope }: Run): Ends {
    const numbers = rows.column(this.scalar);
    const from = rows.count < 2 * EARLY ? 0 : 2 ** Math.floor(Math.log2(rows.count / 2));
    const late = envelope
      .indices(rows.count - 1)
      .filter((index) => index >= from)
      .map((index) => numbers?.at(index) ?? Number.NaN)
      .filter(Number.isFinite);
    return {
      least: late.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      leastPositive: 0,
      most: late.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    };
  }

  private drawScalar({ least, most }: Ends, room: number): void {
    if (!(least <= most)) return;
    const margin = SCALAR_MARGIN * (most - least) || Math.abs(least) || 1;
    const [bottom, top] = [least - margin, most + margin];
    stretch(this.mark("linear"), bottom, top);
    const ticks = linearTicks(bottom, top, room);
    this.note = this.labelAxis("linear_axis", ticks, this.scalar);
  }

  /** The losses of the current run, and those of earlier ones that do not dwarf them. */
  private ends(run: Run): Ends {
    const { leastLoss, leastPositiveLoss, mostLoss } = run.rows;
    const factor = OTHERS[this.axis];
    const others = this.store.runs.filter((other) => other !== run).map(({ rows }) => rows);
    return {
      least: Math.min(leastLoss, ...others.map((rows) => rows.leastLoss)),
      leastPositive: Math.min(
        leastPositiveLoss,
        ...others.map((rows) => Math.max(rows.leastPositiveLoss, leastPositiveLoss / factor)),
      ),
      most: Math.max(mostLoss, ...others.map((rows) => Math.min(rows.mostLoss, mostLoss * factor))),
    };
  }

  private drawLinear({ least, most }: Ends, room: number): void {
    const bottom = Math.min(0, least * HEADROOM);
    const top = most > 0 ? rounded(most * HEADROOM) : bottom < 0 ? 0 : 1;
    const ticks = linearTicks(bottom, top, room);
    if (this.leaves(top, ticks)) return;
    const { height } = this.size();
    const below = ((top - bottom) * MARKER) / Math.max(MARKER, height - MARKER);
    stretch(this.mark("linear"), bottom - below, top);
    this.note = this.labelAxis("linear_axis", ticks, texts.lossNow);
  }

  /**
   * Whether the scale has to wait for what is drawn far above its new end: bqplot would move
   * that along before it goes, to where SVG has no numbers.
   */
  private leaves(top: number, ticks: number[]): boolean {
    const far = Number(this.mark("linear").get("max")) > MOST_SHRINKING * top;
    if (far && this.leaving === 0) {
      this.leaving = FRAMES_TO_LEAVE;
      this.note = this.labelAxis("linear_axis", ticks, texts.lossNow);
      placeLines(this.mark("linear_earlier"), [], []);
      placeTexts(this.mark("linear_numbers"), []);
    }
    this.leaving = far ? this.leaving - 1 : 0;
    if (this.leaving > 0) this.changes.forget();
    return this.leaving > 0;
  }

  private drawLogarithmic({ leastPositive: least, most }: Ends, room: number): void {
    const top = Number.isFinite(least) ? Math.ceil(Math.log10(most * HEADROOM)) : 0;
    const lowest = Number.isFinite(least) ? Math.floor(Math.log10(least / HEADROOM)) : -1;
    const bottom = Math.max(lowest, top - MOST_DECADES);
    stretch(this.mark("logarithmic"), 10 ** bottom, 10 ** top);
    const ticks = logarithmicTicks(10 ** bottom, 10 ** top, room);
    this.note = "";
    if (this.changes.has("log", ticks)) label(this.mark("logarithmic_axis"), ticks);
  }

  private drawPath(run: Run): void {
    const { store } = this;
    const until = store.index;
    const { axis } = this;
    this.drawColor();
    const known = [axis, this.scalar, Object.values(this.view)];
    if (!this.changes.has("path", known, until, idOf(run.rows), run.rows.count)) return;
    const indices = run.envelope.indices(until);
    const after = rest(store);
    const batches = run.rows.measured.length > 0 && !this.scalar;
    const path = this.points(run, batches ? measured(run, 0, until) : indices);
    this.place(`${axis}_path`, path);
    const faded = this.points(run, batches && after[0] ? measured(run, after[0]) : after);
    this.place(`${axis}_faded`, faded);
    const batch = batches ? indices : [];
    const losses = batch.map(
      (index): Point => [run.rows.stepAt(index), this.shown(run.rows.loss(index))],
    );
    this.place(`${axis}_batch`, losses);
  }

  private drawEarlier(): void {
    const { axis, view, scalar } = this;
    const points = (run: Run, indices: number[]): Point[] => {
      const batches = run.rows.measured.length > 0 && !scalar;
      return this.points(run, batches ? measured(run, indices[0] ?? 0) : indices);
    };
    const named = runNames(this.store.runs);
    this.drawEarlierRuns(view, points, [axis, scalar], { ...this.scaled, named });
  }

  private points(run: Run, indices: number[]): Point[] {
    const { view } = this;
    return indices.map((index) => {
      const point: Point = [run.rows.stepAt(index), this.shown(this.height(run, index))];
      return nearOrGap(point, view);
    });
  }

  /** What is shown of a row. */
  private height({ rows }: Run, index: number): number {
    if (this.scalar === "") return rows.height(index);
    return rows.column(this.scalar)?.at(index) ?? Number.NaN;
  }

  /** A logarithm has no 0: there the line has a gap. */
  private shown(loss: number): number {
    return this.axis === "logarithmic" && !(loss > 0) ? Number.NaN : loss;
  }
}
