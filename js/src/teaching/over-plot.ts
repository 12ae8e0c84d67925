/** Drawing over the plot of a figure, in the widget's own pixels. */

import type { Point } from "../figures/mark.ts";
import type { View } from "../figures/view.ts";

/** How large a plot is, and where it is in its box. */
export interface Frame {
  size: Point;
  corner: Point;
}

/** Where the plot in a box is; undefined while nothing is drawn there. */
export function frameOf(box: HTMLElement): Frame | undefined {
  const area = box.querySelector(".plotarea_background");
  if (!area) return undefined;
  const side = (name: string): number => Number(area.getAttribute(name));
  const size: Point = [side("width"), side("height")];
  const [inner, outer] = [area.getBoundingClientRect(), box.getBoundingClientRect()];
  // What is enlarged is measured in the page's pixels, and placed in the widget's own.
  const zoom = inner.width / size[0] || 1;
  return { size, corner: [(inner.left - outer.left) / zoom, (inner.top - outer.top) / zoom] };
}

/** Lays a drawing over a plot. */
export function lay(drawing: SVGElement, { size, corner }: Frame): void {
  drawing.setAttribute("width", String(size[0]));
  drawing.setAttribute("height", String(size[1]));
  Object.assign(drawing.style, { left: `${corner[0]}px`, top: `${corner[1]}px` });
}

/** Where a point of a view is in the plot, from its upper left corner. */
export function pixelsOf([x, y]: Point, view: View, [width, height]: Point): Point {
  const { low, high, bottom, top } = view;
  return [((x - low) / (high - low)) * width, ((top - y) / (top - bottom)) * height];
}
