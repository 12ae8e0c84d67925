/** One view of a widget: its elements and what they do. */

import { Choices } from "../controls/choices.ts";
import { DataPanel } from "../controls/data-panel.ts";
import { element, figureBox, KEEPS_KEYS, setText } from "../controls/elements.ts";
import { LossNow } from "../controls/loss-now.ts";
import { Origin } from "../controls/origin.ts";
import { PictureChoice } from "../controls/picture.ts";
import { PlaneBar } from "../controls/plane-bar.ts";
import { RunsLegend } from "../controls/runs.ts";
import { Settings } from "../controls/settings.ts";
import { Status } from "../controls/status.ts";
import { StepPicture } from "../controls/step-picture.ts";
import { StepTable } from "../controls/table.ts";
import { tabs } from "../controls/tabs.ts";
import { Toolbar } from "../controls/toolbar.ts";
import { UpdateLine } from "../controls/update-line.ts";
import { dress } from "../dom/dress.ts";
import { followGround } from "../dom/ground.ts";
import { type ChildModel, FAILED, isDamaged, mount } from "../dom/host.ts";
import { idle } from "../dom/idle.ts";
import { listenToFunction } from "../figures/function-pointer.ts";
import { listenToPlane } from "../figures/plane-pointer.ts";
import { plotArea } from "../figures/pointer.ts";
import type { Part } from "../model/state.ts";
import type { Texts } from "../text/texts.ts";
import type { Drawable, Drawing } from "./drawing.ts";
import { FanControls } from "./fan.ts";
import { listenToKeys } from "./keys.ts";
import { presenting } from "./presenting.ts";
import { RulerControls } from "./ruler.ts";
import type { Session } from "./session.ts";

/** What begins and what ends a look at a figure. */
const LOOKS = ["pointerenter", "focus", "pointerleave", "blur"] as const;

/** What the style sheet enlarges all by. */
const SCALE = "--gdwidget-scale";
/** In less than this, in pixels as they are enlarged, something would be cut. */
const LEAST_WIDTH = 304;

/** How often the text alternatives are brought up to date, at most. */
const ALTERNATIVES_MS = 500;

/** After so long a view says that it waits for its figures. */
const PATIENCE_MS = 3000;

/** Fills `el` with a view that follows the session until `signal` aborts. */
export async function show(session: Session, el: HTMLElement, signal: AbortSignal): Promise<void> {
  const { lang } = session.store.texts;
  const root = element("div", { class: "gdwidget", lang });
  el.append(root);
  followGround(root, signal);
  const { store } = session;
  const waits = element("p", { class: "gdwidget-message" }, store.texts.figuresAwaited);
  const timer = setTimeout(() => root.append(waits), PATIENCE_MS);
  try {
    const figures = await session.figures;
    const drawing = await session.drawing;
    clearTimeout(timer);
    waits.remove();
    if (signal.aborted) return;
    if (figures.style) dress(root, figures.style, "data-gdwidget-figures");
    const view = new View(session, drawing, root, signal);
    const figure = (name: string): ChildModel => drawing.children[`${name}.figure`] as ChildModel;
    const put = async (name: string, box: HTMLElement): Promise<void> => {
      const failed = (error: unknown): void => {
        console.error(error);
        const { noFigure, noFigures } = store.texts;
        const said = figures.lacking ? noFigures : noFigure;
        box.replaceChildren(element("p", { class: "gdwidget-message" }, said));
      };
      try {
        if (isDamaged(drawing.children, name)) throw new Error(`A part of ${name} is damaged.`);
        await mount(figures.manager, figure(name), box, signal, failed);
      } catch (error) {
        failed(error);
      }
    };
    const line = put("loss_function", view.functionBox);
    const plane = drawing.planeFigure && put("plane", view.planeBox);
    // What is shut or not chosen has no size yet: the others do not wait for it.
    const first = store.picture === "one" ? line : plane;
    drawing.attach(view, signal);
    if (store.shows("loss")) await first;
    // What is looked at first is painted first.
    await painted();
    if (signal.aborted) return;
    drawing.drawAll();
    const step = put("loss_against_step", view.stepBox);
    const data = drawing.dataFigure && put("data_and_fit", view.dataBox);
    for (const later of [line, plane, step, data]) {
      later?.then(() => drawing.drawSoon());
    }
  } catch (error) {
    clearTimeout(timer);
    console.error(error);
    const { notDrawn } = store.texts;
    root.replaceChildren(element("p", { class: "gdwidget-message" }, notDrawn));
    root.dispatchEvent(new CustomEvent(FAILED, { bubbles: true }));
  }
}

/** Resolves when what bqplot was told has been painted: it draws that a frame later. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => idle().then(resolve)));
  });
}

/** Says in `el` that what was saved cannot be read. */
export function refuse(
  el: HTMLElement,
  { unreadableSettings, lang }: Texts,
  signal: AbortSignal,
): void {
  const message = element("p", { class: "gdwidget-message" }, unreadableSettings);
  const root = element("div", { class: "gdwidget", lang }, message);
  el.append(root);
  followGround(root, signal);
}

/** A part of the widget: where it is, and what is drawn while it is shown. */
type Shown = readonly [part: Part, root: HTMLElement, ...drawn: { draw(): void }[]];

class View implements Drawable {
  readonly functionBox = figureBox();
  readonly planeBox = figureBox();
  readonly stepBox = figureBox();
  private readonly linePart: HTMLElement;
  private readonly planePart: HTMLElement;
  private readonly note = element("span", { class: "gdwidget-note" });
  private readonly data: DataPanel;
  private readonly figures = element("div", { class: "gdwidget-figures" });
  private readonly parts: readonly Shown[];
  /** What is drawn whatever is shown, for it hides itself, or tells what went wrong. */
  private readonly others: { draw(): void }[];
  private readonly status: Status;
  private readonly runs: RunsLegend;
  private alternativesAt = Number.NEGATIVE_INFINITY;
  private alternativesTimer = 0;

  constructor(
    private readonly session: Session,
    private readonly drawing: Drawing,
    private readonly root: HTMLElement,
    signal: AbortSignal,
  ) {
    const { store, player, actions } = session;
    this.status = new Status(store, drawing.functionFigure);
    const settings = new Settings(store, actions);
    const { rateField: rate, runStepsField: runSteps } = settings;
    const toolbar = new Toolbar(store, player, actions, { rate, runSteps });
    const update = new UpdateLine(store);
    const loss = new LossNow(store);
    const choices = new Choices(store, actions.choose);
    this.runs = new RunsLegend(store, actions.clear, () => toolbar.step.focus());
    const { runs } = this;
    const picture = new PictureChoice(store, drawing.planeFigure !== undefined);
    const origin = new Origin(store, actions.goOn);
    const table = new StepTable(store, actions.goTo);
    this.data = new DataPanel(store, () => drawing.drawSoon());
    this.linePart = element("div", {}, this.functionBox);
    this.planePart = element("div", {}, this.planeBox);
    const { planeFigure } = drawing;
    const planeBar = planeFigure && new PlaneBar(store, planeFigure);
    if (planeBar) {
      this.planePart.prepend(planeBar.root);
      picture.root.append(planeBar.redraw);
    }
    picture.root.append(this.note);
    const first = element("div", { class: "gdwidget-figure gdwidget-first" });
    first.append(picture.root, this.linePart, this.planePart);
    const steps = element("div", { class: "gdwidget-figure gdwidget-steps" });
    const stepPicture = new StepPicture(store.names.recorded, store.texts, drawing.stepFigure);
    steps.append(stepPicture.root, this.stepBox);
    const { figures } = this;
    figures.append(first);
    if (drawing.dataFigure)
      figures.append(
        tabs(figures, store.texts, () => drawing.drawSoon()),
        steps,
        this.data.root,
      );
    else figures.append(steps);
    const head = element(
      "div",
      { class: "gdwidget-head" },
      element("div", { class: "gdwidget-equation" }, update.root, loss.root),
      toolbar.root,
    );
    const ruler = new RulerControls(session, settings, () => this.status.grows, toolbar.root);
    const fan = new FanControls(session, drawing, this, figures);
    const presents = presenting(session, drawing, this, root, signal);
    const said = element("div", { class: "gdwidget-said" }, this.status.root, ruler.why);
    said.append(origin.root, ruler.reason);
    const more = element(
      "fieldset",
      { class: "gdwidget-more" },
      choices.words,
      choices.root,
      ruler.root,
      fan.root,
      settings.startsBox,
      table.root,
      help(store.texts, planeFigure !== undefined),
      presents.button,
      toolbar.reset,
    );
    root.append(
      head,
      settings.messages[0],
      figures,
      said,
      runs.root,
      more,
      settings.messages[1],
      this.status.announcer,
    );
    this.parts = [
      ["step", head, update, loss, toolbar],
      ["loss", first, picture, ...(planeBar ? [planeBar] : [])],
      ["steps", steps, stepPicture],
      ["sentence", said],
      ["settings", more, choices, table, toolbar],
    ];
    this.others = [settings, runs, this.data, this.status, origin, ruler, fan, presents];
    this.place();
    const choose = (start: number): void => actions.start(store.shown, start);
    listenToFunction(this.functionBox, drawing.functionFigure, store, choose, signal);
    if (planeFigure) listenToPlane(this.planeBox, planeFigure, actions.restart, signal);
    const drawn = [drawing.functionFigure, planeFigure, drawing.stepFigure, drawing.dataFigure];
    const boxes = [this.functionBox, this.planeBox, this.stepBox, this.dataBox];
    boxes.forEach((box, index) => {
      const look = (): void => drawn[index]?.lookAt(box.matches(":hover, :focus"));
      for (const type of LOOKS) box.addEventListener(type, look, { signal });
    });
    this.stepBox.addEventListener("click", (event) => this.goToClick(event), { signal });
    listenToKeys(root, { ...actions, present: presents.present }, signal);
    session.questions?.then((questions) => {
      if (signal.aborted || !questions) return;
      this.others.push(questions.show(root, this, drawing, signal, presents));
      drawing.drawSoon();
    });
    const announce = (sentence: string): void => this.status.announce(sentence);
    session.announcers.add(announce);
    signal.addEventListener("abort", () => {
      session.announcers.delete(announce);
      ruler.close();
      fan.close();
      clearTimeout(this.alternativesTimer);
    });
  }

  get dataBox(): HTMLElement {
    return this.data.box;
  }

  get showsData(): boolean {
    return this.data.open;
  }

  draw(): void {
    const { functionFigure, planeFigure } = this.drawing;
    const { store } = this.session;
    const one = store.picture === "one";
    const notes = one ? [functionFigure.slice, functionFigure.note] : [planeFigure?.note ?? ""];
    setText(this.note, store.texts.list(notes.filter(Boolean)));
    const shown = this.parts.filter(([part]) => store.shows(part));
    const drawn = shown.flatMap(([_, __, ...each]) => each);
    for (const each of this.others) each.draw();
    this.session.comparing?.show(this.runs.root);
    this.place();
    for (const each of new Set(drawn)) each.draw();
    this.describeSoon();
  }

  /** How many times as large as usual it is to be, as far as there is room for that. */
  private get scale(): string {
    const { scale } = this.session.store;
    if (scale <= 1) return String(scale);
    const { clientWidth } = this.root.parentElement as HTMLElement;
    return String(Math.min(scale, Math.max(1, clientWidth / LEAST_WIDTH)));
  }

  /** Shows what is to be shown. */
  private place(): void {
    const { store } = this.session;
    const { picture } = store;
    const { style } = this.root;
    const { scale } = this;
    if (style.getPropertyValue(SCALE) !== scale) style.setProperty(SCALE, scale);
    // That a kernel has gone is said, and going on is offered, whatever is shown.
    const gone = store.offered || (store.lived && !store.alive);
    for (const [part, root] of this.parts) {
      root.hidden = !(store.shows(part) || (gone && part === "sentence"));
    }
    const figures = [...this.figures.querySelectorAll<HTMLElement>(":scope > .gdwidget-figure")];
    this.figures.dataset.shown = String(figures.filter(({ hidden }) => !hidden).length);
    this.linePart.hidden = picture !== "one";
    this.planePart.hidden = picture === "one";
  }

  /** The text alternatives follow a little later than the pictures, and not every frame. */
  private describeSoon(): void {
    // What a question keeps back must not stand in them for a while.
    if (this.session.store.hides) this.describe();
    if (this.alternativesTimer !== 0) return;
    const wait = Math.max(0, this.alternativesAt + ALTERNATIVES_MS - performance.now());
    this.alternativesTimer = window.setTimeout(() => {
      this.alternativesTimer = 0;
      this.alternativesAt = performance.now();
      this.describe();
    }, wait);
  }

  private describe(): void {
    this.data.describe();
    const { planeFigure, functionFigure } = this.drawing;
    const besides = ({ guestsText }: { guestsText: string }): string =>
      guestsText && ` ${guestsText}`;
    const plane = planeFigure ? planeFigure.describe() + besides(planeFigure) : "";
    this.planeBox.setAttribute("aria-label", plane);
    const { row, run, shown, comingValue, hides, fog, texts } = this.session.store;
    if (!row || !run) return;
    const first = run.rows.row(0, shown);
    const { outside, ends } = functionFigure;
    this.functionBox.setAttribute(
      "aria-label",
      texts.lossFunctionAlternative(shown, first, row, comingValue, outside, hides, fog) +
        (ends ? texts.curveAlternative(shown, ends) : "") +
        besides(functionFigure),
    );
    this.stepBox.setAttribute("aria-label", this.drawing.stepFigure.describe());
  }

  private goToClick(event: MouseEvent): void {
    const area = plotArea(this.stepBox);
    if (!area) return;
    const share = (event.clientX - area.left) / area.width;
    if (share < 0 || share > 1) return;
    this.session.actions.goTo(this.drawing.stepFigure.stepAt(share));
  }
}

function help(texts: Texts, planes: boolean): HTMLElement {
  const entries = [...texts.help, ...(planes ? texts.planeHelp : [])];
  const items = entries.flatMap(([keys, meaning]) => [
    element("dt", {}, keys),
    element("dd", {}, meaning),
  ]);
  return element(
    "details",
    { class: "gdwidget-help" },
    element("summary", KEEPS_KEYS, texts.helpTitle),
    element("dl", {}, ...items),
  );
}
