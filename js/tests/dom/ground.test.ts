// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followGround, looksDark } from "../../src/dom/ground.ts";
import { FakeResizeObserver } from "../dom.ts";

const { documentElement: html, body } = document;
let prefersDark: boolean;
let forced: boolean;
let queryChanged: (() => void)[];
let place: HTMLElement;

beforeEach(() => {
  prefersDark = false;
  forced = false;
  queryChanged = [];
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: (query.includes("dark") && prefersDark) || (query.includes("forced") && forced),
    addEventListener: (_: string, changed: () => void) => queryChanged.push(changed),
  }));
  place = document.createElement("div");
  body.append(place);
});

afterEach(() => {
  body.replaceChildren();
  for (const each of [html, body]) {
    for (const { name } of [...each.attributes]) each.removeAttribute(name);
  }
});

describe("what a widget stands on", () => {
  it("is what is nearest and not transparent", () => {
    body.style.backgroundColor = "rgb(17, 17, 17)";
    expect(looksDark(place)).toBe(true);
    place.style.backgroundColor = "rgb(255, 255, 255)";
    expect(looksDark(place)).toBe(false);
    place.style.backgroundColor = "rgba(255, 255, 255, 0)";
    expect(looksDark(place)).toBe(true);
  });

  it.each([
    ["color(srgb 1 1 1)", false],
    ["color(srgb 0.07 0.07 0.08)", true],
    ["oklch(0.98 0.01 250)", false],
    ["lab(15 1 -2)", true],
  ])("may be told in any colour space: %s", (color, dark) => {
    vi.spyOn(window, "getComputedStyle").mockReturnValue({
      backgroundColor: color,
    } as CSSStyleDeclaration);
    expect(looksDark(place)).toBe(dark);
    vi.restoreAllMocks();
  });

  it("is found beyond a shadow tree", () => {
    body.style.backgroundColor = "rgb(17, 17, 17)";
    const inside = document.createElement("div");
    place.attachShadow({ mode: "open" }).append(inside);
    expect(looksDark(inside)).toBe(true);
  });

  it.each([
    ["Colab", () => html.setAttribute("theme", "dark")],
    ["marimo", () => body.classList.add("dark")],
    ["VS Code", () => body.classList.add("vscode-dark")],
  ])("is what %s says where all is transparent", (_host, say) => {
    expect(looksDark(place)).toBe(false);
    say();
    expect(looksDark(place)).toBe(true);
  });

  it("is as the system's where the page goes by that", () => {
    prefersDark = true;
    expect(looksDark(place)).toBe(false);
    html.style.colorScheme = "light dark";
    expect(looksDark(place)).toBe(true);
    prefersDark = false;
    expect(looksDark(place)).toBe(false);
    html.style.colorScheme = "dark";
    expect(looksDark(place)).toBe(true);
  });
});

describe("a widget", () => {
  it("follows JupyterLab's word, until it is gone", async () => {
    const controller = new AbortController();
    followGround(place, controller.signal);
    expect(place.className).toBe("");
    body.dataset.jpThemeLight = "false";
    await vi.waitFor(() => expect(place.className).toBe("gdwidget-dark"));
    body.dataset.jpThemeLight = "true";
    await vi.waitFor(() => expect(place.className).toBe(""));
    controller.abort();
    body.dataset.jpThemeLight = "false";
    await Promise.resolve();
    expect(place.className).toBe("");
  });

  it("is as dark as the colours that the system forces, whatever the host says", () => {
    body.dataset.jpThemeLight = "false";
    followGround(place, new AbortController().signal);
    expect(place.className).toBe("gdwidget-dark");
    forced = true;
    for (const changed of queryChanged) changed();
    expect(place.className).toBe("");
    body.dataset.jpThemeLight = "true";
    prefersDark = true;
    for (const changed of queryChanged) changed();
    expect(place.className).toBe("gdwidget-dark");
  });
});
