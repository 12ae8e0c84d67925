// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import gdwidget from "../../src/app/widget.ts";
import { importText } from "../../src/dom/import-text.ts";
import { texts as english } from "../../src/text/texts.ts";
import * as zh from "../../src/text/zh/module.ts";
import { NAMES } from "../builders.ts";
import { FakeResizeObserver } from "../dom.ts";
import { FakeChild, FakeModel, fakeChildren, settled } from "../fakes.ts";

vi.mock("../../src/dom/import-text.ts", () => ({ importText: vi.fn() }));

const chinese = zh.texts;
const [{ keyframe }] = fixture.keyframes as [(typeof fixture.keyframes)[number]];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {} }));
  vi.mocked(importText).mockImplementation((text) =>
    text === "zh" ? Promise.resolve(zh as never) : Promise.reject(new Error(text)),
  );
});

afterEach(() => {
  vi.useRealTimers();
  FakeResizeObserver.active.clear();
  document.documentElement.removeAttribute("lang");
  document.body.replaceChildren();
});

/** A widget of a language, with what all of them share. */
function modelOf(language: unknown, shared: Record<string, unknown> = {}): FakeModel {
  const children = Object.keys(fakeChildren());
  const model = new FakeModel({
    _names: NAMES,
    _marks: Object.fromEntries(children.map((name) => [name, `IPY_MODEL_${name}`])),
    _keyframe: keyframe,
    _shared: "IPY_MODEL_shared",
    language,
  });
  const held = new FakeChild();
  held.set_state({ script: "widget", ...shared });
  model.children.shared = held;
  return model;
}

async function show(model: FakeModel): Promise<HTMLElement> {
  const widget = gdwidget();
  widget.initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  widget.render({ model, el });
  FakeResizeObserver.resize(el, 500, 300);
  await drawn(el);
  return el;
}

async function drawn(el: HTMLElement): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    for (const box of el.querySelectorAll(".gdwidget-box")) {
      FakeResizeObserver.resize(box, 500, 300);
    }
    await settled();
    vi.advanceTimersToNextFrame();
  }
  await settled();
}

function stepOf(el: HTMLElement): string | null | undefined {
  return el.querySelector(".gdwidget-primary .gdwidget-button-text")?.textContent;
}

describe("a widget", () => {
  it("speaks the language that it was given, each its own in one page", async () => {
    const shared = { zh: "zh" };
    const [one, other] = [await show(modelOf("zh", shared)), await show(modelOf("en", shared))];
    expect([stepOf(one), stepOf(other)]).toEqual([chinese.step, english.step]);
    const languages = [one, other].map((el) => el.querySelector<HTMLElement>(".gdwidget")?.lang);
    expect(languages).toEqual(["zh-CN", "en"]);
    expect(one.querySelector(".gdwidget-status")?.textContent).toMatch(/^[^A-Za-z]+/);
  });

  it("asks for what is not there, and shows nothing before it comes", async () => {
    const model = modelOf("zh");
    const el = await show(model);
    expect(model.sent).toContainEqual({ kind: "part", part: "zh" });
    expect(el.textContent).toBe("");
    model.trigger("msg:custom", { kind: "part", part: "zh", script: "zh" }, []);
    await drawn(el);
    expect(stepOf(el)).toBe(chinese.step);
  });

  it("does not wait for ever: then it speaks English", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const el = await show(modelOf("zh"));
    await vi.advanceTimersByTimeAsync(3000);
    await drawn(el);
    expect(stepOf(el)).toBe(english.step);
    expect(warn).toHaveBeenCalled();
  });

  it("speaks English where the texts are neither saved nor to be had", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = modelOf("zh");
    (model.children.shared as FakeChild).comm_live = false;
    const el = await show(model);
    expect(stepOf(el)).toBe(english.step);
    expect(model.sent).not.toContainEqual({ kind: "part", part: "zh" });
  });

  it("changes its language while it is shown, and the last one counts", async () => {
    const model = modelOf("en", { zh: "zh" });
    const el = await show(model);
    const change = async (...languages: string[]): Promise<void> => {
      for (const language of languages) {
        model.attributes.language = language;
        model.trigger("change:language");
      }
      await drawn(el);
    };
    await change("zh");
    expect(stepOf(el)).toBe(chinese.step);
    await change("en");
    expect(stepOf(el)).toBe(english.step);
    await change("zh", "en");
    expect(stepOf(el)).toBe(english.step);
    expect(el.querySelectorAll(".gdwidget")).toHaveLength(1);
  });
});

describe("a widget that was given no language", () => {
  it.each([
    ["zh-CN", null, chinese.step],
    ["zh", undefined, chinese.step],
    ["zh-Hant-TW", "", chinese.step],
    ["en", null, english.step],
    ["zhx", null, english.step],
    ["", null, english.step],
    ["zh-CN", "en", english.step],
  ])("speaks that of its page: %s, %s", async (lang, language, step) => {
    document.documentElement.lang = lang;
    expect(stepOf(await show(modelOf(language, { zh: "zh" })))).toBe(step);
  });

  it("asks the kernel for it", async () => {
    document.documentElement.lang = "zh-CN";
    const model = modelOf(null);
    const el = await show(model);
    model.trigger("msg:custom", { kind: "part", part: "zh", script: "zh" }, []);
    await drawn(el);
    expect(stepOf(el)).toBe(chinese.step);
  });
});
