/** What is shown, and all that can be done to it; whoever listens hears of each change. */

import type {
  Ahead,
  Curve,
  Delta,
  Keyframe,
  LookAnswer,
  NextStep,
  PlaneAnswer,
  SavedCurve,
} from "../protocol/messages.ts";
import { Foreseen } from "./foreseen.ts";
import { type Linked, numbered, type Run, received, savedRun } from "./runs.ts";
import { type Notice, type Picture, type Settings, State } from "./state.ts";

export class Store extends State {
  private readonly listeners = new Set<() => void>();
  /** What was said before a step was shown that the kernel has yet to take. */
  private saidBefore: State["said"];

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Has all drawn anew that changed, here or in a figure. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** Takes the saved timeline in, where it knows more than this page. */
  load(keyframe: Keyframe): void {
    if (this.runs.some(({ rows }) => rows.count > 0)) return;
    const runs = numbered(keyframe.runs.map((run) => savedRun(run, this.names.learning)));
    this.change({ runs, cursor: keyframe.cursor, said: heard(keyframe, runs.at(-1)) });
  }

  /**
   * Takes new rows in; false if rows before them are missing, then the page must ask. With
   * `stay` the cursor stays where it is, unless the run is another.
   */
  apply(delta: Delta, stay = false): boolean {
    const fate = this.foreseen?.fate(delta, stay);
    if (fate === "refuted") Object.assign(this, this.takenBack());
    const before = this.run;
    const { runs, run, complete } = received(this.runs, delta, this.names.learning);
    if (fate === "open") this.foreseen?.hold();
    else Object.assign(this, { foreseen: undefined });
    if (fate === "open") this.change({ runs });
    else if (run === runs.at(-1)) {
      const cursor = stay && run === before ? this.cursor : Math.min(delta.cursor, run.last);
      this.change({ runs, cursor, said: heard(delta, run) });
    } else this.change({ runs });
    return complete;
  }

  /** Takes note of the step after the newest one, of which only where it leads is shown. */
  expect(ahead: Ahead): void {
    this.change({ ahead });
  }

  /** Shows the next step at once where it is known, while the kernel is asked to take it. */
  foresee(): void {
    const { run, cursor, said, following, known } = this;
    if (!run || this.foreseen || this.engine !== "kernel") return;
    const rate = following ? this.comingRate : known?.columns.rate[0];
    if (rate === undefined) return;
    const foreseen = new Foreseen(run, cursor, rate, known);
    this.saidBefore = said;
    const next = known ? heard(known, run) : said;
    this.change({ foreseen, cursor: cursor + 1, said: next });
  }

  /** Shows what the kernel has said last, where it has not taken a step that is shown. */
  settle(): void {
    if (this.foreseen) this.change(this.takenBack());
  }

  private takenBack(): Partial<State> {
    const { foreseen } = this;
    if (!foreseen) return {};
    foreseen.takeBack();
    const at = this.cursor - 1 === foreseen.cursor ? foreseen.cursor : this.cursor;
    const said = this.said && this.saidBefore;
    return { foreseen: undefined, said, cursor: Math.min(at, this.last) };
  }

  /** Has other runs: none where those that are shown next are not there yet. */
  replaceRuns(runs: readonly Run[], cursor = this.cursor): void {
    this.change({ runs, cursor });
  }

  /** Looks at a recorded step. */
  goTo(step: number): void {
    this.change({ cursor: Math.max(0, Math.min(step, this.last)) });
  }

  /** Says that a run is played from here on, or no longer. */
  play(): void {
    this.change({ playing: true, notice: undefined });
  }

  stop(): void {
    this.change({ playing: false });
  }

  /** Takes settings; what the kernel said of the next step no longer holds then. */
  set(settings: Partial<Settings>): void {
    const before = this.leading;
    Object.assign(this, settings);
    this.change(this.leading === before ? {} : { said: undefined });
  }

  setRate(rate: number): void {
    this.set({ learningRate: rate });
  }

  /** Shows a recorded scalar in the first figure and the update line. */
  show(name: string): void {
    if (name === this.shown || !this.names.recorded.includes(name)) return;
    this.change({ shown: name, detail: undefined });
  }

  /** Shows the loss along one parameter or on a plane. */
  view(picture: Picture, axes = this.axes): void {
    this.change({ picture, axes });
  }

  /** Has another red curve, of which nothing finer is known yet. */
  showCurve(curve: SavedCurve): void {
    this.change({ curve, detail: undefined });
  }

  showDetail(detail: Curve): void {
    this.change({ detail });
  }

  showPlane(plane: PlaneAnswer | undefined): void {
    this.change({ plane });
  }

  showLook(look: LookAnswer | undefined): void {
    this.change({ look });
  }

  /** Hides what would tell the answer to a question, or no longer. */
  hide(hides: boolean): void {
    if (hides !== this.hides) this.change({ hides });
  }

  /** Shows the ruler of the learning rate, or shows it no longer. */
  rule(ruled: boolean): void {
    this.change({ ruled });
  }

  /** Has runs move with the current one, or none. */
  link(linked: Linked | undefined): void {
    if (linked !== this.linked) this.change({ linked });
  }

  /** Has one run stand out from the others, or none. */
  highlight(highlighted: number | undefined): void {
    if (highlighted !== this.highlighted) this.change({ highlighted });
  }

  tell(notice: Notice | undefined): void {
    this.change({ notice });
  }

  /** Says whether an answer is overdue, and whether it has been so for long. */
  wait(waiting: boolean, long = false): void {
    const waitingLong = waiting && long;
    if (waiting !== this.waiting || waitingLong !== this.waitingLong) {
      this.change({ waiting, waitingLong });
    }
  }

  /** Has nobody to compute, or not yet; `lived` says whether there was a kernel. */
  loseKernel(lived: boolean): void {
    const preparing = !lived;
    this.change({ ...this.takenBack(), engine: "none", lived, preparing, ahead: undefined });
  }

  findKernel(): void {
    const found = { lived: true, preparing: false, offered: false };
    this.change({ engine: "kernel", origin: "", remark: "", ...found });
  }

  /** Offers to compute in this page. */
  offer(): void {
    this.change({ offered: true });
  }

  computeHere(): void {
    this.change({ engine: "page", offered: false });
  }

  /** Has nothing but what was recorded, for a reason. */
  replay(origin: string): void {
    this.change({ engine: "none", origin, remark: "", offered: false });
  }

  /** Says in small print what becomes of computing in this page. */
  explain(origin: string): void {
    this.change({ origin, preparing: false });
  }

  /** Says what makes computing slow in this page. */
  remarkOn(remark: string): void {
    this.change({ remark });
  }

  private change(news: Partial<State>): void {
    Object.assign(this, news);
    this.changed();
  }
}

function heard({ cursor, rate, recompiled, coming }: NextStep, run?: Run): State["said"] {
  return { cursor, rate, recompiled, coming, run: run?.id };
}
