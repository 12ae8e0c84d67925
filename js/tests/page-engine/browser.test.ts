// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Store } from "../../src/model/store.ts";
import { BrowserEngine, type Put } from "../../src/page-engine/browser.ts";
import { Rates } from "../../src/page-engine/schedules.ts";
import type { Columns, PlaneAnswer, RunSettings } from "../../src/protocol/messages.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { texts } from "../../src/text/texts.ts";
import { curve, descent, keyframe, look, NAMES, savedRun, TWO_NAMES } from "../builders.ts";
import { settled } from "../fakes.ts";
import { FakeCalculator, fakePortable } from "./fake-calculator.ts";

const SETTINGS: RunSettings = {
  optimizer: "sgd",
  takes_rate: true,
  batch_size: 0,
  decay: "constant",
  peak: 0.01,
  run_steps: 50,
};
let store: Store;
let calculator: FakeCalculator;
let engine: BrowserEngine;
const put = vi.fn<Put>();
const wrong = vi.fn<(reason: string) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  put.mockReset();
  calculator = new FakeCalculator();
});

afterEach(() => vi.useRealTimers());

/** Lets idle moments and whatever waits for them pass. */
async function rest(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await settled();
    vi.advanceTimersByTime(1);
  }
  await settled();
}

interface Opened {
  rows?: Columns;
  /** Those that were kept; by default all. */
  steps?: number[];
  cursor?: number;
  settings?: RunSettings;
  names?: typeof NAMES;
}

/** A page that was saved after five steps of the article, or after what is given. */
function open({ rows = descent(5), steps, cursor, settings = SETTINGS, names }: Opened = {}): void {
  store = new Store(names ?? NAMES);
  store.computeHere();
  const last = rows.value.length - 1;
  const kept = steps ?? Array.from({ length: last + 1 }, (_, step) => step);
  store.load(keyframe(cursor ?? last, { ...savedRun(rows, kept), settings }));
  store.showCurve(curve());
  engine = new BrowserEngine(store, calculator, put, wrong);
}

/** What is set in the page, as the session hands it on. */
async function set(settings: Parameters<Store["set"]>[0]): Promise<void> {
  store.set(settings);
  engine.follow();
  await rest();
}

function values(): number[] {
  const rows = store.run?.rows;
  return rows ? Array.from({ length: rows.count }, (_, index) => rows.value(index)) : [];
}

function runs(): unknown[][] {
  return store.runs.map(({ id, parent, fork, last, settings }) => {
    return [id, parent, fork, last, settings.optimizer, settings.peak];
  });
}

describe("the recorded steps", () => {
  it("are taken again on loading, and found to be the same", async () => {
    open({ rows: descent(50) });
    expect(store.origin).toBe(engineTexts.recomputing);
    await rest();
    expect(calculator.asked).toEqual(["init sgd 0 at 8", "run sgd from 0 by 50"]);
    expect(store.origin).toBe(engineTexts.recomputed);
    expect(store.origin).toContain("recomputed here: identical");
    expect([...(store.run?.rows.numbers(50) ?? [])]).toHaveLength(4);
  });

  it("are told to differ where they do, by how much", async () => {
    calculator.differs = { from: 3, share: 3e-7 };
    open();
    await rest();
    expect(store.origin).toMatch(/recomputed here: greatest relative difference [1-9]e-7$/);
    expect(values()).toEqual([...descent(5).value]);
  });

  it("that go another way are told by where they do", async () => {
    calculator.differs = { from: 4, share: Number.NaN };
    open();
    await rest();
    expect(store.origin).toContain("identical up to step 4; from there on");
    expect(wrong).not.toHaveBeenCalled();
  });

  it("that are others from the first on are told, and not computed any further", async () => {
    calculator.differs = { from: 1, share: 0.1 };
    open();
    engine.reset({});
    await rest();
    expect(wrong).toHaveBeenCalledExactlyOnceWith(engineTexts.wrongSteps(1));
  });

  it("move nothing meanwhile, and are looked at as before", async () => {
    open({ rows: descent(50), cursor: 7 });
    const moved = vi.fn();
    store.onChange(() => moved(store.cursor, store.last));
    await rest();
    for (const call of moved.mock.calls) expect(call).toEqual([7, 50]);
  });

  it("are taken in idle moments, one call after the other", async () => {
    const idle: (() => void)[] = [];
    vi.stubGlobal("requestIdleCallback", (callback: () => void) => idle.push(callback));
    calculator.most = 20;
    open({ rows: descent(50) });
    await settled();
    expect(calculator.asked).toHaveLength(2);
    idle.shift()?.();
    await settled();
    expect(calculator.asked).toHaveLength(3);
    vi.unstubAllGlobals();
  });

  it("that were left out are put in, at the rates they must have had", async () => {
    const all = descent(50);
    open({ rows: all, steps: [0, 1, 2, 10, 20, 49, 50], cursor: 30 });
    expect(store.run?.rows.complete).toBe(false);
    await rest();
    expect(store.origin).toBe(engineTexts.recomputed);
    expect(values()).toEqual([...all.value]);
    expect(store.cursor).toBe(30);
  });

  it("of a decay that were left out had the rates of the decay", async () => {
    const settings = { ...SETTINGS, decay: "cosine", peak: 0.05 };
    open({ rows: descent(50), steps: [0, 10, 50], settings });
    await rest();
    const rate = store.run?.rows.column("learning_rate");
    expect(rate?.at(9)).toBeLessThan(0.05);
    expect(rate?.at(9)).toBeGreaterThan(rate?.at(20) as number);
  });

  it.each([
    ["take too long", () => Object.assign(calculator, { seconds: 11 }), engineTexts.tooLong],
    [
      "cannot start",
      () => Object.assign(calculator, { refusal: "No such thing." }),
      "No such thing.",
    ],
  ])("that %s are replayed only, for a reason that is said", async (_, spoil, reason) => {
    spoil();
    open({ rows: descent(50), cursor: 48 });
    await rest();
    expect(store.origin).toBe(engineTexts.notRecomputed(reason));
    await engine.advance(1);
    expect(store.cursor).toBe(49);
    await engine.advance(1);
    await expect(engine.advance(1)).rejects.toThrow(reason);
    expect(store.notice?.message).toContain(reason);
    Object.assign(calculator, { seconds: 0, refusal: "" });
    engine.reset({ W: 3 });
    await rest();
    await engine.advance(2);
    expect(store.last).toBe(2);
    expect(store.origin).toBe(engineTexts.computedHere);
  });

  it("that end earlier here are replayed only", async () => {
    calculator.differs = { from: 4, share: Number.POSITIVE_INFINITY };
    open({ rows: descent(50) });
    await rest();
    expect(store.origin).toBe(engineTexts.notRecomputed(engineTexts.endsEarlier(4)));
  });

  it("of a record that no page can hold are not even begun", async () => {
    store = new Store(NAMES);
    const run = savedRun(descent(2), [0, 1, 2]);
    store.load(keyframe(0, { ...run, settings: SETTINGS, steps: Int32Array.of(0, 1, 2e9) }));
    engine = new BrowserEngine(store, calculator, put, wrong);
    await rest();
    expect(calculator.asked).toEqual([]);
    expect(store.origin).toBe(engineTexts.notRecomputed(engineTexts.tooLong));
  });

  it("that are forgotten by a reset are not spoken of any more", async () => {
    calculator.most = 1;
    open({ rows: descent(50) });
    await settled();
    engine.reset({});
    await rest();
    expect(store.origin).toBe(engineTexts.computedHere);
    expect(store.runs).toHaveLength(1);
    expect(store.last).toBe(0);
  });
});

describe("a page without a readable record", () => {
  it("begins where the problem does", async () => {
    store = new Store(NAMES);
    store.computeHere();
    engine = new BrowserEngine(store, calculator, put, wrong);
    await rest();
    expect(runs()).toEqual([[1, null, 0, 0, "sgd", 0.01]]);
    expect(store.run?.params).toEqual({ W: 8, b: -1 });
    await engine.advance(3);
    expect(values()).toEqual([...descent(3).value]);
    expect(store.curve?.low).toBeLessThan(8);
  });
});

describe("steps", () => {
  beforeEach(async () => {
    open();
    await rest();
  });

  it("go on from the last one that is recorded", async () => {
    expect(await engine.advance(3)).toBeGreaterThan(0);
    expect(values()).toEqual([...descent(8).value]);
    expect(store.cursor).toBe(8);
    expect(runs()).toEqual([[1, null, 0, 8, "sgd", 0.01]]);
  });

  it("pressed before the record has been taken again wait for it", async () => {
    calculator.held = [];
    open();
    const taken = vi.fn();
    engine.advance(1).then(taken);
    await rest();
    expect(taken).not.toHaveBeenCalled();
    expect(store.last).toBe(5);
    for (const go of calculator.held.splice(0)) go();
    calculator.held = undefined;
    await rest();
    expect(store.last).toBe(6);
    expect(taken).toHaveBeenCalledTimes(1);
  });

  it("go along the record first", async () => {
    engine.goTo(2);
    store.goTo(2);
    await engine.advance(2);
    expect(store.cursor).toBe(4);
    await engine.advance(3);
    expect(store.cursor).toBe(7);
    expect(store.last).toBe(7);
  });

  it("come in as many calls as it takes", async () => {
    calculator.most = 10;
    await engine.advance(35);
    expect(store.last).toBe(40);
    expect(values()).toEqual([...descent(40).value]);
  });

  it("end where the descent has converged", async () => {
    await set({ learningRate: 3 / 31 });
    await engine.advance(100);
    expect(store.status).toBe("converged");
    const { last } = store;
    await engine.advance(1);
    expect(store.last).toBe(last);
  });

  it("asked for in a run that is no more are not taken", async () => {
    engine.reset({});
    const late = engine.advance(3);
    await rest();
    await late;
    expect(store.last).toBe(0);
  });

  it("under way are given up for a reset", async () => {
    calculator.most = 10;
    calculator.held = [];
    const long = engine.advance(1000);
    await rest();
    engine.reset({ W: 4 });
    calculator.held.shift()?.();
    calculator.held = undefined;
    await rest();
    await long;
    expect(store.run?.params.W).toBe(4);
    expect(store.last).toBe(0);
  });

  it("that take long are said to", async () => {
    calculator.held = [];
    const taken = engine.advance(1);
    await rest();
    vi.advanceTimersByTime(1500);
    await settled();
    expect(store.waiting).toBe(true);
    calculator.held.shift()?.();
    await rest();
    await taken;
    expect(store.waiting).toBe(false);
  });

  it("that fail are told of, and fail the request", async () => {
    vi.spyOn(calculator, "run").mockRejectedValue(new Error("It takes too long."));
    await expect(engine.advance(1)).rejects.toThrow("It takes too long.");
    expect(store.notice).toEqual({ field: "", message: "It takes too long." });
  });
});

describe.each([
  ["another rate", { learningRate: 0.05 }],
  ["another rate that decays", { learningRate: 0.05, decay: "cosine" }],
  ["a decay", { decay: "warmup_cosine" }],
  ["a decay over other steps", { decay: "exponential", runSteps: 7 }],
] as const)("%s", (_, changes) => {
  it.each([
    [0, 0],
    [0, 4],
    [2, 0],
    [2, 4],
    [5, 0],
    [5, 4],
  ])(
    "at step %i, of batches of %i, keeps all steps going that were asked for",
    async (at, batchSize) => {
      open();
      await rest();
      await set({ learningRate: 0.02, batchSize });
      engine.reset({});
      await rest();
      await engine.advance(5);
      const before = store.run?.id;
      store.goTo(at);
      engine.goTo(at);
      await set(changes);
      await Promise.all([engine.advance(1), engine.advance(2), engine.advance(4)]);
      const { parent, fork } = store.run ?? {};
      expect(store.cursor).toBe(at + 7);
      // At step 0 an exponential decay has the rate that was set before: it forks a step later.
      const first =
        "learningRate" in changes || changes.decay === "warmup_cosine" ? at : Math.max(at, 1);
      if (at === 5) expect(store.run?.id).toBe(before);
      else expect([parent, fork]).toEqual([before, first]);
      const { learningRate, decay, runSteps } = store;
      const rates = new Rates(learningRate, decay, runSteps).at(first, 3);
      const taken = [1, 2, 3].map((step) => store.run?.rows.row(first + step).rate);
      expect(taken).toEqual([...rates]);
    },
  );

  it("is said to fork as soon as it is set", async () => {
    open({ cursor: 2 });
    await rest();
    await set(changes);
    expect(store.forks).toBe(true);
    await set({ learningRate: 0.01, decay: "constant" });
    expect(store.forks).toBe(false);
  });
});

describe("a rate changed", () => {
  beforeEach(async () => {
    open();
    await rest();
  });

  it("at the last step holds from the next", async () => {
    await set({ learningRate: 0.05 });
    await engine.advance(1);
    expect(store.runs).toHaveLength(1);
    expect(store.run?.rows.row(6).rate).toBeCloseTo(0.05);
    expect(store.run?.settings.peak).toBe(0.05);
  });

  it("at an earlier step forks a new run from there", async () => {
    store.goTo(2);
    engine.goTo(2);
    await set({ learningRate: 0.05 });
    await engine.advance(2);
    expect(runs()).toEqual([
      [1, null, 0, 5, "sgd", 0.01],
      [2, 1, 2, 4, "sgd", 0.05],
    ]);
    expect(values().slice(0, 3)).toEqual([...descent(2).value]);
    expect(store.cursor).toBe(4);
    expect(store.run?.settings?.peak).toBe(0.05);
    expect(calculator.asked.at(-1)).toBe("run sgd from 2 by 2");
  });

  it("and set back goes along the record", async () => {
    store.goTo(2);
    engine.goTo(2);
    await set({ learningRate: 0.05 });
    await set({ learningRate: 0.01 });
    await engine.advance(2);
    expect(store.runs).toHaveLength(1);
    expect(store.cursor).toBe(4);
  });

  it("to none is put back, and said beside it", async () => {
    await set({ learningRate: -1 });
    expect(put).toHaveBeenCalledWith("learning_rate", 0.01);
    expect(store.notice).toEqual({ field: "learning_rate", message: texts.notRate });
  });

  it("to a decay is drawn, and says where it leads", async () => {
    await set({ decay: "cosine", learningRate: 0.05 });
    expect(store.schedule).toHaveLength(51);
    expect(store.schedule[0]).toBeCloseTo(0.05);
    expect(store.coming?.terms["learning rate"]).toBeCloseTo(0.05, 2);
    await set({ decay: "constant" });
    expect(store.schedule).toEqual([]);
  });

  it("for runs of no whole number of steps is refused", async () => {
    await set({ runSteps: 2.5 });
    expect(store.notice).toEqual({ field: "run_steps", message: texts.notSteps });
  });
});

describe("another optimizer", () => {
  beforeEach(async () => {
    open();
    await rest();
    await set({ optimizer: "slow" });
  });

  it("begins a new run from the same start, and keeps the one before", async () => {
    expect(runs()).toEqual([
      [1, null, 0, 5, "sgd", 0.01],
      [2, null, 0, 0, "slow", 0.01],
    ]);
    expect(store.run?.params).toEqual({ W: 8, b: -1 });
    await engine.advance(2);
    expect(store.run?.rows.value(2)).toBeGreaterThan(descent(2).value[2] as number);
  });

  it("says where its step leads, at every step that is looked at", async () => {
    expect(store.coming?.values.W).toBeCloseTo(7.69);
    await engine.advance(2);
    const there = store.coming?.values.W as number;
    expect(there).toBeLessThan(store.row?.value as number);
    store.goTo(1);
    engine.goTo(1);
    await rest();
    expect(store.coming?.values.W).toBe(store.run?.rows.value(2));
  });

  it("drops runs without steps, and keeps eight at most", async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      await engine.advance(1);
      await set({ optimizer: turn % 2 ? "slow" : "sgd" });
    }
    expect(store.runs).toHaveLength(8);
    await set({ optimizer: "sgd" });
    await set({ optimizer: "slow" });
    await set({ optimizer: "sgd" });
    expect(store.runs.slice(0, -1).every(({ last }) => last > 0)).toBe(true);
  });

  it("that was not exported is put back, and said beside it", async () => {
    await set({ optimizer: "adam" });
    expect(put).toHaveBeenCalledWith("optimizer", "slow");
    expect(store.notice).toEqual({ field: "optimizer", message: engineTexts.notComputable });
    expect(store.runs).toHaveLength(2);
  });

  it("can be told from batches, which begin a new run too", async () => {
    await set({ optimizer: "sgd", batchSize: 4 });
    expect(store.run?.settings).toMatchObject({ optimizer: "sgd", batch_size: 4 });
    expect(store.run?.batches).toEqual({ size: 4, count: 2 });
    expect(store.run?.extras).toEqual(["full_loss"]);
    await engine.advance(3);
    expect(store.batch).toEqual({ epoch: 2, number: 2, count: 2 });
  });

  it("is kept by a batch of all samples, which is none", async () => {
    await set({ batchSize: 6 });
    expect(store.runs).toHaveLength(2);
  });

  it("clears with the earlier runs when asked to", async () => {
    engine.clear();
    await rest();
    expect(store.runs.map(({ id }) => id)).toEqual([2]);
  });
});

describe("a reset", () => {
  beforeEach(async () => {
    open();
    await rest();
  });

  it("forgets all runs", async () => {
    engine.reset({});
    await rest();
    expect(runs()).toEqual([[2, null, 0, 0, "sgd", 0.01]]);
    expect(store.run?.params).toEqual({ W: 8, b: -1 });
  });

  it("to another start begins a run beside those that took steps", async () => {
    engine.reset({ W: -3.5 });
    await rest();
    expect(runs()).toEqual([
      [1, null, 0, 5, "sgd", 0.01],
      [2, null, 0, 0, "sgd", 0.01],
    ]);
    expect(store.run?.params).toEqual({ W: -3.5, b: -1 });
    engine.reset({ b: 2 });
    await rest();
    expect(store.runs.map(({ id }) => id)).toEqual([1, 3]);
    expect(store.run?.params).toEqual({ W: -3.5, b: 2 });
  });

  it("draws the red curve for the numbers that are held, as wide as the start wants it", async () => {
    engine.reset({ b: 5 });
    await rest();
    expect(calculator.asked.at(-1)).toBe("losses along W at b = 5");
    expect(store.curve).toMatchObject({ low: -6, high: 10 });
    engine.reset({ W: 100 });
    await rest();
    expect(store.curve).toMatchObject({ low: -130, high: 130 });
    expect(store.curve?.values).toHaveLength(257);
  });

  it.each([
    [{ W: Number.NaN }, texts.notNumber(texts.start("W")), "W"],
    [{ W: 1e39, b: 0 }, texts.notNumber(texts.start("W")), "start"],
  ])("to %j is refused beside the field", async (start, sentence, field) => {
    engine.reset(start);
    await rest();
    expect(store.notice).toEqual({ field, message: sentence });
    expect(store.last).toBe(5);
  });

  it("where the loss is not finite is refused with the calculator's words", async () => {
    calculator.refusal = "The loss is not finite there.";
    engine.reset({ W: 3 });
    await rest();
    expect(store.notice).toEqual({ field: "W", message: "The loss is not finite there." });
    expect(store.last).toBe(5);
  });
});

describe("pictures", () => {
  it("are finer red curves, through the state that is looked at", async () => {
    open({ names: TWO_NAMES });
    await rest();
    await engine.evaluate(1, 3, { name: "b", step: 2 });
    expect(calculator.asked.at(-1)).toContain("losses along b");
    expect(store.detail?.values.at(0)).toBe(1);
    expect(store.detail?.values.at(-1)).toBe(3);
  });

  it("are planes over two parameters, about what was shown before", async () => {
    open({ names: TWO_NAMES });
    await rest();
    await engine.plane({ slice: "two", x: "W", y: "b", view: null, aspect: 1 });
    const { plane } = store;
    expect(plane).toMatchObject({ slice: "two", x: "W", y: "b", n: 100, recorded: true });
    expect(plane?.losses).toHaveLength(10_000);
    expect((plane?.low_x ?? 0) < 2 && (plane?.high_x ?? 0) > 8).toBe(true);
    expect(plane?.least).toBeGreaterThanOrEqual(0);
    await engine.plane({ slice: "two", x: "W", y: "b", view: [0, 1, 2, 3], aspect: 1 });
    expect(store.plane).toMatchObject({ low_x: 0, high_x: 1, low_y: 2, high_y: 3 });
  });

  it("are planes with equal units in a plot of any shape, as large as they need be", async () => {
    open({ names: TWO_NAMES });
    await rest();
    const extents = async (aspect: number): Promise<number[]> => {
      await engine.plane({ slice: "two", x: "W", y: "b", view: null, aspect });
      const { low_x, high_x, low_y, high_y } = store.plane as PlaneAnswer;
      return [high_x - low_x, high_y - low_y];
    };
    const [[width, height], [wide, low], again] = [
      await extents(1),
      await extents(2),
      await extents(1),
    ] as [[number, number], [number, number], number[]];
    expect(width).toBeCloseTo(height, 6);
    expect(wide).toBeCloseTo(2 * low, 6);
    expect(again).toEqual([width, height]);
  });

  it("have fewer points where the loss takes long", async () => {
    const portable = Object.assign(fakePortable(), { loss: { cost: 1e7 } });
    calculator = new FakeCalculator(portable);
    open({ names: TWO_NAMES });
    await rest();
    await engine.plane({ slice: "two", x: "W", y: "b", view: null, aspect: 1 });
    expect(store.plane?.n).toBe(21);
  });

  it("are no other planes", async () => {
    open({ names: TWO_NAMES });
    const plane = engine.plane({ slice: "components", x: "", y: "", view: null, aspect: 1 });
    await expect(plane).rejects.toThrow(engineTexts.noSuchPlane);
  });

  it("are of the data and the model, with the batch of that step", async () => {
    const drawn = {
      figure: "curve",
      x: "x",
      y: "y",
      samples: Int32Array.of(0, 1, 2, 3, 4, 5),
      inputs: Float32Array.of(1, 2, 3, 4, 5, 6),
      targets: Float32Array.of(1, 3, 5, 7, 9, 11),
      axes: [Float32Array.of(0, 7)],
    };
    calculator = new FakeCalculator(Object.assign(fakePortable(), { look: drawn }));
    open();
    await rest();
    await set({ batchSize: 4 });
    await engine.look({ step: 0, low: 1, high: 3 });
    expect(store.look).toMatchObject({ figure: "curve", step: 0, x: "x", kept: false });
    expect([...(store.look?.predictions ?? [])]).toEqual([8]);
    expect(store.look?.batch).toHaveLength(4);
    expect(store.look?.batch_values).toHaveLength(257);
    expect(calculator.asked).toContain("losses along W at b = -1 on 4");
  });

  it("of a model that was not exported stay as they were saved", async () => {
    open();
    await rest();
    store.showLook(look({ figure: "scatter", step: 5, targets: [1, 2], kept: true }));
    await engine.look({ step: 2, low: 0, high: 0 });
    expect(store.look).toMatchObject({ figure: "scatter", step: 5, kept: true });
  });
});

describe("what is offered", () => {
  it("is what was exported, and no other problem", () => {
    open();
    const offered = {
      optimizers: ["adam", "slow", "sgd"],
      decays: ["custom", "constant", "cosine"],
      batch_sizes: [0, 1, 4],
      problems: ["line", "bowl"],
    };
    expect(engine.offers(offered)).toEqual({
      optimizers: ["slow", "sgd"],
      decays: ["constant", "cosine"],
      batch_sizes: [0, 4],
      problems: [],
    });
    expect(engine.offers({ ...offered, optimizers: [] }).optimizers).toEqual(["sgd", "slow"]);
  });
});

describe("what is laid aside", () => {
  it("comes back with its runs, its settings and its cursor, and goes on from there", async () => {
    const named = {
      ...{ optimizer: "optimizer", batch_size: "batchSize", decay: "decay" },
      ...{ run_steps: "runSteps", learning_rate: "learningRate" },
    } as const;
    open();
    await rest();
    await set({ learningRate: 0.02 });
    engine.reset({ W: 3 });
    await rest();
    await engine.advance(4);
    engine.goTo(2);
    await rest();
    const [before, at] = [runs(), values()];
    // As the session does: the settings follow one by one.
    put.mockImplementation((trait, value) => {
      store.set({ [named[trait]]: value });
      engine.follow();
    });
    const takeUp = engine.layAside();
    await set({ optimizer: "slow", batchSize: 4, learningRate: 0.1, runSteps: 7 });
    engine.reset({ W: -4 });
    engine.clear();
    await rest();
    await engine.advance(3);
    expect(runs()).toHaveLength(1);
    takeUp();
    await rest();
    expect([runs(), values(), store.cursor]).toEqual([before, at, 2]);
    const { optimizer, batchSize, learningRate, runSteps } = store;
    expect([optimizer, batchSize, learningRate, runSteps]).toEqual(["sgd", 0, 0.02, 50]);
    await engine.advance(3);
    expect([runs().length, values().length, store.cursor]).toEqual([2, 6, 5]);
  });
});

describe("closing", () => {
  it("ends what is under way, and lets the calculator go", async () => {
    calculator.most = 1;
    open({ rows: descent(50) });
    await settled();
    engine.close();
    const { length } = calculator.asked;
    await rest();
    expect(calculator.asked.length).toBeLessThanOrEqual(length + 1);
    expect(calculator.closed).toBe(true);
  });
});
