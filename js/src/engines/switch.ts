/** Which engine computes: the kernel's, or after it this page's. */

import { type ChildModel, sharedModel, type WidgetModel } from "../dom/host.ts";
import { idle } from "../dom/idle.ts";
import type { Engine } from "../model/engine.ts";
import type { Store } from "../model/store.ts";
import type { BrowserEngine } from "../page-engine/browser.ts";
import type { Calculator } from "../page-engine/states.ts";
import type { Along, LookQuestion, PlaneAnswer, PlaneQuestion } from "../protocol/messages.ts";
import { sentenceOf } from "../text/sentence.ts";
import { KernelEngine } from "./kernel.ts";
import { load, type Module } from "./load.ts";

/** What is to be done in the page when another engine computes. */
export interface Turns {
  /** What was asked of the engine so far will not come. */
  dropped(): void;
  /** The settings are for another engine now: for this page's, with what it was loaded with. */
  taken(module?: Module): void;
}

/** What a page computes with. */
interface Ready {
  module: Module;
  calculator: Calculator;
}

/** For all others the one engine there is. */
export class EngineSwitch implements Engine {
  readonly kernel: KernelEngine;
  page: BrowserEngine | undefined;
  /** What this page could compute with, until it does. */
  private ready: Ready | undefined;
  /** Counts kernels lost and found: what is loaded meanwhile is for the last one alone. */
  private switches = 0;
  /** Whether the page is connected to a kernel, and whether that knows this widget. */
  private readonly link: { connected?: boolean; known: boolean } = { known: true };
  private before: boolean | undefined;
  /** What was looked at when the kernel went. */
  private wished: Store["picture"] | undefined;

  constructor(
    private readonly model: WidgetModel,
    private readonly store: Store,
    private readonly turns: Turns,
  ) {
    this.kernel = new KernelEngine(model, store, (known) => this.take({ known }));
  }

  advance(n: number, ahead?: boolean): Promise<number> {
    return this.current.advance(n, ahead);
  }

  goTo(step: number): void {
    this.current.goTo(step);
  }

  reset(start: Record<string, number>): void {
    this.current.reset(start);
  }

  served(): Promise<void> {
    return this.current.served();
  }

  evaluate(low: number, high: number, along?: Along): Promise<boolean> {
    return this.current.evaluate(low, high, along);
  }

  plane(question: PlaneQuestion): Promise<boolean> {
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

  /**
   * Follows whether there is a kernel, by a model that it has made, or where that does not tell by
   * what is heard; returns what ends that.
   */
  watch(child: ChildModel | "unknown" | undefined): () => void {
    if (child === "unknown") {
      this.take({ connected: true });
      return this.kernel.heedSilence();
    }
    const look = (): void => this.take({ connected: child?.comm_live ?? false });
    child?.on("comm_live_update", look);
    look();
    return () => child?.off("comm_live_update", look);
  }

  private take(news: { connected?: boolean; known?: boolean }): void {
    Object.assign(this.link, news);
    const { connected, known } = this.link;
    if (connected === undefined) return;
    const alive = connected && known;
    const { before } = this;
    if (alive === before) return;
    this.before = alive;
    if (!alive) this.lose(before === true);
    else if (before === false) this.find();
  }

  /** Has this page compute, where it is offered. */
  goOn(): boolean {
    const { store, ready } = this;
    if (!ready) return false;
    const { switches } = this;
    try {
      this.page = new ready.module.BrowserEngine(
        store,
        ready.calculator,
        (name, value) => this.model.set(name, value),
        (reason) => {
          if (switches === this.switches) this.giveUp(reason);
        },
      );
    } catch (error) {
      store.replay(this.replayed(error));
      return false;
    }
    store.computeHere();
    this.ready = undefined;
    this.turns.taken(ready.module);
    return true;
  }

  close(): void {
    this.switches += 1;
    this.kernel.close();
    this.page?.close();
    this.release();
  }

  private get current(): Engine {
    return this.page ?? this.kernel;
  }

  /** Computes here where there never was a kernel, else when that is wanted. */
  private async lose(lived: boolean): Promise<void> {
    const { store } = this;
    this.turns.dropped();
    this.kernel.abandon();
    if (this.page) return;
    store.loseKernel(lived);
    const wished = store.picture;
    this.wished = wished;
    const chosen = lived && wished === "one";
    if (store.plane && !chosen) this.showSavedPlane(store.plane);
    // Nothing draws a plane yet, and what can may take a while to load.
    else if (!lived) store.view("one");
    this.switches += 1;
    const { switches } = this;
    let ready: Ready | undefined;
    let refusal = "";
    try {
      ready = await this.prepare();
    } catch (error) {
      refusal = this.replayed(error);
    }
    if (switches !== this.switches) {
      ready?.calculator.close();
      return;
    }
    this.ready = ready;
    store.explain(refusal);
    if (!lived) this.goOn();
    else if (ready) store.offer();
    const picture = lived || store.picture !== "one" ? store.picture : wished;
    if (!store.plane && picture !== "one") store.view(store.draws(picture) ? picture : "one");
  }

  /** What this page computes is wrong: from here on it replays what was recorded. */
  private giveUp(reason: string): void {
    this.page?.close();
    this.page = undefined;
    this.turns.dropped();
    this.store.replay(this.replayed(reason));
    this.turns.taken();
  }

  /** The kernel is what counts again: what this page computed meanwhile is forgotten. */
  private find(): void {
    const { store, page } = this;
    this.switches += 1;
    this.release();
    store.findKernel();
    // One that was but busy has the picture drawn that was looked at.
    if (!store.plane && this.wished && this.wished !== store.picture) store.view(this.wished);
    if (!page) return;
    page.close();
    this.page = undefined;
    store.replaceRuns([]);
    this.turns.dropped();
    this.turns.taken();
    this.kernel.sync();
  }

  /** Loads what was exported to compute with; rejects with the reason why it cannot be. */
  private async prepare(): Promise<Ready> {
    const { model, store } = this;
    const saved = model.get("_programs") as { reason?: unknown } | undefined;
    if (saved?.reason) throw new Error(String(saved.reason));
    await idle(); // the picture comes first
    const shared = await sharedModel(model).catch(() => undefined);
    const script = String(shared?.get("engine") ?? "");
    const { texts } = store;
    const module = await load(script, texts);
    const remark = (directive: string): void => store.remarkOn(texts.workerForbidden(directive));
    return { module, calculator: module.read(saved, store.names, script, remark) };
  }

  private replayed(error: unknown): string {
    const { replayed, said } = this.store.texts;
    return replayed(said(sentenceOf(error)));
  }

  private release(): void {
    this.ready?.calculator.close();
    this.ready = undefined;
  }

  /** What was saved is shown: most planes that are not there never come without a kernel. */
  private showSavedPlane({ slice, x, y }: PlaneAnswer): void {
    if (slice === "two") this.store.view("two", [x, y]);
    else this.store.view(slice);
  }
}
