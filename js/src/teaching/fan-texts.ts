/** What is said of all steps that could be next; `gdwidget/_landscape/fan.py` says the same. */

import type { FanAnswer } from "../protocol/wire.ts";

export const NOT_NOW = "The next steps could not be tried just now.";

/** The marks of either kind, with what they mean. */
export const LEGEND = [
  ["up", "▲", "uphill"],
  ["down", "▼", "downhill"],
] as const;

/** Whether the loss on all data is larger afterwards, or not finite. */
export function risesOf(before: number, after: number): boolean {
  return !(after <= before);
}

export function sentence({ size, whole, loss, losses }: FanAnswer): string {
  if (!Number.isFinite(loss)) return "The loss is not finite here.";
  const count = losses.length;
  const uphill = losses.filter((after) => risesOf(loss, after)).length;
  const share = (100 * uphill) / count;
  const some = uphill > 0 && uphill < count;
  const percent = some ? Math.min(99, Math.max(1, Math.round(share))) : share;
  const kind = size === 1 ? "single samples" : `batches of ${size.toLocaleString("en-US")}`;
  const all = size === 1 ? `the ${kind}` : `all ${kind}`;
  const which = whole ? all : `${count} ${kind}, chosen by the seed,`;
  return `${percent} % of ${which} would lead uphill.`;
}
