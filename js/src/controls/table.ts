/** All steps as the article prints them: the text form of the pictures. */

import { float32Text } from "../format.ts";
import { nextValue, statusOf } from "../rows.ts";
import type { Store } from "../store.ts";
import { texts } from "../texts.ts";
import { button, element, KEEPS_KEYS, setText } from "./elements.ts";

const ROW_PIXELS = 22;
const ROWS_SHOWN = 10;
/** Browsers cannot scroll further than about this many pixels. */
const MOST_PIXELS = 8_000_000;
const COPIED_MS = 1500;

/** Holds only the rows in sight, so that a hundred thousand scroll like ten. */
export class StepTable {
  readonly root: HTMLDetailsElement;
  private readonly scroller = element("div", {
    class: "gdwidget-table",
    tabindex: 0,
    role: "region",
    "aria-label": texts.table,
    ...KEEPS_KEYS,
  });
  private readonly spacer = element("div");
  private readonly body = element("tbody");
  private readonly table: HTMLTableElement;
  private readonly copy = button(texts.copy, texts.copy);
  private shownCursor = -1;

  constructor(
    private readonly store: Store,
    private readonly goTo: (step: number) => void,
  ) {
    const name = store.names.learning;
    const heads = ["step", name, `∂L/∂${name}`, `new ${name}`, "loss"];
    const head = element("thead", {}, element("tr", {}, ...heads.map((text) => header(text))));
    this.table = element("table", {}, head, this.body);
    this.scroller.append(this.spacer, this.table);
    this.root = element(
      "details",
      { class: "gdwidget-steps" },
      element("summary", KEEPS_KEYS, texts.steps),
      this.scroller,
      element("div", { class: "gdwidget-table-actions" }, this.copy),
    );
    this.root.addEventListener("toggle", () => this.scrollToCursor());
    this.scroller.addEventListener("scroll", () => this.fill());
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.body.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("tr[data-step]");
      if (row) goTo(Number(row.dataset.step));
    });
    this.copy.addEventListener("click", () => this.copyAll());
  }

  draw(): void {
    if (!this.root.open) return;
    if (this.store.cursor === this.shownCursor) this.fill();
    else this.scrollToCursor();
  }

  /** All rows as comma-separated values. */
  toCsv(): string {
    const { run, names } = this.store;
    const name = names.learning;
    const lines = [["step", name, `${name}_grad`, "loss", "learning_rate"].join(",")];
    for (let index = 0; index < (run?.rows.count ?? 0); index += 1) {
      const row = run?.rows.row(index);
      if (!row) break;
      const numbers = [row.value, row.gradient, row.loss, row.rate].map(float32Text);
      lines.push([row.step, ...numbers].join(","));
    }
    return `${lines.join("\n")}\n`;
  }

  private get count(): number {
    return this.store.run?.rows.count ?? 0;
  }

  /** Pixels of scrolling for one row; less than its height in very long tables. */
  private get stride(): number {
    return Math.min(ROW_PIXELS, MOST_PIXELS / Math.max(1, this.count));
  }

  /** Of all that is scrolled: the rows above the last ones in sight, and room for those. */
  private get height(): number {
    const above = Math.max(0, this.count - ROWS_SHOWN);
    return this.stride * above + ROW_PIXELS * (this.count - above + 1);
  }

  private scrollToCursor(): void {
    this.shownCursor = this.store.cursor;
    this.spacer.style.height = `${this.height}px`;
    const top = this.store.index * this.stride;
    const { scrollTop } = this.scroller;
    const room = (ROWS_SHOWN - 2) * this.stride;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top > scrollTop + room) this.scroller.scrollTop = top - room;
    this.fill();
  }

  private fill(): void {
    const { store, stride } = this;
    const { run } = store;
    if (!run) return;
    this.spacer.style.height = `${this.height}px`;
    this.table.setAttribute("aria-rowcount", String(this.count + 1));
    const { scrollTop } = this.scroller;
    const first = Math.max(0, Math.min(Math.floor(scrollTop / stride), this.count - ROWS_SHOWN));
    const rest = stride < ROW_PIXELS ? 0 : scrollTop - first * ROW_PIXELS;
    this.table.style.transform = `translateY(${scrollTop - Math.min(rest, ROW_PIXELS)}px)`;
    const shown = Math.min(this.count - first, ROWS_SHOWN);
    while (this.body.rows.length > shown) this.body.lastElementChild?.remove();
    while (this.body.rows.length < shown) this.body.append(emptyRow());
    for (let line = 0; line < shown; line += 1) {
      this.fillRow(this.body.rows[line] as HTMLTableRowElement, first + line);
    }
  }

  private fillRow(line: HTMLTableRowElement, index: number): void {
    const { run, forks, index: at, learningRate } = this.store;
    if (!run) return;
    const row = run.rows.row(index);
    const after = index + 1 < run.rows.count ? run.rows.row(index + 1) : undefined;
    const known = after?.step === row.step + 1 && !(forks && index === at);
    const next = known ? after.value : nextValue(row, learningRate);
    const texts = [
      String(row.step),
      float32Text(row.value),
      float32Text(row.gradient),
      statusOf(row) === "ready" ? float32Text(next) : "—",
      float32Text(row.loss),
    ];
    texts.forEach((text, cell) => {
      setText(line.cells[cell] as HTMLTableCellElement, text);
    });
    line.dataset.step = String(row.step);
    line.setAttribute("aria-rowindex", String(index + 2));
    if (index === at) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  }

  private onKey(event: KeyboardEvent): void {
    const move = { ArrowUp: -1, ArrowDown: 1, PageUp: -ROWS_SHOWN, PageDown: ROWS_SHOWN }[
      event.key
    ];
    if (move === undefined) return;
    event.preventDefault();
    this.goTo(this.store.cursor + move);
  }

  private async copyAll(): Promise<void> {
    const text = await write(this.toCsv()).then(
      () => texts.copied,
      () => texts.copyFailed,
    );
    const label = this.copy.firstElementChild as Element;
    setText(label, text);
    setTimeout(() => setText(label, texts.copy), COPIED_MS);
  }
}

/** The clipboard, or, in pages that are not secure, a selection that is copied. */
async function write(text: string): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = element("textarea", { class: "gdwidget-hidden" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}

function header(text: string): HTMLTableCellElement {
  return element("th", { scope: "col" }, text);
}

function emptyRow(): HTMLTableRowElement {
  const cells = Array.from({ length: 4 }, () => element("td"));
  return element("tr", {}, element("th", { scope: "row" }), ...cells);
}
