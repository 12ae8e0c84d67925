/** Why the loss of a run grew: mirror of gdwidget/_landscape/divergence.py. */

import type { Rows } from "../model/rows.ts";
import type { Store } from "../model/store.ts";
import type { Curvature } from "../protocol/messages.ts";
import { wordsOf } from "../text/words.ts";
import { growthText } from "./curvature.ts";

/** What share of a direction must be recorded for steps to be measured along it. */
const MOST = 0.99;
/** How many steps are looked at. */
const EARLY = 5;
/** A share of the gradient that is too small to be measured by. */
const SLIGHT = 1e-3;

/** Resolves to one sentence; `measure` has the curvature at a step. */
export async function explained(
  store: Store,
  measure: (step: number) => Promise<Curvature | undefined>,
): Promise<string> {
  const { run, index } = store;
  if (!run) return "";
  const { rows } = run;
  const said = wordsOf(store.texts);
  const at = lowest(rows, index);
  const step = rows.stepAt(at);
  if (at === index) return said.ruler.notGrown(step);
  const measured = await measure(step);
  if (!measured) return said.ruler.noKernel;
  return growthText(said, {
    step,
    rate: rows.row(at + 1).rate,
    measured,
    factor: factor(rows, at, index, measured.along),
    batches: run.batches !== null,
  });
}

/** Where the loss is least until some row. */
function lowest(rows: Rows, last: number): number {
  let least = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let index = 0; index <= last; index += 1) {
    const height = rows.height(index);
    if (height < least) [least, at] = [height, index];
  }
  return at;
}

/** What the first step that tells made of the gradient along a direction. */
function factor(
  rows: Rows,
  from: number,
  until: number,
  along: Readonly<Record<string, number>>,
): number | undefined {
  const parts = Object.entries(along);
  if (parts.reduce((sum, [, part]) => sum + part ** 2, 0) < MOST) return undefined;
  const slopes = (index: number): number[] =>
    parts.map(([name]) => rows.gradientOf(name)?.at(index) ?? Number.NaN);
  const height = (index: number): number =>
    slopes(index).reduce((sum, slope, at) => sum + slope * (parts[at]?.[1] as number), 0);
  for (let index = from; index < Math.min(from + EARLY, until); index += 1) {
    if (rows.stepAt(index + 1) !== rows.stepAt(index) + 1) return undefined;
    const [before, after] = [height(index), height(index + 1)];
    const tells = Math.abs(before) > SLIGHT * Math.hypot(...slopes(index));
    if (tells && Number.isFinite(before) && Number.isFinite(after)) return after / before;
  }
  return undefined;
}
