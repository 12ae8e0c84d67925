/** The states of all runs: those of recorded ones by taking their steps again. */

import { idle } from "../dom/idle.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { engineTexts, engineTextsOf } from "../text/engine-texts.ts";
import { sentenceOf } from "../text/sentence.ts";
import type { Texts } from "../text/texts.ts";
import { type Recomputed, recompute, stateAt, WrongSteps } from "./replay.ts";
import { Rates } from "./schedules.ts";
import type { Calculator, State } from "./states.ts";
import type { LocalRun } from "./timeline.ts";

/** How long taking recorded steps again may take altogether, in seconds. */
const MOST_SECONDS = 10;

export class RunStates {
  /** When the states of a run are there; rejects with the reason why they never will be. */
  private readonly ready = new Map<number, Promise<void>>();
  /** Whether somebody waits for them; otherwise they are computed in idle moments. */
  private awaited = 0;
  private wanted = true;
  private looked: { run: LocalRun; state: State } | undefined;

  constructor(
    private readonly store: Store,
    private readonly calculator: Calculator,
  ) {}

  /**
   * Takes the steps of recorded runs again; `filled` gets all rows of one where some were
   * missing, `wrong` is told the reason where what is computed here is not the same problem.
   */
  retake(
    runs: readonly LocalRun[],
    filled: (run: LocalRun, rows: Float32Array) => void,
    wrong: (reason: string) => void,
  ): void {
    const { store } = this;
    store.explain(engineTextsOf(store.texts).recomputing);
    const found = new Findings(store.texts);
    let before: Promise<void> = Promise.resolve();
    for (const run of [...runs].reverse()) {
      const done = before.then(async () => {
        const rows = await this.retakeOne(run, found);
        if (rows) filled(run, rows);
      });
      this.ready.set(run.header.id, done);
      before = done.catch((error: Error) => {
        if (error instanceof WrongSteps) wrong(error.message);
        found.fail(error, run === runs.at(-1));
      });
    }
    before.then(() => {
      if (this.wanted) store.explain(found.text);
    });
  }

  /** Cares no more for recorded runs. */
  forget(): void {
    this.wanted = false;
  }

  /** The state at a step of a run; rejects with a sentence where it cannot be had. */
  async at(run: LocalRun, step: number, urgent = false): Promise<State> {
    this.awaited += Number(urgent);
    try {
      await this.ready.get(run.header.id);
    } catch (error) {
      if (error instanceof WrongSteps) throw error;
      throw new Error(this.notRecomputed(sentenceOf(error)));
    } finally {
      this.awaited -= Number(urgent);
    }
    const recorded = this.recorded(run);
    const from = run.snapshots?.before(step);
    if (!from || !recorded) throw new Error(this.notRecomputed(engineTexts.noRunSettings));
    const { looked } = this;
    const nearer = looked?.run === run && looked.state.step <= step ? looked.state : from;
    const nearest = nearer.step > from.step ? nearer : from;
    const state = await stateAt(this.calculator, run.spec, recorded.rows, nearest, step);
    this.looked = { run, state };
    return state;
  }

  /** The run as the store has it. */
  recorded(run: LocalRun | undefined): Run | undefined {
    return this.store.runs.find(({ id }) => id === run?.header.id);
  }

  private notRecomputed(reason: string): string {
    const { texts } = this.store;
    return engineTextsOf(texts).notRecomputed(texts.said(reason));
  }

  private async retakeOne(run: LocalRun, found: Findings): Promise<Float32Array | undefined> {
    const rows = this.recorded(run)?.rows;
    const { settings, params } = run.header;
    if (!rows) throw new Error(engineTexts.noRunSettings);
    const { peak, decay, run_steps } = settings;
    const rates = new Rates(peak, decay, run_steps, this.calculator.portable.schedule);
    const going = async (seconds: number): Promise<boolean> => {
      found.seconds += seconds;
      if (found.seconds > MOST_SECONDS) throw new Error(engineTexts.tooLong);
      if (this.awaited === 0) await idle();
      return this.wanted;
    };
    const { aux } = this.calculator.portable;
    const recorded = { spec: run.spec, params, rows, rates, aux };
    const done = await recompute(this.calculator, recorded, going);
    if (!done) return undefined;
    run.snapshots = done.snapshots;
    found.take(done);
    return done.rows;
  }
}

/** What came of taking the record again. */
class Findings {
  seconds = 0;
  private identical = true;
  private difference = 0;
  private parted: number | undefined;
  private reason = "";
  private partly = false;

  constructor(private readonly texts: Texts) {}

  take({ identical, difference, parted }: Recomputed): void {
    this.identical &&= identical;
    this.difference = Math.max(this.difference, difference);
    this.parted ??= parted;
  }

  /** `current` is the run that steps go on from. */
  fail(error: Error, current: boolean): void {
    if (current) this.reason = error.message;
    this.partly = true;
  }

  get text(): string {
    const texts = engineTextsOf(this.texts);
    if (this.reason) return texts.notRecomputed(this.texts.said(this.reason));
    const found = this.identical
      ? texts.recomputed
      : texts.recomputedApart(this.difference, this.parted);
    return this.partly ? found + texts.notAllRuns : found;
  }
}
