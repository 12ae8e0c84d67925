/** The answers of a room in the figure: a ring with its letter, and a flag that says its value. */

import type { Point } from "../figures/mark.ts";
import type { View } from "../figures/view.ts";
import { type Frame, frameOf, lay, pixelsOf } from "../teaching/over-plot.ts";

/** How large a ring is, and how far an arrow ends from the middle of what it leads to. */
const RING = 11;
const DIAMOND = 16;
const APART = RING + 2;
const HEAD: Point = [10, 5];
/** The room that a letter of a flag takes, and its height with what is left between two. */
const CHARACTER = 7.6;
const BESIDE = 14;
const HEIGHT = 20;
const ROW = HEIGHT + 4;

export interface Flag {
  /** Empty for what is right, which is a diamond. */
  letter: string;
  text: string;
  at: Point;
}

interface Placed extends Flag {
  mark: Point;
  width: number;
  left: number;
  row: number;
}

export class Flags {
  /** Where the rings are, in pixels of the plot, by letter. */
  readonly marks = new Map<string, Point>();
  private readonly drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private drawn = "";

  constructor() {
    this.drawing.classList.add("gdwidget-show-flags");
    this.drawing.setAttribute("aria-hidden", "true");
  }

  /** Draws them over the plot in a box; none where there is no plot. */
  draw(flags: readonly Flag[], box: HTMLElement, view: View | undefined): void {
    const frame = frameOf(box);
    if (!frame || !view || flags.length === 0) {
      this.close();
      return;
    }
    const key = JSON.stringify([flags, view, frame]);
    if (key === this.drawn && this.drawing.parentElement === box) return;
    this.drawn = key;
    const placed = placedIn(frame, flags, view);
    this.marks.clear();
    for (const { letter, mark } of placed) this.marks.set(letter, mark);
    lay(this.drawing, frame);
    this.drawing.replaceChildren(...drawnIn(frame, placed));
    box.append(this.drawing);
  }

  close(): void {
    this.drawn = "";
    this.marks.clear();
    this.drawing.remove();
  }
}

/** Flags stand where the marks are not, above or below, in as many rows as it takes. */
function placedIn({ size }: Frame, flags: readonly Flag[], view: View): Placed[] {
  const within = (at: number, least: number, most: number): number =>
    Math.max(least, Math.min(Math.max(least, most), at));
  const marks = flags.map(({ at }): Point => {
    const [x, y] = pixelsOf(at, view, size);
    return [within(x, 0, size[0]), within(y, 0, size[1])];
  });
  const order = flags.map((_, at) => at).sort((a, b) => x(marks[a]) - x(marks[b]));
  const ends: number[] = [];
  return order.map((at) => {
    const { text, ...flag } = flags[at] as Flag;
    const mark = marks[at] as Point;
    const [value, { low, high }] = [flag.at[0], view];
    const told = value < low ? `← ${text}` : value > high ? `${text} →` : text;
    const width = CHARACTER * told.length + BESIDE;
    const left = within(mark[0] - width / 2, 2, size[0] - width - 2);
    const free = ends.findIndex((end) => end + 4 <= left);
    const row = free < 0 ? ends.length : free;
    ends[row] = left + width;
    return { ...flag, text: told, mark, width, left, row };
  });
}

function x(point: Point | undefined): number {
  return point?.[0] ?? 0;
}

/** Where the flags of a row stand, above or below, from the top of the plot. */
function topIn([, height]: Point, above: boolean, row: number): number {
  return above ? 2 + row * ROW : height - 2 - HEIGHT - row * ROW;
}

/** How many marks the flags would lie on. */
function covered(size: Point, placed: readonly Placed[], above: boolean): number {
  const marks = placed.filter(({ mark }) =>
    placed.some(({ left, width, row }) => {
      const top = topIn(size, above, row);
      const beside = mark[0] < left - RING || mark[0] > left + width + RING;
      return !beside && mark[1] > top - RING && mark[1] < top + HEIGHT + RING;
    }),
  );
  return marks.length;
}

function drawnIn({ size }: Frame, placed: readonly Placed[]): SVGElement[] {
  const middle = placed.reduce((sum, { mark }) => sum + mark[1], 0) / placed.length;
  const worse = covered(size, placed, true) - covered(size, placed, false);
  const above = worse === 0 ? middle > size[1] / 2 : worse < 0;
  const topOf = (row: number): number => topIn(size, above, row);
  const truth = placed.find(({ letter }) => letter === "")?.mark;
  const parts: [SVGElement[], SVGElement[], SVGElement[], SVGElement[]] = [[], [], [], []];
  for (const { letter, text, mark, left, width, row } of placed) {
    const [kind, top] = [letter ? "said" : "truth", topOf(row)];
    const [mx, my] = mark;
    const end = above ? top + HEIGHT : top;
    const foot = Math.max(left + 6, Math.min(left + width - 6, mx));
    parts[0].push(shape("path", { class: "gdwidget-show-pole", d: `M${foot},${end}L${mx},${my}` }));
    if (letter && truth) parts[1].push(...arrow(mark, truth));
    const ring = letter
      ? shape("circle", { class: kind, cx: mx, cy: my, r: RING })
      : shape("path", {
          class: kind,
          d: `M${mx},${my - DIAMOND}l${DIAMOND},${DIAMOND}l-${DIAMOND},${DIAMOND}l-${DIAMOND},-${DIAMOND}z`,
        });
    parts[2].push(ring, label(letter, mx, my));
    const flag = {
      class: `${kind} gdwidget-show-flag`,
      x: left,
      y: top,
      width,
      height: HEIGHT,
      rx: 4,
    };
    parts[3].push(shape("rect", flag), label(text, left + width / 2, top + HEIGHT / 2));
  }
  return parts.flat();
}

function arrow(from: Point, to: Point): SVGElement[] {
  const [across, down] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(across, down);
  if (length < 3 * APART) return [];
  const at = (forward: number, aside: number): string =>
    [
      from[0] + (forward * across - aside * down) / length,
      from[1] + (forward * down + aside * across) / length,
    ].join();
  const end = length - APART;
  const [back, wide] = [end - HEAD[0], HEAD[1]];
  const d = `M${at(APART, 0)}L${at(end, 0)}M${at(back, wide)}L${at(end, 0)}L${at(back, -wide)}`;
  return [shape("path", { class: "gdwidget-show-arrow", d })];
}

function label(text: string, left: number, top: number): SVGElement {
  const made = shape("text", { x: left, y: top });
  made.textContent = text;
  return made;
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
