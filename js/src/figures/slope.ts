/** The slope of a curve, the step that follows from it, and the names along a curve. */

import type { NameAt, Size } from "./figure.ts";
import { type Point, withGaps } from "./mark.ts";
import { inside, near, type View } from "./view.ts";

/** The tangent's half length as a share of the picture's diagonal. */
const TANGENT = 0.14;
/** That of each visited point, where no more of the loss is shown. */
export const STUB = 0.04;
/** Where on a curve its name may stand, as shares of its width. */
const NAME_PLACES = [0.12, 0.2, 0.3, 0.88, 0.7, 0.5];

/** How far above the axis the update is drawn, in pixels. */
export const BRACKET_HEIGHT = 7;
const STROKE = 4;
const TIP = 7;
const SHORTEST = 3;

/** The update along the axis, from a stroke where the parameter is to an arrow where it goes; of no step there is nothing. */
export function bracket(view: View, now: number, next: number, [across, up]: Point): Point[] {
  if (!(Math.abs(next - now) * across >= SHORTEST)) return [];
  const direction = Math.sign(next - now);
  const height = view.bottom + BRACKET_HEIGHT / up;
  const [from] = near([now, height], view);
  const [to] = near([next, height], view);
  const back = to - (direction * TIP) / across;
  return withGaps([
    [
      [from, height - STROKE / up],
      [from, height + STROKE / up],
    ],
    [
      [from, height],
      [to, height],
    ],
    [
      [back, height + TIP / 2 / up],
      [to, height],
      [back, height - TIP / 2 / up],
    ],
  ]);
}

/** A stretch of the tangent that has the same length on the screen whatever its slope. */
export function tangent(
  [x, y]: Point,
  slope: number,
  [across, up]: Point,
  size: Size,
  share = TANGENT,
): Point[] {
  if (![x, y, slope].every(Number.isFinite)) return [];
  const length = share * Math.hypot(size.width, size.height);
  const reach = length / Math.hypot(across, slope * up);
  return [
    [x - reach, y - reach * slope],
    [x + reach, y + reach * slope],
  ];
}

/** Where a line may have its name; `line` has two points near each other at a share of it. */
export function namesAlong(
  line: (share: number) => readonly [Point, Point],
  view: View,
  name: Pick<NameAt, "text" | "color">,
): NameAt[] {
  return NAME_PLACES.map((share): NameAt => {
    const [at, next] = line(share);
    return { ...name, at, slope: (next[1] - at[1]) / (next[0] - at[0]) };
  }).filter(({ at, slope }) => inside(at, view) && Number.isFinite(slope));
}
