/** Which engine computes: the kernel's, or after it this page's. */

import type { Engine } from "../engine.ts";
import type { ChildModel, WidgetModel } from "../host.ts";
import type { Along, LookQuestion, PlaneQuestion } from "../protocol.ts";
import type { Store } from "../store.ts";
import { texts } from "../texts.ts";
import { BrowserEngine } from "./browser.ts";
import { calculator } from "./calculator.ts";
import { KernelEngine } from "./kernel.ts";
import { Portable } from "./portable.ts";
import { sentenceOf } from "./run-states.ts";
import type { Calculator } from "./states.ts";

/** What is to be done in the page when another engine computes. */
export interface Turns {
  /** What was asked of the engine so far will not come. */
  dropped(): void;
  /** The settings are for another engine now. */
  taken(): void;
}

/** For all others the one engine there is. */
export class Engines implements Engine {
  readonly kernel: KernelEngine;
  page: BrowserEngine | undefined;
  /** What this page could compute with, until it does. */
  private calculator: Calculator | undefined;

  constructor(
    private readonly model: WidgetModel,
    private readonly store: Store,
    private readonly turns: Turns,
  ) {
    this.kernel = new KernelEngine(model, store);
  }

  get alive(): boolean {
    return this.store.alive;
  }

  advance(n: number): Promise<number> {
    return this.current.advance(n);
  }

  goTo(step: number): void {
    this.current.goTo(step);
  }

  reset(start: Record<string, number>): void {
    this.current.reset(start);
  }

  evaluate(low: number, high: number, along?: Along): Promise<void> {
    return this.current.evaluate(low, high, along);
  }

  plane(question: PlaneQuestion): Promise<void> {
    return this.current.plane(question);
  }

  look(question: LookQuestion): Promise<void> {
    return this.current.look(question);
  }

  clear(): void {
    this.current.clear();
  }

  rest(): void {
    this.current.rest();
  }

  /** Follows whether there is a kernel, by a model that it has made; returns what ends that. */
  watch(child: ChildModel | undefined): () => void {
    let before: boolean | undefined;
    const look = (): void => {
      const alive = child?.comm_live ?? false;
      if (alive === before) return;
      if (!alive) this.lose(before === true);
      else if (before === false) this.find();
      before = alive;
    };
    child?.on("comm_live_update", look);
    look();
    return () => child?.off("comm_live_update", look);
  }

  /** Has this page compute, where it is offered. */
  goOn(): boolean {
    const { store } = this;
    if (!this.calculator) return false;
    store.offered = false;
    try {
      this.page = new BrowserEngine(store, this.calculator, (name, value) => {
        this.model.set(name, value);
      });
    } catch (error) {
      store.origin = texts.replayed(sentenceOf(error));
      return false;
    }
    store.engine = "page";
    this.calculator = undefined;
    this.turns.taken();
    return true;
  }

  close(): void {
    this.kernel.close();
    this.page?.close();
    this.calculator?.close();
  }

  private get current(): Engine {
    return this.page ?? this.kernel;
  }

  /** Computes here at once where there never was a kernel, else when that is wanted. */
  private lose(lived: boolean): void {
    const { store } = this;
    this.turns.dropped();
    this.kernel.abandon();
    if (this.page) return;
    Object.assign(store, { engine: "none", lived });
    this.calculator ??= this.read();
    store.offered = this.calculator !== undefined && lived;
    if (!lived) this.goOn();
    this.showSavedPicture();
    store.changed();
  }

  /** The kernel is what counts again: what this page computed meanwhile is forgotten. */
  private find(): void {
    const { store, page } = this;
    Object.assign(store, { engine: "kernel", lived: true, origin: "", offered: false });
    if (page) {
      page.close();
      this.page = undefined;
      store.runs = [];
      this.turns.dropped();
      this.turns.taken();
      this.kernel.sync();
    }
    store.changed();
  }

  /** What was exported to compute with; says why where it cannot be. */
  private read(): Calculator | undefined {
    const { model, store } = this;
    const saved = model.get("_programs");
    if (saved === undefined || saved === null) return undefined;
    try {
      return calculator(new Portable(saved), store.names, String(model.get("_esm") ?? ""));
    } catch (error) {
      store.origin = texts.replayed(sentenceOf(error));
      return undefined;
    }
  }

  /** What was saved is shown: most planes that are not there never come without a kernel. */
  private showSavedPicture(): void {
    const { store } = this;
    const { plane, picture } = store;
    if (plane?.slice === "two") store.view("two", [plane.x, plane.y]);
    else if (plane) store.view(plane.slice);
    else if (picture === "one" || !store.draws(picture)) store.view("one");
  }
}
