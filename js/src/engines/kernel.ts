/** The engine in the kernel, spoken to by messages. */

import type { WidgetModel } from "../dom/host.ts";
import { whenPainted } from "../dom/painted.ts";
import type { Engine } from "../model/engine.ts";
import type { Store } from "../model/store.ts";
import type { Along, Answer, LookQuestion, PlaneQuestion, Request } from "../protocol/messages.ts";
import { parseAnswer } from "../protocol/parse.ts";

const SYNC_AGAIN_MS = 500;
const OVERDUE_MS = 1000;
const LOST_MS = 5000;
/** So many times in a row an answer was overdue before it is said that it may never come. */
const OFTEN_OVERDUE = 4;
/** Where no host says whether there is a kernel, there is none after so long a silence. */
const SILENCE_MS = 3000;
/**
 * How often the kernel is asked again that served a request and did not answer, and after what.
 */
const MOST_UNANSWERED = 3;
const ASK_UNANSWERED_MS = 500;
/** How long nothing may have happened before the kernel is asked for the step after. */
const ASK_AHEAD_MS = 100;

/** What an answer says beside what it brings; of a lost one nothing is known. */
interface Reply {
  seconds: number;
  more: boolean;
}

const LOST: Reply = { seconds: 0, more: false };

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (reason: Error) => void;
}

/**
 * The kernel answers in the order it is asked, so an answer also settles the requests before
 * it, whose own answers were lost on the way; the rows they brought show as a gap.
 */
export class KernelEngine implements Engine {
  private readonly waiting = new Map<number, Waiting>();
  private readonly page = Math.random().toString(36).slice(2);
  private requests = 0;
  private looking = false;
  private wanted: number | undefined;
  private syncing = false;
  private lackingTimer = 0;
  private overdueTimer = 0;
  private unansweredTimer = 0;
  private aheadTimer = 0;
  private silenceTimer = 0;
  private heedsSilence = false;
  /**
   * What waits until a step has been painted that is shown before the kernel takes it: both cost
   * time, and the step would be seen later.
   */
  private held: { requests: (() => void)[]; answers: Answer[] } | undefined;
  /** Whether the kernel was taken for one that does not know this widget, or for gone. */
  private doubted = false;
  /** What the step after was asked for last. */
  private askedAhead = "";
  private readonly forget: () => void;
  /** How many requests in a row the kernel has served without an answer. */
  private unanswered = 0;
  /** Counts what was heard. */
  private heard = 0;
  /** How many times an answer was overdue since something was heard. */
  private overdue = 0;

  constructor(
    private readonly model: WidgetModel,
    private readonly store: Store,
    /** Called when the kernel turns out not to know this widget, and when it does after all. */
    private readonly known: (known: boolean) => void = () => {},
  ) {
    model.on("msg:custom", this.hear);
    this.forget = store.onChange(() => this.askAheadSoon());
  }

  private readonly hear = (content: unknown, buffers: DataView[]): void => {
    const answer = parseAnswer(content, buffers);
    this.heard += 1;
    this.overdue = 0;
    if (this.doubted) this.believe(true);
    this.unanswered = 0;
    this.listen();
    if (!answer) return;
    if (this.held) this.held.answers.push(answer);
    else this.take(answer);
  };

  private hold(): void {
    if (this.held) return;
    this.held = { requests: [], answers: [] };
    whenPainted(() => {
      for (const answer of this.release()) this.take(answer);
    });
  }

  /** Sends what waits and returns the answers that do. */
  private release(): Answer[] {
    const { requests, answers } = this.held ?? { requests: [], answers: [] };
    this.held = undefined;
    for (const send of requests) send();
    return answers;
  }

  /** Takes the kernel for gone where nothing is heard while it owes an answer; returns its end. */
  heedSilence(): () => void {
    this.heedsSilence = true;
    this.listen();
    return () => {
      this.heedsSilence = false;
      this.listen();
    };
  }

  private listen(): void {
    window.clearTimeout(this.silenceTimer);
    this.silenceTimer = 0;
    if (!this.heedsSilence || this.waiting.size === 0) return;
    this.silenceTimer = window.setTimeout(() => this.believe(false), SILENCE_MS);
  }

  private believe(known: boolean): void {
    this.doubted = !known;
    this.known(known);
  }

  /** Hears no more, when the widget has become another. */
  close(): void {
    this.model.off("msg:custom", this.hear);
    this.forget();
    this.release();
    window.clearTimeout(this.lackingTimer);
    window.clearTimeout(this.unansweredTimer);
    this.abandon();
    window.clearTimeout(this.aheadTimer);
  }

  /** Asks for all rows this page lacks, unless that is under way. */
  sync(): void {
    if (this.syncing) return;
    this.syncing = true;
    const have = this.store.have();
    this.ask((request) => ({ kind: "sync", have, request }))
      .catch(() => {})
      .finally(() => {
        this.syncing = false;
      });
  }

  /** More rows are on their way; if they do not come, asks for them. */
  private syncSoon(): void {
    window.clearTimeout(this.lackingTimer);
    this.lackingTimer = window.setTimeout(() => {
      if (this.store.lacking) this.sync();
    }, SYNC_AGAIN_MS);
  }

  async advance(n: number, ahead = false): Promise<number> {
    this.askForWanted();
    if (this.store.foreseen) this.hold();
    const run = this.store.run?.id ?? 0;
    const answer = this.ask((request) => ({ kind: "advance", run, n, request }));
    if (ahead) this.askAhead();
    return (await answer).seconds;
  }

  /** Has the kernel tell of the step after the newest one, so that Step need not wait for it. */
  private askAhead(): void {
    this.post({ kind: "ahead", request: this.store.leading });
  }

  /** Does so where the step is not known and nothing else is going on. */
  private askAheadSoon(): void {
    window.clearTimeout(this.aheadTimer);
    const { store } = this;
    const { run, cursor, names, leading } = store;
    if (!run || cursor !== run.last || store.status !== "ready" || store.lacking) return;
    const busy = store.playing || this.waiting.size > 0;
    if (busy || store.engine !== "kernel" || names.stream || store.known) return;
    const wanted = [run.id, cursor, leading].join();
    if (wanted === this.askedAhead) return;
    this.aheadTimer = window.setTimeout(() => {
      this.askedAhead = wanted;
      this.askAhead();
    }, ASK_AHEAD_MS);
  }

  /** One such message at a time; while one is under way the last step asked for waits. */
  goTo(step: number): void {
    this.wanted = step;
    if (!this.looking) this.goToWanted();
  }

  reset(start: Record<string, number>): void {
    this.wanted = undefined;
    this.send({ kind: "reset", start });
  }

  /**
   * Tells of a setting in turn with what is asked before and after. The model tells of it, too,
   * but holds that back while it waits for an answer to an earlier one.
   */
  set(name: string, value: string | number): void {
    this.askForWanted();
    this.send({ kind: "set", name, value });
  }

  /** The kernel serves in turn: where this page looks changes nothing, and is answered. */
  async served(): Promise<void> {
    const { run, cursor } = this.store;
    await this.ask((request) => ({ kind: "goto", run: run?.id ?? 0, step: cursor, request }));
  }

  async evaluate(low: number, high: number, along?: Along): Promise<boolean> {
    const { name, step } = along ?? { name: "", step: 0 };
    const asked = await this.ask((request) => ({
      kind: "landscape",
      low,
      high,
      name,
      step,
      request,
    }));
    return asked.more;
  }

  async plane(question: PlaneQuestion): Promise<boolean> {
    return (await this.ask((request) => ({ kind: "plane", ...question, request }))).more;
  }

  async look(question: LookQuestion): Promise<void> {
    const run = this.store.run?.id ?? 0;
    await this.ask((request) => ({ kind: "look", run, ...question, request }));
  }

  clear(): void {
    this.post({ kind: "clear" });
  }

  rest(): void {
    this.post({ kind: "rest" });
  }

  /** Gives up on all open requests, when the kernel has gone. */
  abandon(): void {
    for (const { reject } of this.waiting.values()) reject(new Error("The kernel is gone."));
    this.waiting.clear();
    this.watch();
  }

  private async goToWanted(): Promise<void> {
    this.looking = true;
    while (this.wanted !== undefined) await this.askForWanted();
    this.looking = false;
  }

  /**
   * Tells of the step that waits, if one does. What is asked for next is meant from there, so
   * the step must not come after it.
   */
  private async askForWanted(): Promise<void> {
    const step = this.wanted;
    if (step === undefined) return;
    this.wanted = undefined;
    const run = this.store.run?.id ?? 0;
    await this.ask((request) => ({ kind: "goto", run, step, request })).catch(() => {});
  }

  private ask(make: (request: string) => Request): Promise<Reply> {
    this.requests += 1;
    const number = this.requests;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.send(make(`${this.page}-${number}`));
      this.watch();
    });
  }

  /** Sends what an answer is hoped for, and looks whether one came when the kernel has served it. */
  private send(request: Request): void {
    const { heard } = this;
    const status = ({ content }: { content: { execution_state: string } }): void => {
      if (content.execution_state === "idle" && this.heard === heard) this.askUnanswered();
    };
    // Where no host tells of a kernel none calls back; marimo takes what is handed for a function.
    this.post(request, this.heedsSilence ? undefined : { iopub: { status } });
  }

  /** Sends in the order of the calls. */
  private post(request: Request, callbacks?: Parameters<WidgetModel["send"]>[1]): void {
    const send = (): void => this.model.send(request, callbacks);
    if (this.held) this.held.requests.push(send);
    else send();
  }

  /** A kernel that was restarted elsewhere serves all and answers nothing; a lost answer is one. */
  private askUnanswered(): void {
    if (this.unanswered >= MOST_UNANSWERED || this.unansweredTimer !== 0) return;
    this.unanswered += 1;
    if (this.unanswered === MOST_UNANSWERED) {
      this.believe(false);
      return;
    }
    this.unansweredTimer = window.setTimeout(() => {
      this.unansweredTimer = 0;
      this.syncing = false;
      if (this.unanswered > 0) this.sync();
    }, ASK_UNANSWERED_MS);
  }

  private take(answer: Answer): void {
    switch (answer.kind) {
      case "delta": {
        const fits = this.store.apply(answer, this.looking);
        if (!fits) this.sync();
        else if (this.store.lacking) this.syncSoon();
        this.settle(answer.request, { seconds: answer.seconds, more: false });
        break;
      }
      case "ahead":
        this.store.expect(answer);
        window.clearTimeout(this.aheadTimer);
        break;
      case "landscape":
        if (answer.curve.values.length > 0) this.store.showDetail(answer.curve);
        this.settle(answer.request, { seconds: 0, more: answer.curve.more });
        break;
      case "plane":
        if (answer.n > 0) this.store.showPlane(answer);
        this.settle(answer.request, { seconds: 0, more: answer.more });
        break;
      case "look":
        this.store.showLook(answer);
        this.settle(answer.request);
        break;
      case "error":
        this.store.tell({ field: answer.field, message: answer.message });
        this.settle(answer.request, LOST, new Error(answer.message));
        break;
    }
  }

  private settle(request: string, reply = LOST, error?: Error): void {
    const [page, text] = request.split("-");
    if (page !== this.page) return;
    const answered = Number(text);
    for (const [number, { resolve, reject }] of this.waiting) {
      if (number > answered) continue;
      this.waiting.delete(number);
      if (error && number === answered) reject(error);
      else resolve(number === answered ? reply : LOST);
    }
    this.watch();
  }

  /** Says when an answer is overdue, and asks again when it must be lost. */
  private watch(): void {
    window.clearTimeout(this.overdueTimer);
    this.store.wait(this.waiting.size > 0 && this.store.waiting, this.store.waitingLong);
    this.askAheadSoon();
    if (this.waiting.size === 0) this.listen();
    if (this.waiting.size === 0) return;
    if (this.silenceTimer === 0) this.listen();
    this.overdueTimer = window.setTimeout(() => {
      this.overdue += 1;
      this.store.wait(true, this.overdue >= OFTEN_OVERDUE);
      this.overdueTimer = window.setTimeout(() => {
        this.syncing = false;
        this.sync();
      }, LOST_MS);
    }, OVERDUE_MS);
  }
}
