import type { Along, LookQuestion, PlaneQuestion } from "./protocol.ts";

/** What computes steps: the kernel, or this page. */
export interface Engine {
  /** Whether steps can be computed at all. */
  readonly alive: boolean;
  /** Takes up to `n` steps of the current run; resolves to the seconds it took, when the store has them. */
  advance(n: number): Promise<number>;
  /** Tells where this page looks. */
  goTo(step: number): void;
  /** Starts over, from other starting values where given. */
  reset(start: Record<string, number>): void;
  /** Has the loss evaluated between two values, for the store's detail curve. */
  evaluate(low: number, high: number, along?: Along): Promise<void>;
  /** Has the loss on a plane evaluated, for the store's plane. */
  plane(question: PlaneQuestion): Promise<void>;
  /** Has the data, the model and the batch at a step looked up, for the store's look. */
  look(question: LookQuestion): Promise<void>;
  /** Forgets all runs but the current one. */
  clear(): void;
  /** Says that this page has come to rest, so that what it shows can be saved. */
  rest(): void;
}

/** The engine that computes now, for those who need not know which one that is. */
export class EngineInUse implements Engine {
  constructor(public current: Engine) {}

  get alive(): boolean {
    return this.current.alive;
  }

  advance(n: number): Promise<number> {
    return this.current.advance(n);
  }

  goTo(step: number): void {
    this.current.goTo(step);
  }

  reset(start: Record<string, number>): void {
    this.current.reset(start);
  }

  evaluate(low: number, high: number, along?: Along): Promise<void> {
    return this.current.evaluate(low, high, along);
  }

  plane(question: PlaneQuestion): Promise<void> {
    return this.current.plane(question);
  }

  look(question: LookQuestion): Promise<void> {
    return this.current.look(question);
  }

  clear(): void {
    this.current.clear();
  }

  rest(): void {
    this.current.rest();
  }
}
