/** One view of a widget: its elements, and one drawing a frame while anything changes. */

import { element, KEEPS_KEYS } from "./controls/elements.ts";
import { Settings } from "./controls/settings.ts";
import { Status } from "./controls/status.ts";
import { StepTable } from "./controls/table.ts";
import { Toolbar } from "./controls/toolbar.ts";
import { UpdateLine } from "./controls/update-line.ts";
import { LossAgainstStepFigure, type LossAxis } from "./figures/loss-against-step.ts";
import { LossFunctionFigure } from "./figures/loss-function.ts";
import { listen, plotArea } from "./figures/pointer.ts";
import { type Children, mount } from "./host.ts";
import { listenToKeys } from "./keys.ts";
import { nextValue } from "./rows.ts";
import type { Session } from "./session.ts";
import { texts } from "./texts.ts";

/** How often the text alternatives are brought up to date, at most. */
const ALTERNATIVES_MS = 500;

/** Fills `el` with a view that follows the session until `signal` aborts. */
export async function show(session: Session, el: HTMLElement, signal: AbortSignal): Promise<void> {
  const { model } = session;
  const root = element("div", { class: "gdwidget" });
  el.append(root);
  const children = await session.children;
  if (signal.aborted) return;
  const view = new View(session, children, root, signal);
  await Promise.all([
    mount(model, children["loss_function.figure"] as Child, view.functionBox, signal),
    mount(model, children["loss_against_step.figure"] as Child, view.stepBox, signal),
  ]);
  view.draw();
}

type Child = Children[string];

class View {
  readonly functionBox = figureBox(texts.figureKeys);
  readonly stepBox = figureBox(texts.stepFigureKeys);
  private readonly parts: { draw(): void }[];
  private readonly status: Status;
  private readonly functionFigure: LossFunctionFigure;
  private readonly stepFigure: LossAgainstStepFigure;
  private frame = 0;
  private alternativesAt = Number.NEGATIVE_INFINITY;
  private alternativesTimer = 0;

  constructor(
    private readonly session: Session,
    children: Children,
    root: HTMLElement,
    signal: AbortSignal,
  ) {
    const { store, engine, player, actions } = session;
    this.functionFigure = new LossFunctionFigure(
      children,
      store,
      engine,
      () => sizeOf(this.functionBox),
      () => matchMedia("(prefers-reduced-motion: reduce)").matches,
    );
    this.stepFigure = new LossAgainstStepFigure(children, store, () => sizeOf(this.stepBox));
    this.status = new Status(store, this.functionFigure);
    const toolbar = new Toolbar(store, player, actions);
    const update = new UpdateLine(store);
    const settings = new Settings(store, actions);
    const table = new StepTable(store, actions.goTo);
    this.parts = [toolbar, update, this.status, settings, table];
    root.append(
      toolbar.root,
      element(
        "div",
        { class: "gdwidget-figures" },
        element("div", { class: "gdwidget-figure" }, functionLegend(), this.functionBox),
        element("div", { class: "gdwidget-figure" }, this.axisSwitch(), this.stepBox),
      ),
      update.root,
      this.status.root,
      settings.root,
      table.root,
      this.status.announcer,
    );
    listen(
      this.functionBox,
      this.functionFigure,
      store,
      (start) => actions.start(store.names.learning, start),
      signal,
    );
    this.stepBox.addEventListener("click", (event) => this.goToClick(event), { signal });
    listenToKeys(root, actions, signal);
    this.follow(signal);
  }

  draw(): void {
    this.frame = 0;
    for (const part of this.parts) part.draw();
    this.stepFigure.draw();
    if (this.functionFigure.draw()) this.drawSoon();
    this.describeSoon();
  }

  private follow(signal: AbortSignal): void {
    const { store, announcers } = this.session;
    const announce = (sentence: string): void => this.status.announce(sentence);
    const stop = store.onChange(() => this.drawSoon());
    const resized = new ResizeObserver(() => this.drawSoon());
    for (const box of [this.functionBox, this.stepBox]) resized.observe(box);
    announcers.add(announce);
    signal.addEventListener("abort", () => {
      stop();
      resized.disconnect();
      announcers.delete(announce);
      cancelAnimationFrame(this.frame);
      clearTimeout(this.alternativesTimer);
    });
  }

  private drawSoon(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  /** The text alternatives follow a little later than the pictures, and not every frame. */
  private describeSoon(): void {
    if (this.alternativesTimer !== 0) return;
    const wait = Math.max(0, this.alternativesAt + ALTERNATIVES_MS - performance.now());
    this.alternativesTimer = window.setTimeout(() => {
      this.alternativesTimer = 0;
      this.alternativesAt = performance.now();
      this.describe();
    }, wait);
  }

  private describe(): void {
    const { store } = this.session;
    const { row, run, names, following, comingRate } = store;
    if (!row || !run) return;
    const first = run.rows.row(0);
    const coming = following?.value ?? nextValue(row, comingRate);
    this.functionBox.setAttribute(
      "aria-label",
      texts.lossFunctionAlternative(names.learning, first, row, coming),
    );
    const least = run.rows.leastLoss;
    this.stepBox.setAttribute(
      "aria-label",
      texts.lossAgainstStepAlternative(first, row, store.last, least),
    );
  }

  private goToClick(event: MouseEvent): void {
    const area = plotArea(this.stepBox);
    if (!area) return;
    const share = (event.clientX - area.left) / area.width;
    if (share < 0 || share > 1) return;
    this.session.actions.goTo(Math.round(share * this.stepFigure.steps));
  }

  private axisSwitch(): HTMLElement {
    const name = `gdwidget-axis-${Math.random().toString(36).slice(2)}`;
    const choice = (axis: LossAxis, text: string): HTMLElement => {
      const input = element("input", {
        type: "radio",
        name,
        checked: axis === this.stepFigure.axis,
        ...KEEPS_KEYS,
      });
      input.addEventListener("change", () => this.stepFigure.setAxis(axis));
      return element("label", {}, input, element("span", {}, text));
    };
    return element(
      "div",
      { class: "gdwidget-caption gdwidget-axis", role: "radiogroup", "aria-label": texts.lossAxis },
      choice("linear", texts.linear),
      choice("logarithmic", texts.logarithmic),
    );
  }
}

function figureBox(title: string): HTMLElement {
  return element("div", { class: "gdwidget-box", role: "img", tabindex: 0, title, ...KEEPS_KEYS });
}

function functionLegend(): HTMLElement {
  const entry = (kind: string, text: string): HTMLElement =>
    element(
      "li",
      {},
      element("span", { class: `gdwidget-key gdwidget-key-${kind}`, "aria-hidden": "true" }),
      text,
    );
  return element(
    "ul",
    { class: "gdwidget-caption" },
    entry("loss", texts.lossFunction),
    entry("learning", texts.learning),
    entry("next", texts.nextStep),
    entry("tangent", texts.tangent),
    entry("start", texts.startMark),
  );
}

function sizeOf(box: HTMLElement): { width: number; height: number } {
  const area = plotArea(box);
  return { width: area?.width || box.clientWidth, height: area?.height || box.clientHeight };
}
