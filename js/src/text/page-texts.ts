/** What a page without a kernel says itself. */

import { forbidden, notDrawn } from "./texts.ts";
import type { Translated } from "./translated.ts";

export type PageTexts = Translated<typeof pageTexts>;

export const pageTexts = {
  notDrawn,
  forbidden,
  /** Between two sentences. */
  gap: " ",
  said: (sentence: string) => sentence,
  damaged: (reason: string) => `A part of it is damaged: ${reason}`,
  copyLink: "Copy link",
  linkCopied: "Copied: the address of this page holds its settings.",
  copyYourself: "The page may not copy; copy the address yourself: ",
  address: "address of this page",
  notShown: "The widget cannot be shown here.",
  notBegun: "Its script has not begun: it is damaged, or this page is very slow.",
};
