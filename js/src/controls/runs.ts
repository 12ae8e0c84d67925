/** The runs that are overlaid, by what sets them apart, and the button that clears the earlier. */

import { runColor } from "../figures/stretches.ts";
import { runNames } from "../model/run-names.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { float32Text } from "../text/format.ts";
import { button, element, KEEPS_KEYS, setText } from "./elements.ts";

interface Chip {
  root: HTMLLIElement;
  press: HTMLButtonElement;
  key: HTMLElement;
  number: HTMLElement;
  text: HTMLElement;
}

/** Each run is a button: while it is pointed at, in focus or pressed, the others fade. */
export class RunsLegend {
  readonly root: HTMLElement;
  private readonly list = element("ol", { "aria-label": this.store.texts.runs });
  private readonly clear = button(this.store.texts.clearRuns, this.store.texts.clearRunsHint);
  private readonly chips = new Map<number, Chip>();
  /** The run whose button is pressed. */
  private pressed: number | undefined;

  constructor(
    private readonly store: Store,
    clear: () => void,
    /** Takes the focus over when the list goes with it. */
    private readonly leave: () => void,
  ) {
    this.root = element("div", { class: "gdwidget-runs" }, this.list, this.clear);
    this.clear.addEventListener("click", clear);
  }

  draw(): void {
    const { shownRuns: runs, alive } = this.store;
    const hidden = runs.length < 2 || !this.store.shows("runs");
    if (hidden && this.root.contains(document.activeElement)) this.leave();
    this.root.hidden = hidden;
    this.clear.setAttribute("aria-disabled", String(!alive));
    const shown = this.root.hidden ? [] : runs;
    this.keep(shown);
    const names = runNames(shown, this.store.texts);
    shown.forEach((run, index) => {
      const chip = this.chips.get(run.id) ?? this.made(run.id);
      if (this.list.children[index] !== chip.root) {
        this.list.insertBefore(chip.root, this.list.children[index] ?? null);
      }
      this.fill(chip, run, names[index] as string);
    });
  }

  private fill(chip: Chip, run: Run, name: string): void {
    const { texts } = this.store;
    const { id, number, rows } = run;
    const current = number === 0;
    chip.key.className = current ? "gdwidget-key gdwidget-key-learning" : "gdwidget-key";
    chip.key.style.color = current ? "" : runColor(run);
    setText(chip.number, current ? texts.currentRun : String(number));
    setText(chip.text, texts.runText(name, float32Text(rows.height(rows.count - 1))));
    chip.press.setAttribute("aria-pressed", String(id === this.pressed));
  }

  private made(id: number): Chip {
    const [key, number, text] = [element("span"), element("b"), element("span")];
    key.setAttribute("aria-hidden", "true");
    const about = { type: "button", title: this.store.texts.runHighlight, ...KEEPS_KEYS };
    const press = element("button", about, key, number, " ", text);
    const chip = { root: element("li", {}, press), press, key, number, text };
    const { store } = this;
    const over = (): void => store.highlight(id);
    const out = (): void => store.highlight(this.pressed);
    press.addEventListener("pointerenter", over);
    press.addEventListener("focus", over);
    press.addEventListener("pointerleave", out);
    press.addEventListener("blur", out);
    press.addEventListener("click", () => {
      this.pressed = this.pressed === id ? undefined : id;
      out();
      this.draw();
    });
    this.chips.set(id, chip);
    return chip;
  }

  /** Lets go of the runs that are no longer there; the focus of one goes to the next control. */
  private keep(shown: readonly Run[]): void {
    for (const [id, { root, press }] of this.chips) {
      if (shown.some((run) => run.id === id)) continue;
      this.chips.delete(id);
      if (press.matches(":focus")) this.clear.focus();
      root.remove();
      if (this.pressed === id) this.pressed = undefined;
      if (this.store.highlighted === id) this.store.highlight(this.pressed);
    }
  }
}
