/** What becomes of an answer; gdwidget._teaching judges by the same rules. */

import type { Key, Mistake, Question } from "../protocol/wire.ts";

export type Verdict = "right" | "near" | "wrong" | "unknown" | "open";

/** What a page keeps of an answer, as the request that tells of it. */
export interface Answer {
  question: number;
  variant: number;
  numbers: number[];
  sure: number;
  hints: number;
  seconds: number;
  text: string;
}

export interface Judgement {
  verdict: Verdict;
  /** The misconception that it tells; empty if none is known. */
  tag: string;
  /** What to say; empty if there is nothing but the truth. */
  feedback: string;
}

/** Shares of the way that the run takes: so far off is right, and so far is near. */
const RIGHT = 0.1;
const NEAR = 0.5;
/** How many times as far as the tolerance is near. */
const NEAR_TIMES = 5;
/** By so many times as many steps, or as few. */
const RIGHT_RATIO = 1.1;
const NEAR_RATIO = 1.5;
const WRONG_WAY = "wrong_way";
export const NEVER = -1;

/** Judges an answer; `reached` says of a goal whether the last run got there, where that is known. */
export function judged(
  { kind }: Question,
  key: Key,
  { numbers }: Answer,
  reached?: boolean,
): Judgement {
  if (kind === "explain") return told("open", key);
  if (numbers.length === 0) return told("unknown", key);
  if (kind === "goal") {
    return told(reached === undefined ? "open" : reached ? "right" : "wrong", key);
  }
  return RULES[kind](numbers, key);
}

type Rule = (numbers: number[], key: Key) => Judgement;

const values: Rule = (numbers, key) => {
  const distance = apart(key.start, key.numbers);
  const error = apart(numbers, key.numbers);
  if (error <= Math.max(RIGHT * distance, key.tolerance)) return told("right", key);
  const reach = Math.max(RIGHT * distance, key.tolerance);
  const mistake = key.mistakes.find((each) => apart(numbers, each.numbers) <= reach);
  if (mistake) return mistaken(mistake, key);
  const along = numbers.reduce((sum, number, at) => {
    const start = key.start[at] as number;
    return sum + (number - start) * ((key.numbers[at] as number) - start);
  }, 0);
  if (along < 0) return told("wrong", key, WRONG_WAY);
  const near = error <= Math.max(NEAR * distance, NEAR_TIMES * key.tolerance);
  return told(near ? "near" : "wrong", key);
};

const one: Rule = (numbers, key) => {
  const { numbers: truths, mistakes, tolerance } = key;
  const [number, truth] = [numbers[0] as number, truths[0] as number];
  const error = Math.abs(number - truth);
  if (error <= tolerance) return told("right", key);
  const mistake = mistakes.find(
    (each) => Math.abs(number - (each.numbers[0] as number)) <= tolerance,
  );
  if (mistake) return mistaken(mistake, key);
  return told(error <= NEAR_TIMES * tolerance ? "near" : "wrong", key);
};

const chosen: Rule = ([number], key) => {
  if (number === key.numbers[0]) return told("right", key);
  const mistake = key.mistakes.find((each) => each.numbers[0] === number);
  return mistake ? mistaken(mistake, key) : told("wrong", key);
};

const counted: Rule = (numbers, key) => {
  const [steps, truth] = [numbers[0] as number, key.numbers[0] as number];
  if (steps === truth) return told("right", key);
  if (steps === NEVER || truth === NEVER) return told("wrong", key);
  const ratio = Math.max(steps / truth, truth / steps);
  if (ratio <= RIGHT_RATIO) return told("right", key);
  return told(ratio <= NEAR_RATIO ? "near" : "wrong", key);
};

const RULES = {
  next_step: values,
  after: values,
  end: values,
  fate: chosen,
  steps: counted,
  choice: chosen,
  number: one,
};

function apart(from: readonly number[], to: readonly number[]): number {
  return Math.hypot(...to.map((number, at) => number - (from[at] as number)));
}

function told(verdict: Verdict, { feedback }: Key, tag = ""): Judgement {
  return { verdict, tag, feedback: feedback[tag] ?? feedback[verdict] ?? "" };
}

function mistaken({ tag, text }: Mistake, { feedback }: Key): Judgement {
  return { verdict: "wrong", tag, feedback: text || (feedback[tag] ?? feedback.wrong ?? "") };
}
