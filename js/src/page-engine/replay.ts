/** Taking recorded steps again in this page, and comparing them with the record. */

import { FULL_LOSS, type Rows } from "../model/rows.ts";
import { CONSTANT } from "../model/state.ts";
import { engineTexts } from "../text/engine-texts.ts";
import { FIRST_STEPS, FirstSteps } from "./first-steps.ts";
import type { Rates } from "./schedules.ts";
import { Snapshots } from "./snapshots.ts";
import type { Calculator, RunSpec, State } from "./states.ts";

/** Steps of one call: states are kept between calls. */
export const MOST_STEPS_A_CALL = 4096;
const MOST_STEPS = 5_000_000;
/** A row's first columns; of the others values and gradients alternate. */
const FIRST = 4;
const LOSS = 2;
/** A relative difference that rounding alone does not make, unless steps amplify it. */
const FAR = 0.01;

/** What to take again: the rows of a run, and the settings they were taken with. */
export interface Recorded {
  readonly spec: RunSpec;
  readonly params: Record<string, number>;
  readonly rows: Rows;
  readonly rates: Rates;
  /** Names of the columns of what the loss returned beside its value. */
  readonly aux: readonly string[];
}

export interface Recomputed {
  snapshots: Snapshots;
  /** Where rows were left out, all of them, one after the other; the recorded ones as they were. */
  rows: Float32Array | undefined;
  /** Whether every recorded number is the same, bit for bit. */
  identical: boolean;
  /**
   * The greatest difference, relative to the largest number of its kind so far: what is left
   * of a loss or a slope at the minimum is rounding alone. Only of the steps before they part.
   */
  difference: number;
  /** The step from which on both go another way, as unstable steps do with every rounding. */
  parted: number | undefined;
}

/** What is computed here is wrong; the message says where it shows. */
export class WrongSteps extends Error {}

/**
 * Rejects with a WrongSteps where the first steps are others by more than rounding. `going` is
 * asked between calls; it resolves to false when the result is no longer wanted.
 */
export async function recompute(
  calculator: Pick<Calculator, "init" | "run">,
  { spec, params, rows, rates: settings, aux }: Recorded,
  going: (seconds: number) => Promise<boolean>,
): Promise<Recomputed | undefined> {
  if (rows.last > MOST_STEPS) throw new Error(engineTexts.tooLong);
  const rates = new RecordedRates(rows, settings);
  let state = await calculator.init(spec, params, rates.at(0));
  const width = state.row.length;
  const snapshots = new Snapshots(state);
  const comparison = new Comparison(rows, aux);
  const computed = rows.complete ? undefined : new Float32Array((rows.last + 1) * width);
  const take = (from: number, taken: Float32Array): void => {
    comparison.take(from, taken, width);
    computed?.set(taken, from * width);
  };
  take(0, state.row.slice());
  while (state.step < rows.last) {
    const from = state.step + 1;
    const steps = Math.min(MOST_STEPS_A_CALL, rows.last - state.step);
    const wanted = Float32Array.from({ length: steps }, (_, at) => rates.at(from + at));
    const stretch = await calculator.run(spec, state, wanted);
    if (stretch.taken === 0) throw new Error(engineTexts.endsEarlier(state.step));
    take(from, stretch.rows);
    state = stretch.state;
    snapshots.offer(state);
    if (!(await going(stretch.seconds))) return undefined;
  }
  const { identical, difference, parted } = comparison;
  return { snapshots, rows: computed, identical, difference, parted };
}

/** The state at a step, from the nearest one that is kept before it, as the rows say. */
export async function stateAt(
  calculator: Pick<Calculator, "run">,
  spec: RunSpec,
  rows: Rows,
  from: State,
  step: number,
): Promise<State> {
  let state = from;
  while (state.step < step) {
    const { step: before } = state;
    const steps = Math.min(MOST_STEPS_A_CALL, step - before);
    const rates = Float32Array.from({ length: steps }, (_, at) => rateOf(rows, before + 1 + at));
    const stretch = await calculator.run(spec, state, rates);
    if (stretch.taken === 0) throw new Error(engineTexts.endsEarlier(before));
    state = stretch.state;
  }
  return state;
}

function rateOf(rows: Rows, index: number): number {
  return rows.column("learning_rate")?.at(index) ?? Number.NaN;
}

/** The rates of recorded steps; those of rows that were left out follow from the others. */
class RecordedRates {
  constructor(
    private readonly rows: Rows,
    private readonly settings: Rates,
  ) {}

  /** Of the step that led to a row. */
  at(step: number): number {
    const { rows, settings } = this;
    const index = rows.indexOf(step);
    if (rows.stepAt(index) === step) return rateOf(rows, index);
    if (settings.decay === CONSTANT) return rateOf(rows, index + 1);
    return settings.at(step - 1, 1)[0] as number;
  }
}

/** Holds what was computed against what was recorded, and puts the record in its place. */
class Comparison {
  identical = true;
  difference = 0;
  parted: number | undefined;
  /** Of values, gradients, losses and rates, and of each column of aux at its own place. */
  private readonly largest: number[];
  private readonly kinds: readonly number[];
  private index = 0;
  private readonly firstSteps: FirstSteps;

  constructor(
    private readonly rows: Rows,
    aux: readonly string[],
  ) {
    const others = rows.extras.map((name, at) => {
      if (name === FULL_LOSS) return LOSS;
      return aux.includes(name) ? FIRST + at : at % 2;
    });
    this.kinds = [...Array(FIRST).keys(), ...others];
    this.largest = this.kinds.map(() => 0);
    this.firstSteps = new FirstSteps(rows, aux);
  }

  take(from: number, computed: Float32Array, width: number): void {
    const { rows } = this;
    const end = from + computed.length / width;
    for (; this.index < rows.count && rows.stepAt(this.index) < end; this.index += 1) {
      const step = rows.stepAt(this.index);
      const start = (step - from) * width;
      const numbers = rows.numbers(this.index);
      if (step <= FIRST_STEPS) this.judge(step, numbers, computed.subarray(start, start + width));
      numbers.forEach((number, at) => {
        const size = Math.abs(number);
        const kind = this.kinds[at] as number;
        if (size > (this.largest[kind] as number) && size < Infinity) this.largest[kind] = size;
      });
      numbers.forEach((number, at) => {
        const other = computed[start + at] as number;
        const largest = this.largest[this.kinds[at] as number] as number;
        if (!Object.is(number, other)) this.note(number, other, largest, step);
        computed[start + at] = number;
      });
    }
  }

  private judge(step: number, recorded: ArrayLike<number>, computed: Float32Array): void {
    const { firstSteps } = this;
    firstSteps.take(step, recorded, computed);
    if (firstSteps.wrong !== undefined)
      throw new WrongSteps(engineTexts.wrongSteps(firstSteps.wrong));
  }

  private note(number: number, other: number, largest: number, step: number): void {
    this.identical = false;
    const apart = number === other ? 0 : Math.abs(number - other) / (largest || Math.abs(other));
    if (!(apart <= FAR)) this.parted ??= step;
    if (this.parted === undefined) this.difference = Math.max(this.difference, apart);
  }
}
