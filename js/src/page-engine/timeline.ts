/**
 * The runs that this page computes, and the step looked at; gdwidget/_history/timeline.py's mirror.
 */

import { goesOn } from "../model/runs.ts";
import type { Batches, RunHeader, RunSettings } from "../protocol/messages.ts";
import type { Rates } from "./schedules.ts";
import { Snapshots } from "./snapshots.ts";
import type { RunSpec, State } from "./states.ts";

/** How many runs are kept; the oldest is dropped first. */
const MOST_RUNS = 8;

/** What is known of an optimizer and its batches beside what they compute. */
export interface Kind {
  /** Names of the columns after the first four. */
  extras: string[];
  batches: Batches | null;
  takes_rate: boolean;
}

export interface LocalRun {
  header: RunHeader;
  readonly spec: RunSpec;
  /** Those of its states that are kept; none of a run that could not be computed again. */
  snapshots: Snapshots | undefined;
}

/**
 * `kind` says of each way what belongs to its runs, `rateOf` at which rate a recorded step was
 * taken, where that is known.
 */
export class LocalTimeline {
  runs: LocalRun[] = [];
  cursor = 0;
  private nextId = 1;

  constructor(
    public rates: Rates,
    private readonly kind: (spec: RunSpec) => Kind,
    private readonly rateOf: (run: LocalRun, step: number) => number | undefined,
  ) {}

  get run(): LocalRun | undefined {
    return this.runs.at(-1);
  }

  get last(): number {
    return this.run?.header.last ?? 0;
  }

  /** The rate of the step after the cursor; null where the schedule has none. */
  get nextRate(): number | null {
    try {
      return this.rates.at(this.cursor, 1)[0] as number;
    } catch {
      return null;
    }
  }

  /** Whether the current run is that one, or was forked from it. */
  goesOn(run: number | undefined): boolean {
    return goesOn(
      this.runs.map(({ header }) => header),
      run,
    );
  }

  /**
   * How many of the next steps, of up to so many, are those recorded; before the last one there
   * is none where the next step would fork a new run.
   */
  stepsAsRecorded(most: number): number {
    const { run, cursor } = this;
    const ahead = Math.min(most, this.last - cursor);
    if (!run || ahead === 0 || !this.kind(run.spec).takes_rate) return ahead;
    const rates = this.rates.at(cursor, ahead);
    const other = rates.findIndex((rate, index) => {
      return rate !== (this.rateOf(run, cursor + index + 1) ?? rate);
    });
    return other < 0 ? rates.length : other;
  }

  /** Takes over runs that were recorded elsewhere, and what was looked at there. */
  adopt(runs: LocalRun[], cursor: number): void {
    this.runs = runs;
    this.cursor = cursor;
    this.nextId = Math.max(this.nextId, ...runs.map(({ header }) => header.id + 1));
  }

  /** Starts over and forgets all runs. */
  reset(spec: RunSpec, start: State, params: Record<string, number>): void {
    this.runs = [];
    this.restart(spec, start, params);
  }

  /** Begins a run beside those that took steps. */
  restart(spec: RunSpec, start: State, params: Record<string, number>): void {
    const begun = this.runs.filter(({ header }) => header.last > 0);
    this.begin(this.made(spec, start, params), 0, begun.slice(1 - MOST_RUNS));
  }

  /** Begins a run that shares the steps of the current one up to the cursor, where `state` is. */
  fork(state: State): void {
    const { run, cursor } = this;
    if (!run?.snapshots) return;
    const { id, params } = run.header;
    const forked = this.made(run.spec, state, params, { id, fork: cursor });
    const snapshots = run.snapshots.upTo(cursor);
    snapshots.offer(state);
    this.begin({ ...forked, snapshots }, cursor, this.runs.slice(1 - MOST_RUNS));
  }

  /** Looks at the end of the current run, to which steps have led. */
  record(state: State): void {
    const { run } = this;
    if (!run) return;
    run.snapshots?.offer(state);
    run.header = {
      ...run.header,
      last: state.step,
      status: state.status,
      settings: this.settingsOf(run.spec),
    };
    this.cursor = state.step;
  }

  /** Forgets all runs but the current one. */
  clear(): void {
    this.runs = this.runs.slice(-1);
  }

  private made(
    spec: RunSpec,
    state: State,
    params: Record<string, number>,
    parent?: { id: number; fork: number },
  ): LocalRun {
    const { extras, batches } = this.kind(spec);
    const header: RunHeader = {
      id: this.nextId,
      parent: parent?.id ?? null,
      fork: parent?.fork ?? 0,
      params,
      last: state.step,
      extras,
      status: state.status,
      batches,
      settings: this.settingsOf(spec),
      given: null,
    };
    this.nextId += 1;
    return { header, spec, snapshots: new Snapshots(state) };
  }

  private settingsOf(spec: RunSpec): RunSettings {
    const { peak, decay, steps: run_steps } = this.rates;
    const { optimizer, batchSize: batch_size } = spec;
    const { takes_rate } = this.kind(spec);
    return { optimizer, takes_rate, batch_size, decay, peak, run_steps };
  }

  private begin(run: LocalRun, cursor: number, kept: LocalRun[]): void {
    this.runs = [...kept, run];
    this.cursor = cursor;
  }
}
