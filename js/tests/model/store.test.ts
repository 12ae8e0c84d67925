import { describe, expect, expectTypeOf, it, vi } from "vitest";
import type { Run } from "../../src/model/runs.ts";
import { Store } from "../../src/model/store.ts";
import {
  columns,
  delta,
  descent,
  forkDelta,
  forkedStore,
  keyframe,
  NAMES,
  part,
  savedRun,
  storeWith,
} from "../builders.ts";

const fifty = descent(50);

/** What could be written to, without the methods, which are compared as such. */
type Fields<T> = {
  [K in keyof T as T[K] extends (...values: never[]) => unknown ? never : K]: T[K];
};

describe("what is shown", () => {
  it("changes by the store's actions only: the compiler forbids to write to it", () => {
    expectTypeOf<Fields<Store>>().toEqualTypeOf<Readonly<Fields<Store>>>();
    expectTypeOf<Run>().toEqualTypeOf<Readonly<Run>>();
    expectTypeOf<Store["runs"]>().toEqualTypeOf<readonly Run[]>();
  });
});

describe("a delta", () => {
  it("brings the first rows and moves the cursor", () => {
    const store = new Store(NAMES);
    expect(store.apply(delta(part(fifty, 0, 4)))).toBe(true);
    expect(store.last).toBe(3);
    expect(store.cursor).toBe(3);
    expect(store.row?.value).toBe(fifty.value[3]);
  });

  it("that follows is appended", () => {
    const store = storeWith(part(fifty, 0, 4));
    expect(store.apply(delta(part(fifty, 4, 10), { start: 4 }))).toBe(true);
    expect(store.run?.rows.count).toBe(10);
    expect(store.row?.value).toBe(fifty.value[9]);
  });

  it("that overlaps adds only what is new", () => {
    const store = storeWith(part(fifty, 0, 6));
    expect(store.apply(delta(part(fifty, 2, 9), { start: 2 }))).toBe(true);
    expect(store.run?.rows.count).toBe(9);
    expect(store.row?.value).toBe(fifty.value[8]);
  });

  it("says how the run was stepped", () => {
    const store = storeWith(part(fifty, 0, 4));
    const settings = {
      optimizer: "sgd",
      takes_rate: true,
      batch_size: 0,
      decay: "constant",
      peak: 0.05,
      run_steps: 50,
    };
    store.apply(delta(part(fifty, 4, 5), { start: 4, settings }));
    expect(store.run).toMatchObject({ settings });
  });

  it("that came before changes nothing", () => {
    const store = storeWith(part(fifty, 0, 6));
    store.apply(delta(part(fifty, 1, 3), { start: 1, last: 5, cursor: 5 }));
    expect(store.run?.rows.count).toBe(6);
    expect(store.cursor).toBe(5);
  });

  it("after a gap is refused, and nothing is recorded wrongly", () => {
    const store = storeWith(part(fifty, 0, 4));
    expect(store.apply(delta(part(fifty, 6, 9), { start: 6 }))).toBe(false);
    expect(store.run?.rows.count).toBe(4);
    expect(store.cursor).toBe(3);
    expect(store.lacking).toBe(true);
  });

  it("without rows still shows a gap", () => {
    const store = storeWith(part(fifty, 0, 4));
    expect(store.apply(delta(columns(), { start: 9, last: 8 }))).toBe(false);
  });

  it("that fills the gap makes the page whole", () => {
    const store = storeWith(part(fifty, 0, 4));
    store.apply(delta(part(fifty, 6, 9), { start: 6 }));
    expect(store.apply(delta(part(fifty, 4, 9), { start: 4 }))).toBe(true);
    expect(store.lacking).toBe(false);
    expect(store.row?.value).toBe(fifty.value[8]);
  });

  it("of which more is to come is no gap, but rows are lacking until it has come", () => {
    const store = new Store(NAMES);
    expect(store.apply(delta(part(fifty, 0, 20), { last: 50, cursor: 50 }))).toBe(true);
    expect(store.lacking).toBe(true);
    expect(store.cursor).toBe(19);
    store.apply(delta(part(fifty, 20), { start: 20 }));
    expect(store.lacking).toBe(false);
    expect(store.cursor).toBe(50);
  });

  it("that only moves the cursor moves it", () => {
    const store = storeWith(fifty);
    store.apply(delta(columns(), { start: 51, last: 50, cursor: 12 }));
    expect(store.cursor).toBe(12);
    expect(store.last).toBe(50);
  });

  it("is told to all who listen, until they stop", () => {
    const store = new Store(NAMES);
    const listener = vi.fn();
    const stop = store.onChange(listener);
    store.apply(delta(part(fifty, 0, 2)));
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    store.apply(delta(part(fifty, 2, 4), { start: 2 }));
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe("staying while the page looks elsewhere", () => {
  it("takes the rows in but leaves the cursor", () => {
    const store = storeWith(part(fifty, 0, 10));
    store.goTo(2);
    store.apply(delta(part(fifty, 10, 20), { start: 10 }), true);
    expect(store.cursor).toBe(2);
    expect(store.last).toBe(19);
  });

  it("ends where the run is another", () => {
    const store = storeWith(part(fifty, 0, 10));
    store.apply(delta(part(fifty, 0, 1), { run: 2 }), true);
    expect(store.cursor).toBe(0);
  });
});

describe("a fork", () => {
  it("keeps the shared rows of its parent and adds its own", () => {
    const store = forkedStore();
    expect(store.run).toMatchObject({ id: 2, parent: 1, fork: 2 });
    expect(store.run?.rows.count).toBe(5);
    expect(store.run?.rows.value(2)).toBe(descent(5).value[2]);
    expect(store.run?.rows.value(3)).not.toBe(descent(5).value[3]);
    expect(store.cursor).toBe(4);
    expect(store.runs.map(({ rows }) => rows.count)).toEqual([6, 5]);
  });

  it("whose parent is unknown is a gap", () => {
    const store = new Store(NAMES);
    expect(store.apply(forkDelta())).toBe(false);
    expect(store.have()).toEqual({ "2": 0 });
    expect(store.row).toBeUndefined();
    expect([store.cursor, store.last]).toEqual([0, 0]);
  });

  it("needs no more of its parent than the shared rows", () => {
    expect(storeWith(part(fifty, 0, 3)).apply(forkDelta())).toBe(true);
  });

  it("may be at the start", () => {
    const store = storeWith(descent(5), 0);
    const taken = part(descent(2, { rate: 0.05 }), 1);
    expect(store.apply(delta(taken, { run: 2, parent: 1, runs: [1, 2], start: 1 }))).toBe(true);
    expect(store.run?.rows.loss(0)).toBe(186);
    expect(store.last).toBe(2);
  });

  it("whose parent lacks the shared rows is a gap", () => {
    const store = storeWith(part(fifty, 0, 2));
    expect(store.apply(forkDelta())).toBe(false);
  });

  it("whose parent has gaps itself is a gap", () => {
    const store = new Store(NAMES);
    store.load(keyframe(5, savedRun(fifty, [0, 1, 2, 5, 50])));
    expect(store.apply(forkDelta())).toBe(false);
  });

  it("that is sent whole does without its parent", () => {
    const store = new Store(NAMES);
    const whole = delta(part(fifty, 0, 4), { run: 2, parent: 1, fork: 2, runs: [1, 2] });
    expect(store.apply(whole)).toBe(true);
    expect(store.run?.rows.count).toBe(4);
  });
});

describe("a reset", () => {
  it("drops all runs that the kernel has dropped", () => {
    const store = forkedStore();
    store.apply(delta(part(fifty, 0, 1), { run: 3 }));
    expect(store.runs.map(({ id }) => id)).toEqual([3]);
    expect(store.cursor).toBe(0);
    expect(store.last).toBe(0);
    expect(store.forks).toBe(false);
  });
});

describe("the rows of an old run", () => {
  it("do not move the cursor", () => {
    const store = forkedStore();
    store.apply(delta(descent(5), { runs: [1, 2], cursor: 5 }));
    expect(store.run?.id).toBe(2);
    expect(store.cursor).toBe(4);
  });

  it("stay in order whenever they come", () => {
    const store = new Store(NAMES);
    store.apply(delta(part(fifty, 0, 5), { run: 2, parent: 1, fork: 2, runs: [1, 2] }));
    store.apply(delta(descent(5), { runs: [1, 2], cursor: 4 }));
    expect(store.runs.map(({ id }) => id)).toEqual([1, 2]);
    expect(store.cursor).toBe(4);
  });
});

describe("what the page has", () => {
  it("is the count of rows of each run", () => {
    expect(forkedStore().have()).toEqual({ "1": 6, "2": 5 });
    expect(new Store(NAMES).have()).toEqual({});
  });

  it("leaves out runs with gaps, so that they are sent whole", () => {
    const store = new Store(NAMES);
    store.load(keyframe(50, savedRun(fifty, [0, 1, 25, 50])));
    expect(store.have()).toEqual({});
    expect(store.lacking).toBe(true);
  });
});

describe("a saved timeline", () => {
  it("is shown where it was saved", () => {
    const store = new Store(NAMES);
    store.load(keyframe(25, savedRun(fifty, [0, 1, 25, 50])));
    expect(store.last).toBe(50);
    expect(store.row).toMatchObject({ step: 25, value: fifty.value[25] });
    store.goTo(40);
    expect(store.row?.step).toBe(25);
    expect(store.following).toBeUndefined();
  });

  it("does not replace what the kernel has sent", () => {
    const store = storeWith(part(fifty, 0, 1));
    store.load(keyframe(50, savedRun(fifty, [0, 50])));
    expect(store.last).toBe(0);
  });

  it("with gaps is replaced by the whole run", () => {
    const store = new Store(NAMES);
    store.load(keyframe(50, savedRun(fifty, [0, 1, 25, 50])));
    expect(store.apply(delta(fifty))).toBe(true);
    expect(store.run?.rows.complete).toBe(true);
    store.goTo(24);
    expect(store.row?.value).toBe(fifty.value[24]);
    expect(store.run?.envelope.indices(50)).toHaveLength(51);
  });

  it("with gaps keeps them apart from rows that come before it is whole", () => {
    const store = new Store(NAMES);
    const longer = descent(53);
    store.load(keyframe(50, savedRun(fifty, [0, 1, 25, 50])));
    expect(store.apply(delta(part(longer, 51), { start: 51 }))).toBe(false);
    expect(store.apply(delta(columns(), { start: 54, last: 53, cursor: 50 }))).toBe(false);
    expect(store.last).toBe(50);
    expect(store.row).toMatchObject({ step: 50, value: fifty.value[50] });
    expect(store.apply(delta(longer))).toBe(true);
    expect(store.row).toMatchObject({ step: 53, value: longer.value[53] });
  });

  it("without gaps goes on where it was saved", () => {
    const store = new Store(NAMES);
    store.load(keyframe(3, savedRun(part(fifty, 0, 4), [0, 1, 2, 3])));
    expect(store.have()).toEqual({ "1": 4 });
    expect(store.apply(delta(part(fifty, 4, 8), { start: 4 }))).toBe(true);
    expect(store.last).toBe(7);
  });
});
