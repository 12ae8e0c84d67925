/** What is shown: the runs, the cursor, the red curve, and what was said about them. */

import type {
  Choices,
  Curve,
  Delta,
  Keyframe,
  LookAnswer,
  Names,
  NextStep,
  NextUpdate,
  PlaneAnswer,
  RunHeader,
  SavedCurve,
  Slice,
  Status,
} from "../protocol/messages.ts";
import { Envelope } from "./decimate.ts";
import { nextValue, type Row, Rows, slice } from "./rows.ts";

export type { Names } from "../protocol/messages.ts";

/** One run as far as this page has it. */
export interface Run extends RunHeader {
  rows: Rows;
  envelope: Envelope;
  /** The last step the kernel has, as far as it has said. */
  expected: number;
}

/** What the first figure shows: the loss along one parameter, or on a plane. */
export type Picture = "one" | Slice;

/** Who computes steps: the kernel, this page, or nobody. */
export type Computing = "kernel" | "page" | "none";

/** The settings that are chosen from a list. */
export type Choice = "optimizer" | "decay" | "batch_size" | "problem_name";

/** Something to tell, beside the control it is about; `field` may be empty. */
export interface Notice {
  field: string;
  message: string;
}

/** What is set, in the kernel and here. */
export interface Settings {
  learningRate: number;
  runSteps: number;
  exact: boolean;
  optimizer: string;
  decay: string;
  /** 0 for all samples. */
  batchSize: number;
  problem: string;
  /** The rates of the coming steps, from 0 to the last of a run; empty if they are one. */
  schedule: readonly number[];
  choices: Choices;
}

/** The one optimizer of which the page knows where it leads. */
export const PLAIN = "sgd";
export const CONSTANT = "constant";

export class Store implements Settings {
  runs: Run[] = [];
  cursor = 0;
  /** The saved red curve along the first recorded scalar. */
  curve: SavedCurve | undefined;
  /** The finer red curve along the shown parameter. */
  detail: Curve | undefined;
  plane: PlaneAnswer | undefined;
  look: LookAnswer | undefined;
  notice: Notice | undefined;
  engine: Computing = "kernel";
  /** Whether there is a kernel, or was one. */
  lived = true;
  /** Small print about a page that computes, or cannot; empty while there is a kernel. */
  origin = "";
  /** What makes computing slow in this page. */
  remark = "";
  /** Whether the page may go on where a kernel has gone. */
  offered = false;
  playing = false;
  /** Whether an answer of the kernel is overdue. */
  waiting = false;
  learningRate = 0.01;
  runSteps = 50;
  exact = true;
  optimizer = PLAIN;
  decay = CONSTANT;
  batchSize = 0;
  problem = "";
  schedule: readonly number[] = [];
  choices: Choices = { optimizers: [], decays: [], batchSizes: [], problems: [] };
  /** The recorded scalar that the first figure and the update line show. */
  shown: string;
  picture: Picture;
  /** The two recorded scalars of the plane "two". */
  axes: readonly [x: string, y: string];
  /** What was last said of the step after a cursor, while the settings are what they were. */
  private said: (NextStep & { run: number | undefined }) | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(readonly names: Names) {
    this.shown = names.learning;
    const [x = names.learning, y = x] = names.recorded;
    this.axes = [x, y];
    const wide: Picture = names.count === 2 ? "two" : "components";
    this.picture = names.count === 1 ? "one" : wide;
  }

  /** Whether steps can be computed. */
  get alive(): boolean {
    return this.engine !== "none";
  }

  /** Whether a plane can be evaluated anew: most need all the parameters of the path. */
  draws(slice: Slice): boolean {
    return this.engine === "kernel" || (this.alive && slice === "two");
  }

  get run(): Run | undefined {
    return this.runs.at(-1);
  }

  /** The last recorded step of the current run. */
  get last(): number {
    return this.run?.last ?? 0;
  }

  /** Where the cursor is in the rows of the current run. */
  get index(): number {
    return this.run?.rows.indexOf(this.cursor) ?? 0;
  }

  get row(): Row | undefined {
    return this.run?.rows.count ? this.run.rows.row(this.index, this.shown) : undefined;
  }

  /** What follows the cursor. */
  get status(): Status {
    const { run } = this;
    return run && this.cursor === run.last && run.last === run.expected ? run.status : "ready";
  }

  /** Whether the current run is that one, or was forked from it. */
  goesOn(run: number | undefined): boolean {
    if (run === undefined) return !this.run;
    const parents = new Map(this.runs.map(({ id, parent }) => [id, parent ?? undefined]));
    let own = this.run?.id;
    while (own !== undefined && own !== run) own = parents.get(own);
    return own === run;
  }

  /** The row after the cursor, if it is recorded. */
  get recorded(): Row | undefined {
    const { run, index } = this;
    if (!run || index + 1 >= run.rows.count) return undefined;
    const row = run.rows.row(index + 1, this.shown);
    return row.step === this.cursor + 1 ? row : undefined;
  }

  /** Whether the next step starts a new run from here, as far as this page knows. */
  get forks(): boolean {
    if (!this.alive || this.status !== "ready") return false;
    if (this.recompiled) return true;
    const { recorded, rateSet } = this;
    const known = recorded !== undefined && rateSet !== undefined && this.takesRate;
    return known && recorded.rate !== rateSet;
  }

  /** Whether the next step starts a new run at whatever rate. */
  get recompiled(): boolean {
    return this.told?.recompiled === true;
  }

  /** The row after the cursor, if it is recorded and still what a step leads to. */
  get following(): Row | undefined {
    const unsure = this.alive && this.takesRate && this.rateSet === undefined && this.rateChanged;
    return this.forks || unsure ? undefined : this.recorded;
  }

  /** The rate of the step after the cursor; undefined if only the kernel could say. */
  get comingRate(): number | undefined {
    return this.following?.rate ?? this.rateSet;
  }

  /** What the kernel said of the coming update, while that holds. */
  get coming(): NextUpdate | undefined {
    return this.told?.coming ?? undefined;
  }

  /** Where the coming step leads the shown parameter; undefined if only the kernel could say. */
  get comingValue(): number | undefined {
    return this.comingValueOf(this.shown);
  }

  /** Where it leads any recorded scalar. */
  comingValueOf(name: string): number | undefined {
    const { run, index, following, comingRate } = this;
    if (!run?.rows.count) return undefined;
    if (following) return run.rows.column(name)?.at(index + 1);
    const said = this.coming?.values[name];
    if (said !== undefined || this.optimizer !== PLAIN || comingRate === undefined) return said;
    return nextValue(run.rows.row(index, name), comingRate);
  }

  /** Where plain gradient descent at one rate leads from a row; undefined of anything else. */
  plainValue(row: Row): number | undefined {
    const plain = this.optimizer === PLAIN && this.steady;
    return plain ? nextValue(row, this.learningRate) : undefined;
  }

  /** The epoch and the batch of the next step, each from 1: that of the gradient at the cursor. */
  get batch(): { epoch: number; number: number; count: number } | undefined {
    const batches = this.run?.batches;
    if (!batches || this.status !== "ready") return undefined;
    const { count } = batches;
    if (count === 0) return { epoch: 1, number: this.cursor + 1, count };
    const epoch = Math.floor(this.cursor / count) + 1;
    return { epoch, number: (this.cursor % count) + 1, count };
  }

  /** Whether the learning rate makes any difference. */
  get takesRate(): boolean {
    return this.run?.settings?.takesRate ?? true;
  }

  private get steady(): boolean {
    return this.decay === CONSTANT;
  }

  private get told(): NextStep | undefined {
    const { said } = this;
    return said?.run === this.run?.id && said?.cursor === this.cursor ? said : undefined;
  }

  /** The rate that is set for the step after the cursor; of a decay only the kernel knows it. */
  private get rateSet(): number | undefined {
    return this.steady ? Math.fround(this.learningRate) : (this.told?.rate ?? undefined);
  }

  /** Whether the last step of the run was taken at other settings of its rate. */
  private get rateChanged(): boolean {
    const settings = this.run?.settings;
    if (!settings) return false;
    const { peak, decay, runSteps } = settings;
    const same = peak === this.learningRate && decay === this.decay;
    return !(same && runSteps === this.runSteps);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** Takes the saved timeline in, where it knows more than this page. */
  load(keyframe: Keyframe): void {
    const known = this.runs.some((run) => run.rows.count > 0);
    if (known) return;
    const { learning } = this.names;
    this.runs = keyframe.runs.map(({ steps, columns, ...header }) =>
      newRun(header, Rows.saved(steps, columns, learning, header.extras)),
    );
    this.cursor = keyframe.cursor;
    this.hear(keyframe);
    this.changed();
  }

  /**
   * Takes new rows in; false if rows before them are missing, then the page must ask. With
   * `stay` the cursor stays where it is, unless the run is another.
   */
  apply(delta: Delta, stay = false): boolean {
    const before = this.run;
    this.runs = this.runs.filter((run) => delta.runs.includes(run.id));
    let run = this.runs.find(({ id }) => id === delta.run.id);
    if (!run) {
      const parent = this.runs.find(({ id }) => id === delta.run.parent);
      const shared = parent?.rows.complete && parent.rows.last >= delta.run.fork;
      run = newRun(
        delta.run,
        shared && delta.start > 0 ? parent.rows.upTo(delta.run.fork) : this.emptyRows(delta.run),
      );
      this.runs = [...this.runs, run].sort((a, b) => a.id - b.id);
    }
    const complete = this.append(run, delta);
    const cursor = Math.min(delta.cursor, run.last);
    if (run === this.run) {
      if (!stay || run !== before) this.cursor = cursor;
      this.hear(delta);
    }
    this.changed();
    return complete;
  }

  /** Whether the kernel has rows that this page has not. */
  get lacking(): boolean {
    return this.runs.some(({ rows, expected }) => !rows.complete || rows.count <= expected);
  }

  /** How many rows of each run need not be sent again. */
  have(): Record<string, number> {
    const whole = this.runs.filter(({ rows }) => rows.complete);
    return Object.fromEntries(whole.map(({ id, rows }) => [String(id), rows.count]));
  }

  /** Looks at a recorded step. */
  goTo(step: number): void {
    this.cursor = Math.max(0, Math.min(step, this.last));
    this.changed();
  }

  setRate(rate: number): void {
    this.set({ learningRate: rate });
  }

  /** Takes settings; what the kernel said of the next step no longer holds then. */
  set(settings: Partial<Settings>): void {
    const leads = this.leading;
    Object.assign(this, settings);
    const now = this.leading;
    if (leads.some((setting, index) => setting !== now[index])) this.said = undefined;
    this.changed();
  }

  /** Shows a recorded scalar in the first figure and the update line. */
  show(name: string): void {
    if (name === this.shown || !this.names.recorded.includes(name)) return;
    this.shown = name;
    this.detail = undefined;
    this.changed();
  }

  tell(notice: Notice | undefined): void {
    this.notice = notice;
    this.changed();
  }

  /** Shows the loss along one parameter or on a plane. */
  view(picture: Picture, axes = this.axes): void {
    this.picture = picture;
    this.axes = axes;
    this.changed();
  }

  private append(run: Run, delta: Delta): boolean {
    if (!run.rows.complete && delta.start === 0) {
      run.rows = this.emptyRows(delta.run);
      run.envelope = new Envelope(run.rows);
    }
    const { rows } = run;
    const skip = rows.count - delta.start;
    const fits = rows.complete && skip >= 0;
    if (fits && skip < delta.columns.value.length) {
      rows.append(slice(delta.columns, skip));
    }
    run.expected = delta.run.last;
    run.status = delta.run.status;
    run.label = delta.run.label;
    run.settings = delta.run.settings;
    run.batches = delta.run.batches;
    run.last = Math.max(0, rows.last);
    return fits;
  }

  private hear({ cursor, rate, recompiled, coming }: NextStep): void {
    this.said = { cursor, rate, recompiled, coming, run: this.run?.id };
  }

  /** The settings that decide where the next step leads. */
  private get leading(): readonly unknown[] {
    const { learningRate, optimizer, decay, exact } = this;
    return [learningRate, optimizer, decay, exact, this.steady ? 0 : this.runSteps];
  }

  private emptyRows(header: RunHeader): Rows {
    return new Rows(this.names.learning, header.extras);
  }
}

function newRun(header: RunHeader, rows: Rows): Run {
  return { ...header, rows, envelope: new Envelope(rows), expected: header.last };
}
