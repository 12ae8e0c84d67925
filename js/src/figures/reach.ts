/** How far an axis reaches: as what it shows needs at first, and from there on by doubling. */

export type Ends = readonly [low: number, high: number];

/** How far down and up from a number. */
export interface Reach {
  about: number;
  down: number;
  up: number;
  /** As far as it may grow to each side. */
  most?: number;
}

/** Of this share of the whole doublings are counted to a side to which an axis did not reach. */
const FIRST_SHARE = 1 / 8;

/** How near to an end something may come, as a share of how far that is: markers are whole. */
const ROOM = 0.03;

/** Room for a marker, in pixels, so that it is whole and lies on no tick. */
const MARKER = 10;

export class GrowingEnds {
  private key = "";
  private reach: Reach = { about: 0, down: 0, up: 0 };

  /**
   * The ends fitted to what is shown, when `key` is another; else those there were, doubled to
   * each side until they hold it, and a share of `room` besides.
   */
  holding(key: string, fitted: (...shown: Ends) => Reach, shown: Ends, room = ROOM): Ends {
    if (key !== this.key) this.reach = fitted(...shown);
    this.key = key;
    const { about, down, up, most = Number.POSITIVE_INFINITY } = this.reach;
    const doubled = (side: number, away: number): number => {
      const wanted = away * (1 + room);
      const unit = side || FIRST_SHARE * (down + up);
      const times = 2 ** Math.ceil(Math.log2(wanted / unit));
      return wanted > side ? Math.min(most, unit * times) : side;
    };
    this.reach.down = doubled(down, about - shown[0]);
    this.reach.up = doubled(up, shown[1] - about);
    return [about - this.reach.down, about + this.reach.up];
  }
}

/** The ends with room for a marker beside them, in a plot so many pixels long. */
export function padded([low, high]: Ends, length: number): Ends {
  const room = ((high - low) * MARKER) / Math.max(MARKER, length - 2 * MARKER);
  return [low - room, high + room];
}

/** The least and the most of the finite values; infinity and minus infinity if there are none. */
export function extent(values: Iterable<number>): Ends {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
