/** Where there is no room for all figures: which one stands below the first. */

import type { Texts } from "../text/texts.ts";
import { element, KEEPS_KEYS, uniqueName } from "./elements.ts";

const TABS = ["steps", "data"] as const;

/** A choice that the style sheet shows where it is narrow; it sets `data-tab` on `figures`. */
export function tabs(figures: HTMLElement, texts: Texts, changed: () => void): HTMLElement {
  const name = uniqueName();
  const choices = TABS.map((tab) => {
    const input = element("input", {
      type: "radio",
      name,
      checked: tab === "steps",
      ...KEEPS_KEYS,
    });
    input.addEventListener("change", () => {
      figures.dataset.tab = tab;
      changed();
    });
    return element("label", {}, input, element("span", {}, texts.tabs[tab]));
  });
  figures.dataset.tab = "steps";
  const about = { role: "radiogroup", "aria-label": texts.secondFigure };
  return element("div", { class: "gdwidget-tabs", ...about }, ...choices);
}
