/** Start values, learning rate and steps per run, for the places where they stand. */

import { CUSTOM } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { isRate, isRunSteps, isStart } from "../protocol/messages.ts";
import { float32Text, settingText } from "../text/format.ts";
import { element, KEEPS_KEYS, labelled, setText, uniqueName } from "./elements.ts";

export interface SettingsActions {
  start(name: string, value: number): void;
  learningRate(rate: number): void;
  runSteps(steps: number): void;
}

/** The settings of the first row. */
const ABOVE = new Set(["learning_rate", "run_steps", ""]);
const LEAST_RATE = 1e-4;
const MOST_RATE = 10;
/** Few enough that each position keeps its own rate when it is rounded. */
const SLIDER_STEPS = 150;

export class Settings {
  /** The learning rate. */
  readonly rateField: HTMLElement;
  readonly runStepsField: HTMLElement;
  /** Where the starting values are, to be opened. */
  readonly startsBox: HTMLElement;
  /** What was wrong with something of the first row, and with something below. */
  readonly messages = [alert(), alert()] as const;
  private readonly starts = new Map<string, HTMLInputElement>();
  private readonly rate = number("any");
  readonly slider = element("input", {
    type: "range",
    min: 0,
    max: SLIDER_STEPS,
    step: 1,
    "aria-label": this.store.texts.learningRateSlider,
    ...KEEPS_KEYS,
  });
  /** The name of what describes the slider further. */
  description = "";
  private readonly own = element("span", { class: "gdwidget-hint" }, this.store.texts.ownRate);
  private readonly steps = number("1");

  constructor(
    private readonly store: Store,
    actions: SettingsActions,
  ) {
    const { texts, names } = store;
    const { params, learning, recorded } = names;
    const fields = params.map((name) => {
      const input = number("any");
      this.starts.set(name, input);
      const otherwise = texts.notNumber(texts.start(name));
      this.listen(input, name, isStart, otherwise, (value) => actions.start(name, value));
      const learns = name === learning || recorded.includes(name);
      const label = learns ? texts.start(name) : texts.startHeld(name);
      return labelled(label, input);
    });
    this.rateField = labelled(texts.learningRate, this.rate);
    this.rateField.classList.add("gdwidget-rate-field");
    this.rate.before(this.slider);
    this.rate.after(this.own);
    this.own.id = uniqueName();
    this.runStepsField = labelled(texts.runSteps, this.steps);
    this.startsBox = element(
      "details",
      {},
      element("summary", KEEPS_KEYS, texts.starts),
      element("div", { class: "gdwidget-settings" }, ...fields),
    );
    this.slider.addEventListener("input", () => {
      const rate = fromSlider(Number(this.slider.value));
      store.tell(undefined);
      actions.learningRate(rate);
    });
    this.listen(this.rate, "learning_rate", isRate, texts.notRate, actions.learningRate);
    this.listen(this.steps, "run_steps", isRunSteps, texts.notSteps, actions.runSteps);
  }

  draw(): void {
    const { store } = this;
    for (const [name, input] of this.starts) {
      const value = store.run?.params[name];
      if (value !== undefined) this.show(input, float32Text(value), name);
    }
    this.show(this.rate, settingText(store.learningRate), "learning_rate");
    this.show(this.steps, settingText(store.runSteps), "run_steps");
    const own = [store.decay, store.optimizer].includes(CUSTOM);
    this.own.hidden = !own;
    for (const input of [this.slider, this.rate]) {
      input.disabled = own;
      const by = own ? this.own.id : input === this.slider && this.description;
      if (by) input.setAttribute("aria-describedby", by);
      else input.removeAttribute("aria-describedby");
    }
    this.slider.value = String(toSlider(store.learningRate));
    this.slider.setAttribute("aria-valuetext", settingText(store.learningRate));
    const { field = "", message = "" } = store.notice ?? {};
    const above = ABOVE.has(field) ? 0 : 1;
    this.messages.forEach((each, index) => {
      setText(each, index === above ? message : "");
    });
  }

  /** What is being typed, or was refused, is left as it stands. */
  private show(input: HTMLInputElement, text: string, field: string): void {
    const refused = this.store.notice?.field === field;
    input.setAttribute("aria-invalid", String(refused));
    const typing = document.activeElement === input && input.dataset.typed === "true";
    if (!typing && !refused && input.value !== text) input.value = text;
  }

  /** Has done what is typed into a field, or says beside it why it cannot be. */
  private listen(
    input: HTMLInputElement,
    field: string,
    fits: (value: number) => boolean,
    otherwise: string,
    act: (value: number) => void,
  ): void {
    input.addEventListener("change", () => {
      const value = input.valueAsNumber;
      const done = fits(value);
      this.store.tell(done ? undefined : { field, message: otherwise });
      if (done) act(value);
    });
  }
}

function alert(): HTMLElement {
  return element("div", { class: "gdwidget-message", role: "alert" });
}

function number(step: string): HTMLInputElement {
  const input = element("input", { type: "number", step, inputmode: "decimal", ...KEEPS_KEYS });
  input.addEventListener("input", () => {
    input.dataset.typed = "true";
  });
  for (const done of ["change", "blur"]) {
    input.addEventListener(done, () => {
      input.dataset.typed = "false";
    });
  }
  return input;
}

/** Rounded to two digits, so that the slider gives rates one would type. */
function fromSlider(position: number): number {
  const rate = LEAST_RATE * (MOST_RATE / LEAST_RATE) ** (position / SLIDER_STEPS);
  return Number(rate.toPrecision(2));
}

function toSlider(rate: number): number {
  return Math.round(Math.min(1, Math.max(0, shareOf(rate))) * SLIDER_STEPS);
}

/** Where on the slider a rate is, from 0 to 1, or beyond. */
export function shareOf(rate: number): number {
  return Math.log(rate / LEAST_RATE) / Math.log(MOST_RATE / LEAST_RATE);
}
