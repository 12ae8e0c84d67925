/**
 * Draws everything once a frame while anything changes: the figures once, each view's controls.
 */

import { type Children, type Margin, NO_MARGIN } from "../dom/host.ts";
import { DataAndFitFigure } from "../figures/data-and-fit.ts";
import type { Size } from "../figures/figure.ts";
import { type Ink, PageInk } from "../figures/ink.ts";
import { Looks } from "../figures/looks.ts";
import { LossAgainstStepFigure } from "../figures/loss-against-step.ts";
import { LossFunctionFigure } from "../figures/loss-function.ts";
import { PlaneFigure } from "../figures/plane.ts";
import type { Engine } from "../model/engine.ts";
import type { Store } from "../model/store.ts";
import type { Boxes } from "../teaching/lent.ts";

/** The boxes of the figures in a view. */
export type Box = "functionBox" | "planeBox" | "stepBox" | "dataBox";

const FRAME_MS = 1000 / 60;
/** How many frames a run that is played rests for each that was lost to drawing. */
const RESTS = 5;
const MOST_LOST = 3;

/** What a view lends to the drawing. */
export interface Drawable extends Record<Box, HTMLElement> {
  /** Whether the figure of the data is open. */
  readonly showsData: boolean;
  draw(): void;
}

/** The bqplot models are shared by all views of a widget, so one drawing fills them for all. */
export class Drawing {
  readonly functionFigure: LossFunctionFigure;
  readonly stepFigure: LossAgainstStepFigure;
  /** Where there are two parameters or more. */
  readonly planeFigure: PlaneFigure | undefined;
  /** Where the model can predict. */
  readonly dataFigure: DataAndFitFigure | undefined;
  /** The view that is presented: the figures are laid out for it. */
  presented: Boxes | undefined;
  private readonly looks: Looks;
  private readonly ink: PageInk;
  private readonly views = new Set<Drawable>();
  private sizes = new WeakMap<Element, Size>();
  private readonly resized = new ResizeObserver(() => {
    this.sizes = new WeakMap();
    this.drawSoon();
  });
  private frame = 0;
  /** When the last frame was drawn in, until the next one tells how long that took. */
  private drewAt: number | undefined;
  private restsUntil = 0;
  private stale = false;
  /** What is drawn in the frames after, each part in one. */
  private later: (() => void)[] = [];
  /** Whether to draw all at once took longer than a frame in the run that is played. */
  private spreads = false;
  /** Whether the figures below the first are drawn, too. */
  private drawsAll = false;

  constructor(
    readonly children: Children,
    private readonly store: Store,
    engine: Engine,
  ) {
    const size = (box: Box) => (): Size => this.size(box);
    this.functionFigure = new LossFunctionFigure(children, store, size("functionBox"), engine);
    this.stepFigure = new LossAgainstStepFigure(children, store, size("stepBox"));
    this.looks = new Looks(store, engine);
    this.ink = new PageInk(
      () => [...this.views].at(-1)?.planeBox,
      () => this.drawSoon(),
    );
    if (children["plane.figure"]) {
      const ink = (): Ink | undefined => this.ink.colors;
      this.planeFigure = new PlaneFigure(children, store, size("planeBox"), engine, ink);
    } else store.view("one");
    if (children["data_and_fit.figure"]) {
      this.dataFigure = new DataAndFitFigure(children, store, size("dataBox"));
    }
    store.onChange(() => this.drawSoon());
  }

  attach(view: Drawable, signal: AbortSignal): void {
    const boxes = [view.functionBox, view.planeBox, view.stepBox, view.dataBox];
    for (const box of boxes) this.resized.observe(box);
    this.views.add(view);
    this.ink.follow(signal);
    signal.addEventListener("abort", () => {
      for (const box of boxes) this.resized.unobserve(box);
      this.views.delete(view);
      if (this.views.size === 0) this.resized.disconnect();
      this.sizes = new WeakMap();
      this.drawSoon();
    });
    this.drawSoon();
  }

  /** Draws the figures below the first from now on: what is looked at first need not wait for them. */
  drawAll(): void {
    this.drawsAll = true;
    this.drawSoon();
  }

  /**
   * Draws at once if nothing was drawn in this frame yet, else in the next: bqplot moves its
   * marks one frame after it is told, so to wait for the frame first would cost another.
   */
  drawSoon(): void {
    if (this.views.size === 0) return;
    this.stale = true;
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => this.nextFrame());
    if (!this.rests) queueMicrotask(() => this.draw());
  }

  private nextFrame(): void {
    this.frame = 0;
    const now = performance.now();
    if (this.drewAt !== undefined) {
      const lost = Math.round((now - this.drewAt) / FRAME_MS) - 1;
      this.spreads ||= lost > 0 && this.store.playing;
      this.restsUntil = now + RESTS * FRAME_MS * Math.min(MOST_LOST, Math.max(0, lost));
    }
    this.drewAt = undefined;
    const part = this.later.shift();
    if (!part && !this.stale) return;
    this.frame = requestAnimationFrame(() => this.nextFrame());
    if (part) {
      this.drewAt = now;
      part();
    } else if (!this.rests) this.draw();
  }

  /** Whether a run that is played waits with its drawing, so that the page stays quick. */
  private get rests(): boolean {
    return this.store.playing && performance.now() < this.restsUntil;
  }

  private draw(): void {
    if (!this.stale) return;
    this.stale = false;
    this.drewAt = performance.now();
    // It measures its box: after what the views change, the page would be laid out once more.
    const { store } = this;
    const first = store.picture === "one" ? this.functionFigure : this.planeFigure;
    if (store.shows("loss") && first?.draw()) this.stale = true;
    const others = [() => this.drawSteps(), () => this.drawData()];
    const parts = [() => this.drawViews(), ...(this.drawsAll ? others : [])];
    this.spreads &&= store.playing;
    if (this.spreads) this.later = parts;
    else for (const draw of parts) draw();
  }

  private drawViews(): void {
    for (const view of this.views) view.draw();
  }

  /** The views show its note: they are drawn again where that is another. */
  private drawSteps(): void {
    if (!this.store.shows("steps")) return;
    const { note } = this.stepFigure;
    const more = this.stepFigure.draw();
    if (more || this.stepFigure.note !== note) this.stale = true;
  }

  private drawData(): void {
    const shown = this.dataFigure !== undefined && [...this.views].some((view) => view.showsData);
    if (shown && this.dataFigure?.draw()) this.stale = true;
    const one = this.store.picture === "one" && this.store.shows("loss");
    this.looks.draw(shown, one ? this.functionFigure.view : undefined);
  }

  /**
   * The size of the plot in the view that is presented, else in the one that was opened last, in
   * its own pixels, however enlarged.
   */
  private size(which: Box): Size {
    const views = [...this.views];
    const view = views.find((each) => each === this.presented) ?? views.at(-1);
    const box = view?.[which];
    if (!box) return { width: 0, height: 0 };
    const known = this.sizes.get(box);
    if (known) return known;
    const area = box.querySelector(".plotarea_background");
    if (!area) return this.sizeToCome(box);
    const side = (name: string): number => Number(area.getAttribute(name));
    const [width, height] = [side("width"), side("height")];
    // It may be there before it has its size, and nothing else need be drawn by then.
    this.resized.observe(area);
    if (width > 0) this.sizes.set(box, { width, height });
    return { width, height };
  }

  /** The size that the plot will have in a box, so that nothing is drawn anew when it is there. */
  private sizeToCome(box: HTMLElement): Size {
    const { clientWidth: width, clientHeight: height } = box;
    const margin = this.children["loss_function.figure"]?.get("fig_margin") as Margin | undefined;
    const { left, right, top, bottom } = margin ?? NO_MARGIN;
    return {
      width: Math.max(0, width - left - right),
      height: Math.max(0, height - top - bottom),
    };
  }
}
