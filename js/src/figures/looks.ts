/**
 * Asking the kernel what the model says of the data at the cursor, and what its batch's loss is.
 */

import type { Engine } from "../model/engine.ts";
import type { Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import type { View } from "./view.ts";

/** How far beyond the view the batch's curve is evaluated, in widths of the view. */
const BEYOND = 0.5;
/** How many times as wide as the view the evaluated stretch may be. */
const COARSEST = 4;
/** A run that is played is looked at no more often than this. */
const PLAYED_MS = 120;
const NOWHERE: [number, number] = [0, 0];

/** One question at a time; while one is under way the last step wanted waits. */
export class Looks {
  private asking = false;
  private asked = "";
  private askedAt = Number.NEGATIVE_INFINITY;
  private stretch = NOWHERE;

  constructor(
    private readonly store: Store,
    private readonly engine: Engine,
  ) {}

  /** Asks if the cursor has moved, for those who look: the data figure, the loss function's view. */
  draw(dataShown: boolean, view: View | undefined): void {
    const { run, cursor, playing, alive } = this.store;
    if (!run || this.asking || !alive || cursor > run.last || this.store.foreseen) return;
    if (playing && performance.now() - this.askedAt < PLAYED_MS) return;
    this.stretch = this.wantedStretch(run, view);
    const [low, high] = this.stretch;
    if (!dataShown && low === high) return;
    const key = [run.id, cursor, low, high].join();
    if (key === this.asked) return;
    this.asked = key;
    this.askedAt = performance.now();
    this.asking = true;
    this.engine
      .look({ step: cursor, low, high })
      .catch(() => {})
      .finally(() => {
        this.asking = false;
        this.store.changed();
      });
  }

  /** Stays as it is while the view is in it and not much narrower, so that panning asks seldom. */
  private wantedStretch(run: Run, view: View | undefined): [number, number] {
    const { shown, names } = this.store;
    if (!run.batches || shown !== names.learning || !view) return NOWHERE;
    const [low, high] = this.stretch;
    const width = view.high - view.low;
    if (low <= view.low && high >= view.high && high - low <= COARSEST * width) return [low, high];
    const ends: [number, number] = [view.low - BEYOND * width, view.high + BEYOND * width];
    return ends.every((end) => Number.isFinite(Math.fround(end))) ? ends : NOWHERE;
  }
}
