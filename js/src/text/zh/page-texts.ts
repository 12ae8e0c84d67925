/** What a page without a kernel says itself, in Chinese. */

import type { PageTexts } from "../page-texts.ts";
import { pageReasons, sayer } from "./page-reasons.ts";

export const notDrawn = "部件无法在这里画出：它的一部分缺失或损坏。";

export const forbidden = (directive: string): string =>
  `本页的安全策略禁止它运行（${directive}：不允许 blob:）。`;

export const texts: PageTexts = {
  notDrawn,
  forbidden,
  gap: "",
  said: sayer(pageReasons),
  damaged: (reason) => `它的一部分损坏了：${reason}`,
  copyLink: "复制链接",
  linkCopied: "已复制：本页的地址中含有它的设置。",
  copyYourself: "页面不允许复制；请自行复制这个地址：",
  address: "本页的地址",
  notShown: "部件无法在这里显示。",
  notBegun: "它的脚本还没有开始运行：脚本已损坏，或者页面很慢。",
};
