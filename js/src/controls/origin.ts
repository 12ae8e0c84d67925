/** Small print about a page that computes itself, or cannot, and the offer to go on in it. */

import type { Store } from "../model/store.ts";
import { button, element, setText } from "./elements.ts";

export class Origin {
  readonly root = element("div", { class: "gdwidget-origin" });
  private readonly offer = button(this.store.texts.goOn, this.store.texts.goOnHint);
  /** Takes the focus over when the button goes. */
  private readonly text = element("span", { tabindex: -1 });

  constructor(
    private readonly store: Store,
    goOn: () => void,
  ) {
    this.root.append(this.offer, this.text);
    this.offer.addEventListener("click", () => {
      goOn();
      this.draw();
      this.text.focus();
    });
  }

  draw(): void {
    const { origin, remark, offered, texts } = this.store;
    const text = [origin, remark, this.leftOut].filter(Boolean).join(texts.gap);
    this.root.hidden = !text && !offered;
    this.offer.hidden = !offered;
    setText(this.text, text);
  }

  /** What a long run lost when it was saved, until it is computed anew. */
  private get leftOut(): string {
    const { engine, run, texts } = this.store;
    if (engine === "kernel" || !run || run.rows.complete) return "";
    return texts.leftOut(run.rows.count, run.last + 1);
  }
}
