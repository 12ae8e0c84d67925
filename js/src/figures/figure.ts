/** What the figures have in common: their parts, the size of their plot, and what is in it. */

import type { ChildModel, Children } from "../dom/host.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import {
  Changes,
  columns,
  dotted,
  label,
  type Point,
  place,
  placeLines,
  placePoint,
  placeTexts,
  stretch,
} from "./mark.ts";
import { earlierRuns, numberPlaces } from "./stretches.ts";
import { linearTicks, TICK_PIXELS } from "./ticks.ts";
import { inside, type View } from "./view.ts";

export interface Size {
  width: number;
  height: number;
}

/** Of more points not all are shown as dots. */
export const ALL_DOTS = 2000;

export abstract class Figure {
  protected readonly changes = new Changes();

  constructor(
    private readonly name: string,
    private readonly children: Children,
    protected readonly store: Store,
    /** That of the plot, in pixels. */
    protected readonly size: () => Size,
  ) {}

  /** Draws what changed; true if another frame is wanted. */
  abstract draw(): boolean;

  protected mark(part: string): ChildModel {
    return this.children[`${this.name}.${part}`] as ChildModel;
  }

  protected place(part: string, points: readonly Point[]): void {
    place(this.mark(part), ...columns(points));
  }

  protected placePoint(part: string, point?: Point): void {
    placePoint(this.mark(part), point);
  }

  /** Stretches both scales over a view, with ticks and the names of the axes. */
  protected drawScales(view: View, x: string, y: string): void {
    const { low, high, bottom, top } = view;
    const { width, height } = this.size();
    if (!this.changes.has("view", low, high, bottom, top, width, height, x, y)) return;
    stretch(this.mark("horizontal"), low, high);
    stretch(this.mark("vertical"), bottom, top);
    const across = linearTicks(low, high, width / TICK_PIXELS.horizontal);
    const up = linearTicks(bottom, top, height / TICK_PIXELS.vertical);
    if (this.changes.has("across", across, x)) label(this.mark("horizontal_axis"), across, x);
    if (this.changes.has("up", up, y)) label(this.mark("vertical_axis"), up, y);
  }

  /**
   * The earlier runs in their colours, each with its number where that can be read. `points` says
   * where rows are, `up` how heights are measured; what is drawn depends on `key` besides.
   */
  protected drawEarlierRuns(
    view: View,
    points: (run: Run, indices: number[]) => Point[],
    key: unknown,
    { parts = "", up = (height: number): number => height } = {},
  ): void {
    const { width, height } = this.size();
    const known = this.store.runs.slice(0, -1).map(({ id, rows }) => `${id}:${rows.count}`);
    if (!this.changes.has("earlier", known, Object.values(view), width, height, key)) return;
    const runs = earlierRuns(this.store);
    const colors = runs.map(({ color }) => color);
    const lines = runs.map(({ run, indices }) => points(run, indices));
    placeLines(this.mark(`${parts}earlier`), lines, colors);
    const across = width / (view.high - view.low);
    const scaled = height / (up(view.top) - up(view.bottom));
    const places = numberPlaces(
      lines,
      ([x, y]) => [x * across, up(y) * scaled],
      (point) => inside(point, view),
    );
    const numbers = runs.flatMap(({ number, color }, index) => {
      const at = places[index];
      return at ? [{ text: String(number), at, color }] : [];
    });
    placeTexts(this.mark(`${parts}numbers`), numbers);
  }

  protected pixelsPer({ low, high, bottom, top }: View): Point {
    const { width, height } = this.size();
    return [width / (high - low), height / (top - bottom)];
  }
}

/** A figure with the learning path in it, of which the start can be dragged. */
export abstract class PathFigure extends Figure {
  protected draggedTo: Point | undefined;

  /** Shows where a start being dragged would be. */
  dragStart(to: Point | undefined): void {
    this.draggedTo = to;
    this.store.changed();
  }

  /** The learning path up to the cursor with its dots, and what is recorded after it. */
  protected placePath(
    path: readonly Point[],
    dots: readonly Point[],
    after: readonly Point[],
  ): void {
    this.place("path", path);
    this.place("dots", dotted(dots));
    this.place("faded", after);
  }

  /** Where the cursor and the start are, and where the next step leads if it moves. */
  protected placeCursor(cursor?: Point, start?: Point, next?: Point): void {
    this.placePoint("cursor", cursor);
    this.placePoint("start", start);
    this.placePoint("next", next);
    const line = cursor && next ? [cursor, next] : [];
    this.place("coming", line.flat().every(Number.isFinite) ? line : []);
  }
}
