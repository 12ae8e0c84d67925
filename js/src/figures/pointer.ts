/** Mouse, pen, touch and keys on the first figure: start, pan, zoom. */

import type { Store } from "../model/store.ts";
import type { LossFunctionFigure } from "./loss-function.ts";
import { panned, type View, zoomed } from "./view.ts";

const NEAR_PIXELS = 14;
const DRAG_PIXELS = 4;
const WHEEL_ZOOM = 1.0015;
const KEY_ZOOM = 1.25;
/** A dragged start is rounded to about this share of the width in sight. */
const START_UNIT = 1 / 500;

interface Place {
  /** In the figure's own numbers. */
  value: number;
  loss: number;
  /** Per pixel. */
  valuePerPixel: number;
  lossPerPixel: number;
}

type Drag = { kind: "start" } | { kind: "pan"; from: PointerEvent; view: View; moved: boolean };

/** Where in the plot a pointer is; undefined while the figure is not drawn. */
export function plotArea(box: HTMLElement): DOMRect | undefined {
  return box.querySelector(".plotarea_background")?.getBoundingClientRect();
}

/** Listens in a figure's box; `choose` is called with a new start. */
export function listen(
  box: HTMLElement,
  figure: LossFunctionFigure,
  store: Store,
  choose: (start: number) => void,
  signal: AbortSignal,
): void {
  let drag: Drag | undefined;

  const placeOf = (event: MouseEvent): Place | undefined => {
    const area = plotArea(box);
    const { view } = figure;
    if (!area || !view || area.width === 0) return undefined;
    const valuePerPixel = (view.high - view.low) / area.width;
    const lossPerPixel = (view.top - view.bottom) / area.height;
    const value = view.low + (event.clientX - area.left) * valuePerPixel;
    const loss = view.top - (event.clientY - area.top) * lossPerPixel;
    const outside = value < view.low || value > view.high || loss < view.bottom || loss > view.top;
    return outside ? undefined : { value, loss, valuePerPixel, lossPerPixel };
  };

  const nearStart = (at: Place): boolean => {
    const rows = store.run?.rows;
    if (!rows) return false;
    const across = (rows.row(0, store.shown).value - at.value) / at.valuePerPixel;
    const up = (rows.height(0) - at.loss) / at.lossPerPixel;
    return Math.hypot(across, up) <= NEAR_PIXELS;
  };

  const nearCurve = (at: Place): boolean => {
    const reach = NEAR_PIXELS / 2;
    for (let pixel = -reach; pixel <= reach; pixel += 2) {
      const loss = figure.lossAt(at.value + pixel * at.valuePerPixel);
      if (loss !== undefined && Math.abs(loss - at.loss) / at.lossPerPixel <= reach) return true;
    }
    return false;
  };

  const rounded = (at: Place): number => {
    const view = figure.view as View;
    const unit = 10 ** Math.floor(Math.log10((view.high - view.low) * START_UNIT * 10));
    return Number((Math.round(at.value / unit) * unit).toPrecision(12));
  };

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => box.addEventListener(type, listener, { signal, passive: false });

  on("pointerdown", (event) => {
    const at = placeOf(event);
    if (!at || event.button !== 0 || !figure.view) return;
    const kind = nearStart(at) && store.alive ? "start" : "pan";
    drag = kind === "start" ? { kind } : { kind, from: event, view: figure.view, moved: false };
    box.setPointerCapture(event.pointerId);
  });

  on("pointermove", (event) => {
    const at = placeOf(event);
    if (!drag) {
      const marks = at && store.alive;
      box.dataset.over = marks && nearStart(at) ? "start" : marks && nearCurve(at) ? "curve" : "";
      return;
    }
    if (drag.kind === "start") {
      if (at) figure.dragStart(rounded(at));
      return;
    }
    const area = plotArea(box);
    if (!area) return;
    const across = event.clientX - drag.from.clientX;
    const down = event.clientY - drag.from.clientY;
    drag.moved ||= Math.hypot(across, down) > DRAG_PIXELS;
    if (!drag.moved) return;
    const { view } = drag;
    const value = (-across * (view.high - view.low)) / area.width;
    figure.setZoom(panned(view, value, (down * (view.top - view.bottom)) / area.height));
  });

  on("pointerup", (event) => {
    const at = placeOf(event);
    const ended = drag;
    drag = undefined;
    figure.dragStart(undefined);
    if (!at || !ended) return;
    const click = ended.kind === "pan" && !ended.moved && store.alive && nearCurve(at);
    if (ended.kind === "start" || click) choose(rounded(at));
  });

  on("pointercancel", () => {
    drag = undefined;
    figure.dragStart(undefined);
  });

  on("dblclick", () => figure.setZoom(undefined));

  on("wheel", (event) => {
    const at = placeOf(event);
    if (!at || !figure.view || !(event.ctrlKey || document.activeElement === box)) return;
    event.preventDefault();
    event.stopPropagation();
    const factor = WHEEL_ZOOM ** (event.ctrlKey ? event.deltaY * 3 : event.deltaY);
    figure.setZoom(zoomed(figure.view, at.value, at.loss, factor));
  });

  on("keydown", (event) => {
    const { view } = figure;
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    const factor = { "+": 1 / KEY_ZOOM, "=": 1 / KEY_ZOOM, "-": KEY_ZOOM }[event.key];
    if (factor !== undefined) {
      const middle = store.row?.value ?? (view.low + view.high) / 2;
      const loss = figure.lossAt(middle);
      figure.setZoom(zoomed(view, middle, loss ?? (view.bottom + view.top) / 2, factor));
    } else if (event.key === "0") figure.setZoom(undefined);
    else return;
    event.preventDefault();
  });
}
