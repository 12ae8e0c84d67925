import { beforeEach, describe, expect, it, vi } from "vitest";
import { PendingRun } from "../../src/app/pending.ts";
import type { Store } from "../../src/model/store.ts";
import { delta, descent, storeWith } from "../builders.ts";
import { settled } from "../fakes.ts";

let store: Store;
let pending: PendingRun;
const step = vi.fn();
const run = vi.fn();
let answer: () => void;
const served = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));

beforeEach(() => {
  served.mockClear();
  step.mockReset();
  run.mockReset();
  store = storeWith(descent(3));
  pending = new PendingRun(store);
});

function newRun(id: number): void {
  store.apply(delta(descent(0), { run: id, runs: [id] }));
}

describe("what is asked for", () => {
  it("is done at once where no other run is awaited", () => {
    pending.act(step);
    expect(step).toHaveBeenCalledOnce();
  });

  it("waits for the run that is on its way, in order", () => {
    pending.begin(served);
    pending.act(step);
    pending.act(run);
    store.changed();
    expect(step).not.toHaveBeenCalled();
    newRun(2);
    expect(step).toHaveBeenCalledOnce();
    expect(run).toHaveBeenCalledAfter(step);
    newRun(3);
    expect(step).toHaveBeenCalledOnce();
  });

  it("is not done in a fork that was under way before", () => {
    pending.begin(served);
    pending.act(step);
    store.apply(delta(descent(0), { run: 2, parent: 1, runs: [1, 2], start: 4 }));
    expect(step).not.toHaveBeenCalled();
    store.apply(delta(descent(0), { run: 3, runs: [1, 2, 3] }));
    expect(step).toHaveBeenCalledOnce();
  });

  it("is forgotten when another run is asked for, and then waits for the last one", async () => {
    pending.begin(served);
    pending.act(step);
    expect(served).not.toHaveBeenCalled();
    pending.begin(served);
    expect(served).toHaveBeenCalledOnce();
    pending.act(run);
    newRun(2);
    expect(run).not.toHaveBeenCalled();
    newRun(3);
    answer();
    await settled();
    expect(step).not.toHaveBeenCalled();
    expect(run).toHaveBeenCalledOnce();
  });

  it("waits for what was asked for last, whatever is answered before", async () => {
    pending.begin(served);
    pending.begin(served);
    const first = answer;
    pending.begin(served);
    pending.act(step);
    first();
    await settled();
    expect(step).not.toHaveBeenCalled();
    answer();
    await settled();
    expect(step).toHaveBeenCalledOnce();
  });

  it.each([
    ["the choice is refused", () => store.tell({ field: "batch_size", message: "no" })],
    [
      "the kernel has gone",
      () => {
        store.loseKernel(true);
        store.changed();
      },
    ],
  ])("is not done where %s, and nothing waits after that", (_, happen) => {
    pending.begin(served);
    pending.act(step);
    happen();
    expect(step).not.toHaveBeenCalled();
    pending.act(run);
    expect(run).toHaveBeenCalledOnce();
  });
});
