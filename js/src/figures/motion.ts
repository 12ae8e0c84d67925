/** A scale that moves to other ends in a while, by time; and by how much it must not be moved. */

import type { ChildModel } from "../dom/host.ts";
import { stretch } from "./mark.ts";
import { type Scaled, same } from "./pixels.ts";
import type { Ends } from "./reach.ts";

const DURATION_MS = 200;
/** Beyond so many powers of ten nothing could be followed. */
const MOST_POWERS = 4;
const FRAMES_TO_LEAVE = 4;

export class Motion {
  /** Whether another frame is wanted. */
  moves = false;
  private to = "";
  private from: readonly number[] = [];
  private began = 0;
  /** How many frames the scale still waits for what leaves the picture. */
  private leaving = 0;

  /**
   * Brings a scale on its way to some ends; returns where it shall have ticks. If it shrinks by
   * far, it waits until what lay there has been drawn elsewhere: bqplot would move that along
   * before it goes, to where SVG has no numbers.
   */
  toward(
    scale: ChildModel,
    to: Ends,
    atOnce: boolean,
    { up = same, down = same }: Scaled = {},
  ): Ends {
    const ends = to.map(up);
    const before = this.to;
    this.to = ends.join();
    if (this.to !== before) {
      const now = ["min", "max"].map((end) => up(scale.get(end) as number));
      this.from = before ? now : ends;
      const powers = Math.log10(size(this.from) / size(ends));
      const eased = before && !atOnce && Math.abs(powers) < MOST_POWERS && !isMotionUnwanted();
      this.began = eased ? performance.now() : Number.NEGATIVE_INFINITY;
      this.leaving = powers > MOST_POWERS ? this.leaving || FRAMES_TO_LEAVE : 0;
    }
    if (this.leaving > 0) this.leaving -= 1;
    const left = Math.max(0, 1 - (performance.now() - this.began) / DURATION_MS);
    const way = this.leaving > 0 ? 1 : left ** 3;
    this.moves = way > 0;
    const now = ends.map((end, at) => down(end + ((this.from[at] as number) - end) * way));
    stretch(scale, ...(now as [number, number]));
    return this.leaving > 0 ? to : (now as [number, number]);
  }
}

function size([low, high]: readonly number[]): number {
  return (high as number) - (low as number);
}

function isMotionUnwanted(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
