/** Figure 1: the red loss function and the blue learning path on it. */

import type { Engine } from "../engine.ts";
import type { ChildModel, Children } from "../host.ts";
import { nextValue, type Row } from "../rows.ts";
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
import { linearTicks, TICK_PIXELS, tickText } from "./ticks.ts";
import { eased, lossOn, merged, type View, wantedView } from "./view.ts";

const EASE = 0.3;
/** How far outside the picture points are still drawn, in widths: beyond, SVG loses precision. */
const MOST_OUTSIDE = 20;
/** The tangent's half length as a share of the picture's diagonal. */
const TANGENT = 0.14;
const ALL_DOTS = 2000;
const DOT_APART = 1 / 250;
const FINER = 4;

export class LossFunctionFigure {
  /** What is shown now; undefined until there is a curve. */
  view: View | undefined;
  private zoom: View | undefined;
  private draggedTo: number | undefined;
  private readonly changes = new Changes();
  private evaluating = false;

  constructor(
    private readonly children: Children,
    private readonly store: Store,
    private readonly engine: Engine,
    private readonly size: () => { width: number; height: number },
    private readonly still: () => boolean,
  ) {}

  /** Shows a part of the plane instead of all, or all again. */
  setZoom(view: View | undefined): void {
    this.zoom = view;
    this.store.changed();
  }

  /** Shows where a start being dragged would be. */
  dragStart(value: number | undefined): void {
    this.draggedTo = value;
    this.store.changed();
  }

  /** Draws; true if another frame is wanted. */
  draw(): boolean {
    const { store } = this;
    const { run, row } = store;
    const wanted = this.zoom ?? wantedView(store);
    if (!wanted || !run || !row) return false;
    this.view = this.still() ? wanted : eased(this.view, wanted, this.zoom ? 1 : EASE);
    this.drawScales(this.view);
    this.drawCurve();
    this.drawPath(run, this.view);
    this.drawCursor(row, this.view);
    this.evaluateIfNeeded(wanted);
    return this.view !== wanted;
  }

  lossAt(value: number): number | undefined {
    const { curve, detail } = this.store;
    return (detail && lossOn(detail, value)) ?? (curve && lossOn(curve, value));
  }

  private mark(name: string): ChildModel {
    return this.children[`loss_function.${name}`] as ChildModel;
  }

  private drawScales(view: View): void {
    const { width, height } = this.size();
    if (!this.changes.has("view", ...Object.values(view), width, height)) return;
    stretch(this.mark("horizontal"), view.low, view.high);
    stretch(this.mark("vertical"), view.bottom, view.top);
    const across = linearTicks(view.low, view.high, width / TICK_PIXELS.horizontal);
    const up = linearTicks(view.bottom, view.top, height / TICK_PIXELS.vertical);
    if (this.changes.has("across", across)) label(this.mark("horizontal_axis"), across, tickText);
    if (this.changes.has("up", up)) label(this.mark("vertical_axis"), up, tickText);
  }

  private drawCurve(): void {
    const { curve, detail } = this.store;
    if (!curve || !this.changes.has("curve", id(curve), id(detail))) return;
    const { values, losses } = merged(curve, detail);
    place(this.mark("curve"), values, losses);
  }

  private drawPath(run: Run, view: View): void {
    const { store } = this;
    const until = store.index;
    const { low, high, bottom, top } = view;
    const ends = [low, high, top, high - low, top - bottom].map(clamp);
    const others = store.runs.map(({ id, rows }) => `${id}:${rows.count}`);
    if (!this.changes.has("path", run.id, run.rows.count, until, ends, others)) return;
    const path = this.points(run, run.envelope.indices(until), view);
    place(this.mark("path"), ...columns(path));
    const dots = until < ALL_DOTS ? path : apart(path, view);
    place(this.mark("dots"), ...columns(withGaps(dots.map((point) => [point]))));
    const faded = fadedStretches(store).map((stretch) =>
      this.points(stretch.run, stretch.indices, view),
    );
    place(this.mark("faded"), ...columns(withGaps(faded)));
  }

  private points(run: Run, indices: number[], view: View): Point[] {
    const width = MOST_OUTSIDE * (view.high - view.low);
    const height = MOST_OUTSIDE * (view.top - view.bottom);
    return indices.map(
      (index): Point => [
        between(run.rows.value(index), view.low - width, view.high + width),
        between(run.rows.loss(index), view.bottom - height, view.top + height),
      ],
    );
  }

  private drawCursor(row: Row, view: View): void {
    const { store } = this;
    const start = this.draggedTo ?? store.run?.rows.value(0) ?? Number.NaN;
    const startLoss =
      this.draggedTo === undefined ? store.run?.rows.loss(0) : this.lossAt(this.draggedTo);
    const coming = store.following?.value ?? nextValue(row, store.learningRate);
    const comingLoss = store.following?.loss ?? this.lossAt(coming);
    const size = this.size();
    const key = [row.value, row.loss, row.gradient, start, startLoss, coming, comingLoss];
    const drawn = [...key, ...Object.values(view), size.width, size.height];
    if (!this.changes.has("cursor", ...drawn)) return;
    placePoint(this.mark("cursor"), row.value, row.loss);
    placePoint(this.mark("start"), start, startLoss);
    const moves = store.status === "ready" && coming !== row.value;
    placePoint(this.mark("next"), moves ? coming : Number.NaN, comingLoss);
    const shown = moves && comingLoss !== undefined;
    place(
      this.mark("coming"),
      shown ? [row.value, coming] : [],
      shown ? [row.loss, comingLoss] : [],
    );
    place(this.mark("tangent"), ...columns(tangent(row, view, size)));
  }

  /** Asks for the curve where it is missing or too coarse for the view. */
  private evaluateIfNeeded(view: View): void {
    const { curve, detail } = this.store;
    if (!curve || this.evaluating || !this.engine.alive) return;
    const width = view.high - view.low;
    const fits = [curve, detail].some((known) => {
      if (!known) return false;
      const low = known.values[0] as number;
      const high = known.values.at(-1) as number;
      return low <= view.low && high >= view.high && high - low <= FINER * width;
    });
    const low = view.low - width / 2;
    const high = view.high + width / 2;
    if (fits || !this.changes.has("evaluate", low, high)) return;
    this.evaluating = true;
    this.engine
      .evaluate(low, high)
      .catch(() => {})
      .finally(() => {
        this.evaluating = false;
        this.store.changed();
      });
  }
}

function between(number: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, number));
}

/** Of many points those that can be told apart in the picture. */
function apart(points: readonly Point[], view: View): Point[] {
  const width = DOT_APART * (view.high - view.low);
  const height = DOT_APART * (view.top - view.bottom);
  const kept: Point[] = [];
  for (const point of points) {
    const before = kept.at(-1);
    const far =
      !before || Math.abs(point[0] - before[0]) > width || Math.abs(point[1] - before[1]) > height;
    if (far) kept.push(point);
  }
  return kept;
}

/** A stretch of the tangent that has the same length on the screen whatever its slope. */
function tangent(row: Row, view: View, size: { width: number; height: number }): Point[] {
  if (![row.value, row.loss, row.gradient].every(Number.isFinite)) return [];
  const across = size.width / (view.high - view.low);
  const up = size.height / (view.top - view.bottom);
  const length = TANGENT * Math.hypot(size.width, size.height);
  const reach = length / Math.hypot(across, row.gradient * up);
  return [
    [row.value - reach, row.loss - reach * row.gradient],
    [row.value + reach, row.loss + reach * row.gradient],
  ];
}

/** Drawn paths are only cut off far outside, so small changes of the view leave them as they are. */
function clamp(end: number): string {
  return end.toPrecision(1);
}

const ids = new WeakMap<object, number>();
let nextId = 0;

function id(object: object | undefined): number {
  if (!object) return -1;
  if (!ids.has(object)) {
    ids.set(object, nextId);
    nextId += 1;
  }
  return ids.get(object) as number;
}
