/** The loss at the cursor, what the step that led there did to it, and which batch is next. */

import type { Store } from "../model/store.ts";
import { float32Text, roundedText } from "../text/format.ts";
import { element, setText } from "./elements.ts";

export class LossNow {
  readonly root: HTMLElement;
  private readonly loss = element("span", { class: "gdwidget-loss-now" });
  private readonly change = element("span", { class: "gdwidget-loss-change" });
  private readonly batch = element("div", { class: "gdwidget-batch" });

  constructor(private readonly store: Store) {
    this.root = element(
      "div",
      { class: "gdwidget-now" },
      `${store.texts.lossNow} `,
      this.loss,
      this.change,
      this.batch,
    );
  }

  draw(): void {
    const { run, row, index, batch, texts } = this.store;
    if (!run || !row) return;
    this.batch.hidden = !run.batches;
    setText(this.batch, batch ? texts.batch(batch) : "");
    const now = run.rows.height(index);
    setText(this.loss, float32Text(now));
    const follows = index > 0 && run.rows.stepAt(index - 1) === row.step - 1;
    const change = follows ? now - run.rows.height(index - 1) : 0;
    const by = roundedText(Math.abs(change));
    const told = change < 0 ? texts.fell(by) : texts.rose(by);
    setText(this.change, change === 0 || !Number.isFinite(change) ? "" : ` ${told}`);
  }
}
