import { describe, expect, test } from "vitest";
import { Rows } from "../../src/model/rows.ts";
import { FIRST_STEPS, FirstSteps } from "../../src/page-engine/first-steps.ts";

/** [value, gradient, loss] of each step; the rate is that of all. */
type Rows3 = [value: number, gradient: number, loss: number][];

function wrongAt(recorded: number[][], computed: number[][], extras: string[] = []) {
  const first = new FirstSteps(new Rows("W", extras), []);
  recorded.slice(0, FIRST_STEPS + 1).forEach((row, step) => {
    first.take(step, Float32Array.from(row), Float32Array.from(computed[step] as number[]));
  });
  return first.wrong;
}

function rowsOf(rows: Rows3): number[][] {
  return rows.map(([value, gradient, loss]) => [value, gradient, loss, 0.1]);
}

describe("wrong is", () => {
  test("an update that is left out where the record moves", () => {
    const kernel: Rows3 = [
      [1, -1, 0.5],
      [1.1, -0.9, 0.405],
      [1.19, -0.81, 0.328],
    ];
    const page: Rows3 = [
      [1, -1, 0.5],
      [1, -1, 0.5],
      [1, -1, 0.5],
    ];
    expect(wrongAt(rowsOf(kernel), rowsOf(page))).toBe(1);
    expect(wrongAt(rowsOf(page), rowsOf(kernel))).toBe(1);
  });

  test("a step that is small beside the value, and half as long", () => {
    const descent = (share: number): Rows3 =>
      [0, 1, 2, 3].map((step) => [1000 - step * share, 10, 1e4 - step * share]);
    expect(wrongAt(rowsOf(descent(1)), rowsOf(descent(1)))).toBeUndefined();
    expect(wrongAt(rowsOf(descent(1)), rowsOf(descent(0.5)))).toBe(1);
  });

  test("what goes another way only in its third step", () => {
    const rows = (third: number): Rows3 => [
      [8, 2, 9],
      [7, 2, 7],
      [6, 2, 5],
      [third, 2, 3],
    ];
    expect(wrongAt(rowsOf(rows(5)), rowsOf(rows(5.01)))).toBe(3);
    expect(wrongAt(rowsOf(rows(5)), rowsOf(rows(5.0001)))).toBeUndefined();
  });

  test("the slope of another number, or the loss on all data", () => {
    const extras = ["b", "b_grad", "full_loss"];
    const row = [1, 1, 4, 0.1, 2, 3, 5];
    const other = (at: number, number: number) => row.map((each, k) => (k === at ? number : each));
    expect(wrongAt([row], [row], extras)).toBeUndefined();
    expect(wrongAt([row], [other(5, 3.1)], extras)).toBe(0);
    expect(wrongAt([row], [other(6, 5.1)], extras)).toBe(0);
    expect(wrongAt([other(6, Number.NaN)], [other(6, Number.NaN)], extras)).toBeUndefined();
  });
});

describe("rounding is", () => {
  test("a slope that is nothing else, and where it leads", () => {
    const rows = (spec: number): Rows3 => [
      [2, spec * 1e-7, 3],
      [2 - spec * 0.1, spec, 3.01],
    ];
    expect(wrongAt(rowsOf(rows(1)), rowsOf(rows(-1)))).toBe(1);
    const left = (spec: number): number[][] =>
      rowsOf(rows(spec).map(([value, , loss]) => [value, spec * 1e-7, loss]));
    expect(wrongAt(left(1), left(-1))).toBeUndefined();
  });

  test("the last digits of a large value that hardly moves", () => {
    const rows = (digit: number): Rows3 => [
      [70000, 1, 9],
      [69999.99 + digit, 1, 9],
    ];
    expect(wrongAt(rowsOf(rows(0)), rowsOf(rows(0.0078125)))).toBeUndefined();
  });

  test("what comes of a start of which not all was recorded", () => {
    const rows = (start: number): Rows3 => [
      [start, 2, 4],
      [start - 1, 1, 2],
    ];
    expect(wrongAt(rowsOf(rows(3)), rowsOf(rows(2)))).toBeUndefined();
  });
});

/**
 * Steps on a loss of two numbers; each gradient is off by a share, as another order of sums is.
 */
function descent(spec: "sgd" | "adam", rate: number, [x, y]: [number, number], share: number) {
  const rows: number[][] = [];
  const at = Float32Array.of(x, y);
  const [mean, square] = [new Float32Array(2), new Float32Array(2)];
  for (let step = 0; step < 400; step += 1) {
    const [a, b] = at as unknown as [number, number];
    const bend = b - a * a;
    const off = 1 + share * Math.sin(12.9 * step + 1);
    const slope = Float32Array.of((2 * (a - 1) - 400 * a * bend) * off, 200 * bend * off);
    const loss = Math.fround((a - 1) ** 2 + 100 * bend ** 2) * (1 - (off - 1));
    rows.push([a, slope[0] as number, loss, rate, b, slope[1] as number]);
    for (const axis of [0, 1]) {
      const g = slope[axis] as number;
      mean[axis] = 0.9 * (mean[axis] as number) + 0.1 * g;
      square[axis] = 0.999 * (square[axis] as number) + 0.001 * g * g;
      const even = (mean[axis] as number) / (1 - 0.9 ** (step + 1));
      const size = Math.sqrt((square[axis] as number) / (1 - 0.999 ** (step + 1))) + 1e-8;
      at[axis] = (at[axis] as number) - rate * (spec === "adam" ? even / size : g);
    }
  }
  return rows;
}

describe("runs that amplify rounding are not wrong:", () => {
  test.each([
    ["adam on a curved valley", "adam", 0.9],
    ["adam with a rate that is far too large", "adam", 3],
    ["steps at the edge of what is stable", "sgd", 0.0024],
    ["steps that diverge", "sgd", 0.05],
    ["steps that diverge at once", "sgd", 3],
  ] as const)("%s", (_, spec, rate) => {
    let parted = 0;
    for (let start = 0; start < 40; start += 1) {
      const at: [number, number] = [Math.sin(start) * 3, Math.cos(7 * start) * 3];
      const [kernel, page] = [descent(spec, rate, at, 0), descent(spec, rate, at, 1e-6)];
      expect(wrongAt(kernel, page, ["y", "y_grad"])).toBeUndefined();
      const far = kernel.some((row, step) => {
        const [value, other] = [row[0] as number, page[step]?.[0] as number];
        return !(Math.abs(value - other) <= 1e-3 * Math.abs(value));
      });
      parted += Number(far);
    }
    expect(parted).toBeGreaterThan(0);
  });
});
