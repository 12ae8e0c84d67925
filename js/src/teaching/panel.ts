/** The panel of a view above its head: what is asked, and what came of it. */

import { dress } from "../dom/dress.ts";
import type { QuestionCourse, Scene } from "./course.ts";
import { Form } from "./form.ts";
import type { Drawn, Presents } from "./lent.ts";
import { Outcome } from "./outcome.ts";
import { type Part, WRITTEN } from "./parts.ts";
import { STYLE } from "./style.ts";
import { Free, Introduction, Summary } from "./summary.ts";

export class QuestionPanel {
  private readonly root: HTMLElement;
  private readonly announcer: HTMLElement;
  private part: Part | undefined;
  private shown = "";
  /** Whether what came of an answer is to be read out: where it was given. */
  private speaks = false;

  constructor(
    private readonly course: QuestionCourse,
    private readonly view: HTMLElement,
    private readonly drawn: Drawn,
    private readonly presents: Presents,
  ) {
    const { element } = course.tools;
    const live = { role: "status", "aria-live": "polite", class: "gdwidget-hidden" };
    this.announcer = element("div", live);
    const { button } = presents;
    button.classList.add("gdwidget-quiz-present");
    this.root = element("div", { class: "gdwidget-quiz", role: "group" }, button, this.announcer);
    for (const type of ["keydown", "keyup", "keypress"] as const) {
      this.root.addEventListener(type, (event) => this.keep(event));
    }
    dress(view, STYLE, "data-gdwidget-teaching");
    view.prepend(this.root);
  }

  draw(): void {
    const { course } = this;
    const { scene } = course;
    // What is written in it stays, and nothing in it is read, while others are asked.
    if (scene === "presented") this.root.remove();
    else if (this.root.parentElement !== this.view) this.view.prepend(this.root);
    if (scene === "presented") return;
    const shown = [scene, course.asked, course.variant, course.practices].join();
    if (shown !== this.shown) this.change(scene);
    this.shown = shown;
    this.part?.draw();
    for (const settings of this.view.querySelectorAll<HTMLFieldSetElement>(
      ":scope > fieldset, :scope > .gdwidget-head > fieldset",
    )) {
      settings.disabled = course.lent.store.hides;
    }
  }

  /** What is done with the panel goes on in it, where it is shown next. */
  private change(scene: Scene): void {
    const { root, part } = this;
    const { activeElement } = root.getRootNode() as Document | ShadowRoot;
    const focused = root.contains(activeElement);
    part?.root.remove();
    this.part = this.made(scene);
    root.hidden = this.part === undefined;
    if (this.part) root.prepend(this.part.root);
    const { setText } = this.course.tools;
    setText(this.announcer, this.speaks && this.part instanceof Outcome ? this.part.spoken : "");
    this.speaks = false;
    if (focused) this.part?.focus();
    const { count, asked, words } = this.course;
    root.setAttribute("aria-label", asked < 0 ? words.results : words.question(asked + 1, count));
  }

  /** In the panel keys write and choose: they step nothing, here or in the notebook. */
  private keep(event: KeyboardEvent): void {
    const { key, type, target, ctrlKey, metaKey, altKey, repeat } = event;
    const control = ctrlKey || metaKey;
    if (control && key.toLowerCase() === "s") return;
    event.stopPropagation();
    const writes = (target as Element).matches(WRITTEN);
    if (type !== "keydown" || key.toLowerCase() !== "p" || writes || control || altKey) return;
    event.preventDefault();
    if (!repeat) this.presents.present();
  }

  private made(scene: Scene): Part | undefined {
    const { course } = this;
    const { question, answer } = course;
    const committed = (): void => {
      this.speaks = true;
    };
    if (scene === "name") return new Introduction(course);
    if (scene === "summary") return new Summary(course);
    if (scene === "free") return new Free(course);
    if (question && answer) return new Outcome(course, question, answer);
    return question && new Form(course, question, this.drawn, committed);
  }
}
