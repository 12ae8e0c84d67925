/** All sentences and labels of what teaches, in one place: English, which the others translate. */

import { countText } from "./format.ts";
import type { Translated } from "./translated.ts";

/** What is said of how sharply the loss curves, in numbers as they are written. */
interface CurvatureTold {
  sharpness: string;
  /** The parameters along which it curves so, none where many say little; "mostly" where not alone. */
  along: readonly string[];
  mostly: boolean;
  /** Where it was measured; 0 where that need not be said. */
  step: number;
  /** In whose units, where not in those of the parameters. */
  units: string;
  /** Whether the loss is that on all data, while steps read batches. */
  allData: boolean;
}

/** How far numbers reach, and where half of them are if these are many. */
export interface Spread {
  name: string;
  low: string;
  high: string;
  half: readonly [string, string] | undefined;
}

export type Words = Translated<typeof words>;

/** What is said in a widget's language. */
export function wordsOf(texts: { readonly words?: Words }): Words {
  return texts.words ?? words;
}

const words = {
  question: (number: number, count: number) => `Question ${number} of ${count}`,
  waits: "Step, Run and the settings wait for your answer.",
  tries: "Run, Step and the settings wait until you commit.",
  foreign: "Its run is not in this page: that is shown with a kernel.",
  practice: "Practice: your first answer counts.",
  value: (name: string) => name,
  slider: (name: string) => `${name}, slider over the picture`,
  point: "Type it, move the slider, or click in the picture.",
  pointPlane: "Type both, or click in the picture.",
  steps: "steps",
  never: "never",
  number: "your number",
  explanation: "in one or two sentences",
  options: "your answer",
  sure: "How sure are you?",
  sureness: ["a guess", "I think so", "I know"] as const,
  commit: "Commit",
  unknown: "I do not know",
  hint: (number: number, count: number) => `Hint ${number} of ${count}`,
  hintSoon: "The next hint comes after ten seconds.",
  hintAfterTry: "Hints come after a first try.",
  missing: {
    value: (name: string) => `Enter a number for ${name}.`,
    steps: "Enter a whole number of steps, or choose never.",
    number: "Enter a number.",
    option: "Choose one.",
    text: "Write a sentence, or say that you do not know.",
    rate: "Enter a learning rate above 0.",
    tries: "Try a learning rate first.",
    running: "Wait until the run has ended.",
  },
  rate: "learning rate",
  try: "Try",
  triesLeft: (left: number) => (left === 1 ? "1 try left" : `${left} tries left`),
  noTries: "No steps can be taken in this page, so nothing can be tried.",
  triedRates: "Your tries",
  reached: (rate: string, steps: number, loss: string) =>
    `${rate}: there after ${stepsText(steps)}, loss ${loss}`,
  missed: (rate: string, steps: number, loss: string) =>
    `${rate}: not there after ${stepsText(steps)}, loss ${loss}`,
  verdicts: {
    right: ["✓", "Right"],
    near: ["≈", "Near"],
    wrong: ["✗", "Not so"],
    unknown: ["?", "Not known yet"],
    open: ["✎", "Compare"],
    /** Of a goal that was answered before the page was opened: whether it was reached is not kept. */
    earlier: ["✎", "Answered earlier"],
  } as const,
  saidValue: (said: string, truth: string) => `You said ${said}, it is ${truth}.`,
  isValue: (truth: string) => `It is ${truth}.`,
  option: (text: string) => `“${text.replace(/\.$/, "")}”`,
  stepCount: (steps: number) => (steps < 0 ? "never" : stepsText(steps)),
  damaged: "The answer that was kept with this question is damaged.",
  yours: "Your answer",
  model: "A model answer",
  noText: "(nothing written)",
  rating: "How much of it did yours have?",
  ratings: ["not", "partly", "fully"] as const,
  next: "Next question",
  results: "Your answers",
  again: "Ask again",
  againHint: "Practice: it is not recorded, the first answer counts",
  free: "Play freely",
  goOn: (answered: number, count: number) => `${answered} of ${count} questions answered`,
  goOnButton: "Go on with the questions",
  nameTitle: "Before the first question",
  name: "your name",
  nameWhy: "Your name decides which numbers you are asked: your neighbour has others.",
  begin: "Begin",
  noName: "Enter your name.",
  summary: "All questions are answered",
  copy: "Copy receipt",
  save: "Save receipt",
  copied: "Copied",
  copyFailed: "The page may not copy: select the receipt instead.",
  receipt: "Receipt: all your answers in one line",
  cut: "(cut)",
  file: "answers.txt",
  you: "you",
  truth: "truth",
  /** What is marked in a picture: places as numbers by their names. */
  marked: (said: string) => `Your answer is marked at ${said}.`,
  markedBoth: (said: string, truth: string) =>
    `Your answer is marked at ${said}; what is right is marked at ${truth}.`,
  markedTruth: (truth: string) => `What is right is marked at ${truth}.`,
  unreadable: "The questions cannot be read; run the cell again.",
  ruler: {
    noKernel: "The curvature cannot be computed without a kernel.",
    notNow: "The curvature could not be measured just now.",
    measuring: "The curvature is measured when nothing moves.",
    notGrown: (step: number) => `The loss has not grown: it is least at step ${countText(step)}.`,
    unknown: (optimizer: string) => `No limit is known for ${optimizer || "this optimizer"}.`,
    notHere: "The curvature cannot be measured here.",
    noLimitHere: "Curvature sets no limit here.",
    limit: (where: string, limit: string) =>
      `${where}: above ${limit} steps grow. It holds nearby: a warning, not a wall.`,
    /** What is seen on the slider: on which side of the tick its knob is, or that it has no tick. */
    knobBelow: (rate: string) => `The learning rate ${rate} is below the limit.`,
    knobAbove: (rate: string) => `The learning rate ${rate} is above the limit.`,
    offSlider: "The limit is outside the slider's range.",
    stale: "This was measured at another step.",
    notThere: "The curvature cannot be measured there.",
    noLimitThere: (where: string) => `${where}: it sets no limit there, and does not explain this.`,
    below: (rate: string, limit: string, optimizer: string, where: string) =>
      `${rate} is below the limit ${limit} of ${optimizer} with ${where}: the curvature there does not explain this.`,
    above: (rate: string, limit: string, optimizer: string, where: string) =>
      `${rate} is above the limit ${limit} of ${optimizer} with ${where}.`,
    multiplied: (where: string, product: string, measured: string, alone: boolean) =>
      `${where}. Each step multiplies the distance from the minimum ${alone ? "by" : "along it by"} ${product}${measured}.`,
    onBatches: (factor: string) => `; measured on batches ${factor}`,
    same: (factor: string) => `; measured ${factor}`,
    other: (factor: string) => `; measured ${factor}, for the curvature changes on the way`,
    curvature: ({ sharpness, along, mostly, step, units, allData }: CurvatureTold) => {
      const direction =
        along.length > 0 ? `${mostly ? " mostly" : ""} along ${along.join(" and ")}` : "";
      const place = step > 0 ? ` at step ${countText(step)}` : "";
      const own = units ? `, in ${units}'s own units` : "";
      return `λ = ${sharpness}${direction}${place}${own}${allData ? ", on all data" : ""}`;
    },
  },
  fan: {
    notNow: "The next steps could not be tried just now.",
    up: "uphill",
    down: "downhill",
    notFinite: "The loss is not finite here.",
    /** Of batches of a size, all there are or some that were chosen. */
    uphill: (percent: number, size: number, count: number, whole: boolean) => {
      const kind = size === 1 ? "single samples" : `batches of ${countText(size)}`;
      const all = size === 1 ? `the ${kind}` : `all ${kind}`;
      const which = whole ? all : `${count} ${kind}, chosen by the seed,`;
      return `${percent} % of ${which} would lead uphill.`;
    },
    loss: "loss",
    outside: (count: number) => `${countText(count)} outside the picture, at its edge`,
    /** The marks in words: from where they lead, and those of either kind where to. */
    from: (place: readonly string[]) => `From ${place.join(", ")} on all data:`,
    lead: (count: number, uphill: boolean, spreads: readonly Spread[]) => {
      const leads = `${count === 1 ? "1 leads" : `${countText(count)} lead`} ${uphill ? "uphill" : "downhill"}`;
      const reach = spreads.map(({ name, low, high, half }) => {
        const most = half ? `, half of them from ${half[0]} to ${half[1]}` : "";
        return low === high ? `${name} ${low}` : `${name} from ${low} to ${high}${most}`;
      });
      return `${[leads, ...reach].join("; ")}.`;
    },
    infinite: (count: number) => ` The loss after ${countText(count)} of them is not finite.`,
  },
  compared: {
    settings: { learning_rate: "learning rate", batch_size: "batch size" },
    differ: (name: string, place: string) => `Runs that differ in ${name}, ${place}`,
    afterSamples: (samples: number) => `after ${countText(samples)} samples`,
    atStep: (step: number) => `at step ${step}`,
    last: (step: number) => `${step}, its last`,
    step: "step",
    loss: "loss",
    until: (loss: string) => `steps until ${loss}`,
    outcome: "outcome",
    never: "never",
    verdicts: {
      diverged: "diverged",
      converged: "converged",
      rising: "rising",
      falling: "falling",
    },
  },
};

function stepsText(steps: number): string {
  return steps === 1 ? "1 step" : `${steps} steps`;
}
