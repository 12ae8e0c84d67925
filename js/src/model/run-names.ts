/** What sets the runs of a page apart, in words. */

import { float32Text } from "../text/format.ts";
import type { Texts } from "../text/texts.ts";
import { isGiven, type Run } from "./runs.ts";
import { CONSTANT } from "./state.ts";

/** The names of runs: of each only what is not the same of all of them. */
export function runNames(runs: readonly Run[], texts: Texts): string[] {
  const told = runs.map((run) => parts(run, texts));
  const differing = told[0]?.map((part, at) => told.some((other) => other[at] !== part));
  return told.map((all) => texts.list(all.filter((part, at) => part && differing?.[at])));
}

/** In the same places of every run, empty where it has nothing to say there. */
function parts(run: Run, { runParts }: Texts): string[] {
  const { settings, batches, params, parent, fork, given } = run;
  const { optimizer } = settings;
  if (isGiven(run, run.last)) return [runParts.elsewhere, "", "", ...blank(params), ""];
  const own = parent === null ? given?.last : fork;
  const size = batches?.size ?? 0;
  return [
    optimizer === "custom" ? runParts.custom : optimizer,
    settings.takes_rate ? rateText(run, runParts) : "",
    size === 1 ? runParts.singles : size > 0 ? runParts.batches(size) : runParts.all,
    ...Object.entries(params).map(([name, value]) => `${name} = ${float32Text(value)}`),
    own === undefined ? "" : runParts.from(own),
  ];
}

function blank(params: Run["params"]): string[] {
  return Object.keys(params).map(() => "");
}

/** The rates that took a step of its own; before one has there is none. */
function rateText({ rows, fork, given, settings }: Run, said: Texts["runParts"]): string {
  const own = rows.indexOf(Math.max(fork, given?.last ?? 0)) + 1;
  if (own >= rows.count) return "";
  if (settings.decay !== CONSTANT) {
    return said.decaying(float32Text(settings.peak), settings.decay);
  }
  const [first, last] = [own, rows.count - 1].map((index) => float32Text(rows.row(index).rate)) as [
    string,
    string,
  ];
  return first === last ? said.rate(last) : said.changed(first, last);
}
