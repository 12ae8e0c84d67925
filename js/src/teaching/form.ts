/** A question that is open: its text, what it is answered with, how sure, and hints. */

import type { Question } from "../protocol/wire.ts";
import type { QuestionCourse } from "./course.ts";
import { inputFor } from "./inputs.ts";
import type { Drawn } from "./lent.ts";
import { heading, type Input, type Part, press, radios, row } from "./parts.ts";

const NEXT_HINT_MS = 10_000;

export class Form implements Part {
  readonly root: HTMLFormElement;
  private readonly title: HTMLElement;
  private readonly input: Input;
  private readonly hints: HTMLElement;
  private readonly hint: HTMLButtonElement;
  private readonly message: HTMLElement;
  private hintAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly course: QuestionCourse,
    private readonly question: Question,
    drawn: Drawn,
    private readonly committed: () => void,
  ) {
    const { tools, words } = course;
    const { element } = tools;
    const goal = question.kind === "goal";
    this.title = heading(tools, words.question(course.asked + 1, course.count));
    this.input = inputFor(course, question, drawn);
    const sure = radios(tools, words.sure, words.sureness);
    this.message = element("div", { class: "gdwidget-message", role: "alert" });
    this.hints = element("ol", { class: "gdwidget-quiz-hints", "aria-live": "polite" });
    this.hint = press(tools, words.hint(1, question.hints.length), () => this.showHint());
    this.hint.hidden = question.hints.length === 0;
    const commit = press(tools, words.commit, () => this.commit(sure.value), { primary: true });
    const unknown = press(tools, words.unknown, () => this.finish([], 0));
    this.root = element(
      "form",
      { novalidate: true },
      this.title,
      ...(course.practices ? [element("p", { class: "gdwidget-hint" }, words.practice)] : []),
      element("p", { class: "gdwidget-quiz-text" }, question.text),
      element(
        "div",
        { class: "gdwidget-quiz-answer" },
        this.input.root,
        this.hints,
        element(
          "div",
          { class: "gdwidget-quiz-end" },
          sure.root,
          row(tools, commit, unknown, this.hint),
          element(
            "span",
            { class: "gdwidget-hint" },
            course.foreign ? words.foreign : goal ? words.tries : words.waits,
          ),
        ),
        this.message,
      ),
      element("div", { class: "gdwidget-quiz-paper", "aria-hidden": "true" }),
    );
    this.root.addEventListener("submit", (event) => event.preventDefault());
    this.root.addEventListener("keydown", (event) => {
      const field = (event.target as Element).matches("input:not([type=radio], [type=checkbox])");
      if (event.key !== "Enter" || !field) return;
      event.preventDefault();
      if (this.input.enter) this.input.enter();
      else this.commit(sure.value);
    });
  }

  focus(): void {
    this.title.focus();
  }

  draw(): void {
    this.input.draw?.();
    const { hints } = this.question;
    const { tools, words } = this.course;
    const shown = this.hints.children.length;
    if (hints.length === 0) return;
    const tried = this.input.tried ?? true;
    const waits = performance.now() - this.hintAt < NEXT_HINT_MS;
    this.hint.hidden = shown === hints.length;
    this.hint.setAttribute("aria-disabled", String(!tried || waits));
    this.hint.title = tried ? (waits ? words.hintSoon : "") : words.hintAfterTry;
    const text = this.hint.querySelector(".gdwidget-button-text") as Element;
    tools.setText(text, words.hint(Math.min(shown + 1, hints.length), hints.length));
  }

  private showHint(): void {
    const { course, question } = this;
    const text = question.hints[this.hints.children.length];
    if (text === undefined) return;
    this.hints.append(course.tools.element("li", {}, text));
    course.hints = this.hints.children.length;
    this.hintAt = performance.now();
    setTimeout(() => course.lent.store.changed(), NEXT_HINT_MS);
    course.lent.store.changed();
  }

  private commit(sure: number): void {
    const entered = this.input.read();
    const { setText } = this.course.tools;
    if ("missing" in entered) {
      setText(this.message, entered.missing);
      return;
    }
    this.finish(entered.numbers, sure + 1, entered.text);
  }

  private finish(numbers: number[], sure: number, text = ""): void {
    this.course.commit(numbers, sure, text);
    this.committed();
  }
}
