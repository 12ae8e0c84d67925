import { describe, expect, it } from "vitest";
import { levelNames } from "../../src/figures/levels.ts";

/** A level line at each height of a bowl, the lower ones in two pieces. */
function lines(levels: number[]): Parameters<typeof levelNames>[0] {
  const x: number[] = [];
  const y: number[] = [];
  levels.forEach((level, index) => {
    if (index) {
      x.push(Number.NaN);
      y.push(Number.NaN);
    }
    for (let at = 0; at <= index + 1; at += 1) {
      x.push(level);
      y.push(at);
    }
  });
  return {
    contour_x: Float32Array.from(x),
    contour_y: Float32Array.from(y),
    contour_levels: Float32Array.from(levels),
  };
}

describe("the names of levels", () => {
  it("are those of every third, from the second on, in two digits", () => {
    const texts = levelNames(lines([0.123, 0.456, 1.23, 4.56, 12.3, 45.6, 123, 1234.5])).map(
      ({ text }) => text,
    );
    expect([...new Set(texts)]).toEqual(["0.46", "12", "1,200"]);
  });

  it("stand on points of the line, along it", () => {
    const names = levelNames(lines([1, 2, 3, 4, 5]));
    expect(names.map(({ at: [x] }) => x)).toEqual([...Array(9).fill(2), ...Array(9).fill(5)]);
    const heights = names.filter(({ at: [x] }) => x === 5).map(({ at: [, y] }) => y);
    expect(heights).toEqual([3, 2, 3, 1, 4, 1, 4, 0, 5]);
    expect(names.every(({ away }) => away?.every((way) => way === 0))).toBe(true);
  });

  it("are on the longest line of a level, in whatever order lines come", () => {
    const names = levelNames(lines([7, 3, 7, 5, 5, 3]));
    expect([...new Set(names.map(({ text }) => text))]).toEqual(["5"]);
    expect(Math.max(...names.map(({ at: [, y] }) => y))).toBe(5);
  });

  it("are none where there are no lines, or none but one", () => {
    const none = { contour_x: new Float32Array(), contour_y: new Float32Array() };
    expect(levelNames({ ...none, contour_levels: new Float32Array() })).toEqual([]);
    expect(levelNames(lines([3]))).toEqual([]);
  });
});
