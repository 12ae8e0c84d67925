import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/contours.json";
import refinedFixture from "../../../tests/fixtures/browser/refined.json";
import { contours, type Lines, levelsOf, linesAt } from "../../src/page-engine/contours.ts";
import { refined } from "../../src/page-engine/refine.ts";
import { numbers } from "./browser-fixtures.ts";

const X = Float32Array.of(0, 1, 2);

type Line = [number, number][];

/** How far a point is from a line. */
function off([x, y]: [number, number], line: Line): number {
  const distances = line.slice(1).map(([right, top], at) => {
    const [left, bottom] = line[at] as [number, number];
    const [across, up] = [right - left, top - bottom];
    const share = ((x - left) * across + (y - bottom) * up) / (across ** 2 + up ** 2 || 1);
    const along = Math.max(0, Math.min(1, share));
    return Math.hypot(x - left - along * across, y - bottom - along * up);
  });
  return Math.min(...distances);
}

function separate({ x, y }: Pick<Lines, "x" | "y">): Line[] {
  const lines: Line[] = [[]];
  x.forEach((value, at) => {
    if (Number.isNaN(value)) lines.push([]);
    else lines.at(-1)?.push([value, y[at] as number]);
  });
  return lines.filter((line) => line.length > 0);
}

describe("contours", () => {
  it.each(fixture.map((texts, at) => [at, texts]))("are those of the kernel (%i)", (_, texts) => {
    const [x, y, values, lineX, lineY, levels] = (texts as string[]).map(numbers) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const cell = Math.min((x[1] as number) - (x[0] as number), (y[1] as number) - (y[0] as number));
    const found = contours(x, y, values);
    expect([...found.levels].map((level) => level.toPrecision(6)).sort()).toEqual(
      [...levels].map((level) => level.toPrecision(6)).sort(),
    );
    const [lines, wanted] = [found, { x: lineX, y: lineY }].map(separate) as [Line[], Line[]];
    expect(lines.length).toBe(wanted.length);
    for (const [some, others] of [
      [lines, wanted],
      [wanted, lines],
    ] as [Line[], Line[]][]) {
      const away = some.flat().map((point) => Math.min(...others.map((line) => off(point, line))));
      // They begin elsewhere, so that other points are left out.
      expect(Math.max(...away)).toBeLessThan(0.1 * cell);
    }
  });

  it("joins the pieces of a ring to one closed line", () => {
    const values = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
    const [ring, ...others] = separate(linesAt(0.5, X, X, values));
    expect(others).toEqual([]);
    expect(ring?.length).toBe(5);
    expect(ring?.at(0)).toEqual(ring?.at(-1));
  });

  it("ends lines where values are not finite", () => {
    const values = Float32Array.of(0, 1, Number.NaN, 0, 1, 2, 0, 1, 2);
    const lines = separate(linesAt(1.5, X, X, values));
    expect(lines).toEqual([
      [
        [1.5, 1],
        [1.5, 2],
      ],
    ]);
  });

  it("puts NaN between lines only", () => {
    const { x, y } = contours(X, X, Float32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2));
    expect([x.at(0), x.at(-1)].every(Number.isFinite)).toBe(true);
    expect([...x].map(Number.isNaN)).toEqual([...y].map(Number.isNaN));
    expect(separate({ x, y }).length).toBe(levelsOf(Float32Array.of(0, 1, 2)).length);
  });

  it("has no lines where all values are the same, or none is a number", () => {
    expect(levelsOf(new Float32Array(9))).toEqual([]);
    expect(contours(X, X, new Float32Array(9)).x.length).toBe(0);
    expect(contours(X, X, new Float32Array(9).fill(Number.NaN)).x.length).toBe(0);
  });
});

describe("between the points of a grid", () => {
  it("values are those of the kernel, to the last digit", () => {
    for (const [columns, times, values, wanted] of refinedFixture as [
      number,
      number,
      (number | null)[],
      (number | null)[],
    ][]) {
      const known = values.map((value) => value ?? Number.NaN);
      const grid = { columns, rows: values.length / columns, values: known };
      const found = Array.from(refined(grid, times).values as Float64Array, (value) =>
        Number.isNaN(value) ? null : value,
      );
      expect(found).toEqual(wanted);
    }
  });
});
