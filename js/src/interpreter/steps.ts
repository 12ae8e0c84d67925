/** The steps that a program is made of: what each costs, and what all may take together. */

import { ARRAY_OF, LEAST_NORMAL, type Numbers, ProgramError, type Value } from "./value.ts";

export type Step = () => void;

/**
 * What a run may cost. A unit is a number read or written, dearer work as many units as it takes
 * as long: from 1 to 10 nanoseconds.
 */
const MOST_WORK = 8e8;

/** Numbers that a program may hold in all. */
export const MOST_NUMBERS = 3e7;

/** What a step costs beside its numbers. */
const COST_OF_STEP = 8;

/** What all parts of a program share: how much they hold, and may still do in this run. */
export class Budget {
  /** Whether what a run costs is known before. */
  known = true;
  private numbers = MOST_NUMBERS;
  private work = 0;

  /** Throws a ProgramError unless there is room for so many numbers more. */
  reserve(count: number): void {
    this.numbers -= count;
    if (!(this.numbers >= 0)) throw tooLarge();
  }

  array(letter: string, size: number): Numbers {
    this.reserve(size);
    return (ARRAY_OF[letter] as (size: number) => Numbers)(size);
  }

  /** Begins a run, of which so much is known before. */
  begin(cost: number): void {
    this.work = MOST_WORK - cost;
  }

  /** Counts what was not known before; throws a ProgramError when it was too much. */
  spend(cost: number): void {
    this.work -= cost;
    if (this.work < 0) throw tooLong();
  }
}

/** Steps in their order. None is added without what it costs, its arrays are made here. */
export class Steps {
  readonly all: Step[] = [];
  cost = 0;

  constructor(readonly budget: Budget) {}

  /** Adds a step; throws a ProgramError when the whole costs too much. */
  add(cost: number, step: Step): void {
    this.pay(cost + COST_OF_STEP);
    this.all.push(step);
  }

  addAll({ all, cost }: Steps): void {
    this.pay(cost);
    for (const step of all) this.all.push(step);
  }

  run(): void {
    const { all } = this;
    for (let k = 0; k < all.length; k++) (all[k] as Step)();
  }

  private pay(cost: number): void {
    this.cost += cost;
    if (!(this.cost <= MOST_WORK)) throw tooLong();
  }
}

/** Makes of an equation what computes it; the results' arrays are there already. */
export type Build = (
  operands: readonly Value[],
  results: readonly Value[],
  params: unknown,
  steps: Steps,
) => void;

/** How many numbers there are in all. */
export function sizeOf(values: readonly Value[]): number {
  return values.reduce((sum, { data }) => sum + data.length, 0);
}

/** The same numbers, subnormal ones taken for 0. */
export function flushed(value: Value, steps: Steps): Value {
  if (value.letter !== "f" || !value.raw) return value;
  const from = value.data;
  const to = steps.budget.array("f", from.length);
  steps.add(2 * to.length, () => {
    for (let k = 0; k < to.length; k++) {
      const number = from[k] as number;
      to[k] = number < LEAST_NORMAL && number > -LEAST_NORMAL ? number * 0 : number;
    }
  });
  return { letter: "f", data: to, raw: false };
}

function tooLong(): ProgramError {
  return new ProgramError("The program of this page takes too long to run here.");
}

export function tooLarge(): ProgramError {
  return new ProgramError("The program of this page is too large to run here.");
}
