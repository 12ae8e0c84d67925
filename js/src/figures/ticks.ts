/** Ticks at round numbers, and how they are written. */

import { grouped } from "../text/format.ts";

/** Room that a tick's text takes. */
export const TICK_PIXELS = { horizontal: 56, vertical: 45 };

/** Beyond so many times the way from one to the next, ticks are long to read. */
const MOST_APART = 1e5;

/** How wide a digit is, how far the name stands from the end of its axis, and what moves it. */
const DIGIT_PIXELS = 7;
const NAME_PIXELS = 7;
const SPACE_PIXELS = 3.5;

/** With more, "step" would be cut where the picture ends. */
const MOST_SPACES = 3;

/** What stands between the last tick's text and the name. */
const GAP_PIXELS = 6;

/** Beyond so many characters, ticks are cut at the side of a picture. */
const LONGEST = 8;

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
  // Of one number no scale can be read.
  if (last === first && most >= 2) return linearTicks(low, high, 2 * most);
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
function commonPart(ticks: readonly number[]): number {
  const [first, last] = [ticks[0] ?? 0, ticks.at(-1) ?? 0];
  const span = last - first;
  const apart = span / (ticks.length - 1);
  if (!(MOST_APART * apart < Math.max(Math.abs(first), Math.abs(last)))) return 0;
  const unit = 10 ** Math.ceil(Math.log10(span));
  return tidy(Math.round((first + last) / 2 / unit) * unit);
}

/** The power of ten of which ticks are told where they would be too long otherwise; or 1. */
function commonUnit(ticks: readonly number[], common: number): number {
  if (ticks.every((tick) => tickText(tick, { common, unit: 1 }).length <= LONGEST)) return 1;
  const most = Math.max(...ticks.map((tick) => Math.abs(tick - common)));
  return Number(`1e${Math.floor(Math.log10(most))}`);
}

/** What all ticks of an axis are less, and then are in units of. */
export interface Shared {
  common: number;
  unit: number;
}

const NOTHING: Shared = { common: 0, unit: 1 };

export function shared(ticks: readonly number[]): Shared {
  const common = commonPart(ticks);
  return { common, unit: commonUnit(ticks, common) };
}

/** The name of an axis with what its ticks share. */
export function axisText(name: string, { common, unit }: Shared): string {
  const sign = common < 0 ? "+" : "−";
  const rest = common === 0 ? name : `${name} ${sign} ${tickText(Math.abs(common))}`;
  if (unit === 1) return rest;
  return `${common === 0 ? name : `(${rest})`} in ${powerText(unit)}`;
}

/**
 * The name at the end of an axis, moved away from the last tick's text where that reaches beyond
 * the end, which is so many pixels further; none where there is no room for both.
 */
export function besideTicks(
  name: string,
  ticks: readonly number[],
  known: Shared,
  further: number,
): string {
  const last = ticks.at(-1);
  if (last === undefined || name === "") return name;
  const over = (DIGIT_PIXELS * tickText(last, known).length) / 2 - further;
  const needed = Math.ceil((over - NAME_PIXELS) / SPACE_PIXELS);
  if (needed > MOST_SPACES) return "";
  const wanted = Math.ceil((over + GAP_PIXELS - NAME_PIXELS) / SPACE_PIXELS);
  return `${"\u00a0".repeat(Math.max(0, Math.min(wanted, MOST_SPACES)))}${name}`;
}

/** A tick as it is written, with or without what all ticks share. */
export function tickText(tick: number, { common, unit } = NOTHING): string {
  const value = tidy((tick - common) / unit, Math.abs(tick / unit));
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
