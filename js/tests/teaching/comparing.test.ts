// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "../../src/app/session.ts";
import { TOOLS } from "../../src/app/teaching.ts";
import { element } from "../../src/controls/elements.ts";
import { importText } from "../../src/dom/import-text.ts";
import { LossAgainstStepFigure } from "../../src/figures/loss-against-step.ts";
import type { Run } from "../../src/model/runs.ts";
import { Store } from "../../src/model/store.ts";
import type { Batches, Columns } from "../../src/protocol/messages.ts";
import type { Compared } from "../../src/protocol/wire.ts";
import { Comparing } from "../../src/teaching/module.ts";
import { texts } from "../../src/text/texts.ts";
import { delta, descent, losses, NAMES, part, wire } from "../builders.ts";
import { askForNoMotion, FakeChild, FakeModel, fakeChildren, settled } from "../fakes.ts";

vi.mock("../../src/dom/import-text.ts", () => ({ importText: vi.fn() }));

const RATES: Compared = {
  setting: "learning_rate",
  runs: [4, 3, 5],
  values: ["0.01", "0.19", "0.05"],
  until: 0.5,
  reached: [-1, -1, 3],
  verdicts: ["falling", "diverged", "falling"],
};
const DIVERGED = losses(9, 90, Number.POSITIVE_INFINITY);

beforeEach(() => askForNoMotion());

interface Added {
  rows: Columns;
  batches?: Batches | null;
}

/** Compares runs, which are added in the order of their ids. */
function compare(told: Compared, ...added: Added[]) {
  const store = new Store({ ...NAMES, samples: 6 });
  const ids = [...told.runs].sort((a, b) => a - b);
  added.forEach(({ rows, batches = null }, at) => {
    const runs = ids.slice(0, at + 1);
    store.apply(delta(rows, { run: ids[at] as number, runs, batches }));
  });
  const model = new FakeModel({ _comparison: told });
  const comparing = new Comparing(model, store, TOOLS);
  const above = element("div");
  document.body.replaceChildren(above);
  const table = () => document.body.querySelector(".gdwidget-compared") as HTMLElement;
  const cells = (): (string | null)[][] => {
    comparing.show(above);
    return [...table().querySelectorAll("tr")].map((row) =>
      [...row.children].map(({ textContent }) => textContent),
    );
  };
  const run = (id: number): Run => store.runs.find((each) => each.id === id) as Run;
  return { store, model, comparing, above, table, cells, run };
}

const byRate = () =>
  compare(
    RATES,
    { rows: DIVERGED },
    { rows: losses(9, 8, 7, 6, 5, 4) },
    { rows: losses(9, 4, 2, 0.5, 0.25, 0.2) },
  );

describe("the table", () => {
  it("tells in the order asked for where each run is, and of one that ended that it has", () => {
    const { store, cells, table } = byRate();
    store.goTo(3);
    expect(cells()).toEqual([
      ["learning rate", "step", "loss", "steps until 0.5", "outcome"],
      ["0.01", "3", "6.0", "never", "falling"],
      ["0.19", "2, its last", "inf", "never", "diverged"],
      ["0.05", "3", "0.5", "3", "falling"],
    ]);
    const caption = () => table().querySelector("caption")?.textContent;
    expect(caption()).toBe("Runs that differ in learning rate, at step 3");
    store.goTo(5);
    expect(cells().map((row) => row[1])).toEqual(["step", "5", "2, its last", "5"]);
    store.goTo(1);
    expect(cells().map((row) => row[2])).toEqual(["loss", "8.0", "90.0", "4.0"]);
    expect(caption()).toBe("Runs that differ in learning rate, at step 1");
  });

  it("has headers for rows and columns, and shapes that are each another", () => {
    const { cells, table } = byRate();
    cells();
    expect(table().querySelectorAll("thead th[scope=col]")).toHaveLength(5);
    expect(table().querySelectorAll("tbody th[scope=row]")).toHaveLength(3);
    const shapes = [...table().querySelectorAll("path")].map((path) => path.getAttribute("d"));
    expect(new Set(shapes).size).toBe(3);
  });

  it("says nothing of a loss to reach where none was asked for", () => {
    const { cells } = compare({ ...RATES, until: null }, { rows: descent(3) });
    expect(cells()[0]).not.toContain("steps until 0.5");
  });

  it("is gone while a question is open, and where runs are not to be seen", () => {
    const { store, comparing, above, table, cells } = byRate();
    cells();
    store.hide(true);
    comparing.show(above);
    expect(table().hidden).toBe(true);
    store.hide(false);
    comparing.show(above);
    expect(table().hidden).toBe(false);
    store.set({ parts: ["step"] });
    comparing.show(above);
    expect(table().hidden).toBe(true);
  });
});

describe("the comparison", () => {
  it("ends when another run begins, or earlier ones are forgotten", () => {
    const { store, cells, table } = byRate();
    expect(store.linked).toBeDefined();
    store.apply(delta(descent(0), { run: 6, runs: [3, 4, 5, 6] }));
    expect(store.linked).toBeUndefined();
    cells();
    expect(table().hidden).toBe(true);
    const other = byRate();
    other.store.apply(delta(part(descent(6), 6), { run: 5, runs: [5], start: 6 }));
    expect(other.store.linked).toBeUndefined();
  });

  it("begins with the runs it is of, whichever comes first", () => {
    const { store, model } = byRate();
    model.set("_comparison", { ...RATES, runs: [7, 8, 9] });
    model.trigger("change:_comparison");
    expect(store.linked).toBeUndefined();
    for (const run of [7, 8, 9]) {
      expect(store.linked).toBeUndefined();
      store.apply(delta(descent(5), { run, runs: [7, 8, 9].filter((id) => id <= run) }));
    }
    expect(store.linked).toBeDefined();
  });

  it("that cannot be read is none", () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const { store, model } = byRate();
    model.set("_comparison", { runs: "all" });
    model.trigger("change:_comparison");
    expect(store.linked).toBeUndefined();
    expect(error).toHaveBeenCalledOnce();
    error.mockRestore();
  });

  it("of batch sizes is at the same number of samples, short batches included", () => {
    const sizes = { ...RATES, setting: "batch_size", runs: [1, 2, 3], values: ["4", "1", "all"] };
    const { store, comparing, run, cells, table } = compare(
      sizes,
      { rows: descent(10), batches: { size: 4, count: 2 } },
      { rows: descent(30), batches: { size: 1, count: 6 } },
      { rows: descent(5) },
    );
    store.goTo(3);
    expect([1, 2].map((id) => comparing.indexIn(run(id)))).toEqual([6, 18]);
    expect([1, 2, 3].map((id) => comparing.stride(run(id)))).toEqual([1 / 2, 1 / 6, 1]);
    expect(cells().map((row) => row[1])).toEqual(["step", "6", "18", "3"]);
    expect(table().textContent).toContain("Runs that differ in batch size, after 18 samples");
  });
});

describe("the figure of losses", () => {
  function drawn() {
    const compared = byRate();
    const children = fakeChildren();
    const size = { width: 500, height: 300 };
    const figure = new LossAgainstStepFigure(children, compared.store, () => size);
    const mark = (name: string) => children[`loss_against_step.${name}`] as FakeChild;
    const lines = (axis = "linear") => mark(`${axis}_earlier`).lines;
    return { ...compared, figure, mark, lines };
  }

  it("has each run up to the cursor, the rest of it, and its dot there", () => {
    const { store, figure, lines, mark } = drawn();
    store.goTo(3);
    figure.draw();
    const [until, after, dot] = lines().slice(-3);
    const steps = (line = lines()[0]) => line?.map(([x]) => x);
    expect(steps(until)).toEqual([0, 1, 2, 3]);
    expect(steps(after)).toEqual([3, 4, 5]);
    const middle = (at: 0 | 1) => {
      const all = (dot ?? []).map((point) => point[at]);
      return (Math.min(...all) + Math.max(...all)) / 2;
    };
    expect(middle(0)).toBeCloseTo(3, 1);
    expect(middle(1)).toBeCloseTo(6, 0);
    const opacities = mark("linear_earlier").get("opacities") as number[];
    expect(opacities.slice(-3)).toEqual([1, 0.35, 1]);
    store.goTo(1);
    figure.draw();
    expect(steps(lines().at(-3))).toEqual([0, 1]);
  });

  it("is not pulled up by a run that diverged, nor as wide as a run would be", () => {
    const { figure, mark } = drawn();
    figure.draw();
    expect(mark("linear").get("max")).toBeLessThan(11);
    expect(mark("steps").get("max")).toBeLessThan(12);
  });

  it("has dots on the logarithmic axis, too", () => {
    const { store, figure, lines } = drawn();
    store.goTo(3);
    figure.setAxis("logarithmic");
    figure.draw();
    const heights = (lines("logarithmic").at(-1) ?? []).map(([, y]) => y);
    expect(Math.sqrt(Math.min(...heights) * Math.max(...heights))).toBeCloseTo(6, 0);
  });
});

describe("Run", () => {
  it("plays a comparison to its end, and from there once more", async () => {
    vi.mocked(importText).mockImplementation(() => import("../../src/teaching/module.ts") as never);
    const shared = new FakeChild();
    shared.set_state({ script: "widget", teaching: "teaching" });
    const model = new FakeModel({
      _names: NAMES,
      _marks: { path: "IPY_MODEL_loss_function.path" },
      _shared: "IPY_MODEL_shared",
      _comparison: { ...RATES, runs: [1, 2] },
    });
    model.children.shared = shared;
    const session = new Session(model, texts);
    await settled();
    model.trigger("msg:custom", ...wire(delta(descent(70), { run: 1, runs: [1] })));
    model.trigger("msg:custom", ...wire(delta(descent(70), { run: 2, runs: [1, 2] })));
    await vi.waitFor(() => expect(session.store.linked).toBeDefined());
    expect(session.teaches).toBe(true);
    const play = vi.spyOn(session.player, "play");
    session.actions.toggleRun();
    expect(session.store.cursor).toBe(0);
    expect(play).toHaveBeenLastCalledWith(70);
    session.actions.toggleRun();
    session.actions.goTo(60);
    session.actions.toggleRun();
    expect(play).toHaveBeenLastCalledWith(10);
    session.close();
    expect(session.store.linked).toBeUndefined();
  });
});
