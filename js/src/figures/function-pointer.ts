/** Pointing at the first figure: a start is dragged or chosen on the curve, the rest is panned. */

import type { Store } from "../model/store.ts";
import type { LossFunctionFigure } from "./loss-function.ts";
import type { Point } from "./mark.ts";
import { listen, type Place } from "./pointer.ts";
import { panned, type View } from "./view.ts";

const CURVE_PIXELS = 7;
const DRAG_PIXELS = 4;
const WHEEL_ZOOM = 1.0015;
/** How many times as fast as the wheel a pinch zooms, which comes as one with Ctrl. */
const PINCH = 3;

/** Listens in the figure's box; `choose` is called with a new start. */
export function listenToFunction(
  box: HTMLElement,
  figure: LossFunctionFigure,
  store: Store,
  choose: (start: number) => void,
  signal: AbortSignal,
): void {
  /** The view as it was when it was taken hold of; undefined while a start is dragged. */
  let pan: { from: PointerEvent; view: View; perPixel: Point; moved: boolean } | undefined;

  const nearCurve = ({ point: [value, loss], perPixel }: Place): boolean => {
    for (let pixel = -CURVE_PIXELS; pixel <= CURVE_PIXELS; pixel += 2) {
      const there = figure.lossAt(value + pixel * perPixel[0]);
      if (there !== undefined && Math.abs(there - loss) / perPixel[1] <= CURVE_PIXELS) return true;
    }
    return false;
  };

  listen(
    box,
    figure,
    {
      over(at) {
        if (!store.alive) return "";
        return at.nearStart ? "start" : nearCurve(at) ? "curve" : "";
      },
      press(at, from, view) {
        const start = at.nearStart && store.alive;
        pan = start ? undefined : { from, view, perPixel: at.perPixel, moved: false };
        return true;
      },
      drag(event, at) {
        if (!pan) {
          if (at) figure.dragStart(at.start);
          return;
        }
        const { from, view, perPixel } = pan;
        const across = event.clientX - from.clientX;
        const down = event.clientY - from.clientY;
        pan.moved ||= Math.hypot(across, down) > DRAG_PIXELS;
        if (pan.moved) figure.setZoom(panned(view, -across * perPixel[0], down * perPixel[1]));
      },
      release(at) {
        const clicked = pan && !pan.moved && store.alive && nearCurve(at);
        if (!pan || clicked) choose(at.start[0]);
      },
      wheel: ({ deltaY, ctrlKey }) => WHEEL_ZOOM ** (ctrlKey ? deltaY * PINCH : deltaY),
    },
    signal,
  );
  box.addEventListener("dblclick", () => figure.setZoom(undefined), { signal });
}
