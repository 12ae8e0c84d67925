// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import {
  button,
  element,
  KEEPS_KEYS,
  labelled,
  legendEntry,
  setText,
} from "../../src/controls/elements.ts";

describe("an element", () => {
  it("has its attributes, those that are true empty, those that are false not at all", () => {
    const made = element("input", { type: "range", max: 5, disabled: true, hidden: false });
    expect(made.getAttribute("type")).toBe("range");
    expect(made.getAttribute("max")).toBe("5");
    expect(made.getAttribute("disabled")).toBe("");
    expect(made.hasAttribute("hidden")).toBe(false);
  });

  it("shows texts with markup in them as text", () => {
    const made = element("p", {}, "<script>alert(1)</script>", element("b", {}, "&amp;"));
    expect(made.querySelector("script")).toBeNull();
    expect(made.textContent).toBe("<script>alert(1)</script>&amp;");
  });
});

describe("a button", () => {
  it("has a text, a hint, and an icon that is not read out", () => {
    const made = button("Step", "One step", "▶");
    expect(made.type).toBe("button");
    expect(made.title).toBe("One step");
    expect(made.querySelector("[aria-hidden]")?.textContent).toBe("▶");
    expect(made.querySelector(".gdwidget-button-text")?.textContent).toBe("Step");
  });

  it("keeps its keys from Jupyter", () => {
    const [name] = Object.keys(KEEPS_KEYS) as [string];
    expect(button("Step", "One step").hasAttribute(name)).toBe(true);
  });
});

describe("a label", () => {
  it("belongs to its input, and to no other", () => {
    const fields = [1, 2].map(() => labelled("rate", element("input")));
    const [first, second] = fields.map((field) => ({
      label: field.querySelector("label") as HTMLLabelElement,
      input: field.querySelector("input") as HTMLInputElement,
    }));
    expect(first?.label.htmlFor).toBe(first?.input.id);
    expect(first?.input.id).not.toBe(second?.input.id);
  });
});

describe("setting a text", () => {
  it("leaves the element as it is where the text is the same", () => {
    const target = element("p", {}, "step 3");
    const before = target.firstChild;
    setText(target, "step 3");
    expect(target.firstChild).toBe(before);
    setText(target, "step 4");
    expect(target.textContent).toBe("step 4");
  });
});

describe("an entry of a legend", () => {
  it("says what its mark is, and hides the mark from screen readers", () => {
    const entry = legendEntry("batch", "loss of this batch");
    expect(entry.textContent).toBe("loss of this batch");
    const key = entry.querySelector(".gdwidget-key-batch");
    expect(key?.getAttribute("aria-hidden")).toBe("true");
  });
});
