import { describe, expect, it } from "vitest";
import { Rates } from "../../src/page-engine/schedules.ts";
import { Snapshots } from "../../src/page-engine/snapshots.ts";
import type { State } from "../../src/page-engine/states.ts";
import { LocalTimeline } from "../../src/page-engine/timeline.ts";

const SPEC = { optimizer: "sgd", batchSize: 0 };
const KIND = { extras: [], batches: null, takes_rate: true };

let taken: number[] = [];

function state(step: number, numbers = 1): State {
  const leaves = [new Float32Array(numbers)];
  return { step, leaves, gradient: [], memory: [], row: new Float32Array(4), status: "ready" };
}

/** A timeline whose record holds, of each step, the rate that was set when it was taken. */
function timeline(takes_rate = true): LocalTimeline {
  taken = [];
  const rateOf = (_: unknown, step: number): number | undefined => taken[step];
  const made = new LocalTimeline(new Rates(0.01), () => ({ ...KIND, takes_rate }), rateOf);
  made.reset(SPEC, state(0), { W: 8 });
  return made;
}

/** Steps of which each led to a state. */
function take(into: LocalTimeline, from: number, until: number): void {
  for (let step = from; step <= until; step += 1) {
    taken[step] = into.nextRate ?? Number.NaN;
    into.record(state(step));
  }
}

describe("the timeline", () => {
  it("records steps, and looks at the last of them", () => {
    const made = timeline();
    take(made, 1, 3);
    expect([made.cursor, made.last, made.runs.length]).toEqual([3, 3, 1]);
    expect(made.run?.header).toMatchObject({ id: 1, last: 3 });
  });

  it("goes along the record while the rate is the recorded one, and forks where it is not", () => {
    const made = timeline();
    take(made, 1, 3);
    made.rates = new Rates(0.05);
    take(made, 4, 5);
    made.rates = new Rates(0.01);
    made.cursor = 0;
    expect(made.stepsAsRecorded(9)).toBe(3);
    expect(made.stepsAsRecorded(2)).toBe(2);
    made.cursor = 3;
    expect(made.stepsAsRecorded(9)).toBe(0);
    made.fork(state(3));
    expect(made.runs.map(({ header }) => [header.id, header.parent, header.fork])).toEqual([
      [1, null, 0],
      [2, 1, 3],
    ]);
    expect(made.run?.snapshots?.before(9).step).toBe(3);
    expect([1, 2, 3].map((run) => made.goesOn(run))).toEqual([true, true, false]);
  });

  it("compares the rates of the steps, not what they are called", () => {
    const made = timeline();
    take(made, 1, 3);
    made.cursor = 0;
    made.rates = new Rates(0.01, "cosine", 50);
    expect(made.stepsAsRecorded(3)).toBe(1);
    made.rates = new Rates(0.01, "constant", 70);
    expect(made.stepsAsRecorded(3)).toBe(3);
    expect(made.nextRate).toBe(Math.fround(0.01));
  });

  it("goes along the record at any rate, of an optimizer that takes none", () => {
    const made = timeline(false);
    take(made, 1, 3);
    made.cursor = 1;
    made.rates = new Rates(0.5);
    expect(made.stepsAsRecorded(9)).toBe(2);
  });

  it("restarts beside runs that took steps, of which it keeps seven", () => {
    const made = timeline();
    for (let turn = 0; turn < 10; turn += 1) {
      take(made, 1, 1);
      made.restart({ ...SPEC, optimizer: "adam" }, state(0), { W: 8 });
    }
    expect(made.runs.map(({ header }) => header.id)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    made.restart(SPEC, state(0), { W: 8 });
    expect(made.runs.map(({ header }) => header.id)).toEqual([4, 5, 6, 7, 8, 9, 10, 12]);
    made.clear();
    expect(made.runs).toHaveLength(1);
  });

  it("goes on counting after runs that it took over", () => {
    const made = timeline();
    const [run] = made.runs;
    if (!run) throw new Error("no run");
    made.adopt([{ ...run, header: { ...run.header, id: 7 } }], 0);
    made.reset(SPEC, state(0), { W: 8 });
    expect(made.run?.header.id).toBe(8);
  });
});

describe("snapshots", () => {
  it("keep all states while they fit", () => {
    const kept = new Snapshots(state(0));
    for (let step = 1; step <= 100; step += 1) kept.offer(state(step));
    expect(kept.count).toBe(101);
    expect(kept.before(57).step).toBe(57);
  });

  it("keep fewer at about equal distances, the first and the last always", () => {
    const kept = new Snapshots(state(0), 20 * 10);
    for (let step = 1; step <= 1000; step += 1) {
      kept.offer(state(step));
      expect(kept.before(step).step).toBe(step);
      expect(kept.count).toBeLessThanOrEqual(11);
    }
    expect(kept.first.step).toBe(0);
    const gaps = Array.from({ length: 1001 }, (_, step) => step - kept.before(step).step);
    expect(Math.max(...gaps)).toBeLessThan(300);
  });

  it("keep two of states that are larger than what may be kept", () => {
    const kept = new Snapshots(state(0, 1000), 10);
    for (let step = 1; step <= 9; step += 1) kept.offer(state(step, 1000));
    expect(kept.count).toBeLessThanOrEqual(2);
    expect(kept.before(9).step).toBe(9);
  });

  it("are shared up to a step, and go on apart", () => {
    const kept = new Snapshots(state(0));
    for (let step = 1; step <= 9; step += 1) kept.offer(state(step));
    const copy = kept.upTo(4);
    copy.offer(state(5));
    copy.offer(state(6));
    expect(copy.before(9).step).toBe(6);
    expect(kept.before(9).step).toBe(9);
  });
});
