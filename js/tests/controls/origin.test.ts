// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { Origin } from "../../src/controls/origin.ts";
import { Rows } from "../../src/model/rows.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, storeWith } from "../builders.ts";

function setUp() {
  const store = storeWith(descent(3));
  const goOn = vi.fn(() => {
    store.offered = false;
    store.origin = texts.recomputing;
  });
  const origin = new Origin(store, goOn);
  origin.draw();
  document.body.replaceChildren(origin.root);
  const offer = origin.root.querySelector("button") as HTMLButtonElement;
  return { store, origin, offer, goOn };
}

describe("the small print", () => {
  it("is not there while there is a kernel", () => {
    expect(setUp().origin.root.hidden).toBe(true);
  });

  it("says what there is to know of a page that computes", () => {
    const { store, origin, offer } = setUp();
    store.origin = texts.recomputed;
    origin.draw();
    expect(origin.root.hidden).toBe(false);
    expect(offer.hidden).toBe(true);
    expect(origin.root.textContent).toContain(texts.recomputed);
  });
});

describe("a long run", () => {
  it("says how many of its rows were saved", () => {
    const { store, origin } = setUp();
    const rows = Rows.saved(Int32Array.of(0, 2), {
      value: Float32Array.of(8, 7),
      gradient: Float32Array.of(62, 50),
      loss: Float32Array.of(186, 120),
      rate: Float32Array.of(0.01, 0.01),
      extras: [],
    });
    const run = store.run as { rows: Rows; last: number };
    run.rows = rows;
    run.last = 2;
    origin.draw();
    expect(origin.root.hidden).toBe(true);
    store.engine = "none";
    origin.draw();
    expect(origin.root.textContent).toContain("Of the 3 rows of this run 2 were saved");
  });
});

describe("the offer to go on", () => {
  it("is a button that is gone once it is pressed, and leaves the focus in its place", () => {
    const { store, origin, offer, goOn } = setUp();
    store.offered = true;
    origin.draw();
    expect([origin.root.hidden, offer.hidden]).toEqual([false, false]);
    expect(offer.textContent).toBe(texts.goOn);
    offer.focus();
    offer.click();
    expect(goOn).toHaveBeenCalledTimes(1);
    expect(offer.hidden).toBe(true);
    expect(origin.root.contains(document.activeElement)).toBe(true);
    expect(document.activeElement?.textContent).toBe(texts.recomputing);
  });
});
