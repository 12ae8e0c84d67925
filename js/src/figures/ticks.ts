/** Ticks at round numbers, and how they are written. */

import { grouped } from "../text/format.ts";

/** Room that a tick's text takes. */
export const TICK_PIXELS = { horizontal: 56, vertical: 45 };

/** Beyond so many times the way from one to the next, ticks are long to read. */
const MOST_APART = 1e5;

/** More than float32 has, fewer than show the dust of binary fractions. */
const TIDY_DIGITS = 12;

/** At most about `most` round numbers between two values. */
export function linearTicks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / unit - 1e-9);
  const last = Math.floor(high / unit + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * unit));
}

/**
 * Powers of ten between two positive values, at most about `most`; for less than a decade 1, 2, 5.
 */
export function logarithmicTicks(low: number, high: number, most: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 2) {
    const powers = Array.from({ length: last - first + 3 }, (_, index) => first - 1 + index);
    const ticks = powers.flatMap((power) => [1, 2, 5].map((digit) => tidy(digit * 10 ** power)));
    return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  }
  const stride = Math.max(1, Math.ceil((last - first) / Math.max(1, most)));
  const ticks: number[] = [];
  for (let power = last; power >= first; power -= stride) ticks.unshift(tidy(10 ** power));
  return ticks;
}

/** A round number near all ticks, where they would need many digits to be told apart; or 0. */
export function commonPart(ticks: readonly number[]): number {
  const [first, last] = [ticks[0] ?? 0, ticks.at(-1) ?? 0];
  const span = last - first;
  const apart = span / (ticks.length - 1);
  if (!(MOST_APART * apart < Math.max(Math.abs(first), Math.abs(last)))) return 0;
  const unit = 10 ** Math.ceil(Math.log10(span));
  return tidy(Math.round((first + last) / 2 / unit) * unit);
}

/** The name of an axis on which a part is left out of all ticks. */
export function axisText(name: string, common: number): string {
  if (common === 0) return name;
  return `${name} ${common < 0 ? "+" : "−"} ${tickText(Math.abs(common))}`;
}

/** A tick as it is written, with or without what all ticks have in common. */
export function tickText(tick: number, common = 0): string {
  const value = tidy(tick - common, Math.abs(tick));
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return powerText(value);
  return grouped(String(value)).replace("-", "−");
}

function powerText(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const raised = [...String(Number(exponent))].map((digit) => SUPERSCRIPT[digit] ?? digit).join("");
  const factor = `${mantissa}·`.replace(/^(-?)1·$/, "$1");
  return `${factor}10${raised}`.replace("-", "−");
}

const SUPERSCRIPT: Record<string, string> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/**
 * Without the dust of binary fractions, which is as fine as the number was from which it comes.
 */
function tidy(value: number, size = Math.abs(value)): number {
  const digits = TIDY_DIGITS - Math.max(0, Math.floor(Math.log10(size / Math.abs(value))));
  return value === 0 || digits < 1 ? 0 : Number(value.toPrecision(Math.min(TIDY_DIGITS, digits)));
}
