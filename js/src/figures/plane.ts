/** The loss on a plane: colours and lines of equal loss, and the learning path. */

import type { Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import { type Ends, inEqualUnits, isSame, stretchOf } from "../model/equal-units.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer } from "../protocol/messages.ts";
import { edgeNames } from "./edge.ts";
import { type NameAt, PathFigure, type Size } from "./figure.ts";
import { shares, spaced } from "./heat.ts";
import type { Ink } from "./ink.ts";
import { levelNames } from "./levels.ts";
import { GRADIENT, idOf, LEARNING, type Point, stretch, withGaps } from "./mark.ts";
import {
  arrow,
  arrowLength,
  comingPoint,
  downhill,
  recordedPoints,
  seenPoints,
} from "./plane-path.ts";
import { endsOf, PlaneRequests } from "./plane-requests.ts";
import { STUB, tangent } from "./slope.ts";
import { rest } from "./stretches.ts";
import { inside, nearOrGap, type View } from "./view.ts";

/** That of a plot that is not laid out yet, about. */
const USUAL_ASPECT = 2.25;

/** How many times as far as there is something to see the plane reaches at first in fog. */
const FIRST_REACH = 2;

/** The share of a gradient that stands for none at all, so that a line can be upright. */
const NEARLY_NONE = 1e-12;

/** Of a shorter step no direction is shown. */
const SHORTEST_STEP_PIXELS = 1;

export class PlaneFigure extends PathFigure {
  private readonly requests: PlaneRequests;
  private drawn: PlaneAnswer | undefined;
  /** The losses of some lines of equal loss, each where it may stand. */
  private levels: NameAt[] = [];

  constructor(
    children: Children,
    store: Store,
    size: () => Size,
    engine: Engine,
    private readonly ink: () => Ink | undefined,
  ) {
    super("plane", children, store, size);
    this.requests = new PlaneRequests(store, engine, () => this.aspect);
  }

  /** The plane that is shown, if it is the one that is wanted. */
  get plane(): PlaneAnswer | undefined {
    return this.requests.plane;
  }

  /** Whether the path goes on after what the kernel has seen of it on this plane. */
  get outdated(): boolean {
    return this.requests.outdated;
  }

  /** Whether a place on the plane can be made the start. */
  get startable(): boolean {
    const { alive, names } = this.store;
    const { plane } = this;
    if (!plane?.recorded || !alive) return false;
    return names.params.includes(plane.x) && names.params.includes(plane.y);
  }

  /** Where the current run starts on the plane. */
  get start(): Point | undefined {
    const { plane } = this;
    const { run } = this.store;
    if (!plane || !run) return undefined;
    return plane.recorded ? recordedPoints(plane, run, [0])[0] : this.seen(0, 0)[0];
  }

  /** Where the cursor is on the plane, or the last point before it that the kernel has seen there. */
  get cursor(): Point | undefined {
    const { plane } = this;
    const { run, index, cursor } = this.store;
    if (!plane || !run) return undefined;
    if (plane.recorded) return recordedPoints(plane, run, [index])[0];
    const known = cursor <= (plane.steps.at(-1) ?? -1);
    return known ? this.seen(0, cursor).at(-1) : undefined;
  }

  /** Where the next step leads, where there is one and it is known. */
  private get next(): Point | undefined {
    const { plane, store } = this;
    return plane && store.status === "ready" ? comingPoint(plane, store) : undefined;
  }

  get focus(): Point | undefined {
    return this.cursor;
  }

  /** Has the plane evaluated anew, for the path as it is now. */
  redraw(): void {
    this.requests.redraw();
    this.store.changed();
  }

  /** What is in sight of the plane: wider than it is until it is known there in equal units. */
  get view(): View | undefined {
    const { plane, store } = this;
    if (!plane) return undefined;
    const ends = store.fog ? (this.requests.chosen ?? this.visited(plane)) : endsOf(plane);
    const [low, high, bottom, top] = inEqualUnits(ends, this.aspect);
    return { low, high, bottom, top };
  }

  /** As far as the path reaches, by doubling: all else would tell where it will lead. */
  private visited({ recorded, x, y }: PlaneAnswer): Ends {
    const { run, last } = this.store;
    const rows = run?.rows;
    const path = recorded && run ? this.path(run) : this.seen(0, last);
    const [start = [0, 0]] = path;
    const reach = [x, y].map((name) => FIRST_REACH * ((recorded && rows?.scaleOf(name)) || 1));
    return start.flatMap((about, axis) => {
      const away = path.map((point) => Math.abs((point[axis] as number) - about));
      const most = away.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0);
      const first = reach[axis] as number;
      const half = first * 2 ** Math.max(0, Math.ceil(Math.log2((1.1 * most) / first)));
      return [about - half, about + half];
    }) as unknown as Ends;
  }

  /** All of a recorded path that is shown. */
  private path(run: Run): Point[] {
    const { plane, store } = this;
    const indices = [...run.envelope.indices(store.index), ...rest(store)];
    return plane ? recordedPoints(plane, run, indices) : [];
  }

  /** How many times as wide as high the plot is. */
  private get aspect(): number {
    const { width, height } = this.size();
    return width > 0 && height > 0 ? width / height : USUAL_ASPECT;
  }

  /** What its axes are called, in words where they are no parameters. */
  private axesOf({ x, y }: PlaneAnswer): [string, string] {
    const { texts } = this.store;
    return [texts.axis(x), texts.axis(y)];
  }

  /** Says of units that are not equal by how much. */
  private stretched(plane: PlaneAnswer, { low, high, bottom, top }: View): string {
    const [x, y] = this.axesOf(plane);
    const stretch = stretchOf([low, high, bottom, top], this.aspect);
    return isSame(stretch) ? "" : this.store.texts.stretched(stretch > 1 ? y : x, stretch);
  }

  /** Shows another part of the plane; all that matters again if there is none. */
  setZoom(view: View | undefined): void {
    this.requests.setView(view ? [view.low, view.high, view.bottom, view.top] : null);
    this.store.changed();
  }

  override draw(): boolean {
    const { plane, view, store } = this;
    const { run } = store;
    let moves = false;
    if (plane && view && run?.rows.count) {
      this.drawColors();
      if (store.fog) this.drawStubs(plane, run, view);
      else this.drawPlane(plane);
      const note = this.stretched(plane, view);
      moves = this.drawScales(view, ...this.axesOf(plane), { note, atOnce: true });
      this.drawPath(plane, run, view);
      const points = (earlier: Run, indices: number[]): Point[] =>
        store.fog ? [] : drawnIn(view, recordedPoints(plane, earlier, indices));
      this.drawEarlierRuns(view, points, [idOf(plane), store.fog]);
      this.drawCursor(plane, run, view);
      const always = [...this.edge(plane, view), ...this.levels];
      this.drawNames(view, () => this.names(plane, run, view), { always });
    }
    this.requests.ask([this.start, this.cursor]);
    return moves;
  }

  /** The picture in words; empty while there is none. */
  describe(): string {
    const { plane, view, store } = this;
    const { run, row, index, cursor } = store;
    if (!plane || !view || !run || !row) return "";
    const finite = plane.losses.filter(Number.isFinite);
    const [x, y] = this.axesOf(plane);
    const exact = plane.recorded || plane.steps.includes(cursor);
    return this.store.texts.planeAlternative({
      x,
      y,
      least: plane.least,
      most: finite.reduce((a, b) => Math.max(a, b), plane.least),
      holes: 1 - finite.length / plane.losses.length,
      explained: plane.explained,
      start: this.start,
      cursor: exact ? this.cursor : undefined,
      outside: this.cursor !== undefined && !inside(this.cursor, view),
      step: cursor,
      loss: run.rows.height(index),
      downhill: this.arrow(plane, run, view).length ? downhill(plane, run, index) : undefined,
      stretched: this.stretched(plane, view),
      fog: store.fog,
    });
  }

  private drawColors(): void {
    const ink = this.ink();
    if (!ink?.paper || !ink.loss || !this.changes.has("ink", ink.paper, ink.loss)) return;
    this.mark("color").set_state({ colors: [ink.paper, ink.loss] });
  }

  private drawPlane(plane: PlaneAnswer): void {
    if (plane === this.drawn) return;
    const { low_x, high_x, low_y, high_y, n } = plane;
    // Colours are painted over their whole extent, so they must never be larger than the scales.
    this.widen("horizontal", low_x, high_x);
    this.widen("vertical", low_y, high_y);
    this.mark("heat").set_state({
      visible: true,
      x: spaced(low_x, high_x, n),
      y: spaced(low_y, high_y, n),
      color: shares(plane.losses, n),
    });
    const contours = Array.from(plane.contour_x, (x, index): Point => {
      const gap = Number.isNaN(x);
      return [plane.contour_x[gap ? index - 1 : index] as number, plane.contour_y[index] as number];
    });
    this.place("contours", contours);
    this.levels = levelNames(plane);
    this.drawn = plane;
  }

  /** Of the plane what was evaluated: a piece of a line of equal loss at each visited point. */
  private drawStubs(plane: PlaneAnswer, run: Run, view: View): void {
    const { store } = this;
    const per = this.pixelsPer(view);
    const key = [idOf(plane), idOf(run.rows), run.rows.count, store.index, per];
    if (!this.changes.has("stubs", ...key) && !this.drawn) return;
    this.drawn = undefined;
    this.levels = [];
    this.mark("heat").set_state({ visible: false });
    const indices = [...run.envelope.indices(store.index), ...rest(store)];
    const points = this.path(run);
    const stubs = indices.map((index, at) => {
      const down = downhill(plane, run, index);
      const point = points[at];
      if (!down || !point || !inside(point, view)) return [];
      const [across, up] = down;
      const slope = -across / (up || Math.abs(across) * NEARLY_NONE);
      return tangent(point, slope, per, this.size(), STUB);
    });
    this.place("contours", withGaps(stubs.filter((stub) => stub.length > 0)));
  }

  private widen(name: string, low: number, high: number): void {
    const scale = this.mark(name);
    const known = (end: string, otherwise: number): number =>
      (scale.get(end) as number | null | undefined) ?? otherwise;
    stretch(scale, Math.min(low, known("min", low)), Math.max(high, known("max", high)));
  }

  private drawPath(plane: PlaneAnswer, run: Run, view: View): void {
    const { store } = this;
    const { index, cursor, last } = store;
    const { current } = this.requests;
    const at = [idOf(run.rows), run.rows.count, index, cursor, current, this.pixelsPer(view)];
    if (!this.changes.has("path", idOf(plane), ...at)) return;
    const { recorded } = plane;
    const path = recorded
      ? recordedPoints(plane, run, run.envelope.indices(index))
      : this.seen(0, cursor);
    const after = recorded ? recordedPoints(plane, run, rest(store)) : this.seen(cursor, last);
    const shown = drawnIn(view, path);
    this.placePath(shown, drawnIn(view, after));
    this.placeDots(shown, view);
  }

  private drawCursor(plane: PlaneAnswer, run: Run, view: View): void {
    const { cursor, next } = this;
    const start = this.draggedTo ?? this.start;
    const gradient = this.arrow(plane, run, view);
    const per = this.pixelsPer(view);
    if (!this.changes.has("cursor", idOf(plane), cursor, start, next, gradient, per)) return;
    const moves = next && cursor && (next[0] !== cursor[0] || next[1] !== cursor[1]);
    const drawn = (point: Point | undefined): Point | undefined => point && nearOrGap(point, view);
    this.placeCursor(view, drawn(cursor), drawn(start), moves ? drawn(next) : undefined);
    this.place("gradient", gradient);
  }

  /** The arrow downhill from the cursor; empty where the next step would not be seen. */
  private arrow(plane: PlaneAnswer, run: Run, view: View): Point[] {
    const { cursor, store } = this;
    const down = downhill(plane, run, store.index);
    if (store.hides || !cursor || !down || !inside(cursor, view)) return [];
    const per = this.pixelsPer(view);
    const [x, y] = comingPoint(plane, store) ?? [Number.NaN, Number.NaN];
    const step = Math.hypot((x - cursor[0]) * per[0], (y - cursor[1]) * per[1]);
    if (step < SHORTEST_STEP_PIXELS) return [];
    return arrow(cursor, down, per, arrowLength(down, downhill(plane, run, 0)));
  }

  /** Arrows to where cursor and next step are, if that is not in sight. */
  private edge(plane: PlaneAnswer, view: View): NameAt[] {
    const { cursor, next } = this;
    const axes = this.axesOf(plane);
    return [
      ...edgeNames(cursor, view, axes, LEARNING),
      ...edgeNames(next, view, axes, LEARNING, this.store.texts.marks.next),
    ];
  }

  private names(plane: PlaneAnswer, run: Run, view: View): { names: NameAt[]; markers: Point[] } {
    const { marks } = this.store.texts;
    const { start, cursor, next, store } = this;
    const tip = this.arrow(plane, run, view)[1];
    const at: [string, Point | undefined, string][] = [
      [marks.now, store.index > 0 ? cursor : undefined, LEARNING],
      [marks.next, next, LEARNING],
      [marks.start, start, LEARNING],
      [marks.downhill, tip, GRADIENT],
    ];
    const known = at.flatMap(([text, point, color]): NameAt[] =>
      point?.every(Number.isFinite) ? [{ text, at: point, color, away: [0, 1] }] : [],
    );
    return { names: known, markers: known.map(({ at: point }) => point) };
  }

  private seen(from: number, until: number): Point[] {
    const { plane } = this;
    return plane && this.requests.current ? seenPoints(plane, from, until) : [];
  }
}

/** The points as they are drawn: not too far outside. */
function drawnIn(view: View, points: readonly Point[]): Point[] {
  return points.map((point) => nearOrGap(point, view));
}
