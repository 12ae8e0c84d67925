// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { element, popup } from "../../src/controls/elements.ts";

const input = element("input", { type: "number" });
const outside = element("button", {}, "outside");
let root: HTMLDetailsElement;

beforeEach(() => {
  input.removeAttribute("aria-invalid");
  root = popup("How many", "▾", input);
  document.body.replaceChildren(root, outside);
  root.open = true;
  input.focus();
});

describe("what opens below its mark", () => {
  it("is called by its label, not by its mark", () => {
    const summary = root.querySelector("summary") as HTMLElement;
    const read = [...summary.children].filter((each) => !each.hasAttribute("aria-hidden"));
    expect(read.map(({ textContent }) => textContent)).toEqual(["How many"]);
  });

  it("shuts by Escape, and its mark has the focus", () => {
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(root.open).toBe(false);
    expect(document.activeElement).toBe(root.querySelector("summary"));
  });

  it("stays open by other keys", () => {
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "5", bubbles: true }));
    expect(root.open).toBe(true);
  });

  it("shuts when it is left, not while the focus moves in it", () => {
    const left = (to: HTMLElement): FocusEvent =>
      new FocusEvent("focusout", { relatedTarget: to, bubbles: true });
    input.dispatchEvent(left(root.querySelector("summary") as HTMLElement));
    expect(root.open).toBe(true);
    input.dispatchEvent(left(outside));
    expect(root.open).toBe(false);
  });

  it("stays open while something wrong stands in it", () => {
    input.setAttribute("aria-invalid", "true");
    input.dispatchEvent(new FocusEvent("focusout", { relatedTarget: outside, bubbles: true }));
    expect(root.open).toBe(true);
  });
});
