// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RulerControls } from "../../src/app/ruler.ts";
import type { Session } from "../../src/app/session.ts";
import type { Teaching } from "../../src/app/teaching.ts";
import { element } from "../../src/controls/elements.ts";
import { Settings } from "../../src/controls/settings.ts";
import type { Store } from "../../src/model/store.ts";
import * as module from "../../src/teaching/module.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, storeWith } from "../builders.ts";
import { FakeModel, settled } from "../fakes.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

function setUp(teaching: () => Promise<Teaching> = () => Promise.resolve(module)) {
  const store: Store = storeWith(descent(8, { rate: 0.2 }));
  const loads = vi.fn(teaching);
  const session = { store, model: new FakeModel(), engine: {}, teaches: true, teaching: loads };
  const actions = { start: vi.fn(), learningRate: vi.fn(), runSteps: vi.fn() };
  const settings = new Settings(store, actions);
  const above = element("div");
  const root = element("div", {}, settings.rateField, above);
  const ruler = new RulerControls(session as unknown as Session, settings, () => true, above);
  document.body.replaceChildren(root, ruler.root);
  const draw = (): void => {
    settings.draw();
    ruler.draw();
  };
  store.onChange(draw);
  draw();
  return { store, loads, settings, root, ruler, session, draw };
}

describe("the ruler's switch", () => {
  it("loads what teaches when it is first used, and not before", async () => {
    const { loads, ruler, root, store } = setUp();
    await settled();
    expect(loads).not.toHaveBeenCalled();
    ruler.box.click();
    await settled();
    expect(store.ruled).toBe(true);
    expect(root.querySelector(".gdwidget-ruler")?.textContent).toContain(
      "The curvature is measured",
    );
    ruler.box.click();
    expect(root.querySelector(".gdwidget-ruler")).toBeNull();
    expect(root.querySelector(".gdwidget-ruler-scale")).toBeNull();
    expect(loads).toHaveBeenCalledOnce();
  });

  it("has the sentence describe the slider, and only while it is there", async () => {
    const { store, settings, root } = setUp();
    store.rule(true);
    await settled();
    const described = settings.slider.getAttribute("aria-describedby") as string;
    expect(root.querySelector(`#${described}`)?.closest(".gdwidget-ruler")).not.toBeNull();
    expect(root.querySelector(".gdwidget-ruler")?.closest("[aria-live]")).toBeNull();
    store.rule(false);
    store.changed();
    expect(settings.slider.hasAttribute("aria-describedby")).toBe(false);
  });

  it("says that what it needs is not there, and is off again", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const { store, ruler } = setUp(() => Promise.reject(new Error("no kernel")));
    ruler.box.click();
    await settled();
    expect([store.ruled, ruler.box.checked]).toEqual([false, false]);
    expect(store.notice?.message).toBe(texts.noTeaching);
    quiet.mockRestore();
  });

  it("is not offered where a page without a kernel has nothing to teach with", () => {
    const { ruler, session, draw } = setUp();
    session.teaches = false;
    draw();
    expect([ruler.root.hidden, ruler.why.hidden]).toEqual([true, true]);
  });
});

describe("the question why", () => {
  it("is answered beside the sentence until something else is shown", async () => {
    const { ruler, store, session } = setUp();
    ruler.why.click();
    await settled();
    const request = session.model.sent.at(-1) as unknown as Record<string, unknown>;
    const along = { W: 1 };
    const curvature = { optimizer: "sgd", known: true, own_units: false, sharpness: 31 / 3, along };
    session.model.trigger("msg:custom", { ...request, ...curvature, limit: 6 / 31 }, []);
    await settled();
    expect(ruler.reason.textContent).toContain("= −1.067; measured −1.067.");
    store.goTo(3);
    expect(ruler.reason.textContent).toBe("");
  });
});
