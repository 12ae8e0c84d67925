/** Which points of a path are shown as dots. */

import type { Point } from "./mark.ts";

/** How near to each other dots can still be told apart. */
const APART_PIXELS = 8;
/** More than there are squares of that size beside each other, far outside the picture too. */
const MOST_ACROSS = 1e6;

/** The first of the points, and of the others those that are not too near to one before. */
export function apart(points: readonly Point[], [across, up]: Point): Point[] {
  const kept = new Map<number, Point[]>();
  return points.filter(([x, y]) => {
    const [left, high] = [x * across, y * up];
    if (!Number.isFinite(left + high)) return false;
    const square = Math.floor(left / APART_PIXELS) * MOST_ACROSS + Math.floor(high / APART_PIXELS);
    for (const column of [-MOST_ACROSS, 0, MOST_ACROSS])
      for (const row of [-1, 0, 1])
        for (const [x, y] of kept.get(square + column + row) ?? [])
          if (Math.hypot(left - x, high - y) < APART_PIXELS) return false;
    kept.set(square, [...(kept.get(square) ?? []), [left, high]]);
    return true;
  });
}
