// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import { Session } from "../../src/app/session.ts";
import type { Request } from "../../src/protocol/messages.ts";
import { texts } from "../../src/text/texts.ts";
import { type DeltaOptions, delta, descent, losses, NAMES, part, wire } from "../builders.ts";
import { type FakeChild, FakeModel, settled } from "../fakes.ts";

const saved = Object.fromEntries(fixture.keyframes.map(({ name, keyframe }) => [name, keyframe]));
const fifty = descent(50);
const [{ curve }] = fixture.curves as [(typeof fixture.curves)[number]];
let model: FakeModel;
let session: Session;
const announcer = vi.fn<(sentence: string) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  announcer.mockReset();
});

afterEach(() => vi.useRealTimers());

async function open(attributes: Record<string, unknown> = {}): Promise<void> {
  model = new FakeModel({
    _names: NAMES,
    _marks: { path: "IPY_MODEL_loss_function.path" },
    _keyframe: saved["the start alone"],
    _curve: curve,
    ...attributes,
  });
  session = new Session(model, texts);
  session.announcers.add(announcer);
  await settled();
}

async function receive(rows: ReturnType<typeof descent>, options: DeltaOptions = {}) {
  const { run, runs } = session.store;
  const known = { run: run?.id ?? 1, runs: runs.map(({ id }) => id) };
  model.trigger("msg:custom", ...wire(delta(rows, { ...known, ...options })));
  await settled();
}

function sent(kind: Request["kind"]): Request[] {
  return model.sent.filter((request) => request.kind === kind);
}

function lastRequest(): string {
  const last = model.sent.at(-1);
  return last && "request" in last ? last.request : "";
}

async function dieOrLive(alive: boolean): Promise<void> {
  const child = model.children["loss_function.path"] as FakeChild;
  child.comm_live = alive;
  child.trigger("comm_live_update");
  await settled();
}

describe("a new page", () => {
  it("shows what is saved, and asks for what it lacks", async () => {
    await open({ _keyframe: saved["a fork"] });
    expect(session.store.runs).toHaveLength(2);
    expect(session.store.curve?.values).toHaveLength(5);
    expect(sent("sync")).toMatchObject([{ have: { "1": 6, "2": 5 } }]);
  });

  it("has the settings of the model, which are no change at the cursor", async () => {
    await open({
      _keyframe: { ...saved["a fork"], cursor: 1 },
      learning_rate: 0.01,
      run_steps: 7,
    });
    expect(session.store.learningRate).toBe(0.01);
    expect(session.store.runSteps).toBe(7);
    expect(session.store.forks).toBe(false);
    session.actions.goTo(2);
    expect(session.store.forks).toBe(true);
  });

  it("says so in a sentence where what is saved cannot be read, and goes on", async () => {
    await open({ _keyframe: { version: 99, runs: [] } });
    expect(session.store.notice?.message).toContain(texts.unreadable);
    expect(session.store.notice?.message).toContain("version 99");
    expect(sent("sync")).toMatchObject([{ have: {} }]);
    await receive(fifty, { run: 1, runs: [1] });
    expect(session.store.cursor).toBe(50);
  });

  it("does without a curve that is not there yet, and takes it when it comes", async () => {
    await open({ _curve: null });
    expect(session.store.curve).toBeUndefined();
    model.attributes._curve = curve;
    model.trigger("change:_curve");
    expect(session.store.curve?.low).toBe(curve.low);
  });
});

describe("the settings", () => {
  beforeEach(() => open());

  it("are saved in the model when changed in the page", () => {
    session.actions.learningRate(0.2);
    session.actions.runSteps(7);
    expect(model.saved).toEqual([{ learning_rate: 0.2 }, { run_steps: 7 }]);
    expect(sent("set")).toEqual([
      { kind: "set", name: "learning_rate", value: 0.2 },
      { kind: "set", name: "run_steps", value: 7 },
    ]);
    expect(session.store.learningRate).toBe(0.2);
    expect(session.store.runSteps).toBe(7);
  });

  it("follow the model when changed from Python", () => {
    model.attributes.learning_rate = 0.5;
    model.attributes.exact = false;
    model.trigger("change:learning_rate");
    expect(session.store.learningRate).toBe(0.5);
    expect(session.store.exact).toBe(false);
    expect(model.saved).toEqual([]);
  });
});

describe("the actions", () => {
  beforeEach(async () => {
    await open();
    await receive(fifty, { run: 9, runs: [9] });
  });

  it("step, run and pause", async () => {
    session.actions.step();
    expect(sent("advance")).toMatchObject([{ n: 1, run: 9 }]);
    await receive(part(descent(51), 51), { start: 51, request: lastRequest() });
    session.actions.toggleRun();
    expect(session.store.playing).toBe(true);
    session.actions.toggleRun();
    expect(session.store.playing).toBe(false);
    expect(sent("advance")).toHaveLength(2);
  });

  it("go to a step, at once in the page", () => {
    session.actions.back();
    expect(session.store.cursor).toBe(49);
    session.actions.goTo(3);
    expect(session.store.cursor).toBe(3);
    expect(sent("goto")).toMatchObject([{ step: 49 }]);
    expect(session.actions.last()).toBe(50);
  });

  it("going to a step end a run", () => {
    session.actions.toggleRun();
    session.actions.goTo(3);
    expect(session.store.playing).toBe(false);
    session.actions.toggleRun();
    expect(session.store.playing).toBe(true);
  });

  it("going to a step and back leave no rest of a run", async () => {
    session.actions.toggleRun();
    await receive(part(descent(51), 51), { start: 51, request: lastRequest() });
    session.actions.toggleRun();
    session.actions.goTo(3);
    session.actions.goTo(51);
    session.actions.runSteps(1);
    session.actions.toggleRun();
    await receive(part(descent(52), 52), { start: 52, request: lastRequest() });
    vi.advanceTimersByTime(100);
    expect(session.store.playing).toBe(false);
  });

  it("reset and restart from another start, in the middle of a run", () => {
    session.actions.toggleRun();
    session.actions.reset();
    expect(session.store.playing).toBe(false);
    session.actions.start("W", -3.5);
    expect(sent("reset")).toMatchObject([{ start: {} }, { start: { W: -3.5 } }]);
  });

  it("save the page a second after the last of them", () => {
    session.actions.goTo(3);
    session.actions.goTo(4);
    vi.advanceTimersByTime(900);
    expect(sent("rest")).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(sent("rest")).toHaveLength(1);
  });
});

describe("milestones", () => {
  beforeEach(async () => {
    await open();
    await receive(fifty, { run: 9, runs: [9] });
    session.actions.toggleRun();
  });

  it("are said when a run is paused, with the step that is reached", async () => {
    session.actions.toggleRun();
    await receive(part(descent(51), 51), { start: 51, request: lastRequest() });
    expect(announcer).toHaveBeenCalledTimes(1);
    expect(announcer.mock.calls[0]?.[0]).toContain("Paused at step 51");
  });

  it("of a run that converged are left to the status", async () => {
    await receive(losses(0), { start: 51, request: lastRequest() });
    vi.advanceTimersToNextFrame();
    expect(session.store.playing).toBe(false);
    expect(announcer).not.toHaveBeenCalled();
  });
});

describe("a kernel that has gone", () => {
  beforeEach(async () => {
    await open();
    await receive(fifty, { run: 9, runs: [9] });
    session.actions.toggleRun();
    await dieOrLive(false);
  });

  it("is told to the page at once", async () => {
    const changed = vi.fn();
    session.store.onChange(changed);
    await dieOrLive(true);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("ends the run and leaves nothing waiting", () => {
    expect(session.store.alive).toBe(false);
    expect(session.store.playing).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(session.store.waiting).toBe(false);
    expect(sent("rest")).toEqual([]);
  });

  it("leaves what is recorded to look at", () => {
    const before = model.sent.length;
    session.actions.goTo(48);
    session.actions.step();
    expect(session.store.cursor).toBe(49);
    session.actions.back();
    session.actions.toggleRun();
    session.actions.reset();
    expect(session.store.cursor).toBe(48);
    expect(session.store.last).toBe(50);
    expect(model.sent).toHaveLength(before);
  });

  it("steps again when it is back", async () => {
    await dieOrLive(true);
    session.actions.step();
    expect(model.sent.slice(-2)).toMatchObject([{ kind: "advance", n: 1 }, { kind: "ahead" }]);
  });
});

describe("the choices", () => {
  it("are read from the traits, and told to the kernel when made", async () => {
    await open({
      optimizer: "adam",
      decay: "cosine",
      batch_size: 8,
      problem_name: "line",
      _schedule: [0.1, 0.05],
      _choices: { optimizers: ["sgd", "adam"], decays: [], batch_sizes: [0, 8], problems: [] },
    });
    const { store, actions } = session;
    expect(store).toMatchObject({ optimizer: "adam", decay: "cosine", batchSize: 8 });
    expect(store.choices).toEqual({
      optimizers: ["sgd", "adam"],
      decays: [],
      batch_sizes: [0, 8],
      problems: [],
    });
    expect(store.schedule).toEqual([0.1, 0.05]);
    actions.choose("batch_size", 0);
    expect(model.saved.at(-1)).toEqual({ batch_size: 0 });
    actions.choose("optimizer", "lion");
    expect(model.saved.at(-1)).toEqual({ optimizer: "lion" });
  });

  it("of a state saved without them are what there was then", async () => {
    await open();
    expect(session.store).toMatchObject({
      optimizer: "sgd",
      decay: "constant",
      batchSize: 0,
      problem: "",
    });
  });

  it("are asked about when only the kernel knows where the next step leads", async () => {
    await open();
    await receive(part(fifty, 1, 4), { start: 1, request: lastRequest() });
    const before = sent("sync").length;
    model.attributes.optimizer = "adam";
    model.trigger("change:optimizer");
    vi.advanceTimersByTime(1000);
    expect(sent("sync")).toHaveLength(before + 1);
    const coming = { values: { W: 5 }, terms: {} };
    await receive(part(fifty, 4, 4), { start: 4, last: 3, coming, request: lastRequest() });
    expect(session.store.comingValue).toBe(5);
    vi.advanceTimersByTime(5000);
    expect(sent("sync")).toHaveLength(before + 1);
    // The kernel may have gone on by then: it is not to be sent back.
    expect(sent("goto")).toHaveLength(0);
  });

  it("drop what was asked for before", async () => {
    await open();
    session.actions.toggleRun();
    session.actions.choose("optimizer", "adam");
    expect(session.player.playing).toBe(false);
  });

  it.each([
    ["an optimizer", () => session.actions.choose("optimizer", "adam")],
    ["a reset", () => session.actions.reset()],
  ])("and %s begin a run that the next click on Step is meant for", async (_, begin) => {
    await open();
    begin();
    session.actions.step();
    expect(sent("advance")).toEqual([]);
    await receive(part(fifty, 0, 0), { run: 7, runs: [7], start: 0 });
    expect(sent("advance")).toMatchObject([{ run: 7, n: 1 }]);
  });

  it("of the decay begin no run", async () => {
    await open();
    session.actions.choose("decay", "cosine");
    session.actions.step();
    expect(sent("advance")).toHaveLength(1);
  });
});

describe("the earlier runs", () => {
  it("are cleared by the kernel", async () => {
    await open({ _keyframe: saved["a fork"] });
    session.actions.clear();
    expect(sent("clear")).toEqual([{ kind: "clear" }]);
    await receive(part(fifty, 0, 0), { run: 2, runs: [2], start: 5, last: 4 });
    expect(session.store.runs.map(({ id }) => id)).toEqual([2]);
  });

  it("cannot be cleared without a kernel", async () => {
    await open({ _keyframe: saved["a fork"] });
    await dieOrLive(false);
    session.actions.clear();
    expect(sent("clear")).toEqual([]);
  });
});

describe("a closed session", () => {
  it("hears nothing more and asks for nothing more", async () => {
    await open();
    const { store } = session;
    const before = store.run?.rows.count;
    session.close();
    const asked = model.sent.length;
    await receive(part(fifty, 1, 4), { start: 1 });
    model.attributes.run_steps = 7;
    model.trigger("change:run_steps");
    vi.advanceTimersByTime(20_000);
    expect(store.run?.rows.count).toBe(before);
    expect(store.runSteps).toBe(50);
    expect(model.sent).toHaveLength(asked);
  });
});

describe("several parameters in a page without a kernel", () => {
  it("are shown by the curve that was saved: a plane would never come", async () => {
    const names = { ...NAMES, recorded: ["W", "b"], count: 2 };
    await open({ _names: names });
    session.store.view("two");
    await dieOrLive(false);
    expect(session.store.picture).toBe("one");
  });
});

describe("a plane that was saved", () => {
  const floats = (...values: number[]): string =>
    btoa(String.fromCharCode(...new Uint8Array(Float32Array.of(...values).buffer)));
  const plane = {
    slice: "two",
    x: "b",
    y: "W",
    low_x: 0,
    high_x: 1,
    low_y: 2,
    high_y: 3,
    n: 2,
    explained: 1,
    least: 4,
    recorded: true,
    more: false,
    arrays: { losses: floats(4, 5, 6, 7), contour_x: floats(), contour_y: floats() },
  };
  const names = { ...NAMES, recorded: ["W", "b"], count: 2 };
  const marks = { path: "IPY_MODEL_loss_function.path", "plane.figure": "IPY_MODEL_plane.figure" };

  it("is shown, and stays when the kernel has gone", async () => {
    const known = { ...marks, "plane.figure": "IPY_MODEL_loss_function.figure" };
    await open({ _names: names, _marks: known, _plane: plane });
    expect(session.store.plane?.losses).toEqual(Float32Array.of(4, 5, 6, 7));
    await dieOrLive(false);
    expect(session.store.picture).toBe("two");
    expect(session.store.axes).toEqual(["b", "W"]);
  });

  it.each([undefined, null, {}, { ...plane, arrays: null }])(
    "is not made of %j: then the curve is shown",
    async (saved) => {
      await open({ _names: names, _marks: marks, _plane: saved });
      await dieOrLive(false);
      expect(session.store.plane).toBeUndefined();
      expect(session.store.picture).toBe("one");
    },
  );
});
