// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { element } from "../../src/controls/elements.ts";
import { Settings } from "../../src/controls/settings.ts";
import { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { delta, descent, NAMES, storeWith } from "../builders.ts";

const actions = { start: vi.fn(), learningRate: vi.fn(), runSteps: vi.fn() };
let store: Store;
let settings: Settings;
let root: HTMLElement;

beforeEach(() => {
  for (const action of Object.values(actions)) action.mockReset();
  open(storeWith(descent(3)));
});

/** Shows the settings of a store, drawn after every change as in a view. */
function open(shown: Store): void {
  store = shown;
  settings = new Settings(store, actions);
  const { rateField, runStepsField, startsBox, messages } = settings;
  root = element("div", {}, rateField, runStepsField, startsBox, ...messages);
  document.body.replaceChildren(root);
  store.onChange(() => settings.draw());
  settings.draw();
}

function field(label: string): HTMLInputElement {
  const found = [...root.querySelectorAll("label")].find(
    ({ textContent }) => textContent === label,
  );
  if (!found) throw new Error(`no label ${label}`);
  return root.querySelector(`#${found.htmlFor}`) as HTMLInputElement;
}

function slider(): HTMLInputElement {
  return root.querySelector("input[type=range]") as HTMLInputElement;
}

/** Types something and leaves the field. */
function enter(input: HTMLInputElement, text: string): void {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function message(): string {
  return settings.messages.map(({ textContent }) => textContent).join("");
}

function expectNothingDone(): void {
  for (const action of Object.values(actions)) expect(action).not.toHaveBeenCalled();
}

const rate = () => field(texts.learningRate);
const steps = () => field(texts.runSteps);
const startW = () => field(texts.start("W"));

describe("the settings", () => {
  it("show what is set, as it was typed, and the start as float32", () => {
    expect(rate().value).toBe("0.01");
    expect(steps().value).toBe("50");
    expect(startW().value).toBe("8.0");
    expect(field(texts.startHeld("b")).value).toBe("-1.0");
  });

  it("follow what is set elsewhere", () => {
    store.set({ runSteps: 200 });
    store.setRate(0.2);
    store.apply({
      ...delta(descent(0), { run: 2 }),
      run: { ...delta(descent(0)).run, id: 2, params: { W: 5, b: 0.1 } },
    });
    expect(rate().value).toBe("0.2");
    expect(steps().value).toBe("200");
    expect(startW().value).toBe("5.0");
    expect(field(texts.startHeld("b")).value).toBe("0.1");
  });

  it("leave alone what is being typed", () => {
    rate().focus();
    rate().value = "0.0";
    rate().dispatchEvent(new Event("input"));
    store.setRate(0.5);
    expect(rate().value).toBe("0.0");
    rate().dispatchEvent(new Event("blur"));
    store.changed();
    expect(rate().value).toBe("0.5");
  });
});

describe("a good value", () => {
  it.each([
    ["0.2", 0.2],
    ["1e-3", 0.001],
    ["100", 100],
    ["2e-38", 2e-38],
  ])("%s as learning rate is set", (text, value) => {
    enter(rate(), text);
    expect(actions.learningRate).toHaveBeenCalledExactlyOnceWith(value);
    expect(message()).toBe("");
  });

  it.each([
    ["1", 1],
    ["10000000", 10_000_000],
    ["1e3", 1000],
  ])("%s as steps per run is set", (text, value) => {
    enter(steps(), text);
    expect(actions.runSteps).toHaveBeenCalledExactlyOnceWith(value);
  });

  it.each([
    ["-3.5", -3.5],
    ["0", 0],
    ["1e38", 1e38],
  ])("%s as start is set, by its name", (text, value) => {
    enter(startW(), text);
    enter(field(texts.startHeld("b")), "2");
    expect(actions.start.mock.calls).toEqual([
      ["W", value],
      ["b", 2],
    ]);
  });
});

describe("a bad value", () => {
  it.each(["", "abc", "0", "-0.01", "1e300", "1e400", "1e-60", "NaN"])(
    "%j as learning rate is refused in a sentence",
    (text) => {
      enter(rate(), text);
      expectNothingDone();
      expect(message()).toBe(texts.notRate);
      expect(store.learningRate).toBe(0.01);
    },
  );

  it.each(["", "abc", "0", "-1", "1.5", "10000001", "1000000000000"])(
    "%j as steps per run is refused in a sentence",
    (text) => {
      enter(steps(), text);
      expectNothingDone();
      expect(message()).toBe(texts.notSteps);
      expect(store.runSteps).toBe(50);
    },
  );

  it.each(["", "abc", "1e39", "-1e39", "1e400"])("%j as start is refused in a sentence", (text) => {
    enter(startW(), text);
    expectNothingDone();
    expect(message()).toBe(texts.notNumber(texts.start("W")));
  });

  it("stands where it was typed, marked, until a good one comes", () => {
    enter(rate(), "-1");
    expect(rate().value).toBe("-1");
    expect(rate().getAttribute("aria-invalid")).toBe("true");
    expect(steps().getAttribute("aria-invalid")).toBe("false");
    actions.learningRate.mockImplementation((value: number) => store.setRate(value));
    enter(rate(), "0.5");
    expect(message()).toBe("");
    expect(rate().getAttribute("aria-invalid")).toBe("false");
    expect(rate().value).toBe("0.5");
  });

  it("is forgotten, with its message, when that is taken back", () => {
    enter(rate(), "-1");
    store.tell(undefined);
    expect(message()).toBe("");
    expect(rate().value).toBe("0.01");
  });
});

describe("what the kernel refuses", () => {
  it("is said beside its field", () => {
    store.tell({ field: "W", message: "W: got 1e38; accepted: a start whose loss is finite" });
    expect(message()).toContain("a start whose loss is finite");
    expect(startW().getAttribute("aria-invalid")).toBe("true");
  });

  it("is shown as text, be there markup in it", () => {
    store.tell({ field: "", message: "<img src=x onerror=alert(1)>" });
    expect(root.querySelector("img")).toBeNull();
    expect(message()).toBe("<img src=x onerror=alert(1)>");
  });
});

describe("the slider", () => {
  it("stands where the rate is, on a logarithmic scale, and says the rate", () => {
    const at = (value: number): number => {
      store.setRate(value);
      return Number(slider().value);
    };
    const decade = at(0.01) - at(0.001);
    expect(decade).toBeGreaterThan(0);
    expect(at(0.1) - at(0.01)).toBe(decade);
    store.setRate(0.1);
    expect(slider().getAttribute("aria-valuetext")).toBe("0.1");
  });

  it("stands at its ends where the rate is beyond them", () => {
    store.setRate(1e-9);
    expect(slider().value).toBe("0");
    store.setRate(1e9);
    expect(slider().value).toBe(slider().max);
  });

  it("sets rates one would type", () => {
    slider().value = "217";
    slider().dispatchEvent(new Event("input"));
    const [[value]] = actions.learningRate.mock.calls as [[number]];
    expect(String(value).replace(/^0\.0*/, "").length).toBeLessThanOrEqual(3);
  });
});

describe("names with markup in them", () => {
  it("are shown as text", () => {
    const name = "<script>alert(1)</script>";
    open(new Store({ ...NAMES, params: [name], learning: name, recorded: [name] }));
    expect(root.querySelector("script")).toBeNull();
    expect(root.textContent).toContain(texts.start(name));
    enter(field(texts.start(name)), "abc");
    expect(root.querySelector("script")).toBeNull();
    expect(message()).toContain(name);
  });
});

describe("a schedule or an optimizer that was handed in", () => {
  it.each([{ decay: "custom" }, { optimizer: "custom" }])("has its own rate: %j", (set) => {
    const hint = () => root.querySelector(".gdwidget-hint") as HTMLElement;
    expect(hint().hidden).toBe(true);
    store.set(set);
    expect(hint().hidden).toBe(false);
    for (const input of [rate(), slider()]) {
      expect(input.disabled).toBe(true);
      expect(input.getAttribute("aria-describedby")).toBe(hint().id);
    }
    store.set({ decay: "constant", optimizer: "sgd" });
    expect(rate().disabled).toBe(false);
    expect(rate().hasAttribute("aria-describedby")).toBe(false);
  });
});

describe("several parameters that learn", () => {
  it("are none of them held", () => {
    open(new Store({ ...NAMES, recorded: ["W", "b"], count: 2 }));
    expect(field(texts.start("b"))).toBeDefined();
    expect(root.textContent).not.toContain(texts.startHeld("b"));
  });
});
