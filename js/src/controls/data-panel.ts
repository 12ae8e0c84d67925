/** The third figure with its legend, in a part of the page that can be shut. */

import type { Store } from "../model/store.ts";
import type { LookAnswer, LookFigure } from "../protocol/messages.ts";
import { texts } from "../text/texts.ts";
import { element, figureBox, KEEPS_KEYS, legendEntry, setText } from "./elements.ts";

/** What a legend may name, and where. */
const ENTRIES: [kind: string, text: string, figures: LookFigure[]][] = [
  ["samples", texts.samples, ["curve", "scatter"]],
  ["samples", texts.classes[0], ["boundary"]],
  ["triangles", texts.classes[1], ["boundary"]],
  ["squares", texts.classes[2], ["boundary"]],
  ["model", texts.model, ["curve"]],
  ["model", texts.boundary, ["boundary"]],
  ["residual", texts.residual, ["curve"]],
  ["tangent", texts.diagonal, ["scatter"]],
  ["in-batch", texts.inBatch, ["curve", "boundary", "scatter"]],
];

export class DataPanel {
  readonly root: HTMLDetailsElement;
  readonly box = figureBox(texts.dataAndFit);
  private readonly note = element("li");
  private readonly legend = ENTRIES.map(([kind, text]) => legendEntry(kind, text));

  constructor(
    private readonly store: Store,
    toggled: () => void,
  ) {
    this.root = element(
      "details",
      { class: "gdwidget-figure gdwidget-data", open: true },
      element("summary", KEEPS_KEYS, texts.dataAndFit),
      element("ul", { class: "gdwidget-caption" }, ...this.legend, this.note),
      this.box,
    );
    this.root.addEventListener("toggle", toggled);
  }

  /** Whether looks are wanted: also while there is nothing to draw, for that may change. */
  get open(): boolean {
    return this.root.open;
  }

  draw(): void {
    const { look, alive, cursor } = this.store;
    this.note.hidden = !look?.kept || look.step === cursor;
    if (look) setText(this.note, texts.keptLook(look.step));
    this.root.hidden = look?.figure === null || (!look && !alive);
    this.legend.forEach((item, index) => {
      item.hidden = !look || !names(look, ENTRIES[index] as (typeof ENTRIES)[number]);
    });
  }

  describe(): void {
    const { look } = this.store;
    if (look?.figure) this.box.setAttribute("aria-label", texts.dataAlternative(look));
  }
}

function names(look: LookAnswer, [kind, , figures]: (typeof ENTRIES)[number]): boolean {
  if (!look.figure || !figures.includes(look.figure)) return false;
  if (kind === "in-batch") return look.batch.length > 0;
  return kind !== "squares" || look.targets.some((target) => target > 1);
}
