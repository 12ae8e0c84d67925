/** What the figures have in common: their parts, the size of their plot, and what is in it. */

import type { ChildModel, Children } from "../dom/host.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import {
  Changes,
  columns,
  dotted,
  idOf,
  label,
  type Point,
  place,
  placeLines,
  placePoint,
  placeTexts,
  stretch,
} from "./mark.ts";
import { below, type Name, placed } from "./names.ts";
import { earlierRuns, numberPlaces } from "./stretches.ts";
import { axisText, commonPart, linearTicks, TICK_PIXELS } from "./ticks.ts";
import { inside, type View } from "./view.ts";

export interface Size {
  width: number;
  height: number;
}

/** Of more points not all are shown as dots. */
export const ALL_DOTS = 2000;

/** How far the texts of a mark stand beside their points, in pixels: right and up. */
const OFFSET: Point = [4, 7];
/** Until this step all marks are named; later those of a figure that is pointed at or in focus. */
const LAST_NAMED = 2;

interface MarkText {
  text: string;
  at: Point;
  color: string;
}

export abstract class Figure {
  protected readonly changes = new Changes();
  /** What the numbers at the axes are of, where a part is left out of them. */
  note = "";
  private looked = false;
  private numberTexts: MarkText[] = [];
  private nameTexts: MarkText[] = [];

  constructor(
    private readonly name: string,
    private readonly children: Children,
    protected readonly store: Store,
    /** That of the plot, in pixels. */
    protected readonly size: () => Size,
  ) {}

  /** Draws what changed; true if another frame is wanted. */
  abstract draw(): boolean;

  /** Names its marks while it is looked at: pointed at, or in focus. */
  lookAt(looked: boolean): void {
    this.looked = looked;
    this.store.changed();
  }

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
    const [besideX, besideY] = [commonPart(across), commonPart(up)];
    label(this.mark("horizontal_axis"), across, besideX, x);
    label(this.mark("vertical_axis"), up, besideY);
    const notes = [axisText(x, besideX), axisText(y, besideY)];
    this.note = notes.filter((note) => note !== x && note !== y).join(", ");
  }

  /**
   * The earlier runs in their colours, each with its number where that can be read. `points` says
   * where rows are, `up` how heights are measured; what is drawn depends on `key` besides.
   */
  protected drawEarlierRuns(
    view: View,
    points: (run: Run, indices: number[]) => Point[],
    key: unknown,
    { parts = "", up = same } = {},
  ): void {
    const { width, height } = this.size();
    const known = this.store.runs.slice(0, -1).map(({ rows }) => `${idOf(rows)}:${rows.count}`);
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
    this.numberTexts = numbers;
    this.placeTexts(parts);
  }

  /** Names what is drawn, in the order of what matters, with `markers` left free. */
  protected drawNames(
    view: View,
    wanted: () => { names: NameAt[]; markers: readonly Point[] },
    { parts = "", up = same, down = same } = {},
  ): void {
    const size = this.size();
    const shown = (this.looked || this.store.cursor <= LAST_NAMED) && size.width > 0;
    const { names, markers } = shown ? wanted() : { names: [], markers: [] };
    const across = size.width / (view.high - view.low);
    const scaled = size.height / (up(view.top) - up(view.bottom));
    const pixels = ([x, y]: Point): Point => [
      (x - view.low) * across,
      (up(y) - up(view.bottom)) * scaled,
    ];
    const known = names
      .filter(({ at }) => inside(at, view))
      .map(({ at, slope, away, ...name }): Name => {
        const way = away ?? below((slope ?? 0) * (scaled / across));
        return { ...name, at: pixels(at), away: way };
      });
    const taken = [...markers, ...this.numberTexts.map(({ at }) => at)].map(pixels);
    const found = placed(known, taken, size);
    if (
      !this.changes.has(
        "names",
        parts,
        found.map(({ text, at }) => [text, at]),
        Object.values(view),
        size.width,
        size.height,
      )
    )
      return;
    this.nameTexts = found.map(({ text, color, at: [x, y] }) => ({
      text,
      color,
      at: [view.low + (x - OFFSET[0]) / across, down(up(view.bottom) + (y - OFFSET[1]) / scaled)],
    }));
    this.placeTexts(parts);
  }

  private placeTexts(parts: string): void {
    placeTexts(this.mark(`${parts}numbers`), [...this.numberTexts, ...this.nameTexts]);
  }

  protected pixelsPer({ low, high, bottom, top }: View): Point {
    const { width, height } = this.size();
    return [width / (high - low), height / (top - bottom)];
  }
}

/** A name at a point; it stands at right angles to a line of `slope` there, or `away` from it. */
export interface NameAt {
  text: string;
  at: Point;
  color: string;
  slope?: number;
  away?: Point;
}

function same(height: number): number {
  return height;
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
