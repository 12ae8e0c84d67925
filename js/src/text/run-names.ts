/** What sets the runs of a page apart, in words. */

import type { Run } from "../model/runs.ts";
import { CONSTANT } from "../model/state.ts";
import { countText, float32Text } from "./format.ts";

/** The names of runs: of each only what is not the same of all of them. */
export function runNames(runs: readonly Run[]): string[] {
  const told = runs.map(parts);
  const differing = told[0]?.map((part, at) => told.some((other) => other[at] !== part));
  return told.map((all) => all.filter((part, at) => part && differing?.[at]).join(", "));
}

/** In the same places of every run, empty where it has nothing to say there. */
function parts(run: Run): string[] {
  const { settings, batches, params, parent, fork } = run;
  const { optimizer } = settings;
  const size = batches?.size ?? 0;
  return [
    optimizer === "custom" ? "custom optimizer" : optimizer,
    settings.takes_rate ? rateText(run) : "",
    size === 1 ? "single samples" : size > 0 ? `batches of ${countText(size)}` : "all samples",
    ...Object.entries(params).map(([name, value]) => `${name} = ${float32Text(value)}`),
    parent === null ? "" : `from step ${countText(fork)}`,
  ];
}

/** The rates that took a step of its own; before one has there is none. */
function rateText({ rows, fork, settings }: Run): string {
  const own = rows.indexOf(fork) + 1;
  if (own >= rows.count) return "";
  if (settings.decay !== CONSTANT) {
    return `learning rate ${float32Text(settings.peak)} (${settings.decay})`;
  }
  const [first, last] = [own, rows.count - 1].map((index) => float32Text(rows.row(index).rate));
  return first === last ? `learning rate ${last}` : `learning rate ${first}, then ${last}`;
}
