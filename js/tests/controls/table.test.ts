// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StepTable } from "../../src/controls/table.ts";
import { Store } from "../../src/model/store.ts";
import { float32Text } from "../../src/text/format.ts";
import { texts } from "../../src/text/texts.ts";
import {
  columns,
  delta,
  descent,
  forkedStore,
  keyframe,
  losses,
  NAMES,
  part,
  savedRun,
  storeWith,
  TWO_NAMES,
  widened,
} from "../builders.ts";
import { settled } from "../fakes.ts";
import "../dom.ts";

const ROW_PIXELS = 22;
const goTo = vi.fn<(step: number) => void>();
const long = descent(100_000);

beforeEach(() => goTo.mockReset());
afterEach(() => document.body.replaceChildren());

/** An open table, drawn after every change as in a view. */
function opened(store: Store) {
  const table = new StepTable(store, goTo);
  document.body.replaceChildren(table.root);
  table.root.open = true;
  store.onChange(() => table.draw());
  table.draw();
  return table;
}

function rows(table: StepTable): HTMLTableRowElement[] {
  return [...table.root.querySelectorAll<HTMLTableRowElement>("tbody tr")];
}

function cells(row: HTMLTableRowElement | undefined): string[] {
  return [...(row?.cells ?? [])].map(({ textContent }) => textContent ?? "");
}

function steps(table: StepTable): number[] {
  return rows(table).map((row) => Number(cells(row)[0]));
}

function scroller(table: StepTable): HTMLElement {
  return table.root.querySelector(".gdwidget-table") as HTMLElement;
}

/** How far it can be scrolled. */
function heightOf(table: StepTable): number {
  return Number.parseFloat((scroller(table).firstElementChild as HTMLElement).style.height);
}

function scrollTo(table: StepTable, pixels: number): void {
  scroller(table).scrollTop = pixels;
  scroller(table).dispatchEvent(new Event("scroll"));
}

function current(table: StepTable): number[] {
  return rows(table)
    .filter((row) => row.hasAttribute("aria-current"))
    .map((row) => Number(row.dataset.step));
}

describe("the table of the article", () => {
  it("prints the loop's numbers as numpy does", () => {
    const article = columns(
      { value: 8, gradient: 62, loss: 186 },
      { value: 7.38, gradient: 55.593334, loss: 149.54607 },
      { value: 6.8240666, gradient: 49.84869, loss: 120.236694 },
    );
    const table = opened(storeWith(article));
    expect(rows(table).slice(0, 2).map(cells)).toEqual([
      ["0", "8.0", "62.0", "7.38", "186.0"],
      ["1", "7.38", "55.593334", "6.8240666", "149.54607"],
    ]);
  });

  it("has heads with the parameter's name", () => {
    const table = opened(storeWith(descent(2)));
    const heads = [...table.root.querySelectorAll("thead th")].map((head) => head.textContent);
    expect(heads).toEqual(["step", "W", "∂L/∂W", "new W", "loss"]);
  });

  it("has at the last row where the next step would lead", () => {
    const table = opened(storeWith(descent(2)));
    expect(cells(rows(table)[2])[3]).toBe(float32Text(descent(3).value[3] as number));
  });

  it("has no new value after it converged or diverged", () => {
    expect(cells(rows(opened(storeWith(losses(2, 0)))).at(-1))[3]).toBe("—");
    const diverged = opened(storeWith(losses(2, Number.POSITIVE_INFINITY)));
    expect(cells(rows(diverged).at(-1)).slice(3)).toEqual(["—", "inf"]);
  });

  it("has at a changed rate where that rate leads", () => {
    const store = storeWith(descent(5), 2);
    const table = opened(store);
    const recorded = cells(rows(table)[2])[3];
    store.setRate(0.05);
    const [value, gradient] = [descent(2).value[2] as number, descent(2).gradient[2] as number];
    expect(recorded).toBe(float32Text(descent(5).value[3] as number));
    expect(cells(rows(table)[2])[3]).toBe(float32Text(value - 0.05 * gradient));
  });

  it("has what the loss returns beside its value, not finite numbers included", () => {
    const extras = ["aux.loss", 'the "worst"', "full_loss"];
    const store = new Store(NAMES);
    store.apply(delta(widened(descent(1), [3, 2], [Number.NaN, Infinity], [6, 5]), { extras }));
    const table = opened(store);
    const heads = [...table.root.querySelectorAll("thead th")].map((head) => head.textContent);
    expect(heads.slice(4)).toEqual(["loss", "full loss", "aux.loss", 'the "worst"']);
    expect(cells(rows(table)[0]).slice(5)).toEqual(["6.0", "3.0", "nan"]);
    expect(cells(rows(table)[1]).slice(5)).toEqual(["5.0", "2.0", "inf"]);
    expect(table.toCsv().split("\n")[0]).toBe(
      'step,W,W_grad,loss,learning_rate,aux.loss,"the ""worst""",full_loss',
    );
  });

  it("is not filled while it is closed", () => {
    const store = storeWith(descent(5));
    const table = new StepTable(store, goTo);
    table.draw();
    expect(rows(table)).toEqual([]);
    table.root.open = true;
    table.root.dispatchEvent(new Event("toggle"));
    expect(steps(table)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("shows a name with markup in it as text", () => {
    const name = "<script>alert(1)</script>";
    const store = new Store({ ...NAMES, params: [name], learning: name, recorded: [name] });
    store.apply(delta(descent(1)));
    const table = opened(store);
    expect(table.root.querySelector("script")).toBeNull();
    expect(table.root.textContent).toContain(name);
  });
});

describe("100,000 rows", () => {
  it("are as many rows to scroll, of which only those in sight exist", () => {
    const table = opened(storeWith(long));
    expect(rows(table).length).toBeLessThanOrEqual(12);
    expect(heightOf(table)).toBeGreaterThanOrEqual(100_001 * ROW_PIXELS);
    expect(table.root.querySelector("table")?.getAttribute("aria-rowcount")).toBe("100002");
  });

  it("show those that were scrolled to, and know their place", () => {
    const table = opened(storeWith(long, 0));
    scrollTo(table, 54_321 * ROW_PIXELS);
    expect(steps(table)[0]).toBe(54_321);
    expect(steps(table).length).toBeGreaterThanOrEqual(10);
    expect(cells(rows(table)[0])[1]).toBe(float32Text(long.value[54_321] as number));
    expect(rows(table)[0]?.getAttribute("aria-rowindex")).toBe("54323");
    scrollTo(table, 54_321 * ROW_PIXELS + 5);
    expect(table.root.querySelector("table")?.style.transform).toBe(
      `translateY(${54_321 * ROW_PIXELS}px)`,
    );
  });

  it("use the same elements for other rows", () => {
    const table = opened(storeWith(long, 0));
    const before = rows(table);
    scrollTo(table, 5000 * ROW_PIXELS);
    expect(rows(table)).toEqual(before);
  });

  it("show the cursor's row, wherever it goes", () => {
    const store = storeWith(long);
    const table = opened(store);
    for (const step of [100_000, 0, 50_000, 50_003, 99_990]) {
      store.goTo(step);
      expect(current(table)).toEqual([step]);
    }
  });

  it("show the cursor's row when those come that were not saved", () => {
    const store = new Store(NAMES);
    const saved = Array.from({ length: 1001 }, (_, at) => at * 100);
    store.load(keyframe(50_000, savedRun(long, saved)));
    const table = opened(store);
    expect(current(table)).toEqual([50_000]);
    store.apply(delta(long, { cursor: 50_000 }));
    expect(current(table)).toEqual([50_000]);
  });

  it("stay where they were scrolled to while steps are added below", () => {
    const store = storeWith(part(long, 0, 50_000), 3);
    const table = opened(store);
    scrollTo(table, 20_000 * ROW_PIXELS);
    store.apply(delta(part(long, 50_000, 50_100), { start: 50_000, cursor: 3 }));
    expect(steps(table)[0]).toBe(20_000);
    expect(heightOf(table)).toBeGreaterThanOrEqual(50_100 * ROW_PIXELS);
  });
});

describe("a million rows", () => {
  const many = new Float32Array(1_000_001).fill(1);
  const million = { value: many, gradient: many, loss: many, rate: many, extras: [] };

  it("are no taller than browsers can scroll", () => {
    expect(heightOf(opened(storeWith(million)))).toBeLessThan(10_000_000);
  });

  it("show the cursor's row, and half way down those of the middle", () => {
    const store = storeWith(million, 123_456);
    const table = opened(store);
    expect(current(table)).toEqual([123_456]);
    scrollTo(table, heightOf(table) / 2);
    expect(Math.abs((steps(table)[0] ?? 0) - 500_000)).toBeLessThan(20);
  });
});

describe("fewer rows than before", () => {
  it("leave no rows of the run before", () => {
    const store = storeWith(descent(50));
    const table = opened(store);
    store.apply(delta(descent(1), { run: 2 }));
    expect(steps(table)).toEqual([0, 1]);
  });
});

describe("going to a step", () => {
  it("is clicking its row", () => {
    const table = opened(storeWith(descent(5)));
    rows(table)[3]?.cells[2]?.dispatchEvent(new Event("click", { bubbles: true }));
    expect(goTo).toHaveBeenCalledExactlyOnceWith(3);
  });

  it.each([
    ["ArrowUp", 19],
    ["ArrowDown", 21],
    ["PageUp", 10],
    ["PageDown", 30],
  ])("is %s in the table, which does not scroll as well", (key, step) => {
    const table = opened(storeWith(descent(50), 20));
    const event = new KeyboardEvent("keydown", { key, cancelable: true });
    scroller(table).dispatchEvent(event);
    expect(goTo).toHaveBeenCalledExactlyOnceWith(step);
    expect(event.defaultPrevented).toBe(true);
  });

  it("leaves the other keys alone", () => {
    const table = opened(storeWith(descent(50), 20));
    const event = new KeyboardEvent("keydown", { key: "c", cancelable: true });
    scroller(table).dispatchEvent(event);
    expect(goTo).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });
});

describe("the rows as CSV", () => {
  it("are all steps of the run, with their rates, as Python writes them", () => {
    expect(
      opened(
        storeWith(columns({ value: 8, gradient: 62, loss: 186 }, { value: 7.38, loss: 0 })),
      ).toCsv(),
    ).toBe("step,W,W_grad,loss,learning_rate\n0,8.0,62.0,186.0,0.01\n1,7.38,1.0,0.0,0.01\n");
  });

  it("are those of the current run, however many", () => {
    const many = opened(storeWith(part(long, 0, 10_000)));
    expect(many.toCsv().split("\n")).toHaveLength(1 + 10_000 + 1);
    const forked = opened(forkedStore()).toCsv().trim().split("\n");
    expect(forked.at(-1)).toMatch(/^4,.*,0\.05$/);
  });

  it("keep the steps of a saved run with gaps", () => {
    const store = new Store({ ...NAMES, params: ["W"], learning: "W", recorded: ["W"] });
    store.load(keyframe(50, savedRun(descent(50), [0, 25, 50])));
    const lines = opened(store).toCsv().trim().split("\n").slice(1);
    expect(lines.map((line) => line.split(",")[0])).toEqual(["0", "25", "50"]);
  });
});

describe("copying", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  async function copyWith(clipboard: unknown): Promise<{ table: StepTable; said: () => string }> {
    vi.stubGlobal("navigator", { clipboard });
    const table = opened(storeWith(descent(5)));
    const button = table.root.querySelector("button") as HTMLButtonElement;
    button.click();
    await settled();
    return { table, said: () => button.textContent ?? "" };
  }

  it("puts the CSV on the clipboard, says so, and then offers it again", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    const { table, said } = await copyWith({ writeText });
    expect(writeText).toHaveBeenCalledExactlyOnceWith(table.toCsv());
    expect(said()).toBe(texts.copied);
    vi.runAllTimers();
    expect(said()).toBe(texts.copy);
  });

  it("says so where the page may not", async () => {
    const { said } = await copyWith({ writeText: () => Promise.reject(new Error("denied")) });
    expect(said()).toBe(texts.copyFailed);
  });

  it("does without a clipboard in pages that are not secure", async () => {
    const execCommand = vi.fn(() => true);
    Object.assign(document, { execCommand });
    const { said } = await copyWith(undefined);
    expect(execCommand).toHaveBeenCalledExactlyOnceWith("copy");
    expect(said()).toBe(texts.copied);
    expect(document.querySelector("textarea")).toBeNull();
  });
});

describe("several parameters and batches", () => {
  const extras = ["b", "b_grad", "layers[0].w[2,1]", "layers[0].w[2,1]_grad", "full_loss"];
  const names = ["W", "b", "layers[0].w[2,1]"];
  const several = (): Store => {
    const store = new Store({ ...TWO_NAMES, recorded: names, count: 3 });
    const added = widened(losses(5, 4), [-1, -2], [0.5, 0.25], [7, 8], [9, 10], [6, Number.NaN]);
    store.apply(delta(added, { extras, batches: { size: 8, count: 3 } }));
    return store;
  };
  const heads = (table: StepTable) =>
    [...table.root.querySelectorAll("thead th")].map(({ textContent }) => textContent);

  it("have a column each, for values and gradients, both losses and the rate", () => {
    const table = opened(several());
    const gradients = names.map((name) => `∂L/∂${name}`);
    expect(heads(table)).toEqual(["step", ...names, ...gradients, "loss", "full loss", "rate"]);
    const first = ["0", "0.0", "-1.0", "7.0", "1.0", "0.5", "9.0", "5.0", "6.0", "0.01"];
    expect(cells(rows(table)[0])).toEqual(first);
    expect(cells(rows(table)[1]).at(-2)).toBe("nan");
  });

  it("are copied whole, names with a comma in quotes", () => {
    const [head, first] = opened(several()).toCsv().split("\n");
    expect(head).toBe(
      'step,W,W_grad,loss,learning_rate,b,b_grad,"layers[0].w[2,1]","layers[0].w[2,1]_grad",full_loss',
    );
    expect(first).toBe("0,0.0,1.0,5.0,0.01,-1.0,0.5,7.0,9.0,6.0");
  });

  it("have at most four parameters shown, and all copied", () => {
    const many = ["W", "b", "c", "d", "e"];
    const store = new Store({ ...NAMES, recorded: many, count: 5 });
    const others = many.slice(1).flatMap((name) => [name, `${name}_grad`]);
    const added = widened(losses(5), ...others.map((_, index) => [index]));
    store.apply(delta(added, { extras: others }));
    const table = opened(store);
    expect(heads(table)).toContain("d");
    expect(heads(table)).not.toContain("e");
    expect(table.toCsv()).toContain("e,e_grad");
  });

  it("have the columns of the run that is shown", () => {
    const store = several();
    const table = opened(store);
    store.apply(
      delta(widened(losses(3), [1], [2]), { run: 2, runs: [1, 2], extras: ["b", "b_grad"] }),
    );
    expect(heads(table)).toEqual(["step", "W", "b", "∂L/∂W", "∂L/∂b", "loss", "rate"]);
    expect(cells(rows(table)[0])).toHaveLength(7);
  });
});

describe("an optimizer of which only the kernel knows where it leads", () => {
  it("has no next value in the last row until it is told", () => {
    const store = storeWith(descent(2));
    store.set({ optimizer: "adam" });
    const table = opened(store);
    expect(cells(rows(table)[2])[3]).toBe("…");
    expect(cells(rows(table)[1])[3]).toBe(cells(rows(table)[2])[1]);
    const coming = { values: { W: 3.5 }, terms: {} };
    store.apply(delta(columns(), { start: 3, last: 2, coming }));
    expect(cells(rows(table)[2])[3]).toBe("3.5");
  });
});

describe("the columns", () => {
  const widths = (table: StepTable) =>
    [...table.root.querySelectorAll("col")].map((column) =>
      Number.parseInt(column.style.width.slice(5), 10),
    );

  it("have room for the longest text each has had, the head's among them", () => {
    const table = opened(storeWith(losses(1.5, -4.098448e-10)));
    expect(widths(table)[0]).toBe("step".length);
    expect(widths(table).at(-1)).toBe("-4.098448e-10".length);
  });

  it("stay as wide when shorter rows come", () => {
    const store = storeWith(
      losses(...Array.from({ length: 40 }, (_, step) => (step ? 1 : 1e-30))),
      0,
    );
    const table = opened(store);
    const before = widths(table);
    store.goTo(39);
    expect(widths(table).every((width, column) => width >= (before[column] as number))).toBe(true);
    expect(widths(table).at(-1)).toBe("1e-30".length);
  });
});
