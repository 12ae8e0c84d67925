/** Draws everything once a frame while anything changes: the figures once, each view's controls. */

import type { Engine } from "./engine.ts";
import { LossAgainstStepFigure } from "./figures/loss-against-step.ts";
import { LossFunctionFigure } from "./figures/loss-function.ts";
import type { Children } from "./host.ts";
import type { Store } from "./store.ts";

/** What a view lends to the drawing. */
export interface Drawable {
  functionBox: HTMLElement;
  stepBox: HTMLElement;
  draw(): void;
}

/** The bqplot models are shared by all views of a widget, so one drawing fills them for all. */
export class Drawing {
  readonly functionFigure: LossFunctionFigure;
  readonly stepFigure: LossAgainstStepFigure;
  private readonly views = new Set<Drawable>();
  private sizes = new WeakMap<Element, { width: number; height: number }>();
  private readonly resized = new ResizeObserver(() => {
    this.sizes = new WeakMap();
    this.drawSoon();
  });
  private frame = 0;
  private stale = false;

  constructor(
    readonly children: Children,
    store: Store,
    engine: Engine,
  ) {
    const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.functionFigure = new LossFunctionFigure(
      children,
      store,
      engine,
      () => this.size("functionBox"),
      still,
    );
    this.stepFigure = new LossAgainstStepFigure(children, store, () => this.size("stepBox"));
    store.onChange(() => this.drawSoon());
  }

  attach(view: Drawable, signal: AbortSignal): void {
    const boxes = [view.functionBox, view.stepBox];
    for (const box of boxes) this.resized.observe(box);
    this.views.add(view);
    signal.addEventListener("abort", () => {
      for (const box of boxes) this.resized.unobserve(box);
      this.views.delete(view);
      if (this.views.size === 0) this.resized.disconnect();
      this.sizes = new WeakMap();
      this.drawSoon();
    });
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
    queueMicrotask(() => this.draw());
  }

  private nextFrame(): void {
    this.frame = 0;
    if (!this.stale) return;
    this.frame = requestAnimationFrame(() => this.nextFrame());
    this.draw();
  }

  private draw(): void {
    if (!this.stale) return;
    this.stale = false;
    for (const view of this.views) view.draw();
    this.stepFigure.draw();
    if (this.functionFigure.draw()) this.stale = true;
  }

  /** The size of the plot in the view that was opened last; measuring it lays the page out. */
  private size(which: "functionBox" | "stepBox"): { width: number; height: number } {
    const box = [...this.views].at(-1)?.[which];
    if (!box) return { width: 0, height: 0 };
    const known = this.sizes.get(box);
    if (known) return known;
    const area = box.querySelector(".plotarea_background");
    const { width, height } = (area ?? box).getBoundingClientRect();
    if (area) {
      this.resized.observe(area);
      this.sizes.set(box, { width, height });
    }
    return { width, height };
  }
}
