/** Filling bqplot's marks and scales, each only when something changed. */

import type { ChildModel } from "../dom/host.ts";
import { widthOf } from "../text/format.ts";
import { type Shared, tickText } from "./ticks.ts";

/** Colours of the page's style. */
export const INK = "var(--gdwidget-ink)";
export const LOSS = "var(--gdwidget-loss)";
export const QUIET = "var(--gdwidget-quiet)";
export const LEARNING = "var(--gdwidget-learning)";
export const GRADIENT = "var(--gdwidget-gradient)";
export const SECOND = "var(--gdwidget-second)";

/** How many characters there is room for at the end of an axis; Chinese ones count double. */
const LONGEST_NAME = 4;

export type Point = readonly [number, number];

/**
 * Puts points into a mark; both columns at once, or it is drawn half old, half new. What is not
 * finite is a gap, but not at the end: bqplot puts a label there.
 */
export function place(mark: ChildModel, x: ArrayLike<number>, y: ArrayLike<number>): void {
  let length = y.length;
  while (length > 0 && !Number.isFinite(y[length - 1])) length -= 1;
  const upTo = (numbers: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length }, (_, index) => numbers[index] as number);
  mark.set_state({ x: upTo(x), y: upTo(y) });
}

export interface LineStyle {
  color: string;
  opacity: number;
}

/** Several lines of their own styles in one mark; empty ones are left out with their styles. */
export function placeLines(
  mark: ChildModel,
  lines: readonly (readonly Point[])[],
  styles: readonly LineStyle[],
): void {
  const shown = lines.map((line) => columns(trimmed(line))).map((line, index) => ({ line, index }));
  const kept = shown.filter(({ line }) => line[0].length > 0);
  mark.set_state({
    colors: kept.map(({ index }) => styles[index]?.color),
    opacities: kept.map(({ index }) => styles[index]?.opacity),
    x: kept.map(({ line: [x] }) => Float64Array.from(x)),
    y: kept.map(({ line: [, y] }) => Float64Array.from(y)),
  });
}

/** Texts at points, each in its colour. */
export function placeTexts(
  mark: ChildModel,
  texts: readonly { text: string; at: Point; color: string }[],
): void {
  mark.set_state({
    colors: texts.map(({ color }) => color),
    text: texts.map(({ text }) => text),
    x: Float64Array.from(texts, ({ at: [x] }) => x),
    y: Float64Array.from(texts, ({ at: [, y] }) => y),
  });
}

function trimmed(line: readonly Point[]): readonly Point[] {
  let length = line.length;
  while (length > 0 && !Number.isFinite(line[length - 1]?.[1])) length -= 1;
  return line.slice(0, length);
}

/** Several lines in one mark, with a gap between each two. */
export function withGaps(lines: readonly (readonly Point[])[]): Point[] {
  return lines.flatMap((line, index): Point[] => {
    const last = line.at(-1);
    const gap: Point[] = last && index < lines.length - 1 ? [[last[0], Number.NaN]] : [];
    return [...line, ...gap];
  });
}

/** A line from each point to itself: of a point alone the round ends are not printed everywhere. */
export function dotted(points: readonly Point[]): Point[] {
  return withGaps(points.map((point) => [point, point]));
}

export function columns(points: readonly Point[]): [number[], number[]] {
  return [points.map(([x]) => x), points.map(([, y]) => y)];
}

/** Shows one point, or none where it is not finite. */
export function placePoint(mark: ChildModel, point?: Point): void {
  place(mark, ...columns(point?.every(Number.isFinite) ? [point] : []));
}

/** Sets the ends of a scale; ends that are not finite or not in order are left as they were. */
export function stretch(scale: ChildModel, min: number, max: number): void {
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) return;
  if (scale.get("min") === min && scale.get("max") === max) return;
  scale.set_state({ min, max });
}

/** Puts ticks on an axis, without what they share, and a name at its end where there is room. */
export function label(axis: ChildModel, ticks: number[], name = "", shared?: Shared): void {
  axis.set_state({
    label: widthOf(name.trim()) <= LONGEST_NAME ? name : "",
    tick_labels: Object.fromEntries(ticks.map((tick) => [String(tick), tickText(tick, shared)])),
    tick_values: Float64Array.from(ticks),
  });
}

const ids = new WeakMap<object, number>();
let nextId = 0;

/** A number for each object, as long as it lives. */
export function idOf(object: object | undefined): number {
  if (!object) return -1;
  const known = ids.get(object);
  if (known !== undefined) return known;
  nextId += 1;
  ids.set(object, nextId);
  return nextId;
}

/** Remembers what was drawn last, so that the same is not drawn again. */
export class Changes {
  private readonly seen = new Map<string, string>();

  has(what: string, ...parts: unknown[]): boolean {
    const now = parts.join("|");
    if (this.seen.get(what) === now) return false;
    this.seen.set(what, now);
    return true;
  }
}
