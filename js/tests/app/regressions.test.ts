// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import { Settings } from "../../src/controls/settings.ts";
import { StepTable } from "../../src/controls/table.ts";
import { LossAgainstStepFigure } from "../../src/figures/loss-against-step.ts";
import { LossFunctionFigure } from "../../src/figures/loss-function.ts";
import { curve, delta, descent, losses, storeWith } from "../builders.ts";
import { type FakeChild, FakeEngine, fakeChildren } from "../fakes.ts";
import "../dom.ts";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
});

it("linear scale follows losses that fall below 0", () => {
  const store = storeWith(losses(5, -1));
  const children = fakeChildren();
  const figure = new LossAgainstStepFigure(children, store, () => ({ width: 500, height: 300 }));
  figure.draw();
  store.apply(delta(losses(-50), { start: 2 }));
  figure.draw();
  expect(children["loss_against_step.linear"]?.get("min")).toBeLessThanOrEqual(-50);
});

function drawn(store = storeWith(descent(50), 3)) {
  store.showCurve(curve());
  const children = fakeChildren();
  const size = { width: 500, height: 300 };
  const figure = new LossFunctionFigure(children, store, () => size, new FakeEngine(store));
  return { figure, size, mark: (name: string) => children[`loss_function.${name}`] as FakeChild };
}

it("tangent keeps its length on the screen when the figure is resized", () => {
  const { figure, size, mark } = drawn();
  figure.draw();
  const before = mark("tangent").points;
  size.width = 250;
  figure.draw();
  expect(mark("tangent").points).not.toEqual(before);
});

it("path is right after zooming out from very near", () => {
  const { figure, mark } = drawn(storeWith(descent(50)));
  figure.setZoom({ low: 2.0253, high: 2.0254, bottom: 0.00001, top: 0.0041 });
  figure.draw();
  for (const half of [1, 3, 9, 27, 81, 160]) {
    figure.setZoom({
      low: 2.02535 - 5e-5 * half,
      high: 2.02535 + 5e-5 * half,
      bottom: 0,
      top: 0.0041,
    });
    figure.draw();
  }
  const xs = mark("path").points.map(([x]) => x);
  expect(xs[47]).toBeCloseTo(2.0356295, 5);
  expect(xs[40]).toBeCloseTo(descent(50).value[40] as number, 3);
});

it("arrow keys on the slider get to its other end", () => {
  const store = storeWith(descent(3));
  const actions = {
    start: vi.fn(),
    runSteps: vi.fn(),
    learningRate: (rate: number) => store.setRate(rate),
  };
  const settings = new Settings(store, actions);
  store.onChange(() => settings.draw());
  settings.draw();
  const slider = settings.rateField.querySelector("input[type=range]") as HTMLInputElement;
  for (let press = 0; press < 1000; press += 1) {
    slider.value = String(Number(slider.value) + 1);
    slider.dispatchEvent(new Event("input"));
  }
  expect(slider.value).toBe(slider.max);
});

it("the last rows of a very long table can be scrolled to", () => {
  const many = new Float32Array(1_000_001).fill(1);
  const table = new StepTable(
    storeWith({ value: many, gradient: many, loss: many, rate: many, extras: [] }),
    () => {},
  );
  table.root.open = true;
  table.draw();
  const scroller = table.root.querySelector(".gdwidget-table") as HTMLElement;
  const height = Number.parseFloat((scroller.firstElementChild as HTMLElement).style.height);
  scroller.scrollTop = height - 11 * 22; // the most a browser scrolls: head and ten rows are in sight
  scroller.dispatchEvent(new Event("scroll"));
  expect(table.root.querySelector("tbody tr:last-child th")?.textContent).toBe("1000000");
});
