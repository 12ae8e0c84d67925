// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import { Session } from "../../src/app/session.ts";
import { load, type Module } from "../../src/engines/load.ts";
import type { PlaneAnswer } from "../../src/protocol/messages.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { texts } from "../../src/text/texts.ts";
import { delta, descent, NAMES, part, wire } from "../builders.ts";
import { type FakeChild, FakeModel, settled } from "../fakes.ts";
import { FakeCalculator, fakePortable } from "../page-engine/fake-calculator.ts";

vi.mock("../../src/page-engine/payload.ts", () => ({
  Portable: class {
    constructor(saved: { reason: string }) {
      if (saved.reason) throw new Error(saved.reason);
      Object.assign(this, fakePortable());
    }
  },
}));
vi.mock("../../src/page-engine/calculator.ts", () => ({
  calculator: (): FakeCalculator => {
    calculator = new FakeCalculator();
    if (wrongly) calculator.differs = { from: 1, share: 0.1 };
    return calculator;
  },
}));
vi.mock("../../src/engines/load.ts", async () => {
  const module = await import("../../src/page-engine/module.ts");
  return { load: vi.fn(async () => module) };
});

const saved = Object.fromEntries(fixture.keyframes.map(({ name, keyframe }) => [name, keyframe]));
const [{ curve }] = fixture.curves as [(typeof fixture.curves)[number]];
const fifty = descent(50);
let calculator: FakeCalculator | undefined;
/** Whether what is exported is another problem than what was recorded. */
let wrongly: boolean;
let model: FakeModel;
let session: Session;
const announcer = vi.fn<(sentence: string) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  announcer.mockReset();
  calculator = undefined;
  wrongly = false;
});

afterEach(() => vi.useRealTimers());

async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await settled();
    vi.advanceTimersByTime(1);
  }
  await settled();
}

/** A model that tells of what is set, as the real one does. */
class TellingModel extends FakeModel {
  override set(name: string, value: unknown): void {
    const before = this.get(name);
    super.set(name, value);
    if (before !== value) this.trigger(`change:${name}`);
  }
}

async function open(alive: boolean, attributes: Record<string, unknown> = {}): Promise<void> {
  model = new TellingModel({
    _names: NAMES,
    _marks: { path: "IPY_MODEL_loss_function.path" },
    _keyframe: saved["the start alone"],
    _curve: curve,
    _programs: { version: 1, reason: "" },
    _choices: { optimizers: ["sgd", "slow", "adam"], batch_sizes: [0, 4], problems: ["a", "b"] },
    ...attributes,
  });
  child().comm_live = alive;
  session = new Session(model, texts);
  session.announcers.add(announcer);
  await rest();
}

function child(): FakeChild {
  return model.children["loss_function.path"] as FakeChild;
}

async function dieOrLive(alive: boolean): Promise<void> {
  child().comm_live = alive;
  child().trigger("comm_live_update");
  await rest();
}

/** Has what computes come only when it is let. */
function loadLater(): { end(): Promise<void> } {
  let come = (): void => {};
  const module = load("", texts);
  vi.mocked(load).mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => {
      come = resolve;
    });
    return (await module) as Module;
  });
  return {
    end: async () => {
      come();
      await rest();
    },
  };
}

describe("a page that never had a kernel", () => {
  it("computes by itself, and says what came of the recorded steps", async () => {
    await open(false);
    const { store } = session;
    expect(store.engine).toBe("page");
    expect(store.alive).toBe(true);
    expect(store.offered).toBe(false);
    expect(store.origin).toBe(engineTexts.recomputed);
    const { length } = model.sent;
    session.actions.step();
    await rest();
    expect(store.cursor).toBe(1);
    expect(store.row?.value).toBe(descent(1).value[1]);
    expect(model.sent).toHaveLength(length);
  });

  it("replays where its own steps would be wrong, and says so", async () => {
    wrongly = true;
    await open(false, { _keyframe: saved["a fork"] });
    const { store, actions } = session;
    expect(store.engine).toBe("none");
    expect(store.origin).toBe(texts.replayed(engineTexts.wrongSteps(1)));
    expect(calculator?.closed).toBe(true);
    actions.goTo(1);
    actions.step();
    await rest();
    expect([store.cursor, store.row?.value]).toEqual([2, descent(2).value[2]]);
    actions.goTo(4);
    actions.step();
    await rest();
    expect([store.cursor, store.last]).toEqual([4, 4]);
  });

  it("offers what was exported, and no other problem", async () => {
    await open(false);
    expect(session.store.choices).toMatchObject({
      optimizers: ["sgd", "slow"],
      batch_sizes: [0, 4],
      problems: [],
    });
  });

  it("plays a run, pauses and resets", async () => {
    await open(false);
    const { actions, store } = session;
    actions.runSteps(3);
    actions.toggleRun();
    for (let frame = 0; frame < 60; frame += 1) {
      vi.advanceTimersToNextFrame();
      await settled();
    }
    expect([store.playing, store.last]).toEqual([false, 3]);
    expect(announcer.mock.calls.at(-1)?.[0]).toContain("The run ended at step 3");
    actions.start("W", 4);
    actions.step();
    await rest();
    expect(store.run?.params.W).toBe(4);
    expect(store.last).toBe(1);
  });

  it("takes the settings that are made, also when another page part makes them", async () => {
    await open(false);
    session.actions.learningRate(0.02);
    model.set("optimizer", "slow");
    await rest();
    expect(session.store.run?.settings.optimizer).toBe("slow");
    session.actions.step();
    await rest();
    expect(session.store.row?.rate).toBeCloseTo(0.02);
  });

  it("puts back what it cannot do", async () => {
    await open(false);
    session.actions.choose("optimizer", "adam");
    await rest();
    expect(model.get("optimizer")).toBe("sgd");
    expect(session.store.notice).toEqual({
      field: "optimizer",
      message: engineTexts.notComputable,
    });
    model.set("learning_rate", -3);
    expect(model.get("learning_rate")).toBe(0.01);
  });

  it("asks no kernel for anything", async () => {
    await open(false, { optimizer: "slow" });
    const { length } = model.sent;
    session.actions.goTo(0);
    vi.advanceTimersByTime(5000);
    await rest();
    expect(model.sent).toHaveLength(length);
  });

  it("replays where programs could not be exported, for the reason that is said", async () => {
    await open(false, { _programs: { version: 1, reason: "The data come as a stream." } });
    const { store } = session;
    expect(store.engine).toBe("none");
    expect([store.offered, store.lived]).toEqual([false, false]);
    expect(store.origin).toBe(texts.replayed("The data come as a stream."));
  });

  it("replays where what computes is damaged, and says so", async () => {
    vi.mocked(load).mockRejectedValueOnce(new Error(texts.brokenEngine));
    await open(false);
    const { store } = session;
    expect([store.engine, store.alive]).toEqual(["none", false]);
    expect(store.origin).toBe(texts.replayed(texts.brokenEngine));
  });

  it("is drawn and replays while what computes is loaded", async () => {
    const loading = loadLater();
    await open(false);
    expect([session.store.engine, session.store.picture]).toEqual(["none", "one"]);
    session.actions.goTo(0);
    await loading.end();
    expect(session.store.engine).toBe("page");
  });

  it("computes nothing when it was closed while that was loaded", async () => {
    const loading = loadLater();
    await open(false);
    session.close();
    await loading.end();
    expect(session.store.engine).toBe("none");
    expect(calculator?.closed).toBe(true);
  });

  it("whose steps cannot be read says so, and begins where the problem does", async () => {
    await open(false, { _keyframe: { version: 99, runs: [] } });
    const { store } = session;
    expect(store.notice?.message).toContain("version 99");
    expect(store.run?.params).toEqual({ W: 8, b: -1 });
    session.actions.step();
    await rest();
    expect(store.cursor).toBe(1);
  });

  it("whose settings are none has others", async () => {
    const damaged = { optimizer: undefined, batch_size: "<b>8</b>", _schedule: null };
    await open(false, { learning_rate: "<b>fast</b>", ...damaged });
    const { learningRate, optimizer, batchSize, schedule } = session.store;
    expect([learningRate, optimizer, batchSize, schedule]).toEqual([0.01, "sgd", 0, []]);
  });

  it.each([
    ["_curve", { low: 0, high: 1, points: "%%%" }],
    ["_plane", { arrays: { losses: "%%%" } }],
    ["_plane", { n: 3, arrays: { losses: "AAAA" } }],
    ["_look", { arrays: { samples: "%%%" } }],
    ["_keyframe", null],
  ])("whose %s is damaged says so, and goes on", async (name, value) => {
    await open(false, { [name]: value });
    const reason = name === "_keyframe" ? texts.unreadable : texts.unreadablePicture;
    expect(session.store.notice?.message).toContain(reason);
    expect(session.store.notice?.message).toMatch(/\.$/);
    expect(session.store.curve).toBeDefined();
    session.actions.step();
    await rest();
    expect(session.store.cursor).toBe(1);
  });

  it("lets its calculator go when it is closed", async () => {
    await open(false);
    session.close();
    expect(calculator?.closed).toBe(true);
  });
});

describe("the picture of a saved page", () => {
  const names = { ...NAMES, recorded: ["W", "b"], count: 2 };
  const marks = {
    path: "IPY_MODEL_loss_function.path",
    "plane.figure": "IPY_MODEL_loss_function.figure",
  };

  it("is the plane of two parameters, also where none was saved", async () => {
    await open(false, { _names: names, _marks: marks });
    expect(session.store.picture).toBe("two");
  });

  it("is the line as long as nothing can draw a plane that was not saved", async () => {
    const loading = loadLater();
    await open(false, { _names: names, _marks: marks });
    expect(session.store.picture).toBe("one");
    await loading.end();
    expect(session.store.picture).toBe("two");
  });

  it("is the line where a plane was neither saved nor can be evaluated", async () => {
    await open(false, { _names: { ...names, count: 5 }, _marks: marks });
    expect(session.store.picture).toBe("one");
  });

  it("is the line where nothing can be evaluated", async () => {
    await open(false, {
      _names: names,
      _marks: marks,
      _programs: { version: 1, reason: "Too large." },
    });
    expect(session.store.picture).toBe("one");
  });
});

describe("a kernel that dies", () => {
  beforeEach(async () => {
    await open(true);
    const known = { run: 1, runs: [1], settings: SETTINGS };
    model.trigger("msg:custom", ...wire(delta(part(fifty, 0), { ...known })));
    await rest();
  });

  it("is not computed without, as long as it lives", () => {
    expect(session.store.engine).toBe("kernel");
    expect(session.store.origin).toBe("");
    expect(calculator).toBeUndefined();
  });

  it("leaves an offer to go on in the page, which replays until then", async () => {
    await dieOrLive(false);
    const { store, actions } = session;
    expect([store.engine, store.alive, store.offered]).toEqual(["none", false, true]);
    expect(store.lived).toBe(true);
    expect(calculator?.asked).toEqual([]);
    actions.goTo(48);
    actions.step();
    actions.step();
    actions.step();
    expect([store.cursor, store.last]).toEqual([50, 50]);
    actions.goOn();
    await rest();
    expect([store.engine, store.offered]).toEqual(["page", false]);
    expect(store.origin).toBe(engineTexts.recomputed);
    expect(announcer).toHaveBeenCalledWith(texts.goneOn);
    actions.step();
    await rest();
    expect(store.last).toBe(51);
    expect(store.row?.value).toBe(descent(51).value[51]);
  });

  it("and comes back takes over again, with all it has", async () => {
    await dieOrLive(false);
    session.actions.goOn();
    await rest();
    session.actions.step();
    await rest();
    const { length } = model.sent;
    await dieOrLive(true);
    const { store } = session;
    expect([store.engine, store.origin, store.offered]).toEqual(["kernel", "", false]);
    expect(model.sent.slice(length)).toMatchObject([{ kind: "sync", have: {} }]);
    expect(calculator?.closed).toBe(true);
    session.actions.step();
    expect(model.sent.slice(-2)).toMatchObject([{ kind: "advance" }, { kind: "ahead" }]);
  });

  it("and comes back before the page went on is asked again as ever", async () => {
    await dieOrLive(false);
    await dieOrLive(true);
    expect(session.store.offered).toBe(false);
    expect(session.store.last).toBe(50);
    session.actions.step();
    expect(model.sent.slice(-2)).toMatchObject([{ kind: "advance", n: 1 }, { kind: "ahead" }]);
  });

  it("and comes back while what computes is loaded stays what counts", async () => {
    const loading = loadLater();
    await dieOrLive(false);
    await dieOrLive(true);
    await loading.end();
    expect([session.store.engine, session.store.offered]).toEqual(["kernel", false]);
    expect(calculator?.closed).toBe(true);
    await dieOrLive(false);
    expect(session.store.offered).toBe(true);
  });

  it("and comes back before a damaged engine is loaded hears nothing of it", async () => {
    vi.mocked(load).mockImplementationOnce(async () => {
      await settled();
      throw new Error(texts.brokenEngine);
    });
    child().comm_live = false;
    child().trigger("comm_live_update");
    await dieOrLive(true);
    expect([session.store.engine, session.store.origin]).toEqual(["kernel", ""]);
  });

  it("leaves the picture that was chosen", async () => {
    session.store.showPlane({ slice: "two", x: "W", y: "b" } as PlaneAnswer);
    session.store.view("one");
    await dieOrLive(false);
    expect(session.store.picture).toBe("one");
  });

  it("offers nothing where nothing was exported", async () => {
    model.attributes._programs = { version: 1, reason: "The loss calls back into Python." };
    await dieOrLive(false);
    expect(session.store.offered).toBe(false);
    expect(session.store.origin).toContain("calls back");
    session.actions.goOn();
    expect(session.store.engine).toBe("none");
  });
});

const SETTINGS = {
  optimizer: "sgd",
  takes_rate: true,
  batch_size: 0,
  decay: "constant",
  peak: 0.01,
  run_steps: 50,
};
