// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { figuresOf } from "../../src/app/figures.ts";
import { Absent, type Manager } from "../../src/dom/host.ts";
import { runScript } from "../../src/dom/run-script.ts";
import { FakeChild, FakeModel, settled } from "../fakes.ts";

vi.mock("../../src/dom/run-script.ts", () => ({ runScript: vi.fn() }));

const MARKS = { "loss_function.figure": "IPY_MODEL_f1", "loss_function.path": "IPY_MODEL_p1" };
const LOADED = Symbol.for("gdwidget figures");
const follow = vi.fn();
const made = { f1: new FakeChild(), p1: new FakeChild() } as Record<string, FakeChild>;
const own: Manager = {
  get_model: (id) => Promise.resolve(made[id] as FakeChild),
  create_view: () => Promise.reject(new Error("not shown here")),
};
const manager = vi.fn((_: string) => Promise.resolve(own));

beforeEach(() => {
  follow.mockReset();
  manager.mockClear();
  vi.mocked(runScript).mockReset();
  vi.mocked(runScript).mockImplementation(() => {
    Object.assign(globalThis, { gdwidgetFigures: { figures: { manager, style: () => "b{}" } } });
    return Promise.resolve();
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  delete (globalThis as { [LOADED]?: unknown })[LOADED];
});

function widget(): FakeModel {
  return new FakeModel({ _marks: MARKS });
}

/** A widget in a host that has no manager which shows models. */
function bare(): FakeModel {
  const model = widget();
  delete (model.widget_manager as Partial<Manager>).create_view;
  return model;
}

const STATES = '{"state": {"f1": {}, "p1": {}}}';

/** A kernel's answers, one when the other was heard. */
async function serve(model: FakeModel, states = STATES, name = "one"): Promise<void> {
  model.trigger("msg:custom", { kind: "figures", states, script: name }, []);
  await settled();
  model.trigger("msg:custom", { kind: "part", part: "figures", script: `script ${name}` }, []);
}

function ofHost(model: FakeModel): FakeChild {
  const child = new FakeChild();
  Object.assign(model.children, { f1: child, p1: child });
  return child;
}

/** What a manager makes of a model whose class it does not have. */
function unknown(child: FakeChild): void {
  child.states.push({ _view_name: "ErrorWidgetView" });
}

describe("who shows the figures", () => {
  it("is the host where it can, and the kernel is asked for nothing", async () => {
    const model = widget();
    const child = ofHost(model);
    const figures = await figuresOf(model, follow);
    expect(figures.manager).toBe(model.widget_manager);
    expect(figures.children["loss_function.path"]).toBe(child);
    expect(follow.mock.calls).toEqual([[child]]);
    expect(model.sent).toEqual([]);
  });

  it("is the page part where the host has no manager", async () => {
    const model = bare();
    const figures = figuresOf(model, follow);
    expect(follow.mock.calls).toEqual([["unknown"]]);
    await settled();
    expect(model.sent).toEqual([{ kind: "figures" }]);
    await serve(model);
    expect(model.sent.slice(1)).toEqual([{ kind: "part", part: "figures" }]);
    expect((await figures).manager).toBe(own);
    expect((await figures).children["loss_function.path"]).toBe(made.p1);
    expect((await figures).style).toBe("b{}");
  });

  it("is the page part where a manager's getter throws", async () => {
    const model = widget();
    Object.defineProperty(model, "widget_manager", {
      get: () => {
        throw new Error("not supported");
      },
    });
    const figures = figuresOf(model, follow);
    await settled();
    await serve(model);
    expect((await figures).manager).toBe(own);
  });

  it("is the page part where the host does not know bqplot", async () => {
    const model = widget();
    unknown(ofHost(model));
    const layout = new FakeChild();
    model.attributes.layout = layout;
    const figures = figuresOf(model, follow);
    await settled();
    expect(follow.mock.calls).toEqual([[layout]]);
    await serve(model);
    expect((await figures).manager).toBe(own);
  });

  it("is nobody where the host does not know bqplot and there is no kernel", async () => {
    const model = widget();
    unknown(ofHost(model));
    const layout = new FakeChild();
    layout.comm_live = false;
    model.attributes.layout = layout;
    const figures = await figuresOf(model, follow);
    expect(figures.lacking).toBe(true);
    expect(figures.children["loss_function.figure"]).toBeInstanceOf(Absent);
    expect(model.sent).toEqual([]);
  });

  it("is nobody where the kernel does not answer for a minute", async () => {
    vi.useFakeTimers();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const figures = figuresOf(bare(), follow);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await figures).lacking).toBe(true);
    expect((await figures).manager).toBeUndefined();
  });
});

describe("what shows figures", () => {
  it("is fetched once for all widgets of a page", async () => {
    const [first, second] = [bare(), bare()];
    const both = [figuresOf(first, follow), figuresOf(second, follow)];
    await settled();
    await serve(first);
    await serve(second);
    await Promise.all(both);
    expect(second.sent).toEqual([{ kind: "figures" }]);
    expect(runScript).toHaveBeenCalledExactlyOnceWith("script one");
    expect(manager).toHaveBeenCalledTimes(2);
  });

  it("is that of the widget's own kernel where kernels have several versions", async () => {
    const ofVersion = (name: string): Manager => ({ ...own, create_view: () => never(name) });
    const never = (name: string): Promise<never> => Promise.reject(new Error(name));
    const [older, newer] = [ofVersion("older"), ofVersion("newer")];
    vi.mocked(runScript).mockImplementation((script) => {
      const made = script === "script older" ? older : newer;
      const figures = { manager: () => Promise.resolve(made), style: () => script };
      Object.assign(globalThis, { gdwidgetFigures: { figures } });
      return Promise.resolve();
    });
    const models = [bare(), bare(), bare()];
    const shown = models.map((model) => figuresOf(model, follow));
    await settled();
    const versions = ["older", "newer", "older"];
    for (const [at, model] of models.entries()) await serve(model, STATES, versions[at]);
    const managers = (await Promise.all(shown)).map((figures) => figures.manager);
    expect(managers).toEqual([older, newer, older]);
    expect((await shown[1])?.style).toBe("script newer");
    expect(runScript).toHaveBeenCalledTimes(2);
  });

  it("waits for the models that the widget has", async () => {
    const model = bare();
    const figures = figuresOf(model, follow);
    await settled();
    await serve(model, '{"state": {"f0": {}, "p0": {}}}');
    await settled();
    expect(manager).not.toHaveBeenCalled();
    await serve(model);
    await figures;
    expect(manager).toHaveBeenCalledExactlyOnceWith('{"state": {"f1": {}, "p1": {}}}');
  });

  it("is fetched again where it could not be loaded", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.mocked(runScript).mockRejectedValueOnce(new Error("forbidden"));
    const model = bare();
    const figures = figuresOf(model, follow);
    await settled();
    await serve(model);
    expect((await figures).manager).toBeUndefined();
    const again = figuresOf(model, follow);
    await settled();
    await serve(model);
    expect((await again).manager).toBe(own);
  });
});
