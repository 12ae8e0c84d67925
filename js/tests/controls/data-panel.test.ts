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
  const note = () => panel.root.querySelector(".gdwidget-caption") as HTMLElement;
  return { store, panel, toggled, note };
}

describe("the title", () => {
  it("says what is drawn over what", () => {
    const { panel } = setUp(look({ figure: "curve", x: "size", y: "price", targets: [1] }));
    expect(panel.root.querySelector("summary")?.textContent).toBe("Model and data price over size");
  });
});

describe("a look that was saved", () => {
  it("says of which step it is, while another one is looked at", () => {
    const { store, panel, note } = setUp(look({ figure: "scatter", targets: [1], step: 3 }));
    store.showLook(look({ figure: "scatter", targets: [1], step: 3, kept: true }));
    panel.draw();
    expect(note().hidden).toBe(true);
    store.goTo(1);
    panel.draw();
    expect([note().hidden, note().textContent]).toEqual([false, texts.keptLook(3)]);
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
