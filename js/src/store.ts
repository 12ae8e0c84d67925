/** What is shown: the runs, the cursor, the red curve, and what was said about them. */

import { Envelope } from "./envelope.ts";
import type { Curve, Delta, Keyframe, RunHeader, SavedCurve } from "./protocol.ts";
import { type Row, Rows, type Status, statusOf } from "./rows.ts";

/** One run as far as this page has it. */
export interface Run extends RunHeader {
  rows: Rows;
  envelope: Envelope;
  /** The last step the kernel has, as far as it has said. */
  expected: number;
}

export interface Names {
  params: string[];
  learning: string;
}

/** Something to tell, beside the control it is about; `field` may be empty. */
export interface Notice {
  field: string;
  message: string;
}

export class Store {
  runs: Run[] = [];
  cursor = 0;
  curve: SavedCurve | undefined;
  detail: Curve | undefined;
  notice: Notice | undefined;
  alive = true;
  playing = false;
  /** Whether an answer of the kernel is overdue. */
  waiting = false;
  learningRate = 0.01;
  runSteps = 50;
  exact = true;
  /** The rate that was set when the cursor came to where it is. */
  private rateOnArrival = 0.01;
  private readonly listeners = new Set<() => void>();

  constructor(readonly names: Names) {}

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
    return this.run?.rows.count ? this.run.rows.row(this.index) : undefined;
  }

  get status(): Status {
    return this.row ? statusOf(this.row) : "ready";
  }

  /** Whether the next step starts a new run from here. */
  get forks(): boolean {
    return this.cursor < this.last && this.learningRate !== this.rateOnArrival;
  }

  /** The row after the cursor, if it is recorded and still what a step leads to. */
  get following(): Row | undefined {
    const { run, index } = this;
    if (!run || this.forks || index + 1 >= run.rows.count) return undefined;
    const row = run.rows.row(index + 1);
    return row.step === this.cursor + 1 ? row : undefined;
  }

  /** The rate of the step after the cursor. */
  get comingRate(): number {
    return this.following?.rate ?? this.learningRate;
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
    this.runs = keyframe.runs.map(({ steps, columns, ...header }) =>
      newRun(header, Rows.saved(steps, columns)),
    );
    this.look(keyframe.cursor, keyframe.rateOnArrival);
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
        shared && delta.start > 0 ? parent.rows.upTo(delta.run.fork) : new Rows(),
      );
      this.runs = [...this.runs, run].sort((a, b) => a.id - b.id);
    }
    const complete = this.append(run, delta);
    const cursor = Math.min(delta.cursor, run.last);
    if (run === this.run && (!stay || run !== before)) this.look(cursor, delta.rateOnArrival);
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
    const at = Math.max(0, Math.min(step, this.last));
    this.look(at, at === this.cursor ? this.rateOnArrival : this.learningRate);
    this.changed();
  }

  setRate(rate: number): void {
    this.learningRate = rate;
    this.changed();
  }

  tell(notice: Notice | undefined): void {
    this.notice = notice;
    this.changed();
  }

  private append(run: Run, delta: Delta): boolean {
    if (!run.rows.complete && delta.start === 0) {
      run.rows = new Rows();
      run.envelope = new Envelope(run.rows);
    }
    const { rows } = run;
    const skip = rows.count - delta.start;
    const fits = rows.complete && skip >= 0;
    if (fits && skip < delta.columns.value.length) {
      rows.append({
        value: delta.columns.value.slice(skip),
        gradient: delta.columns.gradient.slice(skip),
        loss: delta.columns.loss.slice(skip),
        rate: delta.columns.rate.slice(skip),
      });
    }
    run.expected = delta.run.last;
    run.last = Math.max(0, rows.last);
    return fits;
  }

  private look(step: number, rateOnArrival: number): void {
    this.cursor = step;
    this.rateOnArrival = rateOnArrival;
  }
}

function newRun(header: RunHeader, rows: Rows): Run {
  return { ...header, rows, envelope: new Envelope(rows), expected: header.last };
}
