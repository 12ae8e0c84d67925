/** What is said of steps that this page computes; what is thrown is English, and told by `said`. */

import { countText } from "./format.ts";
import type { Translated } from "./translated.ts";

/** A relative difference from which on rounding has grown. */
const GROWN = 1e-5;

export type EngineTexts = Translated<typeof engineTexts>;

/** What is said in a widget's language. */
export function engineTextsOf(texts: { readonly engine?: EngineTexts }): EngineTexts {
  return texts.engine ?? engineTexts;
}

export const engineTexts = {
  recomputing: "Computed in this page · recomputing the recorded steps …",
  computedHere: "Computed in this page",
  recomputed: "Computed in this page · recomputed here: identical",
  recomputedApart: (difference: number, parted?: number) => {
    const apart =
      difference === 0
        ? "identical"
        : `greatest relative difference ${difference.toExponential(0)}`;
    const other = difference < GROWN ? "the steps are others" : "the steps amplify every rounding";
    const until =
      parted === undefined ? "" : ` up to step ${countText(parted)}; from there on ${other}`;
    return `Computed in this page · recomputed here: ${apart}${until}`;
  },
  notAllRuns: " (not all runs)",
  notRecomputed: (reason: string) =>
    `The recorded steps can only be replayed. ${reason} Reset, or another start, computes anew here.`,
  wrongSteps: (step: number) =>
    `What it computes at step ${countText(step)} is not what was recorded, by more than rounding: its own steps would be wrong.`,
  tooLong: "To take them again would take too long.",
  endsEarlier: (step: number) => `Taken again here, they end at step ${countText(step)}.`,
  noRunSettings: "Their settings were not saved.",
  notComputable: "This page cannot compute with that.",
  noSuchPlane: "To evaluate this plane takes a kernel.",
  linkRefused: (parts: readonly string[]) =>
    `The address of this page holds what is no setting here, ignored: ${parts.join(", ")}.`,
};
