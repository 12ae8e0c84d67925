import { describe, expect, it } from "vitest";
import {
  eased,
  lossOn,
  MOST_WIDENING,
  merged,
  panned,
  type View,
  wantedView,
  zoomed,
} from "../../src/figures/view.ts";
import type { Row } from "../../src/model/rows.ts";
import type { Store } from "../../src/model/store.ts";
import { columns, curve, descent, detail, lossAt, losses, NAMES, storeWith } from "../builders.ts";

const unit: View = { low: 0, high: 10, bottom: 0, top: 100 };
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function holds(view: View, value: number, loss: number): boolean {
  return value >= view.low && value <= view.high && loss >= view.bottom && loss <= view.top;
}

/** The wanted view of a store with a curve; undefined is a failure. */
function wanted(store: Store, shown = curve()): View {
  store.showCurve(shown);
  const view = wantedView(store);
  if (!view) throw new Error("no view");
  return view;
}

describe("the wanted view", () => {
  it("is unknown without a curve or a run", () => {
    expect(wantedView(storeWith(descent(3)))).toBeUndefined();
  });

  it("is the first view's width while the path is within it", () => {
    expect(wanted(storeWith(descent(50)))).toMatchObject({ low: -4, high: 8 });
  });

  it("is the first view's, though the curve reaches further", () => {
    const further = { ...curve(-40, 80, 2001), low: -4, high: 8 };
    expect(wanted(storeWith(descent(50)), further)).toMatchObject({ low: -4, high: 8 });
  });

  it("holds path, start and minimum in both directions", () => {
    const store = storeWith(descent(50));
    const view = wanted(store);
    for (const value of [8, 7.38, 2]) expect(holds(view, value, lossAt(value))).toBe(true);
  });

  it("widens to a path that leaves it, with a margin", () => {
    const view = wanted(storeWith(columns({ value: 8, loss: 186 }, { value: -10, loss: 744 })));
    expect(view.high).toBe(8);
    expect(view.low).toBeLessThan(-10);
    expect(view.low).toBeGreaterThan(-11);
  });

  it("widens to a start beyond the curve", () => {
    const view = wanted(storeWith(columns({ value: 20, loss: 1674 })));
    expect(view.low).toBe(-4);
    expect(view.high).toBeGreaterThan(20);
  });

  it("widens no further than stays readable when the path diverges", () => {
    const rows = [8, -1e3, 1e6, -1e20, 3e38].map((value) => ({ value, loss: lossAt(value) }));
    const view = wanted(storeWith(columns(...rows)));
    const width = 12;
    expect(view.low).toBeGreaterThanOrEqual(-4 - 1.1 * MOST_WIDENING * width);
    expect(view.high).toBeLessThanOrEqual(8 + 1.1 * MOST_WIDENING * width);
    expect(view.top).toBeLessThan(1e6);
  });

  it("leaves a small margin below and above, wherever the losses are", () => {
    const high = curve(-4, 8, 257, (value) => 1000 + lossAt(value));
    const view = wanted(storeWith(columns({ value: 8, loss: 1186 })), high);
    expect(view.bottom).toBeGreaterThan(980);
    expect(view.bottom).toBeLessThan(1000);
    expect(view.top).toBeGreaterThan(1186);
    expect(view.top).toBeLessThan(1210);
  });

  it("cuts a curve that towers above the path", () => {
    const steep = curve(-4, 8, 257, (value) => Math.exp(3 * (value + 4)));
    const store = storeWith(columns({ value: -3, loss: Math.exp(3) }));
    const view = wanted(store, steep);
    expect(view.top).toBeLessThan(Math.max(...steep.losses) / 2);
    expect(holds(view, -3, Math.exp(3))).toBe(true);
  });

  it.each([
    ["has gaps", curve(-4, 8, 5, (value) => (value < 0 ? nan : lossAt(value)))],
    ["reaches infinity", curve(-4, 8, 5, (value) => (value < 0 ? infinity : lossAt(value)))],
    ["is flat", curve(-4, 8, 5, () => 3)],
    ["is flat and high", curve(-4, 8, 5, () => 1e30)],
    ["has no finite loss", curve(-4, 8, 5, () => nan)],
    ["is below 0", curve(-4, 8, 5, (value) => -lossAt(value))],
  ])("has finite ends in order where the curve %s", (_, shown) => {
    for (const rows of [descent(3), losses(3, infinity), losses(infinity), losses(nan)]) {
      const { low, high, bottom, top } = wanted(storeWith(rows), shown);
      expect([low, high, bottom, top].filter(Number.isFinite)).toHaveLength(4);
      expect(low).toBeLessThan(high);
      expect(bottom).toBeLessThan(top);
    }
  });
});

describe("the view of a parameter without a saved curve", () => {
  const bowl = (start: number, minimum: number, steps: number, rate = 0.1): Store => {
    const rows: Partial<Row>[] = [];
    for (let value = start; rows.length <= steps; ) {
      const gradient = 2 * (value - minimum);
      rows.push({ value, gradient, loss: (value - minimum) ** 2 });
      value -= rate * gradient;
    }
    const names = { ...NAMES, recorded: ["W", "V"] };
    const store = storeWith(columns(...rows), undefined, { names });
    store.show("V");
    return store;
  };
  const width = (store: Store): number => {
    const view = wantedView(store);
    return view ? view.high - view.low : nan;
  };

  it.each([1e-30, 1e-6, 0.5, 8, 1e30])("reaches as far as its start at %d is from 0", (start) => {
    expect(width(bowl(start, 0, 0)) / start).toBeCloseTo(4);
    expect(width(bowl(start, 0, 9)) / start).toBeCloseTo(4);
  });

  it("reaches as far as the minimum, once a step tells where it is", () => {
    expect(width(bowl(1e6 + 1, 1e6, 3))).toBeCloseTo(4, 0);
    expect(width(bowl(1e6 + 1, 1e6, 3, 0.3))).toBeCloseTo(4, 0);
    expect(width(bowl(0, 1e-6, 3)) / 1e-6).toBeCloseTo(4);
  });

  it("reaches as far as the first step where that is farther", () => {
    expect(width(bowl(1e-6, 100, 1))).toBeGreaterThan(79);
  });

  it("reaches to 1 where all is 0", () => {
    expect(width(bowl(0, 0, 1))).toBe(4);
  });
});

describe("the heights of a constant loss", () => {
  it.each([1e-30, -1e-6, 3, 1e30])("of %d are from 0 to twice that", (loss) => {
    const store = storeWith(losses(loss));
    const { bottom, top } = wanted(
      store,
      curve(-4, 8, 5, () => loss),
    );
    expect([bottom / loss + 0, top / loss + 0].sort()).toEqual([0, expect.closeTo(2)]);
  });

  it("of 0 are from -1 to 1", () => {
    expect(
      wanted(
        storeWith(losses(0)),
        curve(-4, 8, 5, () => 0),
      ),
    ).toMatchObject({ bottom: -1, top: 1 });
  });
});

describe("the loss on a curve", () => {
  const coarse = detail(0, 4, 5, (value) => 10 * value);

  it("is found between its points", () => {
    expect(lossOn(coarse, 0)).toBe(0);
    expect(lossOn(coarse, 2)).toBe(20);
    expect(lossOn(coarse, 2.25)).toBe(22.5);
    expect(lossOn(coarse, 4)).toBe(40);
  });

  it.each([-0.1, 4.1, nan])("is unknown at %d, outside", (value) => {
    expect(lossOn(coarse, value)).toBeUndefined();
  });

  it("is unknown in a gap", () => {
    const broken = detail(0, 4, 5, (value) => (value === 2 ? nan : value));
    expect(lossOn(broken, 1.5)).toBeUndefined();
    expect(lossOn(broken, 3.5)).toBe(3.5);
  });

  it("is unknown on a curve of fewer than two points", () => {
    expect(lossOn(detail(0, 4, 0), 0)).toBeUndefined();
    const one = { values: Float32Array.of(3), losses: Float32Array.of(1), more: false };
    expect(lossOn(one, 3)).toBeUndefined();
  });
});

describe("curve and detail", () => {
  it("are one curve, ascending", () => {
    const both = merged(curve(-4, 8, 13), detail(1, 3, 5));
    expect(both.values).toHaveLength(18);
    expect([...both.values]).toEqual([...both.values].sort((a, b) => a - b));
    const right = Array.from(both.values, (value) => Math.fround(lossAt(value)));
    expect([...both.losses]).toEqual(right);
  });

  it("are the curve where there is no detail", () => {
    const only = curve();
    expect(merged(only, undefined)).toBe(only);
  });
});

describe("easing", () => {
  const to: View = { low: 5, high: 25, bottom: -10, top: 200 };

  it("begins at once where there is no view yet", () => {
    expect(eased(undefined, to, 0.3)).toBe(to);
  });

  it("goes a part of the way at all four ends", () => {
    const view = eased(unit, to, 0.5);
    expect(view).toEqual({ low: 2.5, high: 17.5, bottom: -5, top: 150 });
  });

  it("arrives after some frames and then stays", () => {
    let view = unit;
    let frames = 0;
    for (; view !== to && frames < 100; frames += 1) view = eased(view, to, 0.3);
    expect(view).toBe(to);
    expect(frames).toBeGreaterThan(5);
    expect(frames).toBeLessThan(40);
    expect(eased(view, to, 0.3)).toBe(to);
  });

  it("goes all the way, be the way short beside the numbers", () => {
    const near: View = { low: 0, high: 10, bottom: 1000, top: 1001 };
    const view = eased({ ...near, top: 1001.5 }, near, 0.5);
    expect(view.top).toBeCloseTo(1001.25);
  });
});

describe("zooming and panning", () => {
  it("keeps the point it is about where it is", () => {
    const view = zoomed(unit, [2, 50], 0.5);
    expect(view).toEqual({ low: 1, high: 6, bottom: 25, top: 75 });
    const share = (2 - view.low) / (view.high - view.low);
    expect(share).toBeCloseTo(2 / 10);
  });

  it("and back shows the same as before", () => {
    expect(zoomed(zoomed(unit, [2, 50], 0.5), [2, 50], 2)).toEqual(unit);
  });

  it("moves all ends alike", () => {
    expect(panned(unit, 1, -5)).toEqual({ low: 1, high: 11, bottom: -5, top: 95 });
  });
});
