// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { DataPanel } from "../../src/controls/data-panel.ts";
import type { LookAnswer } from "../../src/protocol/messages.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, look, storeWith } from "../builders.ts";

function setUp(shown: LookAnswer | undefined) {
  const store = storeWith(descent(3));
  store.showLook(shown);
  const toggled = vi.fn();
  const panel = new DataPanel(store, toggled);
  panel.draw();
  panel.describe();
  const legend = () =>
    [...panel.root.querySelectorAll("li")]
      .filter((item) => !item.hidden)
      .map((item) => item.textContent);
  return { store, panel, toggled, legend };
}

describe("the legend", () => {
  it("of a curve names samples, model and residuals, and the batch where there is one", () => {
    const { store, panel, legend } = setUp(look({ figure: "curve", targets: [1, 2] }));
    expect(legend()).toEqual(["samples", "model", "residual"]);
    store.showLook(look({ figure: "curve", targets: [1, 2], batch: [1] }));
    panel.draw();
    expect(legend()).toEqual(["samples", "model", "residual", "in the batch"]);
  });

  it("of a classifier names its classes, a third one only where there is one", () => {
    const { store, panel, legend } = setUp(look({ figure: "boundary", targets: [0, 1] }));
    expect(legend()).toEqual(["class 0", "class 1", "decision boundary"]);
    store.showLook(look({ figure: "boundary", targets: [0, 1, 2] }));
    panel.draw();
    expect(legend()).toEqual(["class 0", "class 1", "class 2 and on", "decision boundary"]);
  });

  it("of predicted against true names the line where they are equal", () => {
    expect(setUp(look({ figure: "scatter", targets: [1] })).legend()).toEqual([
      "samples",
      "predicted = true",
    ]);
  });
});

describe("a look that was saved", () => {
  it("says of which step it is, while another one is looked at", () => {
    const { store, panel, legend } = setUp(look({ figure: "scatter", targets: [1], step: 3 }));
    store.showLook(look({ figure: "scatter", targets: [1], step: 3, kept: true }));
    panel.draw();
    expect(legend()).toEqual(["samples", "predicted = true"]);
    store.goTo(1);
    panel.draw();
    expect(legend()).toEqual(["samples", "predicted = true", texts.keptLook(3)]);
  });
});

describe("the panel", () => {
  it("is open at first, says when it is shut, and is then not looked at", () => {
    const { panel, toggled } = setUp(look({ figure: "curve", targets: [1] }));
    expect(panel.open).toBe(true);
    panel.root.open = false;
    panel.root.dispatchEvent(new Event("toggle"));
    expect(toggled).toHaveBeenCalled();
    expect(panel.open).toBe(false);
  });

  it("waits for its first look while there is a kernel, and is gone without either", () => {
    const { store, panel } = setUp(undefined);
    expect(panel.root.hidden).toBe(false);
    store.loseKernel(true);
    panel.draw();
    expect(panel.root.hidden).toBe(true);
    store.showLook(look({ figure: "curve", targets: [1] }));
    panel.draw();
    expect(panel.root.hidden).toBe(false);
  });

  it("is gone while the kernel has no figure for the data, but goes on looking", () => {
    const { store, panel } = setUp(look({ figure: null }));
    expect([panel.root.hidden, panel.open]).toEqual([true, true]);
    store.showLook(look({ figure: "curve", targets: [1] }));
    panel.draw();
    expect(panel.root.hidden).toBe(false);
  });

  it("has a picture that can be focused and says in words what it shows", () => {
    const { panel } = setUp(look({ figure: "scatter", x: "a", y: "b", targets: [1] }));
    expect([panel.box.getAttribute("role"), panel.box.tabIndex]).toEqual(["img", 0]);
    expect(panel.box.getAttribute("aria-label")).toContain("Graph of 1 sample at step 0, b over a");
  });
});
