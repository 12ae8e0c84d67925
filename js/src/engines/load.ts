/** Loading what computes in a page, from the text that was saved with the widget. */

import { importText } from "../dom/import-text.ts";
import { followPolicy, forbiddenBy } from "../dom/policy.ts";
import type { Texts } from "../text/texts.ts";

export type Module = typeof import("../page-engine/module.ts");

/** Rejects with a sentence where the text is missing or is no such module. */
export async function load(script: string, texts: Texts): Promise<Module> {
  if (!script) throw new Error(texts.noEngine);
  followPolicy();
  try {
    return await importText(script);
  } catch (error) {
    console.error(error);
    const directive = await forbiddenBy();
    throw new Error(directive ? texts.forbidden(directive) : texts.brokenEngine);
  }
}
