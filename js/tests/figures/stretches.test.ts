import { describe, expect, it } from "vitest";
import { earlierRuns, rest } from "../../src/figures/stretches.ts";
import { Store } from "../../src/model/store.ts";
import {
  delta,
  descent,
  forkedStore,
  keyframe,
  NAMES,
  part,
  savedRun,
  storeWith,
} from "../builders.ts";

function earlier(store: Store): { run: number; indices: number[] }[] {
  return earlierRuns(store).map(({ run, indices }) => ({ run: run.id, indices }));
}

describe("the rest of the current run", () => {
  it("is nothing before anything is known and at the last step", () => {
    expect(rest(new Store(NAMES))).toEqual([]);
    expect(rest(storeWith(descent(0)))).toEqual([]);
    expect(rest(storeWith(descent(9)))).toEqual([]);
  });

  it("begins at the cursor, so that the line is whole", () => {
    expect(rest(storeWith(descent(5), 3))).toEqual([3, 4, 5]);
    expect(rest(storeWith(descent(5), 0))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("of a long run is thinned out, and still begins at the cursor", () => {
    const indices = rest(storeWith(descent(50_000), 1));
    expect(indices[0]).toBe(1);
    expect(indices.at(-1)).toBe(50_000);
    expect(indices.length).toBeLessThanOrEqual(2001);
  });

  it("of a saved run with gaps begins at the nearest saved step", () => {
    const store = new Store(NAMES);
    store.load(keyframe(30, savedRun(descent(50), [0, 1, 25, 40, 50])));
    expect(rest(store)).toEqual([2, 3, 4]);
  });
});

describe("the earlier runs", () => {
  it("are none at first", () => {
    expect(earlier(storeWith(descent(5), 3))).toEqual([]);
  });

  it("are what is left of a run that another was forked from", () => {
    expect(earlier(forkedStore())).toEqual([{ run: 1, indices: [2, 3, 4, 5] }]);
  });

  it("of a run left twice begin where each left the one before", () => {
    const store = forkedStore();
    store.goTo(3);
    const third = part(descent(2, { rate: 0.1 }), 1);
    store.apply(delta(third, { run: 3, parent: 2, fork: 3, runs: [1, 2, 3], start: 4 }));
    expect(earlier(store)).toEqual([
      { run: 1, indices: [2, 3, 4, 5] },
      { run: 2, indices: [3, 4] },
    ]);
  });

  it("of a run left at its last step hold nothing to draw", () => {
    const store = storeWith(descent(5));
    store.apply(delta(part(descent(9), 6), { run: 2, parent: 1, fork: 5, runs: [1, 2], start: 6 }));
    expect(earlier(store)).toEqual([{ run: 1, indices: [] }]);
  });

  it("are drawn whole where the current one began anew, each with a number and a colour", () => {
    const store = storeWith(descent(2));
    store.apply(delta(descent(3), { run: 4, runs: [1, 4] }));
    store.apply(delta(descent(1), { run: 5, runs: [1, 4, 5] }));
    expect(earlier(store)).toEqual([
      { run: 1, indices: [0, 1, 2] },
      { run: 4, indices: [0, 1, 2, 3] },
    ]);
    expect(earlierRuns(store).map(({ run }) => run.number)).toEqual([1, 2]);
    expect(new Set(earlierRuns(store).map(({ color }) => color)).size).toBe(2);
  });
});
