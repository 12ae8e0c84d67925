/** The engine in this page, for a page without a kernel. */

import type { Engine } from "../model/engine.ts";
import { columnsOf } from "../model/rows.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import {
  type Along,
  type Choices,
  type Curvature,
  isRate,
  isRunSteps,
  isStart,
  type LookQuestion,
  type NextUpdate,
  type PlaneQuestion,
} from "../protocol/messages.ts";
import { engineTexts, engineTextsOf } from "../text/engine-texts.ts";
import { sentenceOf } from "../text/sentence.ts";
import { Shuffles } from "./batching.ts";
import { extrasOf } from "./descent.ts";
import { PagePictures } from "./figure-data.ts";
import { MOST_STEPS_A_CALL } from "./replay.ts";
import { RunStates } from "./run-states.ts";
import { CUSTOM, Rates } from "./schedules.ts";
import type { Calculator, RunSpec, State } from "./states.ts";
import { type Kind, type LocalRun, LocalTimeline } from "./timeline.ts";

/** The settings that are put back when they are refused, by the names of their traits. */
export type Put = (
  trait: "learning_rate" | "decay" | "optimizer" | "batch_size" | "run_steps",
  value: string | number,
) => void;

const OVERDUE_MS = 1000;

/**
 * Does what the kernel does, one thing after the other, and tells the store in deltas as the
 * kernel would. The recorded steps are taken again first: the states that steps go on from
 * are not saved.
 */
export class BrowserEngine implements Engine {
  private readonly timeline: LocalTimeline;
  private readonly states: RunStates;
  private readonly pictures: PagePictures;
  private readonly shuffles = new Map<number, Shuffles>();
  private spec: RunSpec;
  private turn: Promise<unknown> = Promise.resolve();
  /** Counts what makes steps under way pointless. */
  private begun = 0;
  private goingTo = 0;
  /** Whether it is being computed where the coming step leads, and whether that is wanted anew. */
  private leading = false;
  private leadWanted = false;
  /** Whether settings are brought back, one after the other: they hold when all are there. */
  private bringsBack = false;

  /**
   * Throws a sentence where the settings of the store are none to compute with; `wrong` is told
   * where the recorded steps show that what is computed here is wrong.
   */
  constructor(
    private readonly store: Store,
    private readonly calculator: Calculator,
    private readonly put: Put,
    wrong: (reason: string) => void,
  ) {
    this.spec = this.specOf(store);
    this.timeline = new LocalTimeline(
      this.ratesOf(store),
      (spec) => this.kindOf(spec),
      (run, step) => this.rateOf(run, step),
    );
    this.states = new RunStates(store, calculator);
    this.pictures = new PagePictures(store, calculator, this.timeline, this.states);
    const { timeline } = this;
    const runs = store.runs.map((run) => this.adopted(run));
    if (runs.length === 0) {
      this.reset({});
      return;
    }
    timeline.adopt(runs, store.cursor);
    const filled = (run: LocalRun, rows: Float32Array): void => {
      if (run === timeline.run) this.tell(run, 0, rows, store.coming ?? null, true);
    };
    this.states.retake(runs, filled, wrong);
    const { run } = timeline;
    if (run && !store.curve) {
      const drawn = this.states.at(run, 0).then((state) => this.pictures.redCurve(run, state));
      drawn.catch(() => {});
    }
  }

  /** Of what the kernel offered, what this page can compute with. */
  offers(choices: Choices): Choices {
    const { optimizers, batchSizes, schedule } = this.calculator.portable;
    const listed = choices.optimizers.filter((name) => optimizers[name]);
    return {
      optimizers: listed.length ? listed : Object.keys(optimizers),
      decays: choices.decays.filter((name) => name !== CUSTOM || schedule !== null),
      batch_sizes: [...batchSizes].sort((a, b) => a - b),
      problems: [],
    };
  }

  /** Takes the settings that the store has now; what cannot be is put back, and said. */
  follow(): void {
    if (this.bringsBack) return;
    const { store, timeline } = this;
    const { learningRate, runSteps } = store;
    if (!isRate(learningRate)) {
      this.refuse("learning_rate", store.texts.notRate);
      this.put("learning_rate", timeline.rates.peak);
    } else if (!isRunSteps(runSteps)) {
      this.refuse("run_steps", store.texts.notSteps);
    } else {
      try {
        this.followRates();
      } catch (error) {
        this.refuse("decay", sentenceOf(error));
        this.put("decay", timeline.rates.decay);
      }
      this.followSettings();
    }
  }

  async advance(n: number): Promise<number> {
    const id = this.store.run?.id;
    const { begun } = this;
    let seconds = 0;
    await this.inTurn(async () => {
      const { timeline } = this;
      if (!timeline.goesOn(id)) return;
      await this.filled();
      let left = n;
      while (left > 0 && begun === this.begun) {
        const recorded = timeline.stepsAsRecorded(left);
        if (recorded === 0 && timeline.cursor < timeline.last) await this.fork();
        const { run } = timeline;
        if (!run) return;
        if (recorded > 0) {
          timeline.cursor += recorded;
          this.tell(run);
          left -= recorded;
          this.tellWhereItLeads();
          continue;
        }
        if (run.header.status !== "ready") return;
        const state = await this.states.at(run, timeline.last, true);
        const rates = timeline.rates.at(state.step, Math.min(left, MOST_STEPS_A_CALL));
        const stretch = await this.calculator.run(run.spec, state, rates);
        seconds += stretch.seconds;
        const coming = await this.comingAfter(run.spec, stretch.state);
        if (begun !== this.begun || stretch.taken === 0) return;
        timeline.record(stretch.state);
        this.tell(run, state.step + 1, stretch.rows, coming);
        left -= stretch.taken;
      }
    });
    return seconds;
  }

  goTo(step: number): void {
    const { timeline } = this;
    this.goingTo += 1;
    this.inTurn(() => {
      this.goingTo -= 1;
      timeline.cursor = Math.min(step, timeline.last);
    }).catch(() => {});
    this.tellWhereItLeads();
  }

  reset(start: Record<string, number>): void {
    this.begun += 1;
    const names = Object.keys(start);
    this.inTurn(
      async () => {
        const { timeline, spec } = this;
        const params = { ...this.params, ...start };
        const state = await this.started(spec, params);
        if (names.length > 0) timeline.restart(spec, state, params);
        else {
          this.states.forget();
          timeline.reset(spec, state, params);
        }
        this.store.explain(engineTextsOf(this.store.texts).computedHere);
        await this.tellOfNew(state);
      },
      names.length === 1 ? names[0] : "start",
    ).catch(() => {});
  }

  served(): Promise<void> {
    return this.inTurn(() => {});
  }

  async evaluate(low: number, high: number, along?: Along): Promise<boolean> {
    await this.pictures.curve(low, high, along);
    return false;
  }

  async plane(question: PlaneQuestion): Promise<boolean> {
    await this.pictures.plane(question);
    return false;
  }

  look(question: LookQuestion): Promise<void> {
    const batches = this.timeline.run && this.batches(this.timeline.run.spec);
    return this.pictures.look(question, (step) => batches?.batch(step));
  }

  /** How sharply the loss curves at a step; undefined where that cannot be computed here. */
  async curvature(step: number): Promise<Curvature | undefined> {
    const { run, rates } = this.timeline;
    if (!run) return undefined;
    const state = await this.states.at(run, step);
    return this.calculator.curvature(run.spec, state, rates.at(step, 1)[0] ?? 0);
  }

  clear(): void {
    this.inTurn(() => {
      this.timeline.clear();
      this.tellWhereItLeads();
      const { run } = this.timeline;
      if (run) this.tell(run);
    }).catch(() => {});
  }

  /** Returns what brings runs, settings and cursor back as they are now. */
  layAside(): () => void {
    const { store, timeline, spec } = this;
    const { runs, cursor } = timeline;
    const { runs: shown, learningRate, runSteps, decay, optimizer, batchSize } = store;
    return () => {
      this.begun += 1;
      this.inTurn(() => {
        this.spec = spec;
        timeline.adopt(runs, cursor);
        this.bringsBack = true;
        this.put("optimizer", optimizer);
        this.put("batch_size", batchSize);
        this.put("decay", decay);
        this.put("run_steps", runSteps);
        this.put("learning_rate", learningRate);
        this.bringsBack = false;
        this.follow();
        store.replaceRuns(shown, cursor);
        this.tellWhereItLeads();
        const { run } = timeline;
        if (run) this.tell(run);
      }).catch(() => {});
    };
  }

  /** Nobody saves what this page computes. */
  rest(): void {}

  close(): void {
    this.begun += 1;
    this.states.forget();
    this.calculator.close();
  }

  private adopted(run: Run): LocalRun {
    const { rows, envelope: _, expected: __, ...header } = run;
    const { settings } = header;
    const { optimizer, batch_size: batchSize } = settings;
    return {
      header: { ...header, last: rows.last },
      spec: { optimizer, batchSize },
      snapshots: undefined,
    };
  }

  /** Waits for the next row of a long run, of which some were not saved. */
  private async filled(): Promise<void> {
    const { run, cursor, last } = this.timeline;
    if (!run || cursor === last || this.rateOf(run, cursor + 1) !== undefined) return;
    await this.states.at(run, cursor, true).catch(() => {});
  }

  private rateOf(run: LocalRun, step: number): number | undefined {
    const rows = this.states.recorded(run)?.rows;
    const index = rows?.indexOf(step) ?? 0;
    return rows?.stepAt(index) === step ? rows.column("learning_rate")?.at(index) : undefined;
  }

  private async fork(): Promise<void> {
    const { timeline } = this;
    const { run } = timeline;
    if (!run) return;
    timeline.fork(await this.states.at(run, timeline.cursor, true));
    if (timeline.run) this.tell(timeline.run);
  }

  private followRates(): void {
    const { store, timeline } = this;
    const rates = this.ratesOf(store);
    const { key, steps } = timeline.rates;
    if (rates.key === key && rates.steps === steps) return;
    timeline.rates = rates;
    store.set({ schedule: rates.sketch(store.runSteps) });
    this.tellWhereItLeads();
  }

  private followSettings(): void {
    const before = this.spec;
    const spec = this.specOf(this.store);
    const other = spec.optimizer !== before.optimizer;
    if (!other && spec.batchSize === before.batchSize) return;
    this.spec = spec;
    this.begun += 1;
    const field = other ? "optimizer" : "batch_size";
    this.inTurn(async () => {
      const state = await this.started(spec, this.params);
      this.timeline.restart(spec, state, this.params);
      await this.tellOfNew(state);
    }, field).catch(() => {
      if (this.spec !== spec) return;
      this.spec = before;
      this.put("optimizer", before.optimizer);
      this.put("batch_size", before.batchSize);
    });
  }

  private async started(spec: RunSpec, params: Record<string, number>): Promise<State> {
    const { portable } = this.calculator;
    const { optimizers, batchSizes } = portable;
    const { texts } = this.store;
    const known = optimizers[spec.optimizer] && batchSizes.includes(spec.batchSize);
    if (!known) throw new Error(engineTexts.notComputable);
    for (const [name, value] of Object.entries(params)) {
      if (!isStart(value)) throw new Error(texts.notNumber(texts.start(name)));
    }
    const rate = this.timeline.rates.at(0, 1)[0] as number;
    return await this.calculator.init(spec, params, rate);
  }

  /** Where the current run started; without one, where the problem does. */
  private get params(): Record<string, number> {
    const { run } = this.timeline;
    if (run) return run.header.params;
    const { leaves, start } = this.calculator.portable;
    const scalars = leaves.map(({ name }, at) => [name, start[at]?.[0] ?? Number.NaN] as const);
    return Object.fromEntries(scalars.filter(([name]) => name !== ""));
  }

  /** Tells the store of a run: rows from `start` on, and where the coming step leads. */
  private tell(
    { header }: LocalRun,
    start = header.last + 1,
    rows: Float32Array = new Float32Array(),
    coming: NextUpdate | null = null,
    stay = this.goingTo > 0,
  ): void {
    const { runs, cursor, nextRate } = this.timeline;
    this.store.apply(
      {
        kind: "delta",
        run: header,
        runs: runs.map((run) => run.header.id),
        start,
        cursor,
        rate: nextRate,
        recompiled: false,
        request: "",
        seconds: 0,
        columns: columnsOf(rows, 4 + header.extras.length),
        coming,
      },
      stay,
    );
  }

  private async tellOfNew(state: State): Promise<void> {
    const { run } = this.timeline;
    if (!run) return;
    const coming = await this.comingAfter(run.spec, state);
    this.tell(run, 0, state.row, coming);
    this.pictures.redCurve(run, state).catch(() => {});
  }

  /** Says where the step after the cursor leads, once what is under way is done. */
  private async tellWhereItLeads(): Promise<void> {
    this.leadWanted = true;
    if (this.leading) return;
    this.leading = true;
    while (this.leadWanted) {
      this.leadWanted = false;
      await this.turn;
      await this.lead();
    }
    this.leading = false;
  }

  private async lead(): Promise<void> {
    const { timeline } = this;
    const { run, cursor } = timeline;
    if (!run || this.plain(run.spec)) return;
    const coming = await this.states
      .at(run, cursor)
      .then((state) => this.comingAfter(run.spec, state))
      .catch(() => null);
    const there = run === timeline.run && cursor === timeline.cursor;
    if (there) this.tell(run, undefined, undefined, coming);
  }

  private async comingAfter(spec: RunSpec, state: State): Promise<NextUpdate | null> {
    if (this.plain(spec) || state.status !== "ready") return null;
    const { rates } = this.timeline;
    const rate = rates.at(state.step, 1)[0] as number;
    return await this.calculator.coming(spec, state, rate, !rates.constant);
  }

  /** Whether value - rate * gradient says where a step leads. */
  private plain({ optimizer }: RunSpec): boolean {
    const kind = this.calculator.portable.optimizers[optimizer];
    return kind?.plain === true && this.timeline.rates.constant;
  }

  private kindOf(spec: RunSpec): Kind {
    const batches = this.batches(spec);
    return {
      extras: extrasOf(this.store.names, this.calculator.portable.aux, batches !== undefined),
      batches: batches ? { size: batches.size, count: batches.count } : null,
      takes_rate: this.calculator.portable.optimizers[spec.optimizer]?.takes_rate ?? true,
    };
  }

  /** Which samples its steps read; undefined where it is all. */
  private batches({ batchSize }: RunSpec): Shuffles | undefined {
    const { samples, seed } = this.calculator.portable;
    if (batchSize === 0) return undefined;
    const known = this.shuffles.get(batchSize) ?? new Shuffles(samples, batchSize, seed);
    this.shuffles.set(batchSize, known);
    return known;
  }

  private specOf({ optimizer, batchSize }: RunSpec): RunSpec {
    return { optimizer, batchSize: batchSize < this.calculator.portable.samples ? batchSize : 0 };
  }

  private ratesOf({ learningRate, decay, runSteps }: Store): Rates {
    return new Rates(learningRate, decay, runSteps, this.calculator.portable.schedule);
  }

  /** Acts when all before is done; what goes wrong is told beside `field`. */
  private inTurn(act: () => void | Promise<void>, field = ""): Promise<void> {
    const turn = this.turn.then(async () => {
      const timer = window.setTimeout(() => this.store.wait(true), OVERDUE_MS);
      try {
        await act();
      } catch (error) {
        this.refuse(field, sentenceOf(error));
        throw error;
      } finally {
        window.clearTimeout(timer);
        this.store.wait(false);
      }
    });
    this.turn = turn.catch(() => {});
    return turn;
  }

  private refuse(field: string, sentence: string): void {
    this.store.tell({ field, message: this.store.texts.said(sentence) });
  }
}
