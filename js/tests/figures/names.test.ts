import { describe, expect, it } from "vitest";
import type { Point } from "../../src/figures/mark.ts";
import { below, type Name, placed } from "../../src/figures/names.ts";

const SIZE = { width: 400, height: 300 };

function name(text: string, at: Point, away: Point = [0, -1]): Name {
  return { text, at, away, color: "ink" };
}

function texts(names: Name[], markers: Point[] = []): string[] {
  return placed(names, markers, SIZE).map(({ text }) => text);
}

describe("a name at a mark", () => {
  it("stands where it may, its middle over its mark", () => {
    const [left = 0, base = 0] = placed([name("next", [200, 150])], [], SIZE)[0]?.at ?? [];
    expect(left).toBe(200 - 17);
    expect(base).toBeLessThan(150);
  });

  it("stands on the other side where there is no room", () => {
    const [found] = placed([name("next", [200, 5])], [], SIZE);
    expect(found?.at[1]).toBeGreaterThan(5);
  });

  it("without a way stands on its mark, and leaves room for the names of what is near", () => {
    const [level, ...others] = placed(
      [name("90", [200, 150], [0, 0]), name("now", [200, 160], [0, 1])],
      [],
      SIZE,
    );
    expect(level?.at).toEqual([200 - 8.5, 150 - 4]);
    expect(others.map(({ text }) => text)).toEqual(["now"]);
    expect(texts([name("90", [200, 150], [0, 0])], [[204, 152]])).toEqual([]);
    expect(texts([name("90", [200, 10], [0, 0])])).toEqual([]);
    expect(texts([name("90", [200, 12], [0, 0])])).toEqual(["90"]);
  });

  it("is moved into the plot at its sides", () => {
    const left = placed([name("a long note", [3, 150])], [], SIZE)[0]?.at[0];
    const right = placed([name("a long note", [397, 150])], [], SIZE)[0]?.at[0];
    expect([left, right]).toEqual([4, 396 - 11 * 8.5]);
  });

  it("stands on no marker", () => {
    const [free] = placed([name("now", [200, 150])], [], SIZE);
    const [moved] = placed([name("now", [200, 150])], [[200, 136]], SIZE);
    expect(moved?.at).not.toEqual(free?.at);
  });

  it("is left out rather than on another, or wider than the plot", () => {
    const at: Point = [200, 150];
    expect(texts([name("one", at), name("two", [205, 150])])).toEqual(["one"]);
    expect(texts([name("x".repeat(60), at)])).toEqual([]);
    const around: Point[] = [122, 136, 164, 178].map((y) => [200, y]);
    expect(texts([name("one", at)], around)).toEqual([]);
  });
});

describe("the way from a line", () => {
  it("is down, at right angles to it", () => {
    expect(below(0)).toEqual([0, -1]);
    const [across, up] = below(2);
    expect(across + 2 * up).toBeCloseTo(0);
    expect(up).toBeLessThan(0);
  });

  it("is aside where the line stands upright", () => {
    expect(below(Number.POSITIVE_INFINITY)).toEqual([1, 0]);
  });
});
