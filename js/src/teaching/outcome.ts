/** What came of an answer: the verdict, what to say of it, and what is right. */

import type { Key, Question } from "../protocol/wire.ts";
import type { Words } from "../text/words.ts";
import type { QuestionCourse } from "./course.ts";
import type { Answer, Judgement } from "./judge.ts";
import { heading, type Part, press, radios, row } from "./parts.ts";

/** The sign and the word of a verdict. */
export function verdictWords(
  { verdicts }: Words,
  question: Question | undefined,
  judgement: Judgement | undefined,
): readonly [string, string] {
  const verdict = judgement?.verdict ?? "open";
  return verdicts[verdict === "open" && question?.kind === "goal" ? "earlier" : verdict];
}

export class Outcome implements Part {
  readonly root: HTMLElement;
  /** All of it in one line, to be read out. */
  readonly spoken: string;
  private readonly next: HTMLButtonElement;
  private readonly again: HTMLButtonElement;

  constructor(
    private readonly course: QuestionCourse,
    question: Question,
    answer: Answer,
  ) {
    const { tools, words } = course;
    const { element } = tools;
    const key = course.keyOf(answer);
    const judgement = course.judgementOf(answer);
    const truth = key ? truthText(question, key, answer, course) : words.damaged;
    const [symbol, word] = verdictWords(words, question, judgement);
    const feedback = judgement?.feedback ?? "";
    this.spoken = [judgement && `${word}.`, feedback, truth].filter(Boolean).join(" ");
    this.next = press(
      tools,
      course.lacks || course.asked < course.count - 1 ? words.next : words.results,
      () => course.next(),
      { primary: true },
    );
    this.again = press(tools, words.again, () => course.again(), { hint: words.againHint });
    const explains = question.kind === "explain";
    this.root = element(
      "div",
      {},
      heading(tools, words.question(course.asked + 1, course.count)),
      ...(course.practices ? [element("p", { class: "gdwidget-hint" }, words.practice)] : []),
      element("p", { class: "gdwidget-quiz-text" }, question.text),
      element(
        "div",
        { class: "gdwidget-quiz-outcome" },
        element(
          "p",
          { class: "gdwidget-quiz-verdict", "data-verdict": judgement?.verdict ?? "" },
          ...(judgement
            ? [element("span", { "aria-hidden": "true" }, symbol), element("strong", {}, word)]
            : []),
          element("span", {}, truth),
        ),
        ...(feedback ? [element("p", { class: "gdwidget-quiz-text" }, feedback)] : []),
        ...(explains && key ? this.compared(key, answer) : []),
        row(tools, this.next, this.again),
      ),
      element(
        "div",
        { class: "gdwidget-quiz-paper", "aria-hidden": "true" },
        ...question.options.map((text) => element("div", {}, `○ ${text}`)),
      ),
    );
    this.again.hidden = explains;
  }

  focus(): void {
    this.next.focus();
  }

  draw(): void {
    this.again.setAttribute("aria-disabled", String(!this.course.lent.store.alive));
  }

  /** Beside a model answer; how near one's own is, only who gave it can say. */
  private compared(key: Key, answer: Answer): HTMLElement[] {
    const { tools, words } = this.course;
    const { element } = tools;
    const text = (title: string, said: string): HTMLElement =>
      element("div", {}, element("b", {}, title), element("p", {}, said));
    const texts = element(
      "div",
      { class: "gdwidget-quiz-compared" },
      text(words.yours, answer.text || words.noText),
      text(words.model, key.model),
    );
    if (!answer.text) return [texts];
    const rating = radios(tools, words.rating, words.ratings, () => this.course.rate(rating.value));
    rating.value = answer.numbers[0] ?? -1;
    return [texts, rating.root];
  }
}

/** What was said and what is right, in a sentence; empty where there is no one truth. */
export function truthText(
  { kind, parameters, options }: Question,
  key: Key,
  answer: Answer,
  { tools, words }: Pick<QuestionCourse, "tools" | "words">,
): string {
  const { numbers } = key;
  const text = (all: readonly number[], exact: (number: number) => string): string => {
    if (kind === "fate" || kind === "choice") return words.option(options[all[0] as number] ?? "");
    if (kind === "steps") return words.stepCount(all[0] as number);
    if (kind === "number" || parameters.length < 2) return exact(all[0] as number);
    return parameters.map((name, at) => `${name} = ${exact(all[at] as number)}`).join(", ");
  };
  if (kind === "explain" || kind === "goal" || numbers.length === 0) return "";
  const truth = text(numbers, tools.float32Text);
  const said = answer.numbers.length ? text(answer.numbers, String) : "";
  return said && said !== truth ? words.saidValue(said, truth) : words.isValue(truth);
}
