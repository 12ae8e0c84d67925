import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/contours.json";
import { contours, type Lines, levelsOf } from "../../src/page-engine/contours.ts";
import { numbers } from "./browser-fixtures.ts";

const X = Float32Array.of(0, 1, 2);

/** The pieces of all lines, each with its ends in order, rounded and sorted. */
function pieces({ x, y }: Lines): string[] {
  const points = Array.from(x, (value, at) => `${value.toFixed(3)} ${y[at]?.toFixed(3)}`);
  const found = points
    .slice(1)
    .map((point, at) => [points[at] as string, point].sort().join(" – "));
  return found.filter((piece) => !piece.includes("NaN")).sort();
}

function separate({ x, y }: Lines): [number, number][][] {
  const lines: [number, number][][] = [[]];
  x.forEach((value, at) => {
    if (Number.isNaN(value)) lines.push([]);
    else lines.at(-1)?.push([value, y[at] as number]);
  });
  return lines.filter((line) => line.length > 0);
}

describe("contours", () => {
  it.each(fixture.map((texts, at) => [at, texts]))("are contourpy's (%i)", (_, texts) => {
    const [x, y, values, lineX, lineY] = (texts as string[]).map(numbers) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const lines = contours(x, y, values);
    const wanted = { x: lineX, y: lineY };
    expect(pieces(lines)).toEqual(pieces(wanted));
    expect(separate(lines).length).toBe(separate(wanted).length);
  });

  it("joins the pieces of a ring to one closed line", () => {
    const values = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
    const [ring, ...others] = separate(contours(X, X, values, [0.5]));
    expect(others).toEqual([]);
    expect(ring?.length).toBe(5);
    expect(ring?.at(0)).toEqual(ring?.at(-1));
  });

  it("ends lines where values are not finite", () => {
    const values = Float32Array.of(0, 1, Number.NaN, 0, 1, 2, 0, 1, 2);
    const lines = separate(contours(X, X, values, [1.5]));
    expect(lines).toEqual([
      [
        [1.5, 1],
        [1.5, 2],
      ],
    ]);
  });

  it("puts NaN between lines only", () => {
    const { x, y } = contours(X, X, Float32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2), [0.5, 1.5]);
    expect([...x]).toEqual([0.5, 0.5, 0.5, Number.NaN, 1.5, 1.5, 1.5]);
    expect(y.length).toBe(x.length);
  });

  it("has no lines where all values are the same, or none is a number", () => {
    expect(levelsOf(new Float32Array(9))).toEqual([]);
    expect(contours(X, X, new Float32Array(9)).x.length).toBe(0);
    expect(contours(X, X, new Float32Array(9).fill(Number.NaN)).x.length).toBe(0);
  });
});
