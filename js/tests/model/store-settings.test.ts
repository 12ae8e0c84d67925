import { describe, expect, it, vi } from "vitest";
import { Store } from "../../src/model/store.ts";
import type { NextUpdate } from "../../src/protocol/messages.ts";
import {
  columns,
  delta,
  descent,
  detail,
  keyframe,
  NAMES,
  part,
  savedRun,
  storeWith,
  TWO_NAMES,
  widened,
} from "../builders.ts";

const coming: NextUpdate = { values: { W: 7.5, b: -2 }, terms: { momentum: 3 } };

/**
 * Looks at the last of four steps of another optimizer, of which the kernel said where it leads.
 */
function adam(): Store {
  const store = new Store(NAMES);
  store.set({ optimizer: "adam" });
  store.apply(delta(descent(3), { coming }));
  return store;
}

describe("where the next step leads", () => {
  it("is what the kernel said", () => {
    expect(adam().comingValue).toBe(7.5);
    expect(adam().coming?.terms).toEqual({ momentum: 3 });
  });

  it("is the recorded value where the cursor has moved back", () => {
    const store = adam();
    store.goTo(1);
    expect(store.coming).toBeUndefined();
    expect(store.comingValue).toBe(descent(3).value[2]);
  });

  it("is not known where the cursor has moved on", () => {
    const store = adam();
    store.apply(delta(part(descent(4), 4), { start: 4 }));
    expect(store.comingValue).toBeUndefined();
  });

  it.each([{ learningRate: 0.5 }, { optimizer: "lion" }, { decay: "cosine" }])(
    "is not known after another setting: %j",
    (settings) => {
      const store = adam();
      store.set(settings);
      expect(store.comingValue).toBeUndefined();
    },
  );

  it("stays known after the same settings again", () => {
    const store = adam();
    store.set({ learningRate: store.learningRate, optimizer: "adam", runSteps: 7 });
    expect(store.comingValue).toBe(7.5);
  });

  it("is not known of another run", () => {
    const store = adam();
    store.apply(delta(descent(3), { run: 2, runs: [1, 2] }));
    expect(store.comingValue).toBeUndefined();
  });

  it("is value - rate * gradient for plain descent alone", () => {
    const store = storeWith(descent(0));
    expect(store.comingValue).toBe(descent(1).value[1]);
    store.set({ decay: "cosine" });
    expect(store.comingRate).toBeUndefined();
    expect(store.comingValue).toBeUndefined();
  });

  it("is saved", () => {
    const store = new Store(NAMES);
    store.set({ optimizer: "adam" });
    store.load({ ...keyframe(3, savedRun(descent(3), [0, 1, 2, 3])), coming });
    expect(store.comingValue).toBe(7.5);
  });
});

describe("what follows", () => {
  it("is said by the kernel, of the last row only", () => {
    const store = storeWith(descent(3));
    store.apply(delta(columns(), { start: 4, last: 3, status: "ended" }));
    expect(store.status).toBe("ended");
    store.goTo(2);
    expect(store.status).toBe("ready");
  });

  it("is not known while the last row is under way", () => {
    const store = storeWith(descent(3));
    store.apply(delta(part(descent(9), 4, 6), { start: 4, last: 9, status: "converged" }));
    expect(store.status).toBe("ready");
  });
});

describe("the shown parameter", () => {
  const two = (): Store => {
    const store = new Store(TWO_NAMES);
    const rows = widened(descent(1), [-1, -2], [5, 6]);
    store.apply(delta(rows, { extras: ["b", "b_grad"], coming }));
    return store;
  };

  it("is the first until another is chosen", () => {
    const store = two();
    const changed = vi.fn();
    store.onChange(changed);
    expect(store.row?.value).toBe(descent(1).value[1]);
    store.show("b");
    expect(store.row).toMatchObject({ value: -2, gradient: 6 });
    expect(changed).toHaveBeenCalledOnce();
    store.show("none such");
    expect(store.shown).toBe("b");
  });

  it("is what the coming and the following step are about", () => {
    const store = two();
    store.show("b");
    expect(store.comingValue).toBe(-2);
    store.goTo(0);
    expect(store.following?.value).toBe(-2);
  });

  it("loses the finer curve of the one before", () => {
    const store = two();
    store.showDetail(detail(0, 4, 2));
    store.show("b");
    expect(store.detail).toBeUndefined();
  });
});

describe("epoch and batch", () => {
  const at = (step: number, count: number) => {
    const store = new Store(NAMES);
    store.apply(delta(descent(20), { cursor: step, batches: { size: 4, count } }));
    return store.batch;
  };

  it("are counted from 1", () => {
    expect(at(0, 3)).toEqual({ epoch: 1, number: 1, count: 3 });
    expect(at(2, 3)).toEqual({ epoch: 1, number: 3, count: 3 });
    expect(at(3, 3)).toEqual({ epoch: 2, number: 1, count: 3 });
  });

  it("of a stream are its batches alone", () => {
    expect(at(7, 0)).toEqual({ epoch: 1, number: 8, count: 0 });
  });

  it("of a loader without a length are counted in epochs once its first has ended", () => {
    const store = new Store(NAMES);
    const batches = { size: 4, count: 0 };
    store.apply(delta(part(descent(4), 0, 3), { batches, last: 2 }));
    expect(store.batch).toEqual({ epoch: 1, number: 3, count: 0 });
    store.apply(
      delta(part(descent(4), 3), { start: 3, cursor: 4, batches: { ...batches, count: 3 } }),
    );
    expect(store.batch).toEqual({ epoch: 2, number: 2, count: 3 });
    store.goTo(2);
    expect(store.batch).toEqual({ epoch: 1, number: 3, count: 3 });
  });

  it("are not there without batches", () => {
    expect(storeWith(descent(3)).batch).toBeUndefined();
  });
});
