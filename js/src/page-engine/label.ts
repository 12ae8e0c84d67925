/** What sets a run apart from others, in the words of gdwidget/_history/run.py. */

import { CONSTANT } from "../model/state.ts";
import { countText } from "../text/format.ts";

const DIGITS = 7;

/** A rate as runs are called by it. */
export interface RunText {
  readonly peak: number;
  readonly decay: string;
}

/**
 * `rates` is false of an optimizer with a rate of its own and before the first own step, `size`
 * 0 where there are no batches.
 */
export function runLabel(
  optimizer: string,
  rates: false | { begun: RunText; latest: RunText },
  size: number,
  fork: number | undefined,
): string {
  const parts = [optimizer === "custom" ? "custom optimizer" : optimizer];
  if (rates) parts.push(rateLabel(rates.begun, rates.latest));
  if (size > 0) parts.push(size === 1 ? "single samples" : `batches of ${size}`);
  if (fork !== undefined) parts.push(`from step ${countText(fork)}`);
  return parts.join(", ");
}

function rateLabel(begun: RunText, latest: RunText): string {
  const [first, last] = [rateText(begun.peak), rateText(latest.peak)];
  if (latest.decay !== CONSTANT) return `learning rate ${last} (${latest.decay})`;
  const changed = begun.decay === CONSTANT && first !== last;
  return changed ? `learning rate ${first}, then ${last}` : `learning rate ${last}`;
}

/** A number as Python's format `.7g` writes it. */
function rateText(rate: number): string {
  const [mantissa, power] = rate.toExponential(DIGITS - 1).split("e") as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < DIGITS) return String(Number(rate.toPrecision(DIGITS)));
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${Number(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
}
