/** Mouse, pen, touch and keys on the plane: start and zoom. */

import type { PlaneAnswer, PlaneQuestion } from "../protocol/messages.ts";
import type { Point } from "./mark.ts";
import type { PlaneFigure } from "./plane.ts";
import { inside } from "./plane.ts";
import { plotArea } from "./pointer.ts";

const NEAR_PIXELS = 14;
const KEY_ZOOM = 1.25;
const WHEEL_ZOOM = 1.25;
/** Wheels turn faster than planes are evaluated. */
const WHEEL_MS = 150;
/** A start is rounded to about this share of the width in sight. */
const START_UNIT = 1 / 500;

/** Listens in the plane's box; `choose` is called with a new start. */
export function listenToPlane(
  box: HTMLElement,
  figure: PlaneFigure,
  choose: (start: Record<string, number>) => void,
  signal: AbortSignal,
): void {
  let drags = false;
  let wheeledAt = Number.NEGATIVE_INFINITY;

  const placeOf = (event: MouseEvent, plane: PlaneAnswer): Point | undefined => {
    const area = plotArea(box);
    if (!area || area.width === 0) return undefined;
    const { lowX, highX, lowY, highY } = plane;
    const point: Point = [
      rounded(lowX + ((event.clientX - area.left) / area.width) * (highX - lowX), highX - lowX),
      rounded(highY - ((event.clientY - area.top) / area.height) * (highY - lowY), highY - lowY),
    ];
    return inside(point, plane) ? point : undefined;
  };

  const nearStart = ([x, y]: Point, plane: PlaneAnswer): boolean => {
    const area = plotArea(box);
    const { start } = figure;
    if (!start || !area) return false;
    const across = ((start[0] - x) / (plane.highX - plane.lowX)) * area.width;
    const up = ((start[1] - y) / (plane.highY - plane.lowY)) * area.height;
    return Math.hypot(across, up) <= NEAR_PIXELS;
  };

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K], plane: PlaneAnswer) => void,
  ): void =>
    box.addEventListener(
      type,
      (event) => {
        if (figure.plane) listener(event, figure.plane);
      },
      { signal, passive: false },
    );

  on("pointerdown", (event, plane) => {
    if (event.button !== 0 || !figure.startable || !placeOf(event, plane)) return;
    drags = true;
    box.setPointerCapture(event.pointerId);
  });

  on("pointermove", (event, plane) => {
    const at = placeOf(event, plane);
    if (drags) {
      if (at) figure.dragStart(at);
      return;
    }
    const over = at && figure.startable;
    box.dataset.over = over ? (nearStart(at, plane) ? "start" : "curve") : "";
  });

  on("pointerup", (event, plane) => {
    if (!drags) return;
    drags = false;
    figure.dragStart(undefined);
    const at = placeOf(event, plane);
    if (at) choose({ [plane.x]: at[0], [plane.y]: at[1] });
  });

  box.addEventListener(
    "pointercancel",
    () => {
      drags = false;
      figure.dragStart(undefined);
    },
    { signal },
  );

  on("wheel", (event, plane) => {
    const at = placeOf(event, plane);
    if (!at || event.deltaY === 0 || !(event.ctrlKey || document.activeElement === box)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.timeStamp - wheeledAt < WHEEL_MS) return;
    wheeledAt = event.timeStamp;
    figure.setView(zoomed(plane, at, event.deltaY > 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM));
  });

  on("keydown", (event, plane) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const factor = { "+": 1 / KEY_ZOOM, "=": 1 / KEY_ZOOM, "-": KEY_ZOOM }[event.key];
    if (factor !== undefined) figure.setView(zoomed(plane, figure.cursor ?? middle(plane), factor));
    else if (event.key === "0") figure.setView(null);
    else return;
    event.preventDefault();
  });
}

/** The view zoomed about a point. */
export function zoomed(
  { lowX, highX, lowY, highY }: PlaneAnswer,
  [x, y]: Point,
  factor: number,
): PlaneQuestion["view"] {
  const move = (end: number, about: number): number => about + (end - about) * factor;
  return [move(lowX, x), move(highX, x), move(lowY, y), move(highY, y)];
}

function middle({ lowX, highX, lowY, highY }: PlaneAnswer): Point {
  return [(lowX + highX) / 2, (lowY + highY) / 2];
}

function rounded(value: number, width: number): number {
  const unit = 10 ** Math.floor(Math.log10(width * START_UNIT * 10));
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}
