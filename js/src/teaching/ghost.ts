/** What is said, as a hollow mark in the first figure, and what is right beside it. */

import type { ChildModel } from "../dom/host.ts";
import type { Point } from "../figures/mark.ts";
import type { View } from "../figures/view.ts";
import { roundedText } from "../text/format.ts";
import type { QuestionCourse } from "./course.ts";
import type { Boxes, Drawn, Seen } from "./lent.ts";

/** A place is rounded to about this share of the picture. */
const UNIT = 1 / 500;
/** How far the head of the arrow reaches back and to each side, in pixels. */
const HEAD: Point = [9, 5];
/** Between marks that are nearer than this there is no arrow, and it ends so far from them. */
const APART = 9;
const AWAY: Point = [1, 1];
const COLORS = { said: "var(--gdwidget-second)", truth: "var(--gdwidget-ink)" };

interface Marks {
  said: Point | undefined;
  truth: Point | undefined;
}

const NOTHING: Marks = { said: undefined, truth: undefined };

/** A mark in words. */
type Told = (at: Point) => string;

export class Ghost {
  private drawn = "";

  constructor(private readonly course: QuestionCourse) {}

  /** While a question is open, to point in a figure says where it leads, and starts nothing. */
  listen({ functionBox, planeBox }: Boxes, drawn: Drawn, signal: AbortSignal): void {
    const figures = [
      [functionBox, () => drawn.functionFigure.view, false],
      [planeBox, () => drawn.planeFigure?.view, true],
    ] as const;
    for (const [box, view, plane] of figures) {
      let held = false;
      const on = (type: "pointerdown" | "pointermove" | "pointerup" | "pointercancel"): void =>
        box.addEventListener(
          type,
          (event) => {
            if (!this.course.lent.store.hides) return;
            event.stopPropagation();
            if (type === "pointerdown" && event.button === 0) {
              held = true;
              box.setPointerCapture(event.pointerId);
            }
            if (held && (type === "pointerdown" || type === "pointermove")) {
              this.point(box, view(), plane ? drawn : undefined, event);
            }
            if (type === "pointerup" || type === "pointercancel") held = false;
            box.dataset.over = this.takes(plane ? drawn : undefined) ? "curve" : "";
          },
          { signal, capture: true },
        );
      for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"] as const) {
        on(type);
      }
    }
  }

  /** Draws in the figures where the reader says it will be, and after that where it was. */
  draw(boxes: Boxes, drawn: Drawn): void {
    const { course } = this;
    const { answer, points, question } = course;
    const said = answer ? answer.numbers : course.draft;
    const truth = answer && course.keyOf(answer)?.numbers;
    const show =
      points && !["name", "presented"].includes(course.scene)
        ? { said, truth }
        : { said: [], truth: [] };
    const { functionFigure: line, planeFigure } = drawn;
    const { shown } = course.lent.store;
    const along = question?.parameters.length === 1 && question.parameters[0] === shown;
    const onLine = (numbers: readonly (number | undefined)[] = []): Point | undefined => {
      const [value] = numbers;
      if (!along || value === undefined || !line.view) return undefined;
      return [value, line.lossAt(value) ?? line.view.bottom];
    };
    const onPlane = (numbers: readonly (number | undefined)[] = []): Point | undefined => {
      const order = this.axes(drawn);
      const at = order?.map((index) => numbers[index]);
      return at?.every((number) => number !== undefined) ? (at as [number, number]) : undefined;
    };
    const place = (of: typeof onLine): Marks => ({ said: of(show.said), truth: of(show.truth) });
    const key = JSON.stringify([show, place(onLine), place(onPlane), line.view, planeFigure?.view]);
    const size = [boxes.functionBox.clientWidth, boxes.planeBox.clientWidth].join();
    if (key + size === this.drawn) return;
    this.drawn = key + size;
    const { plane } = planeFigure ?? {};
    const { loss } = course.words.fan;
    const toldOnLine: Told = ([value, height]) =>
      [`${shown} = ${roundedText(value)}`]
        .concat(line.lossAt(value) === undefined ? [] : [`${loss} ${roundedText(height)}`])
        .join(", ");
    const toldOnPlane: Told = ([x, y]) =>
      `${plane?.x} = ${roundedText(x)}, ${plane?.y} = ${roundedText(y)}`;
    this.mark("loss_function", drawn, boxes.functionBox, line, place(onLine), toldOnLine);
    this.mark("plane", drawn, boxes.planeBox, planeFigure, place(onPlane), toldOnPlane);
    course.lent.store.changed();
  }

  private mark(
    name: string,
    drawn: Drawn,
    box: HTMLElement,
    figure: Seen | undefined,
    marks: Marks,
    told: Told,
  ): void {
    const part = (which: string): ChildModel | undefined => drawn.children[`${name}.${which}`];
    if (!figure) return;
    const { view } = figure;
    const { said, truth } = view ? marks : NOTHING;
    const { words } = this.course;
    put(part("ghost"), said ? [said] : []);
    put(part("ghost_truth"), truth ? [truth] : []);
    put(part("ghost_arrow"), said && truth && view ? arrow(said, truth, box, view) : []);
    figure.guests = [
      { at: said, text: words.you, color: COLORS.said },
      { at: truth, text: words.truth, color: COLORS.truth },
    ].flatMap(({ at, ...guest }) => (at ? [{ ...guest, at, away: AWAY }] : []));
    figure.guestsText = this.text(said && told(said), truth && told(truth));
  }

  private text(said: string | undefined, truth: string | undefined): string {
    const { words } = this.course;
    if (said && truth) return words.markedBoth(said, truth);
    if (said) return words.marked(said);
    return truth ? words.markedTruth(truth) : "";
  }

  private axes(drawn: Drawn): [number, number] | undefined {
    return axesOf(drawn, this.course.question?.parameters);
  }

  /** Whether to point in a figure says something. */
  private takes(plane: Drawn | undefined): boolean {
    const { course } = this;
    if (!course.points || course.scene !== "asked") return false;
    if (plane) return this.axes(plane) !== undefined;
    const { parameters } = course.question as { parameters: string[] };
    return parameters.length === 1 && parameters[0] === course.lent.store.shown;
  }

  private point(
    box: HTMLElement,
    view: View | undefined,
    plane: Drawn | undefined,
    event: PointerEvent,
  ): void {
    const at = pointedAt(box, view, event);
    if (!at || !this.takes(plane)) return;
    const order = plane && this.axes(plane);
    if (order) {
      order.forEach((index, axis) => {
        this.course.draft[index] = at[axis];
      });
    } else this.course.draft = [at[0]];
    this.course.lent.store.changed();
  }
}

/** The place in a picture that is pointed at, as round as can be told there. */
export function pointedAt(
  box: HTMLElement,
  view: View | undefined,
  { clientX, clientY }: MouseEvent,
): Point | undefined {
  const area = box.querySelector(".plotarea_background")?.getBoundingClientRect();
  if (!area || !view || area.width === 0) return undefined;
  const { low, high, bottom, top } = view;
  const share = (number: number): number => Math.min(1, Math.max(0, number));
  const x = low + share((clientX - area.left) / area.width) * (high - low);
  const y = top - share((clientY - area.top) / area.height) * (top - bottom);
  return [rounded(x, high - low), rounded(y, top - bottom)];
}

/** Which of the parameters that are asked for are across and up in the plane that is shown. */
export function axesOf(
  { planeFigure }: Drawn,
  parameters: readonly string[] = [],
): [number, number] | undefined {
  const plane = planeFigure?.plane;
  if (!plane?.recorded || parameters.length !== 2) return undefined;
  const order = [parameters.indexOf(plane.x), parameters.indexOf(plane.y)] as const;
  return order[0] >= 0 && order[1] >= 0 ? [...order] : undefined;
}

/** How round a place is that is pointed at, in a picture of a width. */
export function unitOf(width: number): number {
  return 10 ** Math.floor(Math.log10(width * UNIT * 10));
}

function rounded(value: number, width: number): number {
  const unit = unitOf(width);
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

function put(mark: ChildModel | undefined, points: readonly Point[]): void {
  mark?.set_state({
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
  });
}

/** From what was said to what is right, as far as there is room between the two. */
function arrow(from: Point, to: Point, box: HTMLElement, view: View): Point[] {
  const area = box.querySelector(".plotarea_background");
  const side = (name: string): number => Number(area?.getAttribute(name));
  const across = side("width") / (view.high - view.low);
  const up = side("height") / (view.top - view.bottom);
  const [x, y] = [(to[0] - from[0]) * across, (to[1] - from[1]) * up];
  const length = Math.hypot(x, y);
  if (!(length > 3 * APART)) return [];
  const at = (forward: number, aside: number): Point => [
    from[0] + (forward * x - aside * y) / length / across,
    from[1] + (forward * y + aside * x) / length / up,
  ];
  const end = length - APART;
  const tip = at(end, 0);
  return [at(APART, 0), tip, at(end - HEAD[0], HEAD[1]), tip, at(end - HEAD[0], -HEAD[1])];
}
