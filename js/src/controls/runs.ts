/** The runs that are overlaid, by their numbers, and the button that clears the earlier ones. */

import { runColor } from "../figures/stretches.ts";
import type { Rows } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { float32Text } from "../text/format.ts";
import { texts } from "../text/texts.ts";
import { button, element, legendEntry } from "./elements.ts";

export class RunsLegend {
  readonly root: HTMLElement;
  private readonly list = element("ol", { "aria-label": texts.runs });
  private readonly clear = button(texts.clearRuns, texts.clearRunsHint);
  private drawn = "";

  constructor(
    private readonly store: Store,
    clear: () => void,
  ) {
    this.root = element("div", { class: "gdwidget-runs" }, this.list, this.clear);
    this.clear.addEventListener("click", clear);
  }

  draw(): void {
    const { runs, alive } = this.store;
    this.root.hidden = runs.length < 2;
    this.clear.setAttribute("aria-disabled", String(!alive));
    const lines = runs.map(({ id, label, rows }) => [id, label, String(lossOf(rows))]);
    const drawn = this.root.hidden ? "" : JSON.stringify(lines);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const earlier = runs.slice(0, -1).map((run, index) => entry(run, index + 1));
    const current = runs.at(-1);
    this.list.replaceChildren(...earlier, ...(current ? [entry(current)] : []));
  }
}

/** A run with its number, or the current one, which has none. */
function entry({ label, rows }: Run, number?: number): HTMLElement {
  const key = number === undefined ? "learning" : `run gdwidget-run-${runColor(number)}`;
  const loss = float32Text(lossOf(rows));
  const name = element("b", {}, number === undefined ? texts.currentRun : String(number));
  return legendEntry(key, name, ` ${texts.runText(label, loss)}`);
}

function lossOf(rows: Rows): number {
  return rows.height(rows.count - 1);
}
