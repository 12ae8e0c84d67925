import { describe, expect, it, vi } from "vitest";
import { Looks } from "../../src/figures/looks.ts";
import { delta, descent, part, storeWith, TWO_NAMES } from "../builders.ts";
import { FakeEngine, settled } from "../fakes.ts";

const BATCHES = { size: 2, count: 3 };
const VIEW = { low: 0, high: 4, bottom: 0, top: 1 };

function setUp(batches: typeof BATCHES | null = null) {
  const store = storeWith(descent(5), 3, { names: TWO_NAMES, batches });
  const engine = new FakeEngine(store);
  const answers: (() => void)[] = [];
  vi.spyOn(engine, "look").mockImplementation((question) => {
    engine.looks.push(question);
    return new Promise((resolve) => {
      answers.push(resolve);
    });
  });
  const looks = new Looks(store, engine);
  const answer = async () => {
    answers.shift()?.();
    await settled();
  };
  return { store, engine, looks, answer, steps: () => engine.looks.map(({ step }) => step) };
}

describe("a look", () => {
  it("is asked for once for each step that is looked at", async () => {
    const { store, looks, steps, answer } = setUp();
    for (let frame = 0; frame < 3; frame += 1) looks.draw(true, undefined);
    await answer();
    looks.draw(true, undefined);
    expect(steps()).toEqual([3]);
    store.goTo(1);
    looks.draw(true, undefined);
    expect(steps()).toEqual([3, 1]);
  });

  it("is asked for one at a time, and the last step wanted wins", async () => {
    const { store, looks, steps, answer } = setUp();
    for (const step of [3, 2, 1, 0, 4]) {
      store.goTo(step);
      looks.draw(true, undefined);
    }
    expect(steps()).toEqual([3]);
    const changed = vi.fn();
    store.onChange(changed);
    await answer();
    expect(changed).toHaveBeenCalled();
    looks.draw(true, undefined);
    expect(steps()).toEqual([3, 4]);
  });

  it("is not asked for a step that the kernel has yet to take", () => {
    const { store, looks, steps } = setUp();
    store.foresee();
    looks.draw(true, undefined);
    expect([store.cursor, steps()]).toEqual([4, []]);
    store.apply(delta(part(descent(5), 6), { start: 6, last: 5, cursor: 4 }));
    looks.draw(true, undefined);
    expect(steps()).toEqual([4]);
  });

  it("is asked for eight times a second at most while a run is played", async () => {
    const { store, looks, steps, answer } = setUp();
    const clock = vi.spyOn(performance, "now").mockReturnValue(1000);
    store.play();
    looks.draw(true, undefined);
    await answer();
    store.goTo(1);
    clock.mockReturnValue(1100);
    looks.draw(true, undefined);
    expect(steps()).toHaveLength(1);
    clock.mockReturnValue(1130);
    looks.draw(true, undefined);
    expect(steps()).toHaveLength(2);
    await answer();
    store.goTo(2);
    store.stop();
    looks.draw(true, undefined);
    expect(steps()).toHaveLength(3);
    clock.mockRestore();
  });

  it("is not asked for while nobody looks, nor without a kernel", () => {
    const { store, looks, steps } = setUp();
    looks.draw(false, VIEW);
    store.loseKernel(true);
    looks.draw(true, VIEW);
    expect(steps()).toEqual([]);
    store.findKernel();
    looks.draw(true, VIEW);
    expect(steps()).toEqual([3]);
  });

  it("is asked for anew in another run, though the step is the same", async () => {
    const { store, looks, steps, answer } = setUp();
    looks.draw(true, undefined);
    await answer();
    store.apply(delta(part(descent(3), 0), { run: 2, cursor: 3 }));
    looks.draw(true, undefined);
    expect(steps()).toEqual([3, 3]);
  });

  it("that failed is not asked for again, but the next one is", async () => {
    const { store, engine, looks } = setUp();
    const ask = vi.spyOn(engine, "look").mockRejectedValue(new Error("predict raised"));
    looks.draw(true, undefined);
    await settled();
    looks.draw(true, undefined);
    expect(ask).toHaveBeenCalledTimes(1);
    store.goTo(1);
    looks.draw(true, undefined);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe("the loss of the batch", () => {
  it("is wanted a little beyond the view, where batches are smaller than the data", () => {
    const { looks, engine } = setUp(BATCHES);
    looks.draw(false, VIEW);
    expect(engine.looks).toEqual([{ step: 3, low: -2, high: 6 }]);
  });

  it("is not wanted where all data are in every batch, nor where no view shows it", () => {
    const all = setUp(null);
    all.looks.draw(true, VIEW);
    const unseen = setUp(BATCHES);
    unseen.looks.draw(true, undefined);
    const other = setUp(BATCHES);
    other.store.show("b");
    other.looks.draw(true, VIEW);
    for (const { engine } of [all, unseen, other]) {
      expect(engine.looks).toEqual([{ step: 3, low: 0, high: 0 }]);
    }
  });

  it("is asked for again when the view leaves it or shows a small part of it", async () => {
    const { looks, engine, answer } = setUp(BATCHES);
    const views = [VIEW, { ...VIEW, low: -1 }, { ...VIEW, high: 7 }, { ...VIEW, low: 3, high: 4 }];
    for (const view of views) {
      looks.draw(true, view);
      await answer();
    }
    expect(engine.looks.map(({ low, high }) => [low, high])).toEqual([
      [-2, 6],
      [-3.5, 10.5],
      [2.5, 4.5],
    ]);
  });

  it("is not wanted beyond float32", () => {
    const { looks, engine } = setUp(BATCHES);
    looks.draw(true, { ...VIEW, low: -3e38, high: 3e38 });
    expect(engine.looks).toEqual([{ step: 3, low: 0, high: 0 }]);
  });
});
