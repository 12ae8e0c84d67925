/** The parts of recorded paths that are drawn faded. */

import type { Run, Store } from "../store.ts";

export interface Stretch {
  run: Run;
  /** Indices of the rows to draw, ascending, at least two. */
  indices: number[];
}

/** What is recorded after the cursor, and the tails of earlier runs. */
export function fadedStretches(store: Store): Stretch[] {
  return store.runs
    .map((run) => {
      const from = run === store.run ? store.index : leftAt(store, run);
      const indices = run.envelope.indices(run.rows.count - 1).filter((index) => index >= from);
      return { run, indices: indices[0] === from ? indices : [from, ...indices] };
    })
    .filter(({ indices }) => indices.length > 1);
}

/** Where the run that was forked from this one left it. */
function leftAt(store: Store, run: Run): number {
  const child = store.runs.find(({ parent }) => parent === run.id);
  return run.rows.indexOf(child?.fork ?? 0);
}
