/** Where texts of a plot stand, in pixels and in the numbers of its axes. */

import type { Point } from "./mark.ts";
import { type Placed, textWidth } from "./names.ts";
import type { View } from "./view.ts";

/** How far the texts of a mark stand beside their points, in pixels: right and up. */
const OFFSET: Point = [4, 7];
/** How far above its base line the middle of a text is. */
const MIDDLE = 4;
/** How near to a text nothing else may stand. */
const TAKEN_APART = 12;

export interface MarkText {
  text: string;
  at: Point;
  color: string;
  /** In pixels. */
  width: number;
}

/** Of which marks of a figure, and how heights are measured on its axis. */
export interface Scaled {
  parts?: string;
  up?: (height: number) => number;
  down?: (height: number) => number;
}

/** Where points of a plot are in pixels from its lower left corner, and back. */
export class Pixels {
  private readonly across: number;
  private readonly scaled: number;
  private readonly up: (height: number) => number;
  private readonly down: (height: number) => number;

  constructor(
    private readonly view: View,
    { width, height }: { width: number; height: number },
    { up = same, down = same }: Scaled,
  ) {
    this.up = up;
    this.down = down;
    this.across = width / (view.high - view.low);
    this.scaled = height / (up(view.top) - up(view.bottom));
  }

  /** How steep a line of slope 1 is. */
  get steepness(): number {
    return this.scaled / this.across;
  }

  of([x, y]: Point): Point {
    const { view, across, scaled, up } = this;
    return [(x - view.low) * across, (up(y) - up(view.bottom)) * scaled];
  }

  /** Where a place in pixels is, in the numbers of the axes. */
  back([x, y]: Point): Point {
    const { view, across, scaled, up, down } = this;
    return [view.low + x / across, down(up(view.bottom) + y / scaled)];
  }

  /** A text whose base line begins at a place in pixels. */
  text({ text, color, at: [x, y] }: Placed): MarkText {
    const at = this.back([x - OFFSET[0], y - OFFSET[1]]);
    return { text, color, at, width: textWidth(text) };
  }
}

/** Points along the middle of a text that is placed at one, which other texts may not cover. */
export function along([x, y]: Point, width: number): Point[] {
  const points: Point[] = [];
  for (let right = 0; right <= width; right += TAKEN_APART) {
    points.push([x + OFFSET[0] + right, y + OFFSET[1] + MIDDLE]);
  }
  return points;
}

export function same(height: number): number {
  return height;
}
