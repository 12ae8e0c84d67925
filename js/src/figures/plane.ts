/** The loss on a plane: colours and lines of equal loss, and the learning path. */

import type { ChildModel, Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer, PlaneQuestion } from "../protocol/messages.ts";
import { texts } from "../text/texts.ts";
import { shares, spaced } from "./heat.ts";
import type { Ink } from "./ink.ts";
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
import { arrow, comingPoint, downhill, recordedPoints, seenPoints } from "./plane-path.ts";
import { PlaneRequests } from "./plane-requests.ts";
import { earlierRuns, numberPlaces, rest } from "./stretches.ts";
import { linearTicks, TICK_PIXELS } from "./ticks.ts";

/** How far outside the picture points are still drawn, in widths: beyond, SVG loses precision. */
const MOST_OUTSIDE = 20;
const ARROW_PIXELS = 46;
const ALL_DOTS = 2000;

export class PlaneFigure {
  private readonly changes = new Changes();
  private readonly requests: PlaneRequests;
  private draggedTo: Point | undefined;
  private drawn: PlaneAnswer | undefined;

  constructor(
    private readonly children: Children,
    private readonly store: Store,
    engine: Engine,
    private readonly size: () => { width: number; height: number },
    private readonly ink: () => Ink | undefined,
  ) {
    this.requests = new PlaneRequests(store, engine);
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

  /** Has the plane evaluated anew, for the path as it is now. */
  redraw(): void {
    this.requests.redraw();
    this.store.changed();
  }

  /** Shows another part of the plane; all that matters again if there is none. */
  setView(view: PlaneQuestion["view"]): void {
    this.requests.setView(view);
    this.store.changed();
  }

  /** Shows where a start being dragged would be. */
  dragStart(place: Point | undefined): void {
    this.draggedTo = place;
    this.store.changed();
  }

  /** Draws; no other frame is ever wanted. */
  draw(): boolean {
    const { plane } = this;
    const { run } = this.store;
    if (plane && run?.rows.count) {
      this.drawColors();
      this.drawPlane(plane);
      this.drawTicks(plane);
      this.drawPath(plane, run);
      this.drawEarlierRuns(plane);
      this.drawCursor(plane, run);
    }
    this.requests.ask([this.start, this.cursor]);
    return false;
  }

  /** The picture in words; empty while there is none. */
  describe(): string {
    const { plane, store } = this;
    const { run, row, index, cursor } = store;
    if (!plane || !run || !row) return "";
    const finite = plane.losses.filter(Number.isFinite);
    const exact = plane.recorded || plane.steps.includes(cursor);
    return texts.planeAlternative({
      x: plane.x,
      y: plane.y,
      least: plane.least,
      most: finite.reduce((a, b) => Math.max(a, b), plane.least),
      holes: 1 - finite.length / plane.losses.length,
      explained: plane.explained,
      start: this.start,
      cursor: exact ? this.cursor : undefined,
      step: cursor,
      loss: run.rows.height(index),
      downhill: downhill(plane, run, index),
    });
  }

  private mark(name: string): ChildModel {
    return this.children[`plane.${name}`] as ChildModel;
  }

  private drawColors(): void {
    const ink = this.ink();
    if (!ink?.paper || !ink.loss || !this.changes.has("ink", ink.paper, ink.loss)) return;
    this.mark("color").set_state({ colors: [ink.paper, ink.loss] });
  }

  private drawPlane(plane: PlaneAnswer): void {
    if (plane === this.drawn) return;
    const { lowX, highX, lowY, highY, n } = plane;
    // Colours are painted over their whole extent, so they must never be larger than the scales.
    this.widen("horizontal", lowX, highX);
    this.widen("vertical", lowY, highY);
    this.mark("heat").set_state({
      x: spaced(lowX, highX, n),
      y: spaced(lowY, highY, n),
      color: shares(plane.losses, n),
    });
    stretch(this.mark("horizontal"), lowX, highX);
    stretch(this.mark("vertical"), lowY, highY);
    const contours = Array.from(plane.contourX, (x, index): Point => {
      const gap = Number.isNaN(x);
      return [plane.contourX[gap ? index - 1 : index] as number, plane.contourY[index] as number];
    });
    place(this.mark("contours"), ...columns(contours));
    this.drawn = plane;
  }

  private widen(name: string, low: number, high: number): void {
    const scale = this.mark(name);
    const [min, max] = [scale.get("min"), scale.get("max")].map(Number) as [number, number];
    stretch(scale, Math.min(low, orElse(min, low)), Math.max(high, orElse(max, high)));
  }

  private drawTicks({ x, y, lowX, highX, lowY, highY }: PlaneAnswer): void {
    const { width, height } = this.size();
    const across = linearTicks(lowX, highX, width / TICK_PIXELS.horizontal);
    const up = linearTicks(lowY, highY, height / TICK_PIXELS.vertical);
    if (this.changes.has("across", across, x)) label(this.mark("horizontal_axis"), across, x);
    if (this.changes.has("up", up, y)) label(this.mark("vertical_axis"), up, y);
  }

  private drawPath(plane: PlaneAnswer, run: Run): void {
    const { store } = this;
    const { index, cursor, last } = store;
    const { current } = this.requests;
    const at = [run.id, run.rows.count, index, cursor, current];
    if (!this.changes.has("path", ids(plane), ...at)) return;
    const { recorded } = plane;
    const path = recorded
      ? recordedPoints(plane, run, run.envelope.indices(index))
      : this.seen(0, cursor);
    const coming = recorded ? recordedPoints(plane, run, rest(store)) : this.seen(cursor, last);
    const shown = path.map((point) => near(point, plane));
    place(this.mark("path"), ...columns(shown));
    const dots = shown.length <= ALL_DOTS ? shown : [];
    place(this.mark("dots"), ...columns(withGaps(dots.map((point) => [point]))));
    place(this.mark("faded"), ...columns(coming.map((point) => near(point, plane))));
  }

  private drawEarlierRuns(plane: PlaneAnswer): void {
    const { width, height } = this.size();
    const runs = this.store.runs.map(({ id, rows }) => `${id}:${rows.count}`);
    if (!this.changes.has("earlier", ids(plane), runs.slice(0, -1), width, height)) return;
    const earlier = earlierRuns(this.store);
    const lines = earlier.map(({ run, indices }) =>
      recordedPoints(plane, run, indices).map((point) => near(point, plane)),
    );
    placeLines(
      this.mark("earlier"),
      lines,
      earlier.map(({ color }) => color),
    );
    const [across, up] = this.pixelsPer(plane);
    const places = numberPlaces(
      lines,
      ([x, y]) => [x * across, y * up],
      (point) => inside(point, plane),
    );
    placeTexts(
      this.mark("numbers"),
      earlier.flatMap(({ number, color }, index) => {
        const at = places[index];
        return at ? [{ text: String(number), at, color }] : [];
      }),
    );
  }

  private drawCursor(plane: PlaneAnswer, run: Run): void {
    const { store, cursor } = this;
    const start = this.draggedTo ?? this.start;
    const next = store.status === "ready" ? comingPoint(plane, store) : undefined;
    const down = downhill(plane, run, store.index);
    const per = this.pixelsPer(plane);
    if (!this.changes.has("cursor", ids(plane), cursor, start, next, down, per)) return;
    placeNear(this.mark("cursor"), cursor, plane);
    placeNear(this.mark("start"), start, plane);
    const moves = next && cursor && (next[0] !== cursor[0] || next[1] !== cursor[1]);
    placeNear(this.mark("next"), moves ? next : undefined, plane);
    const coming = moves && [...cursor, ...next].every(Number.isFinite) ? [cursor, next] : [];
    place(this.mark("coming"), ...columns(coming.map((point) => near(point, plane))));
    const shown = cursor && down && inside(cursor, plane);
    const arrowed = shown ? arrow(cursor, down, per, ARROW_PIXELS) : [];
    place(this.mark("gradient"), ...columns(arrowed));
  }

  private seen(from: number, until: number): Point[] {
    const { plane } = this;
    return plane && this.requests.current ? seenPoints(plane, from, until) : [];
  }

  private pixelsPer({ lowX, highX, lowY, highY }: PlaneAnswer): Point {
    const { width, height } = this.size();
    return [width / (highX - lowX), height / (highY - lowY)];
  }
}

/** Whether a point is in the picture. */
export function inside([x, y]: Point, { lowX, highX, lowY, highY }: PlaneAnswer): boolean {
  return x >= lowX && x <= highX && y >= lowY && y <= highY;
}

function placeNear(mark: ChildModel, point: Point | undefined, plane: PlaneAnswer): void {
  placePoint(mark, ...(point ? near(point, plane) : ([Number.NaN, Number.NaN] as const)));
}

/** The same point, or one not too far outside; infinite ones stay so. */
function near([x, y]: Point, { lowX, highX, lowY, highY }: PlaneAnswer): Point {
  const clamped = (at: number, low: number, high: number): number => {
    const room = MOST_OUTSIDE * (high - low);
    return Math.min(high + room, Math.max(low - room, at));
  };
  if (!Number.isFinite(x) || !Number.isFinite(y)) return [lowX, Number.NaN];
  return [clamped(x, lowX, highX), clamped(y, lowY, highY)];
}

function orElse(number: number, otherwise: number): number {
  return Number.isFinite(number) ? number : otherwise;
}

const known = new WeakMap<PlaneAnswer, number>();
let count = 0;

/** A number for each plane. */
function ids(plane: PlaneAnswer): number {
  const found = known.get(plane);
  if (found !== undefined) return found;
  count += 1;
  known.set(plane, count);
  return count;
}
