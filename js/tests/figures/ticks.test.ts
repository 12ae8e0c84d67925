import { describe, expect, it } from "vitest";
import {
  axisText,
  besideTicks,
  linearTicks,
  logarithmicTicks,
  shared,
  tickText,
} from "../../src/figures/ticks.ts";

describe("linear ticks", () => {
  it.each([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]],
    [0, 50, 10, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]],
    [-4, 8, 6, [-4, -2, 0, 2, 4, 6, 8]],
    [-0.3, 0.3, 6, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]],
    [5.87, 8.1, 4, [6, 7, 8]],
    [-20, 45, 3, [-20, 0, 20, 40]],
  ])("from %d to %d, about %d, are round numbers", (low, high, most, ticks) => {
    expect(linearTicks(low, high, most)).toEqual(ticks);
  });

  it("have no dust of binary fractions", () => {
    expect(linearTicks(0, 1, 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  });

  it.each([1e-40, 1e-6, 1, 1e9, 1e38])("are few and in sight at size %d", (size) => {
    for (const [low, high] of [
      [-size, size],
      [0.1 * size, 0.97 * size],
      [0, 1.7 * size],
    ] as const) {
      const ticks = linearTicks(low, high, 6);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.every((tick) => tick >= low * 1.0001 - size * 1e-9)).toBe(true);
      expect(ticks.every((tick) => tick <= high + size * 1e-9)).toBe(true);
    }
  });

  it.each([
    ["empty", 3, 3],
    ["reversed", 3, 2],
    ["infinite", 0, Number.POSITIVE_INFINITY],
    ["unknown", Number.NaN, 1],
  ])("of an %s range are none", (_, low, high) => {
    expect(linearTicks(low, high, 5)).toEqual([]);
  });

  it.each([0, 0.3, Number.NaN])("are at most two where there is room for %d", (most) => {
    expect(linearTicks(0, 10, most).length).toBeLessThanOrEqual(2);
  });
});

describe("logarithmic ticks", () => {
  it("are the powers of ten", () => {
    expect(logarithmicTicks(1e-3, 1e3, 10)).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  });

  it("leave some out where there is little room, but never the top", () => {
    const ticks = logarithmicTicks(1e-30, 1e10, 5);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.at(-1)).toBe(1e10);
    expect(ticks.every((tick) => Number.isInteger(Math.round(Math.log10(tick))))).toBe(true);
  });

  it("within two decades are 1, 2 and 5", () => {
    expect(logarithmicTicks(0.1, 10, 10)).toEqual([0.1, 1, 10]);
    expect(logarithmicTicks(1, 10, 10)).toEqual([1, 2, 5, 10]);
    expect(logarithmicTicks(0.3, 7, 10)).toEqual([0.5, 1, 2, 5]);
  });

  it("hold both ends of every decade", () => {
    for (let power = -44; power < 39; power += 1) {
      const [low, high] = [10 ** power, 10 ** (power + 1)];
      const ticks = logarithmicTicks(low, high, 8);
      expect([ticks.length, power]).toEqual([4, power]);
    }
  });
});

describe("a tick's text", () => {
  it.each([
    [0, "0"],
    [0.001, "0.001"],
    [-2.5, "−2.5"],
    [150, "150"],
    [1000, "1,000"],
    [999_999, "999,999"],
    [1e6, "10⁶"],
    [2.5e7, "2.5·10⁷"],
    [1e-5, "10⁻⁵"],
    [5e-40, "5·10⁻⁴⁰"],
    [-3e8, "−3·10⁸"],
    [-1e6, "−10⁶"],
    [1e39, "10³⁹"],
  ])("of %d is %s", (tick, text) => {
    expect(tickText(tick)).toBe(text);
  });

  it.each([
    [8.0000001, 8.0000005],
    [1_234_567, 1_234_571],
    [123_456.1, 123_456.9],
    [-1_000_001.3, -999_998.7],
    [1e-6, 1.1e-6],
    [0.9999e-30, 1.0001e-30],
    [1e30, 1.000001e30],
    [1e-6, 1e3],
  ])("tells neighbours apart and is short when zoomed in between %d and %d", (low, high) => {
    const ticks = linearTicks(low, high, 5);
    const known = shared(ticks);
    const texts = ticks.map((tick) => tickText(tick, known));
    expect(texts.length).toBeGreaterThan(2);
    expect(new Set(texts).size).toBe(texts.length);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(9);
  });

  it.each([
    [[1e6 - 1, 1e6, 1e6 + 1], "W − 10⁶"],
    [[-1e6 - 1, -1e6, -1e6 + 1], "W + 10⁶"],
    [[8.0000001, 8.0000002, 8.0000003], "W − 8"],
    [[-6, 0, 6], "W"],
    [[1e-6, 1.1e-6], "W"],
    [[5], "W"],
    [[], "W"],
    [[-2e-29, -1.8e-29, -1.6e-29], "W in 10⁻²⁹"],
    [[-2e25, 0, 2e25], "W"],
    [[-1.25e8, 0, 1.25e8], "W in 10⁸"],
  ])("of %j leaves out what all share, which the axis names: %s", (ticks, name) => {
    expect(axisText("W", shared(ticks))).toBe(name);
  });

  it("is told in units of what all share", () => {
    const ticks = [-2e-29, -1.8e-29, 0, 5e-30];
    expect(ticks.map((tick) => tickText(tick, shared(ticks)))).toEqual(["−2", "−1.8", "0", "0.5"]);
  });
});

describe("the name at the end of an axis", () => {
  const beside = (ticks: number[], further = 0): string =>
    besideTicks("step", ticks, shared(ticks), further);

  it("stands where it is, far from the last number", () => {
    expect([beside([0, 50], 12), beside([0, 1000], 18), beside([])]).toEqual(Array(3).fill("step"));
  });

  it("is moved away from a number at the end, the further the longer that is", () => {
    const spaces = [50, 100, 1000].map((last) => beside([0, last]).split("\u00a0").length - 1);
    expect(spaces).toEqual([2, 3, 3]);
    expect(beside([0, 1000]).endsWith("step")).toBe(true);
  });

  it("is left out where there is no room", () => {
    expect(beside([0, 50_000, 100_000])).toBe("");
  });
});
