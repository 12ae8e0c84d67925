/** What steps and what was saved are refused for, in Chinese. */

import { type Reasons, sayer } from "./page-reasons.ts";

const reasons: Reasons = [
  ["The saved steps are missing.", "保存的各步缺失了。"],
  [
    "The saved steps are of version {}; this page reads up to {}.",
    "保存的各步是版本 {} 的；本页最多只能读到 {}。",
  ],
  ["The saved steps are damaged.", "保存的各步损坏了。"],
  ["The saved curve is damaged.", "保存的曲线损坏了。"],
  ["The saved plane is damaged.", "保存的平面损坏了。"],
  ["The saved figure of the data is damaged.", "保存的数据图损坏了。"],
  ["The saved numbers are damaged.", "保存的数损坏了。"],
  ["A part of it is not what it should be.", "其中一部分不是应有的内容。"],
  [
    "The data come as a stream, of which a page has only what was recorded.",
    "数据以流的形式给出，页面只有其中已记录的部分。",
  ],
  [
    "A run was recorded elsewhere: a page goes on only where it can take all steps again.",
    "有一次运行是在别处记录的：页面只有在能重走所有各步时才能继续。",
  ],
  [
    "Data and parameters are {} numbers; up to {} travel with a page.",
    "数据和参数共有 {} 个数；随页面携带的最多 {} 个。",
  ],
  [
    "Data and parameters are {} numbers, and the programs hold {} more, such as those that the loss closes over; up to {} travel with a page.",
    "数据和参数共有 {} 个数，程序中还有 {} 个，例如损失函数引用的数；随页面携带的最多 {} 个。",
  ],
  ["In {}: tracing it raised {}: {}", "在 {} 中：追踪时引发了 {}：{}"],
  ["In {}: {}", "在 {} 中：{}"],
  ["The parameters' names are missing.", "缺少参数的名字。"],
  ["The kernel is gone.", "内核已断开。"],
  ["To take them again would take too long.", "重新走一遍需要太长时间。"],
  ["Taken again here, they end at step {}.", "在这里重新走，走到第 {} 步就结束了。"],
  ["Their settings were not saved.", "它们的设置没有保存。"],
  ["This page cannot compute with that.", "本页不能用它来计算。"],
  ["To evaluate this plane takes a kernel.", "计算这个平面需要内核。"],
  [
    "What it computes at step {} is not what was recorded, by more than rounding: its own steps would be wrong.",
    "它在第 {} 步算出的与记录的不同，差别超过舍入误差：本页自己走的步会是错的。",
  ],
  [
    "What this page would need to compute is of version {}; this page reads up to {}.",
    "本页计算所需的部分是版本 {} 的；本页最多只能读到 {}。",
  ],
  ["What this page would need to compute is missing.", "本页计算所需的部分缺失了。"],
  [
    'What this page would need to compute is damaged: the program "{}" does not fit.',
    "本页计算所需的部分损坏了：程序“{}”不相符。",
  ],
  ["What this page would need to compute is damaged ({}).", "本页计算所需的部分损坏了（{}）。"],
  [
    "What this page would need to compute does not fit the problem.",
    "本页计算所需的部分与问题不符。",
  ],
  ["Batches of {} samples were not exported.", "每批 {} 个样本的程序没有导出。"],
  ["The optimizer {} was not exported.", "优化器 {} 没有导出。"],
  ["The model was not exported.", "模型没有导出。"],
  ["There is no recorded number {}.", "没有记录名为 {} 的数。"],
  ["There are no data to draw the model for.", "没有可用来画模型的数据。"],
  ["There is no decay called {}.", "没有名为 {} 的衰减方式。"],
  [
    "The learning rate of step {} is {}, which is no rate.",
    "第 {} 步的学习率是 {}，这不是学习率。",
  ],
  ["{} is no start for {}: it must be finite.", "{} 不能作为 {} 的起点：起点必须是有限的数。"],
  ["There is no parameter {}.", "没有名为 {} 的参数。"],
  ["The optimizer remembers nothing of this state.", "优化器没有这个状态的记忆。"],
  [
    "A run starts where the loss and its gradient are finite: loss {}, gradient {} at {}.",
    "运行的起点处，损失和梯度必须是有限的数：在 {2} 处损失是 {0}，梯度是 {1}。",
  ],
  [
    "A run starts where the loss and its gradient are finite: loss {}, gradient {}.",
    "运行的起点处，损失和梯度必须是有限的数：损失是 {}，梯度是 {}。",
  ],
  ["What was asked took too long to compute; it was stopped.", "计算时间太长，已经停止。"],
  ["Nothing is computed here any more.", "这里不再计算。"],
  [
    "The program of this page uses {}, which is not known here.",
    "本页的程序用到了这里没有的运算 {}。",
  ],
  ["The program of this page takes too long to run here.", "本页的程序在这里运行需要太长时间。"],
  ["The program of this page is too large to run here.", "本页的程序太大，不能在这里运行。"],
  ["The program of this page is damaged: {}.", "本页的程序损坏了。"],
];

export const reasonText = sayer(reasons);
