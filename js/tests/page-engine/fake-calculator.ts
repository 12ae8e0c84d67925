/**
 * A calculator that knows the article's descent by heart, and another optimizer that is half as
 * fast.
 */

import { nextValue } from "../../src/model/rows.ts";
import type { Portable } from "../../src/page-engine/payload.ts";
import type { Calculator, Look, RunSpec, State, Stretch } from "../../src/page-engine/states.ts";
import type { Curvature, NextUpdate } from "../../src/protocol/messages.ts";
import { lossAt, slopeAt, statusOf } from "../builders.ts";

const KIND = { plain: false, takes_rate: true };

/** As much of an export as the engine looks at; its data are six samples. */
export function fakePortable(): Portable {
  return {
    saved: {},
    leaves: [
      { name: "W", dtype: "f", shape: [], size: 1, learns: true },
      { name: "b", dtype: "f", shape: [], size: 1, learns: false },
    ],
    start: [Float32Array.of(8), Float32Array.of(-1)],
    samples: 6,
    optimizers: { sgd: { ...KIND, plain: true }, slow: KIND },
    batchSizes: [0, 4],
    aux: [],
    seed: 0n,
    schedule: null,
    look: null,
    loss: { cost: 20 },
  } as unknown as Portable;
}

export class FakeCalculator implements Calculator {
  /** What was asked, in words. */
  readonly asked: string[] = [];
  /** The most steps of one call, and how long each call is said to take. */
  most = 1000;
  seconds = 0.001;
  /** From this step on the numbers differ by this share. */
  differs: { from: number; share: number } | undefined;
  /** What a start that is refused is refused with. */
  refusal = "";
  closed = false;
  /** Calls of `run` wait until they are let go, one for each number. */
  held: (() => void)[] | undefined;

  constructor(readonly portable = fakePortable()) {}

  async init(spec: RunSpec, start: Readonly<Record<string, number>>, rate: number): Promise<State> {
    this.asked.push(`init ${spec.optimizer} ${spec.batchSize} at ${start.W}`);
    await Promise.resolve();
    if (this.refusal) throw new Error(this.refusal);
    return this.state(spec, 0, start.W as number, rate, [Float32Array.of(start.b as number)]);
  }

  async run(
    spec: RunSpec,
    from: State,
    rates: Float32Array,
  ): Promise<Stretch & { seconds: number }> {
    this.asked.push(`run ${spec.optimizer} from ${from.step} by ${rates.length}`);
    await new Promise<void>((resolve) => {
      if (this.held) this.held.push(resolve);
      else resolve();
    });
    const rows: number[] = [];
    let state = from;
    for (const rate of rates.slice(0, this.most)) {
      if (state.status !== "ready") break;
      const value = state.leaves[0]?.[0] as number;
      const gradient = slopeAt(value);
      const half = spec.optimizer === "slow" ? gradient / 2 : gradient;
      const next = nextValue({ value, gradient: half }, rate);
      state = this.state(spec, state.step + 1, next, rate, state.leaves.slice(1));
      rows.push(...state.row);
    }
    const taken = state.step - from.step;
    return { state, rows: Float32Array.from(rows), taken, seconds: this.seconds };
  }

  coming(spec: RunSpec, state: State, rate: number, decays: boolean): Promise<NextUpdate | null> {
    this.asked.push(`coming at ${state.step}`);
    const [value, gradient] = state.row as unknown as [number, number];
    const W = nextValue(
      { value, gradient: spec.optimizer === "slow" ? gradient / 2 : gradient },
      rate,
    );
    return Promise.resolve({ values: { W }, terms: decays ? { "learning rate": rate } : {} });
  }

  losses(
    leaves: readonly Float32Array[],
    along: readonly string[] | readonly Float32Array[],
    points: Float32Array,
    rows?: Int32Array,
  ): Promise<Float32Array> {
    const batch = rows ? ` on ${rows.length}` : "";
    this.asked.push(`losses along ${along.join()} at b = ${leaves[1]?.[0]}${batch}`);
    const each = along.length;
    return Promise.resolve(
      Float32Array.from({ length: points.length / each }, (_, at) =>
        points
          .subarray(at * each, (at + 1) * each)
          .reduce((sum, coordinate) => sum + lossAt(coordinate), 0),
      ),
    );
  }

  look(leaves: readonly Float32Array[]): Promise<Look> {
    this.asked.push(`look at ${leaves[0]?.[0]}`);
    const none = new Float32Array();
    const predictions = Float32Array.of(leaves[0]?.[0] as number);
    return Promise.resolve({ predictions, curve_y: none, boundary_x: none, boundary_y: none });
  }

  curvature(spec: RunSpec, state: State): Promise<Curvature> {
    this.asked.push(`curvature at ${state.step}`);
    const along = { W: 1 };
    const told = { optimizer: spec.optimizer, known: true, own_units: false, along };
    return Promise.resolve({ ...told, sharpness: 31 / 3, limit: 6 / 31 });
  }

  close(): void {
    this.closed = true;
  }

  private state(
    spec: RunSpec,
    step: number,
    value: number,
    rate: number,
    held: readonly Float32Array[],
  ): State {
    const { differs } = this;
    const shown = differs && step >= differs.from ? value * (1 + differs.share) : value;
    const numbers = [shown, slopeAt(value), lossAt(value), rate];
    if (spec.batchSize > 0) numbers.push(lossAt(value));
    const row = Float32Array.from(numbers);
    const [first = 0, gradient = 0, loss = 0] = row;
    const ends = differs?.share === Number.POSITIVE_INFINITY ? first : value;
    return {
      step,
      leaves: [Float32Array.of(value), ...held],
      gradient: [Float32Array.of(gradient)],
      memory: [],
      row,
      status: statusOf({ value: ends, gradient, loss }),
    };
  }
}
