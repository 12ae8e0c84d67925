/** The runs of a page, as far as it has them. */

import type { Delta, RunHeader, SavedRun } from "../protocol/messages.ts";
import { Envelope } from "./decimate.ts";
import { Rows, slice } from "./rows.ts";

/** One run as far as this page has it. */
export interface Run extends Readonly<RunHeader> {
  readonly rows: Rows;
  readonly envelope: Envelope;
  /** The last step the kernel has, as far as it has said. */
  readonly expected: number;
  /** What it is called by beside others, kept as long as it is there; 0 of the current one. */
  readonly number: number;
}

/** Runs that are looked at together, wherever the cursor of the last one is. */
export interface Linked {
  /** Which row of another run goes with the cursor; undefined of one that is none of them. */
  indexIn(run: Run): number | undefined;
  /** How many of the current run's steps are one of another's, on an axis of steps. */
  stride(run: Run): number;
  /** Whether a run is left behind: no axis follows it. */
  leaves(run: Run): boolean;
  /** The outline of a run's dot about a place, in pixels. */
  dot(run: Run, at: readonly [number, number]): [number, number][];
}

/** Whether a step was recorded elsewhere, not computed; the start of such a run is, too. */
export function isGiven(run: Run | undefined, step: number): boolean {
  return run?.given ? step <= run.given.last : false;
}

/** Which step of the loop that was recorded a given step is; undefined where it is not told. */
export function loopStep({ given }: Run, step: number): number | undefined {
  if (!given || step === given.last) return given?.end;
  return given.every > 0 ? step * given.every : undefined;
}

/** Whether the last of some runs is that one, or was forked from it; none goes on from none. */
export function goesOn(runs: readonly Readonly<RunHeader>[], run: number | undefined): boolean {
  if (run === undefined) return runs.length === 0;
  const parents = new Map(runs.map(({ id, parent }) => [id, parent ?? undefined]));
  let own = runs.at(-1)?.id;
  while (own !== undefined && own !== run) own = parents.get(own);
  return own === run;
}

/** A run with the rows that were saved; `learning` is its first recorded scalar. */
export function savedRun({ steps, columns, ...header }: SavedRun, learning: string): Run {
  return newRun(header, Rows.saved(steps, columns, learning, header.extras));
}

/**
 * The runs there are after a delta, and its own among them, which has taken its rows in;
 * `complete` is false if rows before them are missing.
 */
export function received(
  known: readonly Run[],
  delta: Delta,
  learning: string,
): { runs: readonly Run[]; run: Run; complete: boolean } {
  const runs = known.filter(({ id }) => delta.runs.includes(id));
  const found = runs.find(({ id }) => id === delta.run.id);
  const run = found ?? begun(runs, delta, learning);
  if (!found) runs.push(run);
  const complete = append(run, delta, learning);
  runs.sort((a, b) => a.id - b.id);
  return { runs: numbered(runs), run, complete };
}

/** The runs, of which each that another one follows has a number that is no other's. */
export function numbered(runs: readonly Run[]): readonly Run[] {
  for (const run of runs.slice(0, -1)) {
    if (run.number > 0) continue;
    const taken = new Set(runs.map(({ number }) => number));
    let number = 1;
    while (taken.has(number)) number += 1;
    Object.assign(run, { number } satisfies Partial<Run>);
  }
  return runs;
}

/** A run that was forked has the rows of its parent until there. */
function begun(runs: readonly Run[], { run, start }: Delta, learning: string): Run {
  const parent = runs.find(({ id }) => id === run.parent);
  const shared = start > 0 && parent?.rows.complete && parent.rows.last >= run.fork;
  return newRun(run, shared ? parent.rows.upTo(run.fork) : new Rows(learning, run.extras));
}

function append(run: Run, { run: header, start, columns }: Delta, learning: string): boolean {
  if (!run.rows.complete && start === 0) {
    const rows = new Rows(learning, header.extras);
    Object.assign(run, { rows, envelope: new Envelope(rows) });
  }
  const { rows } = run;
  const skip = rows.count - start;
  const fits = rows.complete && skip >= 0;
  if (fits && skip < columns.value.length) rows.append(slice(columns, skip));
  const { last: expected, status, settings, batches } = header;
  const last = Math.max(0, rows.last);
  Object.assign(run, { expected, status, settings, batches, last } satisfies Partial<Run>);
  return fits;
}

function newRun(header: RunHeader, rows: Rows): Run {
  return { ...header, rows, envelope: new Envelope(rows), expected: header.last, number: 0 };
}
