// @vitest-environment node
import { describe, expect, it } from "vitest";
import { fadedStretches } from "../../src/figures/stretches.ts";
import { Store } from "../../src/store.ts";
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

function found(store: Store): { run: number; indices: number[] }[] {
  return fadedStretches(store).map(({ run, indices }) => ({ run: run.id, indices }));
}

describe("the faded stretches", () => {
  it("are none before anything is known, at the start and at the last step", () => {
    expect(found(new Store(NAMES))).toEqual([]);
    expect(found(storeWith(descent(0)))).toEqual([]);
    expect(found(storeWith(descent(9)))).toEqual([]);
  });

  it("begin at the cursor, so that the line is whole", () => {
    expect(found(storeWith(descent(5), 3))).toEqual([{ run: 1, indices: [3, 4, 5] }]);
    expect(found(storeWith(descent(5), 0))).toEqual([{ run: 1, indices: [0, 1, 2, 3, 4, 5] }]);
  });

  it("hold the tail that a fork left behind", () => {
    expect(found(forkedStore())).toEqual([{ run: 1, indices: [2, 3, 4, 5] }]);
  });

  it("hold both that tail and what is after the cursor", () => {
    const store = forkedStore();
    store.goTo(1);
    expect(found(store)).toEqual([
      { run: 1, indices: [2, 3, 4, 5] },
      { run: 2, indices: [1, 2, 3, 4] },
    ]);
  });

  it("of a run left twice begin where each left the one before", () => {
    const store = forkedStore();
    store.goTo(3);
    const third = part(descent(2, { rate: 0.1 }), 1);
    store.apply(delta(third, { run: 3, parent: 2, fork: 3, runs: [1, 2, 3], start: 4 }));
    expect(found(store)).toEqual([
      { run: 1, indices: [2, 3, 4, 5] },
      { run: 2, indices: [3, 4] },
    ]);
  });

  it("of a run left at its last step are none", () => {
    const store = storeWith(descent(5));
    store.apply(delta(part(descent(9), 6), { run: 2, parent: 1, fork: 5, runs: [1, 2], start: 6 }));
    expect(found(store)).toEqual([]);
  });

  it("of a long run are thinned out, and still begin at the cursor", () => {
    const store = storeWith(descent(50_000), 1);
    const indices = found(store)[0]?.indices ?? [];
    expect(indices[0]).toBe(1);
    expect(indices.at(-1)).toBe(50_000);
    expect(indices.length).toBeLessThanOrEqual(2001);
  });

  it("of a saved run with gaps begin at the nearest saved step", () => {
    const store = new Store(NAMES);
    store.load(keyframe(30, savedRun(descent(50), [0, 1, 25, 40, 50])));
    expect(found(store)).toEqual([{ run: 1, indices: [2, 3, 4] }]);
  });
});
