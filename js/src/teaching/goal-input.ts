/** Trying learning rates until one reaches the goal. */

import { LARGEST_FLOAT32, SMALLEST_RATE } from "../protocol/wire.ts";
import type { QuestionCourse } from "./course.ts";
import { type Entered, type Input, press, row } from "./parts.ts";

export class GoalInput implements Input {
  readonly root: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly attempt: HTMLButtonElement;
  private readonly list: HTMLElement;
  private readonly left: HTMLElement;
  private readonly message: HTMLElement;

  constructor(private readonly course: QuestionCourse) {
    const { tools, words } = course;
    const { element, labelled, KEEPS_KEYS } = tools;
    this.field = element("input", { type: "number", step: "any", min: 0, ...KEEPS_KEYS });
    this.attempt = press(tools, words.try, () => this.enter());
    this.left = element("span", { class: "gdwidget-hint" });
    this.message = element("div", { class: "gdwidget-message", role: "alert" });
    this.list = element("ol", { "aria-label": words.triedRates, "aria-live": "polite" });
    this.root = element(
      "div",
      {},
      row(tools, labelled(words.rate, this.field), this.attempt, this.left),
      this.message,
      this.list,
    );
  }

  get tried(): boolean {
    return this.course.goal.tries.length > 0;
  }

  enter(): void {
    const { goal, words } = this.course;
    const rate = this.field.valueAsNumber;
    const fits = rate >= SMALLEST_RATE && rate <= LARGEST_FLOAT32;
    this.course.tools.setText(this.message, fits ? "" : words.missing.rate);
    if (fits && !this.course.foreign) goal.attempt(rate);
  }

  read(): Entered {
    const { goal, words } = this.course;
    if (goal.runs) return { missing: words.missing.running };
    if (!this.tried) return { missing: words.missing.tries };
    return { numbers: goal.tries.map(({ rate }) => rate) };
  }

  draw(): void {
    const { goal, tools, words, lent } = this.course;
    const { element, setText, float32Text } = tools;
    const able = lent.store.alive && !this.course.foreign && goal.left > 0 && !goal.runs;
    this.attempt.setAttribute("aria-disabled", String(!able));
    setText(this.left, lent.store.alive ? words.triesLeft(goal.left) : words.noTries);
    goal.tries.slice(this.list.children.length).forEach(({ rate, steps, loss, reached }) => {
      const told = reached ? words.reached : words.missed;
      this.list.append(element("li", {}, told(String(rate), steps, float32Text(loss))));
    });
  }
}
