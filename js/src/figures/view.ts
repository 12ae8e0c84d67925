/** Which part of the plane the first figure shows. */

import type { Store } from "../model/store.ts";
import type { Curve } from "../protocol/messages.ts";
import type { Point } from "./mark.ts";

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
export function wantedView(store: Store): View | undefined {
  const { run } = store;
  const ends = firstEnds(store);
  if (!ends || !run) return undefined;
  const [first, last] = ends;
  const width = last - first;
  const reach = MOST_WIDENING * width;
  const [least, most] = run.rows.extent(store.shown);
  const lowest = Math.max(first - reach, least);
  const highest = Math.min(last + reach, most);
  const low = lowest < first ? lowest - MARGIN * (last - lowest) : first;
  const high = highest > last ? highest + MARGIN * (highest - first) : last;
  return { low, high, ...heights(store, low, high) };
}

/** The curves that are drawn, the coarse one first; of slices only the one at the cursor. */
export function drawnCurves({ curve, detail, names, shown }: Store): Curve[] {
  const saved = shown === names.learning ? curve : undefined;
  const known = names.count === 1 ? [saved, detail] : [detail ?? saved];
  return known.filter((one) => one !== undefined);
}

/** The ends of the first view: those of the saved curve, or around the start. */
function firstEnds({ curve, run, names, shown }: Store): [low: number, high: number] | undefined {
  if (shown === names.learning) return curve && [curve.low, curve.high];
  const start = run?.rows.row(0, shown).value;
  if (!run || start === undefined || !Number.isFinite(start)) return undefined;
  const reach = FIRST_REACH * run.rows.scaleOf(shown);
  return [start - reach, start + reach];
}

/** From below the least loss in sight to the curve's top there, or not far above the path. */
function heights(store: Store, low: number, high: number): { bottom: number; top: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const curve of drawnCurves(store)) {
    curve.losses.forEach((loss, index) => {
      const value = curve.values[index] as number;
      if (!Number.isFinite(loss) || value < low || value > high) return;
      least = Math.min(least, loss);
      most = Math.max(most, loss);
    });
  }
  const path = store.run?.rows.mostLoss ?? most;
  const nothing = drawnCurves(store).every(({ values }) => values.length === 0);
  const besides = nothing || store.names.count > 1 || store.run?.batches;
  if (besides) {
    least = Math.min(least, store.run?.rows.leastLoss ?? least);
    if (!Number.isFinite(most)) most = path;
  }
  if (!Number.isFinite(least)) return { bottom: 0, top: 1 };
  if (most === least) {
    const half = Math.abs(least) || 1;
    return { bottom: least - half, top: least + half };
  }
  const top = Math.min(
    most,
    least + STEEPEST * Math.max(path - least, (most - least) / STEEPEST ** 2),
  );
  const margin = MARGIN * (top - least);
  return { bottom: least - margin, top: top + margin };
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

/** A step of the way from one view to another; the other once they are as good as equal. */
export function eased(from: View | undefined, to: View, share: number): View {
  if (!from) return to;
  const near = (a: number, b: number, size: number): boolean => Math.abs(a - b) < 2e-3 * size;
  const move = (a: number, b: number): number => a + (b - a) * share;
  const width = to.high - to.low;
  const height = to.top - to.bottom;
  const arrived =
    near(from.low, to.low, width) &&
    near(from.high, to.high, width) &&
    near(from.bottom, to.bottom, height) &&
    near(from.top, to.top, height);
  if (arrived) return to;
  return {
    low: move(from.low, to.low),
    high: move(from.high, to.high),
    bottom: move(from.bottom, to.bottom),
    top: move(from.top, to.top),
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
