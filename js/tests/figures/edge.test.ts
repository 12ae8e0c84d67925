import { describe, expect, it } from "vitest";
import { edgeNames } from "../../src/figures/edge.ts";

const VIEW = { low: -10, high: 10, bottom: 0, top: 100 };
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe("a point outside a picture", () => {
  it.each([
    [[31.21, 50], "W = 31.21 →", [10, 50]],
    [[-31.21, 50], "← W = -31.21", [-10, 50]],
    [[5, 123.456], "↑ loss = 123.5", [5, 100]],
    [[5, -1], "↓ loss = -1", [5, 0]],
    [[11, 101], "W = 11, loss = 101 ↗", [10, 100]],
    [[-11, 101], "↖ W = -11, loss = 101", [-10, 100]],
    [[11, -1], "W = 11, loss = -1 ↘", [10, 0]],
    [[-11, -1], "↙ W = -11, loss = -1", [-10, 0]],
    [[1e30, 50], "W = 1e+30 →", [10, 50]],
  ] as [[number, number], string, [number, number]][])(
    "%j has an arrow at the edge with what is outside of it",
    (point, text, at) => {
      const [found, short] = edgeNames(point, VIEW, ["W", "loss"], "blue");
      expect(short).toEqual({ ...found, text: text.replace(/[^←-↙]/g, "") });
      expect(found).toMatchObject({ text, at, color: "blue" });
    },
  );

  it("says which it is where that is not the cursor", () => {
    const found = edgeNames([31, 50], VIEW, ["W", "loss"], "blue", "next");
    expect(found.map(({ text }) => text)).toEqual(["next W = 31 →", "next →"]);
  });

  it.each([[[10, 100]], [[-10, 0]], [[nan, 50]], [[infinity, 50]], [[11, nan]], [undefined]] as [
    [number, number] | undefined,
  ][])("is none at %j", (point) => {
    expect(edgeNames(point, VIEW, ["W", "loss"], "blue")).toEqual([]);
  });
});
