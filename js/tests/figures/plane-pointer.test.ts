// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PlaneBar } from "../../src/controls/plane-bar.ts";
import type { Point } from "../../src/figures/mark.ts";
import type { PlaneFigure } from "../../src/figures/plane.ts";
import { listenToPlane } from "../../src/figures/plane-pointer.ts";
import type { View } from "../../src/figures/view.ts";
import { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { TWO_NAMES } from "../builders.ts";
import { sized } from "../dom.ts";

/** One unit of W is 50 pixels, one of b 10. */
const PLOT = { left: 100, top: 50, width: 500, height: 200 };
const choose = vi.fn<(start: Record<string, number>) => void>();
const setZoom = vi.fn<(view: View | undefined) => void>();
const dragStart = vi.fn<(place: Point | undefined) => void>();
const redraw = vi.fn<() => void>();
let box: HTMLElement;
let figure: {
  plane: Record<string, unknown> | undefined;
  startable: boolean;
  outdated: boolean;
  start: Point;
  focus: Point;
  view: View | undefined;
};
let controller: AbortController;

beforeEach(() => {
  for (const mock of [choose, setZoom, dragStart, redraw]) mock.mockReset();
  box = document.createElement("div");
  box.tabIndex = 0;
  box.innerHTML = '<i class="plotarea_background"></i>';
  box.setPointerCapture = () => {};
  document.body.append(box);
  sized(box.firstElementChild as Element, PLOT.width, PLOT.height, PLOT.left, PLOT.top);
  const view = { low: 0, high: 10, bottom: 0, top: 20 };
  const plane = { x: "W", y: "b", explained: 0.75 };
  figure = { plane, view, startable: true, outdated: false, start: [8, 4], focus: [4, 2] };
  Object.assign(figure, { setZoom, dragStart, redraw });
  controller = new AbortController();
  listenToPlane(box, figure as unknown as PlaneFigure, choose, controller.signal);
});

afterEach(() => document.body.replaceChildren());

function pixels(x: number, y: number): { clientX: number; clientY: number } {
  return { clientX: PLOT.left + x * 50, clientY: PLOT.top + (20 - y) * 10 };
}

function pointer(type: string, x: number, y: number, more: PointerEventInit = {}): void {
  box.dispatchEvent(new PointerEvent(type, { ...pixels(x, y), button: 0, ...more }));
}

function wheel(deltaY: number, ctrlKey: boolean, timeStamp = 1000): WheelEvent {
  const event = new WheelEvent("wheel", { deltaY, cancelable: true });
  Object.assign(event, { ...pixels(5, 10), ctrlKey });
  Object.defineProperty(event, "timeStamp", { value: timeStamp });
  box.dispatchEvent(event);
  return event;
}

describe("the start", () => {
  it("is where the plane is clicked, at numbers that read well", () => {
    pointer("pointerdown", 3.00001, 7.00001);
    pointer("pointerup", 3.00001, 7.00001);
    expect(choose.mock.calls).toEqual([[{ W: 3, b: 7 }]]);
  });

  it("follows the pointer and is set where it is let go", () => {
    pointer("pointerdown", 8, 4);
    pointer("pointermove", 6, 5);
    expect(dragStart).toHaveBeenLastCalledWith([6, 5]);
    expect(choose).not.toHaveBeenCalled();
    pointer("pointerup", 5, 6);
    expect(dragStart).toHaveBeenLastCalledWith(undefined);
    expect(choose.mock.calls).toEqual([[{ W: 5, b: 6 }]]);
  });

  it.each([
    ["outside the plane", () => pointer("pointerup", 12, 4)],
    ["when the pointer is lost", () => pointer("pointercancel", 5, 5)],
  ])("stays as it was %s", (_, end) => {
    pointer("pointerdown", 8, 4);
    end();
    expect(choose).not.toHaveBeenCalled();
    expect(dragStart).toHaveBeenLastCalledWith(undefined);
  });

  it("cannot be set with another button, on a slice, or without a plane", () => {
    pointer("pointerdown", 3, 7, { button: 2 });
    pointer("pointerup", 3, 7, { button: 2 });
    figure.startable = false;
    pointer("pointerdown", 3, 7);
    pointer("pointerup", 3, 7);
    figure.startable = true;
    figure.view = undefined;
    pointer("pointerdown", 3, 7);
    pointer("pointerup", 3, 7);
    expect(choose).not.toHaveBeenCalled();
  });

  it("is marked as what can be dragged", () => {
    pointer("pointermove", 8.1, 4);
    expect(box.dataset.over).toBe("start");
    pointer("pointermove", 3, 7);
    expect(box.dataset.over).toBe("curve");
    figure.startable = false;
    pointer("pointermove", 3, 7);
    expect(box.dataset.over).toBe("");
  });
});

describe("zooming", () => {
  it("is about the pointer with Ctrl and the wheel, and not faster than planes come", () => {
    expect(wheel(-1, true).defaultPrevented).toBe(true);
    expect(setZoom.mock.calls).toEqual([[{ low: 1, high: 9, bottom: 2, top: 18 }]]);
    wheel(-1, true, 1050);
    expect(setZoom).toHaveBeenCalledTimes(1);
    wheel(1, true, 2000);
    expect(setZoom).toHaveBeenLastCalledWith({ low: -1.25, high: 11.25, bottom: -2.5, top: 22.5 });
  });

  it("leaves the page its wheel", () => {
    expect(wheel(-1, false).defaultPrevented).toBe(false);
    expect(setZoom).not.toHaveBeenCalled();
  });

  it.each([
    ["+", [0.8, 8.8, 0.4, 16.4]],
    ["-", [-1, 11.5, -0.5, 24.5]],
    ["0", undefined],
  ])("goes by the key %s, about the cursor", (key, view) => {
    const event = new KeyboardEvent("keydown", { key, cancelable: true });
    box.dispatchEvent(event);
    const [[seen]] = setZoom.mock.calls as [[View | undefined]];
    const ends = seen && Object.values(seen).map((end) => Number(end.toFixed(9)));
    expect(ends).toEqual(view);
    expect(event.defaultPrevented).toBe(true);
  });

  it("leaves other keys alone", () => {
    const event = new KeyboardEvent("keydown", { key: "ArrowLeft", cancelable: true });
    box.dispatchEvent(event);
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "+", ctrlKey: true }));
    expect(event.defaultPrevented).toBe(false);
    expect(setZoom).not.toHaveBeenCalled();
  });
});

it("nothing is listened to after the view is gone", () => {
  controller.abort();
  pointer("pointerdown", 3, 7);
  pointer("pointerup", 3, 7);
  expect(choose).not.toHaveBeenCalled();
});

describe("the bar above the plane", () => {
  const store = new Store(TWO_NAMES);

  it("says how much the plane holds and when it is behind, and redraws", () => {
    const bar = new PlaneBar(store, figure as unknown as PlaneFigure);
    bar.draw();
    expect(bar.root.textContent).toContain(texts.explained(0.75));
    expect(bar.root.textContent).not.toContain(texts.planeOutdated);
    figure.outdated = true;
    bar.draw();
    expect(bar.root.textContent).toContain(texts.planeOutdated);
    bar.redraw.click();
    expect(redraw).toHaveBeenCalledTimes(1);
  });

  it("says what a page without a kernel cannot draw anew, and offers it no more", () => {
    const own = new Store(TWO_NAMES);
    own.view("components");
    const bar = new PlaneBar(own, figure as unknown as PlaneFigure);
    figure.outdated = true;
    own.computeHere();
    bar.draw();
    expect(bar.root.textContent).toContain(texts.planeKept);
    expect(bar.redraw.hidden).toBe(true);
    own.view("two");
    bar.draw();
    expect(bar.root.textContent).not.toContain(texts.planeKept);
    expect(bar.redraw.hidden).toBe(false);
  });

  it("says nothing of a plane that holds all, or of no path", () => {
    const bar = new PlaneBar(store, figure as unknown as PlaneFigure);
    for (const plane of [{ explained: 1, recorded: true }, { explained: null }]) {
      figure.plane = plane;
      bar.draw();
      expect(bar.root.querySelector("div.gdwidget-caption")?.textContent).toBe("");
    }
  });
});
