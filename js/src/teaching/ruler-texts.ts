/** What is said of the curvature; `gdwidget/_landscape/divergence.py` says the same. */

import type { Curvature } from "../protocol/messages.ts";

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

export const texts = {
  noKernel: "The curvature cannot be computed without a kernel.",
  notNow: "The curvature could not be measured just now.",
  measuring: "The curvature is measured when nothing moves.",
  notGrown: (step: number) =>
    `The loss has not grown: it is least at step ${step.toLocaleString("en-US")}.`,
  ruler,
  growth,
} as const;

/** How large the rate may be, and that this holds nearby only. */
function ruler(measured: Curvature, batches: boolean): string {
  const { known, sharpness, limit } = measured;
  if (!known) return unknownLimit(measured);
  if (sharpness === null) return "The curvature cannot be measured here.";
  if (limit === null) return "Curvature sets no limit here.";
  const where = curvature(measured, 0, batches);
  return `${where}: above ${short(limit)} steps grow. It holds nearby: a warning, not a wall.`;
}

/** Why the loss grew. */
function growth({ step, rate, measured, factor, batches }: Growth): string {
  const { optimizer, known, sharpness, limit, along } = measured;
  const where = curvature(measured, step, batches);
  if (!known) return unknownLimit(measured);
  if (sharpness === null) return "The curvature cannot be measured there.";
  if (limit === null) return `${where}: it sets no limit there, and does not explain this.`;
  const compared = (how: string): string =>
    `${short(rate)} is ${how} the limit ${short(limit)} of ${optimizer} with ${where}`;
  if (rate <= limit) {
    return `${compared("below")}: the curvature there does not explain this.`;
  }
  if (optimizer !== PLAIN) return `${compared("above")}.`;
  const expected = 1 - rate * sharpness;
  const by = Object.keys(along).length === 1 ? "by" : "along it by";
  const product = `1 − ${short(rate)} · ${short(sharpness)} = ${short(expected)}`;
  const said = `${where}. Each step multiplies the distance from the minimum ${by} ${product}`;
  if (factor === undefined) return `${said}.`;
  if (batches) return `${said}; measured on batches ${short(factor)}.`;
  const same = Math.abs(factor - expected) <= SAME * Math.abs(expected);
  const why = same ? "" : ", for the curvature changes on the way";
  return `${said}; measured ${short(factor)}${why}.`;
}

function unknownLimit({ optimizer }: Curvature): string {
  return `No limit is known for ${optimizer === CUSTOM ? "this optimizer" : optimizer}.`;
}

function curvature(measured: Curvature, step: number, batches: boolean): string {
  const { sharpness, along, own_units: own, optimizer } = measured;
  const place = step > 0 ? ` at step ${step.toLocaleString("en-US")}` : "";
  const units = own ? `, in ${optimizer}'s own units` : "";
  const data = batches ? ", on all data" : "";
  return `λ = ${short(sharpness ?? 0)}${direction(along)}${place}${units}${data}`;
}

/** The direction's largest components, as far as few say most of it. */
function direction(along: Readonly<Record<string, number>>): string {
  const names = Object.keys(along);
  const share = (name: string): number => (along[name] as number) ** 2;
  const largest = [...names].sort((a, b) => share(b) - share(a)).slice(0, 2);
  let total = 0;
  for (const [index, name] of largest.entries()) {
    total += share(name);
    if (total < MOSTLY) continue;
    const named = names.filter((each) => largest.slice(0, index + 1).includes(each));
    return `${total >= ALONE ? "" : " mostly"} along ${named.join(" and ")}`;
  }
  return "";
}

/** A number to four digits. */
function short(number: number): string {
  const size = Number(Math.abs(number).toPrecision(4));
  const plain = size === 0 || (size >= PLAIN_FROM && size < PLAIN_TO);
  const [mantissa, exponent] = size.toExponential().split("e");
  const text = plain ? String(size) : `${mantissa}e${Number(exponent)}`;
  return number < 0 ? `−${text}` : text;
}
