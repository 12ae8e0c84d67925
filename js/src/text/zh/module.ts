/** Everything in Chinese: a module of its own, built by itself (zh.js), loaded where it is used. */

import type { Texts } from "../texts.ts";
import { engineTexts } from "./engine-texts.ts";
import { presentingWords } from "./presenting-words.ts";
import { texts as main } from "./texts.ts";
import { words } from "./words.ts";

export const texts: Texts = {
  ...main,
  words,
  engine: engineTexts,
  presenting: presentingWords,
};
