/** All steps that could be next: each where it leads, and whether the loss on all data rises. */

import type { element, setText } from "../controls/elements.ts";
import type { WidgetModel } from "../dom/host.ts";
import type { Point } from "../figures/mark.ts";
import { inside, near, type View } from "../figures/view.ts";
import type { Store } from "../model/store.ts";
import { type FanAnswer, readFanAnswer } from "../protocol/wire.ts";
import { type Words, wordsOf } from "../text/words.ts";
import { marksText, risesOf, sentence } from "./fan-text.ts";
import type { Boxes, Drawn } from "./lent.ts";
import { asked } from "./measuring.ts";
import { frameOf, lay, pixelsOf } from "./over-plot.ts";

/** How long nothing may have happened before they are asked for. */
const REST_MS = 250;

/** How far from the curve a mark stands, half its width, and its height, in pixels. */
const AWAY = 7;
const HALF = 3.5;
const HEIGHT = 6;

const STYLE = `
.gdwidget-fan{display:flex;flex-wrap:wrap;gap:0 16px;min-height:1.4em;margin-top:8px}
.gdwidget-fan[data-stale=true]{opacity:.5}
.gdwidget-fan-key{display:flex;gap:12px;color:var(--gdwidget-quiet)}
.gdwidget-fan-marks{position:absolute;overflow:visible;pointer-events:none}
.gdwidget-fan-up{color:var(--gdwidget-warning)}
.gdwidget-fan-down{color:var(--gdwidget-second)}
.gdwidget-fan-marks path{fill:currentcolor;fill-opacity:.45;stroke:currentcolor}
.gdwidget-fan-marks path.gdwidget-fan-outside{fill:var(--gdwidget-paper)}
.gdwidget-fan-marks path.gdwidget-fan-way{fill:none;stroke-opacity:.4}
.gdwidget-fan-marks path.gdwidget-fan-way.gdwidget-fan-up{stroke-dasharray:3 3}
@media print{.gdwidget-fan-marks{display:none}}
`;

/** The marks of either kind. */
const MARKS = [
  ["up", "▲"],
  ["down", "▼"],
] as const;

/** What the widget hands over, so that nothing is loaded twice. */
export interface Hands {
  readonly model: WidgetModel;
  readonly store: Store;
  readonly drawn: Drawn;
  readonly boxes: Boxes;
  readonly element: typeof element;
  readonly setText: typeof setText;
}

/** Where one of them leads, and from where its line comes. */
interface Leg {
  from: Point;
  to: Point;
  rises: boolean;
}

export class Fan {
  /** Stands below the pictures. */
  readonly sentence: HTMLElement;
  /** The marks in words, by which their picture is described: it needs an id. */
  readonly alternative: HTMLElement;
  private readonly words: Words;
  private readonly text: HTMLElement;
  private readonly key: HTMLElement;
  /** How many marks are at the picture's edge. */
  private readonly outside: HTMLElement;
  private readonly marks = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private known: FanAnswer | undefined;
  /** Where that was, and where they were asked for last. */
  private place = "";
  private asked = "";
  private timer = 0;
  private drawn = "";
  /** The marks in words, made once for those that are known, and for what they are told of. */
  private told: { known: FanAnswer; key: string; text: string } | undefined;

  constructor(private readonly hands: Hands) {
    const { element } = hands;
    this.text = element("span", { "aria-live": "polite" });
    this.words = wordsOf(hands.store.texts);
    const entries = MARKS.map(([kind, mark]) =>
      element(
        "span",
        {},
        element("span", { class: `gdwidget-fan-${kind}` }, mark),
        ` ${this.words.fan[kind]}`,
      ),
    );
    this.outside = element("span");
    const key = { class: "gdwidget-fan-key", "aria-hidden": "true" };
    this.key = element("span", key, ...entries, this.outside);
    const style = element("style", {}, STYLE);
    this.alternative = element("span", { class: "gdwidget-hidden" });
    const told = [this.text, this.alternative, this.key];
    this.sentence = element("div", { class: "gdwidget-fan" }, style, ...told);
    this.marks.classList.add("gdwidget-fan-marks");
    this.marks.setAttribute("aria-hidden", "true");
  }

  draw(): void {
    const { store } = this.hands;
    const { run, cursor, playing } = store;
    const place = [run?.id, cursor, store.leading].join();
    const rests = run && !playing && !store.foreseen && !store.waiting && !store.lacking;
    if (!rests || place !== this.asked) clearTimeout(this.timer);
    if (rests && place !== this.asked) {
      this.asked = place;
      this.timer = window.setTimeout(() => this.ask(place, run.id, cursor), REST_MS);
    } else if (!rests) this.asked = "";
    const holds = place === this.place;
    this.sentence.dataset.stale = String(!holds);
    this.show(holds ? this.known : undefined);
    this.describe(holds ? this.known : undefined);
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked = "";
    this.sentence.remove();
    this.marks.remove();
    this.describe(undefined);
  }

  private async ask(place: string, run: number, step: number): Promise<void> {
    const { model, store, setText } = this.hands;
    let known: FanAnswer | undefined;
    try {
      known = readFanAnswer(await asked(model, "fan", run, step));
    } catch {
      // Steps that came first are no reason to say anything.
    }
    if (place !== this.asked) return;
    [this.known, this.place] = [known, place];
    setText(this.text, known ? sentence(this.words, known) : this.words.fan.notNow);
    store.changed();
  }

  /** Puts the marks over the picture; nothing where none can be there. */
  private show(known: FanAnswer | undefined): void {
    const { store, drawn, boxes, setText } = this.hands;
    const one = store.picture === "one";
    const box = one ? boxes.functionBox : boxes.planeBox;
    const view = one ? drawn.functionFigure.view : drawn.planeFigure?.view;
    const legs = known && view ? (one ? this.onCurve(known) : this.onPlane(known)) : [];
    this.key.hidden = !legs.length;
    const frame = frameOf(box);
    if (!frame || !view || !legs.length) {
      this.marks.remove();
      this.drawn = "";
      return;
    }
    const { size, corner } = frame;
    const key = JSON.stringify([this.place, store.picture, store.axes, view, size, corner]);
    if (key === this.drawn && this.marks.parentElement === box) return;
    this.drawn = key;
    const outside = legs.filter(({ to }) => !inside(to, view)).length;
    setText(this.outside, outside > 0 ? this.words.fan.outside(outside) : "");
    const paths = legs.map((leg) => path(leg, view, size, one));
    lay(this.marks, frame);
    this.marks.innerHTML = paths.join("");
    box.append(this.marks);
  }

  /** Says where the marks are to who does not see them. */
  private describe(known: FanAnswer | undefined): void {
    const { store, drawn, boxes, setText } = this.hands;
    const { run, index, picture, shown } = store;
    const plane = drawn.planeFigure?.plane;
    const onPlane = plane?.recorded ? [plane.x, plane.y] : [];
    const names = picture === "one" ? [shown] : onPlane;
    const from = names.map((name) => run?.rows.column(name)?.at(index) ?? Number.NaN);
    const text = known ? this.textOf(known, names, from) : "";
    setText(this.alternative, text);
    const described = picture === "one" ? boxes.functionBox : boxes.planeBox;
    for (const box of [boxes.functionBox, boxes.planeBox]) {
      if (text && box === described) box.setAttribute("aria-describedby", this.alternative.id);
      else box.removeAttribute("aria-describedby");
    }
  }

  private textOf(known: FanAnswer, names: readonly string[], from: readonly number[]): string {
    const key = [...names, ...from].join();
    if (known !== this.told?.known || key !== this.told.key) {
      this.told = { known, key, text: marksText(this.words, known, names, from) };
    }
    return this.told.text;
  }

  /** The loss on all data is what the curve has there, where a single number learns. */
  private onCurve({ values, losses, loss }: FanAnswer): Leg[] {
    const { names, shown } = this.hands.store;
    const along = names.count === 1 && values[shown];
    if (!along) return [];
    return finite(
      along.map((value, index): Leg => {
        const to: Point = [value, losses[index] as number];
        return { from: to, to, rises: risesOf(loss, to[1]) };
      }),
    );
  }

  private onPlane({ values, losses, loss }: FanAnswer): Leg[] {
    const { plane } = this.hands.drawn.planeFigure ?? {};
    const { run, index } = this.hands.store;
    const [xs, ys] = [values[plane?.x ?? ""], values[plane?.y ?? ""]];
    if (!plane?.recorded || !xs || !ys || !run) return [];
    const [x, y] = [plane.x, plane.y].map((name) => run.rows.column(name)?.at(index));
    const from = [x, y] as Point;
    return finite(
      xs.map((value, at): Leg => {
        const to: Point = [value, ys[at] as number];
        return { from, to, rises: risesOf(loss, losses[at] as number) };
      }),
    );
  }
}

function finite(legs: Leg[]): Leg[] {
  return legs.filter(({ from, to }) => [...from, ...to].every(Number.isFinite));
}

/** A triangle that points up or down, hollow at the edge if it is outside, and the line to it. */
function path({ from, to, rises }: Leg, view: View, size: Point, one: boolean): string {
  const [width, height] = size;
  const begin = pixelsOf(near(from, view, 0), view, size);
  const beyond = !inside(to, view);
  const end = beyond ? towards(begin, pixelsOf(to, view, size), size) : pixelsOf(to, view, size);
  const up = rises ? -1 : 1;
  const x = end[0];
  const tail = one ? end[1] + up * AWAY : end[1] - (up * HEIGHT) / 2;
  // A triangle at the edge is whole.
  const low = rises ? HEIGHT : 0;
  const base = beyond ? Math.max(low, Math.min(height - HEIGHT + low, tail)) : tail;
  const middle = beyond ? Math.max(HALF, Math.min(width - HALF, x)) : x;
  const kind = `gdwidget-fan-${rises ? "up" : "down"}`;
  const [left, tip] = [middle - HALF, base + up * HEIGHT].map(round);
  const corners = `M${left},${round(base)}h${2 * HALF}L${round(middle)},${tip}z`;
  const way = `M${begin.map(round)}L${round(middle)},${round(base)}`;
  const looks = beyond ? `${kind} gdwidget-fan-outside` : kind;
  const line = one && beyond ? "" : `<path class="gdwidget-fan-way ${kind}" d="${way}"/>`;
  return `${line}<path class="${looks}" d="${corners}"/>`;
}

/** Where the line from a place in a picture to one outside meets its edge. */
function towards(from: Point, to: Point, size: Point): Point {
  const shares = [0, 1].map((axis) => {
    const [begin, end, most] = [from[axis], to[axis], size[axis]] as [number, number, number];
    if (end >= 0 && end <= most) return 1;
    return ((end < 0 ? 0 : most) - begin) / (end - begin);
  });
  const share = Math.min(...shares);
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** To a tenth of a pixel. */
function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}
