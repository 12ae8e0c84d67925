/** The update as a line along the axis of the parameter. */

import { type Point, withGaps } from "./mark.ts";
import { near, type View } from "./view.ts";

/** How far above the axis it is, in pixels. */
export const BRACKET_HEIGHT = 7;
const STROKE = 4;
const TIP = 7;
const SHORTEST = 3;

/** From a stroke where the parameter is to an arrow where it goes; of no step there is nothing. */
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
