import { beforeEach, describe, expect, it, vi } from "vitest";
import { Beginning } from "../../src/app/pending.ts";
import type { Store } from "../../src/model/store.ts";
import { delta, descent, storeWith } from "../builders.ts";
import { settled } from "../fakes.ts";

let store: Store;
let beginning: Beginning;
const step = vi.fn();
const run = vi.fn();
let answer: () => void;
const served = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));

beforeEach(() => {
  served.mockClear();
  step.mockReset();
  run.mockReset();
  store = storeWith(descent(3));
  beginning = new Beginning(store);
});

function newRun(id: number): void {
  store.apply(delta(descent(0), { run: id, runs: [id] }));
}

describe("what is asked for", () => {
  it("is done at once where no other run is awaited", () => {
    beginning.act(step);
    expect(step).toHaveBeenCalledOnce();
  });

  it("waits for the run that is on its way, in order", () => {
    beginning.begin(served);
    beginning.act(step);
    beginning.act(run);
    store.changed();
    expect(step).not.toHaveBeenCalled();
    newRun(2);
    expect(step).toHaveBeenCalledOnce();
    expect(run).toHaveBeenCalledAfter(step);
    newRun(3);
    expect(step).toHaveBeenCalledOnce();
  });

  it("is not done in a fork that was under way before", () => {
    beginning.begin(served);
    beginning.act(step);
    store.apply(delta(descent(0), { run: 2, parent: 1, runs: [1, 2], start: 4 }));
    expect(step).not.toHaveBeenCalled();
    store.apply(delta(descent(0), { run: 3, runs: [1, 2, 3] }));
    expect(step).toHaveBeenCalledOnce();
  });

  it("is forgotten when another run is asked for, and then waits for the last one", async () => {
    beginning.begin(served);
    beginning.act(step);
    expect(served).not.toHaveBeenCalled();
    beginning.begin(served);
    expect(served).toHaveBeenCalledOnce();
    beginning.act(run);
    newRun(2);
    expect(run).not.toHaveBeenCalled();
    newRun(3);
    answer();
    await settled();
    expect(step).not.toHaveBeenCalled();
    expect(run).toHaveBeenCalledOnce();
  });

  it("waits for what was asked for last, whatever is answered before", async () => {
    beginning.begin(served);
    beginning.begin(served);
    const first = answer;
    beginning.begin(served);
    beginning.act(step);
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
        store.engine = "none";
        store.changed();
      },
    ],
  ])("is not done where %s, and nothing waits after that", (_, happen) => {
    beginning.begin(served);
    beginning.act(step);
    happen();
    expect(step).not.toHaveBeenCalled();
    beginning.act(run);
    expect(run).toHaveBeenCalledOnce();
  });
});
