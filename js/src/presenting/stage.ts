/** A question that is presented: what is asked, the figure, the votes, and what is right. */

import type { Asking } from "../teaching/asking.ts";
import type { QuestionCourse } from "../teaching/course.ts";
import { axesOf, pointedAt } from "../teaching/ghost.ts";
import { fitSlider } from "../teaching/inputs.ts";
import type { Boxes, Drawn } from "../teaching/lent.ts";
import { press } from "../teaching/parts.ts";
import { type PresentingWords, presentingWordsOf } from "../text/presenting-words.ts";
import { Ballot, letterOf, saidBy } from "./ballot.ts";
import { type Flag, Flags } from "./flags.ts";

/** How near a mark a pointer takes hold of it, in pixels of the plot. */
const NEAR = 18;
const MOST_STARTS = 4;

export class Stage {
  private readonly head: HTMLElement;
  private readonly side: HTMLElement;
  private readonly said: HTMLElement;
  private readonly live: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly hint: HTMLElement;
  private readonly back: HTMLButtonElement;
  private readonly reveal: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly flags = new Flags();
  private ballot: Ballot | undefined;
  private posed: number | undefined;
  private told = false;
  /** The answer that is being moved, and the one that was moved last. */
  private held: number | undefined;
  private last = 0;

  private readonly course: QuestionCourse;
  private readonly words: PresentingWords;

  constructor(
    private readonly asking: Asking,
    private readonly view: { readonly boxes: Boxes; readonly drawn: Drawn },
    private readonly dialog: HTMLElement,
    private readonly figure: HTMLElement,
    leave: HTMLButtonElement,
  ) {
    const { course } = asking;
    this.course = course;
    const words = presentingWordsOf(course.lent.store.texts);
    this.words = words;
    const { tools } = course;
    const { element, KEEPS_KEYS } = tools;
    const button = (name: "back" | "reveal" | "next", act: () => void): HTMLButtonElement =>
      press(tools, words[name], act, { hint: words[`${name}Hint`], primary: name === "reveal" });
    this.back = button("back", () => this.go(-1));
    this.reveal = button("reveal", () => course.presented.reveal());
    this.next = button("next", () => this.go(1));
    this.head = element("div", { class: "gdwidget-show-head" });
    this.side = element("div", { class: "gdwidget-show-side" });
    this.said = element("div", { class: "gdwidget-show-said" });
    this.live = element("div", { class: "gdwidget-hidden", role: "status", "aria-live": "polite" });
    this.hint = element("p", { class: "gdwidget-hint" });
    this.slider = element("input", { type: "range", ...KEEPS_KEYS });
    this.slider.addEventListener("input", () => {
      const at = this.chosen();
      if (this.ballot) this.ballot.active = at;
      this.place([this.slider.valueAsNumber], at);
    });
    const end = [this.back, this.reveal, this.next, leave];
    dialog.append(
      this.head,
      element("div", { class: "gdwidget-show-body" }, figure, this.side),
      element("div", { class: "gdwidget-show-end" }, ...end),
      this.live,
    );
    this.listen();
  }

  /** Does what a key says; false where it says nothing. */
  takes(key: string): boolean {
    const act = {
      n: this.next,
      arrowright: this.next,
      arrowleft: this.back,
      r: this.reveal,
    }[key.toLowerCase()];
    act?.click();
    return act !== undefined;
  }

  draw(): void {
    const { course, figure, next, back, reveal } = this;
    const { presented, question, count } = course;
    if (!presented.presents || !question) return;
    const at = course.asked;
    if (at !== this.posed) this.pose(at);
    const told = presented.phase === "told";
    figure.classList.toggle("gdwidget-show-away", course.foreign);
    back.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === count - 1));
    reveal.setAttribute("aria-disabled", String(presented.phase !== "asked"));
    this.dialog.classList.toggle("gdwidget-show-told", told);
    for (const each of [next, reveal]) {
      each.classList.toggle("gdwidget-primary", told === (each === next));
    }
    this.ballot?.draw();
    this.drawSlider(told);
    if (told !== this.told) this.tell(told);
    const plane = course.lent.store.picture !== "one";
    const { boxes, drawn } = this.view;
    const box = plane ? boxes.planeBox : boxes.functionBox;
    const view = plane ? drawn.planeFigure?.view : drawn.functionFigure.view;
    this.flags.draw(this.flagsOf(plane, told), box, view);
  }

  close(): void {
    this.flags.close();
  }

  private go(by: number): void {
    const { course } = this;
    course.presented.pose(course.asked + by);
    this.head.querySelector<HTMLElement>(".gdwidget-show-text")?.focus();
  }

  /** Shows another question. */
  private pose(at: number): void {
    const { course, head, side, slider, words } = this;
    const { question, tools, count } = course;
    if (!question) return;
    const { element, setText, KEEPS_KEYS } = tools;
    this.posed = at;
    this.told = false;
    this.last = 0;
    this.dialog.setAttribute("aria-label", words.label(at + 1, count));
    const text = { class: "gdwidget-show-text", role: "heading", "aria-level": 2, tabindex: -1 };
    head.replaceChildren(
      element("div", { class: "gdwidget-show-number" }, words.question(at + 1, count)),
      element("div", { ...text, ...KEEPS_KEYS }, question.text),
      element("div", { class: "gdwidget-show-setting" }, this.setting()),
    );
    this.ballot = new Ballot(this.asking, question);
    const one = question.parameters.length === 1;
    const hint = course.points ? (one ? words.placeHint : words.placePlaneHint) : "";
    side.replaceChildren(
      this.said,
      ...(course.presented.entries.length ? [this.ballot.root] : []),
      ...(course.points && one ? [slider] : []),
      this.hint,
    );
    setText(this.hint, hint || (question.kind === "steps" ? words.stepsHint : ""));
    this.said.replaceChildren();
    setText(this.live, "");
  }

  /** What is set where the question is asked. */
  private setting(): string {
    const { question, variant, lent } = this.course;
    const posed = question?.variants[variant];
    if (!posed) return "";
    const { optimizer, learning_rate, batch_size, problem_name } = posed.settings;
    const starts = Object.entries(posed.start).map(([name, value]) => `${name} = ${signed(value)}`);
    const goal = question?.kind === "goal";
    return this.words.setting(
      lent.store.choices.problems.length > 1 ? problem_name : "",
      optimizer,
      goal ? "" : String(learning_rate),
      batch_size,
      starts.slice(0, MOST_STARTS).join(", "),
    );
  }

  private drawSlider(told: boolean): void {
    const { slider, course, ballot } = this;
    const { view } = this.view.drawn.functionFigure;
    const at = this.chosen();
    const [name] = course.question?.parameters ?? [];
    const entry = course.presented.entries[at];
    slider.hidden = told;
    this.hint.hidden = told;
    if (!view || !slider.isConnected || name === undefined || !entry) return;
    const value = entry.numbers[0];
    fitSlider(slider, view, value ?? course.lent.store.row?.value);
    slider.setAttribute("aria-label", this.words.slider(letterOf(at), name));
    slider.setAttribute("aria-valuetext", value === undefined ? "" : `${name} = ${value}`);
    ballot?.mark(at);
  }

  /** Says what is right, and reads it out with what each answer is worth. */
  private tell(told: boolean): void {
    this.told = told;
    const { course, said, live, words } = this;
    const { truthText } = this.asking;
    const { question, tools, presented } = course;
    if (!told || !question) return;
    const { element, setText } = tools;
    const key = course.keyOf(presented.answer([]));
    const truth = key ? truthText(question, key, presented.answer([]), course) : words.damaged;
    const model = key?.model;
    said.replaceChildren(
      ...(truth ? [element("p", { class: "gdwidget-show-truth" }, truth)] : []),
      ...(model ? [element("b", {}, words.wasModel), element("p", {}, model)] : []),
    );
    const each = presented.entries.map((entry, at) => {
      const judged = presented.judgementOf(entry);
      if (!judged) return "";
      const votes = entry.votes === undefined ? "" : words.counted(entry.votes);
      return words.told(
        letterOf(at),
        saidBy(course.words, question, entry),
        course.words.verdicts[judged.verdict][1],
        votes,
      );
    });
    setText(live, [truth, model, ...each].filter(Boolean).join(" "));
  }

  /** What is said, and what is right once that is told, in the figure. */
  private flagsOf(plane: boolean, told: boolean): Flag[] {
    const { course } = this;
    const { presented, question } = course;
    if (!question || !course.points) return [];
    const key = told ? course.keyOf(presented.answer([])) : undefined;
    const flags = presented.entries.flatMap((entry, index): Flag[] => {
      const at = this.pointOf(entry.numbers, plane);
      const votes = entry.votes === undefined ? "" : ` (${entry.votes})`;
      const letter = letterOf(index);
      const said = entry.numbers.map((number) => signed(number as number)).join("; ");
      return at ? [{ letter, text: `${letter} ${said}${votes}`, at }] : [];
    });
    const at = key && this.pointOf(key.numbers, plane);
    if (!key || !at) return flags;
    const right = key.numbers.map((number) => signed(course.tools.float32Text(number))).join("; ");
    return [...flags, { letter: "", text: `${this.words.truth} ${right}`, at }];
  }

  /** Where numbers are in the figure that is shown; undefined where it does not show them. */
  private pointOf(
    numbers: readonly (number | undefined)[],
    plane: boolean,
  ): [number, number] | undefined {
    const { course, view } = this;
    const { parameters } = course.question ?? { parameters: [] };
    if (plane) {
      const [x, y] = (axesOf(view.drawn, parameters) ?? []).map((index) => numbers[index]);
      return x === undefined || y === undefined ? undefined : [x, y];
    }
    const figure = view.drawn.functionFigure;
    const [value] = numbers;
    const along = parameters.length === 1 && parameters[0] === course.lent.store.shown;
    if (!along || value === undefined || !figure.view) return undefined;
    return [value, figure.lossAt(value) ?? figure.view.bottom];
  }

  /** The answer that is placed next: the one in hand, else the first that says nothing. */
  private chosen(): number {
    const { entries } = this.course.presented;
    const open = entries.findIndex(({ numbers }) => numbers.includes(undefined));
    return this.ballot?.active ?? (open < 0 ? this.last : open);
  }

  private place(numbers: number[], at: number): void {
    const { course } = this;
    this.last = at;
    const entry = course.presented.entries[at];
    if (entry && course.presented.phase === "asked") entry.numbers = numbers;
    course.lent.store.changed();
  }

  /** To point in the figure places or moves an answer, and starts nothing. */
  private listen(): void {
    const { boxes, drawn } = this.view;
    const figures = [
      [boxes.functionBox, () => drawn.functionFigure.view, false],
      [boxes.planeBox, () => drawn.planeFigure?.view, true],
    ] as const;
    const point = (event: PointerEvent): void => {
      const found = figures.find(([box]) => box.contains(event.target as Node));
      if (!found) return;
      event.stopPropagation();
      const [box, view, plane] = found;
      const { course } = this;
      if (event.type === "pointerup" || event.type === "pointercancel") this.held = undefined;
      const order = plane ? axesOf(drawn, course.question?.parameters) : [0];
      const at = pointedAt(box, view(), event);
      if (!at || !order || !course.points || course.presented.phase !== "asked") return;
      box.dataset.over = "curve";
      if (event.type === "pointerdown" && event.button === 0) {
        this.held = this.near(box, event) ?? this.chosen();
        box.setPointerCapture(event.pointerId);
      } else if (event.type !== "pointermove" || this.held === undefined) return;
      const numbers: number[] = [];
      order.forEach((index, axis) => {
        numbers[index] = at[axis] as number;
      });
      this.place(numbers, this.held);
      if (this.ballot) this.ballot.active = undefined;
    };
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"] as const) {
      this.dialog.addEventListener(type, point, { capture: true });
    }
  }

  /** The answer whose mark a pointer is on. */
  private near(box: HTMLElement, { clientX, clientY }: PointerEvent): number | undefined {
    const area = box.querySelector(".plotarea_background");
    const { left, top, width } = (area as Element).getBoundingClientRect();
    const zoom = width / Number(area?.getAttribute("width")) || 1;
    const [x, y] = [(clientX - left) / zoom, (clientY - top) / zoom];
    const found = this.course.presented.entries.findIndex((_, at) => {
      const mark = this.flags.marks.get(letterOf(at));
      return mark !== undefined && Math.hypot(mark[0] - x, mark[1] - y) < NEAR;
    });
    return found < 0 ? undefined : found;
  }
}

/** A number with the sign that is one. */
function signed(value: number | string): string {
  return String(value).replace("-", "−");
}
