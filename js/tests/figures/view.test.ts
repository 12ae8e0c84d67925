import { describe, expect, it } from "vitest";
import {
  lossOn,
  MOST_WIDENING,
  merged,
  PathView,
  panned,
  type View,
  zoomed,
} from "../../src/figures/view.ts";
import type { Row } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import type { Columns } from "../../src/protocol/messages.ts";
import {
  columns,
  curve,
  delta,
  descent,
  detail,
  lossAt,
  losses,
  NAMES,
  storeWith,
  TWO_NAMES,
} from "../builders.ts";

/** That of the plot, in pixels. */
const HEIGHT = 300;
const unit: View = { low: 0, high: 10, bottom: 0, top: 100 };
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function holds(view: View, value: number, loss: number): boolean {
  return value >= view.low && value <= view.high && loss >= view.bottom && loss <= view.top;
}

/** What is in sight of a store with a curve; undefined is a failure. */
function wanted(store: Store, shown = curve(), path = new PathView()): View {
  store.showCurve(shown);
  const view = path.of(store, HEIGHT);
  if (!view) throw new Error("no view");
  return view;
}

/** Rows at some values of the article's parameter. */
function at(...values: number[]): Columns {
  return columns(...values.map((value) => ({ value, loss: lossAt(value) })));
}

describe("the view", () => {
  it("is unknown without a curve or a run", () => {
    expect(new PathView().of(storeWith(descent(3)), HEIGHT)).toBeUndefined();
    expect(new PathView().of(new Store(NAMES), HEIGHT)).toBeUndefined();
  });

  it("is the first view's width while the path is within it", () => {
    expect(wanted(storeWith(descent(50)))).toMatchObject({ low: -6, high: 10 });
  });

  it("is the first view's, though the curve reaches further", () => {
    const further = { ...curve(-40, 80, 2001), low: -6, high: 10 };
    expect(wanted(storeWith(descent(50)), further)).toMatchObject({ low: -6, high: 10 });
  });

  it("holds path, start and minimum in both directions", () => {
    const store = storeWith(descent(50));
    const view = wanted(store);
    for (const value of [8, 7.38, 2]) expect(holds(view, value, lossAt(value))).toBe(true);
  });

  it("reaches twice as far from the middle to the side where the path leaves it", () => {
    expect(wanted(storeWith(at(8, -10)))).toMatchObject({ low: -14, high: 10 });
    expect(wanted(storeWith(at(8, -10, 17)))).toMatchObject({ low: -14, high: 18 });
    expect(wanted(storeWith(at(8, -40)))).toMatchObject({ low: -62, high: 10 });
  });

  it("grows before a marker at its edge would be cut", () => {
    expect(wanted(storeWith(at(8, -5.7)))).toMatchObject({ low: -6 });
    expect(wanted(storeWith(at(8, -5.9)))).toMatchObject({ low: -14 });
  });

  it("has a start at its end, with a margin for the marker", () => {
    const { low, high } = wanted(storeWith(at(20)), curve(-6, 20));
    expect(low).toBe(-6);
    expect(high).toBeGreaterThan(20.3);
    expect(high).toBeLessThan(21);
  });

  it("widens no further than stays readable when the path diverges", () => {
    const view = wanted(storeWith(at(8, -1e3, 1e6, -1e20, 3e38)));
    const width = 16;
    expect(view).toMatchObject({
      low: -6 - MOST_WIDENING * width,
      high: 10 + MOST_WIDENING * width,
    });
    expect(view.top).toBeLessThan(1e6);
  });

  it("leaves a small margin below and above, wherever the losses are", () => {
    const high = curve(-6, 10, 257, (value) => 1000 + lossAt(value));
    const view = wanted(storeWith(columns({ value: 8, loss: 1186 })), high);
    expect(view.bottom).toBeGreaterThan(980);
    expect(view.bottom).toBeLessThan(1000);
    expect(view.top).toBeGreaterThan(1330);
    expect(view.top).toBeLessThan(1350);
  });

  it("leaves room for a marker at the bottom also when it has grown", () => {
    const { bottom, top } = wanted(storeWith(at(8, -150, 2)));
    expect(((0 - bottom) / (top - bottom)) * HEIGHT).toBeCloseTo(10);
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

describe("the view in a run", () => {
  const path = new PathView();
  const store = storeWith(descent(0));
  const views: View[] = [];
  const take = (value: number): View => {
    const { last } = store;
    store.apply(delta(at(value), { start: last + 1 }));
    const view = path.of(store, HEIGHT) as View;
    views.push(view);
    return view;
  };

  it("stands still between doublings, and never shrinks, while a run diverges", () => {
    store.showCurve(curve(-400, 400, 2001));
    Object.assign(store.curve as object, { low: -6, high: 10 });
    path.of(store, HEIGHT);
    for (let step = 1; step <= 45; step += 1) take(2 + 6 * (-1.066) ** step);
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBeLessThan(15);
    const [first, last] = [views[0] as View, views.at(-1) as View];
    for (const [before, after] of views.slice(1).map((view, at) => [views[at], view])) {
      const [outer, inner] = [after, before] as [View, View];
      for (const end of ["low", "bottom"] as const)
        expect(outer[end]).toBeLessThanOrEqual(inner[end]);
      for (const end of ["high", "top"] as const)
        expect(outer[end]).toBeGreaterThanOrEqual(inner[end]);
    }
    expect(first).toMatchObject({ low: -6, high: 10 });
    expect(Math.log2((last.high - 2) / 8)).toBe(Math.round(Math.log2((last.high - 2) / 8)));
    expect(Math.log2(last.top / first.top)).toBeCloseTo(
      Math.round(Math.log2(last.top / first.top)),
    );
    expect(lossAt(2 + 6 * 1.066 ** 45)).toBeLessThan(last.top);
  });

  it("is as high as the path as soon as that is there, though the curve is not yet known", () => {
    expect(wanted(storeWith(at(8, -20))).top).toBeGreaterThan(lossAt(-20));
  });

  it("is the same wherever the cursor is", () => {
    const before = path.of(store, HEIGHT);
    for (const step of [0, 13, 45]) {
      store.goTo(step);
      expect(path.of(store, HEIGHT)).toEqual(before);
    }
  });

  it("is that of a page that was opened after all of it", () => {
    expect(new PathView().of(store, HEIGHT)).toEqual(path.of(store, HEIGHT));
  });

  it("is as high as another slice is, and stands still across", () => {
    const two = storeWith(descent(0), undefined, { names: TWO_NAMES });
    const own = new PathView();
    const high = wanted(two, curve(), own);
    two.apply(delta(at(7), { start: 1 }));
    expect(own.of(two, HEIGHT)).toEqual(high);
    const here = lossAt(7);
    two.showDetail(detail(-6, 10, 257, (value) => here + (lossAt(value) - here) / 1000));
    const flat = own.of(two, HEIGHT) as View;
    expect(flat).toMatchObject({ low: high.low, high: high.high });
    expect(flat.bottom).toBeGreaterThan(here - 1);
    expect(flat.top).toBeLessThan(here + 1);
    two.goTo(0);
    expect(own.of(two, HEIGHT)?.top).toBeGreaterThan(lossAt(8));
  });

  it("is fitted to the slice that comes before there is a step, and to another run", () => {
    const two = storeWith(descent(0), undefined, { names: TWO_NAMES });
    const own = new PathView();
    const high = wanted(
      two,
      curve(-6, 10, 257, (value) => 1000 * lossAt(value)),
      own,
    );
    two.showDetail(detail(-6, 10, 257));
    const fitted = own.of(two, HEIGHT) as View;
    expect(fitted.top).toBeLessThan(high.top / 2);
    two.apply(delta(at(-40), { start: 1 }));
    expect(own.of(two, HEIGHT)).toMatchObject({ low: -62 });
    two.apply(delta(at(8), { run: 2, runs: [1, 2] }));
    expect(own.of(two, HEIGHT)).toEqual(fitted);
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
    const view = new PathView().of(store, HEIGHT);
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
  /** That of 10 pixels, where 280 are 2. */
  const ROOM = 20 / 280;

  it.each([1e-30, -1e-6, 3, 1e30])("of %d are from 0 to twice that", (loss) => {
    const store = storeWith(losses(loss));
    const { bottom, top } = wanted(
      store,
      curve(-4, 8, 5, () => loss),
    );
    const ends = [bottom / loss, top / loss].sort((a, b) => a - b);
    expect(ends).toEqual([expect.closeTo(0 - ROOM), expect.closeTo(2 + ROOM)]);
  });

  it("of 0 are from -1 to 1", () => {
    expect(
      wanted(
        storeWith(losses(0)),
        curve(-4, 8, 5, () => 0),
      ),
    ).toMatchObject({ bottom: expect.closeTo(-1 - ROOM), top: expect.closeTo(1 + ROOM) });
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
