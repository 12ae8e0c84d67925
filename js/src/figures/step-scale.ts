/** In which rows the loss on all data is known, and round numbers for the ends of a scale. */

import { MOST_POINTS } from "../model/decimate.ts";
import type { Run } from "../model/runs.ts";

/** The rows of a stretch in which the loss on all data was measured, few enough to draw. */
export function measured(run: Run, from: number, until = run.rows.count - 1): number[] {
  const rows = run.rows.measured.filter((index) => index >= from && index <= until);
  const stride = Math.ceil(rows.length / MOST_POINTS);
  return rows.filter((_, index) => index % stride === 0 || index === rows.length - 1);
}

/** The last row until `until` in which the loss on all data was measured. */
export function lastMeasured({ rows: { measured } }: Run, until: number): number | undefined {
  let at = measured.length - 1;
  while (at >= 0 && (measured[at] as number) > until) at -= 1;
  return measured[at];
}

/** The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten. */
export function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factors = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  const factor = factors.find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}
