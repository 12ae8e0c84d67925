/** What is said of steps that a page computes, in Chinese. */

import type { EngineTexts } from "../engine-texts.ts";
import { countText } from "../format.ts";

/** A relative difference from which on rounding has grown. */
const GROWN = 1e-5;

export const engineTexts: EngineTexts = {
  recomputing: "由本页计算 · 正在重新计算已记录的步……",
  computedHere: "由本页计算",
  recomputed: "由本页计算 · 重新算过：完全相同",
  recomputedApart: (difference, parted) => {
    const apart = difference === 0 ? "完全相同" : `最大相对误差 ${difference.toExponential(0)}`;
    const other = difference < GROWN ? "走的是另外的步" : "每次舍入都被放大";
    if (parted === undefined) return `由本页计算 · 重新算过：${apart}`;
    return `由本页计算 · 重新算过：到第 ${countText(parted)} 步${apart}；此后${other}`;
  },
  notAllRuns: "（不是所有的运行）",
  notRecomputed: (reason) => `已记录的步只能重放。${reason}重置或换一个起点后，将在本页重新计算。`,
  wrongSteps: (step) =>
    `它在第 ${countText(step)} 步算出的与记录的不同，差别超过舍入误差：本页自己走的步会是错的。`,
  tooLong: "重新走一遍需要太长时间。",
  endsEarlier: (step) => `在这里重新走，走到第 ${countText(step)} 步就结束了。`,
  noRunSettings: "它们的设置没有保存。",
  notComputable: "本页不能用它来计算。",
  noSuchPlane: "计算这个平面需要内核。",
  linkRefused: (parts) => `本页的地址中有不是设置的内容，已忽略：${parts.join("、")}。`,
};
