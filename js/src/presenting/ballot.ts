/** The answers that a room chooses from, A to D, with the votes for each and what they are worth. */

import type { Question } from "../protocol/wire.ts";
import type { Asking } from "../teaching/asking.ts";
import { NEVER } from "../teaching/judge.ts";
import type { Entry } from "../teaching/presented.ts";
import { type PresentingWords, presentingWordsOf } from "../text/presenting-words.ts";
import type { Words } from "../text/words.ts";

/** What a field says: a number, nothing, or what is wrong with it. */
type Read = { value: number | undefined } | { wrong: string };

export function letterOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** What an answer says, in words; empty where it says nothing yet. */
export function saidBy(
  words: Words,
  { kind, options, parameters }: Question,
  { numbers }: Entry,
): string {
  if (options.length) return options[numbers[0] as number] ?? "";
  if (numbers.some((number) => number === undefined)) return "";
  if (kind === "steps") return words.stepCount(numbers[0] as number);
  if (parameters.length < 2) return String(numbers[0]);
  return parameters.map((name, at) => `${name} = ${numbers[at]}`).join(", ");
}

export class Ballot {
  readonly root: HTMLTableElement;
  /** Which answer is pointed out next. */
  active: number | undefined;
  private readonly rows: Row[];

  constructor(
    private readonly asking: Asking,
    question: Question,
  ) {
    const { course } = asking;
    const { element } = course.tools;
    const { kind, options, parameters } = question;
    const words = presentingWordsOf(course.lent.store.texts);
    const named = kind === "goal" ? words.rate : kind === "steps" ? words.steps : words.answer;
    const heads = options.length || !parameters.length ? [named] : parameters;
    const head = ["", ...heads, words.votes, words.share].map((text) =>
      element(text ? "th" : "td", text ? { scope: "col" } : {}, text),
    );
    this.rows = course.presented.entries.map(
      (entry, at) => new Row(asking, question, entry, at, heads),
    );
    this.root = element(
      "table",
      { class: "gdwidget-show-ballot" },
      element("caption", { class: "gdwidget-hidden" }, words.answers),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...this.rows.flatMap(({ roots }) => roots)),
    );
    this.rows.forEach(({ roots }, at) => {
      roots[0].addEventListener("focusin", () => {
        this.active = at;
        course.lent.store.changed();
      });
    });
  }

  /** Has the answer stand out that is placed next. */
  mark(active: number): void {
    this.rows.forEach(({ roots }, at) => {
      roots[0].toggleAttribute("data-active", at === active);
    });
  }

  draw(): void {
    const { entries } = this.asking.course.presented;
    const counts = entries.map(({ votes }) => votes ?? 0);
    const all = counts.reduce((sum, votes) => sum + votes, 0);
    for (const row of this.rows) row.draw(all, Math.max(1, ...counts));
  }
}

class Row {
  readonly roots: readonly [HTMLTableRowElement, HTMLTableRowElement];
  private readonly fields: HTMLInputElement[];
  private readonly bar: HTMLElement;
  private readonly share: HTMLElement;
  private readonly verdict: HTMLElement;
  private readonly words: PresentingWords;

  constructor(
    private readonly asking: Asking,
    private readonly question: Question,
    private readonly entry: Entry,
    at: number,
    heads: readonly string[],
  ) {
    const { course } = asking;
    const { element } = course.tools;
    const letter = letterOf(at);
    const words = presentingWordsOf(course.lent.store.texts);
    this.words = words;
    const { options } = question;
    this.bar = element("span", { class: "gdwidget-show-bar", "aria-hidden": "true" });
    this.share = element("span", {});
    this.verdict = element("td", { colspan: heads.length + 2, class: "gdwidget-show-verdict" });
    this.fields = options.length
      ? []
      : heads.map((name, place) => this.valueField(letter, name, place));
    const votes = element("input", { type: "number", min: 0, step: 1, inputmode: "numeric" });
    const said = options.length
      ? [element("td", {}, options[at] ?? "")]
      : this.fields.map((field) => element("td", {}, field));
    const votesCell = element("td", {}, votes);
    const row = element(
      "tr",
      {},
      element("th", { scope: "row" }, element("b", { class: "gdwidget-show-letter" }, letter)),
      ...said,
      votesCell,
      element("td", { class: "gdwidget-show-share" }, this.bar, this.share),
    );
    this.roots = [row, element("tr", {}, element("td", {}), this.verdict)];
    const { store } = course.lent;
    this.check(
      votes,
      words.of(letter, words.votes),
      (text) => votesRead(text, words.notVotes),
      (value) => {
        entry.votes = value;
        store.changed();
      },
    );
    if (entry.votes !== undefined) votes.value = String(entry.votes);
  }

  draw(all: number, most: number): void {
    const { entry, question, words } = this;
    const { course } = this.asking;
    const { setText } = course.tools;
    const told = course.presented.phase !== "asked";
    this.fields.forEach((field, at) => {
      const value = entry.numbers[at];
      const shown = this.read(field.value);
      const same = "value" in shown && shown.value === value;
      if (!same && value !== undefined) {
        field.value = value === NEVER && question.kind === "steps" ? words.never : String(value);
        field.dispatchEvent(new Event("gdwidget-set"));
      }
      field.readOnly = told;
    });
    const votes = entry.votes ?? 0;
    this.bar.style.width = `${(100 * votes) / most}%`;
    setText(this.share, entry.votes !== undefined && all > 0 ? words.shareOf(votes, all) : "");
    this.drawVerdict();
  }

  private drawVerdict(): void {
    const { entry, verdict } = this;
    const { course } = this.asking;
    const { element, setText, float32Text } = course.tools;
    const judged = course.presented.judgementOf(entry);
    this.roots[1].hidden = !judged;
    if (!judged) {
      setText(verdict, "");
      return;
    }
    const [symbol, word] = course.words.verdicts[judged.verdict];
    const tried = course.presented.tryOf(entry);
    const outcome = tried && (tried.reached ? course.words.reached : course.words.missed);
    const text = tried
      ? (outcome?.(String(tried.rate), tried.steps, float32Text(tried.loss)) ?? "")
      : judged.feedback;
    const now = [symbol, word, text].join();
    if (verdict.dataset.now === now) return;
    verdict.dataset.now = now;
    verdict.dataset.verdict = judged.verdict;
    verdict.replaceChildren(
      element("span", { "aria-hidden": "true" }, symbol),
      " ",
      element("strong", {}, word),
      ...(text ? [element("span", {}, ` ${text}`)] : []),
    );
  }

  private valueField(letter: string, name: string, place: number): HTMLInputElement {
    const { kind } = this.question;
    const { entry } = this;
    const { course } = this.asking;
    const field = course.tools.element("input", {
      ...(kind === "steps" ? { type: "text" } : { type: "number", step: "any" }),
      inputmode: kind === "steps" ? "text" : "decimal",
    });
    this.check(
      field,
      this.words.of(letter, name),
      (text) => this.read(text),
      (value) => {
        entry.numbers[place] = value;
        course.lent.store.changed();
      },
    );
    return field;
  }

  private read(text: string): Read {
    const { kind } = this.question;
    const { words } = this;
    if (text.trim() === "") return { value: undefined };
    if (kind === "steps") {
      if (text.trim().toLowerCase() === words.never) return { value: NEVER };
      return wholeRead(text, words.notSteps);
    }
    const value = Number(text);
    const fits = Number.isFinite(value) && (kind !== "goal" || value > 0);
    return fits ? { value } : { wrong: kind === "goal" ? words.notRate : words.notNumber };
  }

  /** Has a field take what is typed, or say beside it what is wrong. */
  private check(
    field: HTMLInputElement,
    name: string,
    read: (text: string) => Read,
    take: (value: number | undefined) => void,
  ): void {
    const { element, setText, uniqueName, KEEPS_KEYS } = this.asking.course.tools;
    for (const [key, value] of Object.entries(KEEPS_KEYS)) field.setAttribute(key, value);
    field.setAttribute("aria-label", name);
    const message = element("div", { class: "gdwidget-message", role: "alert", id: uniqueName() });
    const tell = (wrong: string): void => {
      setText(message, wrong);
      if (wrong) {
        if (!message.isConnected) field.after(message);
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", message.id);
      } else {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
      }
    };
    field.addEventListener("gdwidget-set", () => tell(""));
    field.addEventListener("input", () => {
      // What a browser takes for no number at all it hands out as nothing.
      const found = field.validity?.badInput ? read("?") : read(field.value);
      tell("wrong" in found ? found.wrong : "");
      take("value" in found ? found.value : undefined);
    });
  }
}

function wholeRead(text: string, wrong: string): Read {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? { value } : { wrong };
}

function votesRead(text: string, wrong: string): Read {
  return text.trim() === "" ? { value: undefined } : wholeRead(text, wrong);
}
