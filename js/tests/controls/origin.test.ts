// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { Origin } from "../../src/controls/origin.ts";
import { Store } from "../../src/model/store.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, keyframe, NAMES, savedRun, storeWith } from "../builders.ts";

function setUp() {
  const store = storeWith(descent(3));
  const goOn = vi.fn(() => {
    store.computeHere();
    store.explain(engineTexts.recomputing);
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
    store.explain(engineTexts.recomputed);
    origin.draw();
    expect(origin.root.hidden).toBe(false);
    expect(offer.hidden).toBe(true);
    expect(origin.root.textContent).toContain(engineTexts.recomputed);
  });
});

describe("a long run", () => {
  it("says how many of its rows were saved", () => {
    const store = new Store(NAMES);
    store.load(keyframe(2, savedRun(descent(2), [0, 2])));
    const origin = new Origin(store, () => {});
    origin.draw();
    expect(origin.root.hidden).toBe(true);
    store.loseKernel(true);
    origin.draw();
    expect(origin.root.textContent).toContain("Of the 3 rows of this run 2 were saved");
  });
});

describe("the offer to go on", () => {
  it("is a button that is gone once it is pressed, and leaves the focus in its place", () => {
    const { store, origin, offer, goOn } = setUp();
    store.offer();
    origin.draw();
    expect([origin.root.hidden, offer.hidden]).toEqual([false, false]);
    expect(offer.textContent).toBe(texts.goOn);
    offer.focus();
    offer.click();
    expect(goOn).toHaveBeenCalledTimes(1);
    expect(offer.hidden).toBe(true);
    expect(origin.root.contains(document.activeElement)).toBe(true);
    expect(document.activeElement?.textContent).toBe(engineTexts.recomputing);
  });
});
