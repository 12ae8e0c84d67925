/** The pace: steps asked for one by one or played, never faster than they are drawn. */

import type { Engine } from "../model/engine.ts";
import type { Store } from "../model/store.ts";
import { MOST_STEPS_A_MESSAGE } from "../protocol/messages.ts";

/** Steps a second for each position of the speed slider. */
export const SPEEDS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 1000, Number.POSITIVE_INFINITY];

const MOST_IN_FLIGHT = 3;
const MOST_CHUNK = 50_000;
const SLOW_S = 0.05;
const ASK_EVERY_MS = 33;
/** At full speed, where the page cannot keep up: what comes is drawn, and each time costs frames. */
const ASK_SELDOM_MS = 200;
const LATE_FRAME_MS = 25;
/** For how much of the time in between the engine has something to do. */
const BUSY = 0.7;
const FIRST_CHUNK = 64;
const MOST_BEHIND_S = 0.25;
const REST_AFTER_MS = 1000;

export interface Clock {
  now(): number;
  frame(callback: () => void): void;
  timeout(callback: () => void, milliseconds: number): number;
  cancel(timeout: number): void;
}

export type Ending = "run" | "paused";

export class Player {
  speed = 10;
  private left = 0;
  private clicked = 0;
  private due = 0;
  private chunk = FIRST_CHUNK;
  private inFlight = 0;
  private framed = false;
  private framedAt = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private askEvery = ASK_EVERY_MS;
  /** Whether a frame was late since more was asked for. */
  private late = false;
  /** Whether a pause waits for what was asked for before it. */
  private pausing = false;
  private pausedAt: number | undefined;
  /** The run that is played, or a fork of it: another page may begin a new one meanwhile. */
  private played: number | undefined;
  private restTimer: number | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly ended: (ending: Ending) => void,
  ) {}

  get playing(): boolean {
    return this.store.playing;
  }

  /** Takes steps as soon as may be, each exactly once. */
  step(n = 1): void {
    if (this.playing) this.pause();
    this.clicked += n;
    this.left = 0;
    this.askForClicks();
  }

  /** Plays `steps` further steps; what a pause left of a run comes first. */
  play(steps: number): void {
    if (this.playing) return;
    const rests = this.pausing || this.pausedAt === this.store.cursor;
    const resumes = this.left > 0 && rests && this.store.goesOn(this.played);
    this.left = resumes ? this.left : steps;
    this.pausing = false;
    this.played = this.store.run?.id;
    this.due = 1;
    this.chunk = FIRST_CHUNK;
    this.askedAt = Number.NEGATIVE_INFINITY;
    this.framedAt = this.clock.now();
    this.store.play();
    this.tick();
  }

  /** Asks for nothing more; says so when the steps asked for before are there. */
  pause(): void {
    if (!this.playing) return;
    this.stop();
    this.pausing = true;
    this.settlePause();
  }

  /** Forgets everything asked for, when the timeline is changed otherwise. */
  drop(): void {
    if (this.playing) this.stop();
    this.left = 0;
    this.clicked = 0;
    this.pausing = false;
  }

  /** Has the page saved once nothing has happened for a while. */
  restSoon(): void {
    if (this.restTimer !== undefined) this.clock.cancel(this.restTimer);
    this.restTimer = this.clock.timeout(() => {
      this.restTimer = undefined;
      if (!this.playing && this.store.alive) this.engine.rest();
    }, REST_AFTER_MS);
  }

  private stop(): void {
    this.store.stop();
    this.restSoon();
  }

  private settlePause(): void {
    if (!this.pausing || this.inFlight > 0) return;
    this.pausing = false;
    this.pausedAt = this.store.cursor;
    this.ended("paused");
  }

  private askForClicks(): void {
    if (this.clicked === 0 || this.inFlight > 0) return;
    const steps = Math.min(this.clicked, MOST_STEPS_A_MESSAGE);
    this.clicked -= steps;
    if (steps === 1) this.store.foresee();
    this.ask(steps, true).then(() => this.restSoon());
  }

  private tick(): void {
    if (!this.playing) return;
    if (!this.store.goesOn(this.played)) {
      this.drop();
      return;
    }
    this.played = this.store.run?.id;
    const now = this.clock.now();
    if (Number.isFinite(this.speed)) {
      this.due += this.speed * ((now - this.framedAt) / 1000);
      this.due = Math.min(this.due, Math.max(1, this.speed * MOST_BEHIND_S));
    }
    this.late ||= now - this.framedAt > LATE_FRAME_MS;
    this.framedAt = now;
    if (this.isOver()) {
      this.left = 0;
      this.stop();
      this.ended("run");
      return;
    }
    this.askForMore(now);
    this.tickNextFrame();
  }

  private tickNextFrame(): void {
    if (this.framed) return;
    this.framed = true;
    this.clock.frame(() => {
      this.framed = false;
      this.tick();
    });
  }

  private isOver(): boolean {
    if (this.inFlight > 0) return false;
    return this.left === 0 || this.store.status !== "ready";
  }

  private askForMore(now: number): void {
    const fast = this.speed === Number.POSITIVE_INFINITY;
    const every = fast ? this.askEvery : ASK_EVERY_MS;
    if (this.inFlight >= MOST_IN_FLIGHT || now - this.askedAt < every) return;
    if (fast && this.inFlight > 1) return;
    const steps = Math.min(fast ? this.chunk : Math.floor(this.due), this.left);
    if (steps < 1) return;
    if (!fast) this.due -= steps;
    this.left -= steps;
    this.askedAt = now;
    if (fast) this.keepUp();
    this.ask(steps).then((seconds) => {
      if (fast) this.adapt(seconds);
    });
  }

  private keepUp(): void {
    const every = this.late ? this.askEvery * 1.5 : this.askEvery * 0.9;
    this.askEvery = Math.min(ASK_SELDOM_MS, Math.max(ASK_EVERY_MS, every));
    this.late = false;
  }

  /** At full speed a chunk takes the engine a moment: enough to be quick, little enough to pause. */
  private adapt(seconds: number): void {
    const slow = Math.max(SLOW_S, (BUSY * this.askEvery) / 1000);
    const times = seconds < slow / 24 ? 8 : 2;
    if (seconds < slow / 3) this.chunk = Math.min(this.chunk * times, MOST_CHUNK);
    else if (seconds > slow) this.chunk = Math.max(1, this.chunk >> 1);
  }

  /** With `ahead` the step after these is wanted soon, too. */
  private async ask(steps: number, ahead = false): Promise<number> {
    const { run } = this.store;
    let seconds = 0;
    this.inFlight += 1;
    try {
      seconds = await this.engine.advance(steps, ahead);
    } catch {
      this.drop();
    }
    this.inFlight -= 1;
    this.store.settle();
    if (!this.store.goesOn(run?.id)) this.drop();
    this.settlePause();
    this.askForClicks();
    return seconds;
  }
}
