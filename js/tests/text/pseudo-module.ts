/** What a page loads instead of another language, to see whether longer texts have room. */

import { engineTexts } from "../../src/text/engine-texts.ts";
import { texts as english, type Texts } from "../../src/text/texts.ts";
import { wordsOf } from "../../src/text/words.ts";
import { pseudoTable } from "./pseudo.ts";

export const texts: Texts = {
  ...pseudoTable(english),
  lang: "en",
  list: english.list,
  gap: english.gap,
  words: pseudoTable(wordsOf({})),
  engine: pseudoTable(engineTexts),
};
