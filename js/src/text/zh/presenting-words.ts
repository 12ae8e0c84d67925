/** What presents, in Chinese. */

import type { PresentingWords } from "../presenting-words.ts";

export const presentingWords: PresentingWords = {
  question: (number, count) => `第 ${number} 题，共 ${count} 题`,
  label: (number, count) => `演示：第 ${number} 题，共 ${count} 题`,
  plainLabel: "演示",
  setting: (problem, optimizer, rate, batch, starts) =>
    [
      problem,
      optimizer,
      rate && `学习率 ${rate}`,
      batch && `每步 ${batch} 个样本`,
      starts && `从 ${starts} 开始`,
    ]
      .filter(Boolean)
      .join("，"),
  answers: "答案与票数",
  answer: "答案",
  rate: "学习率",
  steps: "步数",
  votes: "票数",
  share: "比例",
  of: (letter, what) => `${letter}：${what}`,
  slider: (letter, name) => `${letter}：${name}，图上的滑块`,
  stepsHint: "填一个整数步数，或填“永不”。",
  placeHint: "输入数值、拖动滑块，或在图中点击；拖动标记可移动它。",
  placePlaneHint: "输入两个数值，或在图中点击；拖动标记可移动它。",
  notVotes: "请填 0 或更大的整数。",
  notNumber: "请填一个数。",
  notSteps: "请填 0 或更大的整数，或填“永不”。",
  notRate: "请填一个大于 0 的数。",
  never: "永不",
  shareOf: (votes, all) => `${all} 票中的 ${votes} 票，${Math.round((100 * votes) / all)} %`,
  counted: (votes) => `${votes} 票`,
  reveal: "揭晓",
  revealHint: "播放这次运行，并说出正确答案（R）",
  next: "下一题",
  nextHint: "下一题（N 或 →）",
  back: "上一题",
  backHint: "上一题（←）",
  leave: "退出",
  leaveHint: "退出演示（P 或 Escape）",
  truth: "正确",
  damaged: "此页面中的正确答案已损坏。",
  wasModel: "参考答案",
  told: (letter, said, verdict, votes) =>
    `${letter}：${[said, verdict, votes].filter(Boolean).join("，")}。`,
};
