/** Lists to choose from: problem, optimizer, decay of the learning rate, batch size. */

import { type Choice, CUSTOM } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { float32Text, settingText } from "../text/format.ts";
import { element, KEEPS_KEYS, labelled, setText } from "./elements.ts";

const SKETCH = { width: 64, height: 18, margin: 2 };
const SVG = "http://www.w3.org/2000/svg";

interface Kind {
  name: Choice;
  label: "problem" | "optimizer" | "batchSize" | "decay";
  offered(store: Store): (string | number)[];
  set(store: Store): string | number;
  text?: "choice" | "batchSizeText";
}

const KINDS: Kind[] = [
  {
    name: "problem_name",
    label: "problem",
    offered: ({ choices }) => choices.problems,
    set: ({ problem }) => problem,
  },
  {
    name: "optimizer",
    label: "optimizer",
    offered: ({ choices }) => choices.optimizers,
    set: ({ optimizer }) => optimizer,
    text: "choice",
  },
  {
    name: "batch_size",
    label: "batchSize",
    offered: ({ choices }) => choices.batch_sizes,
    set: ({ batchSize }) => batchSize,
    text: "batchSizeText",
  },
  {
    name: "decay",
    label: "decay",
    offered: ({ choices }) => choices.decays,
    set: ({ decay }) => decay,
    text: "choice",
  },
];

export class Choices {
  readonly root: HTMLElement;
  /** What was chosen, in words: on paper. */
  readonly words = element("div", { class: "gdwidget-words" });
  private readonly lists: List[];
  private readonly sketch = document.createElementNS(SVG, "svg");
  private readonly line = document.createElementNS(SVG, "polyline");
  private readonly rates = element("span", { class: "gdwidget-rates" });
  private schedule: readonly number[] | undefined;

  constructor(
    private readonly store: Store,
    choose: (name: Choice, value: string | number) => void,
  ) {
    this.lists = KINDS.map(
      ({ name, label }) => new List(store.texts[label], (value) => choose(name, value)),
    );
    this.sketch.append(this.line);
    this.sketch.setAttribute("class", "gdwidget-sketch");
    this.sketch.setAttribute("aria-hidden", "true");
    this.sketch.setAttribute("viewBox", `0 0 ${SKETCH.width} ${SKETCH.height}`);
    this.root = element(
      "div",
      { class: "gdwidget-settings gdwidget-choices" },
      ...this.lists.map(({ root }) => root),
      this.sketch,
      this.rates,
    );
  }

  draw(): void {
    const { store } = this;
    KINDS.forEach((kind, index) => {
      const { name, offered, set } = kind;
      const list = this.lists[index] as List;
      const option = (value: string | number): Option => ({
        value,
        text: textOf(store, kind, value),
      });
      list.draw(offered(store).map(option), option(set(store)), store.alive);
      list.refuse(store.notice?.field === name);
    });
    this.drawSchedule(store.schedule);
    setText(this.words, words(store));
    this.root.hidden = [...this.root.children].every((child) => child.hasAttribute("hidden"));
  }

  /** The rates over the steps of a run, from 0 at the bottom to the largest at the top. */
  private drawSchedule(schedule: readonly number[]): void {
    if (schedule === this.schedule) return;
    this.schedule = schedule;
    const known = schedule.length > 1;
    this.sketch.toggleAttribute("hidden", !known);
    this.rates.hidden = !known;
    if (!known) return;
    const { width, height, margin } = SKETCH;
    const most = Math.max(...schedule.filter(Number.isFinite), Number.MIN_VALUE);
    const across = (width - 2 * margin) / (schedule.length - 1);
    const points = schedule.map((rate, index) => {
      const up = (Math.max(0, rate) / most) * (height - 2 * margin);
      return `${(margin + index * across).toFixed(1)},${(height - margin - up).toFixed(1)}`;
    });
    this.line.setAttribute("points", points.filter((point) => !point.includes("NaN")).join(" "));
    const [first, last] = [schedule[0] as number, schedule.at(-1) as number];
    setText(this.rates, this.store.texts.rates(float32Text(first), float32Text(last)));
  }
}

/** The problem, where there are several, optimizer, batches, rate, and the step reached. */
function words(store: Store): string {
  const { learningRate, cursor, last, decay, optimizer, texts } = store;
  const own = [decay, optimizer].includes(CUSTOM);
  const chosen = KINDS.filter(({ offered }) => offered(store).length > 1);
  return texts.list([
    ...chosen.map((kind) => `${texts[kind.label]} ${textOf(store, kind, kind.set(store))}`),
    ...(own ? [] : [`${texts.learningRate} ${settingText(learningRate)}`]),
    texts.count(cursor, last),
  ]);
}

function textOf({ texts }: Store, { text }: Kind, value: string | number): string {
  return text ? texts[text](value) : String(value);
}

interface Option {
  value: string | number;
  text: string;
}

/** A labelled list, shown where there is something to choose. */
class List {
  readonly root: HTMLElement;
  private readonly select = element("select", KEEPS_KEYS);
  private options: Option[] = [];
  private drawn = "";

  constructor(label: string, choose: (value: string | number) => void) {
    this.root = labelled(label, this.select);
    this.select.addEventListener("change", () => {
      const chosen = this.options[this.select.selectedIndex];
      if (chosen) choose(chosen.value);
    });
  }

  /** What is set may be none of what is offered, as when it was handed in. */
  draw(offered: Option[], set: Option, alive: boolean): void {
    this.root.hidden = offered.length < 2;
    const known = offered.some(({ value }) => value === set.value);
    this.options = known ? offered : [...offered, set];
    const drawn = JSON.stringify(this.options);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      const items = this.options.map(({ value, text }) => element("option", { value }, text));
      this.select.replaceChildren(...items);
    }
    if (this.select.value !== String(set.value)) this.select.value = String(set.value);
    this.select.disabled = !alive;
  }

  refuse(refused: boolean): void {
    this.select.setAttribute("aria-invalid", String(refused));
  }
}
