/** One widget in this page: its store, engine and player, shared by all its views. */

import { onChange, type WidgetModel } from "../dom/host.ts";
import { Player } from "../engines/player.ts";
import { EngineSwitch } from "../engines/switch.ts";
import type { Choice } from "../model/state.ts";
import { Store } from "../model/store.ts";
import {
  parseChoices,
  parseCurve,
  parseKeyframe,
  parseLook,
  parseNames,
  parsePlane,
} from "../protocol/parse.ts";
import type { Asking } from "../teaching/asking.ts";
import type { Comparing } from "../teaching/comparing.ts";
import { sentenceOf } from "../text/sentence.ts";
import type { Texts } from "../text/texts.ts";
import { Drawing } from "./drawing.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { loadPart } from "./parts.ts";
import { PendingRun } from "./pending.ts";
import { type TaughtPart, type Teaching, TOOLS } from "./teaching.ts";

const SETTINGS = [
  "learning_rate",
  "run_steps",
  "exact",
  "optimizer",
  "decay",
  "batch_size",
  "problem_name",
  "show",
  "scale",
  "fog",
  "_schedule",
  "_choices",
];

/** What of a widget needs what teaches: where one is set, that is saved. */
const TAUGHT = ["ruler", "_questions", "_comparison"];

const ASK_AFTER_MS = 300;

export class Session {
  readonly store: Store;
  readonly engine: EngineSwitch;
  readonly player: Player;
  /** Called with a sentence at each milestone. */
  readonly announcers = new Set<(sentence: string) => void>();
  readonly figures: Promise<Figures>;
  readonly drawing: Promise<Drawing>;
  /** What asks questions, where there are some. */
  readonly questions: Promise<Asking | undefined> | undefined;
  /** What moves runs together, where some are compared. */
  comparing: Comparing | undefined;
  private readonly pending: PendingRun;
  private askTimer = 0;
  private readonly taught: { [part in TaughtPart]?: Promise<unknown> } = {};
  private readonly forgets: (() => void)[] = [];

  constructor(
    readonly model: WidgetModel,
    texts: Texts,
  ) {
    this.store = new Store(parseNames(model.get("_names")), texts);
    this.pending = new PendingRun(this.store);
    this.engine = new EngineSwitch(model, this.store, {
      dropped: () => this.player.drop(),
      taken: (module) => {
        this.takeSettings();
        if (module) this.forgets.push(module.keepLink(this));
      },
    });
    this.player = new Player(this.engine, this.store, clock, (ending) => {
      const { row } = this.store;
      if (row && this.store.status === "ready") {
        this.announce(ending === "paused" ? texts.paused(row) : texts.runEnded(row));
      }
    });
    this.takeSettings();
    this.load();
    this.listen(SETTINGS, () => this.takeSettings());
    this.listen(["_curve"], () => this.takeCurve());
    this.takeRuler();
    this.listen(["ruler"], () => this.takeRuler());
    this.takeComparison();
    this.listen(["_comparison"], () => this.takeComparison());
    this.figures = figuresOf(model, (child) => this.forgets.push(this.engine.watch(child)));
    this.drawing = this.figures.then(
      ({ children }) => new Drawing(children, this.store, this.engine),
    );
    this.engine.kernel.sync();
    if (model.get("_questions")) this.questions = this.ask();
  }

  /** What all controls do; while a question is open they wait. */
  readonly actions = this.waiting({
    step: (): void => {
      this.store.tell(undefined);
      if (this.store.alive) this.pending.act(() => this.player.step());
      else this.actions.goTo(this.store.cursor + 1);
    },
    back: (): void => this.actions.goTo(this.store.cursor - 1),
    toggleRun: (): void => {
      const { store, player } = this;
      if (player.playing) player.pause();
      else if (!store.linked) this.actions.play(store.runSteps);
      else {
        if (store.cursor === store.last) this.actions.goTo(0);
        this.actions.play(store.last - store.cursor);
      }
    },
    play: (steps: number): void => {
      if (this.store.alive) this.pending.act(() => this.player.play(steps));
    },
    reset: (): void => this.actions.restart({}),
    restart: (start: Record<string, number>): void => {
      if (this.store.alive) this.begin(() => this.engine.reset(start));
    },
    goTo: (step: number): void => {
      this.player.pause();
      this.player.drop();
      this.store.tell(undefined);
      this.store.goTo(step);
      if (!this.store.alive) return;
      this.engine.goTo(this.store.cursor);
      this.player.restSoon();
    },
    last: (): number => this.store.last,
    start: (name: string, value: number): void => this.actions.restart({ [name]: value }),
    learningRate: (rate: number): void => {
      this.store.setRate(rate);
      this.set("learning_rate", rate);
    },
    runSteps: (steps: number): void => {
      this.store.set({ runSteps: steps });
      this.set("run_steps", steps);
    },
    /** Another decay holds from the next step; the others make a new run, which is awaited. */
    choose: (name: Choice, value: string | number): void => {
      if (name !== "decay") this.begin(() => this.set(name, value));
      else {
        this.store.tell(undefined);
        this.set(name, value);
      }
    },
    clear: (): void => {
      if (this.store.alive) this.engine.clear();
    },
    /** Computes in this page, where a kernel has gone. */
    goOn: (): void => {
      if (this.store.offered && this.engine.goOn()) this.announce(this.store.texts.goneOn);
    },
  });

  /** Whether what teaches is at hand: a page without a kernel has it where it was saved. */
  get teaches(): boolean {
    const { model, store } = this;
    return store.engine === "kernel" || TAUGHT.some((name) => model.get(name));
  }

  /** What teaches or presents, loaded once; a failure is not for ever. */
  teaching<Module = Teaching>(part: TaughtPart = "teaching"): Promise<Module> {
    this.taught[part] ??= loadPart<Module>(this.model, part).catch((error) => {
      delete this.taught[part];
      throw error;
    });
    return this.taught[part] as Promise<Module>;
  }

  /** Lets go of the widget, when its problem has become another. */
  close(): void {
    this.player.drop();
    this.engine.close();
    window.clearTimeout(this.askTimer);
    for (const forget of this.forgets.splice(0)) forget();
  }

  private listen(names: readonly string[], callback: () => void): void {
    this.forgets.push(onChange(this.model, names, callback));
  }

  private announce(sentence: string): void {
    for (const announcer of this.announcers) announcer(sentence);
  }

  /** Asks for a new run: nothing more is taken of this one, and what is done next waits for it. */
  private begin(ask: () => void): void {
    this.store.tell(undefined);
    this.player.drop();
    ask();
    this.pending.begin(() => this.engine.served());
  }

  /** Nothing is told before what asks says that it may be. */
  private async ask(): Promise<Asking | undefined> {
    const { store } = this;
    store.hide(true);
    try {
      const { Asking } = await this.teaching();
      const asking = new Asking(this, TOOLS);
      this.forgets.push(() => asking.close());
      return asking;
    } catch (error) {
      console.error(error);
      store.hide(false);
      store.tell({ field: "", message: store.texts.noQuestions });
      return undefined;
    }
  }

  /** Has actions do nothing while a question is open; that a kernel has gone is no part of it. */
  private waiting<Actions extends Record<string, (...given: never[]) => unknown>>(
    actions: Actions,
  ): Actions {
    const held = Object.entries(actions).map(([name, act]) => [
      name,
      (...given: never[]) => (this.store.hides && name !== "goOn" ? 0 : act(...given)),
    ]);
    return Object.fromEntries(held);
  }

  set(name: string, value: string | number): void {
    if (this.store.engine === "kernel") this.engine.kernel.set(name, value);
    this.model.set(name, value);
    this.model.save_changes();
  }

  private load(): void {
    const { model, store } = this;
    const { texts } = store;
    this.takeCurve();
    this.read(texts.unreadablePicture, () => store.showPlane(parsePlane(model.get("_plane"))));
    this.read(texts.unreadablePicture, () => store.showLook(parseLook(model.get("_look"))));
    this.read(texts.unreadable, () => store.load(parseKeyframe(model.get("_keyframe"))));
  }

  private takeRuler(): void {
    this.store.rule(this.model.get("ruler") === true);
  }

  private async takeComparison(): Promise<void> {
    if (this.comparing || !this.model.get("_comparison")) return;
    try {
      const { Comparing } = await this.teaching();
      this.comparing ??= new Comparing(this.model, this.store, TOOLS);
      this.forgets.push(() => this.comparing?.close());
    } catch (error) {
      console.error(error);
    }
  }

  private takeCurve(): void {
    this.read(this.store.texts.unreadablePicture, () => {
      const curve = parseCurve(this.model.get("_curve"));
      if (curve) this.store.showCurve(curve);
    });
  }

  /** Reads something that was saved, or says that it cannot be read. */
  private read(unreadable: string, take: () => void): void {
    try {
      take();
    } catch (error) {
      const { gap, said } = this.store.texts;
      this.store.tell({ field: "", message: `${unreadable}${gap}${said(sentenceOf(error))}` });
    }
  }

  private takeSettings(): void {
    const { model, store } = this;
    const { page } = this.engine;
    const choices = parseChoices(model.get("_choices"));
    // What is damaged stays as it is.
    const kept = <Kind>(name: string, now: Kind): Kind => {
      const saved = model.get(name);
      const fits = typeof saved === typeof now && Array.isArray(saved) === Array.isArray(now);
      return fits ? (saved as Kind) : now;
    };
    store.set({
      learningRate: kept("learning_rate", store.learningRate),
      runSteps: kept("run_steps", store.runSteps),
      exact: kept("exact", store.exact),
      optimizer: kept("optimizer", store.optimizer),
      decay: kept("decay", store.decay),
      batchSize: kept("batch_size", store.batchSize),
      problem: kept("problem_name", store.problem),
      parts: kept("show", store.parts),
      scale: kept("scale", store.scale),
      fog: kept("fog", store.fog),
      schedule: page ? store.schedule : kept("_schedule", store.schedule),
      choices: page?.offers(choices) ?? choices,
    });
    if (page) page.follow();
    else this.askWhereItLeads();
  }

  /**
   * After other settings only the kernel knows where the next step leads. It says so when it
   * has taken them; if that does not come, it is asked, without being told where to look.
   */
  private askWhereItLeads(): void {
    window.clearTimeout(this.askTimer);
    this.askTimer = window.setTimeout(() => {
      const { store } = this;
      const unknown = store.row && store.comingValue === undefined && store.status === "ready";
      if (unknown && store.engine === "kernel" && !store.playing) this.engine.kernel.sync();
    }, ASK_AFTER_MS);
  }
}

const clock = {
  now: (): number => performance.now(),
  frame: (callback: () => void): void => {
    requestAnimationFrame(callback);
  },
  timeout: (callback: () => void, milliseconds: number): number =>
    window.setTimeout(callback, milliseconds),
  cancel: (timeout: number): void => window.clearTimeout(timeout),
};
