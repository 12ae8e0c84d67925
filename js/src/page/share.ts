/** The button that copies the page's address, which holds the settings. */

import { element } from "../controls/elements.ts";
import type { PageTexts } from "../text/page-texts.ts";

/** Adds the button, and beside it a place that says what became of it. */
export function addShare(foot: HTMLElement, texts: PageTexts): void {
  const said = element("output", {});
  const copy = element("button", { type: "button" }, texts.copyLink);
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = texts.linkCopied;
    } catch {
      const address = element("input", { readonly: true, "aria-label": texts.address });
      address.value = location.href;
      said.replaceChildren(texts.copyYourself, address);
      address.select();
    }
  });
  foot.append(copy, said);
}
