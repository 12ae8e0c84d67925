/** The loss on a plane: colours and lines of equal loss, and the learning path. */

import type { Children } from "../dom/host.ts";
import type { Engine } from "../model/engine.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer } from "../protocol/messages.ts";
import { texts } from "../text/texts.ts";
import { ALL_DOTS, type NameAt, PathFigure, type Size } from "./figure.ts";
import { shares, spaced } from "./heat.ts";
import type { Ink } from "./ink.ts";
import { INK, idOf, LEARNING, type Point, stretch } from "./mark.ts";
import { arrow, comingPoint, downhill, recordedPoints, seenPoints } from "./plane-path.ts";
import { PlaneRequests } from "./plane-requests.ts";
import { rest } from "./stretches.ts";
import { inside, nearOrGap, type View } from "./view.ts";

const ARROW_PIXELS = 46;

export class PlaneFigure extends PathFigure {
  private readonly requests: PlaneRequests;
  private drawn: PlaneAnswer | undefined;

  constructor(
    children: Children,
    store: Store,
    size: () => Size,
    engine: Engine,
    private readonly ink: () => Ink | undefined,
  ) {
    super("plane", children, store, size);
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

  get focus(): Point | undefined {
    return this.cursor;
  }

  /** Has the plane evaluated anew, for the path as it is now. */
  redraw(): void {
    this.requests.redraw();
    this.store.changed();
  }

  /** What is in sight of the plane. */
  get view(): View | undefined {
    return this.plane && viewOf(this.plane);
  }

  /** Shows another part of the plane; all that matters again if there is none. */
  setZoom(view: View | undefined): void {
    this.requests.setView(view ? [view.low, view.high, view.bottom, view.top] : null);
    this.store.changed();
  }

  override draw(): boolean {
    const { plane } = this;
    const { run } = this.store;
    if (plane && run?.rows.count) {
      const view = viewOf(plane);
      this.drawColors();
      this.drawPlane(plane);
      this.drawScales(view, plane.x, plane.y);
      this.drawPath(plane, run, view);
      const points = (earlier: Run, indices: number[]): Point[] =>
        drawnIn(view, recordedPoints(plane, earlier, indices));
      this.drawEarlierRuns(view, points, idOf(plane));
      this.drawCursor(plane, run, view);
      this.drawNames(view, () => this.names(plane, run, view));
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
      x: spaced(low_x, high_x, n),
      y: spaced(low_y, high_y, n),
      color: shares(plane.losses, n),
    });
    const contours = Array.from(plane.contour_x, (x, index): Point => {
      const gap = Number.isNaN(x);
      return [plane.contour_x[gap ? index - 1 : index] as number, plane.contour_y[index] as number];
    });
    this.place("contours", contours);
    this.drawn = plane;
  }

  private widen(name: string, low: number, high: number): void {
    const scale = this.mark(name);
    const [min, max] = [scale.get("min"), scale.get("max")].map(Number) as [number, number];
    stretch(scale, Math.min(low, orElse(min, low)), Math.max(high, orElse(max, high)));
  }

  private drawPath(plane: PlaneAnswer, run: Run, view: View): void {
    const { store } = this;
    const { index, cursor, last } = store;
    const { current } = this.requests;
    const at = [idOf(run.rows), run.rows.count, index, cursor, current];
    if (!this.changes.has("path", idOf(plane), ...at)) return;
    const { recorded } = plane;
    const path = recorded
      ? recordedPoints(plane, run, run.envelope.indices(index))
      : this.seen(0, cursor);
    const after = recorded ? recordedPoints(plane, run, rest(store)) : this.seen(cursor, last);
    const shown = drawnIn(view, path);
    this.placePath(shown, shown.length <= ALL_DOTS ? shown : [], drawnIn(view, after));
  }

  private drawCursor(plane: PlaneAnswer, run: Run, view: View): void {
    const { store, cursor } = this;
    const start = this.draggedTo ?? this.start;
    const next = store.status === "ready" ? comingPoint(plane, store) : undefined;
    const down = downhill(plane, run, store.index);
    const per = this.pixelsPer(view);
    if (!this.changes.has("cursor", idOf(plane), cursor, start, next, down, per)) return;
    const moves = next && cursor && (next[0] !== cursor[0] || next[1] !== cursor[1]);
    const drawn = (point: Point | undefined): Point | undefined => point && nearOrGap(point, view);
    this.placeCursor(drawn(cursor), drawn(start), moves ? drawn(next) : undefined);
    const shown = cursor && down && inside(cursor, view);
    this.place("gradient", shown ? arrow(cursor, down, per, ARROW_PIXELS) : []);
  }

  private names(plane: PlaneAnswer, run: Run, view: View): { names: NameAt[]; markers: Point[] } {
    const { marks } = texts;
    const { start, cursor, store } = this;
    const next = store.status === "ready" ? comingPoint(plane, store) : undefined;
    const down = downhill(plane, run, store.index);
    const tip = cursor && down && arrow(cursor, down, this.pixelsPer(view), ARROW_PIXELS)[1];
    const at: [string, Point | undefined, string][] = [
      [marks.now, store.index > 0 ? cursor : undefined, LEARNING],
      [marks.next, next, LEARNING],
      [marks.start, start, LEARNING],
      [marks.downhill, tip, INK],
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

function viewOf({ low_x, high_x, low_y, high_y }: PlaneAnswer): View {
  return { low: low_x, high: high_x, bottom: low_y, top: high_y };
}

/** The points as they are drawn: not too far outside. */
function drawnIn(view: View, points: readonly Point[]): Point[] {
  return points.map((point) => nearOrGap(point, view));
}

function orElse(number: number, otherwise: number): number {
  return Number.isFinite(number) ? number : otherwise;
}
