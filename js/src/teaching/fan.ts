/** All steps that could be next: each where it leads, and whether the loss on all data rises. */

import type { element, setText } from "../controls/elements.ts";
import type { WidgetModel } from "../dom/host.ts";
import type { Point } from "../figures/mark.ts";
import type { View } from "../figures/view.ts";
import type { Store } from "../model/store.ts";
import { type FanAnswer, readFanAnswer } from "../protocol/wire.ts";
import { type Words, wordsOf } from "../text/words.ts";
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
.gdwidget-fan-marks{position:absolute;overflow:hidden;pointer-events:none}
.gdwidget-fan-up{color:var(--gdwidget-warning)}
.gdwidget-fan-down{color:var(--gdwidget-second)}
.gdwidget-fan-marks path{fill:currentcolor;fill-opacity:.45;stroke:currentcolor}
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
  private readonly words: Words;
  private readonly text: HTMLElement;
  private readonly key: HTMLElement;
  private readonly marks = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private known: FanAnswer | undefined;
  /** Where that was, and where they were asked for last. */
  private place = "";
  private asked = "";
  private timer = 0;
  private drawn = "";

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
    this.key = element("span", { class: "gdwidget-fan-key", "aria-hidden": "true" }, ...entries);
    const style = element("style", {}, STYLE);
    this.sentence = element("div", { class: "gdwidget-fan" }, style, this.text, this.key);
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
  }

  close(): void {
    clearTimeout(this.timer);
    this.asked = "";
    this.sentence.remove();
    this.marks.remove();
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
    const { store, drawn, boxes } = this.hands;
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
    const paths = legs.map((leg) => path(leg, view, size, one));
    lay(this.marks, frame);
    this.marks.innerHTML = paths.join("");
    box.append(this.marks);
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

/** What is said of them; `gdwidget/_landscape/fan.py` says the same. */
export function sentence(
  { fan }: Words,
  { size, whole, loss, losses }: Pick<FanAnswer, "size" | "whole" | "loss" | "losses">,
): string {
  if (!Number.isFinite(loss)) return fan.notFinite;
  const count = losses.length;
  const uphill = losses.filter((after) => risesOf(loss, after)).length;
  const share = (100 * uphill) / count;
  const some = uphill > 0 && uphill < count;
  const percent = some ? Math.min(99, Math.max(1, Math.round(share))) : share;
  return fan.uphill(percent, size, count, whole);
}

/** Whether the loss on all data is larger afterwards, or not finite. */
function risesOf(before: number, after: number): boolean {
  return !(after <= before);
}

function finite(legs: Leg[]): Leg[] {
  return legs.filter(({ from, to }) => [...from, ...to].every(Number.isFinite));
}

/** A triangle that points up or down, and the line to it. */
function path({ from, to, rises }: Leg, view: View, [width, height]: Point, one: boolean): string {
  const at = (point: Point): Point => {
    const [x, y] = pixelsOf(point, view, [width, height]);
    return [round(x), round(y)];
  };
  const [begin, end] = [at(from), at(to)];
  const up = rises ? -1 : 1;
  const [x, y] = one ? [end[0], end[1] + up * AWAY] : end;
  const kind = `gdwidget-fan-${rises ? "up" : "down"}`;
  const base = one ? y : y - (up * HEIGHT) / 2;
  const way = `<path class="gdwidget-fan-way ${kind}" d="M${begin}L${x},${base}"/>`;
  const corners = `M${x - HALF},${base}h${2 * HALF}L${x},${base + up * HEIGHT}z`;
  return `${way}<path class="${kind}" d="${corners}"/>`;
}

/** To a tenth of a pixel, and not beyond what a drawing can hold. */
function round(pixels: number): number {
  return Math.round(10 * Math.max(-1e5, Math.min(1e5, pixels))) / 10;
}
