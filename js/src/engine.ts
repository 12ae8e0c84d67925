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
