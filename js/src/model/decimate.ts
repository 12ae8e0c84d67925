/** Which rows of a long run are drawn: few enough, and every extreme among them. */

import type { Rows } from "./rows.ts";

/** The most points of one drawn line. */
export const MOST_POINTS = 2000;

const MOST_BUCKETS = 498;
const FIRST_SIZE = 4;

/**
 * Cuts the rows into buckets of equal size and keeps the smallest and largest value and loss
 * of each. Full buckets are merged in pairs when there are too many, so that a row costs the
 * same however many came before. A line of at most 2,000 rows keeps them all.
 */
export class Envelope {
  private size = FIRST_SIZE;
  private taken = 0;
  private buckets: Bucket[] = [];
  private open: Bucket | null = null;

  constructor(private readonly rows: Rows) {}

  /** Indices of the rows to draw, ascending, up to and including `end`. */
  indices(end: number): number[] {
    if (end < MOST_POINTS) return range(end + 1);
    this.takeNewRows();
    const picked = new Set<number>([0, end]);
    for (const bucket of this.open ? [...this.buckets, this.open] : this.buckets) {
      for (const index of bucket) if (index <= end) picked.add(index);
    }
    return [...picked].sort((a, b) => a - b);
  }

  private takeNewRows(): void {
    for (; this.taken < this.rows.count; this.taken += 1) {
      const index = this.taken;
      this.open = this.open ? this.join(this.open, bucketOf(index)) : bucketOf(index);
      if ((index + 1) % this.size === 0) {
        this.buckets.push(this.open);
        this.open = null;
        if (this.buckets.length >= MOST_BUCKETS) this.mergePairs();
      }
    }
  }

  private mergePairs(): void {
    const merged: Bucket[] = [];
    for (let index = 0; index < this.buckets.length; index += 2) {
      merged.push(this.join(this.buckets[index] as Bucket, this.buckets[index + 1] as Bucket));
    }
    this.buckets = merged;
    this.size *= 2;
  }

  private join(first: Bucket, second: Bucket): Bucket {
    const { rows } = this;
    return [
      rows.value(second[0]) < rows.value(first[0]) ? second[0] : first[0],
      rows.value(second[1]) > rows.value(first[1]) ? second[1] : first[1],
      rows.loss(second[2]) < rows.loss(first[2]) ? second[2] : first[2],
      rows.loss(second[3]) > rows.loss(first[3]) ? second[3] : first[3],
    ];
  }
}

/** Indices of the smallest and largest value, and of the smallest and largest loss. */
type Bucket = [number, number, number, number];

function bucketOf(index: number): Bucket {
  return [index, index, index, index];
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
