// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import gdwidget from "../../src/app/widget.ts";
import { texts } from "../../src/text/texts.ts";
import { delta, descent, NAMES, part, widened, wire } from "../builders.ts";
import { FakeResizeObserver } from "../dom.ts";
import { FakeModel, fakeChildren, settled } from "../fakes.ts";

const [{ curve }] = fixture.curves as [(typeof fixture.curves)[number]];
const [{ keyframe }] = fixture.keyframes as [(typeof fixture.keyframes)[number]];
let model: FakeModel;
let widget: ReturnType<typeof gdwidget>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
  model = new FakeModel({
    _names: NAMES,
    _marks: Object.fromEntries(
      Object.keys(fakeChildren()).map((name) => [name, `IPY_MODEL_${name}`]),
    ),
    _keyframe: keyframe,
    _curve: curve,
  });
  widget = gdwidget();
});

afterEach(() => {
  vi.useRealTimers();
  FakeResizeObserver.active.clear();
  document.body.replaceChildren();
});

/** Shows a view in the page, as a notebook does. */
async function render(): Promise<{ el: HTMLElement; remove: () => void }> {
  const el = document.createElement("div");
  document.body.append(el);
  const remove = widget.render({ model, el });
  FakeResizeObserver.resize(el, 500, 300);
  await settled();
  // The second figure and the third are put in when the first has been painted.
  for (let turn = 0; turn < 2; turn += 1) {
    for (const box of el.querySelectorAll(".gdwidget-box")) {
      FakeResizeObserver.resize(box, 500, 300);
    }
    await frames(3);
  }
  return { el, remove };
}

async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    await settled();
    vi.advanceTimersToNextFrame();
  }
  await settled();
}

/** Lets the kernel take a step of the run it is in. */
async function step(to: number): Promise<void> {
  const sent = delta(part(descent(to), to), { run: keyframe.runs[0]?.id ?? 0, start: to });
  model.trigger("msg:custom", ...wire(sent));
  await frames(1);
}

function button(el: HTMLElement, text: string): HTMLButtonElement {
  const found = [...el.querySelectorAll("button")].find((each) => each.textContent?.includes(text));
  if (!found) throw new Error(`no button ${text}`);
  return found;
}

describe("a widget of which nothing can be read", () => {
  it("says so in a sentence, and is drawn when it can be read", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const { _names: names } = model.attributes;
    model.attributes._names = null;
    const { el } = await render();
    expect(el.textContent).toBe(texts.unreadableSettings);
    expect(quiet).toHaveBeenCalled();
    model.attributes._names = names;
    model.trigger("change:_names");
    await frames(3);
    expect(el.textContent).not.toContain(texts.unreadableSettings);
    expect(button(el, "Step")).toBeDefined();
    quiet.mockRestore();
  });
});

describe("views in a page", () => {
  const told = (): unknown[] =>
    model.sent.filter((each) => (each as { kind: string }).kind === "shown");

  it("are told of: the first one, and that the last has gone", async () => {
    expect(told()).toEqual([]);
    const first = await render();
    const second = await render();
    const [{ page }] = told() as [{ page: string }];
    expect(told()).toEqual([{ kind: "shown", page, turn: 1, shown: true }]);
    first.remove();
    expect(told()).toHaveLength(1);
    second.remove();
    expect(told().at(-1)).toEqual({ kind: "shown", page, turn: 2, shown: false });
    (await render()).remove();
    expect(told()).toHaveLength(4);
  });

  it("are not told of while they stand nowhere", () => {
    const el = document.createElement("div");
    const remove = widget.render({ model, el });
    FakeResizeObserver.resize(el, 0, 0);
    remove();
    expect(told()).toEqual([]);
  });

  it("go with their page, and come back with one that was kept", async () => {
    const { remove } = await render();
    window.dispatchEvent(new Event("pagehide"));
    expect(told().at(-1)).toMatchObject({ shown: false });
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(told().at(-1)).toMatchObject({ shown: true });
    remove();
    window.dispatchEvent(new Event("pagehide"));
    expect(told()).toHaveLength(4);
  });

  it("leave without a word where the kernel is gone or restarts", async () => {
    const { remove } = await render();
    const send = vi.spyOn(model, "send").mockImplementation(() => {
      throw new Error("Cannot send");
    });
    expect(remove).not.toThrow();
    expect(send).toHaveBeenCalledOnce();
  });
});

describe("a view", () => {
  it("has both figures, the controls in a row, and says where it stands", async () => {
    const { el } = await render();
    expect(model.created).toEqual([
      model.children["loss_function.figure"],
      model.children["loss_against_step.figure"],
    ]);
    for (const text of ["Reset", "Back", "Step", "Run"]) expect(button(el, text)).toBeDefined();
    expect(el.textContent).toContain("step 0 of 0");
    expect(el.textContent).toContain("W ← W − α · ∂L/∂W = 8.0 − 0.01 · 62.0 = 7.38");
  });

  it("sends what is pressed, and shows what comes", async () => {
    const { el } = await render();
    button(el, "Step").click();
    expect(model.sent.slice(-2)).toMatchObject([{ kind: "advance", n: 1 }, { kind: "ahead" }]);
    await step(1);
    expect(el.textContent).toContain("step 1 of 1");
    expect(model.children["loss_function.path"]?.points).toHaveLength(2);
  });

  it("takes the keys where it has the focus", async () => {
    const { el } = await render();
    const box = el.querySelector(".gdwidget-box") as HTMLElement;
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "s", bubbles: true }));
    expect(model.sent.slice(-2)).toMatchObject([{ kind: "advance", n: 1 }, { kind: "ahead" }]);
  });

  it("has text alternatives for the figures that are kept current", async () => {
    const { el } = await render();
    const boxes = [...el.querySelectorAll("[role=img]")];
    const [first, second] = boxes.filter((box) => !box.closest("[hidden]"));
    vi.advanceTimersByTime(600);
    expect(first?.getAttribute("aria-label")).toContain("loss 186.0 at step 0");
    await step(1);
    vi.advanceTimersByTime(600);
    expect(first?.getAttribute("aria-label")).toContain("at step 1.");
    expect(second?.getAttribute("aria-label")).toContain("at step 1");
  });

  it("switches the loss axis", async () => {
    const { el } = await render();
    const [linear, logarithmic] = [...el.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    expect(linear?.checked).toBe(true);
    logarithmic?.click();
    logarithmic?.dispatchEvent(new Event("change"));
    await frames(2);
    expect(model.children["loss_against_step.logarithmic_path"]?.get("visible")).toBe(true);
    expect(logarithmic?.checked).toBe(true);
  });

  it("asks for nothing that teaches where nobody uses it", async () => {
    await render();
    await step(1);
    await vi.advanceTimersByTimeAsync(5_000);
    const kinds = model.sent.map(({ kind }) => kind);
    expect(kinds).toContain("sync");
    expect(kinds.filter((kind) => kind === "part" || kind === "ruler")).toEqual([]);
  });

  it("announces a pause", async () => {
    const { el } = await render();
    button(el, "Run").click();
    await settled();
    button(el, "Pause").click();
    const { request } = model.sent.filter((sent) => sent.kind === "advance").at(-1) ?? {};
    const sent = delta(part(descent(1), 1), { run: keyframe.runs[0]?.id ?? 0, start: 1 });
    model.trigger("msg:custom", ...wire({ ...sent, request: String(request) }));
    await settled();
    expect(el.querySelector("[role=status]")?.textContent).toContain("Paused at step 1");
  });

  it("that cannot show figures says so", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    model.widget_manager.create_view = () => Promise.reject(new Error("no manager"));
    const { el } = await render();
    expect(el.textContent).toContain(texts.noFigure);
    expect(el.querySelector(".gdwidget-toolbar")).not.toBeNull();
    expect(error).toHaveBeenCalled();
  });
});

describe("parts of a view", () => {
  const show = async (...parts: string[]): Promise<void> => {
    model.attributes.show = parts;
    model.trigger("change:show");
    await frames(2);
  };
  const seen = (el: HTMLElement): (string | undefined)[] =>
    ["head", "first", "figures > .gdwidget-steps", "said", "more"].filter(
      (name) => !el.querySelector(`.gdwidget-${name}`)?.closest("[hidden]"),
    );
  const figures = (el: HTMLElement): string | undefined =>
    el.querySelector<HTMLElement>(".gdwidget-figures")?.dataset.shown;

  it("are those that are asked for, and others later, in every view", async () => {
    model.attributes.show = ["step", "loss"];
    const [one, other] = [await render(), await render()];
    for (const { el } of [one, other]) {
      expect(seen(el)).toEqual(["head", "first"]);
      expect(figures(el)).toBe("1");
    }
    await show("steps", "sentence");
    for (const { el } of [one, other]) {
      expect(seen(el)).toEqual(["figures > .gdwidget-steps", "said"]);
    }
    await show("step", "loss", "steps", "data", "sentence", "runs", "settings");
    expect(seen(one.el)).toHaveLength(5);
    expect(figures(one.el)).toBe("2");
  });

  it("are not drawn while they are hidden, and as things are once they are shown", async () => {
    model.attributes.show = ["step"];
    const { el } = await render();
    await step(1);
    expect(el.querySelector(".gdwidget-count")?.textContent).toBe("step 1 of 1");
    expect(el.querySelector<HTMLElement>(".gdwidget-said")?.hidden).toBe(true);
    for (const name of ["loss_function.path", "loss_against_step.linear_path"]) {
      expect(model.children[name]?.states).toEqual([]);
    }
    expect(model.sent.map(({ kind }) => kind)).not.toContain("evaluate");
    await show("loss", "steps", "sentence");
    expect(el.querySelector(".gdwidget-status")?.textContent).toContain("The loss fell");
    for (const name of ["loss_function.path", "loss_against_step.linear_path"]) {
      expect(model.children[name]?.points).toHaveLength(2);
    }
  });

  it("leave what went wrong in sight", async () => {
    model.attributes.show = ["loss"];
    const { el } = await render();
    const told = { kind: "error", message: "the loss raised", field: "" };
    model.trigger("msg:custom", { ...told, request: "" }, []);
    await frames(1);
    const [message] = [...el.querySelectorAll(".gdwidget-message")];
    expect(message?.textContent).toContain("the loss raised");
    expect(message?.closest("[hidden]")).toBeNull();
  });

  it("are enlarged together, as far as there is room", async () => {
    model.attributes.scale = 1.5;
    const { el } = await render();
    const scale = (): string | undefined =>
      el.querySelector<HTMLElement>(".gdwidget")?.style.getPropertyValue("--gdwidget-scale");
    expect(scale()).toBe("1.5");
    model.attributes.scale = 0.5;
    model.trigger("change:scale");
    await frames(1);
    expect(scale()).toBe("0.5");
    model.attributes.scale = 4;
    model.trigger("change:scale");
    await frames(1);
    expect(Number(scale())).toBeCloseTo(500 / 304);
  });

  it("stay as they are where what was saved of them is damaged", async () => {
    Object.assign(model.attributes, { show: "loss", scale: "large" });
    const { el } = await render();
    expect(seen(el)).toHaveLength(5);
    expect(el.querySelector<HTMLElement>(".gdwidget")?.style.cssText).toContain("scale: 1");
  });
});

describe("two views", () => {
  it("of one widget follow each other, and ask the kernel once", async () => {
    const [first, second] = [await render(), await render()];
    expect(model.sent.filter(({ kind }) => kind === "sync")).toHaveLength(1);
    await step(1);
    for (const { el } of [first, second]) expect(el.textContent).toContain("step 1 of 1");
  });

  it("are independent when one is removed", async () => {
    const [first, second] = [await render(), await render()];
    first.remove();
    await step(1);
    expect(first.el.textContent).not.toContain("step 1 of 1");
    expect(second.el.textContent).toContain("step 1 of 1");
  });
});

describe("a widget that is not shown yet", () => {
  it("listens from the start, so that nothing is lost", async () => {
    widget.initialize({ model });
    await step(1);
    const { el } = await render();
    expect(el.textContent).toContain("step 1 of 1");
    expect(model.sent.filter(({ kind }) => kind === "sync")).toHaveLength(1);
  });
});

describe("a view that is removed", () => {
  it("before its figures are there leaves nothing behind", async () => {
    const el = document.createElement("div");
    const remove = widget.render({ model, el });
    remove();
    await settled();
    expect(model.created).toEqual([]);
    expect(FakeResizeObserver.active.size).toBe(0);
  });
});

describe("another problem", () => {
  it("is drawn anew in every view, once for all that changes", async () => {
    const one = await render();
    const two = await render();
    const asked = model.sent.filter(({ kind }) => kind === "sync").length;
    model.attributes._names = { ...NAMES, params: ["u"], learning: "u", recorded: ["u"] };
    model.trigger("change:_names");
    model.trigger("change:_marks");
    await frames(3);
    for (const { el } of [one, two]) {
      expect(el.querySelectorAll(".gdwidget")).toHaveLength(1);
      expect(el.textContent).toContain(texts.start("u"));
    }
    expect(model.sent.filter(({ kind }) => kind === "sync")).toHaveLength(asked + 1);
    one.remove();
    two.remove();
  });

  it("is not drawn where a view was removed", async () => {
    const { el, remove } = await render();
    remove();
    el.replaceChildren();
    model.trigger("change:_names");
    await frames(3);
    expect(el.children).toHaveLength(0);
  });
});

describe("several parameters", () => {
  it("can be chosen for the first figure, the update and the table", async () => {
    model.attributes._names = { ...NAMES, recorded: ["W", "b"], count: 2 };
    const { el } = await render();
    const select = el.querySelector(
      `.gdwidget-update select[aria-label="${texts.shownParameter}"]`,
    ) as HTMLSelectElement;
    const extras = ["b", "b_grad"];
    const rows = widened(descent(1), [-1, -0.5], [4, 2]);
    model.trigger("msg:custom", ...wire(delta(rows, { run: 9, runs: [9], extras })));
    await frames(2);
    expect(el.querySelector(".gdwidget-update")?.textContent).toContain("∂L/∂W");
    select.value = "b";
    select.dispatchEvent(new Event("change"));
    await frames(2);
    expect(el.querySelector(".gdwidget-update")?.textContent).toContain("← b − α · ∂L/∂b");
    expect(el.querySelector(".gdwidget-update")?.textContent).toContain("= -0.5 − 0.01 · 2.0");
  });
});
