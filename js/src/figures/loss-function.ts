/** Figure 1: the red loss function and the blue learning path on it. */

import type { Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Row } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import { PLAIN } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import type { Along } from "../protocol/messages.ts";
import { roundedText } from "../text/format.ts";
import { texts } from "../text/texts.ts";
import { BRACKET_HEIGHT, bracket } from "./bracket.ts";
import { edgeNames } from "./edge.ts";
import { type NameAt, PathFigure, type Size } from "./figure.ts";
import { GRADIENT, INK, idOf, LEARNING, LOSS, type Point, place, withGaps } from "./mark.ts";
import { UP } from "./names.ts";
import { rest } from "./stretches.ts";
import { drawnCurves, eased, inside, lossOn, merged, near, type View, wantedView } from "./view.ts";

const EASE = 0.3;
/** The tangent's half length as a share of the picture's diagonal. */
const TANGENT = 0.14;
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
    const edge = view === wanted ? this.edge(run, row, view) : [];
    this.drawNames(view, () => this.names(run, row, view), { edge });
    this.evaluateIfNeeded(wanted);
    return view !== wanted;
  }

  lossAt(value: number): number | undefined {
    const [curve, detail] = drawnCurves(this.store);
    return (detail && lossOn(detail, value)) ?? (curve && lossOn(curve, value));
  }

  /** Of which step the curve is, where other parameters learn as well. */
  get slice(): string {
    const { names, detail } = this.store;
    return names.count > 1 ? texts.sliceThrough(detail ? this.restedAt : 0) : "";
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
    const at = [idOf(run.rows), run.rows.count, until, ends, store.shown];
    const path = (): Point[] => this.points(run, run.envelope.indices(until), view);
    const after = (): Point[] => this.points(run, rest(store), view);
    // On a slice only the cursor's point lies on the curve.
    const slice = store.names.count > 1;
    if (this.changes.has("path", at, slice)) {
      if (slice) this.placePath([], withGaps([path(), after()]));
      else this.placePath(path(), after());
    }
    if (this.changes.has("dots", at, slice, this.pixelsPer(view))) {
      this.placeDots(slice ? [] : path(), view);
    }
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
    this.placeCursor(view, at, start, moves ? next : undefined);
    this.place("bracket", moves ? bracket(view, row.value, coming, this.pixelsPer(view)) : []);
    const touched: Point = run.batches ? [row.value, row.loss] : at;
    this.place("tangent", tangent(touched, row.gradient, this.pixelsPer(view), size));
  }

  /** Whether the cursor is outside the picture. */
  get outside(): boolean {
    const { run, row, index } = this.store;
    const view = this.zoom ?? wantedView(this.store);
    return !!run && !!row && !!view && !inside([row.value, run.rows.height(index)], view);
  }

  /** Arrows to where cursor and next step are, if that is not in sight. */
  private edge(run: Run, row: Row, view: View): NameAt[] {
    const { store } = this;
    const axes = [store.shown, texts.lossNow] as const;
    const height = run.rows.height(store.index);
    const coming = store.status === "ready" ? store.comingValue : undefined;
    const next: Point | undefined =
      coming === undefined ? coming : [coming, this.lossAt(coming) ?? height];
    return [
      ...edgeNames([row.value, height], view, axes, LEARNING),
      ...edgeNames(next, view, axes, LEARNING, texts.marks.next),
    ];
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
    const touched: Point = run.batches ? [row.value, row.loss] : now;
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
    for (const at of end) names.push({ text: marks.slope, at, slope, color: INK });
    return {
      names: names.filter(({ at }) => at.every(Number.isFinite)),
      markers: others,
    };
  }

  /** The update as the line below the curve is long. */
  private updateText({ value, gradient }: Row): string {
    const { comingRate, optimizer, comingValue = value } = this.store;
    if (optimizer !== PLAIN || comingRate === undefined) {
      return texts.update(roundedText(comingValue - value));
    }
    return texts.plainUpdate(roundedText(comingRate), roundedText(gradient));
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
