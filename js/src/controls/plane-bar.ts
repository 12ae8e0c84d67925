/** About the plane: what its colours and marks mean, how much it holds, a button to redraw. */

import type { PlaneFigure } from "../figures/plane.ts";
import type { Store } from "../model/store.ts";
import { element, KEEPS_KEYS, setText } from "./elements.ts";

/** As good as the whole variance: nothing to tell of a plane that holds all there is. */
const ALL = 0.9995;

export class PlaneBar {
  readonly root = element("div");
  readonly redraw = element(
    "button",
    { type: "button", title: this.store.texts.redrawHint, ...KEEPS_KEYS },
    this.store.texts.redraw,
  );
  private readonly note = element("div", { class: "gdwidget-caption" });

  constructor(
    private readonly store: Store,
    private readonly figure: PlaneFigure,
  ) {
    this.redraw.addEventListener("click", () => figure.redraw());
    this.root.append(this.note);
  }

  draw(): void {
    const { plane, outdated } = this.figure;
    const { picture, alive, texts } = this.store;
    const draws = picture !== "one" && this.store.draws(picture);
    this.offerRedraw(outdated && picture !== "one" && (draws || !alive));
    this.note.hidden = this.store.picture === "two" && this.store.names.count === 2;
    const share = plane?.explained ?? null;
    const all = share === null || (plane?.recorded && share >= ALL);
    const held = all ? "" : texts.explained(share);
    const past = outdated ? texts.planeOutdated : "";
    const kept = outdated && alive && !draws;
    setText(this.note, kept ? texts.planeKept : `${held} ${past}`.trim());
  }

  /** Where the button goes, the list before it takes the focus over. */
  private offerRedraw(offered: boolean): void {
    const focused = this.redraw === document.activeElement;
    this.redraw.hidden = !offered;
    if (focused && !offered) (this.redraw.previousElementSibling as HTMLElement | null)?.focus();
  }
}
