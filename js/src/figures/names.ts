/** Names at marks: each beside its own, and left out rather than on another. */

import type { Point } from "./mark.ts";

/** A name and what it belongs to, in pixels from the lower left corner of the plot. */
export interface Name {
  text: string;
  at: Point;
  /** Which way from there it may stand; the other way is tried next. Without one, on its mark. */
  away: Point;
  color: string;
}

export type Placed = Pick<Name, "text" | "at" | "color">;

/** The room that a letter of 13 px takes, about, and one that is wide, or Chinese. */
const CHARACTER = 8.5;
const WIDE_CHARACTER = 13.5;
const WIDE = /[mwMW%@]|[^\0-\u2e7f]/gu;
const HEIGHT = 16;
/** How far from its mark a name stands, in pixels: near if it can. */
const DISTANCES = [14, 26];
/** Of two marks nearer than this, only one is named. */
const APART = 14;
/** How near a name may come to a marker, and to what it names. */
const MARKER = 8;
const NEAREST = 4;
/** How far the letters reach beyond their box, below and beside it. */
const MARGIN = 4;

/** Ways in which a name may stand. */
export const UP: Point = [0, 1];
export const RIGHT: Point = [1, 0];

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Where the names that fit stand: the left ends of their base lines. The first have the choice;
 * of those with the same text one is enough.
 */
export function placed(
  names: readonly Name[],
  markers: readonly Point[],
  size: { width: number; height: number },
): Placed[] {
  const boxes: Box[] = [];
  const named: Point[] = [];
  const known = new Set<string>();
  return names.flatMap(({ text, at, away, color }) => {
    const beside = away.some((way) => way !== 0);
    const near = named.some((other) => Math.hypot(at[0] - other[0], at[1] - other[1]) < APART);
    if (near || known.has(text)) return [];
    const box = candidates(text, at, away)
      .map((candidate) => (beside ? movedIn(candidate, size) : candidate))
      .find(
        (candidate) =>
          within(candidate, size, beside ? 0 : MARGIN) &&
          !(beside && holds(candidate, at, NEAREST)) &&
          !boxes.some((other) => meet(candidate, other)) &&
          !markers.some((marker) => holds(candidate, marker, MARKER)),
      );
    if (!box) return [];
    boxes.push(box);
    if (beside) named.push(at);
    known.add(text);
    return [{ text, color, at: [box.x, box.y + HEIGHT / 4] as const }];
  });
}

export function textWidth(text: string): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return CHARACTER * text.length + (WIDE_CHARACTER - CHARACTER) * wide;
}

/** The direction at right angles to a line that rises by `slope`, down if it can be. */
export function below(slope: number): Point {
  if (!Number.isFinite(slope)) return [1, 0];
  const length = Math.hypot(1, slope);
  return [slope / length, -1 / length];
}

function candidates(text: string, [x, y]: Point, [across, up]: Point): Box[] {
  const width = textWidth(text);
  return DISTANCES.flatMap((distance) =>
    [1, -1].map((side) => ({
      x: x + side * across * (distance + width / 2) - width / 2,
      y: y + side * up * distance - HEIGHT / 2,
      width,
      height: HEIGHT,
    })),
  );
}

/** Moved as far as it takes to be in the plot. */
function movedIn(box: Box, size: { width: number; height: number }): Box {
  const between = (at: number, most: number): number =>
    Math.max(MARGIN, Math.min(most - MARGIN, at));
  const [x, y] = [between(box.x, size.width - box.width), between(box.y, size.height - box.height)];
  return { ...box, x, y };
}

function within(
  { x, y, width, height }: Box,
  size: { width: number; height: number },
  margin: number,
): boolean {
  const [right, top] = [size.width - margin, size.height - margin];
  return x >= margin && y >= margin && x + width <= right && y + height <= top;
}

function meet(one: Box, other: Box): boolean {
  const apart = (a: number, length: number, b: number, otherLength: number): boolean =>
    a + length < b || b + otherLength < a;
  return !(
    apart(one.x, one.width, other.x, other.width) || apart(one.y, one.height, other.y, other.height)
  );
}

function holds({ x, y, width, height }: Box, [left, up]: Point, near: number): boolean {
  const [across, high] = [left - x, up - y];
  return across > -near && across < width + near && high > -near && high < height + near;
}
