/** Whether the first steps differ from the record by more than rounding: they are wrong then. */

import { FULL_LOSS, type Rows } from "../model/rows.ts";

/** Up to this step no problem has amplified rounding by much. */
export const FIRST_STEPS = 3;
/** A difference that is no rounding there, relative to the largest number of its kind. */
const WRONG = 1e-3;
/** What rounding may leave of a loss or a gradient that is nearly 0, relative to the loss or 1. */
const LEFT = 2e-6;
/** Where a gradient is so small beside others, rounding may make its sign. */
const SMALL = 1e-4;
/** Steps that make the loss so many times as large amplify all. */
const MOST_GROWTH = 100;
/** What rounding makes of a value, relative to it. */
const LAST_PLACES = 4e-6;

/** Columns of a row. */
const LOSS = 2;
const FIRST = 4;

type Row = ArrayLike<number>;

/** Holds the first rows of a run against what was computed. */
export class FirstSteps {
  /** The step at which what was computed is wrong. */
  wrong: number | undefined;
  /** Where the values are in a row; each has its gradient behind it. */
  private readonly values: number[];
  /** Where the losses are; that on all data is not always measured. */
  private readonly losses: number[];
  /** How far each value has moved in a step, here or in the record. */
  private readonly moved: number[];
  private first = 0;
  private loss = 0;
  private gradient = 0;
  private before: { step: number; recorded: Row; computed: Row } | undefined;
  private comparable = true;

  /** `aux` names the columns of what the loss returned beside its value. */
  constructor({ extras }: Rows, aux: readonly string[]) {
    const others = extras.flatMap((name, at) =>
      at % 2 || name === FULL_LOSS || aux.includes(name) ? [] : [FIRST + at],
    );
    this.values = [0, ...others];
    const full = extras.indexOf(FULL_LOSS);
    this.losses = full < 0 ? [LOSS] : [LOSS, FIRST + full];
    this.moved = this.values.map(() => 0);
  }

  /** Takes in the row of the next step that was recorded, of the first ones. */
  take(step: number, recorded: Row, computed: Row): void {
    const { values, losses } = this;
    if (!this.comparable || this.wrong !== undefined) return;
    if (this.movedWrongly(step, recorded, computed)) this.wrong = step;
    // A start of which not all was recorded may be another one.
    if (step === 0) this.comparable = values.every((at) => same(recorded, computed, at));
    const finite = [LOSS, ...values, ...values.map((at) => at + 1)];
    this.comparable &&= finite.every((at) => Number.isFinite(recorded[at]));
    const measured = losses.filter((at) => Number.isFinite(recorded[at]));
    for (const at of measured) this.loss = Math.max(this.loss, size(recorded, at));
    for (const at of values) this.gradient = Math.max(this.gradient, size(recorded, at + 1));
    if (step === 0) this.first = this.loss;
    this.comparable &&= this.loss <= MOST_GROWTH * this.first;
    if (!this.comparable) return;
    const high = Math.max(WRONG * this.loss, this.left);
    const steep = Math.max(WRONG * this.gradient, this.left);
    const apartHere =
      measured.some((at) => apart(recorded, computed, at) > high) ||
      values.some((at) => apart(recorded, computed, at + 1) > steep);
    if (apartHere) this.wrong = step;
    this.before = { step, recorded: Array.from(recorded), computed: Array.from(computed) };
  }

  /** What rounding may leave of a loss or a gradient. */
  private get left(): number {
    return LEFT * Math.max(1, this.loss);
  }

  /** Whether a value went another way than the record, for a gradient that says where to. */
  private movedWrongly(step: number, recorded: Row, computed: Row): boolean {
    const { before, values, moved, left } = this;
    if (before?.step !== step - 1) return false;
    const largest = values.reduce((most, at) => Math.max(most, size(before.recorded, at + 1)), 0);
    return values.some((at, index) => {
      if (!Number.isFinite(recorded[at])) return false;
      const there = apart(recorded, before.recorded, at);
      const here = apart(computed, before.computed, at);
      moved[index] = Math.max(moved[index] as number, there, here);
      const clear = size(before.recorded, at + 1) > Math.max(SMALL * largest, left);
      const rounding = LAST_PLACES * Math.max(size(recorded, at), size(before.recorded, at));
      const most = WRONG * (moved[index] as number) + rounding;
      return clear && apart(recorded, computed, at) > most;
    });
  }
}

function size(row: Row, at: number): number {
  return Math.abs(row[at] as number);
}

/** How far two rows are apart; what is not finite is as far as can be. */
function apart(some: Row, others: Row, at: number): number {
  const distance = Math.abs((some[at] as number) - (others[at] as number));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

function same(some: Row, others: Row, at: number): boolean {
  return apart(some, others, at) <= LAST_PLACES * size(some, at);
}
