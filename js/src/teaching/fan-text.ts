/** What is said of all next steps: how many lead uphill, and where the marks are. */

import type { FanAnswer } from "../protocol/wire.ts";
import { roundedText } from "../text/format.ts";
import type { Spread, Words } from "../text/words.ts";

/** Of fewer it is not said where half of them are. */
const FEW = 8;

/** What is said of them; `gdwidget/_landscape/fan.py` says the same. */
export function sentence(
  { fan }: Words,
  { size, whole, loss, losses }: Pick<FanAnswer, "size" | "whole" | "loss" | "losses">,
): string {
  if (!Number.isFinite(loss)) return fan.notFinite;
  const count = losses.length;
  const uphill = losses.filter((after) => risesOf(loss, after)).length;
  const share = (100 * uphill) / count;
  const some = uphill > 0 && uphill < count;
  const percent = some ? Math.min(99, Math.max(1, Math.round(share))) : share;
  return fan.uphill(percent, size, count, whole);
}

/** Whether the loss on all data is larger afterwards, or not finite. */
export function risesOf(before: number, after: number): boolean {
  return !(after <= before);
}

/** The text form of the marks: from where they lead, and either kind where to. */
export function marksText(
  { fan }: Words,
  { values, loss, losses }: Pick<FanAnswer, "values" | "loss" | "losses">,
  names: readonly string[],
  from: readonly number[],
): string {
  if (!Number.isFinite(loss)) return "";
  const told = names.filter((name) => values[name]);
  const here = told.map((name, at) => `${name} = ${roundedText(from[at] as number)}`);
  const kinds = [true, false].map((uphill) => {
    const chosen = losses.flatMap((after, at) => (risesOf(loss, after) === uphill ? [at] : []));
    if (chosen.length === 0) return "";
    const column = (of: readonly number[]): number[] => chosen.map((at) => of[at] as number);
    const spreads = told.map((name) => spread(name, column(values[name] as readonly number[])));
    const after = spread(fan.loss, column(losses));
    const infinite = chosen.filter((at) => !Number.isFinite(losses[at])).length;
    const kind = fan.lead(chosen.length, uphill, [...spreads, after].flat());
    return infinite > 0 ? kind + fan.infinite(infinite) : kind;
  });
  return [fan.from([...here, `${fan.loss} ${roundedText(loss)}`]), ...kinds]
    .filter(Boolean)
    .join(" ");
}

/** How far finite numbers reach, and of many where half of them are. */
function spread(name: string, numbers: readonly number[]): Spread[] {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const at = (share: number): string =>
    roundedText(sorted[Math.round(share * (sorted.length - 1))] as number);
  const half = sorted.length >= FEW ? ([at(0.25), at(0.75)] as const) : undefined;
  return [{ name, low: at(0), high: at(1), half }];
}
