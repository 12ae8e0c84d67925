// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { RunsLegend } from "../../src/controls/runs.ts";
import type { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { ahead, columns, delta, descent, losses, storeWith } from "../builders.ts";

function open(store: Store) {
  const clear = vi.fn();
  const legend = new RunsLegend(store, clear);
  legend.draw();
  const lines = () => [...legend.root.querySelectorAll("li")].map(({ textContent }) => textContent);
  return { legend, clear, lines, button: legend.root.querySelector("button") };
}

function threeRuns(): Store {
  const store = storeWith(losses(3, 2));
  store.apply(delta(losses(3, 1), { run: 2, runs: [1, 2], label: "adam, learning rate 0.05" }));
  store.apply(delta(losses(3, 0.5), { run: 3, runs: [1, 2, 3], label: "lion" }));
  return store;
}

describe("the legend of the runs", () => {
  it("is not there for one run", () => {
    expect(open(storeWith(descent(3))).legend.root.hidden).toBe(true);
  });

  it("has each run's number, settings and last loss, and the current one last", () => {
    const { legend, lines } = open(threeRuns());
    expect(legend.root.hidden).toBe(false);
    expect(lines()).toEqual([
      "1 loss 2.0",
      "2 adam, learning rate 0.05, loss 1.0",
      `${texts.currentRun} lion, loss 0.5`,
    ]);
  });

  it("has the colours of the lines", () => {
    const { legend } = open(threeRuns());
    const keys = [...legend.root.querySelectorAll(".gdwidget-key")].map(
      ({ className }) => className,
    );
    expect(keys[0]).toContain("gdwidget-run-1");
    expect(keys[1]).toContain("gdwidget-run-2");
    expect(keys[2]).toContain("gdwidget-key-learning");
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
});
