import { describe, expect, it } from "vitest";
import { extent, GrowingEnds, padded, type Reach } from "../../src/figures/reach.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const around = (): Reach => ({ about: 10, down: 5, up: 20 });

describe("growing ends", () => {
  it("are fitted to what is shown first", () => {
    const ends = new GrowingEnds();
    const fitted = (least: number, most: number): Reach => ({ about: least, down: 1, up: most });
    expect(ends.holding("a run", fitted, [3, 4])).toEqual([2, 7]);
  });

  it("are doubled to the side where something is outside, as often as it takes", () => {
    const ends = new GrowingEnds();
    const holding = (...shown: [number, number]) => ends.holding("a run", around, shown, 0);
    expect(holding(6, 29)).toEqual([5, 30]);
    expect(holding(6, 31)).toEqual([5, 50]);
    expect(holding(6, 50)).toEqual([5, 50]);
    expect(holding(4.9, 31)).toEqual([0, 50]);
    expect(holding(-100, 31)).toEqual([-150, 50]);
  });

  it("do not shrink until another thing is shown", () => {
    const ends = new GrowingEnds();
    ends.holding("a run", around, [-100, 300]);
    expect(ends.holding("a run", around, [9, 11])).toEqual([-150, 330]);
    expect(ends.holding("another", around, [9, 11])).toEqual([5, 30]);
  });

  it("keep room for what lies near them", () => {
    const ends = new GrowingEnds();
    expect(ends.holding("a run", around, [10, 29.5])).toEqual([5, 50]);
    expect(ends.holding("another", around, [10, 29.3])).toEqual([5, 30]);
  });

  it("grow no further than they may", () => {
    const ends = new GrowingEnds();
    const bounded = (): Reach => ({ ...around(), most: 50 });
    expect(ends.holding("a run", bounded, [-1e300, 1e300])).toEqual([-40, 60]);
    expect(ends.holding("a run", bounded, [-1e301, 1e301])).toEqual([-40, 60]);
  });

  it("reach to a side to which they did not by a share of the whole", () => {
    const ends = new GrowingEnds();
    const positive = (): Reach => ({ about: 0, down: 0, up: 80 });
    expect(ends.holding("a run", positive, [0, 80], 0)).toEqual([0, 80]);
    expect(ends.holding("a run", positive, [-7, 80], 0)).toEqual([-10, 80]);
    expect(ends.holding("a run", positive, [-11, 80], 0)).toEqual([-20, 80]);
  });

  it.each([
    [infinity, -infinity],
    [nan, nan],
  ])("stay as they are where there is nothing: %d to %d", (least, most) => {
    const ends = new GrowingEnds();
    expect(ends.holding("a run", around, [least, most])).toEqual([5, 30]);
  });
});

describe("room beside ends", () => {
  it("is so many pixels of the whole", () => {
    const [low, high] = padded([0, 50], 520);
    expect(low).toBeCloseTo(-1);
    expect(high).toBeCloseTo(51);
  });

  it("is there where there is no room", () => {
    const [low, high] = padded([0, 50], 0);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(50);
    expect(Number.isFinite(high - low)).toBe(true);
  });
});

describe("the extent of numbers", () => {
  it("is that of the finite ones", () => {
    expect(extent([3, nan, -1, infinity])).toEqual([-1, 3]);
    expect(extent([nan])).toEqual([infinity, -infinity]);
  });
});
