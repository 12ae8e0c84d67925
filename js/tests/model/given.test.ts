// @vitest-environment happy-dom
/** Runs that were recorded elsewhere: looked at, never taken again, and said to be so. */

import { describe, expect, it } from "vitest";
import { Status } from "../../src/controls/status.ts";
import { StepTable } from "../../src/controls/table.ts";
import { UpdateLine } from "../../src/controls/update-line.ts";
import type { LossFunctionFigure } from "../../src/figures/loss-function.ts";
import { runNames } from "../../src/model/run-names.ts";
import { loopStep, type Run } from "../../src/model/runs.ts";
import { Store } from "../../src/model/store.ts";
import {
  columns,
  delta,
  descent,
  keyframe,
  NAMES,
  part,
  SETTINGS,
  savedRun,
  storeWith,
} from "../builders.ts";
import "../dom.ts";

const GIVEN = { last: 3, every: 16, end: 40 };
const PATH = columns(
  { value: 8, gradient: 62, loss: 186, rate: Number.NaN },
  { value: 7, gradient: 52, loss: 130, rate: Number.NaN },
  { value: 9, gradient: 72, loss: 250, rate: Number.NaN },
  { value: 6, gradient: 41, loss: 82, rate: Number.NaN },
);

function given(cursor = 3, every = GIVEN): Store {
  return storeWith(PATH, cursor, { given: every });
}

function sentence(store: Store): string {
  const status = new Status(store, {} as LossFunctionFigure);
  status.draw();
  return status.root.textContent ?? "";
}

function updateLine(store: Store): string {
  const line = new UpdateLine(store);
  line.draw();
  return line.root.textContent ?? "";
}

describe("a run that was recorded elsewhere", () => {
  it("is stepped along, whatever the rate of its steps was", () => {
    const store = given(1);
    expect(store.forks).toBe(false);
    expect(store.retraced).toBe(true);
    expect(store.comingValue).toBe(9);
    store.foresee();
    expect(store.cursor).toBe(2);
    expect(store.apply(delta(part(PATH, 4), { start: 4, cursor: 2, given: GIVEN, last: 3 }))).toBe(
      true,
    );
    expect(store.cursor).toBe(2);
  });

  it("shows its next step at once, and keeps it when the kernel says nothing else", () => {
    const store = given(1);
    store.foresee();
    const told = { start: 4, last: 3, given: GIVEN, cursor: 1, rate: Math.fround(0.01) };
    store.apply(delta(part(PATH, 4), told));
    expect(store.cursor).toBe(2);
  });

  it("forks where another rate is set, and says so", () => {
    const store = given(1);
    store.setRate(0.05);
    expect(store.forks).toBe(true);
    expect(store.retraced).toBe(false);
    expect(sentence(store)).toBe(
      "The next step starts a new path from here, at the learning rate 0.05: the recorded one was taken elsewhere.",
    );
    expect(store.comingValue).toBeCloseTo(7 - 0.05 * 52, 5);
  });

  it("does not fork for another length of runs at one rate", () => {
    const store = given(1);
    store.set({ runSteps: 7 });
    expect(store.forks).toBe(false);
  });

  it("makes up no rule for its steps", () => {
    expect(updateLine(given(1))).toContain("W ← W + ΔW = 7.0 + 2.0 = 9.0");
    expect(updateLine(given(3))).toContain("W ← W − α · ∂L/∂W = 6.0 − 0.01 · 41.0 = 5.59");
  });

  it("is said to be so, with the step of the loop", () => {
    expect(sentence(given(2))).toBe(
      "Recorded at step 32 of a loop; what it did in between is not known.",
    );
    expect(sentence(given(3))).toContain("Recorded at step 40 of a loop;");
    expect(sentence(given(1, { last: 3, every: 1, end: 3 }))).toBe(
      "Recorded elsewhere, not computed here. The loss fell by 56 in this step.",
    );
    expect(sentence(given(1, { last: 3, every: 0, end: 3 }))).toContain("Recorded elsewhere,");
  });

  it("is said to be so without a kernel, too", () => {
    const page = new Store(NAMES);
    page.load(keyframe(2, { ...savedRun(PATH, [0, 1, 2, 3]), given: GIVEN }));
    page.loseKernel(false);
    page.explain("");
    expect(sentence(page)).toBe(
      "There is no kernel here: no new steps, but what is recorded can be looked at. " +
        "Recorded at step 32 of a loop; what it did in between is not known.",
    );
    page.goTo(1);
    expect(page.row?.value).toBe(7);
  });

  it("ends where it is not finite, for no reason that is known", () => {
    const status = new Status(
      storeWith(PATH, 3, { given: GIVEN, status: "diverged" }),
      {} as LossFunctionFigure,
    );
    status.draw();
    expect(status.root.textContent).toBe(
      "Recorded elsewhere until step 3: there the gradient is no longer a finite number.",
    );
    expect(status.grows).toBe(false);
  });

  it("is not called diverging: its rate is not known", () => {
    const growing = columns(
      ...[1, 2, 3, 4, 5, 6, 7].map((loss) => ({
        value: loss,
        gradient: 1,
        loss,
        rate: Number.NaN,
      })),
    );
    const told = { last: 6, every: 1, end: 6 };
    expect(sentence(storeWith(growing, 6, { given: told }))).not.toContain("Diverging");
    expect(sentence(storeWith(growing, 6))).toContain("Diverging");
  });

  it("is called by that beside others, and what goes on from it by where", () => {
    const store = given();
    const fork = {
      run: 2,
      parent: 1,
      fork: 2,
      runs: [1, 2],
      given: { last: 2, every: 16, end: 32 },
    };
    const own = descent(1, { start: 5, rate: 0.05 });
    store.apply(delta(part(own, 1), { ...fork, start: 3, settings: { ...SETTINGS, peak: 0.05 } }));
    expect(runNames(store.runs, store.texts)).toEqual([
      "recorded elsewhere",
      "sgd, learning rate 0.05, all samples, W = 8.0, b = -1.0, from step 2",
    ]);
  });

  it("has no rate in the table", () => {
    const store = storeWith(PATH, 1, { given: GIVEN });
    store.set({ decay: "cosine" });
    const table = new StepTable(store, () => {});
    table.root.open = true;
    table.draw();
    const texts = [...table.root.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(texts).toHaveLength(4);
    expect(texts.join(" ")).not.toMatch(/nan/i);
    expect(table.toCsv()).toContain("nan");
  });

  it("knows which step of the loop each of its steps is", () => {
    const run = given().run as Run;
    expect([0, 1, 2, 3].map((step) => loopStep(run, step))).toEqual([0, 16, 32, 40]);
  });
});
