/** What is asked for while a new run is on its way is meant for that run. */

import type { Store } from "../model/store.ts";

export class PendingRun {
  /** The run that is left; undefined when no other is awaited. */
  private leaves: number | undefined;
  private waiting: (() => void)[] = [];
  /** Counts the runs asked for. */
  private asked = 0;
  /** Whether several were asked for: the next run to come may not be the last of them. */
  private several = false;

  constructor(private readonly store: Store) {
    store.onChange(() => this.look());
  }

  /**
   * A new run was asked for; what waited for one before is forgotten. `served` asks to be told
   * when all that was asked for is done.
   */
  begin(served: () => Promise<void>): void {
    this.several = this.leaves !== undefined;
    this.leaves = this.store.run?.id;
    this.waiting = [];
    this.asked += 1;
    if (!this.several) return;
    const { asked } = this;
    const end = (): void => {
      if (asked === this.asked && this.leaves !== undefined) this.end(true);
    };
    served().then(end, end);
  }

  /** Acts in the run that is on its way, at once if none is. */
  act(action: () => void): void {
    if (this.leaves === undefined) action();
    else this.waiting.push(action);
  }

  /**
   * A fork is none of the runs awaited: it was under way before. A refusal and a kernel that has
   * gone end the waiting, too, and nothing is done then.
   */
  private look(): void {
    if (this.leaves === undefined) return;
    const { run, notice, alive } = this.store;
    const begun = !this.several && run?.id !== this.leaves && run?.parent === null;
    if (begun || notice || !alive) this.end(begun);
  }

  private end(begun: boolean): void {
    const actions = this.waiting;
    this.leaves = undefined;
    this.waiting = [];
    if (begun) for (const action of actions) action();
  }
}
