/** All sentences and labels of what presents, in one place: English, which the others translate. */

import type { Translated } from "./translated.ts";

export type PresentingWords = Translated<typeof words>;

/** What is said in a widget's language. */
export function presentingWordsOf(texts: {
  readonly presenting?: PresentingWords;
}): PresentingWords {
  return texts.presenting ?? words;
}

const words = {
  question: (number: number, count: number) => `Question ${number} of ${count}`,
  label: (number: number, count: number) => `Presentation: question ${number} of ${count}`,
  plainLabel: "Presentation",
  setting: (problem: string, optimizer: string, rate: string, batch: number, starts: string) =>
    [
      problem,
      optimizer,
      rate && `learning rate ${rate}`,
      batch && `${batch} samples a step`,
      starts && `from ${starts}`,
    ]
      .filter(Boolean)
      .join(", "),
  answers: "Answers and votes",
  answer: "answer",
  rate: "learning rate",
  steps: "steps",
  votes: "votes",
  share: "share",
  of: (letter: string, what: string) => `${letter}: ${what}`,
  slider: (letter: string, name: string) => `${letter}: ${name}, slider over the picture`,
  stepsHint: "A whole number of steps, or: never.",
  placeHint: "Type it, move the slider, or click in the picture; drag a mark to move it.",
  placePlaneHint: "Type both, or click in the picture; drag a mark to move it.",
  notVotes: "Enter a whole number, 0 or more.",
  notNumber: "Enter a number.",
  notSteps: "Enter a whole number, 0 or more, or: never.",
  notRate: "Enter a number above 0.",
  never: "never",
  shareOf: (votes: number, all: number) =>
    `${votes} of ${all}, ${Math.round((100 * votes) / all)} %`,
  counted: (votes: number) => (votes === 1 ? "1 vote" : `${votes} votes`),
  reveal: "Reveal",
  revealHint: "Play the run and tell what is right (R)",
  next: "Next",
  nextHint: "Next question (N or →)",
  back: "Back",
  backHint: "Question before (←)",
  leave: "Leave",
  leaveHint: "Leave the presentation (P or Escape)",
  truth: "truth",
  damaged: "What is right is damaged in this page.",
  wasModel: "A model answer",
  /** Read out when it is revealed. */
  told: (letter: string, said: string, verdict: string, votes: string) =>
    `${letter}: ${[said, verdict, votes].filter(Boolean).join(", ")}.`,
};
