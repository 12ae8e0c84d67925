/** The update with its numbers in it, at the cursor. */

import type { Row } from "../model/rows.ts";
import { PLAIN } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { float32Text } from "../text/format.ts";
import { element, nameList, popup, setText } from "./elements.ts";

/** What is shown elsewhere in the line. */
const NOT_TERMS = new Set(["learning rate", "step"]);

/** Of a longer name the formula is left out: the numbers need its room. */
const LONGEST_SYMBOL = 12;

/** W ← W − α·∂L/∂W = 6.3255796 − 0.01 · 44.69766 = 5.878603 */
export class UpdateLine {
  readonly root: HTMLElement;
  private readonly value = part("learning");
  private readonly rate = part("rate");
  private readonly gradient = part("gradient");
  private readonly next = part("learning");
  private readonly fused = popup(
    this.store.texts.aboutNumbers,
    "i",
    element("span", {}, this.store.texts.fused),
  );
  private readonly formula = element("span");
  private readonly numbers = element("span");
  private readonly step = part("rate");
  private readonly terms = element("span");
  private readonly termsRow = element("div", { class: "gdwidget-terms" }, this.terms);
  private readonly names: HTMLSelectElement;
  private drawn = "";

  constructor(private readonly store: Store) {
    const { recorded } = store.names;
    this.names = nameList(store.texts.shownParameter, recorded);
    this.names.addEventListener("change", () => store.show(this.names.value));
    this.root = element(
      "div",
      { class: "gdwidget-update" },
      ...(recorded.length > 1 ? [this.names] : []),
      this.formula,
      this.numbers,
      element("span", {}, " = ", this.next),
      this.termsRow,
    );
  }

  draw(): void {
    const { row, comingRate, optimizer, retraced } = this.store;
    if (!row) return;
    const plain = optimizer === PLAIN && comingRate !== undefined && !retraced;
    this.drawFormula(plain);
    this.names.value = this.store.shown;
    this.termsRow.hidden = plain;
    this.drawFused(plain ? this.root : this.termsRow);
    setText(this.value, float32Text(row.value));
    setText(this.next, known(this.store.comingValue));
    if (plain) this.drawPlain(row, comingRate);
    else this.drawOther(row);
  }

  /** Moved only when it must be: what is moved shuts, and loses the focus. */
  private drawFused(row: HTMLElement): void {
    if (this.store.exact) this.fused.remove();
    else if (this.fused.parentNode !== row) row.append(this.fused);
  }

  private drawFormula(plain: boolean): void {
    const { shown } = this.store;
    const drawn = `${shown} ${plain}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const update = plain
      ? [" − ", symbol("rate", "α"), " · ", symbol("gradient", `∂L/∂${shown}`)]
      : [" + ", symbol("rate", `Δ${shown}`)];
    const [name, again] = [symbol("learning", shown), symbol("learning", shown)];
    const listed = this.store.names.recorded.length > 1;
    const short = shown.length > LONGEST_SYMBOL;
    const first = listed ? [" ← "] : [name, " ← "];
    this.formula.replaceChildren(...first, ...(short ? [] : [again, ...update]));
    const numbers = plain ? [" − ", this.rate, " · ", this.gradient] : [" ", this.step];
    this.numbers.replaceChildren(short ? "" : " = ", this.value, ...numbers);
  }

  private drawPlain(row: Row, rate: number): void {
    setText(this.terms, "");
    setText(this.rate, float32Text(rate));
    const gradient = this.store.hides ? known(undefined) : float32Text(row.gradient);
    setText(this.gradient, row.gradient < 0 ? `(${gradient})` : gradient);
  }

  /** The optimizer's own numbers are those of the first recorded scalar. */
  private drawOther(row: Row): void {
    const { store } = this;
    const { coming, comingValue, shown, names } = store;
    const own = shown === names.learning ? coming?.terms : undefined;
    const step = own?.step ?? (comingValue === undefined ? undefined : comingValue - row.value);
    setText(this.step, step === undefined ? "+ …" : signed(step));
    const terms = Object.entries(own ?? {}).filter(([name]) => !NOT_TERMS.has(name));
    const numbers = [["gradient", row.gradient] as const, ...terms];
    const known: Readonly<Record<string, string>> = store.texts.terms;
    const told = numbers.map(([name, number]) => `${known[name] ?? name} ${float32Text(number)}`);
    setText(this.terms, store.hides ? "" : told.join(" · "));
  }
}

function known(value: number | undefined): string {
  return value === undefined ? "…" : float32Text(value);
}

function signed(step: number): string {
  const text = float32Text(step);
  return text.startsWith("-") ? `− ${text.slice(1)}` : `+ ${text}`;
}

function symbol(kind: string, text: string): HTMLElement {
  return element("var", { class: `gdwidget-${kind}` }, text);
}

function part(kind: string): HTMLElement {
  return element("span", { class: `gdwidget-number gdwidget-${kind}` });
}
