/** Figure 1: the red loss function and the blue learning path on it. */

import type { Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Row } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { Along } from "../protocol/messages.ts";
import { texts } from "../text/texts.ts";
import { ALL_DOTS, type NameAt, PathFigure, type Size } from "./figure.ts";
import { GRADIENT, INK, idOf, LEARNING, LOSS, type Point, place } from "./mark.ts";
import { rest } from "./stretches.ts";
import { drawnCurves, eased, inside, lossOn, merged, near, type View, wantedView } from "./view.ts";

const EASE = 0.3;
/** The tangent's half length as a share of the picture's diagonal. */
const TANGENT = 0.14;
const DOT_APART = 1 / 250;
const FINER = 4;
/** Where on a curve its name may stand, as shares of its width, and how far from markers. */
const NAME_PLACES = [0.12, 0.2, 0.3, 0.88, 0.7, 0.5];
const NAME_APART = 40;
const NO_BATCH: BatchCurve = { batch_values: [], batch_losses: [] };

interface BatchCurve {
  batch_values: ArrayLike<number>;
  batch_losses: ArrayLike<number>;
}

export class LossFunctionFigure extends PathFigure {
  /** What is shown now; undefined until there is a curve. */
  view: View | undefined;
  private zoom: View | undefined;
  private evaluating = false;
  /** Whether the last answer was not all of the curve. */
  private more = false;
  private restedAt = 0;
  private batchCurve = NO_BATCH;

  constructor(
    children: Children,
    store: Store,
    size: () => Size,
    private readonly engine: Engine,
    private readonly still: () => boolean,
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

  override draw(): boolean {
    const { store } = this;
    const { run, row } = store;
    const wanted = this.zoom ?? wantedView(store);
    if (!wanted || !run || !row) return false;
    this.view = this.still() ? wanted : eased(this.view, wanted, this.zoom ? 1 : EASE);
    const { view } = this;
    this.drawScales(view, store.shown, texts.lossNow);
    this.drawCurve();
    this.drawBatchCurve(run);
    this.drawPath(run, view);
    const points = (earlier: Run, indices: number[]): Point[] =>
      this.points(earlier, indices, view);
    this.drawEarlierRuns(view, points, store.shown);
    this.drawCursor(run, row, view);
    this.drawNames(view, () => this.names(run, row, view));
    this.evaluateIfNeeded(wanted);
    return view !== wanted;
  }

  lossAt(value: number): number | undefined {
    const [curve, detail] = drawnCurves(this.store);
    return (detail && lossOn(detail, value)) ?? (curve && lossOn(curve, value));
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

  /** The loss of the batch at the cursor; the kernel evaluates it along the first parameter. */
  private drawBatchCurve(run: Run): void {
    const { look, shown, names, alive, cursor } = this.store;
    const known = run.batches && shown === names.learning && (alive || look?.step === cursor);
    this.batchCurve = (known && look) || NO_BATCH;
    if (!this.changes.has("batch curve", idOf(this.batchCurve))) return;
    place(this.mark("batch_curve"), this.batchCurve.batch_values, this.batchCurve.batch_losses);
  }

  private drawPath(run: Run, view: View): void {
    const { store } = this;
    const until = store.index;
    const { low, high, bottom, top } = view;
    const ends = [low, high, top, high - low, top - bottom].map(clamp);
    if (!this.changes.has("path", idOf(run.rows), run.rows.count, until, ends, store.shown)) return;
    const path = this.points(run, run.envelope.indices(until), view);
    const dots = until < ALL_DOTS ? path : apart(path, view);
    this.placePath(path, dots, this.points(run, rest(store), view));
  }

  private points(run: Run, indices: number[], view: View): Point[] {
    const values = run.rows.column(this.store.shown);
    if (!values) return [];
    return indices.map((index) => near([values.at(index), run.rows.height(index)], view));
  }

  private drawCursor(run: Run, row: Row, view: View): void {
    const { store } = this;
    const { rows } = run;
    const height = rows.height(store.index);
    const dragged = this.draggedTo?.[0];
    const start = dragged === undefined ? this.start : this.onCurve(dragged);
    const coming = store.comingValue ?? Number.NaN;
    const next: Point = store.following
      ? [coming, rows.height(store.index + 1)]
      : this.onCurve(coming);
    const size = this.size();
    const key = [row.value, height, row.gradient, start, next];
    if (!this.changes.has("cursor", key, Object.values(view), size.width, size.height)) return;
    const at: Point = [row.value, height];
    const moves = store.status === "ready" && coming !== row.value;
    this.placeCursor(at, start, moves ? next : undefined);
    this.place("tangent", tangent(at, row.gradient, this.pixelsPer(view), size));
  }

  private names(run: Run, row: Row, view: View): { names: NameAt[]; markers: Point[] } {
    const { marks } = texts;
    const { store } = this;
    const now: Point = [row.value, run.rows.height(store.index)];
    const first = run.rows.row(0, store.shown);
    const start = this.start ?? now;
    const coming = store.comingValue;
    const next = coming === undefined || coming === row.value ? undefined : this.onCurve(coming);
    const slope = row.gradient;
    const end = tangent(now, slope, this.pixelsPer(view), this.size()).filter((point) =>
      inside(point, view),
    );
    const names: NameAt[] = [];
    if (store.index > 0) names.push({ text: marks.now, at: now, slope, color: LEARNING });
    if (next) names.push({ text: marks.next, at: next, slope, color: LEARNING });
    names.push({ text: marks.start, at: start, slope: first.gradient, color: LEARNING });
    const others = [now, start, ...(next ? [next] : [])];
    names.push(...this.redPlaces(view, others), ...this.batchPlaces(view));
    for (const at of end) names.push({ text: marks.slope, at, slope, color: INK });
    return {
      names: names.filter(({ at }) => at.every(Number.isFinite)),
      markers: others,
    };
  }

  /** Where the batch's curve may have its name. */
  private batchPlaces(view: View): NameAt[] {
    const { batch_values: values, batch_losses: losses } = this.batchCurve;
    const point = (index: number): Point => [
      values[index] ?? Number.NaN,
      losses[index] ?? Number.NaN,
    ];
    const places = NAME_PLACES.map((share) => {
      const index = Math.round(share * (values.length - 2));
      return onLine(point(index), point(index + 1));
    });
    return places
      .filter(({ at, slope }) => inside(at, view) && Number.isFinite(slope))
      .map((place) => ({ text: texts.marks.batch, ...place, color: GRADIENT }));
  }

  /** Where the red curve may have its name: away from the markers. */
  private redPlaces(view: View, markers: Point[]): NameAt[] {
    const [across, up] = this.pixelsPer(view);
    const width = view.high - view.low;
    const places = NAME_PLACES.map((share) => {
      const value = view.low + share * width;
      return onLine(this.onCurve(value), this.onCurve(value + 0.01 * width));
    });
    const free = ([x, y]: Point): boolean =>
      markers.every(
        (marker) => Math.hypot((marker[0] - x) * across, (marker[1] - y) * up) > NAME_APART,
      );
    return places
      .filter(({ at, slope }) => inside(at, view) && Number.isFinite(slope) && free(at))
      .map((place) => ({ text: texts.marks.loss, ...place, color: LOSS }));
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
    if (this.evaluating || !store.alive || store.foreseen) return;
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

/** A point of a line, with the slope there. */
function onLine(at: Point, next: Point): { at: Point; slope: number } {
  return { at, slope: (next[1] - at[1]) / (next[0] - at[0]) };
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
function tangent([x, y]: Point, slope: number, [across, up]: Point, size: Size): Point[] {
  if (![x, y, slope].every(Number.isFinite)) return [];
  const length = TANGENT * Math.hypot(size.width, size.height);
  const reach = length / Math.hypot(across, slope * up);
  return [
    [x - reach, y - reach * slope],
    [x + reach, y + reach * slope],
  ];
}

/**
 * Drawn paths are only cut off far outside, so small changes of the view leave them as they are.
 */
function clamp(end: number): string {
  return end.toPrecision(1);
}
