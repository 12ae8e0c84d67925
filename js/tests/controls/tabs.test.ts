// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { element } from "../../src/controls/elements.ts";
import { tabs } from "../../src/controls/tabs.ts";
import { texts } from "../../src/text/texts.ts";

it("the choice of the figure below begins with the steps, and says what is chosen", () => {
  const figures = element("div");
  const changed = vi.fn();
  const choice = tabs(figures, texts, changed);
  document.body.replaceChildren(choice);
  const [steps, data] = choice.querySelectorAll("input");
  expect(figures.dataset.tab).toBe("steps");
  expect([steps?.checked, data?.checked]).toEqual([true, false]);
  data?.click();
  expect(figures.dataset.tab).toBe("data");
  expect(changed).toHaveBeenCalledTimes(1);
  steps?.click();
  expect(figures.dataset.tab).toBe("steps");
});

it("two choices in one page are apart", () => {
  const [one, other] = [tabs(element("div"), texts, vi.fn()), tabs(element("div"), texts, vi.fn())];
  document.body.replaceChildren(one, other);
  (other.querySelectorAll("input")[1] as HTMLInputElement).click();
  expect((one.querySelectorAll("input")[0] as HTMLInputElement).checked).toBe(true);
});
