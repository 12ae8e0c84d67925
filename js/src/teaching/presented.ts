/** Questions that are presented to a room: nobody answers them, and nothing of it stays. */

import type { Request } from "../protocol/messages.ts";
import type { Question } from "../protocol/wire.ts";
import { Goal, type Try } from "./goal.ts";
import type { Answer, Judgement } from "./judge.ts";
import type { Lent } from "./lent.ts";

/** How many answers a room chooses from where none are given. */
const MOST_GHOSTS = 4;

/** One of the answers that a room chooses from. */
export interface Entry {
  /** What it says; of what is chosen its index. Undefined where nothing is said yet. */
  numbers: (number | undefined)[];
  votes: number | undefined;
}

/** What presenting needs of the questions of a widget. */
interface Course {
  readonly lent: Lent;
  readonly asked: number;
  readonly variant: number;
  readonly question: Question | undefined;
  readonly points: boolean;
  judgementOf(answer: Answer): Judgement | undefined;
  showParameters(names: string[]): void;
  begin(question: number): void;
  play(steps: number): void;
  restorePace(atOnce: boolean): void;
  take(): void;
  hush(): void;
}

/** What is kept of a presentation: another problem has another session, in which it goes on. */
interface Kept {
  /** The question that is presented; undefined while none is. */
  at: number | undefined;
  entries: Map<number, Entry[]>;
  /** Whether it is to be revealed as soon as its run is there, and whether it was. */
  wanted: boolean;
  told: boolean;
  /** The element of the view in which it is. */
  place: Element | null;
  takeUp(): void;
}

/** Every session loads this module anew, so it is the page that keeps them. */
const KEPT = Symbol.for("gdwidget.presented");

function keptOf(model: object): Kept {
  const page = globalThis as { [KEPT]?: WeakMap<object, Kept> };
  page[KEPT] ??= new WeakMap();
  const known = page[KEPT].get(model);
  const kept = known ?? {
    at: undefined,
    entries: new Map(),
    wanted: false,
    told: false,
    place: null,
    takeUp: () => {},
  };
  page[KEPT].set(model, kept);
  return kept;
}

export class Presented {
  /** Asked; tried, of a goal; told what is right. */
  phase: "asked" | "tried" | "told" = "asked";
  private readonly kept: Kept;
  private tries: readonly Try[] = [];
  private goal: Goal | undefined;
  /** The rates that are still to be tried. */
  private rates: number[] = [];
  /** Whether a try is being begun: it is not there yet. */
  private begins = false;
  /** The run that was there when a question was posed: what is to be revealed is another. */
  private left: number | undefined;

  constructor(private readonly course: Course) {
    this.kept = keptOf(course.lent.model);
  }

  get at(): number | undefined {
    return this.kept.at;
  }

  get presents(): boolean {
    return this.at !== undefined;
  }

  /** Whether it is shown in a view that stands in this place. */
  isIn(place: Element | null): boolean {
    return this.presents && this.kept.place === place;
  }

  /** The answers to choose from, with the votes for each. */
  get entries(): Entry[] {
    const { at, kept, course } = this;
    const { question } = course;
    if (at === undefined || !question || question.kind === "explain") return [];
    const { options, parameters } = question;
    const known = kept.entries.get(at);
    if (known) return known;
    const made = Array.from(
      { length: options.length || MOST_GHOSTS },
      (_, index): Entry => ({
        numbers: options.length
          ? [index]
          : parameters.length
            ? parameters.map(() => undefined)
            : [undefined],
        votes: undefined,
      }),
    );
    kept.entries.set(at, made);
    return made;
  }

  /** Lays aside what there is, and poses the question that was presented or is asked. */
  begin(place: Element | null): void {
    const { course, kept } = this;
    const { store, engine, model } = course.lent;
    const { picture, axes, shown } = store;
    const at = Math.max(0, course.asked);
    this.stop();
    let bringBack = engine.page?.layAside();
    if (store.engine === "kernel") {
      model.send({ kind: "present", on: true } satisfies Request);
      bringBack = () => model.send({ kind: "present", on: false } satisfies Request);
    }
    kept.place = place;
    kept.takeUp = () => {
      bringBack?.();
      store.show(shown);
      store.view(picture, axes);
    };
    this.pose(at);
  }

  /** Goes on where the question that is posed, or what is taken up, has another problem. */
  resume(): void {
    const { course, kept } = this;
    course.lent.store.hide(true);
    kept.wanted ||= kept.told;
    if (!kept.place) this.leave();
    else if (course.question && course.points) course.showParameters(course.question.parameters);
  }

  pose(at: number): void {
    const { course, kept } = this;
    const { store, model } = course.lent;
    this.stop();
    kept.at = at;
    kept.told = false;
    this.phase = "asked";
    store.hide(true);
    if (store.engine === "kernel") {
      this.left = store.run?.id;
      model.send({ kind: "ask", question: at } satisfies Request);
    } else course.begin(at);
    store.hide(true);
    if (course.question && course.points) course.showParameters(course.question.parameters);
    store.changed();
  }

  /** Plays the run and tells what is right; of a goal once all rates were tried. */
  reveal(): void {
    const { course, kept, left } = this;
    const { question } = course;
    const { store } = course.lent;
    if (!question || this.phase !== "asked") return;
    // The run of the question is still on its way.
    kept.wanted = store.engine === "kernel" && left !== undefined && store.run?.id === left;
    if (kept.wanted) return;
    if (question.kind !== "goal") {
      this.tell(question);
      return;
    }
    this.phase = "tried";
    this.goal = new Goal(course.lent, (steps) => course.play(steps));
    this.goal.begin(question, question.variants[course.variant]?.start ?? {});
    this.rates = this.entries.flatMap(({ numbers: [rate] }) => (rate === undefined ? [] : [rate]));
    this.follow();
  }

  /** Goes on with what waits: called whenever something has changed. */
  follow(): void {
    const { course, goal } = this;
    if (!this.presents) return;
    if (this.kept.wanted) this.reveal();
    if (this.phase !== "tried" || !goal || goal.runs || this.begins) return;
    this.tries = goal.tries;
    const rate = this.rates.shift();
    this.begins = true;
    if (rate !== undefined) goal.attempt(rate);
    else if (course.question) this.tell(course.question);
    this.begins = false;
  }

  /** What an answer is worth; undefined until that may be told, and of what says nothing. */
  judgementOf({ numbers }: Entry): Judgement | undefined {
    const { course, tries } = this;
    if (this.phase !== "told" || numbers.some((number) => number === undefined)) return undefined;
    if (course.question?.kind !== "goal")
      return course.judgementOf(this.answer(numbers as number[]));
    const tried = tries.find(({ rate }) => rate === numbers[0]);
    return tried && { verdict: tried.reached ? "right" : "wrong", tag: "", feedback: "" };
  }

  /** What was said, as an answer that is not kept. */
  answer(numbers: number[]): Answer {
    const { asked: question, variant } = this.course;
    return { question, variant, numbers, sure: 0, hints: 0, seconds: 0, text: "" };
  }

  /** What came of a rate. */
  tryOf({ numbers: [rate] }: Entry): Try | undefined {
    return this.phase === "told" ? this.tries.find((each) => each.rate === rate) : undefined;
  }

  /** Takes up what was laid aside. */
  end(): Promise<void> {
    const { kept } = this;
    this.stop();
    kept.place = null;
    kept.takeUp();
    return this.leave();
  }

  private stop(): void {
    const { course } = this;
    this.goal?.close();
    this.goal = undefined;
    this.tries = [];
    this.kept.wanted = false;
    course.lent.player.drop();
    course.restorePace(true);
    course.hush();
  }

  /** Nothing is presented any more once all is there again that was laid aside. */
  private async leave(): Promise<void> {
    const { course, kept } = this;
    const { store, engine } = course.lent;
    if (store.alive) await engine.served().catch(() => {});
    kept.at = undefined;
    course.take();
  }

  private tell({ kind, steps }: Question): void {
    const { course, kept } = this;
    const { store, model } = course.lent;
    this.phase = "told";
    kept.told = true;
    // Nobody answers it: no question is open any more, so that its run may be played.
    if (store.engine === "kernel") model.send({ kind: "ask", question: -1 } satisfies Request);
    store.hide(false);
    if (steps > 0 && kind !== "goal") course.play(steps);
    store.changed();
  }
}
