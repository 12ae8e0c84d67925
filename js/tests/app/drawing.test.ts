// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Drawing } from "../../src/app/drawing.ts";
import type { Store } from "../../src/model/store.ts";
import { curve, delta, descent, look, part, storeWith } from "../builders.ts";
import { FakeResizeObserver, sized } from "../dom.ts";
import { FakeChild, FakeEngine, fakeChildren, fakeDataChildren, settled } from "../fakes.ts";

let store: Store;
let drawing: Drawing;
let path: FakeChild;
let axis: FakeChild;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
  store = storeWith(descent(3));
  store.showCurve(curve());
  const children = fakeChildren();
  drawing = new Drawing(children, store, new FakeEngine(store));
  path = children["loss_function.path"] as FakeChild;
  axis = children["loss_function.horizontal_axis"] as FakeChild;
});

afterEach(() => {
  vi.useRealTimers();
  FakeResizeObserver.active.clear();
});

function view(width: number) {
  const box = () => {
    const made = document.createElement("div");
    sized(made, width, 300);
    return made;
  };
  const boxes = { functionBox: box(), planeBox: box(), stepBox: box(), dataBox: box() };
  return { ...boxes, showsData: true, draw: vi.fn() };
}

function attach(width = 500) {
  const controller = new AbortController();
  const attached = view(width);
  drawing.attach(attached, controller.signal);
  return { ...attached, attached, controller };
}

/** Lets frames pass in which nothing is changed. */
async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    await settled();
    vi.advanceTimersToNextFrame();
  }
  await settled();
}

function takeStep(step: number): void {
  store.apply(delta(part(descent(step), step), { start: step }));
}

describe("drawing", () => {
  it("begins with a view, not before", async () => {
    takeStep(4);
    await frames(2);
    expect(path.states).toEqual([]);
    const { draw } = attach();
    await frames(2);
    expect(draw).toHaveBeenCalled();
    expect(path.points).toHaveLength(5);
  });

  it("happens at once when nothing was drawn in this frame yet", async () => {
    const { draw } = attach();
    await frames(3);
    const before = draw.mock.calls.length;
    takeStep(4);
    await settled();
    expect(draw.mock.calls.length).toBe(before + 1);
    expect(path.points).toHaveLength(5);
  });

  it("happens once a frame, however much is changed in it", async () => {
    const { draw } = attach();
    await frames(3);
    const before = draw.mock.calls.length;
    for (let frame = 1; frame <= 10; frame += 1) {
      for (let change = 0; change < 20; change += 1) {
        store.changed();
        await settled();
      }
      vi.advanceTimersToNextFrame();
    }
    await frames(1);
    expect(draw.mock.calls.length - before).toBeLessThanOrEqual(12);
    expect(draw.mock.calls.length - before).toBeGreaterThanOrEqual(10);
  });

  it("draws the last change, whenever it came", async () => {
    attach();
    await frames(3);
    for (let step = 4; step <= 30; step += 1) {
      takeStep(step);
      if (step % 5 === 0) await frames(1);
    }
    await frames(2);
    expect(path.points).toHaveLength(31);
  });

  it("leaves the figures below the first until they are wanted", async () => {
    const children = fakeChildren();
    const losses = children["loss_against_step.linear_path"] as FakeChild;
    drawing = new Drawing(children, store, new FakeEngine(store));
    attach();
    await frames(3);
    expect((children["loss_function.path"] as FakeChild).points).toHaveLength(4);
    expect(losses.states).toEqual([]);
    drawing.drawAll();
    await frames(1);
    expect(losses.points).toHaveLength(4);
  });

  it("draws for the size a plot will have, and not anew when it has it", async () => {
    const { functionBox } = view(500);
    const children = fakeChildren();
    const figure = new FakeChild();
    figure.set_state({ fig_margin: { left: 62, right: 22, top: 10, bottom: 42 } });
    children["loss_function.figure"] = figure;
    drawing = new Drawing(children, store, new FakeEngine(store));
    drawing.attach({ ...view(500), functionBox }, new AbortController().signal);
    await frames(3);
    const { length } = (children["loss_function.horizontal_axis"] as FakeChild).states;
    const area = document.createElement("div");
    area.className = "plotarea_background";
    sized(area, 500 - 62 - 22, 300 - 10 - 42);
    functionBox.append(area);
    drawing.drawSoon();
    await frames(3);
    expect((children["loss_function.horizontal_axis"] as FakeChild).states).toHaveLength(length);
  });

  it("happens again when a plot has got its size, also where nothing else changes", async () => {
    const controller = new AbortController();
    const attached = view(500);
    const area = document.createElement("div");
    area.className = "plotarea_background";
    sized(area, 0, 0);
    attached.functionBox.append(area);
    drawing.attach(attached, controller.signal);
    await frames(3);
    const narrow = axis.states.length;
    FakeResizeObserver.resize(area, 440, 260);
    await frames(3);
    expect(axis.states.length).toBeGreaterThan(narrow);
  });

  it("rests after frames that took long while a run is played, and not when it has ended", async () => {
    const { draw } = attach();
    await frames(3);
    const calls = (): number => draw.mock.calls.length;
    const now = performance.now.bind(performance);
    let late = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + late);
    store.play();
    takeStep(4);
    await settled();
    late = 50;
    await frames(1);
    const before = calls();
    for (let step = 5; step < 10; step += 1) {
      takeStep(step);
      await frames(1);
    }
    expect(calls()).toBe(before);
    store.stop();
    takeStep(10);
    await frames(2);
    expect(calls()).toBeGreaterThan(before);
    expect(path.points).toHaveLength(11);
    store.play();
    await frames(30);
    const after = calls();
    takeStep(11);
    await frames(2);
    expect(calls()).toBe(after + 1);
    clock.mockRestore();
  });

  it("spreads what changes over frames where they are late in a run, and ends with all of it", async () => {
    drawing.drawAll();
    const { draw } = attach();
    await frames(3);
    const now = performance.now.bind(performance);
    let late = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + late);
    store.play();
    takeStep(3);
    await settled();
    late = 20;
    await frames(8);
    const steps = vi.spyOn(drawing.stepFigure, "draw");
    draw.mockClear();
    const drawn = (): number[] => [
      path.points.length,
      draw.mock.calls.length,
      steps.mock.calls.length,
    ];
    takeStep(4);
    await settled();
    expect(drawn()).toEqual([5, 0, 0]);
    await frames(1);
    expect(drawn()).toEqual([5, 1, 0]);
    takeStep(5);
    await frames(1);
    expect(drawn()).toEqual([5, 1, 1]);
    store.stop();
    await frames(3);
    expect(path.points).toHaveLength(6);
    expect(draw.mock.calls.length).toBe(2);
    expect(steps.mock.calls.length).toBe(2);
    clock.mockRestore();
  });

  it("asks for no frame while nothing changes", async () => {
    const { draw } = attach();
    await frames(5);
    const before = draw.mock.calls.length;
    const ask = vi.spyOn(globalThis, "requestAnimationFrame");
    vi.advanceTimersByTime(10_000);
    await settled();
    expect(ask).not.toHaveBeenCalled();
    expect(draw.mock.calls.length).toBe(before);
  });

  it("draws again when a figure's size changes", async () => {
    const { draw, functionBox } = attach();
    await frames(3);
    const before = draw.mock.calls.length;
    FakeResizeObserver.resize(functionBox, 300, 300);
    await frames(1);
    expect(draw.mock.calls.length).toBe(before + 1);
  });
});

describe("the size of the plots", () => {
  const ticks = () => (axis.get("tick_values") as Float64Array).length;

  it("is that of the view that was opened last", async () => {
    const first = attach();
    await frames(2);
    const wide = ticks();
    const second = attach(150);
    await frames(2);
    expect(wide).toBeGreaterThan(5);
    expect(ticks()).toBeLessThan(5);
    second.controller.abort();
    FakeResizeObserver.resize(first.functionBox, 500, 300);
    await frames(2);
    expect(ticks()).toBe(wide);
  });

  it("is that of the view that is presented, while it is", async () => {
    const wide = attach(1200);
    attach(240);
    await frames(3);
    const few = ticks();
    drawing.presented = wide.attached;
    store.changed();
    await frames(3);
    expect(ticks()).toBeGreaterThan(few);
    drawing.presented = undefined;
    store.changed();
    await frames(3);
    expect(ticks()).toBe(few);
  });
});

describe("two views of one widget", () => {
  it("are both drawn, but bqplot's models are set once", async () => {
    const [first, second] = [attach(), attach()];
    await frames(3);
    const before = path.states.length;
    takeStep(4);
    await frames(2);
    expect(first.draw).toHaveBeenCalled();
    expect(second.draw.mock.calls.length).toBeGreaterThan(0);
    expect(path.states.length).toBe(before + 1);
  });

  it("are one when one has gone, and none costs nothing", async () => {
    const [first, second] = [attach(), attach()];
    await frames(3);
    first.controller.abort();
    const gone = first.draw.mock.calls.length;
    const left = second.draw.mock.calls.length;
    takeStep(4);
    await frames(2);
    expect(first.draw.mock.calls.length).toBe(gone);
    expect(second.draw.mock.calls.length).toBeGreaterThan(left);
    second.controller.abort();
    takeStep(5);
    await frames(2);
    expect(path.points).toHaveLength(5);
    expect(FakeResizeObserver.active.size).toBe(0);
  });
});

describe("the figure of the data", () => {
  function withData() {
    const children = { ...fakeChildren(), ...fakeDataChildren() };
    const engine = new FakeEngine(store);
    drawing = new Drawing(children, store, engine);
    drawing.drawAll();
    const circles = children["data_and_fit.circles"] as FakeChild;
    const show = () => {
      store.showLook(look({ figure: "curve", inputs: [1], targets: [2], predictions: [3] }));
      store.changed();
    };
    return { engine, circles, show };
  }

  it("asks for a look and draws it", async () => {
    const { engine, circles, show } = withData();
    attach();
    await frames(2);
    expect(engine.looks).toEqual([{ step: 3, low: 0, high: 0 }]);
    show();
    await frames(2);
    expect(circles.dots).toEqual([[1, 2]]);
  });

  it("asks for nothing and draws nothing while it is shut in all views", async () => {
    const { engine, circles, show } = withData();
    const [first, second] = [view(500), view(500)];
    for (const shut of [first, second]) {
      shut.showsData = false;
      drawing.attach(shut, new AbortController().signal);
    }
    show();
    await frames(2);
    expect([engine.looks, circles.states]).toEqual([[], []]);
    first.showsData = true;
    drawing.drawSoon();
    await frames(2);
    expect(engine.looks).toHaveLength(1);
    expect(circles.dots).toEqual([[1, 2]]);
  });

  it("is not there where nothing can be predicted", async () => {
    attach();
    await frames(2);
    expect(drawing.dataFigure).toBeUndefined();
  });
});
