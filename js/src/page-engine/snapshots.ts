/** States kept whole, within a budget of memory; the others are computed again from them. */

import type { State } from "./states.ts";

/** Bytes of states that a run may keep. */
const BUDGET = 16_000_000;
const MOST_KEPT = 2048;

/** All states of one run while they fit, else fewer, at about equal distances. */
export class Snapshots {
  private stride = 1;
  private readonly most: number;
  private states: State[];

  /** The first state is always kept. */
  constructor(
    first: State,
    private readonly budget = BUDGET,
  ) {
    const { leaves, gradient, memory, row } = first;
    const arrays = [...leaves, ...gradient, ...memory, row];
    const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.most = Math.max(2, Math.min(MOST_KEPT, Math.floor(budget / bytes)));
    this.states = [first];
  }

  get first(): State {
    return this.states[0] as State;
  }

  get count(): number {
    return this.states.length;
  }

  /** Takes in a state that is later than all before; the last one is at hand in any case. */
  offer(state: State): void {
    const before = this.states.at(-2) ?? this.first;
    const dropped = this.states.length > 1 && this.lastStep - before.step < this.stride;
    if (dropped) this.states.pop();
    if (state.step > this.lastStep) this.states.push(state);
    if (this.states.length <= this.most) return;
    const last = this.states.length - 1;
    this.states = this.states.filter((_, at) => at === last || at % 2 === 0);
    // States may have come in leaps: it is their distance that doubles.
    this.stride = Math.max(2 * this.stride, Math.floor(this.lastStep / this.states.length));
  }

  /** The latest state kept at a step or before it. */
  before(step: number): State {
    let low = 0;
    let high = this.states.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.states[middle] as State).step <= step) low = middle;
      else high = middle;
    }
    return this.states[low] as State;
  }

  /** New snapshots with the states up to a step; the states are shared. */
  upTo(step: number): Snapshots {
    const copy = new Snapshots(this.first, this.budget);
    copy.stride = this.stride;
    copy.states = this.states.filter((state) => state.step <= step);
    return copy;
  }

  private get lastStep(): number {
    return (this.states.at(-1) as State).step;
  }
}
