/** The table of runs that are compared. */

import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { Compared } from "../protocol/wire.ts";
import { type Words, wordsOf } from "../text/words.ts";
import type { Tools } from "./lent.ts";
import { path } from "./outline.ts";

const SVG = "http://www.w3.org/2000/svg";
const CIRCLE = "M-.9 0a.9 .9 0 1 0 1.8 0a.9 .9 0 1 0 -1.8 0Z";

const STYLE = `
.gdwidget-compared{margin-top:8px;overflow-x:auto;font-size:13px}
.gdwidget .gdwidget-compared table{border-collapse:collapse;margin:0;border:0;color:inherit;background:none;font-size:inherit}
.gdwidget .gdwidget-compared caption{padding:0 0 4px;color:var(--gdwidget-quiet);text-align:left;caption-side:top}
.gdwidget .gdwidget-compared :is(th,td){padding:3px 16px 3px 0;border:0;border-bottom:1px solid var(--gdwidget-grid);background:none;text-align:right;vertical-align:baseline;white-space:normal;max-width:none}
.gdwidget .gdwidget-compared tr{background:none}
.gdwidget .gdwidget-compared :is(th:first-child,:is(th,td):last-child){padding-right:0;text-align:left}
.gdwidget .gdwidget-compared th:first-child{padding-right:16px}
.gdwidget .gdwidget-compared thead th{color:var(--gdwidget-quiet);font-weight:400}
.gdwidget .gdwidget-compared tbody th{font-weight:600;overflow-wrap:anywhere}
.gdwidget-compared td:nth-child(2){min-width:9ch}
.gdwidget-compared td:nth-child(3){min-width:13ch}
.gdwidget-compared-key{forced-color-adjust:none;width:14px;height:14px;margin-right:6px;vertical-align:-2px}
@container (max-width:480px){.gdwidget-compared{font-size:12px}.gdwidget .gdwidget-compared :is(th,td),.gdwidget .gdwidget-compared th:first-child{padding-right:6px}.gdwidget .gdwidget-compared td{min-width:0}.gdwidget-compared-key{width:12px;height:12px;margin-right:4px}}
`;

/** What the table is of. */
interface Comparison {
  readonly told: Compared | undefined;
  readonly store: Store;
  /** In the order in which they are told of. */
  readonly runs: readonly Run[];
  /** How many samples were read at the cursor. */
  readonly read: number;
  /** At which step a run is, or would be if it had not ended before. */
  stepIn(run: Run): number;
}

export class ComparisonTable {
  readonly root: HTMLElement;
  private readonly caption: HTMLElement;
  private readonly head: HTMLElement;
  private readonly body: HTMLElement;
  private readonly words: Words;
  private drawn = "";

  constructor(
    private readonly comparing: Comparison,
    private readonly tools: Tools,
  ) {
    const { element } = tools;
    this.words = wordsOf(comparing.store.texts);
    this.caption = element("caption");
    this.head = element("tr");
    this.body = element("tbody");
    const table = element("table", {}, this.caption, element("thead", {}, this.head), this.body);
    this.root = element("div", { class: "gdwidget-compared" }, element("style", {}, STYLE), table);
  }

  draw(): void {
    const { comparing } = this;
    const { told, runs, store } = comparing;
    const { setText, float32Text } = this.tools;
    if (!told) return;
    const key = JSON.stringify([told, runs.map(({ number }) => number)]);
    if (key !== this.drawn) this.fill(runs);
    this.drawn = key;
    const { cursor } = store;
    const { compared } = this.words;
    const sizes = told.setting === "batch_size";
    const place = sizes ? compared.afterSamples(comparing.read) : compared.atStep(cursor);
    setText(this.caption, compared.differ(this.nameOf(told), place));
    runs.forEach((run, at) => {
      const wanted = comparing.stepIn(run);
      const step = Math.min(wanted, run.last);
      const [, where, loss] = (this.body.children[at] as HTMLElement).children;
      setText(where as HTMLElement, step < wanted ? compared.last(step) : String(step));
      setText(loss as HTMLElement, float32Text(lossAt(run, run.rows.indexOf(step))));
    });
  }

  private nameOf({ setting }: Compared): string {
    return spoken(this.words.compared.settings, setting);
  }

  /** The rows, of which only the numbers at the cursor change. */
  private fill(runs: readonly Run[]): void {
    const { element, float32Text } = this.tools;
    const { told } = this.comparing;
    if (!told) return;
    const { until } = told;
    const { compared } = this.words;
    const reached = until === null ? [] : [compared.until(float32Text(until))];
    const { step, loss, outcome } = compared;
    const heads = [this.nameOf(told), step, loss, ...reached, outcome];
    this.head.replaceChildren(...heads.map((text) => element("th", { scope: "col" }, text)));
    const rows = runs.map(({ id, number }) => {
      const at = told.runs.indexOf(id);
      const steps = told.reached[at] as number;
      const header = element("th", { scope: "row" }, keyOf(number), told.values[at] ?? "");
      const cells = [
        "",
        "",
        ...(until === null ? [] : [steps < 0 ? compared.never : String(steps)]),
        spoken(compared.verdicts, told.verdicts[at]),
      ];
      return element("tr", {}, header, ...cells.map((text) => element("td", {}, text)));
    });
    this.body.replaceChildren(...rows);
  }
}

/** What is known by a name in a language, else the name. */
function spoken(known: Readonly<Record<string, string>>, name = ""): string {
  return known[name] ?? name;
}

/** The loss on all data where it was measured last, until a row. */
function lossAt({ rows }: Run, index: number): number {
  const known = rows.measured.filter((at) => at <= index).at(-1);
  return rows.height(known ?? index);
}

/** The dot of a run: its number says which; the current one has none. */
function keyOf(number: number): SVGElement {
  const key = document.createElementNS(SVG, "svg");
  key.setAttribute(
    "class",
    `gdwidget-compared-key gdwidget-${number ? `run-${number}` : "learning"}`,
  );
  key.setAttribute("viewBox", "-1.1 -1.1 2.2 2.2");
  key.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", number ? path(number) : CIRCLE);
  drawn.setAttribute("fill", "currentcolor");
  key.append(drawn);
  return key;
}
