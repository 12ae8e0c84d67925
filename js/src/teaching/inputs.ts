/** What a question is answered with, by its kind. */

import type { View } from "../figures/view.ts";
import type { Question } from "../protocol/wire.ts";
import type { QuestionCourse } from "./course.ts";
import { unitOf } from "./ghost.ts";
import { GoalInput } from "./goal-input.ts";
import { NEVER } from "./judge.ts";
import type { Drawn, Tools } from "./lent.ts";
import { type Entered, type Input, radios } from "./parts.ts";

const LONGEST = 2000;

type Spoken = Pick<QuestionCourse, "tools" | "words">;

export function inputFor(course: QuestionCourse, question: Question, drawn: Drawn): Input {
  switch (question.kind) {
    case "next_step":
    case "after":
    case "end":
      return new ValueInput(course, question.parameters, drawn);
    case "steps":
      return stepsInput(course);
    case "number":
      return numberInput(course);
    case "fate":
    case "choice":
      return optionInput(course, question.options);
    case "explain":
      return textInput(course);
    case "goal":
      return new GoalInput(course);
  }
}

function numberField({ element, KEEPS_KEYS }: Tools): HTMLInputElement {
  return element("input", { type: "number", step: "any", inputmode: "decimal", ...KEEPS_KEYS });
}

/** A field for each parameter; of one, a slider over the picture's axis beside it. */
class ValueInput implements Input {
  readonly root: HTMLElement;
  private readonly fields: HTMLInputElement[];
  private readonly slider: HTMLInputElement | undefined;

  constructor(
    private readonly course: QuestionCourse,
    private readonly parameters: readonly string[],
    private readonly drawn: Drawn,
  ) {
    const { tools, words } = course;
    const { element, labelled, KEEPS_KEYS } = tools;
    this.fields = parameters.map(() => numberField(tools));
    const one = parameters.length === 1;
    const slider = element("input", { type: "range", ...KEEPS_KEYS });
    this.slider = one && !course.foreign ? slider : undefined;
    slider.setAttribute("aria-label", words.slider(parameters[0] ?? ""));
    this.root = element(
      "div",
      { class: "gdwidget-quiz-values" },
      ...this.fields.map((field, at) => labelled(words.value(parameters[at] as string), field)),
      ...(this.slider ? [slider] : []),
      ...(course.foreign
        ? []
        : [element("span", { class: "gdwidget-hint" }, one ? words.point : words.pointPlane)]),
    );
    this.fields.forEach((field, at) => {
      field.addEventListener("input", () => this.take(at, field.valueAsNumber));
    });
    slider.addEventListener("input", () => this.take(0, slider.valueAsNumber));
  }

  read(): Entered {
    const { draft, words } = this.course;
    const missing = this.parameters.findIndex((_, at) => draft[at] === undefined);
    if (missing >= 0) return { missing: words.missing.value(this.parameters[missing] as string) };
    return { numbers: draft as number[] };
  }

  draw(): void {
    const { draft } = this.course;
    this.fields.forEach((field, at) => {
      const value = draft[at];
      const typed = Number.isNaN(field.valueAsNumber) ? undefined : field.valueAsNumber;
      if (value !== undefined && typed !== value) field.value = String(value);
    });
    if (this.slider) this.drawSlider(this.slider, draft[0]);
  }

  private drawSlider(slider: HTMLInputElement, value: number | undefined): void {
    const { view } = this.drawn.functionFigure;
    if (!view) return;
    fitSlider(slider, view, value ?? this.course.lent.store.row?.value);
    const told = value === undefined ? "" : `${this.parameters[0]} = ${value}`;
    slider.setAttribute("aria-valuetext", told);
  }

  private take(at: number, value: number): void {
    this.course.draft[at] = Number.isFinite(value) ? value : undefined;
    this.course.lent.store.changed();
  }
}

/** Has a slider's ends be those of a picture, and its steps as round as what is pointed at. */
export function fitSlider(slider: HTMLInputElement, view: View, value = view.low): void {
  const unit = unitOf(view.high - view.low);
  const whole = (number: number): string => String(Number((number * unit).toPrecision(12)));
  const ends = [whole(Math.ceil(view.low / unit)), whole(Math.floor(view.high / unit))] as const;
  if (slider.min !== ends[0] || slider.max !== ends[1]) {
    [slider.min, slider.max] = ends;
    slider.step = String(unit);
  }
  if (Math.abs(slider.valueAsNumber - value) > unit / 2) slider.value = String(value);
}

function stepsInput({ tools, words }: Spoken): Input {
  const { element, labelled, KEEPS_KEYS } = tools;
  const field = numberField(tools);
  field.step = "1";
  field.min = "0";
  const never = element("input", { type: "checkbox", ...KEEPS_KEYS });
  never.addEventListener("change", () => {
    field.disabled = never.checked;
  });
  const root = element(
    "div",
    { class: "gdwidget-quiz-values" },
    labelled(words.steps, field),
    element("label", {}, never, element("span", {}, words.never)),
  );
  const read = (): Entered => {
    if (never.checked) return { numbers: [NEVER] };
    const steps = field.valueAsNumber;
    if (!Number.isInteger(steps) || steps < 0) return { missing: words.missing.steps };
    return { numbers: [steps] };
  };
  return { root, read };
}

function numberInput({ tools, words }: Spoken): Input {
  const field = numberField(tools);
  const root = tools.element(
    "div",
    { class: "gdwidget-quiz-values" },
    tools.labelled(words.number, field),
  );
  const read = (): Entered => {
    const number = field.valueAsNumber;
    return Number.isFinite(number) ? { numbers: [number] } : { missing: words.missing.number };
  };
  return { root, read };
}

function optionInput({ tools, words }: Spoken, options: readonly string[]): Input {
  const chosen = radios(tools, words.options, options);
  const { root } = chosen;
  root.classList.add("gdwidget-quiz-options");
  const read = (): Entered =>
    chosen.value < 0 ? { missing: words.missing.option } : { numbers: [chosen.value] };
  return { root, read };
}

function textInput({ tools, words }: Spoken): Input {
  const { element, labelled, KEEPS_KEYS } = tools;
  const area = element("textarea", { rows: 3, maxlength: LONGEST, ...KEEPS_KEYS });
  const root = labelled(words.explanation, area);
  root.classList.add("gdwidget-quiz-text-field");
  const read = (): Entered => {
    const text = area.value.trim();
    return text ? { numbers: [], text } : { missing: words.missing.text };
  };
  return { root, read };
}
