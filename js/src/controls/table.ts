/** All steps as the article prints them: the text form of the pictures. */

import { FULL_LOSS, type Row, type Rows } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import { CONSTANT } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { float32Text, widthOf } from "../text/format.ts";
import { button, element, KEEPS_KEYS, setText } from "./elements.ts";

const ROW_PIXELS = 22;
const ROWS_SHOWN = 10;
/** Browsers cannot scroll further than about this many pixels. */
const MOST_PIXELS = 8_000_000;
const COPIED_MS = 1500;
/** How many recorded scalars have columns; all are copied. */
const MOST_SCALARS = 4;

/** The room between the texts of two columns. */
const PADDING = "16px";

interface Cell {
  head: string;
  text(row: Row, index: number): string;
}

/** Holds only the rows in sight, so that a hundred thousand scroll like ten. */
export class StepTable {
  readonly root: HTMLDetailsElement;
  private readonly scroller = element("div", {
    class: "gdwidget-table",
    tabindex: 0,
    role: "region",
    "aria-label": this.store.texts.table,
    ...KEEPS_KEYS,
  });
  private readonly spacer = element("div");
  private readonly body = element("tbody");
  private readonly heads = element("tr");
  private readonly columns = element("colgroup");
  /** The longest text that each column has had, in characters. */
  private longest: number[] = [];
  private readonly table: HTMLTableElement;
  private cells: Cell[] = [];
  private cellsOf: Rows | undefined;
  private readonly copy = button(this.store.texts.copy, this.store.texts.copy);
  private shownIndex = -1;

  constructor(
    private readonly store: Store,
    private readonly goTo: (step: number) => void,
  ) {
    this.table = element("table", {}, this.columns, element("thead", {}, this.heads), this.body);
    this.scroller.append(this.spacer, this.table);
    this.root = element(
      "details",
      { class: "gdwidget-steps" },
      element("summary", KEEPS_KEYS, store.texts.tableTitle),
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
    const { hides } = this.store;
    this.root.hidden = hides;
    if (hides) this.body.replaceChildren();
    if (hides || !this.root.open) return;
    if (this.store.index === this.shownIndex) this.fill();
    else this.scrollToCursor();
  }

  /** All rows as comma-separated values. */
  toCsv(): string {
    const { run, names } = this.store;
    const name = names.learning;
    const all = [name, `${name}_grad`, "loss", "learning_rate", ...(run?.extras ?? [])];
    const columns = all.map((column) => run?.rows.column(column));
    const lines = [["step", ...all.map(quoted)].join(",")];
    for (let index = 0; index < (run?.rows.count ?? 0); index += 1) {
      const numbers = columns.map((column) => float32Text(column?.at(index) ?? Number.NaN));
      lines.push([run?.rows.stepAt(index), ...numbers].join(","));
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
    this.shownIndex = this.store.index;
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
    this.drawHeads(run);
    this.spacer.style.height = `${this.height}px`;
    this.table.setAttribute("aria-rowcount", String(this.count + 1));
    const { scrollTop } = this.scroller;
    const first = Math.max(0, Math.min(Math.floor(scrollTop / stride), this.count - ROWS_SHOWN));
    const rest = stride < ROW_PIXELS ? 0 : scrollTop - first * ROW_PIXELS;
    this.table.style.transform = `translateY(${scrollTop - Math.min(rest, ROW_PIXELS)}px)`;
    const shown = Math.min(this.count - first, ROWS_SHOWN);
    while (this.body.rows.length > shown) this.body.lastElementChild?.remove();
    while (this.body.rows.length < shown) this.body.append(emptyRow(this.cells.length));
    for (let line = 0; line < shown; line += 1) {
      this.fillRow(this.body.rows[line] as HTMLTableRowElement, first + line);
    }
  }

  /** Runs may have other columns, as when batches became smaller than the data. */
  private drawHeads(run: Run): void {
    if (this.cellsOf === run.rows) return;
    this.cellsOf = run.rows;
    this.cells = this.cellsFor(run);
    const { columns } = this.store.texts;
    const heads = [columns.step, ...this.cells.map(({ head }) => head)];
    this.heads.replaceChildren(...heads.map((text) => header(text)));
    this.columns.replaceChildren(...heads.map(() => element("col")));
    this.longest = heads.map(() => 0);
    this.widen(heads);
    this.body.replaceChildren();
  }

  /** Makes room for texts; columns never get narrower, so that they stand still while scrolled. */
  private widen(texts: readonly string[]): void {
    const { longest } = this;
    const widths = texts.map(widthOf);
    if (widths.every((width, index) => width <= (longest[index] as number))) return;
    widths.forEach((width, index) => {
      longest[index] = Math.max(width, longest[index] as number);
      const column = this.columns.children[index] as HTMLElement;
      column.style.width = `calc(${longest[index]}ch + ${PADDING})`;
    });
    const all = longest.reduce((sum, length) => sum + length, 0);
    this.table.style.minWidth = `calc(${all}ch + ${longest.length} * ${PADDING})`;
  }

  private cellsFor({ rows }: Run): Cell[] {
    const { names, texts } = this.store;
    const { learning, recorded } = names;
    const { columns } = texts;
    const shown = recorded.slice(0, MOST_SCALARS);
    const alone = recorded.length < 2;
    const aux = rows.extras.slice(2 * (recorded.length - 1)).filter((name) => name !== FULL_LOSS);
    const plain = alone && this.store.decay === CONSTANT;
    const column = (head: string, name: string): Cell[] => {
      const numbers = rows.column(name);
      return numbers ? [{ head, text: (_, index) => float32Text(numbers.at(index)) }] : [];
    };
    return [
      ...shown.flatMap((name) => column(name, name)),
      ...shown.flatMap((name) => column(`∂L/∂${name}`, `${name}_grad`)),
      ...(alone ? [{ head: columns.next(learning), text: this.nextText }] : []),
      { head: columns.loss, text: ({ loss }) => float32Text(loss) },
      ...column(columns.fullLoss, FULL_LOSS),
      ...aux.flatMap((name) => column(name, name)),
      ...(plain ? [] : [{ head: columns.rate, text: ({ rate }: Row) => rateText(rate) }]),
    ];
  }

  /** Where a row leads. */
  private readonly nextText = (row: Row, index: number): string => {
    const { store } = this;
    const { run, names } = store;
    if (!run || (row.step === run.last && run.status !== "ready")) return "—";
    const after = index + 1 < run.rows.count ? run.rows.row(index + 1) : undefined;
    const recorded = after?.step === row.step + 1 ? after.value : store.plainValue(row);
    const next = index === store.index ? store.comingValueOf(names.learning) : recorded;
    return next === undefined ? "…" : float32Text(next);
  };

  private fillRow(line: HTMLTableRowElement, index: number): void {
    const { run, index: at } = this.store;
    if (!run) return;
    const row = run.rows.row(index);
    const texts = [String(row.step), ...this.cells.map(({ text }) => text(row, index))];
    this.widen(texts);
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
    const { texts } = this.store;
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
export async function write(text: string): Promise<void> {
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

/** Of a step that was recorded elsewhere nobody knows it. */
function rateText(rate: number): string {
  return Number.isNaN(rate) ? "" : float32Text(rate);
}

function header(text: string): HTMLTableCellElement {
  return element("th", { scope: "col" }, text);
}

/** A name may have a comma, a quotation mark or a line's end in it. */
function quoted(name: string): string {
  return /[,"\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

function emptyRow(columns: number): HTMLTableRowElement {
  const cells = Array.from({ length: columns }, () => element("td"));
  return element("tr", {}, element("th", { scope: "row" }), ...cells);
}
