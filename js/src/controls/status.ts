/** The sentence that says what the picture shows, and the one that is read out. */

import type { LossFunctionFigure } from "../figures/loss-function.ts";
import { risesAround } from "../figures/view.ts";
import { type Column, FULL_LOSS, type Row } from "../model/rows.ts";
import { isGiven, loopStep } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { element, setText } from "./elements.ts";

/** After so many steps of growing loss in a row the run is called diverging. */
const GROWING_STEPS = 5;

export class Status {
  readonly root = element("div", { class: "gdwidget-status" });
  /** Only milestones go here, for screen readers. */
  readonly announcer = element("div", {
    class: "gdwidget-hidden",
    role: "status",
    "aria-live": "polite",
  });
  /** Whether the run has diverged, or its loss grows. */
  grows = false;
  private milestone = "";

  constructor(
    private readonly store: Store,
    private readonly figure: LossFunctionFigure,
  ) {}

  draw(): void {
    const { store } = this;
    const { row } = store;
    if (!row) return;
    this.grows = store.status === "diverged" && !this.isGiven(row);
    const warning = this.warning(row);
    const waits = store.alive && store.waiting;
    this.root.dataset.kind = waits ? "waiting" : warning ? "warning" : this.kind(row);
    setText(this.root, warning ?? this.plain(row));
    const ended = store.status !== "ready" || !(store.alive || store.preparing);
    const milestone = ended ? (this.root.textContent ?? "") : "";
    if (milestone && milestone !== this.milestone) this.announce(milestone);
    this.milestone = milestone;
  }

  /** The same sentence twice is read out twice: it differs by a space that is not seen. */
  announce(sentence: string): void {
    const same = this.announcer.textContent === sentence;
    setText(this.announcer, same ? `${sentence}\u00a0` : sentence);
  }

  private warning(row: Row): string | undefined {
    const { store } = this;
    const { shown: name, texts } = store;
    if (!store.alive && !store.preparing) {
      return this.joined(store.lived ? texts.gone : texts.noKernel, this.given(row));
    }
    if (store.waiting) return this.waits();
    if (store.status === "diverged") {
      const what = this.unbounded(row);
      return this.isGiven(row) ? texts.divergedElsewhere(row, what) : texts.diverged(row, what);
    }
    if (store.status === "converged" || store.status === "ended") return undefined;
    if (store.forks) return this.forks();
    const first = store.run?.rows.row(0, name);
    if (first && !this.isGiven(row) && this.growing(row, first)) {
      this.grows = true;
      return this.joined(texts.growing(first, row), this.outside(row, name));
    }
    return this.outside(row, name);
  }

  private waits(): string {
    const { engine, waitingLong, texts } = this.store;
    if (engine === "page") return texts.waitingHere;
    return waitingLong ? texts.waitingLong : texts.waiting;
  }

  private plain(row: Row): string {
    const { store } = this;
    const { texts } = store;
    const first = store.run?.rows.row(0, store.shown);
    if (store.status === "ended") return texts.ended(row);
    if (store.status === "converged") {
      return this.isMinimum(row) ? texts.converged(row) : texts.flat(row);
    }
    if (this.isGiven(row)) {
      const { given } = store.run ?? {};
      return this.joined(this.given(row), given?.every === 1 ? this.change(row) : "");
    }
    const still = row.step === 0 ? undefined : this.still();
    if (still || !first) return still ?? texts.beginning(row);
    const { run, index } = store;
    if (!run?.batches) return this.joined(this.change(row), this.slope(row));
    const full = run.rows.column(FULL_LOSS)?.at(index) ?? Number.NaN;
    if (!Number.isFinite(full)) return texts.underOnBatch(row);
    return texts.underOnAll(
      { ...first, loss: run.rows.height(0) },
      { ...row, loss: full },
      row.loss,
    );
  }

  private joined(...sentences: (string | undefined)[]): string {
    return sentences.filter(Boolean).join(this.store.texts.gap);
  }

  private isGiven(row: Row): boolean {
    return isGiven(this.store.run, row.step);
  }

  /** That a row was recorded elsewhere, and where. */
  private given(row: Row): string {
    const { run, texts } = this.store;
    if (!run?.given || !this.isGiven(row)) return "";
    const step = loopStep(run, row.step);
    const alone = step === undefined || step === row.step;
    return alone ? texts.recordedElsewhere : texts.recordedInLoop(step);
  }

  /** What the step that led to a row did to the loss. */
  private change(row: Row): string {
    const { run, index, texts } = this.store;
    const follows = run && index > 0 && run.rows.stepAt(index - 1) === row.step - 1;
    if (!follows) return texts.beginning(row);
    const by = row.loss - run.rows.loss(index - 1);
    if (by === 0) return texts.stepSame;
    return by < 0 ? texts.stepFell(-by) : texts.stepRose(by);
  }

  /** What the slope says of the next step, where one number learns. */
  private slope(row: Row): string {
    const { run, index, names, shown, comingValue, texts } = this.store;
    if (!run || names.count > 1 || !Number.isFinite(row.gradient)) return "";
    const before = index > 0 ? run.rows.gradient(index - 1) : 0;
    if (before * row.gradient < 0) return texts.overshot(Math.abs(row.gradient / before));
    if (comingValue === undefined || comingValue === row.value) return "";
    const up = comingValue > row.value;
    const along = up ? row.gradient < 0 : row.gradient > 0;
    return texts.moves(shown, row.gradient, up, along);
  }

  private forks(): string {
    const { recompiled, comingRate, recorded, texts } = this.store;
    if (recompiled || !recorded || comingRate === undefined) return texts.forksCompiled;
    if (isGiven(this.store.run, recorded.step)) return texts.forksFromGiven(comingRate);
    return texts.forks(comingRate, recorded.rate);
  }

  /** Why the next step moves nothing, where all that learns is recorded. */
  private still(): string | undefined {
    const { names, run, index, texts } = this.store;
    const { recorded } = names;
    const at = (column?: Column): number | undefined => column?.at(index);
    const moves = (name: string): boolean =>
      this.store.comingValueOf(name) !== at(run?.rows.column(name));
    if (recorded.length < names.count || recorded.some(moves)) return undefined;
    if (this.store.takes_rate && this.store.comingRate === 0) return texts.rateFallen(recorded);
    const silent = recorded.every((name) => at(run?.rows.gradientOf(name)) === 0);
    return silent ? texts.silent(recorded, run?.batches?.size) : texts.still(recorded);
  }

  private kind(row: Row): string {
    const { status } = this.store;
    return status === "converged" && !this.isMinimum(row) ? "ready" : status;
  }

  /** Only the curve tells: at a hilltop and on a saddle the gradient is 0, too. */
  private isMinimum(row: Row): boolean {
    const { curve, names, fog } = this.store;
    return names.count === 1 && !!curve && !fog && risesAround(curve, row.value, this.height(row));
  }

  /** The loss on all data where there are batches and it was measured. */
  private height(row: Row): number {
    const { run, index } = this.store;
    const full = run?.batches ? run.rows.column(FULL_LOSS)?.at(index) : undefined;
    return full ?? row.loss;
  }

  /** What is no longer finite. */
  private unbounded(row: Row): string {
    const { names, shown, texts } = this.store;
    if (!Number.isFinite(row.value)) return shown;
    if (!Number.isFinite(row.loss)) return texts.theLoss;
    const full = this.height(row);
    // Where it was not measured it is NaN, too, and another number's gradient may be the reason.
    const onAll = Math.abs(full) === Number.POSITIVE_INFINITY || names.count === 1;
    if (Number.isFinite(row.gradient) && !Number.isFinite(full) && onAll)
      return texts.theLossOnAllData;
    return texts.theGradient;
  }

  private growing(row: Row, first: Row): boolean {
    const rows = this.store.run?.rows;
    if (!rows || row.step < GROWING_STEPS || !(row.loss > first.loss)) return false;
    const { index, run } = this.store;
    // The loss of a batch goes up and down by chance: only that of all data tells.
    const all = run?.batches ? rows.column(FULL_LOSS) : undefined;
    const loss = (at: number): number =>
      run?.batches ? (all?.at(at) ?? Number.NaN) : rows.loss(at);
    for (let back = 0; back < GROWING_STEPS; back += 1) {
      if (!(loss(index - back) > loss(index - back - 1))) return false;
    }
    return loss(index) > loss(0);
  }

  private outside(row: Row, name: string): string | undefined {
    const { view } = this.figure;
    const { texts } = this.store;
    const hidden = this.store.picture !== "one" || !this.store.shows("loss");
    if (!view || hidden || !Number.isFinite(row.value)) return undefined;
    if (row.value < view.low) return texts.outside(name, row, "left");
    if (row.value > view.high) return texts.outside(name, row, "right");
    return undefined;
  }
}
