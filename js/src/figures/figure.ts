/** What the figures have in common: their parts, the size of their plot, and what is in it. */

import type { ChildModel, Children } from "../dom/host.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { apart } from "./dots.ts";
import {
  Changes,
  columns,
  dotted,
  idOf,
  type LineStyle,
  label,
  type Point,
  place,
  placeLines,
  placePoint,
  placeTexts,
} from "./mark.ts";
import { Motion } from "./motion.ts";
import { below, type Name, placed, UP } from "./names.ts";
import { along, type MarkText, Pixels, type Scaled } from "./pixels.ts";
import { type EarlierRun, earlierRuns, linePlaces } from "./stretches.ts";
import {
  axisText,
  besideTicks,
  linearTicks,
  logarithmicTicks,
  shared,
  TICK_PIXELS,
} from "./ticks.ts";
import { inside, type View } from "./view.ts";

export interface Size {
  width: number;
  height: number;
}

/** Nearer to the lower left corner than this, in pixels, two ticks would lie on each other. */
const CORNER = { across: 16, up: 8 };

/** How strong the lines of earlier runs are, what comes after the cursor, and all while a run stands out. */
const EARLIER = 0.7;
export const AFTER = 0.35;
const FADED = 0.15;

/** About so many numbers are at the axis up, however low it is: of one no scale can be read. */
const FEWEST_UP = 3;

/** Until this step all marks are named; later those of a figure that is pointed at or in focus. */
const LAST_NAMED = 2;

/** Of which scales, and how they measure. */
export interface Scales extends Scaled {
  scales?: readonly [across: string, up: string];
  note?: string;
  /** Whether only whole numbers are named across; they have room beside them, and no corner. */
  whole?: boolean;
  atOnce?: boolean;
}

export abstract class Figure {
  protected readonly changes = new Changes();
  private readonly across = new Motion();
  private readonly upwards = new Motion();
  /** How strong the marks of the current run are. */
  protected get opacities(): Record<string, number> {
    return { path: 1, faded: AFTER };
  }

  /** What the numbers at the axes are of, where a part is left out of them, and the like. */
  note = "";
  /** What is put into the figure by others has its name there, too. */
  guests: readonly NameAt[] = [];
  /** What these are, to who does not see them. */
  guestsText = "";
  private looked = false;
  private runTexts: MarkText[] = [];
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

  /**
   * Has both scales move to a view, with ticks and the names of the axes, and a note on them;
   * true if another frame is wanted. Marks are laid out for the view at once.
   */
  protected drawScales(view: View, x: string, y: string, given: Scales = {}): boolean {
    const { scales = ["horizontal", "vertical"], note, whole, ...scaled } = given;
    const { width, height } = this.size();
    const atOnce = this.changes.has("scales", scales, width, height) || !!given.atOnce;
    const { across, upwards } = this;
    const [low, high] = across.toward(this.mark(scales[0]), [view.low, view.high], atOnce);
    const ends = [view.bottom, view.top] as const;
    const [bottom, top] = upwards.toward(this.mark(scales[1]), ends, atOnce, scaled);
    if (this.changes.has("view", low, high, bottom, top, width, height, scales, x, y)) {
      const ticks = linearTicks(low, high, width / TICK_PIXELS.horizontal);
      const xs = whole ? ticks.filter(Number.isInteger) : ticks;
      const ticksUp = scaled.up ? logarithmicTicks : linearTicks;
      const ys = ticksUp(bottom, top, Math.max(FEWEST_UP, height / TICK_PIXELS.vertical));
      const [right, above] = this.pixelsPer({ low, high, bottom, top });
      const corner =
        !whole &&
        ((xs[0] ?? high) - low) * right < CORNER.across &&
        ((ys[0] ?? top) - bottom) * above < CORNER.up;
      const notes = [
        this.labelAxis(scales[0], xs, x, (high - (xs.at(-1) ?? high)) * right),
        this.labelAxis(scales[1], corner ? ys.slice(1) : ys, y),
      ];
      this.note = [...notes, note].filter(Boolean).join(", ");
    }
    return across.moves || upwards.moves;
  }

  /**
   * Puts ticks on an axis, and its name at the end, which is so many pixels `further` than the
   * last tick; returns the name with what they share, if they do.
   */
  private labelAxis(scale: string, ticks: number[], name: string, further?: number): string {
    const part = `${scale}_axis`;
    const known = shared(ticks);
    const end = further === undefined ? "" : besideTicks(name, ticks, known, further);
    if (this.changes.has(part, ticks, end)) label(this.mark(part), ticks, end, known);
    const text = axisText(name, known);
    return text === name ? "" : text;
  }

  /**
   * The earlier runs in their colours, each with its number where that can be read. `points` says
   * where rows are, `up` how heights are measured and `named` what a run is called where there is
   * room for more than its number; what is drawn depends on `key` besides.
   */
  protected drawEarlierRuns(
    view: View,
    points: (run: Run, indices: number[]) => Point[],
    key: unknown,
    { named = [], ...scaled }: Scaled & { named?: readonly string[] } = {},
  ): void {
    const size = this.size();
    const { highlighted, linked } = this.store;
    const known = this.store.shownRuns
      .slice(0, -1)
      .map((run) => `${idOf(run.rows)}:${run.rows.count}:${linked?.indexIn(run)}`);
    const now = [known, Object.values(view), size.width, size.height, highlighted, key];
    if (!this.changes.has("earlier", ...now, named)) return;
    const runs = earlierRuns(this.store);
    const lines = runs.map(({ run, indices }) => points(run, indices));
    const pixels = new Pixels(view, size, scaled);
    const drawn = runs.flatMap(({ run, indices, color }, at): [readonly Point[], LineStyle][] => {
      const style = (opacity: number) => ({ color, opacity: this.opacity(run, opacity) });
      const index = linked?.indexIn(run);
      if (index === undefined) return [[lines[at] as Point[], style(EARLIER)]];
      const until = points(run, [...indices.filter((each) => each < index), index]);
      const after = points(run, [index, ...indices.filter((each) => each > index)]);
      const end = until.filter((point) => point.every(Number.isFinite)).at(-1);
      const dot = end && inside(end, view) ? linked?.dot(run, pixels.of(end)) : undefined;
      return [
        [until, style(1)],
        [after, style(AFTER)],
        [(dot ?? []).map((point) => pixels.back(point)), style(1)],
      ];
    });
    const styles = drawn.map(([, style]) => style);
    placeLines(
      this.mark(`${scaled.parts ?? ""}earlier`),
      drawn.map(([line]) => line),
      styles,
    );
    const shown = lines.map((line) =>
      line.filter((point) => point.every(Number.isFinite) && inside(point, view)),
    );
    this.runTexts = this.runNames(runs, shown, named, pixels);
    this.placeTexts(scaled.parts);
    const current = this.store.run;
    for (const [part, opacity] of Object.entries(this.opacities)) {
      const opacities = [current ? this.opacity(current, opacity) : opacity];
      if (this.changes.has(`${scaled.parts}${part}`, opacities)) {
        this.mark(`${scaled.parts ?? ""}${part}`).set_state({ opacities });
      }
    }
  }

  /** Runs by name at the ends of their lines; by number where there is no room for all names. */
  private runNames(
    runs: readonly EarlierRun[],
    lines: readonly (readonly Point[])[],
    named: readonly string[],
    pixels: Pixels,
  ): MarkText[] {
    const ends = runs.map(({ run: { number }, color }, index) => ({
      number: String(number),
      name: `${number} ${named[index] ?? ""}`.trim(),
      color,
      places: linePlaces(lines[index] as readonly Point[]),
    }));
    const texts = (kind: "name" | "number"): MarkText[] => {
      const names = ends.flatMap(({ color, places, ...end }) =>
        places.map((at): Name => ({ text: end[kind], at: pixels.of(at), away: UP, color })),
      );
      return placed(names, [], this.size()).map((found) => pixels.text(found));
    };
    const known = texts("name");
    const inSight = ends.filter(({ places }) => places.length > 0);
    return known.length < inSight.length ? texts("number") : known;
  }

  /** How strong a run is drawn: less while another one stands out. */
  private opacity(run: Run, otherwise: number): number {
    const { highlighted, runs } = this.store;
    if (highlighted === undefined || runs.length < 2) return otherwise;
    return run.id === highlighted ? 1 : FADED;
  }

  /**
   * Names what is drawn, in the order of what matters, with `markers` left free; what is named
   * `always` also when the figure is not looked at.
   */
  protected drawNames(
    view: View,
    wanted: () => { names: NameAt[]; markers: readonly Point[] },
    { always = [], ...scaled }: Scaled & { always?: readonly NameAt[] } = {},
  ): void {
    const size = this.size();
    const shown = this.looked || this.store.cursor <= LAST_NAMED;
    const { names, markers } = shown || always.length ? wanted() : { names: [], markers: [] };
    const pixels = new Pixels(view, size, scaled);
    const known = (size.width > 0 ? [...always, ...this.guests, ...(shown ? names : [])] : [])
      .filter(({ at }) => inside(at, view))
      .map(({ at, slope, away, ...name }): Name => {
        const way = away ?? below((slope || 0) * pixels.steepness);
        return { ...name, at: pixels.of(at), away: way };
      });
    const taken = this.runTexts.flatMap(({ at, width }) => along(pixels.of(at), width));
    const found = placed(known, [...markers.map((marker) => pixels.of(marker)), ...taken], size);
    const now = found.map(({ text, at }) => [text, at]);
    const { width, height } = size;
    if (!this.changes.has("names", scaled.parts, now, Object.values(view), width, height)) return;
    this.nameTexts = found.map((name) => pixels.text(name));
    this.placeTexts(scaled.parts);
  }

  private placeTexts(parts = ""): void {
    placeTexts(this.mark(`${parts}numbers`), [...this.runTexts, ...this.nameTexts]);
  }

  /** How long a unit across and one up are in pixels. */
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

/** A figure with the learning path in it, of which the start can be dragged. */
export abstract class PathFigure extends Figure {
  protected draggedTo: Point | undefined;
  protected override get opacities(): Record<string, number> {
    return { path: 1, dots: 1, faded: AFTER };
  }

  /** Shows where a start being dragged would be. */
  dragStart(to: Point | undefined): void {
    this.draggedTo = to;
    this.store.changed();
  }

  /** The learning path up to the cursor, and what is recorded after it. */
  protected placePath(path: readonly Point[], after: readonly Point[]): void {
    this.place("path", path);
    this.place("faded", after);
  }

  /** Dots on the path, where they can be told apart. */
  protected placeDots(path: readonly Point[], view: View): void {
    this.place("dots", dotted(apart(path, this.pixelsPer(view))));
  }

  /** Where the cursor and the start are, and where the next step leads if it moves. */
  protected placeCursor(view: View, cursor?: Point, start?: Point, next?: Point): void {
    const inSight = (point?: Point): Point | undefined =>
      point && inside(point, view) ? point : undefined;
    this.placePoint("cursor", inSight(cursor));
    this.placePoint("start", start);
    this.placePoint("next", inSight(next));
    const line = cursor && next ? [cursor, next] : [];
    this.place("coming", line.flat().every(Number.isFinite) ? line : []);
  }
}
