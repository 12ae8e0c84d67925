/** Where runs are on the plane that is shown. */

import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer } from "../protocol/messages.ts";
import type { Point } from "./mark.ts";

/** The recorded numbers of a run at some rows, where they are the plane's two axes. */
export function recordedPoints(plane: PlaneAnswer, run: Run, indices: readonly number[]): Point[] {
  const x = run.rows.column(plane.x);
  const y = run.rows.column(plane.y);
  if (!plane.recorded || !x || !y) return [];
  return indices.map((index): Point => [x.at(index), y.at(index)]);
}

/** The points of the path as the kernel has seen them on the plane, by their steps. */
export function seenPoints(plane: PlaneAnswer, from: number, until: number): Point[] {
  const points: Point[] = [];
  plane.steps.forEach((step, index) => {
    if (step < from || step > until) return;
    points.push([plane.path_x[index] as number, plane.path_y[index] as number]);
  });
  return points;
}

/** Downhill at a row: the gradient's negative in the plane's axes; undefined where unknown. */
export function downhill(plane: PlaneAnswer, run: Run, index: number): Point | undefined {
  const x = run.rows.gradientOf(plane.x);
  const y = run.rows.gradientOf(plane.y);
  return plane.recorded && x && y ? [-x.at(index), -y.at(index)] : undefined;
}

/** Where the coming step leads; undefined where only the kernel could say. */
export function comingPoint(plane: PlaneAnswer, store: Store): Point | undefined {
  if (!plane.recorded) return undefined;
  const [x, y] = [plane.x, plane.y].map((name) => store.comingValueOf(name));
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** How long the arrow is at the start of a run and for each power of ten more, in pixels. */
const FIRST_LENGTH = 46;
const LENGTH_PER_POWER = 10;
/** How long it is at least, to be seen as an arrow, and at most. */
const LENGTHS = [16, 60] as const;
/** How far its head reaches back, and to each side. */
const HEAD: Point = [10, 5.5];

/** How long the arrow along a gradient is, beside that along the first of its run. */
export function arrowLength(along: Point, first: Point | undefined): number {
  const powers = Math.log10(Math.hypot(...along) / Math.hypot(...(first ?? along)));
  const length = FIRST_LENGTH + LENGTH_PER_POWER * (Number.isFinite(powers) ? powers : 0);
  return Math.max(LENGTHS[0], Math.min(LENGTHS[1], length));
}

/** A shaft and a head, of a length on the screen whatever the axes; empty without direction. */
export function arrow(from: Point, along: Point, pixelsPer: Point, length: number): Point[] {
  const across = along[0] * pixelsPer[0];
  const up = along[1] * pixelsPer[1];
  const size = Math.hypot(across, up);
  if (!(size > 0) || ![size, ...from].every(Number.isFinite)) return [];
  const at = (forward: number, aside: number): Point => [
    from[0] + (forward * across - aside * up) / size / pixelsPer[0],
    from[1] + (forward * up + aside * across) / size / pixelsPer[1],
  ];
  const tip = at(length, 0);
  const share = Math.min(1, length / 2 / HEAD[0]);
  const [back, aside] = [length - share * HEAD[0], share * HEAD[1]];
  return [from, tip, at(back, aside), tip, at(back, -aside)];
}
