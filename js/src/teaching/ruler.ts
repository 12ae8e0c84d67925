/** The ruler: on the slider of the learning rate a tick where steps begin to grow, and why. */

import type { element, setText } from "../controls/elements.ts";
import type { WidgetModel } from "../dom/host.ts";
import type { Store } from "../model/store.ts";
import type { Curvature } from "../protocol/messages.ts";
import { settingText } from "../text/format.ts";
import { wordsOf } from "../text/words.ts";
import { limitText } from "./curvature.ts";
import { explained } from "./divergence.ts";
import { type Engines, measure } from "./measuring.ts";
import { STYLE } from "./ruler-style.ts";

/** How long nothing may have happened before the curvature is measured. */
const REST_MS = 250;

/** What the widget hands over, so that nothing is loaded twice. */
export interface Hands {
  readonly model: WidgetModel;
  readonly store: Store;
  readonly engines: Engines;
  readonly element: typeof element;
  readonly setText: typeof setText;
  readonly slider: HTMLInputElement;
  /** Where on the slider a rate is, from 0 to 1, or beyond. */
  readonly share: (rate: number) => number;
}

export class Ruler {
  /** Stands below the controls. */
  readonly sentence: HTMLElement;
  /** What was measured, and where the slider's knob is: they describe the slider, and need ids. */
  readonly text: HTMLElement;
  readonly alternative: HTMLElement;
  private readonly scale: HTMLElement;
  private readonly tick: HTMLElement;
  private readonly beyond: HTMLElement;
  /** What was measured last, and where. */
  private measured: Curvature | undefined;
  private place = "";
  private asked = "";
  private timer = 0;

  constructor(private readonly hands: Hands) {
    const { element, slider } = hands;
    this.text = element("span");
    this.alternative = element("div", { class: "gdwidget-hidden" });
    const told = [element("style", {}, STYLE), this.text, this.alternative];
    this.sentence = element("div", { class: "gdwidget-ruler" }, ...told);
    this.tick = element("span", { class: "gdwidget-ruler-tick" });
    this.beyond = element("span", { class: "gdwidget-ruler-beyond" });
    const marks = element("span", { class: "gdwidget-ruler-marks", "aria-hidden": "true" });
    marks.append(this.beyond, this.tick);
    this.scale = element("span", { class: "gdwidget-ruler-scale" });
    slider.before(this.scale);
    this.scale.append(slider, marks);
  }

  draw(): void {
    const { store } = this.hands;
    const { run, cursor, playing } = store;
    const place = [run?.id, cursor, store.engine].join();
    if (this.measured && this.measured.optimizer !== run?.settings.optimizer) {
      this.measured = undefined;
    }
    // Far quicker than it is measured, a run that is played would have it measured for nothing.
    const rests = run && !playing && !store.foreseen && !store.waiting && !store.lacking;
    if (!rests || place !== this.asked) clearTimeout(this.timer);
    if (rests && place !== this.asked) {
      this.asked = place;
      this.timer = window.setTimeout(() => this.ask(place, cursor), REST_MS);
    } else if (!rests) this.asked = "";
    this.show(place);
  }

  close(): void {
    clearTimeout(this.timer);
    this.sentence.remove();
    this.scale.replaceWith(this.hands.slider);
  }

  private async ask(place: string, step: number): Promise<void> {
    const { model, store, engines } = this.hands;
    try {
      const measured = await measure(model, store, engines, step);
      if (place !== this.asked) return;
      [this.measured, this.place] = [measured, place];
    } catch {
      if (place === this.asked) this.asked = "";
      return;
    }
    this.draw();
  }

  private show(place: string): void {
    const { store, setText, share } = this.hands;
    const { measured, tick, beyond, text } = this;
    const said = wordsOf(store.texts);
    const missing = this.place === place ? said.ruler.noKernel : said.ruler.measuring;
    setText(text, measured ? limitText(said, measured, !!store.run?.batches) : missing);
    const stale = this.place !== place;
    setText(this.alternative, this.knobText(stale));
    this.sentence.dataset.stale = this.scale.dataset.stale = String(stale);
    const at = measured?.limit ? share(measured.limit) : 2;
    tick.hidden = at < 0 || at > 1;
    beyond.hidden = at > 1;
    const percent = `${100 * Math.max(0, Math.min(1, at))}%`;
    tick.style.left = percent;
    beyond.style.left = percent;
  }

  /** What is seen on the slider: on which side of the tick its knob is, or that it has no tick. */
  private knobText(stale: boolean): string {
    const { limit } = this.measured ?? {};
    if (!limit) return "";
    const { store, share } = this.hands;
    const { ruler } = wordsOf(store.texts);
    const { learningRate } = store;
    const rate = settingText(learningRate);
    const at = share(limit);
    return [
      learningRate > limit ? ruler.knobAbove(rate) : ruler.knobBelow(rate),
      at < 0 || at > 1 ? ruler.offSlider : "",
      stale ? ruler.stale : "",
    ]
      .filter(Boolean)
      .join(" ");
  }
}

/** Says in `reason` why the loss grew, in one sentence, until something else is looked at. */
export async function why(hands: Hands, reason: HTMLElement): Promise<void> {
  const { model, store, engines, setText } = hands;
  const looked = (): string => `${store.run?.id} ${store.cursor}`;
  const asked = looked();
  const told = explained(store, (step) => measure(model, store, engines, step));
  const sentence = await told.catch(() => wordsOf(store.texts).ruler.notNow);
  if (looked() !== asked) return;
  setText(reason, sentence);
  const forget = store.onChange(() => {
    if (looked() === asked) return;
    setText(reason, "");
    forget();
  });
}
