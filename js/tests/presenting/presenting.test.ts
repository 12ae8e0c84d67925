// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import protocol from "../../../tests/fixtures/protocol.json";
import fixture from "../../../tests/fixtures/teaching.json";
import { TOOLS } from "../../src/app/teaching.ts";
import gdwidget from "../../src/app/widget.ts";
import { importText } from "../../src/dom/import-text.ts";
import { Flags } from "../../src/presenting/flags.ts";
import { present as presentView } from "../../src/presenting/presentation.ts";
import { presentingWordsOf } from "../../src/text/presenting-words.ts";
import { delta, descent, NAMES, storeWith, wire } from "../builders.ts";
import { FakeResizeObserver } from "../dom.ts";
import { FakeChild, FakeModel, fakeChildren, sentBy, settled, toldBy } from "../fakes.ts";

vi.mock("../../src/dom/import-text.ts", () => ({ importText: vi.fn() }));

const [{ curve }] = protocol.curves as [(typeof protocol.curves)[number]];
const QUESTION = Object.fromEntries(
  fixture.questions.questions.map(({ name }, index) => [name, index]),
) as Record<string, number>;

const words = presentingWordsOf({});
let model: FakeModel;
let el: HTMLElement;
let run = 0;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
  vi.mocked(importText).mockImplementation((script) =>
    script === "presenting"
      ? (import("../../src/presenting/module.ts") as never)
      : (import("../../src/teaching/module.ts") as never),
  );
});

afterEach(async () => {
  if (dialog()) await key("p");
  vi.useRealTimers();
  FakeResizeObserver.active.clear();
  document.body.replaceChildren();
  document.head.replaceChildren();
});

async function frames(count = 2): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    await settled();
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(20);
  }
  await settled();
}

/** Has the kernel begin a new run. */
async function begin(): Promise<void> {
  run += 1;
  model.trigger("msg:custom", ...wire(delta(descent(0), { run, start: 0, runs: [run] })));
  await frames();
}

/** Shows a widget that asks one of the questions, or nothing. */
async function show(name: string | undefined): Promise<void> {
  const shared = new FakeChild();
  shared.set_state({ script: "widget", teaching: "teaching", presenting: "presenting" });
  model = new FakeModel({
    _names: NAMES,
    _marks: Object.fromEntries(
      Object.keys(fakeChildren()).map((each) => [each, `IPY_MODEL_${each}`]),
    ),
    _shared: "IPY_MODEL_shared",
    _keyframe: { ...protocol.keyframes[0]?.keyframe, runs: [] },
    _curve: curve,
    _choices: { optimizers: ["sgd", "adam"], decays: ["constant"], batch_sizes: [0], problems: [] },
    _questions: name === undefined ? null : fixture.questions,
    _asked: name === undefined ? -1 : QUESTION[name],
    _answers: [],
    student: "Ada",
  });
  model.children.shared = shared;
  el = document.createElement("div");
  document.body.append(el);
  gdwidget().render({ model, el });
  FakeResizeObserver.resize(el, 500, 300);
  await frames(3);
  await begin();
  for (const box of el.querySelectorAll(".gdwidget-box")) FakeResizeObserver.resize(box, 500, 300);
  await frames(4);
}

/** Has the kernel do what it is asked last: pose a question, and begin its run. */
async function pose(): Promise<void> {
  const ask = sent("ask").at(-1);
  model.attributes._asked = ask?.question;
  model.trigger("change:_asked");
  await begin();
}

function dialog(): HTMLDialogElement | null {
  return el.querySelector("dialog");
}

async function key(name: string, target: Element = el.querySelector(".gdwidget-box") as Element) {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
  (dialog()?.open ? (dialog()?.contains(target) ? target : dialog()) : target)?.dispatchEvent(
    event,
  );
  await frames(3);
}

async function present(): Promise<void> {
  await key("p");
  await pose();
}

function field(label: string): HTMLInputElement {
  const found = dialog()?.querySelector(`[aria-label="${label}"]`);
  if (!found) throw new Error(`no field ${label}`);
  return found as HTMLInputElement;
}

async function type(label: string, text: string): Promise<void> {
  field(label).value = text;
  field(label).dispatchEvent(new Event("input", { bubbles: true }));
  await frames(1);
}

async function press(text: string): Promise<void> {
  const all = [...(dialog()?.querySelectorAll("button") ?? [])];
  all.find((each) => each.textContent === text)?.click();
  await frames(2);
}

/** All that somebody can read or hear. */
function told(): string {
  return toldBy(el, model);
}

function sent(kind: string): Record<string, unknown>[] {
  return sentBy(model, kind);
}

function verdicts(): string[] {
  const cells = [...(dialog()?.querySelectorAll<HTMLElement>(".gdwidget-show-verdict") ?? [])];
  return cells.map(({ textContent }) => (textContent ?? "").replace(/\s+/g, " ").trim());
}

describe("a question that is presented", () => {
  it("stores nothing, and leaves what was there as it was", async () => {
    await show("first");
    const draft = el.querySelector<HTMLInputElement>(".gdwidget-quiz input[type=number]");
    if (draft) draft.value = "7.4";
    draft?.dispatchEvent(new Event("input", { bubbles: true }));
    await present();
    expect(sent("present")).toEqual([{ kind: "present", on: true }]);
    expect(dialog()?.open).toBe(true);
    expect(dialog()?.contains(el.querySelector(".gdwidget-first"))).toBe(true);
    expect(el.querySelector(".gdwidget-quiz")).toBeNull();
    await type("A: W", "7.38");
    await press(words.reveal);
    await press(words.next);
    expect(sent("ask").map(({ question }) => question)).toEqual([0, -1, 1]);
    await key("Escape");
    await key("p");
    expect(sent("present").at(-1)).toEqual({ kind: "present", on: false });
    expect([dialog(), sent("answer"), model.saved]).toEqual([null, [], []]);
    const request = sent("goto").at(-1)?.request as string;
    model.attributes._asked = 0;
    model.trigger("change:_asked");
    const back = delta(descent(0), { run, start: 0, runs: [run], request });
    model.trigger("msg:custom", ...wire(back));
    await frames(3);
    expect(el.querySelector(".gdwidget-quiz")?.contains(draft)).toBe(true);
    expect(draft?.value).toBe("7.4");
    expect(el.querySelector(".gdwidget-figures > .gdwidget-first")).not.toBeNull();
  });

  it("tells nothing until it is revealed, then what each answer is worth, with its votes", async () => {
    await show("first");
    await present();
    const answers = ["7.4", "7.99", "8.5", "7.2"];
    for (const [at, value] of answers.entries()) await type(`${"ABCD"[at]}: W`, value);
    await type("A: votes", "12");
    await type("B: votes", "36");
    expect(told()).toContain("8.0");
    expect(told()).toContain(words.shareOf(36, 48));
    for (const digits of ["7.38", "62", "6.82", "149"]) expect(told()).not.toContain(digits);
    expect(verdicts()).toEqual(["", "", "", ""]);
    await key("s");
    expect(sent("advance")).toEqual([]);
    await key("r");
    expect(dialog()?.textContent).toContain("It is 7.38.");
    expect(verdicts()[0]).toBe("✓ Right");
    expect(verdicts()[1]).toContain("✗ Not so A step is the learning rate times the gradient");
    expect(verdicts()[2]).toContain("downhill, not uphill");
    expect(verdicts()[3]).toBe("≈ Near");
    const spoken = dialog()?.querySelector('[role="status"]')?.textContent;
    expect(spoken).toContain("A: 7.4, Right, 12 votes. B: 7.99, Not so, 36 votes.");
    // Nothing is asked any more when the run is played.
    const kinds = model.sent.map(({ kind }) => kind);
    expect(kinds.indexOf("advance")).toBeGreaterThan(kinds.lastIndexOf("ask"));
  });

  it("that is revealed before its run is there waits for it", async () => {
    await show("first");
    await key("p");
    await press(words.reveal);
    expect([told().includes("7.38"), sent("advance")]).toEqual([false, []]);
    await pose();
    await frames();
    expect([told().includes("7.38"), sent("advance").length]).toEqual([true, 1]);
  });

  it("says beside a field what is wrong, and counts nothing by it", async () => {
    await show("steps");
    await present();
    await type("A: votes", "1.5");
    expect(field("A: votes").getAttribute("aria-invalid")).toBe("true");
    const message = document.getElementById(
      field("A: votes").getAttribute("aria-describedby") ?? "",
    );
    expect(message?.textContent).toBe(words.notVotes);
    await type("B: votes", "3");
    expect(told()).toContain(words.shareOf(3, 3));
    await type("A: votes", "1");
    expect([field("A: votes").hasAttribute("aria-invalid"), message?.textContent]).toEqual([
      false,
      "",
    ]);
    expect(told()).toContain(words.shareOf(3, 4));
    await type("A: steps", "-3");
    await type("B: steps", "Never");
    await type("C: steps", "11");
    expect(dialog()?.textContent).toContain(words.notSteps);
    await press(words.reveal);
    expect(verdicts()).toEqual(["", "✗ Not so", "✓ Right", ""]);
  });

  it("with options has those by letter, and no field for what they say", async () => {
    await show("fate");
    await present();
    const letters = [...(dialog()?.querySelectorAll("tbody th") ?? [])].map(
      (each) => each.textContent,
    );
    expect(letters).toEqual(["A", "B", "C", "D"]);
    expect(dialog()?.querySelectorAll("input[type=number]")).toHaveLength(4);
    await type("C: votes", "5");
    await press(words.reveal);
    expect(verdicts().filter((each) => each === "✓ Right")).toHaveLength(1);
  });

  it("is left, turned and revealed by keys, but not while something is written", async () => {
    await show("first");
    await present();
    await key("n", field("A: W"));
    await key("r", field("A: W"));
    await key("p", field("A: votes"));
    expect(dialog()?.textContent).toContain(words.question(1, fixture.questions.questions.length));
    expect(told()).not.toContain("7.38");
    await key("ArrowRight");
    expect(sent("ask").at(-1)?.question).toBe(1);
    await pose();
    await key("ArrowLeft");
    expect(sent("ask").at(-1)?.question).toBe(0);
    await pose();
    await key("ArrowLeft");
    expect(sent("ask").at(-1)?.question).toBe(0);
  });

  it("keeps its votes while it is left", async () => {
    await show("first");
    await present();
    await type("D: W", "7.5");
    await type("D: votes", "40");
    await press(words.next);
    await pose();
    await press(words.back);
    await pose();
    expect([field("D: W").value, field("D: votes").value]).toEqual(["7.5", "40"]);
    expect(field("A: W").value).toBe("");
  });

  it("that is explained shows the model answer only then", async () => {
    await show("why");
    await present();
    expect(dialog()?.querySelector("table")).toBeNull();
    expect(dialog()?.textContent).not.toContain(words.wasModel);
    await press(words.reveal);
    expect(dialog()?.textContent).toContain(words.wasModel);
  });
});

describe("a widget without questions", () => {
  it("is presented with the figure and what steps, and steps by its keys", async () => {
    await show(undefined);
    await key("p");
    expect(dialog()?.querySelector(".gdwidget-first")).not.toBeNull();
    expect(dialog()?.querySelector(".gdwidget-toolbar")).not.toBeNull();
    expect(dialog()?.querySelector(".gdwidget-steps")).toBeNull();
    await key("s");
    expect(sent("advance")).toHaveLength(1);
    await press(words.leave);
    expect(dialog()).toBeNull();
    expect(el.querySelector(".gdwidget > .gdwidget-head")).not.toBeNull();
    expect(sent("present")).toEqual([]);
  });

  it("is what the figures are laid out for, until it is left", async () => {
    const root = document.createElement("div");
    root.innerHTML = '<div class="gdwidget-head"></div><div class="gdwidget-first"></div>';
    document.body.append(root);
    const lent = { store: storeWith(descent(0)) };
    const [boxes, drawn] = [{}, { presented: undefined }];
    const { signal } = new AbortController();
    const view = { lent, tools: TOOLS, asking: undefined, root, boxes, drawn, signal };
    const change = (): void => presentView(view as unknown as Parameters<typeof presentView>[0]);
    change();
    await frames();
    expect(drawn.presented).toBe(boxes);
    change();
    await frames();
    expect(drawn.presented).toBeUndefined();
  });

  it("has a button for it beside the others; one with questions has it in their panel", async () => {
    const places = async (name: string | undefined): Promise<boolean[]> => {
      await show(name);
      const all = [...el.querySelectorAll("button")].filter(
        (each) => each.textContent === "Present",
      );
      const found = all.map((each) => each.closest(".gdwidget-quiz") !== null);
      el.remove();
      return found;
    };
    expect(await places(undefined)).toEqual([false]);
    expect(await places("first")).toEqual([true]);
  });
});

describe("flags", () => {
  /** A plot of 200 by 100 pixels. */
  function box(): HTMLElement {
    const made = document.createElement("div");
    made.innerHTML = '<svg><rect class="plotarea_background" width="200" height="100"/></svg>';
    return made;
  }
  const view = { low: 0, high: 10, bottom: 0, top: 10 };
  const texts = (drawn: HTMLElement): (string | null)[] =>
    [...drawn.querySelectorAll("text")].map(({ textContent }) => textContent);

  it("name each mark by letter and value, and say which way one is that is out of sight", () => {
    const [flags, drawn] = [new Flags(), box()];
    const said = [
      { letter: "A", text: "A 2", at: [2, 5] },
      { letter: "B", text: "B 2", at: [2, 5] },
      { letter: "C", text: "C 30", at: [30, 5] },
    ] as const;
    flags.draw(
      said.map((each) => ({ ...each, at: [...each.at] })),
      drawn,
      view,
    );
    expect(texts(drawn).sort()).toEqual(["A", "A 2", "B", "B 2", "C", "C 30 →"]);
    expect(flags.marks.get("C")).toEqual([200, 50]);
    const boxes = [...drawn.querySelectorAll("rect.gdwidget-show-flag")].map((each) => ({
      x: Number(each.getAttribute("x")),
      y: Number(each.getAttribute("y")),
    }));
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
  });

  it("lead to what is right, from where there is room, and are gone with their plot", () => {
    const [flags, drawn] = [new Flags(), box()];
    const right = { letter: "", text: "truth 8", at: [8, 2] as [number, number] };
    flags.draw([{ letter: "A", text: "A 1", at: [1, 9] }, right], drawn, view);
    expect(drawn.querySelectorAll(".gdwidget-show-arrow")).toHaveLength(1);
    flags.draw([{ letter: "A", text: "A 7.9", at: [7.9, 2] }, right], drawn, view);
    expect(drawn.querySelectorAll(".gdwidget-show-arrow")).toHaveLength(0);
    flags.draw([right], drawn, undefined);
    expect(texts(drawn)).toEqual([]);
  });
});
