/** The tries at a goal: each plays its steps from the start, at a rate of one's own. */

import type { Question } from "../protocol/wire.ts";
import type { Answer } from "./judge.ts";
import type { Lent } from "./lent.ts";

const MOST_TRIES = 5;

export interface Try {
  rate: number;
  /** How many steps it took: until it was there, else all. */
  steps: number;
  loss: number;
  reached: boolean;
}

export class Goal {
  readonly tries: Try[] = [];
  private question: Question | undefined;
  private start: Record<string, number> = {};
  /** The rate of the try that is under way, and whether its run was seen to begin. */
  private running: { rate: number; begun: boolean } | undefined;
  /** What came of the last try of an answer, by question. */
  private readonly outcomes = new Map<string, boolean>();
  readonly close: () => void;

  constructor(
    private readonly lent: Lent,
    private readonly play: (steps: number) => void,
  ) {
    this.close = lent.store.onChange(() => this.follow());
  }

  get runs(): boolean {
    return this.running !== undefined;
  }

  get left(): number {
    return MOST_TRIES - this.tries.length;
  }

  /** A question is asked: of another there are no tries. */
  begin(question: Question | undefined, start: Record<string, number>): void {
    this.question = question;
    this.start = start;
    this.tries.length = 0;
    this.running = undefined;
  }

  /** Plays a try; what the reader cannot do while a question is open is done for it. */
  attempt(rate: number): void {
    const { lent, question } = this;
    if (!question || this.runs || this.left === 0 || !lent.store.alive) return;
    lent.store.hide(false);
    lent.actions.learningRate(rate);
    lent.actions.restart(this.start);
    // What was wrong before is forgotten by now: a notice that comes is about this.
    this.running = { rate, begun: false };
    this.play(question.steps);
    lent.store.hide(true);
  }

  keep(answer: Answer): void {
    const last = this.tries.at(-1);
    if (last) this.outcomes.set(keyOf(answer), last.reached);
  }

  /** Whether the last run of an answer got there; undefined where this page has not seen it. */
  reachedBy(answer: Answer): boolean | undefined {
    return this.outcomes.get(keyOf(answer));
  }

  private follow(): void {
    const { running, question } = this;
    const { store } = this.lent;
    if (!running || !question) return;
    if (store.playing) running.begun = true;
    const failed = store.notice !== undefined || !store.alive;
    if (store.playing || !(running.begun || failed)) return;
    this.running = undefined;
    if (running.begun) this.tries.push(this.outcome(running.rate, question));
    store.changed();
  }

  private outcome(rate: number, { steps, until }: Question): Try {
    const rows = this.lent.store.run?.rows;
    const last = Math.min(steps, this.lent.store.last);
    for (let step = 0; rows && step <= last; step += 1) {
      const index = rows.indexOf(step);
      const loss = rows.height(index);
      if (rows.stepAt(index) === step && loss <= (until ?? Number.NEGATIVE_INFINITY)) {
        return { rate, steps: step, loss, reached: true };
      }
    }
    const loss = rows?.count ? rows.height(rows.indexOf(last)) : Number.NaN;
    return { rate, steps: last, loss, reached: false };
  }
}

function keyOf({ question, variant, numbers }: Answer): string {
  return [question, variant, ...numbers].join();
}
