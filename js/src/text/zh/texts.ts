/** All sentences and labels of the widget in Chinese; `../texts.ts` says when each is said. */

import type { LookAnswer } from "../../protocol/messages.ts";
import { countText, float32Text, roundedText } from "../format.ts";
import type { CurvePoint, PlaneTold, Texts } from "../texts.ts";
import { forbidden, notDrawn } from "./page-texts.ts";
import { reasonText } from "./reasons.ts";

/** More samples are counted, not named one by one. */
const MOST_NUMBERED = 10;

const OUTSIDE = "，在图外";

export const texts: Texts = {
  lang: "zh-CN",
  first: "起点",
  firstHint: "回到起点（Home）",
  reset: "重置",
  resetHint: "重新开始（R）",
  back: "退一步",
  backHint: "退回上一步（←）",
  step: "走一步",
  stepHint: "走一步（→ 或 S）",
  run: "运行",
  runHint: "连续走完一次运行的各步（空格）",
  runMenu: "一次运行走多少步",
  pause: "暂停",
  pauseHint: "暂停（空格）",
  controls: "步进",
  problem: "问题",
  starts: "起点",
  optimizer: "优化器",
  batchSize: "批量",
  decay: "衰减",
  picture: "图",
  pictures: {
    one: "一个参数",
    two: "两个参数",
    components: "路径的主成分",
    random: "随机方向",
  },
  axis: (name) =>
    name
      .replace(/^component (\d)$/, "主成分 $1")
      .replace(/^random direction (\d)$/, "随机方向 $1")
      .replace(/^predicted /, "预测的 "),
  shownParameter: "显示的参数",
  across: "横轴的参数",
  up: "纵轴的参数",
  runs: "各次运行",
  currentRun: "当前",
  runHighlight: "突出显示这次运行",
  clearRuns: "清除以前的运行",
  clearRunsHint: "忘掉以前的运行，保留当前这次",
  ownRate: "由传入的对象决定",
  scrub: "步",
  speed: "速度",
  learningRate: "学习率",
  learningRateSlider: "学习率，滑块",
  runSteps: "每次运行的步数",
  ruler: "学习率上限",
  fan: "所有可能的下一步",
  fanHint: "显示每一种可能的下一批会走到哪里",
  why: "为什么？",
  whyHint: "根据测量结果说明损失为什么变大",
  noTeaching: "测量所需的部分既没有保存在这里，内核也没有送来。",
  present: "演示",
  presentHint: "大字号显示（P）",
  tableTitle: "表格",
  table: "已走的各步；上下方向键改变所看的步",
  copy: "复制为 CSV",
  copied: "已复制",
  copyFailed: "页面不允许复制；请选中各行自行复制。",
  linear: "线性",
  logarithmic: "对数",
  lossAxis: "损失轴",
  lossAlong: "损失函数",
  over: (y, x) => `${y} 随 ${x} 的变化`,
  secondFigure: "下方的图",
  tabs: { steps: "步", data: "数据" },
  columns: {
    step: "步",
    loss: "损失",
    fullLoss: "全部数据的损失",
    rate: "学习率",
    next: (name) => `新 ${name}`,
  },
  terms: { gradient: "梯度", momentum: "动量", "second moment": "二阶矩" },
  overSteps: "随步数显示",
  lossOverSteps: "损失随步数的变化",
  scalarOverSteps: (name) => `${name} 随步数的变化`,
  marks: {
    now: "当前",
    next: "下一步",
    start: "起点",
    loss: "损失",
    slope: "斜率",
    batch: "本批",
    downhill: "下坡方向",
    model: "模型",
    error: "误差",
    boundary: "决策边界",
    diagonal: "预测值 = 真值",
    allData: "全部数据",
    batches: "各批",
    inBatch: "本批样本",
  },
  helpTitle: "按键",
  help: [
    ["→ 或 S", "走一步"],
    ["←", "退一步"],
    ["空格", "运行、暂停"],
    ["R", "重置"],
    ["Home、End", "第一步和最后记录的一步"],
    ["P", "用大字号演示"],
    ["损失函数图", "拖动方块，或点击红色曲线，从那里开始"],
    ["", "拖动背景来平移；双击显示整幅图"],
    ["", "Ctrl + 滚轮缩放；选中图后按 + 和 −，按 0 显示整幅图"],
    ["损失随步数图", "点击查看某一步"],
  ],
  dataAndFit: "模型与数据",
  samples: "样本",
  classes: ["类别 0", "类别 1", "类别 2 及以上"],
  noFigures: "这里无法显示图：提供此页面的服务器没有 bqplot。请在那里安装它。",
  figuresAwaited: "正在等待内核发送图：内核正忙，或者已不在。",
  noFigure: "这幅图无法显示：它的一部分缺失或损坏，或者页面没有 bqplot。",
  notDrawn,
  workerForbidden: (directive) => `各步的计算会让页面停顿：安全策略禁止后台线程（${directive}）。`,
  forbidden,
  choice: (name) => (name === "custom" ? "custom（传入的）" : String(name)),
  batchSizeText: (size) => (size === 0 ? "全部样本" : `${countText(Number(size))} 个样本`),
  gap: "",
  list: (parts) => parts.join("，"),
  said: reasonText,
  runParts: {
    custom: "自定义优化器",
    rate: (rate) => `学习率 ${rate}`,
    decaying: (peak, decay) => `学习率 ${peak}（${decay}）`,
    changed: (first, last) => `学习率 ${first}，后来 ${last}`,
    singles: "单个样本",
    batches: (size) => `每批 ${countText(size)} 个`,
    all: "全部样本",
    from: (step) => `从第 ${countText(step)} 步起`,
    elsewhere: "在别处记录",
  },
  rates: (first, last) => `学习率 ${first} → ${last}`,
  runText: (label, loss) => (label ? `${label}，损失 ${loss}` : `损失 ${loss}`),
  batch: ({ epoch, number, count }) =>
    count === 0
      ? `下一步：第 ${countText(number)} 批`
      : `下一步：第 ${countText(epoch)} 轮，第 ${countText(number)} 批（共 ${countText(count)} 批）`,
  start: (name) => `${name} 的起点`,
  startHeld: (name) => `${name}（固定）`,
  count: (cursor, last) => `第 ${countText(cursor)} / ${countText(last)} 步`,
  speedText: (speed) => {
    if (speed === Number.POSITIVE_INFINITY) return "尽可能快";
    if (speed < 1) return `每 ${1 / speed} 秒 1 步`;
    return `每秒 ${countText(speed)} 步`;
  },
  beginning: (row) => `起点处的损失是 ${roundedText(row.loss)}。`,
  stepFell: (by) => `这一步使损失减小了 ${roundedText(by)}。`,
  stepRose: (by) => `这一步使损失增大了 ${roundedText(by)}。`,
  stepSame: "这一步没有改变损失。",
  overshot: (factor) => `走过头了：斜率变号，大小变为原来的 ${roundedText(factor)} 倍。`,
  moves: (name, slope, up, along) =>
    `斜率是 ${roundedText(slope)}，${along ? "所以" : "但"} ${name} 向${up ? "右" : "左"}移动。`,
  underOnAll: (from, now, batch) =>
    `走了 ${countText(now.step)} 步，全部数据的损失是 ${float32Text(now.loss)}，` +
    `起初是 ${float32Text(from.loss)}；这一批的损失是 ${float32Text(batch)}。`,
  underOnBatch: (now) =>
    `走了 ${countText(now.step)} 步，这一批的损失是 ${float32Text(now.loss)}。`,
  converged: (row) => `在第 ${countText(row.step)} 步收敛：梯度恰好为 0，而且两侧的损失都更高。`,
  flat: (row) =>
    `从第 ${countText(row.step)} 步起不再移动：梯度恰好为 0。是极小值、山顶，还是鞍点？`,
  sliceThrough: (step) => `过第 ${countText(step)} 步的截面`,
  update: (size) => size.replace("-", "−"),
  plainUpdate: (rate, gradient) =>
    `−${rate} · ${gradient.startsWith("-") ? `(−${gradient.slice(1)})` : gradient}`,
  lossNow: "损失",
  fell: (by) => `▼ ${by}`,
  rose: (by) => `▲ ${by}`,
  theLoss: "损失",
  theLossOnAllData: "全部数据的损失",
  theGradient: "梯度",
  diverged: (row, what) =>
    `在第 ${countText(row.step)} 步发散：${what}不再是有限的数。请退回或重置，再试较小的学习率。`,
  divergedElsewhere: (row, what) =>
    `在别处记录到第 ${countText(row.step)} 步：在那里${what}不再是有限的数。`,
  ended: (row) => `数据在第 ${countText(row.step)} 步用完：没有下一批了。可以退回去看已走的各步。`,
  growing: (from, now) =>
    `正在发散：损失从 ${float32Text(from.loss)} 增大到 ${float32Text(now.loss)}。学习率在这里太大了。`,
  still: (names) => `${stillText(names)}：更新量太小，float32 加不上去。`,
  rateFallen: (names) => `学习率已降到 0：${stillText(names)}。`,
  silent: (names, batchSize) => {
    const [name = ""] = names;
    const what = names.length === 1 ? ` ${name} ` : "这些参数";
    if (batchSize === undefined) return `梯度恰好为 0：${stillText(names)}。`;
    return `这${batchSize === 1 ? "个样本" : "一批"}对${what}没有提供信息：它的梯度恰好为 0。`;
  },
  outside: (name, row, side) =>
    `${name} = ${float32Text(row.value)} 在图外，偏${side === "left" ? "左" : "右"}。`,
  forks: (rate, recorded) =>
    `下一步将从这里走上新的路径，学习率是 ${float32Text(rate)}：记录中的那一步用的是 ${float32Text(recorded)}。`,
  forksFromGiven: (rate) =>
    `下一步将从这里走上新的路径，学习率是 ${float32Text(rate)}：记录中的那一步是在别处走的。`,
  recordedElsewhere: "在别处记录，不是在这里计算的。",
  recordedInLoop: (step) => `记录于某个循环的第 ${countText(step)} 步；其间做了什么并不知道。`,
  forksCompiled: "下一步将从这里走上新的路径：从现在起各步以另一种方式编译。",
  paused: (row) => `在第 ${countText(row.step)} 步暂停，损失 ${float32Text(row.loss)}。`,
  runEnded: (row) => `运行在第 ${countText(row.step)} 步结束，损失 ${float32Text(row.loss)}。`,
  gone: "内核已断开：不能走新的步。已记录的仍在这里；要继续，请重新运行单元格。",
  noKernel: "这里没有内核：不能走新的步，但可以查看已记录的步。",
  waiting: "正在等待内核，它正忙。",
  waitingLong: "仍在等待内核。如果没有单元格在运行，说明请求没有送达：请重新运行该单元格。",
  waitingHere: "正在计算；这里每一步都需要较长时间。",
  goOn: "在本页继续",
  goOnHint: "从已记录的步出发，在本页计算后面的步",
  goneOn: "后面的步在本页计算。",
  leftOut: (kept, all) =>
    `这次运行共 ${countText(all)} 行，保存了 ${countText(kept)} 行：最前和最后的各 1,000 行，以及画出来的行。`,
  replayed: (reason) => `本页不能自己走步。${reason}`,
  noEngine: "本页计算所需的部分缺失了。",
  brokenEngine: "本页计算所需的部分损坏了。",
  planeKept: "路径已经往前走了；要重画这幅图需要内核。",
  keptLook: (step) => `保存时的样子，第 ${countText(step)} 步`,
  notNumber: (label) => `${label}：请输入一个数。`,
  notRate: "学习率：请输入大于 0 的数，例如 0.01。",
  notSteps: "每次运行的步数：请输入 1 到 10,000,000 之间的整数。",
  unreadable: "保存的各步无法读取；请重新运行单元格。",
  unreadablePicture: "保存的一幅图无法读取。",
  unreadableSettings: "这个部件保存的内容无法读取；请重新运行单元格。",
  aboutNumbers: "关于这些数",
  fused: "由一个融合的程序算出：最后一位数字可能与逐步计算的不同。",
  noQuestions: "问题无法显示：提问所需的部分缺失或损坏。",
  lossFunctionAlternative: (name, from, now, coming, outside, hides, fog) =>
    `损失函数图，${fog ? `只画出算过的地方，横轴是 ${name}` : `${name} 上的红色曲线`}，学习路径为蓝色：` +
    `从 ${name} = ${float32Text(from.value)}、损失 ${float32Text(from.loss)}，` +
    `到第 ${countText(now.step)} 步的 ${name} = ${float32Text(now.value)}、损失 ${float32Text(now.loss)}${outside ? OUTSIDE : ""}。` +
    (hides
      ? ""
      : `那里的斜率是 ${float32Text(now.gradient)}` +
        (coming === undefined ? "。" : `；下一步走到 ${float32Text(coming)}。`)),
  curveAlternative: (name, [low, least, high]) =>
    `曲线从 ${pointText(name, low)} 到 ${pointText(name, high)}；最低处为 ${pointText(name, least)}。`,
  redraw: "重画",
  redrawHint: "按现在的路径重新计算平面上的损失",
  planeOutdated: "此后路径又往前走了。",
  explained: (share) => `这个平面包含路径方差的 ${Math.round(1000 * share) / 10} %。`,
  planeHelp: [
    ["平面上的损失", "点击，或拖动方块，从那里开始"],
    ["", "Ctrl + 滚轮缩放；选中图后按 + 和 −，按 0 显示整幅图"],
  ],
  stretched: (name, times) =>
    `${name} 方向拉伸 ${Number(Math.max(times, 1 / times).toPrecision(2))} 倍`,
  planeAlternative: (told) => planeText(told),
  lossAgainstStepAlternative: (from, now, last, least) =>
    `损失随步数变化的图，${countText(last)} 个已记录步上的一条线：` +
    `第 0 步为 ${float32Text(from.loss)}，第 ${countText(now.step)} 步为 ${float32Text(now.loss)}，` +
    `最小为 ${float32Text(least)}。`,
  scalarAgainstStepAlternative: (name, from, now, last) =>
    `${name} 随步数变化的图，${countText(last)} 个已记录步上的一条蓝线：` +
    `第 0 步为 ${float32Text(from.value)}，第 ${countText(now.step)} 步为 ${float32Text(now.value)}。` +
    "刻度按后面的步调整。",
  dataAlternative: (look) =>
    `第 ${countText(look.step)} 步时 ${samplesText(look)}的图，${fitText(look)}${batchText(look)}。`,
  samplesAlternative: (look) =>
    `${samplesText(look)}的图，纵轴 ${texts.axis(look.y)}，横轴 ${look.x}${placesText(look)}。`,
};

function planeText(told: PlaneTold): string {
  const { x, y, least, most, holes, explained, start, cursor, step, loss, downhill } = told;
  const at = ([across, up]: readonly [number, number]): string =>
    `${x} = ${float32Text(across)}、${y} = ${float32Text(up)}`;
  return [
    `损失在 ${x} 和 ${y} 平面上的分布图` +
      (told.fog ? "，只画出算过的地方。" : `：从 ${float32Text(least)} 到 ${float32Text(most)}。`),
    told.stretched && `画时${told.stretched}。`,
    holes > 0 && !told.fog ? `其中 ${Math.ceil(100 * holes)} % 的损失不是有限的数，画成灰色。` : "",
    start ? `学习路径为蓝色，从 ${at(start)} 开始。` : "",
    cursor
      ? `第 ${countText(step)} 步位于 ${at(cursor)}，损失 ${float32Text(loss)}${told.outside ? OUTSIDE : ""}。`
      : "",
    downhill ? `从那里下坡，${headingText(downhill, x, y)}。` : "",
    explained === null ? "" : texts.explained(explained),
  ].join("");
}

/** Of few samples where they are. */
function placesText({ figure, inputs, targets }: LookAnswer): string {
  if (figure !== "curve" || targets.length > MOST_NUMBERED) return "";
  const place = (target: number, at: number): string =>
    `(${roundedText(inputs[at] as number)}, ${roundedText(target)})`;
  return `：${Array.from(targets, place).join("、")}`;
}

function pointText(name: string, [value, loss]: CurvePoint = [Number.NaN, Number.NaN]): string {
  return `${name} = ${roundedText(value)} 处的 ${roundedText(loss)}`;
}

/** What the model makes of the samples. */
function fitText(look: LookAnswer): string {
  const { figure, x, y, targets, predictions } = look;
  const axes = `纵轴 ${texts.axis(y)}，横轴 ${x}`;
  if (figure === "boundary") {
    const right = targets.filter((target, index) => target === predictions[index]).length;
    const boundary = look.boundary_x.length > 0 ? "穿过图中" : "不在图中";
    return `${axes}；模型把其中 ${countText(right)} 个归入正确的类别；决策边界${boundary}`;
  }
  const sizes = Array.from(targets, (target, index) =>
    Math.abs(target - (predictions[index] as number)),
  );
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const residuals = `平均绝对误差是 ${roundedText(mean)}`;
  if (figure === "scatter") return `${axes}；虚线上两者相等；${residuals}`;
  const end = (index: number): string =>
    `(${roundedText(look.curve_x.at(index) as number)}, ${roundedText(look.curve_y.at(index) as number)})`;
  return `${axes}；模型的线从 ${end(0)} 到 ${end(-1)}；${residuals}`;
}

function samplesText({ samples }: LookAnswer): string {
  return `${countText(samples.length)} 个样本`;
}

/** Which of the samples drawn are in the batch, by their numbers if these are few. */
function batchText({ samples, batch }: LookAnswer): string {
  if (batch.length === 0) return "";
  if (batch.length > MOST_NUMBERED) return `；其中 ${countText(batch.length)} 个在本批`;
  const numbers = Array.from(batch, (at) => countText(samples[at] as number));
  return `；本批的样本是第 ${numbers.join("、")} 个`;
}

function stillText([name = "", ...others]: readonly string[]): string {
  return others.length === 0 ? `${name} 不再变化` : "参数不再变化";
}

function headingText([across, up]: readonly [number, number], x: string, y: string): string {
  const part = (change: number, name: string): string => {
    if (change === 0) return `${name} 不变`;
    return `${name} ${change > 0 ? "增大" : "减小"}`;
  };
  const steeper = Math.abs(across) >= Math.abs(up) ? x : y;
  return `${part(across, x)}，${part(up, y)}，主要是 ${steeper}`;
}
