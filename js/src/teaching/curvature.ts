/** What is said of the curvature; `gdwidget/_landscape/divergence.py` says the same. */

import type { Curvature } from "../protocol/messages.ts";
import type { Words } from "../text/words.ts";

const PLAIN = "sgd";
const CUSTOM = "custom";
/** Shares of a direction's squared length, from which on numbers name it. */
const ALONE = 0.99;
const MOSTLY = 0.8;
/** Up to this relative difference two factors are the same. */
const SAME = 0.01;
/** Between these a number is written without an exponent. */
const PLAIN_FROM = 1e-4;
const PLAIN_TO = 1e6;

/** What is known of a run whose loss grew. */
export interface Growth {
  /** From where on it grew. */
  step: number;
  /** The learning rate of the step from there. */
  rate: number;
  measured: Curvature;
  /** What the next step made of the gradient along the sharpest direction. */
  factor: number | undefined;
  batches: boolean;
}

/** How large the rate may be, and that this holds nearby only. */
export function limitText(words: Words, measured: Curvature, batches: boolean): string {
  const { known, sharpness, limit } = measured;
  const { ruler } = words;
  if (!known) return ruler.unknown(nameOf(measured));
  if (sharpness === null) return ruler.notHere;
  if (limit === null) return ruler.noLimitHere;
  return ruler.limit(curvature(words, measured, 0, batches), short(limit));
}

/** Why the loss grew. */
export function growthText(
  words: Words,
  { step, rate, measured, factor, batches }: Growth,
): string {
  const { optimizer, known, sharpness, limit, along } = measured;
  const { ruler } = words;
  const where = curvature(words, measured, step, batches);
  if (!known) return ruler.unknown(nameOf(measured));
  if (sharpness === null) return ruler.notThere;
  if (limit === null) return ruler.noLimitThere(where);
  const compared = [short(rate), short(limit), optimizer, where] as const;
  if (rate <= limit) return ruler.below(...compared);
  if (optimizer !== PLAIN) return ruler.above(...compared);
  const expected = 1 - rate * sharpness;
  const product = `1 − ${short(rate)} · ${short(sharpness)} = ${short(expected)}`;
  const alone = Object.keys(along).length === 1;
  return ruler.multiplied(where, product, told(words, factor, expected, batches), alone);
}

function told(
  { ruler }: Words,
  factor: number | undefined,
  expected: number,
  batches: boolean,
): string {
  if (factor === undefined) return "";
  if (batches) return ruler.onBatches(short(factor));
  const same = Math.abs(factor - expected) <= SAME * Math.abs(expected);
  return (same ? ruler.same : ruler.other)(short(factor));
}

function nameOf({ optimizer }: Curvature): string {
  return optimizer === CUSTOM ? "" : optimizer;
}

function curvature({ ruler }: Words, measured: Curvature, step: number, allData: boolean): string {
  const { sharpness, own_units: own, optimizer } = measured;
  const units = own ? optimizer : "";
  const direction = directionOf(measured.along);
  return ruler.curvature({ sharpness: short(sharpness ?? 0), ...direction, step, units, allData });
}

/** The direction's largest components, as far as few say most of it. */
function directionOf(parts: Readonly<Record<string, number>>): {
  along: readonly string[];
  mostly: boolean;
} {
  const names = Object.keys(parts);
  const share = (name: string): number => (parts[name] as number) ** 2;
  const largest = [...names].sort((a, b) => share(b) - share(a)).slice(0, 2);
  let total = 0;
  for (const [index, name] of largest.entries()) {
    total += share(name);
    if (total < MOSTLY) continue;
    const along = names.filter((each) => largest.slice(0, index + 1).includes(each));
    return { along, mostly: total < ALONE };
  }
  return { along: [], mostly: false };
}

/** A number to four digits. */
function short(number: number): string {
  const size = Number(Math.abs(number).toPrecision(4));
  const plain = size === 0 || (size >= PLAIN_FROM && size < PLAIN_TO);
  const [mantissa, exponent] = size.toExponential().split("e");
  const text = plain ? String(size) : `${mantissa}e${Number(exponent)}`;
  return number < 0 ? `−${text}` : text;
}
