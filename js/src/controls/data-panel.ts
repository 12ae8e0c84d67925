/** The third figure with its legend, in a part of the page that can be shut. */

import type { Store } from "../model/store.ts";
import { element, figureBox, KEEPS_KEYS, setText } from "./elements.ts";

export class DataPanel {
  readonly root: HTMLDetailsElement;
  readonly box = figureBox(this.store.texts.dataAndFit);
  private readonly axes = element("span", { class: "gdwidget-note" });
  private readonly note = element("div", { class: "gdwidget-caption" });

  constructor(
    private readonly store: Store,
    toggled: () => void,
  ) {
    this.root = element(
      "details",
      { class: "gdwidget-figure gdwidget-data", open: true },
      element("summary", KEEPS_KEYS, store.texts.dataAndFit, " ", this.axes),
      this.note,
      this.box,
    );
    this.root.addEventListener("toggle", toggled);
  }

  /** Whether looks are wanted: also while there is nothing to draw, for that may change. */
  get open(): boolean {
    return this.root.open && this.store.shows("data");
  }

  draw(): void {
    const { look, alive, cursor, texts } = this.store;
    this.note.hidden = !look?.kept || look.step === cursor;
    if (look?.figure) setText(this.axes, texts.over(texts.axis(look.y), look.x));
    if (look) setText(this.note, texts.keptLook(look.step));
    const none = look?.figure === null || (!look && !alive);
    this.root.hidden = none || !this.store.shows("data");
  }

  describe(): void {
    const { look, hides, texts } = this.store;
    if (!look?.figure) return;
    this.box.setAttribute(
      "aria-label",
      hides ? texts.samplesAlternative(look) : texts.dataAlternative(look),
    );
  }
}
