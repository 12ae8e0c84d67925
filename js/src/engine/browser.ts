/** The engine in this page, for a page without a kernel. */

import type { Engine } from "../engine.ts";
import type { Along, Choices, Coming, LookQuestion, PlaneQuestion } from "../protocol.ts";
import { columnsOf } from "../rows.ts";
import type { Run, Store } from "../store.ts";
import { texts } from "../texts.ts";
import { type Kind, type LocalRun, LocalTimeline } from "./local-timeline.ts";
import * as pictures from "./page-pictures.ts";
import { OWN, Rates } from "./rates.ts";
import { MOST_SECONDS, MOST_STEPS_A_CALL, recompute, stateAt } from "./recompute.ts";
import { Shuffles } from "./shuffles.ts";
import type { Calculator, State, Way } from "./states.ts";

/** The settings that are put back when they are refused, by the names of their traits. */
export type Put = (
  trait: "learning_rate" | "optimizer" | "batch_size",
  value: string | number,
) => void;

const OVERDUE_MS = 1000;
const IDLE_MS = 100;
const MOST_RUN_STEPS = 10_000_000;
const LARGEST = 3.4028234663852886e38;
const SMALLEST_RATE = 1.1754943508222875e-38;

/**
 * Does what the kernel does, one thing after the other, and tells the store in deltas as the
 * kernel would. The recorded steps are taken again first: the states that steps go on from
 * are not saved.
 */
export class BrowserEngine implements Engine {
  readonly alive = true;
  private readonly timeline: LocalTimeline;
  private readonly shuffles = new Map<number, Shuffles>();
  /** When the states of a run are there; rejects with the reason why they never will be. */
  private readonly ready = new Map<number, Promise<void>>();
  private way: Way;
  private turn: Promise<unknown> = Promise.resolve();
  /** Counts what makes steps under way pointless, and what makes the record so. */
  private begun = 0;
  private forgotten = 0;
  private goingTo = 0;
  /** Whether somebody waits for the record, which is taken again in idle moments otherwise. */
  private awaited = false;
  private looked: { run: LocalRun; state: State } | undefined;
  private readonly savedCurve;
  private readonly views = new Map<string, pictures.View>();

  constructor(
    private readonly store: Store,
    private readonly calculator: Calculator,
    private readonly put: Put,
  ) {
    this.way = this.wayOf(store);
    this.timeline = new LocalTimeline(this.ratesOf(store), (way) => this.kindOf(way));
    this.savedCurve = store.curve;
    const { plane } = store;
    if (plane?.recorded) {
      this.views.set(`${plane.x} ${plane.y}`, [plane.lowX, plane.highX, plane.lowY, plane.highY]);
    }
    this.adopt();
  }

  /** Of what the kernel offered, what this page can compute with. */
  offers(choices: Choices): Choices {
    const { optimizers, batchSizes, schedule } = this.calculator.portable;
    const listed = choices.optimizers.filter((name) => optimizers[name]);
    return {
      optimizers: listed.length ? listed : Object.keys(optimizers),
      decays: choices.decays.filter((name) => name !== OWN || schedule !== null),
      batchSizes: [...batchSizes].sort((a, b) => a - b),
      problems: [],
    };
  }

  /** Takes the settings that the store has now; what cannot be is put back, and said. */
  follow(): void {
    const { store, timeline } = this;
    const { learningRate, runSteps } = store;
    if (!(learningRate >= SMALLEST_RATE && learningRate <= LARGEST)) {
      this.refuse("learning_rate", texts.notRate);
      this.put("learning_rate", timeline.rates.base);
    } else if (!(Number.isInteger(runSteps) && runSteps >= 1 && runSteps <= MOST_RUN_STEPS)) {
      this.refuse("run_steps", texts.notSteps);
    } else {
      this.followRates();
      this.followWay();
    }
  }

  async advance(n: number): Promise<number> {
    const id = this.store.run?.id;
    const { begun } = this;
    let seconds = 0;
    await this.inTurn(async () => {
      const { timeline } = this;
      if (timeline.run?.header.id !== id) return;
      let left = n;
      while (left > 0 && begun === this.begun) {
        if (timeline.forks) await this.fork();
        const { run } = timeline;
        if (!run) return;
        const recorded = Math.min(left, timeline.last - timeline.cursor);
        if (recorded > 0) {
          timeline.lookAt(timeline.cursor + recorded);
          this.tell(run);
          left -= recorded;
          this.tellWhereItLeads();
          continue;
        }
        if (run.header.status !== "ready") return;
        const state = await this.stateAt(run, timeline.last, true);
        const rates = timeline.rates.at(state.step, Math.min(left, MOST_STEPS_A_CALL));
        const stretch = await this.calculator.run(run.way, state, rates);
        seconds += stretch.seconds;
        const coming = await this.comingAfter(run.way, stretch.state);
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
    const { rates } = timeline;
    this.goingTo += 1;
    this.inTurn(() => {
      this.goingTo -= 1;
      timeline.lookAt(Math.min(step, timeline.last), rates);
    }).catch(() => {});
    this.tellWhereItLeads();
  }

  reset(start: Record<string, number>): void {
    this.begun += 1;
    const names = Object.keys(start);
    this.inTurn(
      async () => {
        const { timeline, way } = this;
        const params = { ...this.params, ...start };
        const state = await this.started(way, params);
        this.forgotten += 1;
        timeline.reset(way, state, params);
        this.store.origin = texts.computedHere;
        await this.tellOfNew(state);
      },
      names.length === 1 ? names[0] : "start",
    ).catch(() => {});
  }

  async evaluate(low: number, high: number, along?: Along): Promise<void> {
    const { run } = this.timeline;
    if (!run) return;
    const { leaves } = await this.stateAt(run, along?.step ?? 0);
    const name = along?.name ?? this.store.names.learning;
    const curve = await pictures.curveOf(this.calculator, leaves, name, [low, high]);
    if (run !== this.timeline.run) return;
    this.store.detail = curve;
    this.store.changed();
  }

  async plane(question: PlaneQuestion): Promise<void> {
    const { run } = this.timeline;
    const recorded = this.recorded(run);
    if (!run || !recorded || !this.store.draws(question.slice)) throw new Error(texts.noSuchPlane);
    const { leaves } = await this.stateAt(run, this.timeline.cursor);
    const { x, y } = question;
    const { rows } = recorded;
    const key = `${x} ${y}`;
    const view = question.view ?? pictures.viewOf(this.views.get(key), rows, [x, y]);
    if (!question.view && !this.views.has(key)) this.views.set(key, view);
    const { count, recorded: names } = this.store.names;
    const share = names.length === count ? pictures.explainedBy(rows, names, [x, y]) : null;
    this.store.plane = await pictures.planeOf(this.calculator, leaves, question, view, share);
    this.store.changed();
  }

  async look({ step, low, high }: LookQuestion): Promise<void> {
    const { run } = this.timeline;
    const { store, calculator } = this;
    if (!run) return;
    const state = await this.stateAt(run, Math.min(step, run.header.last));
    const batch = this.batches(run.way)?.batch(state.step);
    const { learning } = store.names;
    const curve =
      batch && low < high
        ? await pictures.curveOf(calculator, state.leaves, learning, [low, high], batch)
        : undefined;
    const look = await pictures.lookOf(calculator, state, batch, curve);
    if (run !== this.timeline.run) return;
    // A model that could not be exported stays as it was saved.
    const { batchValues, batchLosses } = look;
    const kept = store.look?.kept && !look.figure;
    store.look = kept && store.look ? { ...store.look, batchValues, batchLosses } : look;
    store.changed();
  }

  clear(): void {
    this.inTurn(() => {
      this.timeline.clear();
      this.tellWhereItLeads();
      const { run } = this.timeline;
      if (run) this.tell(run);
    }).catch(() => {});
  }

  /** Nobody saves what this page computes. */
  rest(): void {}

  close(): void {
    this.begun += 1;
    this.forgotten += 1;
    this.calculator.close();
  }

  /** Takes the runs that are recorded for its own; without any it begins one. */
  private adopt(): void {
    const { store, timeline } = this;
    const runs = store.runs.map((run) => this.adopted(run));
    if (runs.length === 0) {
      this.reset({});
      return;
    }
    const changed = new Rates(store.rateOnArrival);
    timeline.adopt(runs, store.cursor, store.forks ? changed : timeline.rates);
    store.origin = texts.recomputing;
    const { forgotten } = this;
    const found = new Findings();
    let before: Promise<void> = Promise.resolve();
    for (const run of [...runs].reverse()) {
      const done = before.then(() => this.recompute(run, forgotten, found));
      this.ready.set(run.header.id, done);
      before = done.catch((error: Error) => found.fail(error, run === runs.at(-1)));
    }
    before.then(() => {
      if (forgotten !== this.forgotten) return;
      store.origin = found.text;
      store.changed();
    });
  }

  private adopted(run: Run): LocalRun {
    const { rows, envelope: _, expected: __, ...header } = run;
    const settings = header.settings;
    const { optimizer, batchSize } = settings ?? this.way;
    const base = rows.row(0).rate;
    return {
      header: { ...header, last: rows.last },
      way: { optimizer, batchSize },
      snapshots: undefined,
      begun: { base, decay: settings?.decay ?? "" },
    };
  }

  private async recompute(run: LocalRun, forgotten: number, found: Findings): Promise<void> {
    const recorded = this.recorded(run);
    const { settings, params } = run.header;
    if (!recorded || !settings) throw new Error(texts.noRunSettings);
    const { base, decay, runSteps } = settings;
    const rates = new Rates(base, decay, runSteps, this.calculator.portable.schedule);
    const { rows } = recorded;
    const going = async (seconds: number): Promise<boolean> => {
      found.seconds += seconds;
      if (found.seconds > MOST_SECONDS) throw new Error(texts.tooLong);
      if (!this.awaited) await idle();
      return forgotten === this.forgotten;
    };
    const done = await recompute(this.calculator, { way: run.way, params, rows, rates }, going);
    if (!done) throw new Error(texts.noRunSettings);
    run.snapshots = done.snapshots;
    found.take(done.identical, done.difference);
    if (done.rows && run === this.timeline.run) {
      this.tell(run, 0, done.rows, this.store.coming ?? null, true);
    }
  }

  private async fork(): Promise<void> {
    const { timeline } = this;
    const { run } = timeline;
    if (!run) return;
    timeline.fork(await this.stateAt(run, timeline.cursor, true));
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

  private followWay(): void {
    const before = this.way;
    const way = this.wayOf(this.store);
    const other = way.optimizer !== before.optimizer;
    if (!other && way.batchSize === before.batchSize) return;
    this.way = way;
    this.begun += 1;
    const field = other ? "optimizer" : "batch_size";
    this.inTurn(async () => {
      const state = await this.started(way, this.params);
      this.timeline.restart(way, state, this.params);
      await this.tellOfNew(state);
    }, field).catch(() => {
      this.way = before;
      this.put("optimizer", before.optimizer);
      this.put("batch_size", before.batchSize);
    });
  }

  private async started(way: Way, params: Record<string, number>): Promise<State> {
    const { portable } = this.calculator;
    const { optimizers, batchSizes } = portable;
    const known = optimizers[way.optimizer] && batchSizes.includes(way.batchSize);
    if (!known) throw new Error(texts.noSuchWay);
    for (const [name, value] of Object.entries(params)) {
      const finite = Math.abs(value) <= LARGEST;
      if (!finite) throw new Error(texts.notNumber(texts.start(name)));
    }
    const rate = this.timeline.rates.at(0, 1)[0] as number;
    return await this.calculator.init(way, params, rate);
  }

  /** Where the current run started; without one, where the problem does. */
  private get params(): Record<string, number> {
    const { run } = this.timeline;
    if (run) return run.header.params;
    const { leaves, start } = this.calculator.portable;
    const scalars = leaves.map(({ name }, at) => [name, start[at]?.[0] ?? Number.NaN] as const);
    return Object.fromEntries(scalars.filter(([name]) => name !== ""));
  }

  /** The state at a step of a run; rejects with a sentence where it cannot be had. */
  private async stateAt(run: LocalRun, step: number, awaited = false): Promise<State> {
    this.awaited ||= awaited;
    try {
      await this.ready.get(run.header.id);
    } catch (error) {
      throw new Error(texts.notRecomputed(message(error)));
    } finally {
      this.awaited &&= !awaited;
    }
    const recorded = this.recorded(run);
    const { looked } = this;
    let from = run.snapshots?.before(step);
    if (!from || !recorded) throw new Error(texts.notRecomputed(texts.noRunSettings));
    const nearer = looked?.run === run && looked.state.step <= step ? looked.state : from;
    if (nearer.step > from.step) from = nearer;
    const state = await stateAt(this.calculator, run.way, recorded.rows, from, step);
    this.looked = { run, state };
    return state;
  }

  private recorded(run: LocalRun | undefined): Run | undefined {
    return this.store.runs.find(({ id }) => id === run?.header.id);
  }

  /** Tells the store of a run: rows from `start` on, and where the coming step leads. */
  private tell(
    { header }: LocalRun,
    start = header.last + 1,
    rows: Float32Array = new Float32Array(),
    coming: Coming | null = null,
    stay = this.goingTo > 0,
  ): void {
    const { runs, cursor, rateOnArrival } = this.timeline;
    this.store.apply(
      {
        kind: "delta",
        run: header,
        runs: runs.map((run) => run.header.id),
        start,
        cursor,
        rateOnArrival,
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
    const coming = await this.comingAfter(run.way, state);
    this.tell(run, 0, state.row, coming);
    this.drawCurve(run, state).catch(() => {});
  }

  /** Where the step after the cursor leads, once what is under way is done. */
  private tellWhereItLeads(): void {
    const lead = async (): Promise<void> => {
      const { timeline, goingTo } = this;
      const { run, cursor } = timeline;
      if (goingTo > 0 || !run || this.plain(run.way)) return;
      const coming = await this.comingAfter(run.way, await this.stateAt(run, cursor));
      if (coming && run === timeline.run && cursor === timeline.cursor) {
        this.tell(run, undefined, undefined, coming);
      }
    };
    this.turn.then(lead).catch(() => {});
  }

  private async comingAfter(way: Way, state: State): Promise<Coming | null> {
    if (this.plain(way) || state.status !== "ready") return null;
    const { rates } = this.timeline;
    const rate = rates.at(state.step, 1)[0] as number;
    return await this.calculator.coming(way, state, rate, !rates.constant);
  }

  /** Whether value - rate * gradient says where a step leads. */
  private plain({ optimizer }: Way): boolean {
    const kind = this.calculator.portable.optimizers[optimizer];
    return kind?.plain === true && this.timeline.rates.constant;
  }

  private async drawCurve(run: LocalRun, { leaves, row }: State): Promise<void> {
    const { store } = this;
    const ends = pictures.endsAbout(this.savedCurve, row[0] as number);
    const curve = await pictures.curveOf(this.calculator, leaves, store.names.learning, ends);
    if (run !== this.timeline.run) return;
    store.curve = { low: ends[0], high: ends[1], ...curve };
    store.detail = undefined;
    store.changed();
  }

  private kindOf(way: Way): Kind {
    const batches = this.batches(way);
    return {
      extras: pictures.extrasOf(this.store.names, batches !== undefined),
      batches: batches ? { size: batches.size, count: batches.count } : null,
      takesRate: this.calculator.portable.optimizers[way.optimizer]?.takesRate ?? true,
    };
  }

  /** Which samples its steps read; undefined where it is all. */
  private batches({ batchSize }: Way): Shuffles | undefined {
    const { samples, seed } = this.calculator.portable;
    if (batchSize === 0) return undefined;
    const known = this.shuffles.get(batchSize) ?? new Shuffles(samples, batchSize, seed);
    this.shuffles.set(batchSize, known);
    return known;
  }

  private wayOf({ optimizer, batchSize }: Way): Way {
    return { optimizer, batchSize: batchSize < this.calculator.portable.samples ? batchSize : 0 };
  }

  private ratesOf({ learningRate, decay, runSteps }: Store): Rates {
    return new Rates(learningRate, decay, runSteps, this.calculator.portable.schedule);
  }

  /** Acts when all before is done; what goes wrong is told beside `field`. */
  private inTurn(act: () => void | Promise<void>, field = ""): Promise<void> {
    const turn = this.turn.then(async () => {
      const timer = window.setTimeout(() => this.setWaiting(true), OVERDUE_MS);
      try {
        await act();
      } catch (error) {
        this.refuse(field, message(error));
        throw error;
      } finally {
        window.clearTimeout(timer);
        this.setWaiting(false);
      }
    });
    this.turn = turn.catch(() => {});
    return turn;
  }

  private refuse(field: string, sentence: string): void {
    this.store.tell({ field, message: sentence });
  }

  private setWaiting(waiting: boolean): void {
    if (this.store.waiting === waiting) return;
    this.store.waiting = waiting;
    this.store.changed();
  }
}

/** What came of taking the record again. */
class Findings {
  seconds = 0;
  private identical = true;
  private difference = 0;
  private reason = "";
  private partly = false;

  take(identical: boolean, difference: number): void {
    this.identical &&= identical;
    this.difference = Math.max(this.difference, difference);
  }

  /** `current` is the run that steps go on from. */
  fail(error: Error, current: boolean): void {
    if (current) this.reason = error.message;
    this.partly = true;
  }

  get text(): string {
    if (this.reason) return texts.notRecomputed(this.reason);
    const found = this.identical ? texts.recomputed : texts.recomputedApart(this.difference);
    return this.partly ? found + texts.notAllRuns : found;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Resolves when the page has nothing better to do. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => resolve(), { timeout: IDLE_MS });
    } else setTimeout(resolve, 0);
  });
}
