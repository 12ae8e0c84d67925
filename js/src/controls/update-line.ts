/** The update with its numbers in it, at the cursor. */

import { float32Text } from "../format.ts";
import type { Store } from "../store.ts";
import { texts } from "../texts.ts";
import { element, setText } from "./elements.ts";

/** W ← W − α·∂L/∂W = 6.3255796 − 0.01 · 44.69766 = 5.878603 */
export class UpdateLine {
  readonly root: HTMLElement;
  private readonly value = part("learning");
  private readonly rate = part("rate");
  private readonly gradient = part("gradient");
  private readonly next = part("learning");
  private readonly fused = element("span", { class: "gdwidget-fused" });

  constructor(private readonly store: Store) {
    const name = store.names.learning;
    this.root = element(
      "div",
      { class: "gdwidget-update" },
      element(
        "span",
        {},
        symbol("learning", name),
        " ← ",
        symbol("learning", name),
        " − ",
        symbol("rate", "α"),
        " · ",
        symbol("gradient", `∂L/∂${name}`),
      ),
      element("span", {}, " = ", this.value, " − ", this.rate, " · ", this.gradient),
      element("span", {}, " = ", this.next),
      this.fused,
    );
  }

  draw(): void {
    const { row, comingRate, comingValue } = this.store;
    if (!row || comingRate === undefined || comingValue === undefined) return;
    setText(this.fused, this.store.exact ? "" : texts.fused);
    setText(this.value, float32Text(row.value));
    setText(this.rate, float32Text(comingRate));
    const gradient = float32Text(row.gradient);
    setText(this.gradient, row.gradient < 0 ? `(${gradient})` : gradient);
    setText(this.next, float32Text(comingValue));
  }
}

function symbol(kind: string, text: string): HTMLElement {
  return element("var", { class: `gdwidget-${kind}` }, text);
}

function part(kind: string): HTMLElement {
  return element("span", { class: `gdwidget-number gdwidget-${kind}` });
}
