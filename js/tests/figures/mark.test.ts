import { describe, expect, it } from "vitest";
import {
  Changes,
  columns,
  label,
  type Point,
  place,
  placePoint,
  stretch,
  withGaps,
} from "../../src/figures/mark.ts";
import { FakeChild } from "../fakes.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe("placing points", () => {
  it("sets both columns at once", () => {
    const mark = new FakeChild();
    place(mark, [1, 2], [3, 4]);
    expect(mark.states).toEqual([{ x: Float64Array.of(1, 2), y: Float64Array.of(3, 4) }]);
  });

  it("hands bqplot arrays of their own, for it sends their whole buffer", () => {
    const mark = new FakeChild();
    const values = Float64Array.of(1, 2, 3);
    place(mark, values.subarray(1), values.subarray(1));
    expect((mark.get("x") as Float64Array).buffer.byteLength).toBe(16);
    expect(mark.get("x")).not.toBe(mark.get("y"));
  });

  it("keeps a gap between points", () => {
    const mark = new FakeChild();
    place(mark, [1, 2, 3], [3, nan, 5]);
    expect(mark.points).toEqual([
      [1, 3],
      [2, nan],
      [3, 5],
    ]);
  });

  it.each([[[nan]], [[infinity]], [[nan, -infinity, nan]]])(
    "leaves out %j at the end, where bqplot puts a label",
    (end) => {
      const mark = new FakeChild();
      place(mark, [1, 2, 3, 4, 5].slice(0, 2 + end.length), [7, 8, ...end]);
      expect(mark.points).toEqual([
        [1, 7],
        [2, 8],
      ]);
    },
  );

  it("that are all gaps places none", () => {
    const mark = new FakeChild();
    place(mark, [1, 2], [nan, nan]);
    expect(mark.points).toEqual([]);
  });
});

describe("placing one point", () => {
  it("shows it", () => {
    const mark = new FakeChild();
    placePoint(mark, [3, -4]);
    expect(mark.points).toEqual([[3, -4]]);
  });

  it.each([
    [nan, 1],
    [1, nan],
    [infinity, 1],
    [1, -infinity],
  ])("at %d, %d shows none", (x, y) => {
    const mark = new FakeChild();
    placePoint(mark, [x, y]);
    expect(mark.points).toEqual([]);
  });

  it("shows none where there is none", () => {
    const mark = new FakeChild();
    placePoint(mark, undefined);
    expect(mark.states).toHaveLength(1);
    expect(mark.points).toEqual([]);
  });
});

describe("lines with gaps", () => {
  const lines: Point[][] = [
    [
      [1, 11],
      [2, 22],
    ],
    [[5, 55]],
    [
      [7, 77],
      [8, 88],
    ],
  ];

  it("have one between each two, and none at the end", () => {
    expect(withGaps(lines)).toEqual([
      [1, 11],
      [2, 22],
      [2, nan],
      [5, 55],
      [5, nan],
      [7, 77],
      [8, 88],
    ]);
  });

  it("may be none", () => {
    expect(withGaps([])).toEqual([]);
  });

  it("never end in a gap once placed, be the last line empty", () => {
    const mark = new FakeChild();
    place(mark, ...columns(withGaps([...lines, []])));
    expect(mark.points.at(-1)).toEqual([8, 88]);
  });
});

describe("a scale", () => {
  it("gets its ends at once, and only where they changed", () => {
    const scale = new FakeChild();
    stretch(scale, 0, 10);
    stretch(scale, 0, 10);
    expect(scale.states).toEqual([{ min: 0, max: 10 }]);
    stretch(scale, 0, 12);
    expect(scale.states).toHaveLength(2);
  });

  it.each([
    [nan, 1],
    [0, nan],
    [0, infinity],
    [-infinity, 0],
    [1, 1],
    [2, 1],
  ])("keeps its ends where they would be %d and %d", (min, max) => {
    const scale = new FakeChild();
    stretch(scale, min, max);
    expect(scale.states).toEqual([]);
  });
});

describe("an axis", () => {
  it("gets its ticks and their texts, by the number as bqplot writes it", () => {
    const axis = new FakeChild();
    label(axis, [0, 0.5, 1e-7]);
    expect(axis.states).toEqual([
      {
        label: "",
        tick_values: Float64Array.of(0, 0.5, 1e-7),
        tick_labels: { "0": "0", "0.5": "0.5", "1e-7": "10⁻⁷" },
      },
    ]);
  });

  it("leaves out of its ticks what they share", () => {
    const axis = new FakeChild();
    label(axis, [999_999, 1e6, 1_000_001], "", { common: 1e6, unit: 1 });
    expect(axis.states[0]?.tick_labels).toEqual({ 999999: "−1", 1000000: "0", 1000001: "1" });
  });

  it("has a name at its end where there is room for it", () => {
    const axis = new FakeChild();
    label(axis, [0, 1], "W");
    label(axis, [0, 1], "weights[0, 1]");
    expect(axis.states.map((state) => state.label)).toEqual(["W", ""]);
  });
});

describe("changes", () => {
  it("are told once for the same parts", () => {
    const changes = new Changes();
    expect(changes.has("path", 1, [2, 3])).toBe(true);
    expect(changes.has("path", 1, [2, 3])).toBe(false);
    expect(changes.has("path", 1, [2, 4])).toBe(true);
    expect(changes.has("path", 1, [2, 3])).toBe(true);
  });

  it("of one thing are none of another", () => {
    const changes = new Changes();
    changes.has("path", 1);
    expect(changes.has("dots", 1)).toBe(true);
    expect(changes.has("path", 1)).toBe(false);
  });
});
