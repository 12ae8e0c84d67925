/** Which language a widget speaks: its own, else that of the page where what it says can be had. */

import type { WidgetModel } from "../dom/host.ts";
import { texts as english, type Texts } from "../text/texts.ts";
import { loadPart } from "./parts.ts";

/** So long a widget waits to be drawn; then it is drawn in English. */
const PATIENCE_MS = 3000;

/** What a widget is to say, when it is there; undefined where that is English, which is. */
export function chosenTexts(model: WidgetModel): Promise<Texts> | undefined {
  const language = model.get("language") || document.documentElement.lang;
  if (!/^zh\b/i.test(String(language))) return undefined;
  return loadPart<{ texts: Texts }>(model, "zh", PATIENCE_MS).then(
    ({ texts }) => texts,
    (error) => {
      console.warn(error);
      return english;
    },
  );
}
