/** Figure 2: the loss against the step, on a linear or a logarithmic axis. */

import type { Children } from "../dom/host.ts";
import { MOST_POINTS } from "../model/decimate.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { texts } from "../text/texts.ts";
import { Figure, type NameAt, type Size } from "./figure.ts";
import { idOf, LEARNING, label, type Point, placeLines, placeTexts, stretch } from "./mark.ts";
import { RIGHT, UP } from "./names.ts";
import { rest } from "./stretches.ts";
import { linearTicks, logarithmicTicks, TICK_PIXELS } from "./ticks.ts";
import { nearOrGap, type View } from "./view.ts";

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
const PARTS = ["axis", "earlier", "numbers", "batch", "faded", "path", "cursor"];

interface Ends {
  least: number;
  leastPositive: number;
  most: number;
}

export class LossAgainstStepFigure extends Figure {
  axis: LossAxis = "linear";
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

  override draw(): boolean {
    const { store } = this;
    const { run, row } = store;
    if (!run || !row) return false;
    this.drawAxis(run);
    this.drawPath(run);
    this.drawEarlier();
    const height = run.rows.height(store.index);
    if (this.changes.has("cursor", this.axis, row.step, height, run.id)) {
      this.placePoint(`${this.axis}_cursor`, [row.step, this.shown(height)]);
    }
    this.drawNames(this.view, () => ({ names: this.names(run), markers: [] }), this.scaled);
    return this.leaving > 0;
  }

  /** Of batches, which line is which. */
  private names(run: Run): NameAt[] {
    const { marks } = texts;
    if (run.rows.measured.length === 0) return [];
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
    if (all !== undefined) {
      const at = point(all, run.rows.height(all));
      names.push({ text: marks.allData, at, color: LEARNING, away: RIGHT });
    }
    const at = point(highest, run.rows.loss(highest));
    names.push({ text: marks.batches, at, color: LEARNING, away: UP });
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
    const ends = this.ends(run);
    const room = height / TICK_PIXELS.vertical;
    const parts = [...Object.values(ends), width, height];
    if (!this.changes.has("scales", this.axis, this.steps, parts)) return;
    stretch(this.mark("steps"), 0, this.steps);
    const across = linearTicks(0, this.steps, width / TICK_PIXELS.horizontal);
    const whole = across.filter(Number.isInteger);
    if (this.changes.has("across", whole)) label(this.mark("steps_axis"), whole, 0, texts.scrub);
    if (this.axis === "linear") this.drawLinear(ends, room);
    else this.drawLogarithmic(ends, room);
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
    stretch(this.mark("linear"), bottom, top);
    if (this.changes.has("linear", ticks)) label(this.mark("linear_axis"), ticks);
  }

  /**
   * Whether the scale has to wait for what is drawn far above its new end: bqplot would move
   * that along before it goes, to where SVG has no numbers.
   */
  private leaves(top: number, ticks: number[]): boolean {
    const far = Number(this.mark("linear").get("max")) > MOST_SHRINKING * top;
    if (far && this.leaving === 0) {
      this.leaving = FRAMES_TO_LEAVE;
      label(this.mark("linear_axis"), ticks);
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
    if (this.changes.has("log", ticks)) label(this.mark("logarithmic_axis"), ticks);
  }

  private drawPath(run: Run): void {
    const { store } = this;
    const until = store.index;
    const { axis } = this;
    if (!this.changes.has("path", axis, until, idOf(run.rows), run.rows.count)) return;
    const indices = run.envelope.indices(until);
    const after = rest(store);
    const batches = run.rows.measured.length > 0;
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
    const { axis, view } = this;
    const points = (run: Run, indices: number[]): Point[] => {
      const rows = run.rows.measured.length > 0 ? measured(run, indices[0] ?? 0) : indices;
      return this.points(run, rows).map((point) => nearOrGap(point, view));
    };
    this.drawEarlierRuns(view, points, axis, this.scaled);
  }

  private points(run: Run, indices: number[]): Point[] {
    return indices.map((index) => [run.rows.stepAt(index), this.shown(run.rows.height(index))]);
  }

  /** A logarithm has no 0: there the line has a gap. */
  private shown(loss: number): number {
    return this.axis === "logarithmic" && !(loss > 0) ? Number.NaN : loss;
  }
}

/** The rows of a stretch in which the loss on all data was measured, few enough to draw. */
function measured(run: Run, from: number, until = run.rows.count - 1): number[] {
  const rows = run.rows.measured.filter((index) => index >= from && index <= until);
  const stride = Math.ceil(rows.length / MOST_POINTS);
  return rows.filter((_, index) => index % stride === 0 || index === rows.length - 1);
}

/** The last row until `until` in which the loss on all data was measured. */
function lastMeasured({ rows: { measured } }: Run, until: number): number | undefined {
  let at = measured.length - 1;
  while (at >= 0 && (measured[at] as number) > until) at -= 1;
  return measured[at];
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
