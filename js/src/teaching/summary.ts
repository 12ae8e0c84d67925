/** What stands in the panel while no question is asked: the name, the summary, the way back. */

import type { QuestionCourse } from "./course.ts";
import { verdictWords } from "./outcome.ts";
import { heading, type Part, press, row } from "./parts.ts";
import { receipt } from "./receipt.ts";

const COPIED_MS = 1500;
/** As the kernel takes it; a receipt holds it in any language. */
export const LONGEST_NAME = 80;

/** Asks who answers, before the first question. */
export class Introduction implements Part {
  readonly root: HTMLFormElement;
  private readonly field: HTMLInputElement;

  constructor(course: QuestionCourse) {
    const { tools, words } = course;
    const { element, labelled, setText } = tools;
    this.field = nameField(course);
    const message = element("div", { class: "gdwidget-message", role: "alert" });
    const begin = (): void => {
      const name = this.field.value.trim();
      setText(message, name ? "" : words.noName);
      if (name) course.introduce(name);
    };
    this.root = element(
      "form",
      {},
      heading(tools, words.nameTitle),
      element("p", { class: "gdwidget-quiz-text" }, words.nameWhy),
      row(
        tools,
        labelled(words.name, this.field),
        press(tools, words.begin, begin, { primary: true }),
      ),
      message,
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      begin();
    });
  }

  focus(): void {
    this.field.focus();
  }

  draw(): void {}
}

/** All answers, and the receipt that holds them. */
export class Summary implements Part {
  readonly root: HTMLElement;
  private readonly title: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly line: HTMLInputElement;

  constructor(private readonly course: QuestionCourse) {
    const { tools, words } = course;
    const { element, labelled, KEEPS_KEYS } = tools;
    this.title = heading(tools, words.summary);
    this.field = nameField(course);
    this.field.readOnly = course.varies;
    this.field.addEventListener("change", () => course.rename(this.field.value.trim()));
    this.line = element("input", { type: "text", readonly: true, ...KEEPS_KEYS });
    const line = labelled(words.receipt, this.line);
    line.classList.add("gdwidget-quiz-text-field");
    const copy = press(tools, words.copy, () => this.copy(copy), { primary: true });
    this.root = element(
      "div",
      { class: "gdwidget-quiz-summary" },
      this.title,
      element("ol", { class: "gdwidget-quiz-list" }, ...this.entries()),
      row(tools, labelled(words.name, this.field)),
      line,
      row(
        tools,
        copy,
        press(tools, words.save, () => save(this.line.value, words.file)),
        press(tools, words.free, () => course.leave(true)),
      ),
    );
  }

  focus(): void {
    this.title.focus();
  }

  draw(): void {
    const { course } = this;
    const { questions, student, answers } = course;
    if (questions) this.line.value = receipt(questions, student, answers);
    const typing = this.field.matches(":focus");
    if (!typing && this.field.value !== student) this.field.value = student;
  }

  private entries(): HTMLElement[] {
    const { course } = this;
    const { words, tools } = course;
    const { element } = tools;
    return course.answers.map((answer) => {
      const question = course.questions?.questions[answer.question];
      const judgement = course.judgementOf(answer);
      const [symbol, word] = verdictWords(words, question, judgement);
      return element(
        "li",
        { value: answer.question + 1 },
        element("span", { "aria-hidden": "true" }, `${symbol} `),
        element("strong", {}, word),
        ` ${question?.text ?? ""}`,
      );
    });
  }

  private async copy(button: HTMLButtonElement): Promise<void> {
    const { words, tools } = this.course;
    const { write, setText } = tools;
    const text = button.querySelector(".gdwidget-button-text") as Element;
    const told = await write(this.line.value).then(
      () => words.copied,
      () => {
        this.line.select();
        return words.copyFailed;
      },
    );
    setText(text, told);
    setTimeout(() => setText(text, words.copy), COPIED_MS);
  }
}

/** One line, while the reader plays. */
export class Free implements Part {
  readonly root: HTMLElement;
  private readonly back: HTMLButtonElement;

  constructor(course: QuestionCourse) {
    const { tools, words, answers, count, lacks } = course;
    this.back = lacks
      ? press(tools, words.goOnButton, () => course.next())
      : press(tools, words.results, () => course.leave(false));
    const told = tools.element("span", {}, words.goOn(answers.length, count));
    this.root = row(tools, told, this.back);
  }

  focus(): void {
    this.back.focus();
  }

  draw(): void {}
}

function nameField({ tools, student }: QuestionCourse): HTMLInputElement {
  const about = { type: "text", autocomplete: "name", maxlength: LONGEST_NAME };
  const field = tools.element("input", { ...about, ...tools.KEEPS_KEYS });
  field.value = student;
  return field;
}

function save(text: string, file: string): void {
  const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
