/** Which part of the plane the first figure shows. */

import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { Curve } from "../protocol/messages.ts";
import { idOf, type Point } from "./mark.ts";
import { type Ends, extent, GrowingEnds, padded, type Reach } from "./reach.ts";

export interface View {
  low: number;
  high: number;
  bottom: number;
  top: number;
}

/** How far outside points are still drawn, in widths of the view: beyond, SVG loses precision. */
const MOST_OUTSIDE = 20;

/** How many widths of the first view the picture may widen to each side to hold the path. */
export const MOST_WIDENING = 12;

const MARGIN = 0.04;
/** How many times as far as what there is to see the first view without a saved curve reaches. */
const FIRST_REACH = 2;
/** How many times as high as the path the picture may be. */
const STEEPEST = 4;

export function inside([x, y]: Point, { low, high, bottom, top }: View): boolean {
  return x >= low && x <= high && y >= bottom && y <= top;
}

/** The same point, or one on the way to it that is not too far outside, in widths of the view. */
export function near([x, y]: Point, { low, high, bottom, top }: View, far = MOST_OUTSIDE): Point {
  return [within(x, low, high, far), within(y, bottom, top, far)];
}

/** The same, but a gap where the point is not finite. */
export function nearOrGap(point: Point, view: View): Point {
  if (point.every(Number.isFinite)) return near(point, view);
  return [Number.isFinite(point[0]) ? point[0] : view.low, Number.NaN];
}

function within(number: number, low: number, high: number, far: number): number {
  const room = far * (high - low);
  return Math.min(high + room, Math.max(low - room, number));
}

/** The view that holds curve, path, start and minimum, as far as that stays readable. */
export class PathView {
  private readonly across = new GrowingEnds();
  private readonly up = new GrowingEnds();

  /**
   * Fitted to each run anew, until there is a step and the curve is known, and then only grown;
   * upwards to each slice. It has room in a plot so many pixels high.
   */
  of(store: Store, height: number): View | undefined {
    const { run, shown, names } = store;
    const first = firstEnds(store);
    if (!first || !run) return undefined;
    const { rows } = run;
    const curves = drawnCurves(store);
    const drawn = curves.map(idOf);
    const young = rows.count < 2 && drawn;
    const fixed = young || names.count === 1 ? first : "";
    const key = [idOf(run), shown, fixed, curves.length > 0, young, store.fog].join();
    const around = (): Reach => firstReach(first, rows.row(0, shown).value);
    const values = rows.extent(shown);
    const [low, high] = this.across.holding(key, around, values);
    const upwards = (): Reach => firstHeights(lossesIn(store, run, first), rows.height(0));
    const [least, most] = lossesIn(store, run, [low, high]);
    const onCurve = names.count === 1 && !run.batches && values[0] >= low && values[1] <= high;
    const slices = names.count > 1;
    const highest = onCurve ? rows.mostLoss : slices ? most : Math.min(rows.mostLoss, most);
    const upKey = slices ? [key, drawn].join() : key;
    const ends = this.up.holding(upKey, upwards, [least, highest], 0);
    const [bottom, top] = padded(ends, height);
    return { low, high, bottom, top };
  }
}

/** The curves that are drawn, the coarse one first; of slices only the one at the cursor; in fog none. */
export function drawnCurves({ curve, detail, names, shown, fog }: Store): Curve[] {
  if (fog) return [];
  const saved = shown === names.learning ? curve : undefined;
  const known = names.count === 1 ? [saved, detail] : [detail ?? saved];
  return known.filter((one) => one !== undefined);
}

/** The ends of the first view: those of the saved curve, or around the start. */
function firstEnds({ curve, run, names, shown, fog }: Store): Ends | undefined {
  if (shown === names.learning && !fog) return curve && [curve.low, curve.high];
  const start = run?.rows.row(0, shown).value;
  if (!run || start === undefined || !Number.isFinite(start)) return undefined;
  const reach = (fog ? 1 : FIRST_REACH) * run.rows.scaleOf(shown);
  return [start - reach, start + reach];
}

/** From one to the other, and as far as the start needs. */
function firstReach([low, high]: Ends, start: number): Reach {
  const about = (low + high) / 2;
  const half = high - about;
  const away = (1 + MARGIN) * (start - about) || 0;
  const most = (2 * MOST_WIDENING + 1) * half;
  return { about, down: Math.max(half, -away), up: Math.max(half, away), most };
}

/** The least and the most loss between two values; of a slice, and where the cursor is; in fog down to 0. */
function lossesIn(store: Store, { rows, batches }: Run, [low, high]: Ends): Ends {
  const curves = drawnCurves(store);
  const inside = curves.flatMap(({ values, losses }) =>
    [...losses].filter((_, at) => (values[at] as number) >= low && (values[at] as number) <= high),
  );
  const slices = store.names.count > 1;
  let [least, most] = extent(slices ? [...inside, rows.height(store.index)] : inside);
  const nothing = curves.every(({ values }) => values.length === 0);
  if (nothing || (batches && !slices)) {
    least = Math.min(least, rows.leastLoss);
    if (!Number.isFinite(most)) most = rows.mostLoss;
  }
  if (store.fog) least = Math.min(least, rows.height(0) - Math.abs(rows.height(0)));
  return [least, most];
}

/** From the least loss to the most, or not far above the start. */
function firstHeights([least, most]: Ends, start: number): Reach {
  if (!Number.isFinite(least)) return { about: 0, down: 0, up: 1 };
  const whole = most - least;
  if (whole === 0) {
    const half = Math.abs(least) || 1;
    return { about: least, down: half, up: half };
  }
  const above = Number.isFinite(start) ? start - least : 0;
  const height = Math.min(whole, STEEPEST * Math.max(above, whole / STEEPEST ** 2));
  return { about: least, down: 0, up: height };
}

/** The loss on the curve at a value, between its points; undefined outside or in a gap. */
export function lossOn(curve: Curve, value: number): number | undefined {
  const { values, losses } = curve;
  const last = values.length - 1;
  if (last < 1 || value < (values[0] as number) || value > (values[last] as number))
    return undefined;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const share =
    (value - (values[low] as number)) / ((values[high] as number) - (values[low] as number));
  const loss = (losses[low] as number) * (1 - share) + (losses[high] as number) * share;
  return Number.isFinite(loss) ? loss : undefined;
}

/** Whether the curve's next points to both sides are above the loss at a value. */
export function risesAround({ values, losses }: Curve, value: number, loss: number): boolean {
  const right = values.findIndex((one) => one > value);
  const left = values.findIndex((one) => one >= value) - 1;
  return [left, right].every((at) => at >= 0 && (losses[at] as number) > loss);
}

/** Both curves' points in one, ascending; the finer one is added where it is. */
export function merged(curve: Curve, detail: Curve | undefined): Curve {
  if (!detail) return curve;
  const points = [curve, detail].flatMap(({ values, losses }) =>
    Array.from(values, (value, index) => [value, losses[index] as number] as const),
  );
  points.sort(([a], [b]) => a - b);
  return {
    values: Float32Array.from(points, ([value]) => value),
    losses: Float32Array.from(points, ([, loss]) => loss),
    more: curve.more || detail.more,
  };
}

/** Zoomed about a point, both in the figure's own numbers. */
export function zoomed({ low, high, bottom, top }: View, [x, y]: Point, factor: number): View {
  const move = (end: number, about: number): number => about + (end - about) * factor;
  return { low: move(low, x), high: move(high, x), bottom: move(bottom, y), top: move(top, y) };
}

export function panned(view: View, value: number, loss: number): View {
  return {
    low: view.low + value,
    high: view.high + value,
    bottom: view.bottom + loss,
    top: view.top + loss,
  };
}
