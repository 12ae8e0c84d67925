/** Figure 1: the red loss function and the blue learning path on it. */

import type { Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Row } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import { PLAIN } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import type { Along } from "../protocol/messages.ts";
import { roundedText } from "../text/format.ts";
import { edgeNames } from "./edge.ts";
import { AFTER, type NameAt, PathFigure, type Size } from "./figure.ts";
import { GRADIENT, idOf, LEARNING, LOSS, type Point, place, withGaps } from "./mark.ts";
import { UP } from "./names.ts";
import { BRACKET_HEIGHT, bracket, namesAlong, STUB, tangent } from "./slope.ts";
import { rest } from "./stretches.ts";
import { drawnCurves, inside, lossOn, merged, near, PathView, type View } from "./view.ts";

const FINER = 4;
/** How far from markers the name of the curve stands, in pixels. */
const NAME_APART = 40;
const SLICED = { path: AFTER, dots: AFTER, faded: AFTER / 2 };
const NO_BATCH: BatchCurve = { batch_values: [], batch_losses: [] };

interface Places {
  now: Point;
  start: Point;
  /** Where the slope touches a curve: that of the batch, if there is one. */
  touched: Point;
  next?: Point;
}

interface BatchCurve {
  batch_values: ArrayLike<number>;
  batch_losses: ArrayLike<number>;
}

export class LossFunctionFigure extends PathFigure {
  /** What is shown, or moved to; undefined until there is a curve. */
  view: View | undefined;
  private readonly pathView = new PathView();
  private zoom: View | undefined;
  private evaluating = false;
  /** Whether the last answer was not all of the curve. */
  private more = false;
  private restedAt = 0;
  /** Through which step the slice is that was evaluated last. */
  private slicedAt = 0;
  private batchCurve = NO_BATCH;

  constructor(
    children: Children,
    store: Store,
    size: () => Size,
    private readonly engine: Engine,
  ) {
    super("loss_function", children, store, size);
  }

  /** Shows a part of the plane instead of all, or all again. */
  setZoom(view: View | undefined): void {
    this.zoom = view;
    this.store.changed();
  }

  /** Where the current run starts. */
  get start(): Point | undefined {
    const { run, shown } = this.store;
    return run && [run.rows.row(0, shown).value, run.rows.height(0)];
  }

  /** The cursor, on the curve if that is known there. */
  get focus(): Point | undefined {
    const { row } = this.store;
    const { view } = this;
    return row && view && [row.value, this.lossAt(row.value) ?? (view.bottom + view.top) / 2];
  }

  /** On a slice only the cursor's point lies on the curve: the others are fainter. */
  protected override get opacities(): Record<string, number> {
    return this.store.names.count > 1 ? SLICED : super.opacities;
  }

  override draw(): boolean {
    const { store } = this;
    const { run, row } = store;
    const view = this.zoom ?? this.pathView.of(store, this.size().height);
    if (!view || !run || !row) return false;
    this.view = view;
    const moves = this.drawScales(view, store.shown, store.texts.lossNow, { atOnce: !!this.zoom });
    if (store.fog) this.drawStubs(run, view);
    else this.drawCurve();
    this.drawBatchCurve(run);
    this.drawPath(run, view);
    const points = (earlier: Run, indices: number[]): Point[] =>
      store.fog ? [] : this.points(earlier, indices, view);
    this.drawEarlierRuns(view, points, [store.shown, store.fog]);
    const places = this.places(run, row);
    this.drawCursor(places, row.gradient, view);
    const edge = moves ? [] : this.edge(places, view);
    this.drawNames(view, () => this.names(places, run, row, view), { always: edge });
    this.evaluateIfNeeded(view);
    return moves;
  }

  lossAt(value: number): number | undefined {
    const [curve, detail] = drawnCurves(this.store);
    return (detail && lossOn(detail, value)) ?? (curve && lossOn(curve, value));
  }

  /** Where the curve begins, is lowest and ends in the picture; nothing where it is not drawn. */
  get ends(): readonly Point[] | undefined {
    const { view, store } = this;
    const [curve, detail] = drawnCurves(store);
    if (!view || !curve || store.fog) return undefined;
    const { values, losses } = merged(curve, detail);
    const points = Array.from(values, (value, at): Point => [value, losses[at] as number]).filter(
      ([value, loss]) => view.low <= value && value <= view.high && Number.isFinite(loss),
    );
    const [first] = points;
    const last = points.at(-1);
    if (!first || !last) return undefined;
    return [first, points.reduce((least, point) => (point[1] < least[1] ? point : least)), last];
  }

  /** Of which step the curve is, where other parameters learn as well. */
  get slice(): string {
    const { names, detail } = this.store;
    return names.count > 1 ? this.store.texts.sliceThrough(detail ? this.slicedAt : 0) : "";
  }

  private onCurve(value: number): Point {
    return [value, this.lossAt(value) ?? Number.NaN];
  }

  private drawCurve(): void {
    const [curve, detail] = drawnCurves(this.store);
    if (!this.changes.has("curve", idOf(curve), idOf(detail))) return;
    const { values, losses } = curve ? merged(curve, detail) : { values: [], losses: [] };
    place(this.mark("curve"), values, losses);
  }

  /** Of the curve what was evaluated: a piece of the tangent at each visited point. */
  private drawStubs(run: Run, view: View): void {
    const { store } = this;
    const { index, shown } = store;
    const per = this.pixelsPer(view);
    if (!this.changes.has("curve", idOf(run.rows), run.rows.count, index, shown, per)) return;
    const stubs = [...run.envelope.indices(index), ...rest(store)].map((at) => {
      const { value, loss, gradient } = run.rows.row(at, shown);
      return tangent([value, loss], gradient, per, this.size(), STUB);
    });
    this.place("curve", withGaps(stubs.filter(([end]) => end && inside(end, view))));
  }

  /** The loss of the batch at the cursor; the kernel evaluates it along the first parameter. */
  private drawBatchCurve(run: Run): void {
    const { look, shown, names, alive, cursor, hides, fog } = this.store;
    const known =
      !(hides || fog) &&
      run.batches &&
      shown === names.learning &&
      (alive || look?.step === cursor);
    this.batchCurve = (known && look) || NO_BATCH;
    if (!this.changes.has("batch curve", idOf(this.batchCurve))) return;
    place(this.mark("batch_curve"), this.batchCurve.batch_values, this.batchCurve.batch_losses);
  }

  private drawPath(run: Run, view: View): void {
    const { store } = this;
    const until = store.index;
    const at = [idOf(run.rows), run.rows.count, until, store.shown, Object.values(view), store.fog];
    if (!this.changes.has("path", at, this.pixelsPer(view))) return;
    const path = this.points(run, run.envelope.indices(until), view);
    // In fog it would lie on the pieces of tangents, and look like a curve.
    if (store.fog) this.placePath([], []);
    else this.placePath(path, this.points(run, rest(store), view));
    this.placeDots(path, view);
  }

  private points(run: Run, indices: number[], view: View): Point[] {
    const values = run.rows.column(this.store.shown);
    if (!values) return [];
    return indices.map((index) => near([values.at(index), run.rows.height(index)], view));
  }

  /** Where the markers are: `next` only if a step leads elsewhere. */
  private places(run: Run, row: Row): Places {
    const { store } = this;
    const now: Point = [row.value, run.rows.height(store.index)];
    const dragged = this.draggedTo?.[0];
    const start = dragged === undefined ? (this.start ?? now) : this.startAt(dragged);
    const touched: Point = run.batches ? [row.value, row.loss] : now;
    const coming = store.comingValue;
    const moves = store.status === "ready" && coming !== undefined && coming !== row.value;
    return { now, start, touched, ...(moves && { next: [coming, this.nextHeight(run, coming)] }) };
  }

  /** Where a start is while it is dragged: in fog as high as it was. */
  private startAt(value: number): Point {
    const [, height = Number.NaN] = this.start ?? [];
    return this.store.fog ? [value, height] : this.onCurve(value);
  }

  /** The loss that the next step leads to, where that is known; else what the curve has there. */
  private nextHeight(run: Run, coming: number): number {
    const { following, index, known, fog } = this.store;
    if (following) return run.rows.height(index + 1);
    const told = run.batches || fog ? undefined : known?.columns.loss[0];
    return told ?? this.lossAt(coming) ?? Number.NaN;
  }

  private drawCursor(places: Places, slope: number, view: View): void {
    const { now, start, next, touched } = places;
    const size = this.size();
    const key = [now, slope, start, next, touched];
    if (!this.changes.has("cursor", key, Object.values(view), size.width, size.height)) return;
    this.placeCursor(view, now, start, next);
    this.place("bracket", next ? bracket(view, now[0], next[0], this.pixelsPer(view)) : []);
    this.place("tangent", tangent(touched, slope, this.pixelsPer(view), size));
  }

  /** Whether the cursor is outside the picture. */
  get outside(): boolean {
    const { view } = this;
    const { run, row, index } = this.store;
    return !!run && !!row && !!view && !inside([row.value, run.rows.height(index)], view);
  }

  /** Arrows to where cursor and next step are, if that is not in sight. */
  private edge({ now, next }: Places, view: View): NameAt[] {
    const axes = [this.store.shown, this.store.texts.lossNow] as const;
    const seen: Point | undefined = next && [next[0], Number.isFinite(next[1]) ? next[1] : now[1]];
    return [
      ...edgeNames(now, view, axes, LEARNING),
      ...edgeNames(seen, view, axes, LEARNING, this.store.texts.marks.next),
    ];
  }

  private names(
    places: Places,
    run: Run,
    row: Row,
    view: View,
  ): { names: NameAt[]; markers: Point[] } {
    const { marks } = this.store.texts;
    const { store } = this;
    const { now, start, next, touched } = places;
    const first = run.rows.row(0, store.shown);
    const slope = row.gradient;
    const end = tangent(touched, slope, this.pixelsPer(view), this.size()).filter((point) =>
      inside(point, view),
    );
    const names: NameAt[] = [];
    if (next) {
      const height = view.bottom + BRACKET_HEIGHT / this.pixelsPer(view)[1];
      const middle: Point = [(now[0] + next[0]) / 2, height];
      names.push({ text: this.updateText(row), at: middle, color: LEARNING, away: UP });
    }
    if (store.index > 0) names.push({ text: marks.now, at: now, slope, color: LEARNING });
    if (next) names.push({ text: marks.next, at: next, slope, color: LEARNING });
    names.push({ text: marks.start, at: start, slope: first.gradient, color: LEARNING });
    const others = [now, start, ...(next ? [next] : [])];
    names.push(...this.redPlaces(view, others), ...this.batchPlaces(view));
    for (const at of end) names.push({ text: marks.slope, at, slope, color: GRADIENT });
    return {
      names: names.filter(({ at }) => at.every(Number.isFinite)),
      markers: others,
    };
  }

  /** The update as the line below the curve is long. */
  private updateText({ value, gradient }: Row): string {
    const { comingRate, optimizer, retraced, comingValue = value } = this.store;
    if (optimizer !== PLAIN || comingRate === undefined || retraced) {
      return this.store.texts.update(roundedText(comingValue - value));
    }
    return this.store.texts.plainUpdate(roundedText(comingRate), roundedText(gradient));
  }

  /** Where the batch's curve may have its name. */
  private batchPlaces(view: View): NameAt[] {
    const { batch_values: values, batch_losses: losses } = this.batchCurve;
    const point = (index: number): Point => [
      values[index] ?? Number.NaN,
      losses[index] ?? Number.NaN,
    ];
    const line = (share: number): [Point, Point] => {
      const index = Math.round(share * (values.length - 2));
      return [point(index), point(index + 1)];
    };
    return namesAlong(line, view, { text: this.store.texts.marks.batch, color: GRADIENT });
  }

  /** Where the red curve may have its name: away from the markers. */
  private redPlaces(view: View, markers: Point[]): NameAt[] {
    const [across, up] = this.pixelsPer(view);
    const width = view.high - view.low;
    const line = (share: number): [Point, Point] => {
      const value = view.low + share * width;
      return [this.onCurve(value), this.onCurve(value + 0.01 * width)];
    };
    const free = ({ at: [x, y] }: NameAt): boolean =>
      markers.every(
        (marker) => Math.hypot((marker[0] - x) * across, (marker[1] - y) * up) > NAME_APART,
      );
    return namesAlong(line, view, { text: this.store.texts.marks.loss, color: LOSS }).filter(free);
  }

  /**
   * Where several parameters learn, the curve is a slice along one of them through the cursor,
   * and follows it when it has come to rest.
   */
  private along(): Along | undefined {
    const { names, shown, cursor, playing } = this.store;
    if (names.count === 1) return undefined;
    if (!playing) this.restedAt = cursor;
    return { name: shown, step: this.restedAt };
  }

  /** Asks for the curve where it is missing or too coarse for the view. */
  private evaluateIfNeeded(view: View): void {
    const { store } = this;
    if (this.evaluating || !store.alive || store.foreseen || store.fog) return;
    const width = view.high - view.low;
    const along = this.along();
    const fits = (along === undefined ? drawnCurves(store) : []).some((known) => {
      const low = known.values[0] as number;
      const high = known.values.at(-1) as number;
      const whole = !known.more || store.playing;
      return whole && low <= view.low && high >= view.high && high - low <= FINER * width;
    });
    const low = view.low - width / 2;
    const high = view.high + width / 2;
    const other = this.changes.has("evaluate", low, high, along?.name, along?.step);
    if (fits || !(other || (this.more && !store.playing))) return;
    this.evaluating = true;
    this.engine
      .evaluate(low, high, along)
      .then((more) => {
        this.more = more;
        this.slicedAt = along?.step ?? 0;
      })
      .catch(() => {
        this.more = false;
      })
      .finally(() => {
        this.evaluating = false;
        this.store.changed();
      });
  }
}
