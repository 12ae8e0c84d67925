import { beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/model/store.ts";
import type { Ahead, Columns } from "../../src/protocol/messages.ts";
import {
  ahead,
  columns,
  type DeltaOptions,
  delta,
  descent,
  part,
  SETTINGS,
  storeWith,
} from "../builders.ts";

const ten = descent(10);
let store: Store;

beforeEach(() => {
  store = storeWith(part(ten, 0, 4));
});

function row(step: number, all = ten): Columns {
  return part(all, step, step + 1);
}

/** The kernel has told of the step after the newest, and Step is pressed. */
function foresee(told: Ahead = ahead(row(4), 4)): void {
  store.expect(told);
  store.foresee();
}

function receive(rows: Columns, options: DeltaOptions = {}, stay = false): void {
  expect(store.apply(delta(rows, options), stay)).toBe(true);
}

/** What is shown: where, of how many, and the loss there. */
function shown(): [number, number, number | undefined] {
  return [store.cursor, store.last, store.row?.loss];
}

const BEFORE = [3, 3, ten.loss[3]];
const AFTER = [4, 4, ten.loss[4]];

describe("a step that the kernel has taken ahead", () => {
  it("is not shown before it is asked for", () => {
    store.expect(ahead(row(4), 4));
    expect(shown()).toEqual(BEFORE);
    expect(store.run?.rows.count).toBe(4);
  });

  it("is shown at once when it is, with what follows it", () => {
    foresee(ahead(row(4), 4, { status: "converged" }));
    expect(shown()).toEqual(AFTER);
    expect(store.status).toBe("converged");
    expect(store.comingValue).toBe(ten.value[5]);
    expect(store.run?.rows.count).toBe(5);
  });

  it("brings where another optimizer leads", () => {
    store.set({ optimizer: "adam" });
    const coming = { values: { W: 4.5 }, terms: { momentum: 0.5, step: -0.25 } };
    foresee(ahead(row(4), 4, { coming, request: store.leading }));
    expect(store.comingValue).toBe(4.5);
    expect(store.coming?.terms).toEqual(coming.terms);
  });

  it("is the run's own once its row has come", () => {
    foresee();
    const settings = { ...SETTINGS, optimizer: "adam" };
    receive(row(4), { start: 4, settings });
    store.settle();
    expect(shown()).toEqual(AFTER);
    expect(store.run).toMatchObject({ settings, last: 4, expected: 4 });
    expect(store.run?.rows.count).toBe(5);
    expect(store.foreseen).toBeUndefined();
  });

  it("may have numbers that are none", () => {
    const nowhere = columns({ value: Number.NaN, gradient: Number.NaN, loss: Number.NaN });
    foresee(ahead(nowhere, 4));
    expect(store.status).toBe("diverged");
    receive(nowhere, { start: 4 });
    expect(store.foreseen).toBeUndefined();
    expect(store.status).toBe("diverged");
  });

  it("counts as one that the kernel has yet to send", () => {
    foresee();
    expect(store.have()).toEqual({ "1": 4 });
    expect(store.lacking).toBe(false);
    receive(row(4), { start: 4 });
    expect(store.have()).toEqual({ "1": 5 });
  });

  it.each<[string, Partial<Ahead>]>([
    ["another run", { run: 2 }],
    ["an earlier step", { cursor: 3 }],
    ["a later step", { cursor: 5 }],
    ["other settings", { request: "0.02,sgd,constant,true,true" }],
    ["another rate", { columns: row(4, descent(10, { rate: 0.02 })) }],
  ])("is not shown where it is of %s", (_, given) => {
    foresee(ahead(row(4), 4, given));
    expect(shown()).toEqual(BEFORE);
    expect(store.foreseen).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ["the rate", () => store.setRate(0.02)],
    ["the decay", () => store.set({ decay: "cosine" })],
    ["the optimizer", () => store.set({ optimizer: "adam" })],
    ["how it is compiled", () => store.set({ exact: false })],
  ])("is not shown after a change of %s", (_, change) => {
    store.expect(ahead(row(4), 4));
    change();
    store.foresee();
    expect(shown()).toEqual(BEFORE);
  });

  it("is shown where a setting was changed that does not matter, or changed back", () => {
    store.expect(ahead(row(4), 4));
    store.set({ runSteps: 99 });
    store.setRate(0.02);
    store.setRate(0.01);
    store.foresee();
    expect(shown()).toEqual(AFTER);
  });

  it("is of no use to a page that has lost the kernel, or computes by itself", () => {
    store.expect(ahead(row(4), 4));
    store.loseKernel(true);
    store.foresee();
    store.computeHere();
    store.foresee();
    expect(shown()).toEqual(BEFORE);
    store.findKernel();
    store.foresee();
    expect(shown()).toEqual(BEFORE);
  });

  it("is shown once: what comes next waits for the kernel", () => {
    foresee();
    store.expect(ahead(row(5), 5));
    store.foresee();
    expect(shown()).toEqual(AFTER);
  });
});

describe("what the kernel says otherwise", () => {
  const other = descent(10, { rate: 0.5 });

  it("stands: another row in its place", () => {
    foresee();
    receive(row(4, other), { start: 4 });
    expect(shown()).toEqual([4, 4, other.loss[4]]);
    expect(store.run?.rows.row(3)).toMatchObject({ loss: ten.loss[3] });
    expect(store.run?.rows.count).toBe(5);
  });

  it.each(["value", "gradient", "loss", "rate"] as const)("may be a last digit of its %s", (of) => {
    foresee();
    const next = new Float32Array(row(4)[of]);
    new Uint32Array(next.buffer)[0] = (new Uint32Array(next.buffer)[0] as number) + 1;
    receive({ ...row(4), [of]: next }, { start: 4 });
    expect(store.run?.rows.row(4)[of]).toBe(next[0]);
  });

  it("leaves no trace of the row in what is drawn", () => {
    const far = columns({ value: 1e6, loss: 1e9, gradient: 1e5 });
    foresee(ahead(far, 4));
    expect(store.run?.rows.mostLoss).toBe(1e9);
    receive(row(4), { start: 4 });
    const plain = storeWith(part(ten, 0, 5));
    const ends = (of: Store): unknown => {
      const { mostLoss, leastLoss, lowest, highest } = of.run?.rows ?? {};
      return [mostLoss, leastLoss, lowest, highest, of.run?.envelope.indices(4)];
    };
    expect(ends(store)).toEqual(ends(plain));
  });

  it("is that there is none: the answer brought no row", () => {
    foresee();
    receive(part(ten, 0, 0), { start: 4, last: 3 });
    store.settle();
    expect(shown()).toEqual(BEFORE);
    expect(store.run).toMatchObject({ last: 3, expected: 3, status: "ready" });
    expect(store.have()).toEqual({ "1": 4 });
  });

  it("is an error, or nothing any more: it is taken back", () => {
    store.apply(delta(part(ten, 0, 0), { start: 4, last: 3, rate: 0.25 }));
    const { said } = store;
    foresee();
    store.settle();
    expect(shown()).toEqual(BEFORE);
    expect(store.said).toBe(said);
    store.settle();
    expect(shown()).toEqual(BEFORE);
  });

  it("is a kernel that has gone", () => {
    foresee();
    store.loseKernel(true);
    expect(shown()).toEqual(BEFORE);
    expect(store.run?.rows.count).toBe(4);
  });

  it("is a new run", () => {
    foresee();
    const start = descent(0, { start: 5 });
    receive(start, { run: 2 });
    expect(shown()).toEqual([0, 0, start.loss[0]]);
    store.settle();
    expect(store.cursor).toBe(0);
  });

  it("is a fork of what was recorded before", () => {
    foresee();
    const fork = part(descent(5, { rate: 0.02 }), 4, 5);
    receive(fork, { run: 2, parent: 1, fork: 3, runs: [1, 2], start: 4 });
    expect(shown()).toEqual([4, 4, fork.loss[0]]);
    expect(store.runs.map(({ rows }) => rows.count)).toEqual([4, 5]);
    store.settle();
    expect(store.runs.map(({ rows }) => rows.count)).toEqual([4, 5]);
  });

  it.each<[string, DeltaOptions]>([
    ["another page has gone back", { cursor: 1 }],
    ["another rate holds", { rate: 0.5 }],
    ["steps begin a new run", { recompiled: true }],
  ])("is that %s, which is shown until the answer comes", (_, options) => {
    foresee();
    receive(part(ten, 0, 0), { start: 4, last: 3, ...options });
    expect(store.foreseen).toBeUndefined();
    expect(store.last).toBe(3);
    expect(store.cursor).toBe(options.cursor ?? 3);
    receive(row(4), { start: 4 });
    store.settle();
    expect(shown()).toEqual(AFTER);
  });

  it("does not bring back settings' consequences that were changed meanwhile", () => {
    store.apply(delta(part(ten, 0, 0), { start: 4, last: 3, rate: 0.25 }));
    foresee();
    store.setRate(0.02);
    store.settle();
    expect(store.said).toBeUndefined();
    expect(store.comingRate).toBe(Math.fround(0.02));
  });
});

describe("what the kernel has said before", () => {
  it("does not take the step back", () => {
    foresee();
    const nothing = part(ten, 0, 0);
    receive(nothing, { start: 4, last: 3 });
    receive(nothing, { start: 4, last: 3, rate: Math.fround(0.01) });
    const settings = { ...SETTINGS, optimizer: "adam" };
    receive(part(ten, 0, 4), { settings });
    expect(shown()).toEqual(AFTER);
    expect(store.run).toMatchObject({ settings, last: 4, expected: 4 });
    expect(store.run?.rows.count).toBe(5);
    receive(row(4), { start: 4 });
    expect(shown()).toEqual(AFTER);
  });

  it("may be of an earlier run", () => {
    store = storeWith(part(ten, 0, 4));
    receive(part(ten, 3, 4), { run: 2, parent: 1, fork: 2, runs: [1, 2], start: 3 });
    foresee(ahead(row(4), 4, { run: 2 }));
    receive(part(ten, 4, 6), { run: 1, runs: [1, 2], start: 4 });
    expect(shown()).toEqual(AFTER);
    expect(store.runs.map(({ rows }) => rows.count)).toEqual([6, 5]);
  });

  it("may be where another step was looked at, while this page looks elsewhere", () => {
    foresee();
    receive(part(ten, 0, 0), { start: 4, last: 3, cursor: 1 }, true);
    expect(shown()).toEqual(AFTER);
  });
});

describe("with other news", () => {
  it("several steps at once bring the one that was shown", () => {
    foresee();
    receive(part(ten, 4, 7), { start: 4 });
    expect(shown()).toEqual([6, 6, ten.loss[6]]);
    expect(store.run?.rows.count).toBe(7);
  });

  it("a reader who went back meanwhile stays there", () => {
    foresee();
    store.goTo(2);
    receive(row(4), { start: 4 }, true);
    expect(shown()).toEqual([2, 4, ten.loss[2]]);
    store.settle();
    expect(store.cursor).toBe(2);
  });

  it("a reader who went back stays there, too, where the step does not come", () => {
    foresee();
    store.goTo(2);
    store.settle();
    expect(shown()).toEqual([2, 3, ten.loss[2]]);
  });
});

describe("a recorded step", () => {
  beforeEach(() => {
    store = storeWith(part(ten, 0, 6), 2);
  });

  it("is shown at once, too", () => {
    store.foresee();
    expect(shown()).toEqual([3, 5, ten.loss[3]]);
    receive(part(ten, 0, 0), { start: 6, last: 5, cursor: 3 });
    expect(store.foreseen).toBeUndefined();
    expect(shown()).toEqual([3, 5, ten.loss[3]]);
  });

  it("is not where the rate is another one: the step forks", () => {
    store.setRate(0.02);
    store.foresee();
    expect(shown()).toEqual([2, 5, ten.loss[2]]);
  });

  it("is taken back where the kernel has not gone there", () => {
    store.foresee();
    store.settle();
    expect(shown()).toEqual([2, 5, ten.loss[2]]);
    expect(store.run?.rows.count).toBe(6);
  });

  it("stands while older news come", () => {
    store.foresee();
    receive(part(ten, 0, 0), { start: 6, last: 5, cursor: 2 });
    expect(store.cursor).toBe(3);
  });

  it("gives way to another place", () => {
    store.foresee();
    receive(part(ten, 0, 0), { start: 6, last: 5, cursor: 0 });
    store.settle();
    expect(store.cursor).toBe(0);
  });
});
