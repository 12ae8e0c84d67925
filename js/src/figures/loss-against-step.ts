/** Figure 2: the loss, or a number that learns, against the step; linear or logarithmic. */

import type { Children } from "../dom/host.ts";
import type { Row } from "../model/rows.ts";
import { runNames } from "../model/run-names.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { edgeNames } from "./edge.ts";
import { AFTER, Figure, type NameAt, type Scales, type Size } from "./figure.ts";
import { idOf, LEARNING, LOSS, type Point } from "./mark.ts";
import { RIGHT, UP } from "./names.ts";
import { same } from "./pixels.ts";
import { type Ends, extent, GrowingEnds, padded, type Reach } from "./reach.ts";
import { lastMeasured, measured, rounded } from "./step-scale.ts";
import { rest } from "./stretches.ts";
import { inside, nearOrGap, type View } from "./view.ts";

export type LossAxis = "linear" | "logarithmic";

const LEAST_STEPS = 10;
/** What a logarithmic axis shows below its highest decade at the most. */
const MOST_DECADES = 40;
/** How far other runs may widen the picture of the current one, as a factor of its losses. */
const OTHERS = { linear: 2, logarithmic: 1e6 };
/** Of a scalar the steps before are left out of its scale once there are twice as many. */
const EARLY = 16;
const PARTS = ["axis", "earlier", "numbers", "batch", "faded", "path", "cursor"];

export class LossAgainstStepFigure extends Figure {
  axis: LossAxis = "linear";
  /** The recorded scalar that is shown against the step; of the loss there is none. */
  scalar = "";
  protected override get opacities(): Record<string, number> {
    return { path: 1, batch: 0.65, faded: AFTER };
  }

  private view: View = { low: 0, high: LEAST_STEPS, bottom: 0, top: 1 };
  private readonly steps = new GrowingEnds();
  private readonly up = new GrowingEnds();

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
    const { axis, scalar, scaled } = this;
    const view = this.wanted(run);
    this.view = view;
    const { texts } = store;
    const names = [texts.scrub, scalar || texts.lossNow] as const;
    const moves = this.drawScales(view, ...names, scaled);
    this.drawPath(run);
    this.drawEarlier();
    const cursor: Point = [row.step, this.shown(this.height(run, store.index))];
    if (this.changes.has("cursor", axis, scalar, cursor, run.id, Object.values(view))) {
      this.placePoint(`${axis}_cursor`, inside(cursor, view) ? cursor : undefined);
    }
    const edge = edgeNames(cursor, view, names, LEARNING);
    this.drawNames(view, () => ({ names: this.names(run), markers: [cursor] }), {
      ...scaled,
      always: edge,
    });
    return moves;
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
    const { run, index, last, texts } = store;
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
    const { marks } = this.store.texts;
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

  /** The step at a share of the width. */
  stepAt(share: number): number {
    const { low, high } = this.view;
    return Math.round(low + share * (high - low));
  }

  /** The marks of the axis that is shown, and how it measures heights. */
  private get scaled(): Scales {
    const { axis } = this;
    const logarithmic = { up: Math.log10, down: (power: number): number => 10 ** power };
    const scales = ["steps", axis] as const;
    const parts = `${axis}_`;
    return { parts, scales, whole: true, ...(axis === "logarithmic" && logarithmic) };
  }

  /** What is to be in sight. */
  private wanted(run: Run): View {
    const { width, height } = this.size();
    const { shownRuns: runs, runSteps, linked } = this.store;
    const lasts = runs.map((run) => this.placeOf(run, run.last));
    const steps = Math.max(...lasts, linked ? 0 : runSteps, LEAST_STEPS);
    const across = this.steps.holding(String(idOf(run)), whole, [0, steps], 0);
    const [low, high] = padded(across, width);
    const [bottom, top] = padded(this.heights(run), height);
    const { down = same } = this.scaled;
    return { low, high, bottom: down(bottom), top: down(top) };
  }

  /** How far the axis that is shown reaches, as it measures heights. */
  private heights(run: Run): Ends {
    const { axis, scalar } = this;
    const { count } = run.rows;
    const from = scalar && count >= 2 * EARLY ? 2 ** Math.floor(Math.log2(count / 2)) : 0;
    const shown = scalar ? this.lateEnds(run, from) : this.ends(run);
    const plain = (axis === "linear" && !scalar) || !(shown[0] <= shown[1]);
    const fitted = plain ? whole : scalar ? spread : decades;
    return this.up.holding([idOf(run), axis, scalar, from].join(), fitted, shown, 0);
  }

  /** Of the scalar that is shown, from the late steps alone: there its trembling is to be seen. */
  private lateEnds({ rows, envelope }: Run, from: number): Ends {
    const numbers = rows.column(this.scalar);
    const late = envelope.indices(rows.count - 1).filter((index) => index >= from);
    return extent(late.map((index) => numbers?.at(index) ?? Number.NaN));
  }

  /** The losses of the current run, and those of earlier ones that do not dwarf them. */
  private ends(run: Run): Ends {
    const { leastLoss, leastPositiveLoss, mostLoss } = run.rows;
    const { axis, store } = this;
    const factor = OTHERS[axis];
    const others = store.shownRuns
      .filter((other) => other !== run && !store.linked?.leaves(other))
      .map(({ rows }) => rows);
    const most = others.map((rows) => Math.min(rows.mostLoss, mostLoss * factor));
    const highest = Math.max(mostLoss, ...most);
    if (axis === "linear") {
      return [Math.min(leastLoss, ...others.map((rows) => rows.leastLoss)), highest];
    }
    const least = others.map((rows) =>
      Math.max(rows.leastPositiveLoss, leastPositiveLoss / factor),
    );
    return [Math.log10(Math.min(leastPositiveLoss, ...least)), Math.log10(highest)];
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
      return this.points(run, batches ? measured(run, indices[0] ?? 0, indices.at(-1)) : indices);
    };
    const named = runNames(this.store.runs, this.store.texts);
    this.drawEarlierRuns(view, points, [axis, scalar], { ...this.scaled, named });
  }

  private points(run: Run, indices: number[]): Point[] {
    const { view } = this;
    return indices.map((index) => {
      const step = this.placeOf(run, run.rows.stepAt(index));
      const point: Point = [step, this.shown(this.height(run, index))];
      return nearOrGap(point, view);
    });
  }

  /** Where a step of a run is: with others that move with it, where as much was read. */
  private placeOf(run: Run, step: number): number {
    const { linked } = this.store;
    return run !== this.store.run && linked ? step * linked.stride(run) : step;
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

/** From 0, or the least where that is below, to a round number. */
function whole(least: number, most: number): Reach {
  const down = least < 0 ? rounded(-least) : 0;
  const up = most > 0 ? rounded(most) : Number(down === 0);
  return { about: 0, down, up };
}

/** Whole decades; not all, where they are many. */
function decades(least: number, most: number): Reach {
  const about = Math.ceil(most);
  const down = Math.max(1, about - Math.floor(least));
  return { about, down: Math.min(MOST_DECADES, down), up: 0, most: MOST_DECADES };
}

/** As far as some numbers go; of a single one, from that. */
function spread(least: number, most: number): Reach {
  return { about: least, down: 0, up: most - least || Math.abs(least) || 1 };
}
