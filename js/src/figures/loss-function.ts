/** Figure 1: the red loss function and the blue learning path on it. */

import type { ChildModel, Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Row } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { Along } from "../protocol/messages.ts";
import { texts } from "../text/texts.ts";
import {
  Changes,
  columns,
  label,
  type Point,
  place,
  placeLines,
  placePoint,
  placeTexts,
  stretch,
  withGaps,
} from "./mark.ts";
import { earlierRuns, numberPlaces, rest } from "./stretches.ts";
import { linearTicks, TICK_PIXELS } from "./ticks.ts";
import { drawnCurves, eased, lossOn, merged, type View, wantedView } from "./view.ts";

const EASE = 0.3;
/** How far outside the picture points are still drawn, in widths: beyond, SVG loses precision. */
const MOST_OUTSIDE = 20;
/** The tangent's half length as a share of the picture's diagonal. */
const TANGENT = 0.14;
const ALL_DOTS = 2000;
const DOT_APART = 1 / 250;
const FINER = 4;
const NO_BATCH = { batchValues: [], batchLosses: [] };

export class LossFunctionFigure {
  /** What is shown now; undefined until there is a curve. */
  view: View | undefined;
  private zoom: View | undefined;
  private draggedTo: number | undefined;
  private readonly changes = new Changes();
  private evaluating = false;
  /** Whether the last answer was not all of the curve. */
  private more = false;
  private restedAt = 0;

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
    this.drawBatchCurve(run);
    this.drawPath(run, this.view);
    this.drawEarlierRuns(this.view);
    this.drawCursor(run, row, this.view);
    this.evaluateIfNeeded(wanted);
    return this.view !== wanted;
  }

  lossAt(value: number): number | undefined {
    const [curve, detail] = drawnCurves(this.store);
    return (detail && lossOn(detail, value)) ?? (curve && lossOn(curve, value));
  }

  private mark(name: string): ChildModel {
    return this.children[`loss_function.${name}`] as ChildModel;
  }

  private drawScales(view: View): void {
    const { width, height } = this.size();
    const { shown } = this.store;
    if (!this.changes.has("view", ...Object.values(view), width, height, shown)) return;
    stretch(this.mark("horizontal"), view.low, view.high);
    stretch(this.mark("vertical"), view.bottom, view.top);
    const across = linearTicks(view.low, view.high, width / TICK_PIXELS.horizontal);
    const up = linearTicks(view.bottom, view.top, height / TICK_PIXELS.vertical);
    const name = texts.parameterAxis(shown);
    if (this.changes.has("across", across, name)) label(this.mark("horizontal_axis"), across, name);
    if (this.changes.has("up", up)) label(this.mark("vertical_axis"), up, texts.lossTitle);
  }

  private drawCurve(): void {
    const [curve, detail] = drawnCurves(this.store);
    if (!this.changes.has("curve", id(curve), id(detail))) return;
    const { values, losses } = curve ? merged(curve, detail) : { values: [], losses: [] };
    place(this.mark("curve"), values, losses);
  }

  /** The loss of the batch at the cursor; the kernel evaluates it along the first parameter. */
  private drawBatchCurve(run: Run): void {
    const { look, shown, names, alive, cursor } = this.store;
    const known = run.batches && shown === names.learning && (alive || look?.step === cursor);
    if (!this.changes.has("batch curve", id(known ? look : undefined))) return;
    const { batchValues, batchLosses } = (known && look) || NO_BATCH;
    place(this.mark("batch_curve"), batchValues, batchLosses);
  }

  private drawPath(run: Run, view: View): void {
    const { store } = this;
    const until = store.index;
    const { low, high, bottom, top } = view;
    const ends = [low, high, top, high - low, top - bottom].map(clamp);
    if (!this.changes.has("path", run.id, run.rows.count, until, ends, store.shown)) return;
    const path = this.points(run, run.envelope.indices(until), view);
    place(this.mark("path"), ...columns(path));
    const dots = until < ALL_DOTS ? path : apart(path, view);
    place(this.mark("dots"), ...columns(withGaps(dots.map((point) => [point]))));
    place(this.mark("faded"), ...columns(this.points(run, rest(store), view)));
  }

  private drawEarlierRuns(view: View): void {
    const { store } = this;
    const { width, height } = this.size();
    const runs = store.runs.map(({ id, rows }) => `${id}:${rows.count}`);
    const ends = Object.values(view);
    if (!this.changes.has("earlier", runs.slice(0, -1), ends, width, height, store.shown)) return;
    const earlier = earlierRuns(store);
    const lines = earlier.map(({ run, indices }) => this.points(run, indices, view));
    placeLines(
      this.mark("earlier"),
      lines,
      earlier.map(({ color }) => color),
    );
    const across = width / (view.high - view.low);
    const up = height / (view.top - view.bottom);
    const places = numberPlaces(
      lines,
      ([x, y]) => [x * across, y * up],
      ([x, y]) => x >= view.low && x <= view.high && y >= view.bottom && y <= view.top,
    );
    placeTexts(
      this.mark("numbers"),
      earlier.flatMap(({ number, color }, index) => {
        const at = places[index];
        return at ? [{ text: String(number), at, color }] : [];
      }),
    );
  }

  private points(run: Run, indices: number[], view: View): Point[] {
    const width = MOST_OUTSIDE * (view.high - view.low);
    const height = MOST_OUTSIDE * (view.top - view.bottom);
    const values = run.rows.column(this.store.shown);
    if (!values) return [];
    return indices.map(
      (index): Point => [
        between(values.at(index), view.low - width, view.high + width),
        between(run.rows.height(index), view.bottom - height, view.top + height),
      ],
    );
  }

  private drawCursor(run: Run, row: Row, view: View): void {
    const { store } = this;
    const { rows } = run;
    const height = rows.height(store.index);
    const start = this.draggedTo ?? rows.row(0, store.shown).value;
    const startLoss = this.draggedTo === undefined ? rows.height(0) : this.lossAt(this.draggedTo);
    const coming = store.comingValue ?? Number.NaN;
    const comingLoss = store.following ? rows.height(store.index + 1) : this.lossAt(coming);
    const size = this.size();
    const key = [row.value, height, row.gradient, start, startLoss, coming, comingLoss];
    const drawn = [...key, ...Object.values(view), size.width, size.height];
    if (!this.changes.has("cursor", ...drawn)) return;
    placePoint(this.mark("cursor"), row.value, height);
    placePoint(this.mark("start"), start, startLoss);
    const moves = store.status === "ready" && coming !== row.value;
    placePoint(this.mark("next"), moves ? coming : Number.NaN, comingLoss);
    const shown = moves && Number.isFinite(coming) && comingLoss !== undefined;
    place(this.mark("coming"), shown ? [row.value, coming] : [], shown ? [height, comingLoss] : []);
    place(this.mark("tangent"), ...columns(tangent({ ...row, loss: height }, view, size)));
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
    if (this.evaluating || !this.engine.alive) return;
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

/**
 * Drawn paths are only cut off far outside, so small changes of the view leave them as they are.
 */
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
