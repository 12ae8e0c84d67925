/** The parts of recorded paths that are not the one up to the cursor. */

import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { Point } from "./mark.ts";

interface Stretch {
  run: Run;
  /** Indices of the rows to draw, ascending, at least two. */
  indices: number[];
}

/** An earlier run, in its colour. */
export interface EarlierRun extends Stretch {
  color: string;
}

/** Where along its line the name of a run may stand, as shares, best first. */
const PLACES = [1, 0.8, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05, 0.02];

/** What is recorded of the current run after the cursor. */
export function rest(store: Store): number[] {
  const { run, index } = store;
  if (!run) return [];
  const after = from(run, index);
  return after.length > 1 ? after : [];
}

/** The colour of an earlier run. */
export function runColor({ number }: Pick<Run, "number">): string {
  return `var(--gdwidget-run-${number})`;
}

/** The earlier runs; of a run that another one left, what comes after that. */
export function earlierRuns(store: Store): EarlierRun[] {
  return store.shownRuns.slice(0, -1).map((run) => {
    const indices = from(run, leftAt(store, run));
    return { run, indices: indices.length > 1 ? indices : [], color: runColor(run) };
  });
}

/** Points of a line at which its name may stand, best first. */
export function linePlaces(line: readonly Point[]): Point[] {
  const candidates = PLACES.map((share) => line[Math.round(share * (line.length - 1))]);
  return candidates.filter((point) => point !== undefined);
}

function from(run: Run, index: number): number[] {
  const indices = run.envelope.indices(run.rows.count - 1).filter((at) => at >= index);
  return indices[0] === index ? indices : [index, ...indices];
}

/** Where the run that was forked from this one left it. */
function leftAt(store: Store, run: Run): number {
  const child = store.runs.find(({ parent }) => parent === run.id);
  return run.rows.indexOf(child?.fork ?? 0);
}
