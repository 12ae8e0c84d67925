/** The runs that this page computes, and the step looked at; gdwidget/timeline.py's mirror. */

import type { Batches, RunHeader } from "../protocol.ts";
import { type RunText, runLabel } from "./label.ts";
import type { Rates } from "./rates.ts";
import { Snapshots } from "./snapshots.ts";
import type { State, Way } from "./states.ts";

/** How many runs are kept; the oldest is dropped first. */
const MOST_RUNS = 8;

/** What is known of an optimizer and its batches beside what they compute. */
export interface Kind {
  /** Names of the columns after the first four. */
  extras: string[];
  batches: Batches | null;
  takesRate: boolean;
}

export interface LocalRun {
  header: RunHeader;
  readonly way: Way;
  /** Those of its states that are kept; none of a run that could not be computed again. */
  snapshots: Snapshots | undefined;
  /** The rate of its first own step; before that the one it was begun with. */
  begun: RunText;
}

/** `kind` says of each way what belongs to its runs. */
export class LocalTimeline {
  runs: LocalRun[] = [];
  cursor = 0;
  private arrival: Rates;
  private nextId = 1;

  constructor(
    public rates: Rates,
    private readonly kind: (way: Way) => Kind,
  ) {
    this.arrival = rates;
  }

  get run(): LocalRun | undefined {
    return this.runs.at(-1);
  }

  get last(): number {
    return this.run?.header.last ?? 0;
  }

  /** The rate that was set when the cursor came to where it is. */
  get rateOnArrival(): number {
    return this.arrival.base;
  }

  /** Whether the next step would fork a new run. */
  get forks(): boolean {
    return this.cursor < this.last && this.rates.key !== this.arrival.key;
  }

  /** Takes over runs that were recorded elsewhere, and what was looked at there. */
  adopt(runs: LocalRun[], cursor: number, arrival: Rates): void {
    this.runs = runs;
    this.cursor = cursor;
    this.arrival = arrival;
    this.nextId = Math.max(0, ...runs.map(({ header }) => header.id)) + 1;
  }

  /** Starts over and forgets all runs. */
  reset(way: Way, start: State, params: Record<string, number>): void {
    this.begin(this.made(way, start, params), 0, []);
  }

  /** Begins a run beside those that took steps. */
  restart(way: Way, start: State, params: Record<string, number>): void {
    const begun = this.runs.filter(({ header }) => header.last > 0);
    this.begin(this.made(way, start, params), 0, begun.slice(1 - MOST_RUNS));
  }

  /** Begins a run that shares the steps of the current one up to the cursor, where `state` is. */
  fork(state: State): void {
    const { run, cursor } = this;
    if (!run?.snapshots) return;
    const { id, params } = run.header;
    const forked = this.made(run.way, state, params, { id, fork: cursor });
    const snapshots = run.snapshots.upTo(cursor);
    snapshots.offer(state);
    this.begin({ ...forked, snapshots }, cursor, this.runs.slice(1 - MOST_RUNS));
  }

  /** Looks at the end of the current run, to which steps have led. */
  record(state: State): void {
    const { run, rates } = this;
    if (!run) return;
    run.snapshots?.offer(state);
    const { base, decay, steps } = rates;
    if (run.header.last === run.header.fork) run.begun = { base, decay };
    run.header = {
      ...run.header,
      last: state.step,
      status: state.status,
      settings: { ...run.way, base, decay, runSteps: steps },
    };
    run.header.label = this.label(run);
    this.lookAt(state.step);
  }

  /** `rates` are those that were set then. */
  lookAt(step: number, rates = this.rates): void {
    if (step !== this.cursor) this.arrival = rates;
    this.cursor = step;
  }

  /** Forgets all runs but the current one. */
  clear(): void {
    this.runs = this.runs.slice(-1);
  }

  private made(
    way: Way,
    state: State,
    params: Record<string, number>,
    parent?: { id: number; fork: number },
  ): LocalRun {
    const { base, decay, steps } = this.rates;
    const { extras, batches } = this.kind(way);
    const header: RunHeader = {
      id: this.nextId,
      parent: parent?.id ?? null,
      fork: parent?.fork ?? 0,
      params,
      last: state.step,
      extras,
      label: "",
      status: state.status,
      batches,
      settings: { ...way, base, decay, runSteps: steps },
    };
    this.nextId += 1;
    const run = { header, way, snapshots: new Snapshots(state), begun: { base, decay } };
    header.label = this.label(run);
    return run;
  }

  private label({ header, way, begun }: LocalRun): string {
    const { takesRate, batches } = this.kind(way);
    const size = batches?.size ?? 0;
    const fork = header.parent === null ? undefined : header.fork;
    const rated = takesRate && header.last > header.fork;
    return runLabel(way.optimizer, rated && { begun, latest: this.rates }, size, fork);
  }

  private begin(run: LocalRun, cursor: number, kept: LocalRun[]): void {
    this.runs = [...kept, run];
    this.cursor = cursor;
    this.arrival = this.rates;
  }
}
