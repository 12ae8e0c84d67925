// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenToFunction } from "../../src/figures/function-pointer.ts";
import { LossFunctionFigure } from "../../src/figures/loss-function.ts";
import type { Point } from "../../src/figures/mark.ts";
import { plotArea } from "../../src/figures/pointer.ts";
import type { View } from "../../src/figures/view.ts";
import type { Store } from "../../src/model/store.ts";
import { curve, descent, lossAt, storeWith } from "../builders.ts";
import { sized } from "../dom.ts";
import { FakeEngine, fakeChildren } from "../fakes.ts";

/** One unit of the parameter is 50 pixels, one of the loss half a pixel. */
const VIEW: View = { low: 1, high: 11, bottom: 0, top: 400 };
const PLOT = { left: 100, top: 50, width: 500, height: 200 };
const choose = vi.fn<(start: number) => void>();
const setZoom = vi.fn<(view: View | undefined) => void>();
const dragStart = vi.fn<(to: Point | undefined) => void>();
let box: HTMLElement;
let store: Store;
let controller: AbortController;

beforeEach(() => {
  for (const mock of [choose, setZoom, dragStart]) mock.mockReset();
  box = document.createElement("div");
  box.tabIndex = 0;
  box.innerHTML = '<i class="plotarea_background"></i>';
  box.setPointerCapture = () => {};
  document.body.append(box);
  sized(box.firstElementChild as Element, PLOT.width, PLOT.height, PLOT.left, PLOT.top);
  store = storeWith(descent(3));
  store.showCurve(curve(-4, 10, 2001));
  const size = { width: PLOT.width, height: PLOT.height };
  const engine = new FakeEngine(store);
  const figure = new LossFunctionFigure(fakeChildren(), store, () => size, engine);
  Object.assign(figure, { view: VIEW, setZoom, dragStart });
  controller = new AbortController();
  listenToFunction(box, figure, store, choose, controller.signal);
});

afterEach(() => document.body.replaceChildren());

function pixels(value: number, loss: number): { clientX: number; clientY: number } {
  return { clientX: PLOT.left + (value - 1) * 50, clientY: PLOT.top + (400 - loss) / 2 };
}

function pointer(type: string, value: number, loss: number, more: PointerEventInit = {}): void {
  const at = pixels(value, loss);
  box.dispatchEvent(new PointerEvent(type, { ...at, button: 0, ...more }));
}

/** In happy-dom a WheelEvent is no MouseEvent, so it is told where it is. */
function wheel(deltaY: number, ctrlKey = false): WheelEvent {
  const event = new WheelEvent("wheel", { deltaY, cancelable: true });
  Object.assign(event, { ...pixels(5, 100), ctrlKey });
  box.dispatchEvent(event);
  return event;
}

function key(name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, cancelable: true, ...more });
  box.dispatchEvent(event);
  return event;
}

describe("the plot's area", () => {
  it("is bqplot's, where it is drawn", () => {
    expect(plotArea(box)).toMatchObject(PLOT);
    box.replaceChildren();
    expect(plotArea(box)).toBeUndefined();
  });
});

describe("the start", () => {
  it("is dragged along, rounded, and chosen when let go", () => {
    pointer("pointerdown", 8, 186);
    pointer("pointermove", 6.513, 150);
    pointer("pointerup", 6.513, 150);
    expect(dragStart.mock.calls).toEqual([[[6.5, 150]], [undefined]]);
    expect(choose).toHaveBeenCalledExactlyOnceWith(6.5);
    expect(setZoom).not.toHaveBeenCalled();
  });

  it("is where it was when the drag is cancelled", () => {
    pointer("pointerdown", 8, 186);
    pointer("pointermove", 6, 150);
    pointer("pointercancel", 6, 150);
    pointer("pointerup", 6, 150);
    expect(dragStart).toHaveBeenLastCalledWith(undefined);
    expect(choose).not.toHaveBeenCalled();
  });

  it("is not chosen where the pointer is let go outside the plot", () => {
    pointer("pointerdown", 8, 186);
    pointer("pointerup", 12, 150);
    expect(choose).not.toHaveBeenCalled();
  });

  it("is chosen by a click on the curve", () => {
    pointer("pointerdown", 4, lossAt(4));
    pointer("pointerup", 4, lossAt(4));
    expect(choose).toHaveBeenCalledExactlyOnceWith(4);
  });

  it.each([
    ["beside the curve", 4, 200, {}],
    ["with another button", 4, lossAt(4), { button: 2 }],
  ])("is not chosen by a click %s", (_, value, loss, more) => {
    pointer("pointerdown", value, loss, more);
    pointer("pointerup", value, loss, more);
    expect(choose).not.toHaveBeenCalled();
  });

  it("cannot be chosen without a kernel", () => {
    store.loseKernel(true);
    pointer("pointerdown", 8, 186);
    pointer("pointermove", 6, 150);
    pointer("pointerup", 4, lossAt(4));
    expect(dragStart).not.toHaveBeenCalledWith(expect.any(Array));
    expect(choose).not.toHaveBeenCalled();
  });

  it("and the curve are marked under the pointer", () => {
    const over = (value: number, loss: number) => {
      pointer("pointermove", value, loss);
      return box.dataset.over;
    };
    expect(over(8, 186)).toBe("start");
    expect(over(4, lossAt(4))).toBe("curve");
    expect(over(4, 300)).toBe("");
  });
});

describe("the background", () => {
  it("is panned by dragging it, the same way as the pointer", () => {
    pointer("pointerdown", 5, 300);
    pointer("pointermove", 6, 320);
    pointer("pointerup", 6, 320);
    expect(setZoom).toHaveBeenCalledExactlyOnceWith({ low: 0, high: 10, bottom: -20, top: 380 });
    expect(choose).not.toHaveBeenCalled();
  });

  it("is not panned by a hand that only trembles", () => {
    pointer("pointerdown", 5, 300);
    pointer("pointermove", 5.02, 301);
    pointer("pointerup", 5.02, 301);
    expect(setZoom).not.toHaveBeenCalled();
  });

  it("shows the whole picture after a double click", () => {
    box.dispatchEvent(new MouseEvent("dblclick"));
    expect(setZoom).toHaveBeenCalledExactlyOnceWith(undefined);
  });
});

describe("the wheel", () => {
  it("scrolls the page as ever", () => {
    const event = wheel(-100);
    expect(setZoom).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });

  it.each([
    ["with Ctrl", true],
    ["where the figure has the focus", false],
  ])("zooms in about the pointer %s", (_, ctrlKey) => {
    if (!ctrlKey) box.focus();
    const event = wheel(-100, ctrlKey);
    const [[view]] = setZoom.mock.calls as [[View]];
    expect(event.defaultPrevented).toBe(true);
    expect(view.high - view.low).toBeLessThan(10);
    expect((5 - view.low) / (view.high - view.low)).toBeCloseTo(0.4);
    expect((100 - view.bottom) / (view.top - view.bottom)).toBeCloseTo(0.25);
  });
});

describe("the keys", () => {
  it("+ and − zoom about the cursor, 0 shows the whole picture", () => {
    expect(key("+").defaultPrevented).toBe(true);
    expect(key("-").defaultPrevented).toBe(true);
    expect(key("0").defaultPrevented).toBe(true);
    const [[near], [far], [whole]] = setZoom.mock.calls as [[View], [View], [View | undefined]];
    expect(near.high - near.low).toBeCloseTo(8);
    expect(far.high - far.low).toBeCloseTo(12.5);
    const at = store.row?.value as number;
    expect((at - near.low) / (near.high - near.low)).toBeCloseTo((at - 1) / 10);
    expect(whole).toBeUndefined();
  });

  it("are left alone with Ctrl, and others always", () => {
    expect(key("+", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(key("s").defaultPrevented).toBe(false);
    expect(setZoom).not.toHaveBeenCalled();
  });
});

describe("a view that is gone", () => {
  it("listens no more", () => {
    controller.abort();
    pointer("pointerdown", 4, lossAt(4));
    pointer("pointerup", 4, lossAt(4));
    key("+");
    expect(choose).not.toHaveBeenCalled();
    expect(setZoom).not.toHaveBeenCalled();
  });
});
