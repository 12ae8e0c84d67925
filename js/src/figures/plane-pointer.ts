/** Pointing at the plane: a start can be put anywhere. */

import type { PlaneFigure } from "./plane.ts";
import { listen } from "./pointer.ts";

const WHEEL_ZOOM = 1.25;
/** Wheels turn faster than planes are evaluated. */
const WHEEL_MS = 150;

/** Listens in the plane's box; `choose` is called with a new start. */
export function listenToPlane(
  box: HTMLElement,
  figure: PlaneFigure,
  choose: (start: Record<string, number>) => void,
  signal: AbortSignal,
): void {
  let wheeledAt = Number.NEGATIVE_INFINITY;
  listen(
    box,
    figure,
    {
      over: ({ nearStart }) => (figure.startable ? (nearStart ? "start" : "curve") : ""),
      press: () => figure.startable,
      drag: (_, at) => at && figure.dragStart(at.start),
      release({ start: [x, y] }) {
        if (figure.plane) choose({ [figure.plane.x]: x, [figure.plane.y]: y });
      },
      wheel({ deltaY, timeStamp }) {
        if (deltaY === 0) return undefined;
        if (timeStamp - wheeledAt < WHEEL_MS) return 1;
        wheeledAt = timeStamp;
        return deltaY > 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM;
      },
    },
    signal,
  );
}
