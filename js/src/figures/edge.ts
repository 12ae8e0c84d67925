/** What lies outside a picture: an arrow at its edge, with the numbers it has there. */

import { roundedText } from "../text/format.ts";
import type { NameAt } from "./figure.ts";
import type { Point } from "./mark.ts";
import { RIGHT, UP } from "./names.ts";
import { near, type View } from "./view.ts";

const ARROWS = "↙↓↘← →↖↑↗";

/** On which side of a view a point is: −1, 0 or 1 across and up. */
function besides([x, y]: Point, { low, high, bottom, top }: View): Point {
  return [Number(x > high) - Number(x < low), Number(y > top) - Number(y < bottom)];
}

/**
 * The name at the edge of a point that is outside, and a shorter one for where that has no room;
 * none of one that is in sight or nowhere.
 */
export function edgeNames(
  point: Point | undefined,
  view: View,
  axes: readonly [x: string, y: string],
  color: string,
  called = "",
): NameAt[] {
  if (!point?.every(Number.isFinite)) return [];
  const sides = besides(point, view);
  const [right, up] = sides;
  if (right === 0 && up === 0) return [];
  const values = axes.flatMap((name, axis) =>
    sides[axis] ? [`${name} = ${roundedText(point[axis] as number)}`] : [],
  );
  const arrow = ARROWS[4 + right + 3 * up];
  const at = near(point, view, 0);
  const away = right === 0 ? RIGHT : UP;
  return [[called, values.join(", ")], [called]].map((parts) => {
    const words = right > 0 ? [...parts, arrow] : [arrow, ...parts];
    return { text: words.filter(Boolean).join(" "), at, color, away };
  });
}
