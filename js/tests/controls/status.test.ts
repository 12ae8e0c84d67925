// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { Status } from "../../src/controls/status.ts";
import type { LossFunctionFigure } from "../../src/figures/loss-function.ts";
import type { View } from "../../src/figures/view.ts";
import type { Row } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import type { Columns } from "../../src/protocol/messages.ts";
import { texts } from "../../src/text/texts.ts";
import {
  columns,
  type DeltaOptions,
  delta,
  descent,
  losses,
  NAMES,
  part,
  storeWith,
  TWO_NAMES,
  widened,
} from "../builders.ts";

const { POSITIVE_INFINITY: infinity } = Number;

function setUp(store: Store, view?: View) {
  const figure = { view } as LossFunctionFigure;
  const status = new Status(store, figure);
  const draw = (): string => {
    status.draw();
    return status.root.textContent ?? "";
  };
  return { status, draw, kind: () => status.root.dataset.kind, store };
}

function batchStore(rows: Columns, run: DeltaOptions = {}): Store {
  const batches = { size: 2, count: 3 };
  return storeWith(rows, undefined, { extras: ["full_loss"], batches, ...run });
}

function announced(status: Status): string {
  return status.announcer.textContent ?? "";
}

function row(store: Store): Row {
  return store.row as Row;
}

describe("the sentence", () => {
  it("says at the start how to begin", () => {
    const { draw } = setUp(storeWith(descent(0)));
    expect(draw()).toBe("The loss at the start is 186. The slope is 62, so W moves left.");
  });

  it("says after some steps what they brought", () => {
    const { draw, kind } = setUp(storeWith(losses(186, 149.54607, 120.236694)));
    expect(draw()).toBe("The loss fell by 29.31 in this step. The slope is 1, so W moves left.");
    expect(kind()).toBe("ready");
  });

  it("says of a step that made it worse, or changed nothing, that it did", () => {
    expect(setUp(storeWith(losses(2, 5))).draw()).toContain("The loss rose by 3 in this step.");
    expect(setUp(storeWith(losses(2, 2))).draw()).toContain("This step did not change the loss.");
  });

  it("does not give the slope as the reason where a momentum carries the other way", () => {
    const store = storeWith(columns({ value: 3, gradient: 4, loss: 4 }));
    store.set({ optimizer: "momentum" });
    store.apply(delta(columns(), { start: 1, last: 0, coming: { values: { W: 3.5 }, terms: {} } }));
    expect(setUp(store).draw()).toContain("The slope is 4, yet W moves right.");
  });

  it("says that a step overshot where the slope's sign has flipped", () => {
    const rows = columns({ value: 3, gradient: 4, loss: 4 }, { value: 1.5, gradient: -2, loss: 1 });
    expect(setUp(storeWith(rows)).draw()).toBe(
      "The loss fell by 3 in this step. Overshot: the slope's sign flipped, its size × 0.5.",
    );
  });

  it.each([
    [[9, 4], "Loss 4.0 on all data after 1 step, from 9.0; 5.0 on the batch."],
    [[9, Number.NaN], "Loss 5.0 on the batch after 1 step."],
  ])("tells the loss of a batch from that of all data, %j", (full, sentence) => {
    const rows = widened(losses(8, 5), full);
    const { draw } = setUp(batchStore(rows));
    expect(draw()).toBe(sentence);
  });

  it.each([
    [[9, 8, 7, 6, 5, 4], false],
    [[9, 10, 11, 12, 13, 14], true],
  ])("takes no batch's loss for divergence, %j", (full, diverging) => {
    const rows = widened(losses(1, 2, 3, 4, 5, 6), full);
    const { draw } = setUp(batchStore(rows));
    expect(draw().startsWith("Diverging")).toBe(diverging);
  });

  it.each([
    ["Converged at step 1: the gradient is exactly 0, and to both sides", "converged", [6, 5, 6]],
    ["No step moves from step 1: the gradient is exactly 0. A minimum, a", "ready", [4, 5, 4]],
    ["No step moves from step 1: the gradient is exactly 0. A minimum, a", "ready", [4, 5, 6]],
    ["No step moves from step 1: the gradient is exactly 0. A minimum, a", "ready", [5, 5, 5]],
    ["No step moves from step 1: the gradient is exactly 0. A minimum, a", "ready", [6, 5]],
  ])("says %s where the curve has the losses around", (sentence, kind, around) => {
    const flat = setUp(storeWith(columns({}, { value: 2, gradient: 0, loss: 5 })));
    flat.store.showCurve({
      values: Float32Array.of(1, 2, 3).slice(0, around.length),
      losses: Float32Array.from(around),
      low: 1,
      high: 3,
      more: false,
    });
    expect(flat.draw()).toContain(sentence);
    expect(flat.kind()).toBe(kind);
  });

  it("asks what it is where there is no curve, and where several numbers learn", () => {
    const alone = setUp(storeWith(losses(3, 0)));
    expect(alone.draw()).toBe(texts.flat(row(alone.store)));
    const several = new Store(TWO_NAMES);
    several.apply(delta(widened(losses(3, 0), [0, 0], [1, 0])));
    several.showCurve({
      values: Float32Array.of(0, 1, 2),
      losses: Float32Array.of(1, 0, 1),
      low: 0,
      high: 2,
      more: false,
    });
    expect(setUp(several).draw()).toBe(texts.flat(row(several)));
  });

  it.each([
    ["W", { value: -infinity, loss: infinity }],
    ["the loss", { loss: infinity }],
    ["the gradient", { gradient: Number.NaN }],
  ])("says that it diverged, at which step, and that it is %s", (what, last) => {
    const { draw, kind } = setUp(storeWith(columns({}, {}, last)));
    expect(draw()).toContain(`Diverged at step 2: ${what} is no longer a finite number.`);
    expect(kind()).toBe("warning");
  });

  it.each([
    [Number.POSITIVE_INFINITY, {}, "the loss on all data"],
    [Number.NaN, {}, "the loss on all data"],
    [Number.NaN, { gradient: infinity }, "the gradient"],
    [3, { loss: infinity }, "the loss"],
  ])("tells the loss on all data, %d, from what else is not finite: %o", (full, last, what) => {
    const store = batchStore(widened(columns({}, last), [9, full]), { status: "diverged" });
    expect(setUp(store).draw()).toContain(`Diverged at step 1: ${what} is no longer`);
  });

  it("warns when the loss has grown five steps in a row", () => {
    const rows = losses(1, 2, 3, 4, 5, 6);
    expect(setUp(storeWith(part(rows, 0, 5))).draw()).not.toContain("Diverging");
    expect(setUp(storeWith(rows)).draw()).toContain("the loss has grown from 1.0 to 6.0");
    expect(setUp(storeWith(losses(9, 2, 3, 4, 5, 6, 7))).draw()).not.toContain("Diverging");
    expect(setUp(storeWith(losses(1, 2, 3, 4, 3.5, 6, 7))).draw()).not.toContain("Diverging");
    expect(setUp(storeWith(losses(1, 2, 3, 4, 5, 6, 5.5))).draw()).not.toContain("Diverging");
  });

  it("says on which side the path has left the picture", () => {
    const view = { low: 0, high: 4, bottom: 0, top: 9 };
    const left = setUp(storeWith(columns({ value: 3 }, { value: -10, loss: 0.5 })), view);
    expect(left.draw()).toBe("W = -10.0 is outside the picture, to the left.");
    const right = setUp(storeWith(columns({ value: 3 }, { value: 4.5, loss: 0.5 })), view);
    expect(right.draw()).toContain("to the right");
    expect(right.kind()).toBe("warning");
    const inside = setUp(storeWith(columns({ value: 3 }, { value: 4, loss: 0.5 })), view);
    expect(inside.draw()).not.toContain("outside");
    const done = setUp(storeWith(columns({ value: 3 }, { value: -10, gradient: 0 })), view);
    expect(done.draw()).toBe(texts.flat(row(done.store)));
  });

  it("says that the next step starts a new path where the rate was changed", () => {
    const { draw, store } = setUp(storeWith(descent(5), 2));
    store.setRate(0.5);
    expect(draw()).toBe(
      "The next step starts a new path from here, at the learning rate 0.5: " +
        "the recorded one was taken at 0.01.",
    );
    store.goTo(0);
    expect(draw()).toContain("starts a new path from here, at the learning rate 0.5");
  });

  it("says that the next step starts a new path where steps are compiled in another way", () => {
    const { draw, store } = setUp(storeWith(descent(5)));
    store.apply(delta(columns(), { start: 6, last: 5, cursor: 5, recompiled: true }));
    expect(draw()).toBe(texts.forksCompiled);
  });

  it("says that nothing changes any more where the update is too small for float32", () => {
    const { draw } = setUp(storeWith(columns({ value: 8 }, { value: 8, gradient: 1e-6 })));
    expect(draw()).toBe("W no longer changes: the update is smaller than float32 can add.");
  });

  it.each([
    [1, "This sample says nothing about W: its gradient is exactly 0."],
    [2, "This batch says nothing about W: its gradient is exactly 0."],
  ])("says of a batch of %i without a gradient that it says nothing", (size, sentence) => {
    const { draw, store } = setUp(new Store(NAMES));
    const rows = columns({ value: 8 }, { value: 8, gradient: 0 });
    store.apply(delta(rows, { status: "ready", batches: { size, count: 3 } }));
    expect(draw()).toBe(sentence);
  });

  it("says that the gradient is 0 where an optimizer rests on it", () => {
    const { draw, store } = setUp(new Store(NAMES));
    store.set({ optimizer: "momentum" });
    const coming = { values: { W: 8 }, terms: { momentum: 0, step: 0 } };
    const rows = columns({ value: 8 }, { value: 8, gradient: 0 });
    store.apply(delta(rows, { status: "ready", coming }));
    expect(draw()).toBe("The gradient is exactly 0: W no longer changes.");
  });

  it.each([
    [{ value: 8, gradient: 3, rate: 0 }, "The rate has fallen to 0: W no longer changes."],
    [{ value: 8, gradient: 0, rate: 0 }, "The rate has fallen to 0: W no longer changes."],
    [
      { value: 8, gradient: 1e-9 },
      "W no longer changes: the update is smaller than float32 can add.",
    ],
  ])("tells why a step that is recorded moved nothing, %j", (next, sentence) => {
    const { gradient, rate = 0.01 }: Partial<Row> = next;
    const rows = columns({ value: 8 }, { value: 8, gradient }, next, { value: 8 });
    const { draw, store } = setUp(new Store(NAMES));
    store.set({ decay: "cosine" });
    store.apply(delta(rows, { cursor: 1, rate: Math.fround(rate) }));
    expect(draw()).toBe(sentence);
  });

  it("says of several parameters that none changes, only where none does", () => {
    const { draw, store } = setUp(new Store(TWO_NAMES));
    const same = [5, 5, 5];
    const rows = widened(columns({ value: 8 }, { value: 8, gradient: 0 }), same, [1, 0, 0]);
    const batches = { size: 1, count: 3 };
    store.apply(delta(rows, { extras: ["b", "b_grad"], status: "ready", batches }));
    expect(draw()).toBe(
      "This sample says nothing about the parameters: its gradient is exactly 0.",
    );
    const moving = widened(columns({ value: 8 }, { value: 8, gradient: 0 }), same, [1, 2, 0]);
    const other = setUp(new Store(TWO_NAMES));
    other.store.apply(delta(moving, { extras: ["b", "b_grad"], status: "ready", batches }));
    expect(other.draw()).toBe("Loss 1.0 on the batch after 1 step.");
  });

  it("says above all that the kernel is gone", () => {
    const { draw, store } = setUp(storeWith(losses(2, infinity)));
    store.loseKernel(true);
    expect(draw()).toBe(texts.gone);
    store.loseKernel(false);
    expect(draw()).not.toBe(texts.noKernel);
    store.explain("");
    expect(draw()).toBe(texts.noKernel);
  });

  it.each([
    ["kernel", false, texts.waiting],
    ["kernel", true, texts.waitingLong],
    ["page", false, texts.waitingHere],
    ["page", true, texts.waitingHere],
  ] as const)(
    "says that the %s lets one wait (long: %s), which is no alarm",
    (engine, long, sentence) => {
      const { draw, status, store } = setUp(storeWith(descent(2)));
      if (engine === "page") store.computeHere();
      store.wait(true, long);
      expect(draw()).toBe(sentence);
      expect(status.root.dataset.kind).toBe("waiting");
    },
  );

  it("says nothing before anything is known", () => {
    expect(setUp(new Store(NAMES)).draw()).toBe("");
  });

  it("shows a name with markup in it as text", () => {
    const name = "<script>alert(1)</script>";
    const store = new Store({ ...NAMES, params: [name], learning: name, recorded: [name] });
    store.apply(delta(columns({}, { value: infinity })));
    const { draw, status } = setUp(store);
    expect(draw()).toContain(name);
    expect(status.root.querySelector("script")).toBeNull();
  });
});

describe("what is read out", () => {
  it("is nothing while steps are taken", () => {
    const store = storeWith(descent(2));
    const { draw, status } = setUp(store);
    draw();
    store.goTo(1);
    draw();
    expect(announced(status)).toBe("");
  });

  it("is that it converged or diverged, once each time it is reached", () => {
    const store = storeWith(losses(3, 0));
    const { draw, status } = setUp(store);
    draw();
    expect(announced(status)).toBe(texts.flat(row(store)));
    status.announce("Paused.");
    draw();
    expect(announced(status)).toBe("Paused.");
    store.goTo(0);
    draw();
    store.goTo(1);
    draw();
    expect(announced(status)).toBe(texts.flat(row(store)));
  });

  it("is that the kernel is gone", () => {
    const { draw, status, store } = setUp(storeWith(descent(2)));
    draw();
    store.loseKernel(true);
    draw();
    expect(announced(status)).toBe(texts.gone);
  });
});

describe("data that come as a stream", () => {
  it("have ended: that is said and read out", () => {
    const store = storeWith(losses(3, 2));
    store.apply(delta(columns(), { start: 2, last: 1, status: "ended" }));
    const { draw, kind, status } = setUp(store);
    expect(draw()).toBe(texts.ended(row(store)));
    expect(draw()).toContain("The data have ended at step 1");
    expect(kind()).toBe("ended");
    expect(announced(status)).toContain("The data have ended");
  });

  it("have not ended at an earlier step", () => {
    const store = storeWith(losses(3, 2, 1));
    store.apply(delta(columns(), { start: 3, last: 2, status: "ended" }));
    store.goTo(1);
    expect(setUp(store).draw()).not.toContain("ended");
  });
});

describe("a plane instead of the curve", () => {
  it("has no side on which the parameter is out of sight", () => {
    const store = storeWith(losses(3, 2, 1));
    const view = { low: 5, high: 6, bottom: 0, top: 1 };
    expect(setUp(store, view).draw()).toContain("outside");
    store.view("two");
    expect(setUp(store, view).draw()).not.toContain("outside");
  });
});
