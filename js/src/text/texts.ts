/** All sentences and labels of the widget, in one place: English, which the others translate. */

import type { LookAnswer } from "../protocol/messages.ts";
import type { EngineTexts } from "./engine-texts.ts";
import { countText, float32Text, roundedText } from "./format.ts";
import type { PresentingWords } from "./presenting-words.ts";
import type { Translated } from "./translated.ts";
import type { Words } from "./words.ts";

/** Apart from the others, for it is said of widgets that are not there. */
export const notDrawn = "The widget cannot be drawn here: a part of it is missing or damaged.";

export const forbidden = (directive: string): string =>
  `The security policy of this page forbids it (${directive}: blob: is not allowed).`;

/** More samples are counted, not named one by one. */
const MOST_NUMBERED = 10;

const OUTSIDE = ", outside the picture";

/** What a widget says, in one language; of what teaches, presents and computes where that is not English. */
export type Texts = Translated<typeof texts> & {
  readonly words?: Words;
  readonly engine?: EngineTexts;
  readonly presenting?: PresentingWords;
};

/** A place on a curve, and the loss there. */
export type CurvePoint = readonly [number, number];

/** What is told of a recorded step. */
interface Row {
  readonly step: number;
  readonly value: number;
  readonly gradient: number;
  readonly loss: number;
}

export const texts = {
  lang: "en",
  first: "First",
  firstHint: "Back to the start (Home)",
  reset: "Reset",
  resetHint: "Start over (R)",
  back: "Back",
  backHint: "One step back (←)",
  step: "Step",
  stepHint: "One step (→ or S)",
  run: "Run",
  runHint: "Take the steps of a run (space)",
  runMenu: "How many steps a run takes",
  pause: "Pause",
  pauseHint: "Pause (space)",
  controls: "Steps",
  problem: "problem",
  starts: "Start",
  optimizer: "optimizer",
  batchSize: "batch",
  decay: "decay",
  picture: "picture",
  pictures: {
    one: "one parameter",
    two: "two parameters",
    components: "principal components of the path",
    random: "random directions",
  },
  /** What an axis is called, of which the kernel says it in English or by a parameter's name. */
  axis: (name: string) => name,
  shownParameter: "parameter shown",
  across: "parameter across",
  up: "parameter upwards",
  runs: "Runs",
  currentRun: "now",
  runHighlight: "Have this run stand out from the others",
  clearRuns: "Clear earlier runs",
  clearRunsHint: "Forget the earlier runs, keep the current one",
  ownRate: "set by what was handed in",
  scrub: "step",
  speed: "speed",
  learningRate: "learning rate",
  learningRateSlider: "learning rate, slider",
  runSteps: "steps per run",
  ruler: "rate limit",
  fan: "all next steps",
  fanHint: "Show where each batch that could be next leads",
  why: "Why?",
  whyHint: "Say why the loss grew, by what was measured",
  noTeaching: "What measures this is neither saved here nor sent by a kernel.",
  present: "Present",
  presentHint: "In large type (P)",
  tableTitle: "Table",
  table: "Steps taken; up and down arrows change the step looked at",
  copy: "Copy as CSV",
  copied: "Copied",
  copyFailed: "The page may not copy; select the rows instead.",
  linear: "linear",
  logarithmic: "log",
  lossAxis: "Loss axis",
  lossAlong: "Loss along",
  over: (y: string, x: string) => `${y} over ${x}`,
  secondFigure: "figure below",
  tabs: { steps: "Steps", data: "Data" },
  columns: {
    step: "step",
    loss: "loss",
    fullLoss: "full loss",
    rate: "rate",
    next: (name: string) => `new ${name}`,
  },
  terms: { gradient: "gradient", momentum: "momentum", "second moment": "second moment" },
  overSteps: "shown over the steps",
  lossOverSteps: "Loss over steps",
  scalarOverSteps: (name: string) => `${name} over steps`,
  marks: {
    now: "now",
    next: "next",
    start: "start",
    loss: "loss",
    slope: "slope",
    batch: "this batch",
    downhill: "downhill",
    model: "model",
    error: "error",
    boundary: "boundary",
    diagonal: "predicted = true",
    allData: "all data",
    batches: "batches",
    inBatch: "in the batch",
  },
  helpTitle: "Keys",
  help: [
    ["→ or S", "one step"],
    ["←", "one step back"],
    ["space", "run, pause"],
    ["R", "reset"],
    ["Home, End", "the first and the last recorded step"],
    ["P", "present in large type"],
    ["loss function", "drag the square, or click the red curve, to start from there"],
    ["", "drag the background to pan; double click for the whole picture"],
    ["", "Ctrl + wheel to zoom; with the picture in focus + and −, 0 for the whole"],
    ["loss against step", "click to look at a step"],
  ] as const,
  dataAndFit: "Model and data",
  samples: "samples",
  classes: ["class 0", "class 1", "class 2 and on"] as const,
  noFigures:
    "The figures cannot be shown here: what serves this page has no bqplot. Install it there.",
  figuresAwaited: "Waiting for the figures, which the kernel sends: it is busy, or gone.",
  noFigure:
    "This figure cannot be shown here: a part of it is missing or damaged, or the page has no bqplot.",
  notDrawn,
  workerForbidden: (directive: string) =>
    `Its steps hold this page up: the security policy forbids a worker (${directive}).`,
  forbidden,
  choice: (name: string | number) => (name === "custom" ? "custom (handed in)" : String(name)),
  batchSizeText: (size: string | number) => {
    if (size === 0) return "all samples";
    return size === 1 ? "1 sample" : `${countText(Number(size))} samples`;
  },
  /** Between two sentences. */
  gap: " ",
  list: (parts: readonly string[]) => parts.join(", "),
  /** What went wrong, as whoever found it says in English. */
  said: (sentence: string) => sentence,
  runParts: {
    custom: "custom optimizer",
    rate: (rate: string) => `learning rate ${rate}`,
    decaying: (peak: string, decay: string) => `learning rate ${peak} (${decay})`,
    changed: (first: string, last: string) => `learning rate ${first}, then ${last}`,
    singles: "single samples",
    batches: (size: number) => `batches of ${countText(size)}`,
    all: "all samples",
    from: (step: number) => `from step ${countText(step)}`,
    elsewhere: "recorded elsewhere",
  },
  rates: (first: string, last: string) => `rate ${first} → ${last}`,
  runText: (label: string, loss: string) => (label ? `${label}, loss ${loss}` : `loss ${loss}`),
  batch: ({ epoch, number, count }: { epoch: number; number: number; count: number }) =>
    count === 0
      ? `next: batch ${countText(number)}`
      : `next: epoch ${countText(epoch)}, batch ${countText(number)} of ${countText(count)}`,
  start: (name: string) => `start ${name}`,
  startHeld: (name: string) => `${name} (held)`,
  count: (cursor: number, last: number) => `step ${countText(cursor)} of ${countText(last)}`,
  speedText: (speed: number) => {
    if (speed === Number.POSITIVE_INFINITY) return "as fast as it goes";
    if (speed < 1) return `1 step in ${1 / speed} s`;
    return `${countText(speed)} ${speed === 1 ? "step" : "steps"} a second`;
  },
  beginning: (row: Row) => `The loss at the start is ${roundedText(row.loss)}.`,
  stepFell: (by: number) => `The loss fell by ${roundedText(by)} in this step.`,
  stepRose: (by: number) => `The loss rose by ${roundedText(by)} in this step.`,
  stepSame: "This step did not change the loss.",
  overshot: (factor: number) =>
    `Overshot: the slope's sign flipped, its size × ${roundedText(factor)}.`,
  /** `along`: as the slope says; what an optimizer remembers may carry it the other way. */
  moves: (name: string, slope: number, up: boolean, along: boolean) =>
    `The slope is ${roundedText(slope)}, ${along ? "so" : "yet"} ${name} moves ${up ? "right" : "left"}.`,
  underOnAll: (from: Row, now: Row, batch: number) =>
    `Loss ${float32Text(now.loss)} on all data after ${stepsText(now.step)}, ` +
    `from ${float32Text(from.loss)}; ${float32Text(batch)} on the batch.`,
  underOnBatch: (now: Row) =>
    `Loss ${float32Text(now.loss)} on the batch after ${stepsText(now.step)}.`,
  converged: (row: Row) =>
    `Converged at step ${countText(row.step)}: the gradient is exactly 0, and to both sides the loss is higher.`,
  flat: (row: Row) =>
    `No step moves from step ${countText(row.step)}: the gradient is exactly 0. ` +
    "A minimum, a hilltop or a saddle?",
  sliceThrough: (step: number) => `slice through step ${countText(step)}`,
  update: (size: string) => size.replace("-", "−"),
  plainUpdate: (rate: string, gradient: string) =>
    `−${rate} · ${gradient.startsWith("-") ? `(−${gradient.slice(1)})` : gradient}`,
  lossNow: "loss",
  fell: (by: string) => `▼ ${by}`,
  rose: (by: string) => `▲ ${by}`,
  theLoss: "the loss",
  theLossOnAllData: "the loss on all data",
  theGradient: "the gradient",
  diverged: (row: Row, what: string) =>
    `Diverged at step ${countText(row.step)}: ${what} is no longer a finite number. ` +
    "Go back or reset, and try a smaller learning rate.",
  divergedElsewhere: (row: Row, what: string) =>
    `Recorded elsewhere until step ${countText(row.step)}: there ${what} is no longer a finite number.`,
  ended: (row: Row) =>
    `The data have ended at step ${countText(row.step)}: there is no further batch. ` +
    "Go back to look at the steps taken.",
  growing: (from: Row, now: Row) =>
    `Diverging: the loss has grown from ${float32Text(from.loss)} to ${float32Text(now.loss)}. ` +
    "The learning rate is too large here.",
  still: (names: readonly string[]) =>
    `${capitalized(stillText(names))}: the update is smaller than float32 can add.`,
  rateFallen: (names: readonly string[]) => `The rate has fallen to 0: ${stillText(names)}.`,
  silent: (names: readonly string[], batchSize: number | undefined) => {
    const [name = ""] = names;
    const what = names.length === 1 ? name : "the parameters";
    if (batchSize === undefined) return `The gradient is exactly 0: ${stillText(names)}.`;
    return `This ${batchSize === 1 ? "sample" : "batch"} says nothing about ${what}: its gradient is exactly 0.`;
  },
  outside: (name: string, row: Row, side: "left" | "right") =>
    `${name} = ${float32Text(row.value)} is outside the picture, to the ${side}.`,
  forks: (rate: number, recorded: number) =>
    `The next step starts a new path from here, at the learning rate ${float32Text(rate)}: ` +
    `the recorded one was taken at ${float32Text(recorded)}.`,
  forksFromGiven: (rate: number) =>
    `The next step starts a new path from here, at the learning rate ${float32Text(rate)}: ` +
    "the recorded one was taken elsewhere.",
  recordedElsewhere: "Recorded elsewhere, not computed here.",
  recordedInLoop: (step: number) =>
    `Recorded at step ${countText(step)} of a loop; what it did in between is not known.`,
  forksCompiled:
    "The next step starts a new path from here: from now on steps are compiled in another way.",
  paused: (row: Row) => `Paused at step ${countText(row.step)}, loss ${float32Text(row.loss)}.`,
  runEnded: (row: Row) =>
    `The run ended at step ${countText(row.step)}, loss ${float32Text(row.loss)}.`,
  gone: "The kernel is gone: no new steps. What is recorded stays here; run the cell again to go on.",
  noKernel: "There is no kernel here: no new steps, but what is recorded can be looked at.",
  waiting: "Waiting for the kernel, which is busy.",
  waitingLong:
    "Still waiting for the kernel. If no cell is running, it was not heard: run the cell again.",
  waitingHere: "Computing; a step takes long here.",
  goOn: "Go on in this page",
  goOnHint: "Compute the next steps in this page, from what is recorded",
  goneOn: "The next steps are computed in this page.",
  leftOut: (kept: number, all: number) =>
    `Of the ${countText(all)} rows of this run ${countText(kept)} were saved: the first and the last 1,000, and what is drawn.`,
  replayed: (reason: string) => `This page cannot take steps itself. ${reason}`,
  noEngine: "What this page would need to compute is missing.",
  brokenEngine: "What this page would need to compute is damaged.",
  planeKept: "The path has gone on; to draw this anew takes a kernel.",
  keptLook: (step: number) => `as saved, at step ${countText(step)}`,
  notNumber: (label: string) => `${label}: enter a number.`,
  notRate: "learning rate: enter a number above 0, such as 0.01.",
  notSteps: "steps per run: enter a whole number from 1 to 10,000,000.",
  unreadable: "The saved steps cannot be read; run the cell again.",
  unreadablePicture: "A picture that was saved cannot be read.",
  unreadableSettings: "What was saved of this widget cannot be read; run the cell again.",
  aboutNumbers: "About these numbers",
  fused: "Computed in one fused program: the last digit may differ from that of the plain steps.",
  noQuestions: "The questions cannot be shown: what asks them is missing or damaged.",
  lossFunctionAlternative: (
    name: string,
    from: Row,
    now: Row,
    coming: number | undefined,
    outside: boolean,
    hides: boolean,
    fog: boolean,
  ) =>
    `Graph of the loss function, ${fog ? `drawn only where it was evaluated, over ${name}` : `a red curve over ${name}`}, with the learning path in blue: ` +
    `from ${name} = ${float32Text(from.value)}, loss ${float32Text(from.loss)}, ` +
    `to ${name} = ${float32Text(now.value)}, loss ${float32Text(now.loss)} at step ${countText(now.step)}${outside ? OUTSIDE : ""}.` +
    (hides
      ? ""
      : ` The slope there is ${float32Text(now.gradient)}` +
        (coming === undefined ? "." : `; the next step leads to ${float32Text(coming)}.`)),
  /** Its ends and its least in the picture, each as a place and a loss. */
  curveAlternative: (name: string, [low, least, high]: readonly CurvePoint[]) =>
    ` The curve goes from ${pointText(name, low)} to ${pointText(name, high)}; ` +
    `its least is ${pointText(name, least)}.`,
  redraw: "Redraw",
  redrawHint: "Evaluate the loss on the plane anew, for the path as it is now",
  planeOutdated: "The path has gone on since.",
  explained: (share: number) =>
    `This plane holds ${Math.round(1000 * share) / 10} % of the path's variance.`,
  planeHelp: [
    ["loss on a plane", "click, or drag the square, to start from there"],
    ["", "Ctrl + wheel to zoom; with the picture in focus + and −, 0 for the whole"],
  ] as const,
  stretched: (name: string, times: number) =>
    `${name} stretched × ${Number(Math.max(times, 1 / times).toPrecision(2))}`,
  planeAlternative: (told: PlaneTold) => {
    const { x, y, least, most, holes, explained, start, cursor, step, loss, downhill } = told;
    const outside = told.outside ? OUTSIDE : "";
    const at = ([across, up]: readonly [number, number]): string =>
      `${x} = ${float32Text(across)}, ${y} = ${float32Text(up)}`;
    return [
      `Map of the loss over ${x} and ${y}` +
        (told.fog
          ? ", drawn only where it was evaluated."
          : `: from ${float32Text(least)} to ${float32Text(most)}.`),
      told.stretched && `It is drawn with ${told.stretched}.`,
      holes > 0 && !told.fog
        ? `On ${Math.ceil(100 * holes)} % of it the loss is not finite, drawn grey.`
        : "",
      start ? `The learning path, in blue, starts at ${at(start)}.` : "",
      cursor
        ? `At step ${countText(step)} it is at ${at(cursor)}, loss ${float32Text(loss)}${outside}.`
        : "",
      downhill ? `From there it goes downhill ${headingText(downhill, x, y)}.` : "",
      explained === null ? "" : texts.explained(explained),
    ]
      .filter((sentence) => sentence !== "")
      .join(" ");
  },
  lossAgainstStepAlternative: (from: Row, now: Row, last: number, least: number) =>
    `Graph of the loss against the step, a line over ${countText(last)} recorded steps: ` +
    `${float32Text(from.loss)} at step 0, ${float32Text(now.loss)} at step ${countText(now.step)}, ` +
    `at the least ${float32Text(least)}.`,
  scalarAgainstStepAlternative: (name: string, from: Row, now: Row, last: number) =>
    `Graph of ${name} against the step, a blue line over ${countText(last)} recorded steps: ` +
    `${float32Text(from.value)} at step 0, ${float32Text(now.value)} at step ${countText(now.step)}. ` +
    "Its scale is fitted to the late steps.",
  dataAlternative: (look: LookAnswer) => {
    const drawn = `Graph of ${samplesText(look)} at step ${countText(look.step)}`;
    return `${drawn}, ${fitText(look)}${batchText(look)}.`;
  },
  /** While a question is open, which the model's line would answer. */
  samplesAlternative: (look: LookAnswer) =>
    `Graph of ${samplesText(look)}, ${look.y} over ${look.x}${placesText(look)}.`,
};

/** Of few samples where they are. */
function placesText({ figure, inputs, targets }: LookAnswer): string {
  if (figure !== "curve" || targets.length > MOST_NUMBERED) return "";
  const place = (target: number, at: number): string =>
    `(${roundedText(inputs[at] as number)}, ${roundedText(target)})`;
  return `: ${Array.from(targets, place).join(", ")}`;
}

function pointText(name: string, [value, loss]: CurvePoint = [Number.NaN, Number.NaN]): string {
  return `${roundedText(loss)} at ${name} = ${roundedText(value)}`;
}

/** What the model makes of the samples. */
function fitText(look: LookAnswer): string {
  const { figure, x, y, targets, predictions } = look;
  if (figure === "boundary") {
    const right = targets.filter((target, index) => target === predictions[index]).length;
    const boundary = look.boundary_x.length > 0 ? "goes through" : "is not in";
    return (
      `${y} over ${x}; the model puts ${countText(right)} of them into their class; ` +
      `the decision boundary ${boundary} the picture`
    );
  }
  const sizes = Array.from(targets, (target, index) =>
    Math.abs(target - (predictions[index] as number)),
  );
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const residuals = `the mean absolute residual is ${roundedText(mean)}`;
  if (figure === "scatter") {
    return `${y} over ${x}; a dashed line where both are equal; ${residuals}`;
  }
  const end = (index: number): string =>
    `(${roundedText(look.curve_x.at(index) as number)}, ${roundedText(look.curve_y.at(index) as number)})`;
  return `${y} over ${x}; the model's line goes from ${end(0)} to ${end(-1)}; ${residuals}`;
}

function samplesText({ samples }: LookAnswer): string {
  return samples.length === 1 ? "1 sample" : `${countText(samples.length)} samples`;
}

/** Which of the samples drawn are in the batch, by their numbers if these are few. */
function batchText({ samples, batch }: LookAnswer): string {
  if (batch.length === 0) return "";
  if (batch.length > MOST_NUMBERED) return `; in the batch: ${countText(batch.length)} of them`;
  const numbers = Array.from(batch, (at) => countText(samples[at] as number));
  return `; in the batch: ${numbers.length === 1 ? "sample" : "samples"} ${numbers.join(", ")}`;
}

function stepsText(step: number): string {
  return step === 1 ? "1 step" : `${countText(step)} steps`;
}

/** At the beginning of a sentence; a parameter's name is left as it is. */
function capitalized(sentence: string): string {
  return sentence.replace(/^the /, "The ");
}

/** In the middle of a sentence, or, of one name, at its beginning. */
function stillText([name = "", ...others]: readonly string[]): string {
  return others.length === 0 ? `${name} no longer changes` : "the parameters no longer change";
}

/** What the text alternative of the plane is made of. */
export interface PlaneTold {
  x: string;
  y: string;
  least: number;
  most: number;
  /** Share of the plane on which the loss is not finite. */
  holes: number;
  explained: number | null;
  start: readonly [number, number] | undefined;
  cursor: readonly [number, number] | undefined;
  outside: boolean;
  step: number;
  loss: number;
  downhill: readonly [number, number] | undefined;
  /** Which axis has longer units, and how much longer; empty if they are equal. */
  stretched: string;
  /** Whether the loss is drawn only where it was evaluated. */
  fog: boolean;
}

function headingText([across, up]: readonly [number, number], x: string, y: string): string {
  const part = (change: number, name: string): string => {
    if (change === 0) return `with ${name} as it is`;
    return `with ${name} ${change > 0 ? "growing" : "falling"}`;
  };
  const steeper = Math.abs(across) >= Math.abs(up) ? x : y;
  return `${part(across, x)} and ${part(up, y)}, most of all ${steeper}`;
}
