// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { RunsLegend } from "../../src/controls/runs.ts";
import type { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { ahead, columns, delta, descent, losses, SETTINGS, storeWith } from "../builders.ts";

function open(store: Store) {
  const [clear, leave] = [vi.fn(), vi.fn()];
  const legend = new RunsLegend(store, clear, leave);
  legend.draw();
  const lines = () => [...legend.root.querySelectorAll("li")].map(({ textContent }) => textContent);
  return {
    legend,
    clear,
    leave,
    lines,
    button: [...legend.root.querySelectorAll("button")].at(-1),
  };
}

function threeRuns(): Store {
  const store = storeWith(losses(3, 2));
  const way = (optimizer: string) => ({ ...SETTINGS, optimizer });
  store.apply(delta(losses(3, 1), { run: 2, runs: [1, 2], settings: way("adam") }));
  store.apply(delta(losses(3, 0.5), { run: 3, runs: [1, 2, 3], settings: way("lion") }));
  return store;
}

describe("the legend of the runs", () => {
  it("is not there for one run", () => {
    expect(open(storeWith(descent(3))).legend.root.hidden).toBe(true);
  });

  it("has each run's number, what sets it apart and its last loss, the current one last", () => {
    const { legend, lines } = open(threeRuns());
    expect(legend.root.hidden).toBe(false);
    expect(lines()).toEqual([
      "1 sgd, loss 2.0",
      "2 adam, loss 1.0",
      `${texts.currentRun} lion, loss 0.5`,
    ]);
  });

  it("has the colours of the lines", () => {
    const { legend } = open(threeRuns());
    const keys = [...legend.root.querySelectorAll<HTMLElement>(".gdwidget-key")];
    expect(keys.map(({ style }) => style.color)).toEqual([
      "var(--gdwidget-run-1)",
      "var(--gdwidget-run-2)",
      "",
    ]);
    expect(keys[2]?.className).toContain("gdwidget-key-learning");
  });

  it("follows the current run", () => {
    const store = threeRuns();
    const { legend, lines } = open(store);
    store.apply(
      delta(columns({ loss: 0.25 }), {
        run: 3,
        runs: [1, 2, 3],
        start: 2,
      }),
    );
    legend.draw();
    expect(lines().at(-1)).toContain("loss 0.25");
  });

  it("says what the kernel says of a step that was shown before", () => {
    const store = threeRuns();
    const { legend, lines } = open(store);
    store.expect(ahead(columns({ loss: 0.25 }), 2, { run: 3 }));
    store.foresee();
    legend.draw();
    expect(lines().at(-1)).toContain("loss 0.25");
    store.apply(delta(columns({ loss: 0.125 }), { run: 3, runs: [1, 2, 3], start: 2 }));
    legend.draw();
    expect(lines().at(-1)).toContain("loss 0.125");
  });

  it("clears the earlier ones", () => {
    const { button, clear } = open(threeRuns());
    expect(button?.textContent).toBe(texts.clearRuns);
    button?.click();
    expect(clear).toHaveBeenCalledOnce();
  });

  it("keeps numbers and colours when the oldest run goes, and gives its number to the next", () => {
    const store = threeRuns();
    const { legend, lines } = open(store);
    store.apply(delta(losses(3, 0.25), { run: 4, runs: [2, 3, 4] }));
    legend.draw();
    expect(lines().map((line) => line?.slice(0, 1))).toEqual(["2", "1", "n"]);
    expect(store.runs.map(({ id, number }) => [id, number])).toEqual([
      [2, 2],
      [3, 1],
      [4, 0],
    ]);
  });

  it("has a run stand out while it is pointed at, or once it is pressed", () => {
    const store = threeRuns();
    const { legend } = open(store);
    const [first, second] = [...legend.root.querySelectorAll<HTMLButtonElement>("li button")];
    first?.dispatchEvent(new Event("pointerenter"));
    expect(store.highlighted).toBe(1);
    first?.dispatchEvent(new Event("pointerleave"));
    expect(store.highlighted).toBeUndefined();
    second?.click();
    expect([store.highlighted, second?.getAttribute("aria-pressed")]).toEqual([2, "true"]);
    first?.dispatchEvent(new Event("pointerenter"));
    first?.dispatchEvent(new Event("pointerleave"));
    expect(store.highlighted).toBe(2);
    second?.click();
    expect([store.highlighted, second?.getAttribute("aria-pressed")]).toEqual([undefined, "false"]);
  });

  it("lets go of a pressed run that is no longer there, and of its focus", () => {
    const store = threeRuns();
    const { legend, button } = open(store);
    document.body.append(legend.root);
    const [first] = [...legend.root.querySelectorAll<HTMLButtonElement>("li button")];
    first?.focus();
    first?.click();
    store.apply(delta(losses(3, 0.25), { run: 4, runs: [3, 4] }));
    legend.draw();
    expect(store.highlighted).toBeUndefined();
    expect(document.activeElement).toBe(button);
    legend.root.remove();
  });

  it("hands the focus on when the list goes with it", () => {
    const store = threeRuns();
    const { legend, leave, button } = open(store);
    document.body.append(legend.root);
    button?.focus();
    store.apply(delta(losses(3, 0.25), { run: 4, runs: [4] }));
    legend.draw();
    expect(leave).toHaveBeenCalledOnce();
    legend.root.remove();
  });

  it("keeps the buttons there are while a run goes on: a focus is not lost", () => {
    const store = threeRuns();
    const { legend } = open(store);
    const before = [...legend.root.querySelectorAll("li button")];
    store.apply(delta(columns({ loss: 0.25 }), { run: 3, runs: [1, 2, 3], start: 2 }));
    legend.draw();
    expect([...legend.root.querySelectorAll("li button")]).toEqual(before);
  });
});
