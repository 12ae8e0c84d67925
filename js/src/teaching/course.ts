/** The questions of a widget in this page: which is asked, what was answered, what comes of it. */

import { onChange } from "../dom/host.ts";
import type { Request } from "../protocol/messages.ts";
import { type Key, type Question, type Questions, readQuestions } from "../protocol/wire.ts";
import { type Words, wordsOf } from "../text/words.ts";
import { Goal } from "./goal.ts";
import { type Answer, type Judgement, judged } from "./judge.ts";
import type { Lent, Tools } from "./lent.ts";
import { Presented } from "./presented.ts";
import { opened, variantOf } from "./seal.ts";

/** What is shown instead of a question. */
export type Scene = "name" | "asked" | "answered" | "summary" | "free" | "presented" | "none";

const FOLLOWED = ["_asked", "_answers", "student"];
const MOST_SECONDS = 65_535;
/** A run that shows an answer takes about so long. */
const RUN_SECONDS = 2.5;
const SPEEDS = [1, 2, 5, 10, 20, 60, 300, 1000];
const VALUES = new Set(["next_step", "after", "end"]);

export class QuestionCourse {
  readonly words: Words;
  readonly questions: Questions | undefined;
  readonly goal: Goal;
  /** What is presented to a room, instead of what a learner is asked. */
  readonly presented: Presented;
  /** What is about to be said of the asked parameters; undefined where nothing is yet. */
  draft: (number | undefined)[] = [];
  /** How many hints were shown. */
  hints = 0;
  /** A question that is asked again: what is said then is not recorded. */
  private practice: { question: number; answer?: Answer } | undefined;
  /** What was said here, until the kernel has it. */
  private readonly said = new Map<number, Answer>();
  private readonly keys = new Map<string, Key | undefined>();
  /** Whether the name was asked for. */
  private introduced = false;
  /** Whether the summary was left. */
  private left = false;
  private since = performance.now();
  /** The question whose run was in sight at first, and stays so where no steps can be taken. */
  private readonly still: number;
  private posed = "";
  private paceBefore: number | undefined;

  constructor(
    readonly lent: Lent,
    readonly tools: Tools,
  ) {
    const { model, store } = lent;
    this.words = wordsOf(store.texts);
    this.still = this.traitAsked;
    try {
      this.questions = readQuestions(model.get("_questions"));
    } catch (error) {
      console.error(error);
      store.tell({ field: "", message: this.words.unreadable });
    }
    this.goal = new Goal(lent, (steps) => this.play(steps));
    this.presented = new Presented(this);
    this.forgetModel = onChange(model, FOLLOWED, this.take);
    this.forget = store.onChange(() => {
      this.restorePace();
      this.presented.follow();
    });
    if (this.presented.presents) this.presented.resume();
    this.take();
  }

  close(): void {
    this.forgetModel();
    this.forget();
    this.goal.close();
    this.restorePace(true);
  }

  get asked(): number {
    return this.presented.at ?? this.practice?.question ?? this.traitAsked;
  }

  get question(): Question | undefined {
    return this.questions?.questions[this.asked];
  }

  get count(): number {
    return this.questions?.questions.length ?? 0;
  }

  get student(): string {
    return String(this.lent.model.get("student") ?? "");
  }

  /** Whether the name decides which numbers are asked. */
  get varies(): boolean {
    return this.questions?.questions.some(({ variants }) => variants.length > 1) ?? false;
  }

  get practices(): boolean {
    return this.practice !== undefined;
  }

  /** All that was answered, one a question. */
  get answers(): Answer[] {
    const kept = (this.lent.model.get("_answers") as Answer[] | undefined) ?? [];
    const known = new Map(kept.map((answer) => [answer.question, answer]));
    for (const [question, answer] of this.said) known.set(question, answer);
    return [...known.values()].sort((a, b) => a.question - b.question);
  }

  /** What was said to the question that is asked. */
  get answer(): Answer | undefined {
    if (this.presented.presents) return undefined;
    if (this.practice) return this.practice.answer;
    return this.answers.find(({ question }) => question === this.asked);
  }

  get scene(): Scene {
    if (!this.questions) return "none";
    if (this.presented.presents) return "presented";
    if (this.needsName) return "name";
    if (this.question) return this.answer ? "answered" : "asked";
    return this.answers.length >= this.count && !this.left ? "summary" : "free";
  }

  /** Which variant is, or was, asked. */
  get variant(): number {
    const { questions, question, answer } = this;
    if (!questions || !question) return 0;
    return answer?.variant ?? variantOf(questions, question, this.student);
  }

  /** Whether the question's run is not in sight: only a kernel could show it. */
  get foreign(): boolean {
    const { variant, question, lent, still } = this;
    const name = question?.variants[variant]?.settings.problem_name;
    const { engine, problem } = lent.store;
    const moved = engine === "none" && this.asked !== still;
    return engine !== "kernel" && ((!!name && name !== problem) || moved);
  }

  /** Whether a place in the picture can be said. */
  get points(): boolean {
    const { question } = this;
    return question !== undefined && VALUES.has(question.kind) && !this.foreign;
  }

  /** What is right, once it may be known; undefined where that is damaged. */
  keyOf(answer: Answer): Key | undefined {
    const { questions, keys } = this;
    const question = questions?.questions[answer.question];
    if (!questions || !question) return undefined;
    const name = `${answer.question}/${answer.variant}`;
    if (!keys.has(name)) {
      let key: Key | undefined;
      try {
        key = opened(questions, question, answer.variant);
      } catch (error) {
        console.error(error);
      }
      keys.set(name, key);
    }
    return keys.get(name);
  }

  judgementOf(answer: Answer): Judgement | undefined {
    const question = this.questions?.questions[answer.question];
    const key = this.keyOf(answer);
    return question && key && judged(question, key, answer, this.goal.reachedBy(answer));
  }

  /** Says who answers, and asks the question that is open in the numbers of that name. */
  introduce(name: string): void {
    this.introduced = true;
    this.lent.set("student", name);
    this.pose(Math.max(0, this.traitAsked));
    this.take();
  }

  rename(name: string): void {
    this.lent.set("student", name);
  }

  /** Asks a question, by -1 none: its run begins, in the kernel or here. */
  pose(question: number): void {
    const { model, store, player } = this.lent;
    player.drop();
    this.restorePace(true);
    this.practice = undefined;
    this.left = false;
    if (store.engine === "kernel") model.send({ kind: "ask", question } satisfies Request);
    else {
      this.begin(question);
      model.set("_asked", question);
      model.save_changes();
      this.take();
    }
  }

  /** The next question that has no answer, or none. */
  next(): void {
    this.pose(this.open.find((at) => at > this.asked) ?? this.firstOpen);
  }

  /** The first question that has no answer; -1 if all have one. */
  get firstOpen(): number {
    return this.open[0] ?? -1;
  }

  private get open(): number[] {
    const all = Array.from({ length: this.count }, (_, at) => at);
    return all.filter((at) => !this.answers.some(({ question }) => question === at));
  }

  get lacks(): boolean {
    return this.answers.length < this.count;
  }

  /** Asks what was answered once more. */
  again(): void {
    const { asked } = this;
    this.pose(asked);
    this.practice = { question: asked };
    this.take();
  }

  /** Leaves the summary, or comes back to it. */
  leave(left: boolean): void {
    this.left = left;
    this.lent.store.changed();
  }

  /** Takes what is said, tells what is right in the same frame, and plays the run that shows it. */
  commit(numbers: number[], sure: number, text = ""): void {
    const { question } = this;
    if (!question) return;
    const seconds = Math.round((performance.now() - this.since) / 1000);
    this.keep({
      question: this.asked,
      variant: this.variant,
      numbers,
      sure,
      hints: this.hints,
      seconds: Math.min(MOST_SECONDS, seconds),
      text,
    });
    if (question.steps > 0 && question.kind !== "goal") this.play(question.steps);
  }

  /** Says how much of the model answer one's own had. */
  rate(rating: number): void {
    if (this.answer) this.keep({ ...this.answer, numbers: [rating] });
  }

  private keep(answer: Answer): void {
    const { model, store } = this.lent;
    this.goal.keep(answer);
    if (this.practice) this.practice.answer = answer;
    else {
      this.said.set(answer.question, answer);
      if (store.engine === "kernel") {
        model.send({ kind: "answer", ...answer } satisfies Request);
      } else {
        model.set("_answers", this.answers);
        model.save_changes();
      }
    }
    this.take();
    store.changed();
  }

  private get traitAsked(): number {
    const asked = this.lent.model.get("_asked");
    return typeof asked === "number" ? asked : -1;
  }

  private get needsName(): boolean {
    return this.varies && !this.introduced && this.student === "" && this.answers.length === 0;
  }

  /** Follows what is asked and answered: while it is open, nothing tells. */
  readonly take = (): void => {
    const { store } = this.lent;
    if (this.presented.presents) return;
    const { question, scene } = this;
    const posed = [this.asked, this.variant, this.practices].join();
    if (scene === "asked" && posed !== this.posed) {
      this.hush();
      this.since = performance.now();
      this.draft = [];
      this.hints = 0;
      this.goal.begin(question, question?.variants[this.variant]?.start ?? {});
      if (question && this.points) this.showParameters(question.parameters);
    }
    this.posed = scene === "asked" ? posed : "";
    store.hide(question !== undefined && (scene === "asked" || scene === "name"));
    store.changed();
  };

  /** Has nothing read out, or to be read by chance, of the run that was there before. */
  hush(): void {
    for (const announce of this.lent.announcers) announce("");
  }

  private readonly forget: () => void;
  private readonly forgetModel: () => void;

  showParameters([x, y]: string[]): void {
    const { store } = this.lent;
    if (x === undefined) return;
    if (y !== undefined) store.view("two", [x, y]);
    else {
      store.show(x);
      store.view("one");
    }
  }

  /** Begins the run of a question in this page. */
  begin(at: number): void {
    const { questions, lent } = this;
    const { store, actions } = lent;
    const question = questions?.questions[at];
    if (!questions || !question || store.engine !== "page") return;
    const variant = question.variants[variantOf(questions, question, this.student)];
    if (!variant) return;
    const { settings, start } = variant;
    if (settings.problem_name && settings.problem_name !== store.problem) return;
    // What is asked for by a question does not wait for its answer.
    store.hide(false);
    if (store.optimizer !== settings.optimizer) actions.choose("optimizer", settings.optimizer);
    if (store.batchSize !== settings.batch_size) actions.choose("batch_size", settings.batch_size);
    if (store.decay !== settings.decay) actions.choose("decay", settings.decay);
    actions.learningRate(settings.learning_rate);
    actions.runSteps(settings.run_steps);
    actions.restart(start);
    actions.clear();
  }

  play(steps: number): void {
    const { player, actions, store } = this.lent;
    if (!store.alive || this.foreign) return;
    this.paceBefore ??= player.speed;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = SPEEDS.find((speed) => steps / speed <= RUN_SECONDS);
    player.speed = still || pace === undefined ? Number.POSITIVE_INFINITY : pace;
    actions.play(steps);
  }

  /** Once the run has been played, others go at the reader's own pace again. */
  restorePace(atOnce = false): void {
    const { player, store } = this.lent;
    if (this.paceBefore === undefined || (store.playing && !atOnce)) return;
    const { cursor } = store;
    if (!atOnce && cursor === 0 && store.alive && store.status === "ready") return;
    player.speed = this.paceBefore;
    this.paceBefore = undefined;
  }
}
