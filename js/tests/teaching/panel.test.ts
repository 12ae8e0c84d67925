// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import protocol from "../../../tests/fixtures/protocol.json";
import fixture from "../../../tests/fixtures/teaching.json";
import gdwidget from "../../src/app/widget.ts";
import { importText } from "../../src/dom/import-text.ts";
import { readQuestions } from "../../src/protocol/wire.ts";
import { receipt } from "../../src/teaching/receipt.ts";
import { texts } from "../../src/text/texts.ts";
import { wordsOf } from "../../src/text/words.ts";
import { ahead, delta, descent, NAMES, part, wire, wireAhead } from "../builders.ts";
import { FakeResizeObserver, sized } from "../dom.ts";
import { FakeChild, FakeModel, fakeChildren, sentBy, settled, toldBy } from "../fakes.ts";

vi.mock("../../src/dom/import-text.ts", () => ({ importText: vi.fn() }));

const words = wordsOf({});

const [{ curve }] = protocol.curves as [(typeof protocol.curves)[number]];
const GHOSTS = ["ghost_arrow", "ghost", "ghost_truth"].map((name) => `loss_function.${name}`);
const QUESTION = Object.fromEntries(
  fixture.questions.questions.map(({ name }, index) => [name, index]),
) as Record<string, number>;

let model: FakeModel;
let widget: ReturnType<typeof gdwidget>;
let el: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
  vi.mocked(importText).mockImplementation(() => import("../../src/teaching/module.ts") as never);
});

afterEach(() => {
  vi.useRealTimers();
  FakeResizeObserver.active.clear();
  document.body.replaceChildren();
  document.head.replaceChildren();
});

/** Shows a widget that asks, at the start of its run. */
async function show(attributes: Record<string, unknown> = {}): Promise<void> {
  const shared = new FakeChild();
  shared.set_state({ script: "widget", teaching: "teaching" });
  const names = [...Object.keys(fakeChildren()), ...GHOSTS];
  model = new FakeModel({
    _names: NAMES,
    _marks: Object.fromEntries(names.map((name) => [name, `IPY_MODEL_${name}`])),
    _shared: "IPY_MODEL_shared",
    _keyframe: { ...protocol.keyframes[0]?.keyframe, runs: [] },
    _curve: curve,
    _choices: { optimizers: ["sgd", "adam"], decays: ["constant"], batch_sizes: [0], problems: [] },
    _questions: fixture.questions,
    _asked: 0,
    _answers: [],
    student: "Ada",
    ...attributes,
  });
  for (const name of GHOSTS) model.children[name] = new FakeChild();
  model.children.shared = shared;
  widget = gdwidget();
  el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el });
  FakeResizeObserver.resize(el, 500, 300);
  await vi.dynamicImportSettled();
  await frames(2);
  await begin();
  for (let turn = 0; turn < 2; turn += 1) {
    for (const box of el.querySelectorAll(".gdwidget-box")) {
      FakeResizeObserver.resize(box, 500, 300);
    }
    await frames(4);
  }
}

async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) {
    await settled();
    await vi.advanceTimersByTimeAsync(20);
  }
  await settled();
}

let run = 0;

/** Has the kernel begin a new run. */
async function begin(steps = 0): Promise<void> {
  run += 1;
  const rows = descent(steps);
  model.trigger("msg:custom", ...wire(delta(rows, { run, start: 0, runs: [run] })));
  await frames(2);
}

/** Has the kernel pose a question. */
async function ask(name: string): Promise<void> {
  model.attributes._asked = QUESTION[name];
  model.trigger("change:_asked");
  await begin();
}

function panel(): HTMLElement {
  return el.querySelector(".gdwidget-quiz") as HTMLElement;
}

function button(text: string): HTMLButtonElement {
  const all = [...panel().querySelectorAll("button")];
  const found = all.find((each) => each.textContent === text);
  if (!found) throw new Error(`no button ${text}`);
  return found;
}

async function press(text: string): Promise<void> {
  button(text).focus();
  button(text).click();
  await frames(1);
}

function field(label: string): HTMLInputElement {
  const labels = [...panel().querySelectorAll("label")];
  const found = labels.find((each) => each.textContent === label);
  const inside = found?.querySelector("input") ?? undefined;
  const other = found?.htmlFor ? panel().querySelector(`#${found.htmlFor}`) : undefined;
  if (!(inside ?? other)) throw new Error(`no field ${label}`);
  return (inside ?? other) as HTMLInputElement;
}

function type(label: string, text: string): void {
  field(label).value = text;
  field(label).dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(label: string): void {
  field(label).checked = true;
  field(label).dispatchEvent(new Event("change", { bubbles: true }));
}

/** All that somebody can read or hear: texts and attributes of what is shown. */
function told(): string {
  return toldBy(el, model);
}

function sent(kind: string): Record<string, unknown>[] {
  return sentBy(model, kind);
}

/** How many groups of controls are switched off. */
const disabled = (): number =>
  [...el.querySelectorAll("fieldset")].filter((each) => each.disabled).length;

const spoken = (): string | undefined =>
  panel().querySelector('[role="status"]')?.textContent ?? undefined;

describe("a widget without questions", () => {
  it("loads nothing of this and hides nothing", async () => {
    vi.mocked(importText).mockClear();
    await show({ _questions: null, _asked: -1 });
    expect(importText).not.toHaveBeenCalled();
    expect(panel()).toBeNull();
    expect(told()).toContain("7.38");
    expect(disabled()).toBe(0);
  });
});

describe("while a question is open", () => {
  it("nothing tells the answer, in text, ARIA, pictures or the table", async () => {
    await show();
    await frames(40);
    expect(told()).toContain("8.0");
    for (const digits of ["7.38", "62", "6.82", "55.5", "149"]) {
      expect(told()).not.toContain(digits);
    }
    const mark = (name: string): [number, number][] =>
      (model.children[`loss_function.${name}`] as FakeChild).points;
    for (const name of ["tangent", "bracket", "next", "coming"]) expect(mark(name)).toEqual([]);
    expect(el.querySelector<HTMLElement>("details.gdwidget-steps")?.hidden).toBe(true);
  });

  it("no step the kernel has taken ahead is shown", async () => {
    await show();
    const request = "0.01,sgd,constant,true,true";
    model.trigger("msg:custom", ...wireAhead(ahead(part(descent(1), 1), 1, { run, request })));
    await frames(3);
    expect(told()).not.toContain("7.38");
  });

  it("an earlier run is neither drawn nor told of", async () => {
    await show();
    const earlier = run;
    const rows = descent(3);
    model.trigger("msg:custom", ...wire(delta(rows, { run: earlier, start: 0, runs: [earlier] })));
    run += 1;
    const later = { run, start: 0, runs: [earlier, run] };
    model.trigger("msg:custom", ...wire(delta(descent(0), later)));
    await frames(3);
    expect(told()).not.toContain("6.3");
    expect((model.children["loss_function.earlier"] as FakeChild).lines).toEqual([]);
    expect(el.querySelector<HTMLElement>(".gdwidget-runs")?.hidden).toBe(true);
  });

  it("steps, runs, settings and starts wait, by keys and by the figures, too", async () => {
    await show();
    const off = [...el.querySelectorAll("fieldset")].filter(({ disabled }) => disabled);
    for (const name of ["Step", "Run", "Reset"]) {
      const all = [...el.querySelectorAll("button")];
      const found = all.find((each) => each.textContent?.includes(name));
      expect(off.some((each) => each.contains(found ?? null))).toBe(true);
    }
    const root = el.querySelector(".gdwidget") as HTMLElement;
    const before = model.sent.length;
    for (const key of ["s", " ", "r", "ArrowRight", "ArrowLeft", "Home", "End"]) {
      root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
    el.querySelectorAll(".gdwidget-box")[2]?.dispatchEvent(new MouseEvent("click"));
    await frames(3);
    expect(model.sent.slice(before).map(({ kind }) => kind)).not.toContain("advance");
    expect(model.sent.slice(before).map(({ kind }) => kind)).not.toContain("reset");
    expect(panel().textContent).toContain(words.waits);
  });

  it("text with HTML is shown as text", async () => {
    await show();
    await ask("way");
    expect(panel().textContent).toContain("Where does W <b>move</b>?");
    expect(panel().querySelector("b")).toBeNull();
  });

  it("keys in the panel write: they step nothing, and saving gets out", async () => {
    await show();
    await ask("why");
    const heard: string[] = [];
    document.body.addEventListener("keydown", ({ key }) => heard.push(key));
    const area = panel().querySelector("textarea") as HTMLElement;
    for (const [key, ctrlKey] of [
      ["s", false],
      [" ", false],
      ["s", true],
    ] as const) {
      area.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
    }
    expect(heard).toEqual(["s"]);
  });
});

describe("a commitment", () => {
  it("is answered in the next frame, sent, spoken of once, and followed by the run", async () => {
    await show();
    type("W", "7.4");
    choose("I know");
    await press(words.commit);
    expect(panel().textContent).toContain("Right");
    expect(panel().textContent).toContain("You said 7.4, it is 7.38.");
    expect(spoken()).toBe("Right. You said 7.4, it is 7.38.");
    expect(document.activeElement).toBe(button(words.next));
    expect(sent("answer")).toEqual([
      {
        ...{ kind: "answer", question: 0, variant: 0, numbers: [7.4], sure: 3, hints: 0 },
        ...{ seconds: expect.any(Number), text: "" },
      },
    ]);
    expect(sent("advance")).toHaveLength(1);
    expect(told()).toContain("62.0");
    expect(disabled()).toBe(0);
    expect(model.saved).toEqual([]);
  });

  it("that lacks an answer says what is missing, and commits to nothing", async () => {
    await show();
    await press(words.commit);
    expect(panel().textContent).toContain(words.missing.value("W"));
    expect(sent("answer")).toEqual([]);
    expect(told()).not.toContain("7.38");
  });

  it("tells the misconception", async () => {
    await show();
    type("W", "7.99");
    await press(words.commit);
    expect(panel().textContent).toContain("Not so");
    expect(panel().textContent).toContain("the learning rate times the gradient");
  });

  it("by Enter in a field is one, too", async () => {
    await show();
    type("W", "8.62");
    field("W").dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
    );
    await frames(1);
    expect(sent("answer")).toHaveLength(1);
  });

  it("to not knowing is an answer", async () => {
    await show();
    await press(words.unknown);
    expect(sent("answer")[0]).toMatchObject({ numbers: [], sure: 0 });
    expect(panel().textContent).toContain("It is 7.38.");
  });

  const kinds: [string, () => void, number[], string][] = [
    ["plane", () => ["x", "y"].map((name, at) => type(name, String(at))), [0, 1], "x ="],
    ["fate", () => choose("It diverges: the loss grows."), [2], "You said “It diverges"],
    ["steps", () => type(words.steps, "12"), [12], "You said 12 steps, it is 11 steps."],
    ["never", () => choose(words.never), [-1], "It is never."],
    ["way", () => choose("right"), [1], "You said “right”, it is “left”."],
    ["loss", () => type(words.number, "120"), [120], "You said 120, it is 120."],
  ];

  it.each(kinds)("of %s", async (name, enter, numbers, text) => {
    await show();
    await ask(name);
    enter();
    await press(words.commit);
    expect(sent("answer").at(-1)).toMatchObject({ question: QUESTION[name], numbers });
    expect(panel().textContent).toContain(name === "loss" ? "it is 120." : text);
  });

  it("without a kernel is kept here, and plays no run", async () => {
    await show();
    model.children["loss_function.figure"]?.set_state({});
    for (const child of Object.values(model.children)) {
      child.comm_live = false;
      child.trigger("comm_live_update");
    }
    await frames(3);
    type("W", "7.38");
    await press(words.commit);
    expect(model.attributes._answers).toEqual([expect.objectContaining({ numbers: [7.38] })]);
    expect(panel().textContent).toContain("Right");
    expect(sent("answer")).toEqual([]);
    await press(words.next);
    expect(model.attributes._asked).toBe(1);
    expect(panel().textContent).toContain("Question 2 of 10");
  });
});

describe("what is said of a value", () => {
  const ghost = (name = "ghost"): [number, number][] =>
    (model.children[`loss_function.${name}`] as FakeChild).points;
  const label = (): string => el.querySelector(".gdwidget-box")?.getAttribute("aria-label") ?? "";
  const told = async (): Promise<string> => {
    await vi.advanceTimersByTimeAsync(600);
    return label();
  };

  it("is a hollow mark in the figure, by field, slider and pointer alike", async () => {
    await show();
    expect(ghost()).toEqual([]);
    type("W", "4");
    await frames(2);
    expect(ghost()).toEqual([[4, expect.closeTo(6, 4)]]);
    expect(await told()).toMatch(/ Your answer is marked at W = 4, loss 6\.$/);
    const slider = panel().querySelector('input[type="range"]') as HTMLInputElement;
    expect(slider.getAttribute("aria-valuetext")).toBe("W = 4");
    expect(slider.min).not.toBe("");
    slider.value = "2.5";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frames(2);
    const [[slid]] = ghost() as [[number, number]];
    expect(slid).toBe(2.5);
    expect(field("W").valueAsNumber).toBe(slid);
    const box = el.querySelector(".gdwidget-box") as HTMLElement;
    const area = document.createElement("div");
    area.className = "plotarea_background";
    sized(area, 400, 200);
    box.append(area);
    Object.assign(box, { setPointerCapture: () => {} });
    const point = (kind: string, clientX: number): boolean =>
      box.dispatchEvent(
        new PointerEvent(kind, { clientX, clientY: 100, pointerId: 1, bubbles: true }),
      );
    point("pointerdown", 300);
    await frames(2);
    const [[first]] = ghost() as [[number, number]];
    point("pointermove", 200);
    point("pointerup", 200);
    await frames(2);
    const [[second]] = ghost() as [[number, number]];
    expect(first).toBeGreaterThan(second);
    expect(field("W").valueAsNumber).toBe(second);
    expect(sent("reset")).toEqual([]);
  });

  it("stays with what is right, and an arrow between the two", async () => {
    await show();
    expect(await told()).not.toContain("marked");
    type("W", "0");
    await press(words.commit);
    await begin(1);
    expect(await told()).toMatch(
      / Your answer is marked at W = 0, loss [\d.]+; what is right is marked at W = 7\.38\.$/,
    );
    expect(ghost()[0]?.[0]).toBe(0);
    expect(ghost("ghost_truth")[0]?.[0]).toBeCloseTo(7.38, 5);
    el.querySelector<HTMLElement>('input[type="radio"]:not(:checked)')?.click();
    await frames(1); // the alternatives were just brought up to date
    await press(words.next);
    await ask("fate");
    await frames(2);
    expect(label()).not.toContain("marked");
    expect(ghost()).toEqual([]);
    expect(ghost("ghost_truth")).toEqual([]);
    expect(await told()).not.toContain("marked");
  });
});

describe("hints", () => {
  it("come one by one, are counted, and the next one after ten seconds", async () => {
    const [first] = fixture.questions.questions;
    const hints = ["Read.", "Think.", "Count."];
    await show({ _questions: { ...fixture.questions, questions: [{ ...first, hints }] } });
    expect(panel().textContent).not.toContain("Read.");
    await press(words.hint(1, 3));
    expect(panel().textContent).toContain("Read.");
    await press(words.hint(2, 3));
    expect(panel().textContent).not.toContain("Think.");
    await vi.advanceTimersByTimeAsync(10_000);
    await frames(2);
    await press(words.hint(2, 3));
    expect(panel().textContent).toContain("Think.");
    await press(words.unknown);
    expect(sent("answer")[0]).toMatchObject({ hints: 2, seconds: 10 });
  });
});

describe("an explanation", () => {
  it("stands beside a model answer, and who gave it rates it", async () => {
    await show();
    await ask("why");
    const area = panel().querySelector("textarea") as HTMLTextAreaElement;
    await press(words.commit);
    expect(panel().textContent).toContain(words.missing.text);
    area.value = "It <i>is</i> less steep.";
    expect(told()).not.toContain("The slope does.");
    await press(words.commit);
    expect(panel().textContent).toContain("It <i>is</i> less steep.");
    expect(panel().textContent).toContain("The slope does.");
    choose("partly");
    await frames(1);
    const [answer, rated] = sent("answer");
    expect(answer).toMatchObject({ numbers: [], text: "It <i>is</i> less steep." });
    expect(rated).toEqual({ ...answer, numbers: [1] });
    expect(sent("advance")).toEqual([]);
  });
});

describe("a goal", () => {
  it("is tried from the start, and the last try counts", async () => {
    await show();
    await ask("goal");
    await press(words.commit);
    expect(panel().textContent).toContain(words.missing.tries);
    type(words.rate, "0.1");
    await press(words.try);
    expect(sent("set")).toEqual([{ kind: "set", name: "learning_rate", value: 0.1 }]);
    expect(sent("reset")).toHaveLength(1);
    expect(told()).not.toContain("7.38");
    await begin();
    expect(sent("advance")).toHaveLength(1);
    const [{ n, request }] = sent("advance") as [{ n: number; request: string }];
    expect(n).toBe(3);
    const rows = part(descent(3, { rate: 0.1 }), 1);
    model.trigger("msg:custom", ...wire(delta(rows, { run, start: 1, runs: [run], request })));
    await frames(4);
    expect(panel().textContent).toContain("0.1: there after");
    expect(panel().textContent).toContain(words.triesLeft(4));
    await press(words.commit);
    expect(sent("answer")[0]).toMatchObject({ numbers: [0.1] });
    expect(panel().textContent).toContain("Right");
  });
});

describe("a goal that was answered before the page was opened", () => {
  it("is said to be answered, for whether it was reached is not kept", async () => {
    const answer = { question: QUESTION.goal, variant: 0, numbers: [0.1], sure: 0, hints: 0 };
    await show({ _asked: QUESTION.goal, _answers: [{ ...answer, seconds: 3, text: "" }] });
    expect(panel().textContent).toContain("Answered earlier");
    expect(panel().textContent).not.toContain("Compare");
  });
});

describe("the course of questions", () => {
  it("begins with the name where that decides what is asked", async () => {
    await show({ student: "" });
    expect(panel().textContent).toContain(words.nameTitle);
    expect(panel().textContent).not.toContain("Question 1");
    expect(disabled()).toBe(2);
    await press(words.begin);
    expect(panel().textContent).toContain(words.noName);
    field(words.name).value = "Bob";
    await press(words.begin);
    expect(model.attributes.student).toBe("Bob");
    expect(sent("ask")).toEqual([{ kind: "ask", question: 0 }]);
    expect(panel().textContent).toContain("Question 1 of 10");
    expect(document.activeElement?.textContent).toBe("Question 1 of 10");
  });

  it("follows what is answered and posed elsewhere", async () => {
    await show();
    const answer = { ...{ question: 0, variant: 0, numbers: [7.38] }, sure: 0, hints: 0 };
    model.attributes._answers = [{ ...answer, seconds: 3, text: "" }];
    model.trigger("change:_answers");
    await frames(2);
    expect(panel().textContent).toContain("Right");
    expect(spoken()).toBe("");
    await ask("ten");
    expect(panel().textContent).toContain("Question 2 of 10");
    expect(told()).not.toContain("62.0");
  });

  it("asks again for practice, of which nothing is recorded", async () => {
    await show();
    await press(words.unknown);
    await press(words.again);
    expect(sent("ask")).toEqual([{ kind: "ask", question: 0 }]);
    expect(panel().textContent).toContain(words.practice);
    await begin();
    expect(told()).not.toContain("62.0");
    type("W", "7.38");
    await press(words.commit);
    expect(panel().textContent).toContain("Right");
    expect(sent("answer")).toHaveLength(1);
    await press(words.next);
    expect(sent("ask").at(-1)).toEqual({ kind: "ask", question: 1 });
  });

  it("ends with all answers and their receipt", async () => {
    const [known] = fixture.receipts as [(typeof fixture.receipts)[number]];
    const all = fixture.questions.questions.map((_, question) => ({
      ...{ question, variant: 0, numbers: [1], sure: 1, hints: 0, seconds: 2, text: "" },
    }));
    await show({ _asked: -1, _answers: all });
    const goal = [...panel().querySelectorAll("li")].find(
      ({ value }) => value - 1 === QUESTION.goal,
    );
    expect(goal?.textContent).toContain("Answered earlier");
    expect(known).toBeDefined();
    expect(panel().textContent).toContain(words.summary);
    expect(panel().querySelectorAll("li")).toHaveLength(10);
    const line = receipt(readQuestions(fixture.questions), "Ada", all);
    expect(field(words.receipt).value).toBe(line);
    const copied = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
    await press(words.copy);
    expect(copied).toHaveBeenCalledWith(line);
    expect(panel().textContent).toContain(words.copied);
    await press(words.free);
    expect(panel().textContent).toContain(words.goOn(10, 10));
    await press(words.results);
    expect(panel().textContent).toContain(words.summary);
  });

  it("can be gone on with from free play", async () => {
    await show({ _asked: -1 });
    expect(told()).toContain("62.0");
    await press(words.goOnButton);
    expect(sent("ask")).toEqual([{ kind: "ask", question: 0 }]);
  });
});

describe("what is damaged", () => {
  it("leaves a widget without questions, and says so", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    await show({ _questions: { version: 1 } });
    expect(el.textContent).toContain(words.unreadable);
    expect(disabled()).toBe(0);
    expect(told()).toContain("7.38");
    expect(quiet).toHaveBeenCalled();
  });

  it("says that nothing can ask where what asks is missing", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.mocked(importText).mockRejectedValue(new Error("no such thing"));
    await show();
    expect(el.textContent).toContain(texts.noQuestions);
    expect(told()).toContain("7.38");
    expect(quiet).toHaveBeenCalled();
  });

  it("says that a seal is damaged, and keeps the answer", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const [first] = fixture.questions.questions;
    const variants = first?.variants.map((each) => ({ ...each, sealed: "AAAA" }));
    await show({ _questions: { ...fixture.questions, questions: [{ ...first, variants }] } });
    type("W", "5");
    await press(words.commit);
    expect(panel().textContent).toContain(words.damaged);
    expect(sent("answer")).toHaveLength(1);
    expect(quiet).toHaveBeenCalled();
  });
});
