// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { UpdateLine } from "../../src/controls/update-line.ts";
import { Store } from "../../src/model/store.ts";
import type { NextUpdate } from "../../src/protocol/messages.ts";
import { texts } from "../../src/text/texts.ts";
import { columns, delta, descent, NAMES, storeWith, TWO_NAMES, widened } from "../builders.ts";

const article = columns(
  { value: 6.8240666, gradient: 49.84869, loss: 120.236694 },
  { value: 6.3255796, gradient: 44.69766, loss: 96.67163 },
  { value: 5.878603, gradient: 40.079, loss: 77.73 },
);

function line(store: Store): { draw(): string; root: HTMLElement } {
  const update = new UpdateLine(store);
  const draw = (): string => {
    update.draw();
    return update.root.textContent ?? "";
  };
  return { draw, root: update.root };
}

describe("the update line", () => {
  it("is the article's, digit for digit", () => {
    expect(line(storeWith(article, 1)).draw()).toBe(
      "W ← W − α · ∂L/∂W = 6.3255796 − 0.01 · 44.69766 = 5.878603",
    );
  });

  it("computes the next value where it is not recorded yet, with float32's rounding", () => {
    expect(line(storeWith(columns({ value: 8, gradient: 62, loss: 186 }))).draw()).toContain(
      "= 8.0 − 0.01 · 62.0 = 7.38",
    );
  });

  it("puts a gradient below 0 into brackets", () => {
    const store = storeWith(columns({ value: -4, gradient: -62, loss: 186 }));
    expect(line(store).draw()).toContain("= -4.0 − 0.01 · (-62.0) = -3.38");
  });

  it("has the rate that is set, wherever that was done", () => {
    const store = storeWith(article, 0);
    const { draw } = line(store);
    store.setRate(0.5);
    store.goTo(1);
    expect(draw()).toContain("− 0.5 · ");
  });

  it("has the rate that is set where the next step would fork", () => {
    const store = storeWith(article, 1);
    const { draw } = line(store);
    store.setRate(0.5);
    expect(draw()).toContain("= 6.3255796 − 0.5 · 44.69766 = -16.02325");
  });

  it("shows what float32 has after it diverged", () => {
    const store = storeWith(columns({ value: 3e38, gradient: Number.POSITIVE_INFINITY }));
    expect(line(store).draw()).toContain("= 3e+38 − 0.01 · inf = -inf");
  });

  it("says where digits depend on the compiler", () => {
    const store = storeWith(descent(1));
    const { draw } = line(store);
    expect(draw()).not.toContain(texts.fused);
    store.set({ exact: false });
    expect(draw()).toContain(texts.fused);
  });

  it("keeps its elements from step to step", () => {
    const store = storeWith(article, 0);
    const { draw, root } = line(store);
    draw();
    const before = [...root.querySelectorAll("*")];
    store.apply(delta(columns(), { start: 3, last: 2, cursor: 1 }));
    draw();
    expect([...root.querySelectorAll("*")]).toEqual(before);
  });

  it("shows a name with markup in it as text", () => {
    const name = "<img src=x>";
    const store = new Store({ ...NAMES, params: [name], learning: name, recorded: [name] });
    store.apply(delta(descent(1)));
    const { draw, root } = line(store);
    expect(draw()).toContain(`${name} ← ${name}`);
    expect(root.querySelector("img")).toBeNull();
  });
});

describe("an optimizer with numbers of its own", () => {
  const terms = { momentum: 12.5, "second moment": 4.5, step: -0.05 };
  const adam = (coming: NextUpdate | null = { values: { W: 7.95 }, terms }): Store => {
    const store = storeWith(columns({ value: 8, gradient: 62, loss: 186 }));
    store.set({ optimizer: "adam" });
    store.apply(delta(columns(), { start: 1, last: 0, coming }));
    return store;
  };

  it("has the step it makes, and its numbers term by term", () => {
    const text = line(adam()).draw();
    expect(text).toContain("W ← W + ΔW = 8.0 − 0.05 = 7.95");
    expect(text).toContain("gradient 62.0 · momentum 12.5 · second moment 4.5");
  });

  it("says that it is not known yet", () => {
    expect(line(adam(null)).draw()).toContain("W ← W + ΔW = 8.0 + … = …");
  });

  it("is no longer believed when a setting changed", () => {
    const store = adam();
    store.setRate(0.5);
    expect(line(store).draw()).toContain("= 8.0 + … = …");
  });

  it("has the next recorded value when looking back", () => {
    const store = storeWith(article, 1);
    store.set({ optimizer: "adam" });
    expect(line(store).draw()).toMatch(/W ← W \+ ΔW = 6.3255796 . .* = 5.87/);
  });

  it("gives way to the plain update again", () => {
    const store = adam();
    const { draw } = line(store);
    draw();
    store.set({ optimizer: "sgd" });
    expect(draw()).toContain("= 8.0 − 0.01 · 62.0 = 7.38");
    expect(draw()).not.toContain("momentum");
  });
});

describe("several parameters", () => {
  it("are shown one at a time, as chosen", () => {
    const store = new Store(TWO_NAMES);
    const rows = widened(columns({ value: 8, gradient: 62, loss: 186 }), [-1], [4]);
    store.apply(delta(rows, { extras: ["b", "b_grad"] }));
    const { root, draw } = line(store);
    draw();
    const select = root.querySelector("select") as HTMLSelectElement;
    expect(select.getAttribute("aria-label")).toBe(texts.shownParameter);
    select.value = "b";
    select.dispatchEvent(new Event("change"));
    expect(store.shown).toBe("b");
    expect(draw()).toContain("Wb ← b − α · ∂L/∂b = -1.0 − 0.01 · 4.0 = -1.04");
  });

  it("have the optimizer's own numbers only for the first, whose they are", () => {
    const store = new Store(TWO_NAMES);
    const rows = widened(columns({ value: 8, gradient: 62, loss: 186 }), [-1], [4]);
    const coming = { values: { W: 7.95, b: -1.5 }, terms: { momentum: 12.5, step: -0.05 } };
    store.apply(delta(rows, { extras: ["b", "b_grad"], coming }));
    store.set({ optimizer: "adam" });
    store.apply(delta(columns(), { extras: ["b", "b_grad"], start: 1, last: 0, coming }));
    store.show("b");
    const text = line(store).draw();
    expect(text).toContain("Wb ← b + Δb = -1.0 − 0.5 = -1.5");
    expect(text).not.toContain("momentum");
  });
});
