/** Gradient descent on typed arrays: init, run, coming; mirror of gdwidget/_core/descent.py. */

import { flushed } from "../interpreter/libm.ts";
import { type Numbers, type Program, ProgramError } from "../interpreter/program.ts";
import { FULL_LOSS } from "../model/rows.ts";
import type { Names, NextUpdate, Status } from "../protocol/messages.ts";
import { float32Text } from "../text/format.ts";
import { Shuffles } from "./batching.ts";
import { copy, equal, finite, mover, zero } from "./copying.ts";
import type { Optimizer, Portable } from "./payload.ts";
import { feed, Slopes } from "./slopes.ts";
import type { RunSpec, State, Stretch } from "./states.ts";

/** Columns of a row before the extras. */
const FIRST = 4;
/** Where the gradient is 0, so many updates must move nothing before a run has converged. */
const PROBES = 100;
/** What steps may cost, about, between two looks at the clock. */
const UNTIMED = 80_000;
/** What it may cost to see whether a run has converged. */
const MOST_PROBED = 8e8;

/** One way down a problem. All arrays but those of states are used again at every step. */
export class Descent {
  /** Names of the columns of a row after the first four. */
  readonly extras: readonly string[];
  /** Where in a row the numbers begin that the loss returns beside its value. */
  private readonly auxColumn: number;
  private readonly shuffles: Shuffles | undefined;
  private readonly optimizer: Optimizer;
  private readonly whole: Slopes;
  private readonly short: Slopes;
  /** With batches, the loss on all data. */
  private readonly full: Program | undefined;
  private readonly measuredEvery: number;
  /** What the next update starts from, in the optimizer's own inputs. */
  private readonly leaves: readonly Float32Array[];
  private readonly gradient: readonly Float32Array[];
  private readonly memory: readonly Numbers[];
  private readonly rate: Numbers;
  private readonly loss: Numbers;
  private readonly takeUpdate: () => void;
  private readonly takeMemory: () => void;
  private readonly places: readonly Place[];
  /** Whether all numbers that learn are recorded. */
  private readonly complete: boolean;
  /** Of a step. */
  private readonly cost: number;
  /** How many are taken between two looks at the clock. */
  private readonly steps: number;
  private readonly row: Float32Array;
  private status: Status = "ready";

  constructor(
    private readonly portable: Portable,
    spec: RunSpec,
    private readonly names: Names,
  ) {
    const { learning, samples } = portable;
    if (!portable.batchSizes.includes(spec.batchSize)) {
      throw new ProgramError(`Batches of ${spec.batchSize} samples were not exported.`);
    }
    const { batchSize } = spec;
    const batched = batchSize > 0 && batchSize < samples;
    this.shuffles = batched ? new Shuffles(samples, batchSize, portable.seed) : undefined;
    this.extras = extrasOf(names, portable.aux, batched);
    this.auxColumn = FIRST + 2 * (names.recorded.length - 1);
    this.row = new Float32Array(FIRST + this.extras.length);
    this.places = placesOf(portable, names);
    this.complete = names.recorded.length === names.count;
    this.optimizer = portable.optimizer(spec.optimizer);
    this.whole = new Slopes(portable, batched ? batchSize : samples);
    const short = this.shuffles?.short ?? samples;
    this.short = short === this.whole.rows ? this.whole : new Slopes(portable, short);
    this.full = batched ? portable.loss : undefined;
    if (this.full) feed(this.full, portable);
    this.measuredEvery = portable.measuredEvery || (this.shuffles?.count ?? 1);

    const { update } = this.optimizer;
    const count = learning.length;
    const inputs = update.inputs.map((_, index) => update.input(index));
    this.leaves = inputs.slice(0, count) as Float32Array[];
    this.gradient = inputs.slice(count, 2 * count) as Float32Array[];
    this.memory = inputs.slice(2 * count, -2);
    [this.rate, this.loss] = inputs.slice(-2) as [Numbers, Numbers];
    const moves = [...this.leaves, ...this.memory].map(
      (to, index) => [update.output(index), to] as const,
    );
    this.takeUpdate = mover(moves);
    this.takeMemory = mover(moves.slice(count));
    const programs = [update, this.whole.program, ...(this.full ? [this.full] : [])];
    this.cost = programs.reduce((sum, { cost }) => sum + cost, 1);
    const known = programs.every((program) => program.known);
    this.steps = known ? Math.max(1, Math.floor(UNTIMED / this.cost)) : 1;
  }

  /**
   * The state at step 0; `start` has scalar parameters and recorded numbers by name. Throws a ProgramError if loss
   * or gradient are not finite there.
   */
  init(start: Readonly<Record<string, number>>, rate: number): State {
    const { portable, optimizer } = this;
    const leaves = portable.start.map((leaf) => leaf.slice());
    for (const [name, value] of Object.entries(start)) {
      const number = Math.fround(value);
      if (!Number.isFinite(number)) {
        throw new ProgramError(`${value} is no start for ${name}: it must be finite.`);
      }
      const { leaf, at } = this.placeOf(name);
      (leaves[leaf] as Float32Array)[at] = number;
    }
    this.leaves.forEach((leaf, index) => {
      leaf.set(leaves[index] as Float32Array);
      optimizer.init.input(index).set(leaf);
    });
    optimizer.init.run();
    this.memory.forEach((memory, index) => {
      memory.set(optimizer.init.output(index));
    });
    this.hold(leaves);
    this.arrive(0, Math.fround(rate));
    if (this.status === "diverged") throw this.refused(leaves);
    return this.state(0, leaves);
  }

  /**
   * Takes up to one step for each rate, at least one; ends early where the status says so, and
   * at `until` on the clock of `performance`.
   */
  run(state: State, rates: Float32Array, until: number): Stretch {
    const width = this.row.length;
    const rows = new Float32Array(rates.length * width);
    if (rates.length === 0) return { state, rows, taken: 0 };
    this.load(state);
    let taken = 0;
    do {
      this.rate[0] = rates[taken] as number;
      this.optimizer.update.run();
      this.arrive(state.step + taken + 1, rates[taken] as number, true);
      rows.set(this.row, taken * width);
      taken += 1;
    } while (
      taken < rates.length &&
      this.status === "ready" &&
      (taken % this.steps > 0 || performance.now() < until)
    );
    const whole = taken === rates.length ? rows : rows.slice(0, taken * width);
    return { state: this.state(state.step + taken, state.leaves), rows: whole, taken };
  }

  /** The update that follows a state; null where none does, or value - rate * gradient says it. */
  coming(state: State, rate: number, decays: boolean): NextUpdate | null {
    const { update, terms, plain } = this.optimizer;
    if (state.status !== "ready" || (plain && !decays)) return null;
    this.load(state);
    this.rate[0] = rate;
    update.run();
    const after = this.places.map(({ leaf, at }) => update.output(leaf)[at] as number);
    const before = this.leaves[0]?.[0] as number;
    const first = update.outputs.length - terms.length;
    const told = new Map(
      terms.map((name, index) => [name, numberOf(update.output(first + index))]),
    );
    told.set("step", flushed(Math.fround((after[0] as number) - before)));
    const values = this.names.recorded.map((name, index) => [name, after[index] as number]);
    // In the order in which jax returns them.
    const sorted = [...told].sort(([a], [b]) => (a < b ? -1 : 1));
    if (decays) sorted.push(["learning rate", Math.fround(rate)]);
    return { values: Object.fromEntries(values), terms: Object.fromEntries(sorted) };
  }

  /** What the optimizer remembers after the update that follows a state, until the next call. */
  remembered(state: State, rate: number): readonly Numbers[] {
    const { update } = this.optimizer;
    this.load(state);
    this.rate[0] = rate;
    update.run();
    return this.memory.map((_, index) => update.output(this.leaves.length + index));
  }

  private placeOf(name: string): Pick<Place, "leaf" | "at"> {
    const leaf = this.portable.leaves.findIndex((each) => each.name === name);
    const recorded = this.places[this.names.recorded.indexOf(name)];
    if (leaf >= 0 && name !== "") return { leaf, at: 0 };
    if (!recorded) throw new ProgramError(`There is no parameter ${name}.`);
    return recorded;
  }

  private load(state: State): void {
    const { leaves, gradient, memory } = state;
    if (memory.length !== this.memory.length) {
      throw new ProgramError("The optimizer remembers nothing of this state.");
    }
    this.leaves.forEach((to, index) => {
      copy(leaves[index] as Float32Array, to);
    });
    this.gradient.forEach((to, index) => {
      copy(gradient[index] as Float32Array, to);
    });
    this.memory.forEach((to, index) => {
      copy(memory[index] as Numbers, to);
    });
    this.loss[0] = state.row[2] as number;
    this.hold(leaves);
  }

  /** Gives the parameters that do not learn to those that read them. */
  private hold(leaves: readonly Float32Array[]): void {
    for (let index = this.leaves.length; index < leaves.length; index += 1) {
      const held = leaves[index] as Float32Array;
      for (const program of [this.whole.program, this.short.program, this.full]) {
        if (program) copy(held, program.input(index) as Float32Array);
      }
    }
  }

  /** Goes where the update led, or stays at a start; sets `row` and `status`. */
  private arrive(step: number, rate: number, updated = false): void {
    const { shuffles, row, full } = this;
    const batch = shuffles?.batch(step);
    const slopes = batch && batch.length < this.whole.rows ? this.short : this.whole;
    if (updated) this.takeUpdate();
    slopes.set(this.leaves);
    if (batch) slopes.read(batch);
    slopes.program.run();
    for (let index = 0; index < this.gradient.length; index += 1) {
      copy(slopes.gradient[index] as Float32Array, this.gradient[index] as Float32Array);
    }
    const loss = slopes.loss[0] as number;
    this.loss[0] = loss;
    row[2] = loss;
    row[3] = rate;
    const { places } = this;
    for (let index = 0; index < places.length; index += 1) {
      const { leaf, at, column } = places[index] as Place;
      row[column] = this.leaves[leaf]?.[at] as number;
      row[column + 1] = this.gradient[leaf]?.[at] as number;
    }
    for (let index = 0; index < slopes.aux.length; index += 1) {
      row[this.auxColumn + index] = slopes.aux[index]?.[0] as number;
    }
    if (full) row[row.length - 1] = this.measured(step, full);
    this.status = this.statusAt(step);
  }

  private isMeasured(step: number): boolean {
    return step % this.measuredEvery === 0;
  }

  private measured(step: number, full: Program): number {
    if (!this.isMeasured(step)) return Number.NaN;
    for (let index = 0; index < this.leaves.length; index += 1) {
      copy(this.leaves[index] as Float32Array, full.input(index) as Float32Array);
    }
    full.run();
    return full.output(0)[0] as number;
  }

  /** Whether the update changed any number. */
  private moved(): boolean {
    const { leaves, optimizer } = this;
    for (let index = 0; index < leaves.length; index += 1) {
      const after = optimizer.update.output(index) as Float32Array;
      if (!equal(leaves[index] as Float32Array, after)) return true;
    }
    return false;
  }

  /**
   * Diverged if anything is not finite, converged if no step will move from here. Other batches
   * may have a gradient while this one has none: with batches the loss on all data must be 0, too.
   */
  private statusAt(step: number): Status {
    if (!this.isFinite(step)) return "diverged";
    const { row, full, gradient, optimizer } = this;
    const over = gradient.every(zero) && (!full || flushed(row[row.length - 1] as number) === 0);
    if (!over) return "ready";
    return (optimizer.plain && !full) || this.rests(step) ? "converged" : "ready";
  }

  private isFinite(step: number): boolean {
    const { row, full, gradient } = this;
    if (full && this.isMeasured(step) && !Number.isFinite(row[row.length - 1])) return false;
    if (this.complete) return finite(row, this.auxColumn);
    return (
      Number.isFinite(row[2]) &&
      this.leaves.every((leaf) => finite(leaf)) &&
      gradient.every((leaf) => finite(leaf))
    );
  }

  /**
   * Whether no step moves from where the gradient is 0: memory and further batches may. Not
   * where it costs too much to see.
   */
  private rests(step: number): boolean {
    const { shuffles, memory, rate, row } = this;
    const turns = Math.max(PROBES, shuffles?.count ?? 0);
    if (turns * this.cost > MOST_PROBED) return false;
    const before = memory.map((numbers) => numbers.slice());
    rate[0] = Math.max(row[3] as number, 1);
    let rests = true;
    for (let turn = 1; rests && turn <= turns; turn += 1) {
      this.optimizer.update.run();
      rests = !this.moved() && (!shuffles || this.isFlat(shuffles.batch(step + turn)));
      this.takeMemory();
    }
    memory.forEach((numbers, index) => {
      copy(before[index] as Numbers, numbers);
    });
    return rests;
  }

  /** Whether the gradient on a batch is 0. */
  private isFlat(batch: Int32Array): boolean {
    const slopes = batch.length < this.whole.rows ? this.short : this.whole;
    slopes.set(this.leaves);
    slopes.read(batch);
    slopes.program.run();
    return slopes.gradient.every(zero);
  }

  private state(step: number, leaves: readonly Float32Array[]): State {
    return {
      step,
      leaves: leaves.map((held, index) => this.leaves[index]?.slice() ?? held),
      gradient: this.gradient.map((leaf) => leaf.slice()),
      memory: this.memory.map((numbers) => numbers.slice()),
      row: this.row.slice(),
      status: this.status,
    };
  }

  private refused(leaves: readonly Float32Array[]): ProgramError {
    const given = this.portable.leaves.flatMap(({ name }, index) =>
      name ? [`${name} = ${float32Text(leaves[index]?.[0] as number)}`] : [],
    );
    const [, gradient, loss] = Array.from(this.row, float32Text);
    const there = `loss ${loss}, gradient ${gradient}${given.length ? ` at ${given.join(", ")}` : ""}`;
    return new ProgramError(`A run starts where the loss and its gradient are finite: ${there}.`);
  }
}

function numberOf(numbers: Numbers): number {
  return numbers[0] as number;
}

/** Where a recorded number is: in which leaf, and in which column of a row. */
interface Place {
  readonly leaf: number;
  readonly at: number;
  readonly column: number;
}

/** Throws a ProgramError if there are fewer numbers than are said to be recorded. */
export function placesOf({ learning }: Portable, { recorded, count }: Names): Place[] {
  const places = learning.flatMap(({ size }, leaf) =>
    Array.from({ length: Math.min(size, recorded.length) }, (_, at) => ({ leaf, at })),
  );
  const numbers = learning.reduce((sum, { size }) => sum + size, 0);
  if (numbers !== count || recorded.length > numbers || recorded.length === 0) {
    throw new ProgramError("What this page would need to compute does not fit the problem.");
  }
  return places.slice(0, recorded.length).map((place, index) => ({
    ...place,
    column: index === 0 ? 0 : FIRST + 2 * (index - 1),
  }));
}

/** Names of the columns after the first four. */
export function extrasOf({ recorded }: Names, aux: readonly string[], batches: boolean): string[] {
  const pairs = recorded.slice(1).flatMap((name) => [name, `${name}_grad`]);
  return [...pairs, ...aux, ...(batches ? [FULL_LOSS] : [])];
}
