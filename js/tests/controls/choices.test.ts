// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Choices } from "../../src/controls/choices.ts";
import type { Settings } from "../../src/model/state.ts";
import type { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, storeWith } from "../builders.ts";

const offered = {
  optimizers: ["sgd", "adam", "lion"],
  decays: ["constant", "cosine"],
  batch_sizes: [0, 1, 8, 32],
  problems: ["line", "moons"],
};
const choose = vi.fn();
let store: Store;
let choices: Choices;

beforeEach(() => {
  choose.mockReset();
  store = storeWith(descent(3));
  choices = new Choices(store, choose);
  document.body.replaceChildren(choices.root);
  set({ choices: offered, problem: "line" });
});

function set(settings: Partial<Settings>): void {
  store.set(settings);
  choices.draw();
}

function list(label: string): HTMLSelectElement {
  const found = [...choices.root.querySelectorAll("label")].find(
    ({ textContent }) => textContent === label,
  );
  return choices.root.querySelector(`#${found?.htmlFor}`) as HTMLSelectElement;
}

function options(label: string): string[] {
  return [...list(label).options].map(({ textContent }) => textContent ?? "");
}

function pick(label: string, index: number): void {
  const select = list(label);
  select.selectedIndex = index;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function shown(): string[] {
  return [...choices.root.querySelectorAll<HTMLElement>(".gdwidget-field")]
    .filter(({ hidden }) => !hidden)
    .map((field) => field.querySelector("label")?.textContent ?? "");
}

describe("the words", () => {
  it("say what was chosen where there was a choice, and how far it went", () => {
    expect(choices.words.textContent).toBe(
      "problem line, optimizer sgd, batch all samples, decay constant, learning rate 0.01, step 3 of 3",
    );
    set({ choices: { ...offered, problems: [], batch_sizes: [] }, optimizer: "adam" });
    store.goTo(1);
    set({ learningRate: 0.5 });
    expect(choices.words.textContent).toBe(
      "optimizer adam, decay constant, learning rate 0.5, step 1 of 3",
    );
  });

  it("leave out a rate that is not the one that is set", () => {
    set({ decay: "custom" });
    expect(choices.words.textContent).not.toContain("learning rate");
  });
});

describe("the lists", () => {
  it("are labelled and offer what the kernel says", () => {
    expect(shown()).toEqual([texts.problem, texts.optimizer, texts.batchSize, texts.decay]);
    expect(options(texts.optimizer)).toEqual(["sgd", "adam", "lion"]);
    expect(options(texts.batchSize)).toEqual([
      "all samples",
      "1 sample",
      "8 samples",
      "32 samples",
    ]);
  });

  it("show what is set", () => {
    set({ optimizer: "lion", batchSize: 8, decay: "cosine", problem: "moons" });
    expect(list(texts.optimizer).value).toBe("lion");
    expect(list(texts.batchSize).value).toBe("8");
    expect(list(texts.decay).value).toBe("cosine");
    expect(list(texts.problem).value).toBe("moons");
  });

  it.each([
    [texts.optimizer, 1, "optimizer", "adam"],
    [texts.batchSize, 3, "batch_size", 32],
    [texts.decay, 1, "decay", "cosine"],
    [texts.problem, 1, "problem_name", "moons"],
  ])("set the trait: %s", (label, index, name, value) => {
    pick(label, index);
    expect(choose).toHaveBeenCalledExactlyOnceWith(name, value);
  });

  it("that offer fewer than two are not there, and nothing where none does", () => {
    set({ choices: { ...offered, problems: ["line"], batch_sizes: [] } });
    expect(shown()).toEqual([texts.optimizer, texts.decay]);
    set({ choices: { optimizers: [], decays: [], batch_sizes: [], problems: [] } });
    expect(choices.root.hidden).toBe(true);
    set({ choices: offered });
    expect(choices.root.hidden).toBe(false);
  });

  it("have what was handed in or set in Python among them", () => {
    set({ optimizer: "custom", batchSize: 24 });
    expect(list(texts.optimizer).selectedOptions[0]?.textContent).toContain("handed in");
    expect(list(texts.batchSize).selectedOptions[0]?.textContent).toBe("24 samples");
    set({ optimizer: "sgd" });
    expect(options(texts.optimizer)).toEqual(["sgd", "adam", "lion"]);
  });

  it("are not touched while nothing changes", () => {
    const before = list(texts.optimizer).firstElementChild;
    choices.draw();
    expect(list(texts.optimizer).firstElementChild).toBe(before);
  });

  it("say which was refused", () => {
    store.tell({ field: "batch_size", message: "no" });
    choices.draw();
    expect(list(texts.batchSize).getAttribute("aria-invalid")).toBe("true");
    expect(list(texts.optimizer).getAttribute("aria-invalid")).toBe("false");
  });

  it("cannot be used without a kernel", () => {
    store.loseKernel(true);
    choices.draw();
    expect(list(texts.optimizer).disabled).toBe(true);
  });
});

describe("the drawing of the coming rates", () => {
  const sketch = () => choices.root.querySelector("svg") as SVGSVGElement;
  const line = () => sketch().querySelector("polyline")?.getAttribute("points")?.split(" ") ?? [];
  const text = () => choices.root.querySelector(".gdwidget-rates")?.textContent;

  it("is not there for a constant rate", () => {
    expect(sketch().hasAttribute("hidden")).toBe(true);
  });

  it("falls from the largest rate to the last one, with a text beside it", () => {
    set({ schedule: [0.1, 0.05, 0] });
    expect(sketch().hasAttribute("hidden")).toBe(false);
    expect(sketch().getAttribute("aria-hidden")).toBe("true");
    const heights = line().map((point) => Number(point.split(",")[1]));
    expect(heights).toEqual([2, 9, 16]);
    expect(text()).toBe("rate 0.1 → 0.0");
  });

  it("leaves out what is no number", () => {
    set({ schedule: [0.1, Number.NaN, 0.05] });
    expect(line()).toHaveLength(2);
  });
});
