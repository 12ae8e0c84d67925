/** Which loss lines of equal loss are of. */

import type { PlaneAnswer } from "../protocol/messages.ts";
import type { NameAt } from "./figure.ts";
import { type Point, QUIET } from "./mark.ts";
import { tickText } from "./ticks.ts";

/** One level of so many is named. */
const NAMED = 3;
/** Where along a line its name may stand: near the middle, if it can. */
const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9];

type Lines = Pick<PlaneAnswer, "contour_x" | "contour_y" | "contour_levels">;

/** The loss on every third level, at several points of its longest line: one of them may be free. */
export function levelNames(lines: Lines): NameAt[] {
  const longest = new Map<number, Point[]>();
  separate(lines).forEach((line, index) => {
    const level = lines.contour_levels[index];
    if (level === undefined) return;
    if (line.length > (longest.get(level)?.length ?? 0)) longest.set(level, line);
  });
  const levels = [...longest].sort(([one], [other]) => one - other);
  return levels
    .filter((_, index) => index % NAMED === 1)
    .flatMap(([level, line]) => {
      const text = tickText(Number(level.toPrecision(2)));
      return SHARES.map((share): NameAt => {
        const at = line[Math.floor(share * line.length)] as Point;
        return { text, at, color: QUIET, away: [0, 0] };
      });
    });
}

function separate({ contour_x, contour_y }: Lines): Point[][] {
  const lines: Point[][] = [[]];
  contour_x.forEach((x, index) => {
    if (Number.isNaN(x)) lines.push([]);
    else lines.at(-1)?.push([x, contour_y[index] as number]);
  });
  return lines;
}
