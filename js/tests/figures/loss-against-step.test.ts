import { beforeEach, describe, expect, it, vi } from "vitest";
import { LossAgainstStepFigure } from "../../src/figures/loss-against-step.ts";
import { LEARNING, LOSS } from "../../src/figures/mark.ts";
import { Store } from "../../src/model/store.ts";
import type { Columns } from "../../src/protocol/messages.ts";
import {
  ahead,
  columns,
  delta,
  descent,
  forkedStore,
  keyframe,
  losses,
  NAMES,
  part,
  savedRun,
  storeWith,
  widened,
} from "../builders.ts";
import { askForNoMotion, type FakeChild, fakeChildren } from "../fakes.ts";

const MARKER = 10;
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

beforeEach(() => askForNoMotion());

function setUp(store: Store) {
  const children = fakeChildren();
  const size = { width: 500, height: 300 };
  const figure = new LossAgainstStepFigure(children, store, () => size);
  const mark = (name: string) => children[`loss_against_step.${name}`] as FakeChild;
  const states = () => Object.values(children).reduce((sum, child) => sum + child.states.length, 0);
  const ends = (name: string) => [mark(name).get("min"), mark(name).get("max")] as number[];
  const padding = (name: string, pixels: number): [number, number] => {
    const [low, high] = ends(name) as [number, number];
    const room = (MARKER * (high - low)) / pixels;
    return [low + room, high - room];
  };
  /** The ends of the scales without the room for markers beside them. */
  const steps = (): [number, number] => padding("steps", size.width);
  const heights = (): [number, number] => padding("linear", size.height);
  const decades = (): [number, number] => {
    const [low, high] = ends("logarithmic").map(Math.log10) as [number, number];
    const room = (MARKER * (high - low)) / size.height;
    return [low + room, high - room];
  };
  return { figure, mark, states, ends, store, size, steps, heights, decades };
}

function close(...numbers: number[]) {
  return numbers.map((number) => expect.closeTo(number, 6));
}

describe("the picture of the article", () => {
  const { figure, mark, steps, heights } = setUp(storeWith(descent(50), 3));
  figure.draw();

  it("has the loss of each step up to the cursor", () => {
    const { loss } = descent(3);
    expect(mark("linear_path").points).toEqual([0, 1, 2, 3].map((step) => [step, loss[step]]));
    expect(mark("linear_cursor").points).toEqual([[3, loss[3]]]);
  });

  it("has the recorded rest faded, from the cursor on", () => {
    expect(mark("linear_faded").points).toHaveLength(48);
    expect(mark("linear_faded").points[0]).toEqual(mark("linear_path").points.at(-1));
  });

  it("has room for all steps, the largest loss, and a marker wherever it is", () => {
    expect(steps()).toEqual(close(0, 50));
    expect(heights()).toEqual(close(0, 200));
  });

  it("finds the step at a place", () => {
    expect([0, 10 / 500, 0.5, 490 / 500].map((share) => figure.stepAt(share) + 0)).toEqual([
      -1, 0, 25, 50,
    ]);
  });

  it("has whole numbers along the steps", () => {
    const ticks = [...(mark("steps_axis").get("tick_values") as Float64Array)];
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.filter(Number.isInteger)).toEqual(ticks);
  });
});

describe("a step that was shown before the kernel took it", () => {
  it("is drawn, and then what the kernel says of it", () => {
    const store = storeWith(losses(4, 2));
    const { figure, mark } = setUp(store);
    store.expect(ahead(columns({ loss: 1 }), 2));
    store.foresee();
    figure.draw();
    expect(mark("linear_path").points.at(-1)).toEqual([2, 1]);
    store.apply(delta(columns({ loss: 0.5 }), { start: 2 }));
    figure.draw();
    expect(mark("linear_path").points.at(-1)).toEqual([2, 0.5]);
    expect(mark("linear_cursor").points).toEqual([[2, 0.5]]);
  });
});

describe("the linear scale", () => {
  it.each([
    [[7.9e-31, 5e-31], 0, 8e-31],
    [[7.9e29, 5e29], 0, 8e29],
    [[186, 100], 0, 200],
    [[-1e-6, -2e-6], -2e-6, 0],
    [[-4e-6, 2e-6], -4e-6, 2e-6],
    [[0, 0], 0, 1],
  ])("of losses %j is as large as they are", (shown, bottom, top) => {
    const { figure, heights } = setUp(storeWith(losses(...shown)));
    figure.draw();
    const size = top - bottom;
    expect(heights().map((end) => end / size)).toEqual(close(bottom / size, top / size));
  });

  it("is doubled where a loss is higher, and stands still between, wherever the cursor is", () => {
    const store = storeWith(losses(186));
    const { figure, heights, mark } = setUp(store);
    const tops = [199, 201, 390, 12, 401, 1601].map((loss, step) => {
      store.apply(delta(losses(loss), { start: step + 1 }));
      figure.draw();
      return Math.round(heights()[1]);
    });
    expect(tops).toEqual([200, 400, 400, 400, 800, 3200]);
    const { length } = mark("linear").states;
    for (const step of [0, 3, 6]) {
      store.goTo(step);
      figure.draw();
    }
    expect(mark("linear").states).toHaveLength(length);
  });

  it("is as large as a run needs that left another at an earlier step", () => {
    const store = storeWith(losses(186, 400, 900, 100_000));
    const { figure, heights } = setUp(store);
    figure.draw();
    expect(heights()).toEqual(close(0, 100_000));
    for (const step of [1, 2]) {
      const fork = { run: 2, parent: 1, fork: 0, runs: [1, 2], start: step };
      store.apply(delta(losses(120), fork));
      figure.draw();
      expect(heights()).toEqual(close(0, 400));
    }
  });

  it("keeps what it had for an earlier run when that is cleared", () => {
    const store = storeWith(losses(15));
    store.apply(delta(losses(8, 4), { run: 2, runs: [1, 2] }));
    const { figure, heights } = setUp(store);
    figure.draw();
    expect(heights()).toEqual(close(0, 15));
    store.apply(delta(columns(), { run: 2, runs: [2], start: 2, last: 1 }));
    figure.draw();
    expect(heights()).toEqual(close(0, 15));
  });

  it("moves in 200 ms where motion is wanted, with the marks there at once", () => {
    vi.useFakeTimers();
    askForNoMotion(false);
    const store = storeWith(losses(186));
    const { figure, mark, ends } = setUp(store);
    expect(figure.draw()).toBe(false);
    const [, before] = ends("linear");
    store.apply(delta(losses(300), { start: 1 }));
    expect(figure.draw()).toBe(true);
    expect(mark("linear_path").points).toEqual([
      [0, 186],
      [1, 300],
    ]);
    expect(mark("linear_cursor").points).toEqual([[1, 300]]);
    expect(ends("linear")[1]).toBe(before);
    const { length } = mark("linear_path").states;
    vi.advanceTimersByTime(100);
    expect(figure.draw()).toBe(true);
    expect(ends("linear")[1]).toBeGreaterThan(before as number);
    vi.advanceTimersByTime(100);
    expect(figure.draw()).toBe(false);
    expect(ends("linear")[1]).toBeGreaterThan(400);
    expect(mark("linear_path").states).toHaveLength(length);
    vi.useRealTimers();
  });
});

describe("a scale that becomes much smaller", () => {
  it("waits a few frames, until what was far above is gone", () => {
    const store = storeWith(losses(1, 1e30, 1e38));
    const { figure, mark, ends, heights } = setUp(store);
    expect(figure.draw()).toBe(false);
    expect(ends("linear")[1]).toBeGreaterThan(1e38);
    store.apply(delta(losses(1, 0.5), { run: 2, runs: [2] }));
    let frames = 0;
    while (figure.draw()) {
      frames += 1;
      expect(ends("linear")[1]).toBeGreaterThan(1e38);
      expect(Math.max(...(mark("linear_axis").get("tick_values") as Float64Array))).toBeLessThan(2);
      expect(mark("linear_path").points).toEqual([
        [0, 1],
        [1, 0.5],
      ]);
    }
    expect(frames).toBe(3);
    expect(heights()).toEqual(close(0, 1));
    expect(figure.draw()).toBe(false);
  });

  it("waits as well if the other axis was shown when the run was another", () => {
    const store = storeWith(losses(1, 1e30, 1e38));
    const { figure, ends, heights } = setUp(store);
    figure.draw();
    figure.setAxis("logarithmic");
    figure.draw();
    store.apply(delta(losses(1, 0.5), { run: 2, runs: [2] }));
    figure.draw();
    figure.setAxis("linear");
    expect(figure.draw()).toBe(true);
    expect(ends("linear")[1]).toBeGreaterThan(1e38);
    while (figure.draw());
    expect(heights()).toEqual(close(0, 1));
  });

  it("does not wait to become a little smaller", () => {
    const store = storeWith(losses(1, 100));
    const { figure, heights } = setUp(store);
    figure.draw();
    store.apply(delta(losses(1, 0.5), { run: 2, runs: [2] }));
    expect(figure.draw()).toBe(false);
    expect(heights()).toEqual(close(0, 1));
  });
});

describe("the logarithmic axis", () => {
  it("is shown in place of the linear one, and back", () => {
    const { figure, mark } = setUp(storeWith(descent(50)));
    figure.draw();
    figure.setAxis("logarithmic");
    for (const name of ["axis", "path", "faded", "cursor"]) {
      expect(mark(`linear_${name}`).get("visible")).toBe(false);
      expect(mark(`logarithmic_${name}`).get("visible")).toBe(true);
    }
    figure.setAxis("linear");
    expect(mark("linear_path").get("visible")).toBe(true);
    expect(mark("logarithmic_path").get("visible")).toBe(false);
  });

  it("has the same points, and whole decades around them", () => {
    const { figure, mark, decades } = setUp(storeWith(losses(300, 20, 0.5)));
    figure.setAxis("logarithmic");
    figure.draw();
    expect(mark("logarithmic_path").points).toEqual([
      [0, 300],
      [1, 20],
      [2, 0.5],
    ]);
    expect(decades()).toEqual(close(-1, 3));
  });

  it("reaches down twice as far where the loss falls below, and has a tick at each end", () => {
    const store = storeWith(losses(100, 20));
    const { figure, decades, mark } = setUp(store);
    figure.setAxis("logarithmic");
    const bottoms = [9, 3, 0.5, 1e-3, 1e-9].map((loss, index) => {
      figure.draw();
      const [low] = decades();
      store.apply(delta(losses(loss), { start: index + 2 }));
      return Math.round(low);
    });
    expect(bottoms).toEqual([1, 0, 0, -2, -6]);
    figure.draw();
    expect(decades()).toEqual(close(-14, 2));
    expect(mark("logarithmic_axis").get("tick_values")).toContain(100);
  });

  it("has a gap where the loss is 0 or below, and no cursor there", () => {
    const { figure, mark } = setUp(storeWith(losses(4, 0, 2, -1, 1, 0)));
    figure.setAxis("logarithmic");
    figure.draw();
    const shown = mark("logarithmic_path").points.filter(([, y]) => Number.isFinite(y));
    expect(shown).toEqual([
      [0, 4],
      [2, 2],
      [4, 1],
    ]);
    expect(mark("logarithmic_path").points.at(-1)).toEqual([4, 1]);
    expect(mark("logarithmic_cursor").points).toEqual([]);
  });

  it("shows 40 decades at the most", () => {
    const { figure, decades } = setUp(storeWith(losses(3e38, 1e-44)));
    figure.setAxis("logarithmic");
    figure.draw();
    expect(decades()).toEqual(close(-1, 39));
  });
});

describe("whatever the rows hold", () => {
  const cases: [string, Columns][] = [
    ["a single row", losses(186)],
    ["a single row of loss 1", losses(1)],
    ["a single row of loss 0", losses(0)],
    ["a loss that is infinite at last", losses(3, 1e38, 3.4e38, infinity)],
    ["a loss that is no number at last", losses(3, 1e38, nan)],
    ["nothing finite", losses(nan)],
    ["a loss of 0 at last", losses(4, 2, 0)],
    ["losses below 0", losses(-1, -5)],
    ["losses around 0", losses(1, -1)],
    ["losses just above 0", losses(1e-45, 1e-45)],
    ["losses as large as float32 goes", losses(3.4028235e38, 3.4028235e38)],
    ["a path that diverges", descent(120, { rate: 0.25 })],
  ];

  for (const axis of ["linear", "logarithmic"] as const) {
    it.each(cases)(`with %s the ${axis} scale has finite ends in order`, (_, rows) => {
      const { figure, mark } = setUp(storeWith(rows));
      figure.setAxis(axis);
      figure.draw();
      const set = [...mark("steps").states, ...mark(axis).states];
      expect(set).toHaveLength(2);
      for (const { min, max } of set as { min: number; max: number }[]) {
        expect([min, max].filter(Number.isFinite)).toHaveLength(2);
        expect(min).toBeLessThan(max);
      }
      if (axis === "logarithmic") expect(mark(axis).get("min")).toBeGreaterThan(0);
    });

    it.each(cases)(`with %s the ${axis} axis has ticks in sight`, (_, rows) => {
      const { figure, mark, ends } = setUp(storeWith(rows));
      figure.setAxis(axis);
      figure.draw();
      const ticks = [...(mark(`${axis}_axis`).get("tick_values") as Float64Array)];
      const [low, high] = ends(axis) as [number, number];
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      const outside = ticks.filter((tick) => tick < low - 1e-6 * high || tick > high * 1.000001);
      expect(outside).toEqual([]);
    });

    it.each(cases)(`with %s the ${axis} path is within the scale and ends in no gap`, (_, rows) => {
      const { figure, mark, ends } = setUp(storeWith(rows));
      figure.setAxis(axis);
      figure.draw();
      const { points } = mark(`${axis}_path`);
      const [low, high] = ends(axis) as [number, number];
      const [, last] = ends("steps") as [number, number];
      const shown = points.filter(([, y]) => Number.isFinite(y));
      const outside = shown.filter(([x, y]) => x > last || y > high || y < low);
      const deep = axis === "logarithmic" && high / low > 1e39;
      expect(deep ? [] : outside).toEqual([]);
      expect(points.length === 0 || shown.at(-1) === points.at(-1)).toBe(true);
    });
  }
});

describe("the steps in sight", () => {
  it("are at least those of a run", () => {
    const store = storeWith(descent(0));
    store.set({ runSteps: 200 });
    const { figure, steps } = setUp(store);
    figure.draw();
    expect(steps()).toEqual(close(0, 200));
    store.set({ runSteps: 20 });
    figure.draw();
    expect(steps()).toEqual(close(0, 200));
  });

  it("are doubled, so that the axis stands still between", () => {
    const store = storeWith(descent(0));
    const { figure, mark, steps } = setUp(store);
    const all = descent(1000);
    for (let step = 1; step <= 1000; step += 1) {
      store.apply(delta(part(all, step, step + 1), { start: step }));
      figure.draw();
      expect(steps()[1]).toBeGreaterThan(step - 1e-6);
    }
    expect(mark("steps").states).toHaveLength(6);
    expect(steps()).toEqual(close(0, 1600));
  });

  it("are all in a page that is opened later, and those of a run after a reset", () => {
    const store = storeWith(descent(3000));
    const { figure, steps } = setUp(store);
    figure.draw();
    expect(steps()).toEqual(close(0, 3000));
    store.goTo(4);
    figure.draw();
    expect(steps()).toEqual(close(0, 3000));
    store.apply(delta(descent(0), { run: 2 }));
    figure.draw();
    expect(steps()).toEqual(close(0, 50));
  });
});

describe("a cursor outside the picture", () => {
  it("is not drawn, but named at the edge with its number", () => {
    const rows = descent(64);
    const { figure, mark, store } = setUp(storeWith(rows));
    figure.show("W");
    figure.draw();
    expect(mark("linear_cursor").points).toHaveLength(1);
    expect(mark("linear_numbers").get("text")).toEqual([]);
    store.goTo(0);
    figure.draw();
    expect(mark("linear_cursor").points).toEqual([]);
    expect(mark("linear_numbers").get("text")).toEqual(["↑ W = 8"]);
  });
});

describe("the earlier runs", () => {
  it.each(["linear", "logarithmic"] as const)("have lines and numbers, %s", (axis) => {
    const store = forkedStore();
    store.goTo(3);
    const { figure, mark } = setUp(store);
    figure.setAxis(axis);
    figure.draw();
    expect(mark(`${axis}_earlier`).lines.map((line) => line.map(([x]) => x))).toEqual([
      [2, 3, 4, 5],
    ]);
    expect(mark(`${axis}_numbers`).get("text")).toEqual(["1 learning rate 0.01"]);
    expect(mark(`${axis}_faded`).points.map(([x]) => x)).toEqual([3, 4]);
  });

  it("are in the picture, as far as they do not dwarf the current one", () => {
    const store = storeWith(losses(10, 9, 8));
    store.apply(delta(losses(8, 4), { run: 2, runs: [1, 2] }));
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("linear").get("max")).toBeGreaterThanOrEqual(10);
    store.apply(delta(losses(8, 3e30), { run: 3, runs: [1, 2, 3] }));
    store.apply(delta(losses(8, 4), { run: 4, runs: [1, 2, 3, 4] }));
    figure.draw();
    const top = mark("linear").get("max") as number;
    expect(top).toBeLessThan(100);
    const highest = Math.max(
      ...mark("linear_earlier")
        .lines.flat()
        .map(([, loss]) => loss),
    );
    expect(highest).toBeGreaterThan(top);
    expect(highest).toBeLessThan(100 * top);
  });

  it("keep their steps where some were not saved", () => {
    const store = new Store(NAMES);
    store.load(keyframe(25, savedRun(descent(50), [0, 1, 25, 40, 50])));
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("linear_path").points.map(([x]) => x)).toEqual([0, 1, 25]);
    expect(mark("linear_faded").points.map(([x]) => x)).toEqual([25, 40, 50]);
  });
});

describe("the colours", () => {
  const colors = (mark: (name: string) => FakeChild) =>
    ["path", "batch", "faded"].map((part) => (mark(`linear_${part}`).get("colors") as string[])[0]);

  it("of a run alone are the red of the loss", () => {
    const { figure, mark } = setUp(storeWith(descent(5)));
    figure.draw();
    expect(new Set(colors(mark))).toEqual(new Set([LOSS]));
  });

  it("of a run among others is the blue that it has in every picture", () => {
    const { figure, mark } = setUp(forkedStore());
    figure.draw();
    expect(new Set(colors(mark))).toEqual(new Set([LEARNING]));
  });

  it("fade while another run stands out", () => {
    const store = forkedStore();
    const { figure, mark } = setUp(store);
    figure.draw();
    const opacities = () =>
      ["earlier", "path"].map((part) => (mark(`linear_${part}`).get("opacities") as number[])[0]);
    expect(opacities()).toEqual([0.7, 1]);
    store.highlight(1);
    figure.draw();
    expect(opacities()).toEqual([1, 0.15]);
    store.highlight(2);
    figure.draw();
    expect(opacities()).toEqual([0.15, 1]);
    store.highlight(undefined);
    figure.draw();
    expect(opacities()).toEqual([0.7, 1]);
  });
});

describe("the names of runs", () => {
  it("are numbers where there is no room for more", () => {
    const { figure, mark, size } = setUp(forkedStore());
    Object.assign(size, { width: 90, height: 120 });
    figure.draw();
    expect(mark("linear_numbers").get("text")).toEqual(["1"]);
  });
});

describe("a number that learns, against the step", () => {
  it("is its column, and the cursor is on it", () => {
    const { figure, mark } = setUp(storeWith(descent(5), 3));
    figure.show("W");
    figure.draw();
    const { value } = descent(5);
    expect(mark("linear_path").points).toEqual([0, 1, 2, 3].map((step) => [step, value[step]]));
    expect(mark("linear_cursor").points).toEqual([[3, value[3]]]);
    expect(figure.describe()).toContain("W against the step");
  });

  it("is scaled to the late steps of a long run: the trembling there fills the picture", () => {
    const steps = 200;
    const rows = descent(steps);
    for (let step = 40; step <= steps; step += 1) rows.value[step] = 2 + 0.01 * (-1) ** step;
    const { figure, ends, mark } = setUp(storeWith(rows));
    figure.show("W");
    figure.draw();
    const [low, high] = ends("linear") as [number, number];
    expect(low).toBeGreaterThan(1.98);
    expect(high).toBeLessThan(2.02);
    const first = mark("linear_path").points[0] as [number, number];
    expect(first[1]).toBeGreaterThan(high);
    expect((first[1] - high) / (high - low)).toBeLessThan(21);
  });

  it("is scaled to all of a short run, also of numbers that are all the same", () => {
    const store = storeWith(descent(20));
    const { figure, ends } = setUp(store);
    figure.show("W");
    figure.draw();
    expect(ends("linear")[1]).toBeGreaterThan(8);
    store.apply(delta(part(descent(20), 0, 1), { run: 2, runs: [2] }));
    figure.draw();
    const [low, high] = ends("linear") as [number, number];
    expect([low < 8, high > 8, Number.isFinite(high - low)]).toEqual([true, true, true]);
  });

  it("says what is left out of the numbers at its axis", () => {
    const rows = descent(40);
    for (let step = 0; step <= 40; step += 1) rows.value[step] = 1e6 + step / 8;
    const { figure } = setUp(storeWith(rows));
    figure.show("W");
    figure.draw();
    expect(figure.note).toContain("W");
    figure.show("");
    figure.draw();
    expect(figure.note).toBe("");
  });

  it("has no logarithm: that of the loss is left", () => {
    const { figure, mark } = setUp(storeWith(descent(5)));
    figure.setAxis("logarithmic");
    figure.show("W");
    figure.draw();
    expect(figure.axis).toBe("linear");
    expect(mark("linear_path").get("visible")).toBe(true);
  });

  it("shows what comes after a gap in the numbers, and no cursor in it", () => {
    const rows = descent(4);
    rows.value[4] = nan;
    const { figure, mark } = setUp(storeWith(rows));
    figure.show("W");
    figure.draw();
    expect(mark("linear_cursor").points).toEqual([]);
    expect(mark("linear_path").points.at(-1)?.[0]).toBe(3);
  });
});

describe("with batches", () => {
  const store = new Store(NAMES);
  const full = [6, Number.NaN, 7, 5];
  const batches = { size: 8, count: 3 };
  store.apply(
    delta(widened(losses(5, 4, 3, 2), full), { extras: ["full_loss"], batches, cursor: 2 }),
  );

  it("the strong line is the loss on all data where measured, the thin one the batch's", () => {
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("linear_path").points).toEqual([
      [0, 6],
      [2, 7],
    ]);
    expect(mark("linear_batch").points.map(([, y]) => y)).toEqual([5, 4, 3]);
    expect(mark("linear_cursor").points).toEqual([[2, 7]]);
    expect(mark("linear_faded").points.map(([x]) => x)).toEqual([2, 3]);
  });

  it("the thin line is not there without", () => {
    const { figure, mark } = setUp(storeWith(losses(5, 4)));
    figure.draw();
    expect(mark("linear_batch").points).toEqual([]);
  });
});

describe("nothing is set", () => {
  it("before there is a run", () => {
    const { figure, states } = setUp(new Store(NAMES));
    figure.draw();
    expect(states()).toBe(0);
  });

  it.each(["linear", "logarithmic"] as const)("on the %s axis when nothing changed", (axis) => {
    const { figure, states } = setUp(storeWith(descent(50), 3));
    figure.setAxis(axis);
    figure.draw();
    const before = states();
    for (let frame = 0; frame < 5; frame += 1) figure.draw();
    expect(states()).toBe(before);
  });

  it("on the axis that is not shown", () => {
    const { figure, mark } = setUp(storeWith(descent(50)));
    figure.draw();
    expect(mark("logarithmic_path").states).toEqual([]);
    expect(mark("logarithmic").states).toEqual([]);
  });

  it("on scales and axes when the cursor moved", () => {
    const { figure, mark, store } = setUp(storeWith(descent(50)));
    figure.draw();
    const count = () =>
      ["steps", "linear", "steps_axis", "linear_axis"].map((name) => mark(name).states.length);
    const before = count();
    store.apply(delta(columns(), { start: 51, last: 50, cursor: 7 }));
    figure.draw();
    expect(mark("linear_path").points).toHaveLength(8);
    expect(count()).toEqual(before);
  });
});

describe("very long runs", () => {
  it("are drawn with 2,000 points at the most, the last among them", () => {
    const { figure, mark } = setUp(storeWith(descent(100_000)));
    figure.draw();
    const { points } = mark("linear_path");
    expect(points.length).toBeLessThanOrEqual(2000);
    expect(points[0]?.[0]).toBe(0);
    expect(points.at(-1)?.[0]).toBe(100_000);
  });
});

describe("the names at the lines", () => {
  it("tell the loss on all data from that of the batches, where there are batches", () => {
    const rows = widened(losses(9, 8, 7), [9, 5, 1]);
    const store = storeWith(rows, undefined, {
      extras: ["full_loss"],
      batches: { size: 2, count: 3 },
    });
    const { figure, mark } = setUp(store);
    figure.lookAt(true);
    figure.draw();
    expect(mark("linear_numbers").get("text")).toEqual(["all data", "batches"]);
  });

  it("are not needed for one line", () => {
    const { figure, mark } = setUp(storeWith(descent(1)));
    figure.draw();
    expect(mark("linear_numbers").get("text")).toEqual([]);
  });
});
