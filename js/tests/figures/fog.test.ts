import { describe, expect, it } from "vitest";
import { drawnCurves, PathView } from "../../src/figures/view.ts";
import { texts } from "../../src/text/texts.ts";
import { curve, descent, storeWith } from "../builders.ts";

function inFog(fog: boolean) {
  const store = storeWith(descent(3));
  store.showCurve({ ...curve(), low: -4, high: 9 });
  store.set({ fog });
  return store;
}

describe("in fog", () => {
  it("no curve is drawn, and the axes fit start and path, not the curve", () => {
    expect(drawnCurves(inFog(true))).toEqual([]);
    const view = (fog: boolean) => new PathView().of(inFog(fog), 300);
    expect(view(false)?.low).toBe(-4);
    const { low = 0, high = 0, bottom = 0 } = view(true) ?? {};
    expect([low, high]).toEqual([0, 16]);
    expect(bottom).toBeLessThanOrEqual(0);
  });

  it("all is there again when it lifts", () => {
    const store = inFog(true);
    store.set({ fog: false });
    expect(drawnCurves(store)).toHaveLength(1);
  });

  it("no text tells how low the map goes", () => {
    const plane = { x: "x", y: "y", least: 0.125, most: 50, holes: 0.5, explained: null };
    const here = { start: undefined, cursor: undefined, outside: false, step: 0, loss: 1 };
    const told = { ...plane, ...here, downhill: undefined, stretched: "", fog: true };
    expect(texts.planeAlternative(told)).toBe(
      "Map of the loss over x and y, drawn only where it was evaluated.",
    );
    expect(texts.planeAlternative({ ...told, fog: false })).toContain("from 0.125 to 50.0");
  });
});
