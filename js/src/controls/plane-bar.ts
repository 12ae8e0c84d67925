/** Above the plane: what its colours and marks mean, how much it holds, and a button to redraw. */

import type { PlaneFigure } from "../figures/plane.ts";
import { texts } from "../texts.ts";
import { element, KEEPS_KEYS } from "./elements.ts";

/** As good as the whole variance: nothing to tell of a plane that holds all there is. */
const ALL = 0.9995;

export class PlaneBar {
  readonly root = element("div", { class: "gdwidget-plane-bar" });
  private readonly note = element("span", { class: "gdwidget-plane-note" });

  constructor(private readonly figure: PlaneFigure) {
    const redraw = element(
      "button",
      { type: "button", title: texts.redrawHint, ...KEEPS_KEYS },
      texts.redraw,
    );
    redraw.addEventListener("click", () => figure.redraw());
    this.root.append(legend(), this.note, redraw);
  }

  draw(): void {
    const { plane, outdated } = this.figure;
    const share = plane?.explained ?? null;
    const all = share === null || (plane?.recorded && share >= ALL);
    const held = all ? "" : texts.explained(share);
    const note = outdated ? `${held} ${texts.planeOutdated}`.trim() : held;
    if (this.note.textContent !== note) this.note.textContent = note;
  }
}

function legend(): HTMLElement {
  const entry = (kind: string, text: string): HTMLElement =>
    element(
      "li",
      {},
      element("span", { class: `gdwidget-key gdwidget-key-${kind}`, "aria-hidden": "true" }),
      text,
    );
  return element(
    "ul",
    { class: "gdwidget-caption" },
    entry("loss", texts.plane),
    entry("learning", texts.learning),
    entry("next", texts.nextStep),
    entry("downhill", texts.downhill),
    entry("start", texts.startMark),
  );
}
