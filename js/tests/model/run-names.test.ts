import { describe, expect, it } from "vitest";
import { runNames } from "../../src/model/run-names.ts";
import type { Store } from "../../src/model/store.ts";
import { type DeltaOptions, delta, descent, SETTINGS, storeWith } from "../builders.ts";

/** A store with a run of sgd, and one for each of the others. */
function runs(...others: DeltaOptions[]): Store {
  const store = storeWith(descent(4));
  others.forEach((options, index) => {
    const ids = Array.from({ length: index + 2 }, (_, at) => at + 1);
    store.apply(delta(descent(4), { ...options, run: index + 2, runs: ids }));
  });
  return store;
}

function names(store: Store): string[] {
  return runNames(store.runs, store.texts);
}

describe("what sets runs apart", () => {
  it("is nothing of a run alone, or of runs that are the same", () => {
    expect(names(runs())).toEqual([""]);
    expect(names(runs({}))).toEqual(["", ""]);
  });

  it("is the optimizer, where that is all", () => {
    expect(names(runs({ settings: { ...SETTINGS, optimizer: "adam" } }))).toEqual(["sgd", "adam"]);
    const custom = { ...SETTINGS, optimizer: "custom" };
    expect(names(runs({ settings: custom }))[1]).toBe("custom optimizer");
  });

  it("is the start, of which only what differs is named", () => {
    const params = { W: -3.5, b: -1 };
    expect(names(runs({ params }))).toEqual(["W = 8.0", "W = -3.5"]);
  });

  it("is the batches", () => {
    const store = runs({ batches: { size: 1, count: 6 } }, { batches: { size: 4, count: 2 } });
    expect(names(store)).toEqual(["all samples", "single samples", "batches of 4"]);
  });

  it("is where a run forked, and the rate that its own steps were taken at", () => {
    const store = storeWith(descent(4));
    const forked = descent(4, { rate: 0.05 });
    store.apply(delta(forked, { run: 2, parent: 1, fork: 2, runs: [1, 2] }));
    expect(names(store)).toEqual(["learning rate 0.01", "learning rate 0.05, from step 2"]);
  });

  it("names no rate before a step was taken at it", () => {
    const store = storeWith(descent(4));
    store.apply(delta(descent(0), { run: 2, runs: [1, 2] }));
    expect(names(store)).toEqual(["learning rate 0.01", ""]);
  });

  it("is the first and the last rate of a run in which it changed, and the kind of a decay", () => {
    const changed = descent(4);
    changed.rate[4] = Math.fround(0.05);
    const store = storeWith(changed);
    const settings = { ...SETTINGS, decay: "cosine", peak: 0.5 };
    store.apply(delta(descent(4), { run: 2, runs: [1, 2], settings }));
    expect(names(store)).toEqual(["learning rate 0.01, then 0.05", "learning rate 0.5 (cosine)"]);
  });

  it("is no rate where an optimizer has its own", () => {
    const settings = { ...SETTINGS, optimizer: "custom", takes_rate: false };
    expect(names(runs({ settings }))[1]).toBe("custom optimizer");
  });
});
