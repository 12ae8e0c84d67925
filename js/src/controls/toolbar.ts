/** The row of controls in the order they are used. */

import { type Player, SPEEDS } from "../engines/player.ts";
import type { Store } from "../model/store.ts";
import { button, element, KEEPS_KEYS, popup, setText } from "./elements.ts";

export interface ToolbarActions {
  reset(): void;
  back(): void;
  step(): void;
  toggleRun(): void;
  goTo(step: number): void;
}

/** First, Back, Step, Run, the scrub slider with the count, the rate, the speed; Reset apart. */
export class Toolbar {
  readonly root: HTMLElement;
  readonly reset = this.button("reset", "⟲");
  private readonly first = this.button("first", "▮◀", true);
  private readonly back = this.button("back", "◀", true);
  readonly step = this.button("step", "▶");
  private readonly run = this.button("run", "▶▶");
  private readonly scrub = element("input", {
    type: "range",
    min: 0,
    max: 0,
    step: 1,
    "aria-label": this.store.texts.scrub,
    class: "gdwidget-scrub",
    ...KEEPS_KEYS,
  });
  private readonly count = element("span", { class: "gdwidget-count" });
  private readonly speed = element("input", {
    type: "range",
    min: 0,
    max: SPEEDS.length - 1,
    step: 1,
    "aria-label": this.store.texts.speed,
    ...KEEPS_KEYS,
  });
  private readonly speedText = element("span", {
    class: "gdwidget-speed-text",
    "aria-hidden": "true",
  });

  constructor(
    private readonly store: Store,
    private readonly player: Player,
    actions: ToolbarActions,
    fields: { rate: HTMLElement; runSteps: HTMLElement },
  ) {
    const { texts } = store;
    this.root = element(
      "fieldset",
      { class: "gdwidget-toolbar", "aria-label": texts.controls },
      element(
        "div",
        { class: "gdwidget-buttons" },
        this.first,
        this.back,
        this.step,
        element(
          "div",
          { class: "gdwidget-split" },
          this.run,
          popup(texts.runMenu, "▾", fields.runSteps),
        ),
      ),
      element("div", { class: "gdwidget-scrubbing" }, this.scrub, this.count),
      fields.rate,
      element(
        "div",
        { class: "gdwidget-speed" },
        element("span", { "aria-hidden": "true" }, texts.speed),
        this.speed,
        this.speedText,
      ),
    );
    this.first.addEventListener("click", () => actions.goTo(0));
    this.reset.addEventListener("click", actions.reset);
    this.back.addEventListener("click", actions.back);
    this.step.addEventListener("click", actions.step);
    this.run.addEventListener("click", actions.toggleRun);
    this.scrub.addEventListener("input", () => actions.goTo(Number(this.scrub.value)));
    this.speed.value = String(SPEEDS.indexOf(player.speed));
    this.speed.addEventListener("input", () => {
      player.speed = SPEEDS[Number(this.speed.value)] ?? player.speed;
      store.changed();
    });
  }

  draw(): void {
    const { store } = this;
    const { cursor, last, playing, texts } = store;
    const moves = (store.alive && store.status === "ready") || cursor < last;
    this.enable(this.first, cursor > 0);
    this.enable(this.back, cursor > 0);
    this.enable(this.step, moves);
    this.enable(this.run, moves || playing || (store.alive && store.linked !== undefined));
    this.enable(this.reset, store.alive);
    this.step.classList.toggle("gdwidget-primary", !playing);
    this.step.toggleAttribute("data-awaited", store.foreseen !== undefined);
    this.run.classList.toggle("gdwidget-primary", playing);
    this.run.title = playing ? texts.pauseHint : texts.runHint;
    setText(this.run.children[0] as Element, playing ? "❚❚" : "▶▶");
    setText(this.run.children[1] as Element, playing ? texts.pause : texts.run);
    this.scrub.max = String(last);
    this.scrub.value = String(cursor);
    this.scrub.setAttribute("aria-valuetext", texts.count(cursor, last));
    setText(this.count, texts.count(cursor, last));
    const pace = texts.speedText(this.player.speed);
    this.speed.value = String(SPEEDS.indexOf(this.player.speed));
    setText(this.speedText, pace);
    this.speed.setAttribute("aria-valuetext", pace);
  }

  private button(
    name: "reset" | "first" | "back" | "step" | "run",
    icon: string,
    bare = false,
  ): HTMLButtonElement {
    const { texts } = this.store;
    return button(texts[name], texts[`${name}Hint`], icon, bare);
  }

  /** A disabled button would lose the focus, so it only says and shows that it is. */
  private enable(target: HTMLButtonElement, enabled: boolean): void {
    // That it is not would be said in a fieldset that is disabled, too.
    if (enabled) target.removeAttribute("aria-disabled");
    else target.setAttribute("aria-disabled", "true");
  }
}
