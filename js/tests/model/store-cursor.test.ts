import { describe, expect, it } from "vitest";
import { nextValue, type Row } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import type { RunSettings } from "../../src/protocol/messages.ts";
import {
  columns,
  delta,
  descent,
  forkedStore,
  keyframe,
  losses,
  NAMES,
  part,
  savedRun,
  storeWith,
} from "../builders.ts";

const fifty = descent(50);
const SETTINGS: RunSettings = {
  optimizer: "sgd",
  takes_rate: true,
  batch_size: 0,
  decay: "constant",
  peak: 0.01,
  run_steps: 50,
};

describe("going to a step", () => {
  it.each([
    [-1, 0],
    [0, 0],
    [7, 7],
    [50, 50],
    [51, 50],
  ])("%i looks at step %i", (asked, found) => {
    const store = storeWith(fifty);
    store.goTo(asked);
    expect(store.cursor).toBe(found);
    expect(store.row?.step).toBe(found);
  });

  it("keeps what was told until it is taken back", () => {
    const store = storeWith(fifty);
    store.tell({ field: "", message: "The loss raised." });
    expect(store.notice?.message).toBe("The loss raised.");
    store.goTo(3);
    expect(store.notice?.message).toBe("The loss raised.");
    store.tell(undefined);
    expect(store.notice).toBeUndefined();
  });
});

describe("the coming step", () => {
  it("is the recorded one, at the rate it was taken with", () => {
    const store = storeWith(fifty, 10);
    expect(store.forks).toBe(false);
    expect(store.following).toMatchObject({ step: 11, value: fifty.value[11] });
    expect(store.comingRate).toBe(Math.fround(0.01));
  });

  it("is not known at the last step, and has the rate that is set", () => {
    const store = storeWith(fifty);
    store.setRate(0.2);
    expect(store.forks).toBe(false);
    expect(store.following).toBeUndefined();
    expect(store.comingRate).toBe(Math.fround(0.2));
  });

  it("leaves the record where the rate was changed", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    expect(store.forks).toBe(true);
    expect(store.following).toBeUndefined();
    expect(store.comingRate).toBe(Math.fround(0.2));
  });

  it("is back on the record when the rate is set back", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    store.setRate(0.01);
    expect(store.forks).toBe(false);
    expect(store.following?.step).toBe(11);
  });

  it.each([0, 11, 49])("leaves the record at step %i, wherever the rate was set", (step) => {
    const store = storeWith(fifty);
    store.setRate(0.05);
    store.goTo(step);
    expect(store.forks).toBe(true);
    expect(store.comingRate).toBe(Math.fround(0.05));
    const row = store.row as Row;
    expect(store.comingValue).toBe(nextValue(row, 0.05));
  });

  it("compares rates as they are recorded, in float32", () => {
    const store = storeWith(fifty, 10);
    store.setRate(Math.fround(0.01));
    expect(store.forks).toBe(false);
  });

  it("is the recorded one where no step can be taken", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    store.loseKernel(true);
    expect(store.forks).toBe(false);
    expect(store.comingRate).toBe(Math.fround(0.01));
    expect(store.comingValue).toBe(fifty.value[11]);
  });

  it("is the recorded one at any rate, of an optimizer that takes none", () => {
    const store = storeWith(fifty, 10);
    const settings = { ...SETTINGS, takes_rate: false };
    store.apply(delta(columns(), { start: 51, last: 50, cursor: 10, settings }));
    store.setRate(0.2);
    expect(store.forks).toBe(false);
  });

  it.each([
    [Math.fround(0.01), false],
    [Math.fround(0.02), true],
  ])("at a decay has the rate %f that is told: forks %s", (rate, forks) => {
    const store = storeWith(fifty, 10);
    const moved = { start: 51, last: 50, cursor: 10, settings: SETTINGS };
    store.apply(delta(columns(), moved));
    store.set({ decay: "cosine" });
    expect(store.following).toBeUndefined();
    expect(store.comingRate).toBeUndefined();
    expect(store.comingValue).toBeUndefined();
    store.apply(delta(columns(), { ...moved, rate }));
    expect(store.forks).toBe(forks);
    expect(store.comingRate).toBe(rate);
    expect(store.comingValue).toBe(nextValue(store.row as Row, rate));
    store.goTo(11);
    expect(store.following).toBeUndefined();
    store.goTo(10);
    expect(store.forks).toBe(forks);
    store.set({ runSteps: 9 });
    expect(store.comingRate).toBeUndefined();
  });

  it("of a run at a decay is the recorded one, before that is told", () => {
    const store = storeWith(fifty, 10);
    store.set({ decay: "cosine" });
    const settings = { ...SETTINGS, decay: "cosine" };
    store.apply(delta(columns(), { start: 51, last: 50, cursor: 10, settings }));
    store.goTo(12);
    expect(store.following?.step).toBe(13);
    expect(store.forks).toBe(false);
  });

  it("starts a new run where steps are compiled in another way, also at the end", () => {
    const store = storeWith(fifty);
    store.apply(delta(columns(), { start: 51, last: 50, cursor: 50, recompiled: true }));
    expect(store.forks).toBe(true);
  });

  it("of a saved timeline is what is told of it", () => {
    const store = new Store(NAMES);
    store.set({ decay: "cosine" });
    const saved = keyframe(0, savedRun(part(fifty, 0, 3), [0, 1, 2]));
    store.load({ ...saved, rate: Math.fround(0.2) });
    expect(store.forks).toBe(true);
    expect(store.comingRate).toBe(Math.fround(0.2));
  });
});

describe("the current run", () => {
  it("goes on those it was forked from, and no other", () => {
    const store = forkedStore();
    expect([1, 2, 3, undefined].map((run) => store.goesOn(run))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    store.apply(delta(descent(0), { run: 9 }));
    expect(store.goesOn(2)).toBe(false);
  });
});

describe("the status", () => {
  it.each([
    ["ready", [2, 1, 0.5]],
    ["converged", [2, 1, 0]],
    ["diverged", [2, 1, Number.POSITIVE_INFINITY]],
    ["diverged", [2, 1, Number.NaN]],
  ] as const)("is %s after losses %j", (status, given) => {
    const store = storeWith(losses(...given));
    expect(store.status).toBe(status);
    store.goTo(1);
    expect(store.status).toBe("ready");
  });

  it("is ready before anything is known", () => {
    const store = new Store(NAMES);
    expect(store.status).toBe("ready");
    expect(store.row).toBeUndefined();
    expect(store.last).toBe(0);
    expect(store.playing).toBe(false);
  });
});
