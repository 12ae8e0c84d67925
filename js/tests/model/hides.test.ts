/** While a question is open the store says nothing of what a step leads to. */

import { describe, expect, it } from "vitest";
import { Store } from "../../src/model/store.ts";
import { ahead, columns, delta, descent, NAMES, rowAt } from "../builders.ts";

function asking(steps = 0): Store {
  const store = new Store(NAMES);
  store.apply(delta(descent(steps), { cursor: 0, rate: 0.01 }));
  return store;
}

describe("a store that hides", () => {
  it("knows no next value, gradient or step, and tells them again afterwards", () => {
    const store = asking(2);
    const before = [store.comingValue, store.row?.gradient, store.recorded?.step];
    expect(before).toEqual([expect.closeTo(7.38, 5), 62, 1]);
    store.hide(true);
    expect(store.comingValue).toBeUndefined();
    expect(store.following).toBeUndefined();
    expect(store.recorded).toBeUndefined();
    expect(store.row).toMatchObject({ step: 0, value: 8, loss: 186, gradient: Number.NaN });
    store.hide(false);
    expect([store.comingValue, store.row?.gradient, store.recorded?.step]).toEqual(before);
  });

  it("neither knows nor shows the step that the kernel has taken ahead", () => {
    const store = asking();
    store.expect(ahead(columns(rowAt(1, 7.38, 0.01)), 1));
    expect(store.known).toBeDefined();
    store.hide(true);
    expect(store.known).toBeUndefined();
    store.foresee();
    expect(store.cursor).toBe(0);
  });

  it("says of no optimizer where it leads", () => {
    const store = asking();
    const coming = { values: { W: 7 }, terms: { step: -1 } };
    store.apply(delta(columns(), { start: 1, last: 0, cursor: 0, coming }));
    store.set({ optimizer: "adam" });
    store.apply(delta(columns(), { start: 1, last: 0, cursor: 0, coming }));
    expect(store.comingValue).toBe(7);
    store.hide(true);
    expect([store.comingValue, store.coming]).toEqual([undefined, undefined]);
  });

  it("does not say that a start is where nothing moves", () => {
    const store = new Store(NAMES);
    store.apply(delta(descent(0, { start: 2 })));
    expect(store.status).toBe("converged");
    store.hide(true);
    expect(store.status).toBe("ready");
  });

  it("shows no earlier run", () => {
    const store = asking(3);
    store.apply(delta(descent(0), { run: 2, runs: [1, 2] }));
    expect(store.shownRuns).toHaveLength(2);
    store.hide(true);
    expect(store.shownRuns.map(({ id }) => id)).toEqual([2]);
  });
});
