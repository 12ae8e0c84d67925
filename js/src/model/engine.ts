import type { Along, LookQuestion, PlaneQuestion } from "../protocol/messages.ts";

/** What computes steps: the kernel, or this page. */
export interface Engine {
  /**
   * Takes up to `n` steps of the current run; resolves to the seconds it took, when the store has
   * them. With `ahead` the step after them is wanted soon, too.
   */
  advance(n: number, ahead?: boolean): Promise<number>;
  /** Tells where this page looks. */
  goTo(step: number): void;
  /** Resolves when all that was asked of it before is done, and the store has what came of it. */
  served(): Promise<void>;
  /** Starts over, from other starting values where given. */
  reset(start: Record<string, number>): void;
  /**
   * Has the loss evaluated between two values, for the store's detail curve; resolves to
   * whether there will be more of it when asked again.
   */
  evaluate(low: number, high: number, along?: Along): Promise<boolean>;
  /** The same on a plane, for the store's plane. */
  plane(question: PlaneQuestion): Promise<boolean>;
  /** Has the data, the model and the batch at a step looked up, for the store's look. */
  look(question: LookQuestion): Promise<void>;
  /** Forgets all runs but the current one. */
  clear(): void;
  /** Says that this page has come to rest, so that what it shows can be saved. */
  rest(): void;
}
