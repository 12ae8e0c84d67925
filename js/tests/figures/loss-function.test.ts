import { beforeEach, describe, expect, it, vi } from "vitest";
import { LossFunctionFigure } from "../../src/figures/loss-function.ts";
import type { View } from "../../src/figures/view.ts";
import type { Row } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import type { Batches, Columns } from "../../src/protocol/messages.ts";
import {
  ahead,
  columns,
  curve,
  delta,
  descent,
  detail,
  forkedStore,
  look,
  lossAt,
  losses,
  NAMES,
  part,
  slopeAt,
  storeWith,
  TWO_NAMES,
  widened,
} from "../builders.ts";
import { askForNoMotion, type FakeChild, FakeEngine, fakeChildren, settled } from "../fakes.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

beforeEach(() => askForNoMotion());

function setUp(store: Store, { shown = curve() } = {}) {
  const children = fakeChildren();
  const engine = new FakeEngine(store);
  const size = { width: 500, height: 300 };
  store.showCurve(shown);
  const figure = new LossFunctionFigure(children, store, () => size, engine);
  const mark = (name: string) => children[`loss_function.${name}`] as FakeChild;
  const states = () => Object.values(children).reduce((sum, child) => sum + child.states.length, 0);
  return { figure, engine, mark, states, size, store };
}

/** The points that are drawn, without the gaps between them. */
function drawn(mark: FakeChild): [number, number][] {
  return mark.points.filter(([, y]) => Number.isFinite(y));
}

describe("a step that was shown before the kernel took it", () => {
  it("is drawn, and then what the kernel says of it", () => {
    const store = storeWith(descent(2));
    const { figure, mark } = setUp(store);
    store.expect(ahead(part(descent(3), 3), 3));
    store.foresee();
    figure.draw();
    expect(mark("path").points.at(-1)).toEqual([store.row?.value, store.row?.loss]);
    store.apply(delta(columns({ value: 3, loss: 5, gradient: 1 }), { start: 3 }));
    figure.draw();
    expect(mark("path").points.at(-1)).toEqual([3, 5]);
    expect(mark("cursor").points).toEqual([[3, 5]]);
  });

  it("has no slice evaluated through it until it is taken", () => {
    const store = storeWith(part(two, 0, 2), undefined, { names: TWO_NAMES, extras: PAIR });
    const { figure, engine } = setUp(store);
    store.expect(ahead(part(two, 2), 2));
    store.foresee();
    figure.draw();
    expect(engine.along).toEqual([]);
    store.apply(delta(part(two, 2), { start: 2, extras: PAIR }));
    figure.draw();
    expect(engine.along).toEqual([{ name: "W", step: 2 }]);
  });
});

const PAIR = ["b", "b_grad"];
const two = widened(descent(2), [1, 1, 1], [0, 0, 0]);

describe("the picture of the article", () => {
  const { figure, mark } = setUp(storeWith(descent(50), 3));
  figure.draw();

  it("has the red curve", () => {
    expect(mark("curve").points).toHaveLength(257);
    expect(mark("curve").points[0]).toEqual([-6, Math.fround(lossAt(-6))]);
  });

  it("has the path and a dot per step, up to the cursor", () => {
    const { value, loss } = descent(3);
    const expected = Array.from(value, (_, index) => [value[index], loss[index]]);
    expect(mark("path").points).toEqual(expected);
    expect(mark("dots").dots).toEqual(expected);
  });

  it("has a line from each dot to itself, with a gap to the next", () => {
    const { points, dots } = mark("dots");
    const lines = dots.flatMap((dot) => [dot, dot, [dot[0], Number.NaN]]);
    expect(points).toEqual(lines.slice(0, -1));
  });

  it("has the recorded rest faded, from the cursor on", () => {
    expect(mark("faded").points).toHaveLength(48);
    expect(mark("faded").points[0]).toEqual(mark("path").points.at(-1));
  });

  it("has the cursor, the start and the next step", () => {
    const { value, loss } = descent(50);
    expect(mark("cursor").points).toEqual([[value[3], loss[3]]]);
    expect(mark("start").points).toEqual([[8, 186]]);
    expect(mark("next").points).toEqual([[value[4], loss[4]]]);
    expect(mark("coming").points).toEqual([
      [value[3], loss[3]],
      [value[4], loss[4]],
    ]);
  });

  it("has the tangent through the cursor, with the gradient as its slope", () => {
    const [[x0, y0], [x1, y1]] = mark("tangent").points as [[number, number], [number, number]];
    const at = descent(3).value[3] as number;
    expect((x0 + x1) / 2).toBeCloseTo(at, 5);
    expect((y1 - y0) / (x1 - x0)).toBeCloseTo(slopeAt(at), 4);
  });

  it("has ticks within the view, with their texts", () => {
    const ticks = [...(mark("horizontal_axis").get("tick_values") as Float64Array)];
    expect(ticks).toEqual([-6, -4, -2, 0, 2, 4, 6, 8, 10]);
    expect(mark("horizontal_axis").get("tick_labels")).toMatchObject({ "-4": "−4", "8": "8" });
  });
});

describe("dots", () => {
  /** Where the points of a mark are, in pixels. */
  const placesOf = (name: string, { figure, mark, size }: ReturnType<typeof setUp>) => {
    const view = figure.view as View;
    const shown = name === "dots" ? mark(name).dots : drawn(mark(name));
    return shown.map(([x, y]): [number, number] => [
      (x * size.width) / (view.high - view.low),
      (y * size.height) / (view.top - view.bottom),
    ]);
  };

  it.each([
    [100, 0.01],
    [20_000, 1e-5],
    [1000, 0.193],
  ])("of %i steps are at least 8 pixels apart", (steps, rate) => {
    const shown = setUp(storeWith(descent(steps, { rate })));
    shown.figure.draw();
    const dots = placesOf("dots", shown);
    const nearest = dots.map(([x, y], index) =>
      Math.min(...dots.slice(0, index).map(([left, up]) => Math.hypot(x - left, y - up))),
    );
    expect(dots.length).toBeGreaterThan(10);
    expect(Math.min(...nearest)).toBeGreaterThanOrEqual(8);
    expect(drawn(shown.mark("path")).length).toBeLessThanOrEqual(2000);
    expect(drawn(shown.mark("faded"))).toHaveLength(0);
  });

  it("are there for all steps that can be told apart", () => {
    const shown = setUp(storeWith(descent(20_000), 1500));
    shown.figure.draw();
    expect(drawn(shown.mark("path"))).toHaveLength(1501);
    const dots = placesOf("dots", shown);
    for (const [x, y] of placesOf("path", shown)) {
      const near = Math.min(...dots.map(([left, up]) => Math.hypot(x - left, y - up)));
      expect(near).toBeLessThan(8);
    }
  });
});

describe("what is outside", () => {
  it("has an arrow at the edge with its numbers instead of a marker", () => {
    const { figure, mark, store } = setUp(storeWith(descent(20)));
    const texts = (): unknown => mark("numbers").get("text");
    figure.setZoom({ low: 3, high: 8, bottom: 0, top: 100 });
    figure.draw();
    const { value } = store.row as Row;
    expect(mark("cursor").points).toEqual([]);
    expect(texts()).toEqual([`← W = ${Number(value.toPrecision(4))}`]);
    expect(figure.outside).toBe(true);
    store.goTo(4);
    figure.draw();
    expect(mark("cursor").points).toHaveLength(1);
    expect(mark("next").points).toHaveLength(1);
    expect(texts()).toEqual([]);
    expect(figure.outside).toBe(false);
    figure.setZoom({ low: 3, high: 8, bottom: 0, top: 10 });
    figure.draw();
    expect(mark("cursor").points).toEqual([]);
    expect(texts()).toContain(`↑ loss = ${Number((store.row as Row).loss.toPrecision(4))}`);
  });

  it("is not told of while the picture moves there", () => {
    vi.useFakeTimers();
    askForNoMotion(false);
    const { figure, mark, store } = setUp(storeWith(descent(20)));
    const texts = (): unknown => mark("numbers").get("text");
    figure.draw();
    const steep = { value: 3e3, loss: 1e6, gradient: 1 };
    store.apply(delta(columns(steep), { start: 21 }));
    expect(figure.draw()).toBe(true);
    expect(texts()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(figure.draw()).toBe(false);
    expect(texts()).toEqual(["W = 3000, loss = 1e+06 ↗"]);
    vi.useRealTimers();
  });
});

describe("the earlier runs", () => {
  it("are lines of their own with a number, from where they were left", () => {
    const store = forkedStore();
    store.goTo(3);
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("earlier").lines.map((line) => line.length)).toEqual([4]);
    expect(mark("earlier").get("colors")).toEqual(["var(--gdwidget-run-1)"]);
    expect(mark("numbers").get("text")).toEqual(["1"]);
    expect(mark("numbers").get("colors")).toEqual(["var(--gdwidget-run-1)"]);
    expect(mark("faded").points).toHaveLength(2);
  });

  it("keep their colours when one of them has nothing to draw", () => {
    const store = storeWith(descent(5));
    store.apply(delta(part(descent(9), 6), { run: 2, parent: 1, fork: 5, runs: [1, 2], start: 6 }));
    store.apply(delta(descent(3), { run: 3, runs: [1, 2, 3] }));
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("earlier").lines).toHaveLength(1);
    expect(mark("earlier").get("colors")).toEqual(["var(--gdwidget-run-2)"]);
    expect(mark("numbers").get("text")).toEqual(["2"]);
  });

  it("vanish when they are cleared", () => {
    const store = forkedStore();
    const { figure, mark } = setUp(store);
    figure.draw();
    store.apply(delta(columns(), { run: 2, parent: 1, fork: 2, runs: [2], start: 5, last: 4 }));
    figure.draw();
    expect(mark("earlier").lines).toEqual([]);
    expect(mark("numbers").get("text")).toEqual([]);
  });
});

describe("another parameter than the first", () => {
  const both = (): Store => {
    const store = new Store(TWO_NAMES);
    const rows = widened(descent(2), [-1, -0.5, 0.25], [4, 2, -3]);
    store.apply(delta(rows, { extras: ["b", "b_grad"] }));
    store.showCurve(curve());
    return store;
  };

  it("has its path, cursor and slope drawn, and its name at the axis", () => {
    const store = both();
    const { figure, mark } = setUp(store);
    store.show("b");
    figure.draw();
    expect(mark("path").points.map(([x]) => x)).toEqual([-1, -0.5, 0.25]);
    expect(mark("cursor").points[0]?.[0]).toBe(0.25);
    const [[x0, y0], [x1, y1]] = mark("tangent").points as [[number, number], [number, number]];
    expect((y1 - y0) / (x1 - x0)).toBeCloseTo(-3);
    expect(String(mark("horizontal_axis").get("label")).trim()).toBe("b");
  });

  it("has the slice through the cursor asked for, again when that moved and rests", async () => {
    const store = both();
    const { figure, engine } = setUp(store);
    figure.draw();
    expect(engine.along).toEqual([{ name: "W", step: 2 }]);
    await settled();
    figure.draw();
    expect(engine.along).toHaveLength(1);
    store.goTo(1);
    figure.draw();
    expect(engine.along.at(-1)).toEqual({ name: "W", step: 1 });
    await settled();
    store.play();
    store.goTo(0);
    figure.draw();
    expect(engine.along).toHaveLength(2);
  });

  it("has no curve until its own is there", () => {
    const store = both();
    const { figure, mark } = setUp(store);
    store.show("b");
    figure.draw();
    expect(mark("curve").points).toEqual([]);
    expect(figure.lossAt(0)).toBeUndefined();
    store.showDetail(detail(-3, 3, 9));
    figure.draw();
    expect(mark("curve").points).toHaveLength(9);
  });
});

describe("with batches", () => {
  it("a point is as high as the loss on all data where that was measured", () => {
    const store = new Store(NAMES);
    const rows = widened(losses(5, 4, 3), [6, Number.NaN, 7]);
    store.apply(delta(rows, { extras: ["full_loss"], batches: { size: 8, count: 3 } }));
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("path").points.map(([, y]) => y)).toEqual([6, 4, 7]);
    expect(mark("cursor").points[0]?.[1]).toBe(7);
  });
});

describe("an optimizer of which only the kernel knows where it leads", () => {
  it("has no next point until the kernel says it", () => {
    const store = storeWith(descent(3));
    store.set({ optimizer: "adam" });
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("next").points).toEqual([]);
    expect(mark("coming").points).toEqual([]);
    const coming = { values: { W: 3 }, terms: {} };
    store.apply(delta(columns(), { start: 4, last: 3, coming }));
    figure.draw();
    expect(mark("next").points[0]?.[0]).toBe(3);
  });
});

describe("whatever the rows hold", () => {
  const cases: [string, Columns][] = [
    ["a single row", descent(0)],
    ["a loss that is infinite at last", losses(3, 1e30, infinity)],
    ["a value that is infinite at last", columns({ value: 8, loss: 186 }, { value: -infinity })],
    ["nothing finite", columns({ value: nan, loss: nan, gradient: nan })],
    ["a path that diverges", descent(120, { rate: 0.2 })],
    ["losses that are all the same", losses(2, 2, 2)],
    ["losses below 0", losses(-1, -5)],
    ["a gradient as steep as float32 goes", columns({ gradient: 3e38 })],
  ];

  it.each(cases)("with %s the scales have finite ends", (_, rows) => {
    const { figure, mark } = setUp(storeWith(rows));
    figure.draw();
    const ends = ["horizontal", "vertical"].flatMap((name) =>
      mark(name).states.flatMap(({ min, max }) => [min, max]),
    );
    expect(ends).toHaveLength(4);
    expect(ends.filter(Number.isFinite)).toHaveLength(4);
  });

  it.each(cases)("with %s every x is finite and no mark ends in a gap", (_, rows) => {
    const { figure, mark } = setUp(storeWith(rows));
    figure.draw();
    for (const name of ["curve", "path", "dots", "faded", "cursor", "next", "coming", "tangent"]) {
      const { points } = mark(name);
      const wrong = points.filter(([x, y]) => !Number.isFinite(x) && Number.isFinite(y));
      expect([name, wrong]).toEqual([name, []]);
      const [, end] = points.at(-1) ?? [0, 0];
      expect([name, Number.isFinite(end)]).toEqual([name, true]);
    }
  });

  it("points far outside are drawn just far outside", () => {
    const { figure, mark } = setUp(storeWith(descent(60, { rate: 0.25 })));
    figure.draw();
    const far = mark("path").points.flat().map(Math.abs);
    expect(Math.max(...far)).toBeLessThan(1e7);
  });

  it("there is no next step and no tangent after it diverged", () => {
    const { figure, mark } = setUp(storeWith(losses(3, infinity)));
    figure.draw();
    for (const name of ["next", "coming", "tangent", "cursor"]) {
      expect(mark(name).points).toEqual([]);
    }
  });

  it("there is no next step after it converged", () => {
    const { figure, mark } = setUp(
      storeWith(columns({ value: 8 }, { value: 2, loss: 0, gradient: 0 })),
    );
    figure.draw();
    expect(mark("next").points).toEqual([]);
    expect(mark("cursor").points).toEqual([[2, 0]]);
  });
});

describe("nothing is set", () => {
  it("before there is a curve or a run", () => {
    const { figure, states } = setUp(new Store(NAMES));
    expect(figure.draw()).toBe(false);
    expect(states()).toBe(0);
  });

  it("of a run of which no row is there yet", () => {
    const store = new Store(NAMES);
    store.apply(delta(columns(), { start: 5, last: 4 }));
    const { figure, states } = setUp(store);
    expect(figure.draw()).toBe(false);
    expect(states()).toBe(0);
  });

  it("when nothing changed", () => {
    const { figure, states } = setUp(storeWith(descent(50), 3));
    figure.draw();
    const before = states();
    for (let frame = 0; frame < 5; frame += 1) expect(figure.draw()).toBe(false);
    expect(states()).toBe(before);
  });

  it("on the curve, scales and axes when only a step was taken", () => {
    const { figure, mark, store } = setUp(storeWith(descent(3)));
    figure.draw();
    const still = ["curve", "horizontal", "vertical", "horizontal_axis", "vertical_axis", "start"];
    const count = () => still.map((name) => mark(name).states.length);
    const before = count();
    store.apply(delta(part(descent(4), 4), { start: 4 }));
    figure.draw();
    expect(mark("path").points).toHaveLength(5);
    expect(count().slice(0, 5)).toEqual(before.slice(0, 5));
  });
});

describe("the view", () => {
  it("moves in 200 ms, while the marks are drawn at once and not again", () => {
    vi.useFakeTimers();
    askForNoMotion(false);
    const { figure, store, mark } = setUp(storeWith(descent(0)));
    figure.draw();
    store.apply(delta(columns({ value: -20, loss: 2500 }), { start: 1 }));
    expect(figure.draw()).toBe(true);
    expect(mark("path").points.at(-1)).toEqual([-20, 2500]);
    expect(mark("horizontal").get("min")).toBe(-6);
    const drawn = ["path", "dots", "cursor", "tangent"];
    const count = () => drawn.map((name) => mark(name).states.length);
    const before = count();
    vi.advanceTimersByTime(100);
    expect(figure.draw()).toBe(true);
    expect(mark("horizontal").get("min")).toBeGreaterThan(-30);
    vi.advanceTimersByTime(100);
    expect(figure.draw()).toBe(false);
    expect(mark("horizontal").get("min")).toBe(-30);
    expect(count()).toEqual(before);
    vi.useRealTimers();
  });

  it("moves at once where motion is not wanted", () => {
    const { figure, store, mark } = setUp(storeWith(descent(0)));
    figure.draw();
    store.apply(delta(columns({ value: -20, loss: 2500 }), { start: 1 }));
    expect(figure.draw()).toBe(false);
    expect(mark("horizontal").get("min")).toBeLessThan(-20);
  });

  it("may be zoomed and is whole again after it", () => {
    const { figure, mark } = setUp(storeWith(descent(3)));
    figure.draw();
    const whole = figure.view;
    figure.setZoom({ low: 1, high: 3, bottom: -1, top: 5 });
    figure.draw();
    expect([mark("horizontal").get("min"), mark("vertical").get("max")]).toEqual([1, 5]);
    figure.setZoom(undefined);
    figure.draw();
    expect(figure.view).toEqual(whole);
  });
});

describe("a start being dragged", () => {
  it("is shown on the curve, until it is let go", () => {
    const { figure, mark } = setUp(storeWith(descent(3)));
    figure.dragStart([5, 0]);
    figure.draw();
    const [[x, y]] = mark("start").points as [[number, number]];
    expect(x).toBe(5);
    expect(y).toBeCloseTo(lossAt(5), 1);
    figure.dragStart(undefined);
    figure.draw();
    expect(mark("start").points).toEqual([[8, 186]]);
  });
});

describe("a finer curve", () => {
  it("is asked for once where the curve is too coarse for the view, and then drawn", async () => {
    const { figure, engine, mark, store } = setUp(storeWith(descent(3)));
    const evaluate = vi.spyOn(engine, "evaluate");
    figure.setZoom({ low: 1, high: 3, bottom: -1, top: 5 });
    figure.draw();
    figure.draw();
    const changed = vi.fn();
    store.onChange(changed);
    await settled();
    expect(changed).toHaveBeenCalled();
    figure.draw();
    expect(evaluate).toHaveBeenCalledExactlyOnceWith(0, 4, undefined);
    store.showDetail(detail(0, 4, 257));
    figure.draw();
    expect(mark("curve").points.length).toBe(257 + 257);
    expect(figure.lossAt(2.5)).toBeCloseTo(lossAt(2.5), 2);
  });

  it("is asked for again until it is whole, while no run is played", async () => {
    const { figure, engine, store } = setUp(storeWith(descent(3)));
    engine.finer = 3;
    figure.setZoom({ low: 1, high: 3, bottom: -1, top: 5 });
    const draw = async (): Promise<void> => {
      figure.draw();
      await settled();
    };
    await draw();
    store.play();
    await draw();
    expect(engine.evaluated).toHaveLength(1);
    store.stop();
    for (let frame = 0; frame < 6; frame += 1) await draw();
    expect(engine.evaluated).toEqual(Array(4).fill([0, 4]));
  });

  it("is asked for where what was saved is not whole", () => {
    const { figure, engine, store } = setUp(storeWith(descent(3)));
    if (store.curve) store.curve.more = true;
    figure.draw();
    expect(engine.evaluated).toHaveLength(1);
  });

  it("is not asked for where the curve will do, nor without a kernel", () => {
    const near = setUp(storeWith(descent(3)));
    near.figure.draw();
    expect(near.engine.evaluated).toEqual([]);
    const alone = setUp(storeWith(descent(3)));
    alone.store.loseKernel(true);
    alone.figure.setZoom({ low: 1, high: 3, bottom: -1, top: 5 });
    alone.figure.draw();
    expect(alone.engine.evaluated).toEqual([]);
  });
});

describe("the loss of the batch", () => {
  const sent = look({ step: 3, batch: [1], batch_values: [0, 2, 4], batch_losses: [9, 1, 9] });
  const points = [
    [0, 9],
    [2, 1],
    [4, 9],
  ];

  function withBatches(batches: Batches | null) {
    const store = storeWith(descent(5), 3, { names: TWO_NAMES, batches });
    store.showLook(sent);
    const picture = setUp(store);
    picture.figure.draw();
    return { ...picture, drawn: () => picture.mark("batch_curve").points };
  }

  it("is drawn where batches are smaller than the data", () => {
    expect(withBatches({ size: 2, count: 3 }).drawn()).toEqual(points);
    expect(withBatches(null).drawn()).toEqual([]);
  });

  it("is named while the figure is looked at", () => {
    const { figure, mark } = withBatches({ size: 2, count: 3 });
    expect(mark("numbers").get("text")).toEqual([]);
    figure.lookAt(true);
    figure.draw();
    expect(mark("numbers").get("text")).toContain("this batch");
  });

  it("is drawn anew when the batch is another one, and else left alone", () => {
    const { store, figure, mark, drawn } = withBatches({ size: 2, count: 3 });
    const before = mark("batch_curve").states.length;
    store.goTo(4);
    figure.draw();
    expect(mark("batch_curve").states.length).toBe(before);
    store.showLook(look({ step: 4, batch_values: [1], batch_losses: [5] }));
    figure.draw();
    expect(drawn()).toEqual([[1, 5]]);
  });

  it("is not drawn along another parameter, nor at another step without a kernel", () => {
    const { store, figure, drawn } = withBatches({ size: 2, count: 3 });
    store.loseKernel(true);
    figure.draw();
    expect(drawn()).toEqual(points);
    store.goTo(4);
    figure.draw();
    expect(drawn()).toEqual([]);
    store.goTo(3);
    store.show("b");
    figure.draw();
    expect(drawn()).toEqual([]);
  });
});

describe("the names at the marks", () => {
  const names = (store: Store): unknown => {
    const { figure, mark } = setUp(store);
    figure.draw();
    return mark("numbers").get("text");
  };

  it("are there at the start, where now is the start", () => {
    expect(names(storeWith(descent(0)))).toEqual(["−0.01 · 62", "next", "start", "loss", "slope"]);
  });

  it("tell now from the start after a step", () => {
    expect(names(storeWith(descent(1)))).toContain("now");
    expect(names(storeWith(descent(1)))).toContain("start");
  });

  it("go after step 2", () => {
    expect(names(storeWith(descent(3)))).toEqual([]);
  });
});

describe("the update along the axis", () => {
  const ends = (mark: FakeChild) => {
    const [, , , from, to] = mark.points;
    return [from, to] as [[number, number], [number, number]];
  };

  it("is as long as the update, from now to next", () => {
    const { figure, mark } = setUp(storeWith(descent(0)));
    figure.draw();
    const [from, to] = ends(mark("bracket"));
    expect([from[0], to[0]]).toEqual([8, Math.fround(8 - Math.fround(0.01) * 62)]);
    expect(from[1]).toBe(to[1]);
    expect(from[1]).toBeGreaterThan(figure.view?.bottom as number);
  });

  it("is not there where no step moves", () => {
    const { figure, mark } = setUp(storeWith(descent(300, { rate: 0.09 })));
    figure.draw();
    expect(mark("bracket").points).toEqual([]);
  });

  it("says the size of an update of another optimizer", () => {
    const store = storeWith(descent(0), 0, { coming: { values: { W: 7.5 }, terms: {} } });
    store.set({ optimizer: "adam" });
    store.apply(delta(descent(0), { coming: { values: { W: 7.5 }, terms: {} } }));
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("numbers").get("text")).toContain("−0.5");
  });
});

describe("the slope of a batch", () => {
  it("touches the batch's own curve, not that of all data", () => {
    const rows = widened(losses(5, 4), [9, 8]);
    const batches = { size: 1, count: 6 };
    const store = storeWith(rows, 1, { extras: ["full_loss"], batches });
    const { figure, mark } = setUp(store);
    figure.draw();
    const [from, to] = mark("tangent").points as [[number, number], [number, number]];
    expect((from[1] + to[1]) / 2).toBeCloseTo(4);
    expect(mark("cursor").points[0]?.[1]).toBe(8);
  });
});

describe("on a slice", () => {
  it("the points that do not lie on it fade, and it is said which it is", async () => {
    const store = storeWith(descent(5), 3, { names: TWO_NAMES });
    store.view("one");
    const { figure, mark } = setUp(store);
    figure.draw();
    const opacities = ["path", "dots", "faded"].map((part) => mark(part).get("opacities"));
    expect(opacities).toEqual([[0.35], [0.35], [0.175]]);
    expect(mark("path").points).toHaveLength(4);
    expect(figure.slice).toBe("slice through step 0");
    store.showDetail(curve());
    await settled();
    figure.draw();
    expect(figure.slice).toBe("slice through step 3");
  });

  it("there is nothing to say where one parameter learns", () => {
    expect(setUp(storeWith(descent(5))).figure.slice).toBe("");
  });
});

describe("at a jump of the loss", () => {
  it("the next point stands on the loss that the kernel has taken ahead, not between the curve's", () => {
    const store = storeWith(descent(3));
    const { figure, mark } = setUp(store);
    figure.draw();
    const [, onCurve] = mark("next").points[0] as [number, number];
    const real = Math.fround(onCurve + 40);
    const value = mark("next").points[0]?.[0] as number;
    store.expect(ahead(columns({ value, loss: real, gradient: 1 }), 4));
    figure.draw();
    expect(mark("next").points).toEqual([[value, real]]);
  });
});
