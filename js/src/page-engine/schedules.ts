/** Learning rates as gdwidget/_core/schedules.py has them, each operation rounded to float32. */

import { power } from "../interpreter/functions.ts";
import { cosine, flushed } from "../interpreter/libm.ts";
import { type Program, ProgramError } from "../interpreter/program.ts";
import { CONSTANT } from "../model/state.ts";

/** The name of a schedule that was handed in. */
export const CUSTOM = "custom";

const FLOOR = 0.1;
const STEP = 0.3;
const SKETCH_POINTS = 65;

type Schedule = (step: number) => number;

/** By the name of the decay, which is made for a rate and a number of steps. */
const DECAYS: Readonly<Record<string, (rate: number, steps: number) => Schedule>> = {
  exponential: (rate, steps) => (step) =>
    step <= 0 ? round(rate) : times(round(rate), power(round(FLOOR), over(step, steps))),
  inverse_time: (rate, steps) => {
    const slope = round((1 / FLOOR - 1) / steps);
    return (step) => over(rate, plus(1, times(slope, step)));
  },
  cosine: fallingAsCosine,
  step: (rate, steps) => {
    const third = Math.max(1, Math.floor(steps / 3));
    return (step) => {
      let now = round(rate);
      for (const threshold of [third, 2 * third]) {
        // Exactly at the threshold the sign of 0 counts as past it.
        if (step >= threshold) now = times(now, STEP);
      }
      return now;
    };
  },
  warmup_cosine: (rate, steps) => {
    const risen = Math.max(1, Math.floor(steps / 5));
    const falling = fallingAsCosine(rate, Math.max(2, steps) - risen);
    const reach = FLOOR * rate - rate;
    return (step) => {
      if (step >= risen) return falling(step - risen);
      return plus(times(reach, plus(1, -over(step, risen))), rate);
    };
  },
};

/** The learning rate of every step. */
export class Rates {
  /** Equal for rates that are equal at every step. */
  readonly key: string;
  private readonly schedule: Schedule | undefined;

  /**
   * `own` is what computes the rate of a step where the decay is one that was handed in.
   * Throws a ProgramError if there is no such decay.
   */
  constructor(
    readonly peak: number,
    readonly decay: string = CONSTANT,
    readonly steps = 50,
    own: Program | null = null,
  ) {
    this.key = [decay, peak, decay === CONSTANT ? 0 : steps].join(" ");
    if (decay === CONSTANT) return;
    const known = Object.hasOwn(DECAYS, decay) ? DECAYS[decay] : undefined;
    this.schedule = decay === CUSTOM && own ? handedIn(own) : known?.(peak, steps);
    if (!this.schedule) throw new ProgramError(`There is no decay called ${decay}.`);
  }

  /** Whether all rates are one. */
  get constant(): boolean {
    return this.schedule === undefined;
  }

  /**
   * The rates of up to so many steps, the first from the state at `step`; they end before one
   * that is no rate. Throws a ProgramError if that is the first.
   */
  at(step: number, count: number): Float32Array {
    const rates = new Float32Array(count);
    const { schedule } = this;
    if (!schedule) return rates.fill(this.peak);
    for (let index = 0; index < count; index += 1) {
      const rate = schedule(step + index);
      if (rate >= 0 && Number.isFinite(rate)) rates[index] = rate;
      else if (index > 0) return rates.slice(0, index);
      else
        throw new ProgramError(`The learning rate of step ${step} is ${rate}, which is no rate.`);
    }
    return rates;
  }

  /** The rates from step 0 to `steps`, few enough to draw; none if they are one. */
  sketch(steps: number): number[] {
    const { schedule } = this;
    if (!schedule) return [];
    const points = Math.min(SKETCH_POINTS, steps + 1);
    return Array.from({ length: points }, (_, index) => {
      const at = index === points - 1 ? steps : Math.floor(index * (steps / (points - 1)));
      const rate = schedule(at);
      return Number.isFinite(rate) ? rate : 0;
    });
  }
}

function fallingAsCosine(rate: number, steps: number): Schedule {
  const half = round(Math.PI);
  return (step) => {
    const angle = over(times(half, Math.min(round(step), round(steps))), steps);
    return times(rate, times(0.5, plus(1, cosine(angle))));
  };
}

function handedIn(program: Program): Schedule {
  return (step) => {
    program.input(0)[0] = step;
    program.run();
    return program.output(0)[0] as number;
  };
}

function round(number: number): number {
  return Math.fround(number);
}

function plus(a: number, b: number): number {
  return flushed(Math.fround(Math.fround(a) + Math.fround(b)));
}

function times(a: number, b: number): number {
  return flushed(Math.fround(Math.fround(a) * Math.fround(b)));
}

function over(a: number, b: number): number {
  return flushed(Math.fround(Math.fround(a) / Math.fround(b)));
}
