/** What is shown, to be read: the store alone changes it. */

import type {
  Ahead,
  Choices,
  Curve,
  LookAnswer,
  Names,
  NextStep,
  NextUpdate,
  PlaneAnswer,
  SavedCurve,
  Slice,
  Status,
} from "../protocol/messages.ts";
import { texts as english, type Texts } from "../text/texts.ts";
import type { Foreseen } from "./foreseen.ts";
import { nextValue, type Row } from "./rows.ts";
import { goesOn, isGiven, type Linked, type Run } from "./runs.ts";

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

/** What a widget shows, from top to bottom. */
const PARTS = ["step", "loss", "steps", "data", "sentence", "runs", "settings"] as const;
export type Part = (typeof PARTS)[number];

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
  /** Which parts are shown. */
  parts: readonly Part[];
  /** How many times as large as usual it is. */
  scale: number;
  /** Whether the loss is shown only where it was evaluated. */
  fog: boolean;
}

/** The one optimizer of which the page knows where it leads. */
export const PLAIN = "sgd";
export const CONSTANT = "constant";
/** The name of an optimizer or a schedule that was handed in as such. */
export const CUSTOM = "custom";

export abstract class State implements Readonly<Settings> {
  readonly runs: readonly Run[] = [];
  readonly cursor: number = 0;
  /** The saved red curve along the first recorded scalar. */
  readonly curve: SavedCurve | undefined;
  /** The finer red curve along the shown parameter. */
  readonly detail: Curve | undefined;
  readonly plane: PlaneAnswer | undefined;
  readonly look: LookAnswer | undefined;
  readonly notice: Notice | undefined;
  /** Whether a question is open: then nothing here says what a step leads to. */
  readonly hides: boolean = false;
  /** The runs that move with the current one, while there are some. */
  readonly linked: Linked | undefined;
  /** The run that stands out from the others. */
  readonly highlighted: number | undefined;
  readonly engine: Computing = "kernel";
  /** Whether there is a kernel, or was one. */
  readonly lived: boolean = true;
  /** Whether it is not yet known if this page can compute. */
  readonly preparing: boolean = false;
  /** Small print about a page that computes, or cannot; empty while there is a kernel. */
  readonly origin: string = "";
  /** What makes computing slow in this page. */
  readonly remark: string = "";
  /** Whether the page may go on where a kernel has gone. */
  readonly offered: boolean = false;
  readonly playing: boolean = false;
  /** Whether an answer of the kernel is overdue. */
  readonly waiting: boolean = false;
  /** Whether it was asked for again and again. */
  readonly waitingLong: boolean = false;
  readonly learningRate: number = 0.01;
  readonly runSteps: number = 50;
  readonly exact: boolean = true;
  readonly optimizer: string = PLAIN;
  readonly decay: string = CONSTANT;
  readonly batchSize: number = 0;
  readonly problem: string = "";
  readonly schedule: readonly number[] = [];
  readonly choices: Choices = { optimizers: [], decays: [], batch_sizes: [], problems: [] };
  readonly parts: readonly Part[] = PARTS;
  readonly scale: number = 1;
  readonly fog: boolean = false;
  /** Whether the ruler of the learning rate is shown. */
  readonly ruled: boolean = false;
  /** The recorded scalar that the first figure and the update line show. */
  readonly shown: string;
  readonly picture: Picture;
  /** The two recorded scalars of the plane "two". */
  readonly axes: readonly [x: string, y: string];
  /** What was last said of the step after a cursor, while the settings are what they were. */
  readonly said: (NextStep & { run: number | undefined }) | undefined;
  /** The step after the newest one, as far as the kernel has told of it. */
  readonly ahead: Ahead | undefined;
  /** A step that is shown and that the kernel has yet to take. */
  readonly foreseen: Foreseen | undefined;

  constructor(
    readonly names: Names,
    /** What is said of it, in the widget's language. */
    readonly texts: Texts = english,
  ) {
    this.shown = names.learning;
    const [x = names.learning, y = x] = names.recorded;
    this.axes = [x, y];
    const wide: Picture = names.count === 2 ? "two" : "components";
    this.picture = names.count === 1 ? "one" : wide;
  }

  /** Whether a part of the widget is shown. */
  shows(part: Part): boolean {
    return this.parts.includes(part);
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

  /** The runs that are shown: no earlier one may tell what is asked. */
  get shownRuns(): readonly Run[] {
    return this.hides ? this.runs.slice(-1) : this.runs;
  }

  /** Where the cursor is in the rows of the current run. */
  get index(): number {
    return this.run?.rows.indexOf(this.cursor) ?? 0;
  }

  get row(): Row | undefined {
    if (!this.run?.rows.count) return undefined;
    const row = this.run.rows.row(this.index, this.shown);
    return this.hides ? { ...row, gradient: Number.NaN } : row;
  }

  /** What follows the cursor. */
  get status(): Status {
    const { run, hides } = this;
    return !hides && run && this.cursor === run.last && run.last === run.expected
      ? run.status
      : "ready";
  }

  /** Whether the current run is that one, or was forked from it. */
  goesOn(run: number | undefined): boolean {
    return goesOn(this.runs, run);
  }

  /** Whether the kernel has rows that this page has not. */
  get lacking(): boolean {
    return this.runs.some(({ rows, expected }) => !rows.complete || rows.count <= expected);
  }

  /** How many rows of each run need not be sent again. */
  have(): Record<string, number> {
    const whole = this.runs.filter(({ rows }) => rows.complete);
    const sent = (run: Run): number => run.rows.count - (this.foreseen?.lent(run) ?? 0);
    return Object.fromEntries(whole.map((run) => [String(run.id), sent(run)]));
  }

  /** What decides where the next step leads, beside where it sets out. */
  get leading(): string {
    const { learningRate, optimizer, decay, exact, runSteps } = this;
    return [learningRate, optimizer, decay, exact, this.steady || runSteps].join();
  }

  /** The step after the cursor, where the kernel has told of it and the settings still hold. */
  get known(): Ahead | undefined {
    const { ahead, run, cursor } = this;
    const next = ahead?.run === run?.id && ahead?.cursor === cursor + 1 && !this.lacking;
    const same =
      !this.hides && ahead?.request === this.leading && ahead.columns.rate[0] === this.comingRate;
    return next && same && cursor === run?.last ? ahead : undefined;
  }

  /** The row after the cursor, if it is recorded. */
  get recorded(): Row | undefined {
    const { run, index } = this;
    if (!run || this.hides || index + 1 >= run.rows.count) return undefined;
    const row = run.rows.row(index + 1, this.shown);
    return row.step === this.cursor + 1 ? row : undefined;
  }

  /** Whether the next step starts a new run from here, as far as this page knows. */
  get forks(): boolean {
    if (!this.alive || this.status !== "ready") return false;
    if (this.recompiled) return true;
    if (isGiven(this.run, this.cursor + 1)) return this.takes_rate && this.rateChanged;
    const { recorded, rateSet } = this;
    const known = recorded !== undefined && rateSet !== undefined && this.takes_rate;
    return known && recorded.rate !== rateSet;
  }

  /** Whether the next step starts a new run at whatever rate. */
  get recompiled(): boolean {
    return this.told?.recompiled === true;
  }

  /** The row after the cursor, if it is recorded and still what a step leads to. */
  get following(): Row | undefined {
    const unsure = this.alive && this.takes_rate && this.rateSet === undefined && this.rateChanged;
    return this.forks || unsure ? undefined : this.recorded;
  }

  /** Whether the step after the cursor was taken elsewhere: by no rate or rule that is known. */
  get retraced(): boolean {
    return isGiven(this.run, this.cursor + 1) && this.following !== undefined;
  }

  /** The rate of the step after the cursor; undefined if only the kernel could say. */
  get comingRate(): number | undefined {
    return this.retraced ? this.rateSet : (this.following?.rate ?? this.rateSet);
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
    if (!run?.rows.count || this.hides) return undefined;
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
  get takes_rate(): boolean {
    return this.run?.settings.takes_rate ?? true;
  }

  private get steady(): boolean {
    return this.decay === CONSTANT;
  }

  private get told(): NextStep | undefined {
    const { said, hides } = this;
    return !hides && said?.run === this.run?.id && said?.cursor === this.cursor ? said : undefined;
  }

  /** The rate that is set for the step after the cursor; of a decay only the kernel knows it. */
  private get rateSet(): number | undefined {
    return this.steady ? Math.fround(this.learningRate) : (this.told?.rate ?? undefined);
  }

  /** Whether the last step of the run was taken at other settings of its rate. */
  private get rateChanged(): boolean {
    const settings = this.run?.settings;
    if (!settings) return false;
    const { peak, decay, run_steps } = settings;
    const same = peak === this.learningRate && decay === this.decay;
    return !(same && (this.steady || run_steps === this.runSteps));
  }
}
