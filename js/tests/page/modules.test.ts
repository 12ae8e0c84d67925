import { expect, it, vi } from "vitest";
import { define, find, type Module, PageError, provide } from "../../src/page/modules.ts";

it("finds what is provided", () => {
  const module = { Slider: class {} };
  provide("sliders", "2.0.0", module);
  expect(find("sliders", "2.0.0")).toBe(module);
});

it("makes a defined module when it is first needed, once, with what it needs", () => {
  const base = { Model: class {} };
  const maker = vi.fn((needed: Module) => ({ needed }));
  provide("base", "1.0", base);
  define("figures", "0.6.1")(["base"], maker);
  expect(maker).not.toHaveBeenCalled();
  expect(find("figures", "^0.6.1")).toEqual({ needed: base });
  find("figures", "");
  expect(maker).toHaveBeenCalledTimes(1);
});

it("names a module that is not there", () => {
  expect(() => find("else", "1.0")).toThrow(
    new PageError("It needs else, which this page does not have."),
  );
});

it.each(["~0.11.*", "^0.11.0", "0.10.3", "0", "*", "", "0.11.9"])(
  "reads what %s saved",
  (saved) => {
    provide("any", "0.11.0", {});
    expect(find("any", saved)).toEqual({});
  },
);

it.each(["~0.12.*", "^1.0.0", "1", "2.0.0-alpha"])("refuses what %s saved", (saved) => {
  provide("any", "0.11.0", {});
  expect(() => find("any", saved)).toThrow(/newer version of any: .* this page has 0\.11\.0\.$/);
});
