/** Mouse, pen, touch and keys on a figure: what is the same on all with a learning path. */

import type { Point } from "./mark.ts";
import { inside, type View, zoomed } from "./view.ts";

const NEAR_PIXELS = 14;
const KEY_ZOOM = 1.25;
/** A start is rounded to about this share of the picture. */
const START_UNIT = 1 / 500;

/** A figure that can be pointed at. */
interface Target {
  /** What is in sight; undefined while nothing is. */
  readonly view: View | undefined;
  /** Where the current run starts. */
  readonly start: Point | undefined;
  /** What keys zoom about. */
  readonly focus: Point | undefined;
  setZoom(view: View | undefined): void;
  dragStart(to: Point | undefined): void;
}

/** Where a pointer is. */
export interface Place {
  /** In the figure's own numbers. */
  point: Point;
  perPixel: Point;
  nearStart: boolean;
  /** The point as a start: a round one. */
  start: Point;
}

/** What a figure does with a pointer. */
interface Gestures {
  /** What can be taken hold of at a place; empty if nothing can. */
  over(at: Place): "start" | "curve" | "";
  /** Begins to drag; false if there is nothing to. */
  press(at: Place, event: PointerEvent, view: View): boolean;
  /** A place outside the plot is none. */
  drag(event: PointerEvent, at: Place | undefined): void;
  release(at: Place): void;
  /** The factor to zoom by; undefined leaves the wheel to the page. */
  wheel(event: WheelEvent): number | undefined;
}

/** Where in the plot a pointer is; undefined while the figure is not drawn. */
export function plotArea(box: HTMLElement): DOMRect | undefined {
  return box.querySelector(".plotarea_background")?.getBoundingClientRect();
}

/** Listens in a figure's box until `signal` aborts. */
export function listen(
  box: HTMLElement,
  figure: Target,
  gestures: Gestures,
  signal: AbortSignal,
): void {
  let dragging = false;

  const placeOf = (event: MouseEvent): Place | undefined => {
    const area = plotArea(box);
    const { view } = figure;
    if (!area || !view || area.width === 0) return undefined;
    const { low, high, bottom, top } = view;
    const perPixel: Point = [(high - low) / area.width, (top - bottom) / area.height];
    const x = low + (event.clientX - area.left) * perPixel[0];
    const y = top - (event.clientY - area.top) * perPixel[1];
    if (!inside([x, y], view)) return undefined;
    const [startX, startY] = figure.start ?? [Number.NaN, Number.NaN];
    const away = Math.hypot((startX - x) / perPixel[0], (startY - y) / perPixel[1]);
    const start: Point = [rounded(x, high - low), rounded(y, top - bottom)];
    return { point: [x, y], perPixel, nearStart: away <= NEAR_PIXELS, start };
  };

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => box.addEventListener(type, listener, { signal, passive: false });

  const end = (): void => {
    dragging = false;
    figure.dragStart(undefined);
  };

  on("pointerdown", (event) => {
    const at = placeOf(event);
    const { view } = figure;
    if (!at || !view || event.button !== 0 || !gestures.press(at, event, view)) return;
    dragging = true;
    box.setPointerCapture(event.pointerId);
  });

  on("pointermove", (event) => {
    const at = placeOf(event);
    if (dragging) gestures.drag(event, at);
    else box.dataset.over = at ? gestures.over(at) : "";
  });

  on("pointerup", (event) => {
    const at = dragging && placeOf(event);
    end();
    if (at) gestures.release(at);
  });

  on("pointercancel", end);

  on("wheel", (event) => {
    const at = placeOf(event);
    const { view } = figure;
    if (!at || !view || !(event.ctrlKey || document.activeElement === box)) return;
    const factor = gestures.wheel(event);
    if (factor === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (factor !== 1) figure.setZoom(zoomed(view, at.point, factor));
  });

  on("keydown", (event) => {
    const { view } = figure;
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    const factor = { "+": 1 / KEY_ZOOM, "=": 1 / KEY_ZOOM, "-": KEY_ZOOM }[event.key];
    if (factor !== undefined) figure.setZoom(zoomed(view, figure.focus ?? middle(view), factor));
    else if (event.key === "0") figure.setZoom(undefined);
    else return;
    event.preventDefault();
  });
}

function middle({ low, high, bottom, top }: View): Point {
  return [(low + high) / 2, (bottom + top) / 2];
}

function rounded(value: number, width: number): number {
  const unit = 10 ** Math.floor(Math.log10(width * START_UNIT * 10));
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}
