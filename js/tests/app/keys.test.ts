// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { listenToKeys } from "../../src/app/keys.ts";

const actions = {
  step: vi.fn(),
  back: vi.fn(),
  toggleRun: vi.fn(),
  reset: vi.fn(),
  goTo: vi.fn(),
  present: vi.fn(),
  last: () => 50,
};
const notebook = vi.fn();
let page: HTMLElement;
let root: HTMLElement;
let controller: AbortController;

const BODY = `
  <p id="outside" tabindex="0"></p>
  <div id="root">
    <button type="button">Step</button>
    <input type="number"><input type="range"><input type="radio">
    <input type="checkbox">
    <select><option>sgd</option></select>
    <details><summary>Steps</summary></details>
    <div class="box" tabindex="0"></div>
  </div>`;

beforeEach(() => {
  for (const action of Object.values(actions)) if (vi.isMockFunction(action)) action.mockReset();
  notebook.mockReset();
  document.body.innerHTML = "";
  page = document.createElement("main");
  page.innerHTML = BODY;
  document.body.append(page);
  root = find("#root");
  controller = new AbortController();
  listenToKeys(root, actions, controller.signal);
  for (const type of ["keydown", "keyup", "keypress"]) page.addEventListener(type, notebook);
});

function find(selector: string): HTMLElement {
  return page.querySelector(selector) as HTMLElement;
}

function send(type: string, key: string, target = ".box", more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent(type, { key, bubbles: true, cancelable: true, ...more });
  find(target).dispatchEvent(event);
  return event;
}

function press(key: string, target?: string, more?: KeyboardEventInit): KeyboardEvent {
  return send("keydown", key, target, more);
}

/** The names of all actions called so far. */
function called(): string[] {
  return Object.entries(actions)
    .filter(([, action]) => vi.isMockFunction(action) && action.mock.calls.length > 0)
    .map(([name]) => name);
}

describe("keys in the widget", () => {
  it.each([
    ["ArrowRight", "step"],
    ["s", "step"],
    ["S", "step"],
    ["ArrowLeft", "back"],
    [" ", "toggleRun"],
    ["r", "reset"],
    ["R", "reset"],
    ["Home", "goTo"],
    ["End", "goTo"],
  ])("%j does %s, and nothing else happens", (key, action) => {
    const event = press(key);
    expect(called()).toEqual([action]);
    expect(event.defaultPrevented).toBe(true);
  });

  it("go to the first and to the last step", () => {
    press("Home");
    press("End");
    expect(actions.goTo.mock.calls).toEqual([[0], [50]]);
  });

  it.each(["ArrowUp", "ArrowDown", "Tab", "Enter", "Escape", "a", "PageDown"])(
    "%s is left to the page",
    (key) => {
      const event = press(key);
      expect(called()).toEqual([]);
      expect(event.defaultPrevented).toBe(false);
    },
  );

  it.each(["ctrlKey", "metaKey", "altKey"])("with %s are left to the page", (modifier) => {
    for (const key of ["s", "r", " ", "ArrowRight", "ArrowLeft", "Home", "End"]) {
      expect(press(key, ".box", { [modifier]: true }).defaultPrevented).toBe(false);
    }
    expect(called()).toEqual([]);
  });

  it("that something inside has used do nothing more", () => {
    find(".box").addEventListener("keydown", (event) => event.preventDefault());
    press("ArrowRight");
    expect(called()).toEqual([]);
  });

  it("held down step on and on, but toggle and reset once", () => {
    for (const key of ["ArrowRight", "ArrowLeft", " ", "r"]) {
      press(key);
      press(key, ".box", { repeat: true });
      press(key, ".box", { repeat: true });
    }
    expect(actions.step).toHaveBeenCalledTimes(3);
    expect(actions.back).toHaveBeenCalledTimes(3);
    expect(actions.toggleRun).toHaveBeenCalledTimes(1);
    expect(actions.reset).toHaveBeenCalledTimes(1);
  });

  it("held down do not scroll the page", () => {
    for (const key of ["ArrowRight", "ArrowLeft", " "]) {
      expect(press(key, ".box", { repeat: true }).defaultPrevented).toBe(true);
    }
  });

  it.each(["keydown", "keyup", "keypress"])("do not get out to the notebook: %s", (type) => {
    for (const key of ["b", "s", " ", "ArrowRight", "Enter", "x"]) {
      for (const target of [".box", "button", "input", "summary"]) send(type, key, target);
    }
    expect(notebook).not.toHaveBeenCalled();
  });

  it("with Ctrl do not get out either, but for saving", () => {
    press("Enter", ".box", { ctrlKey: true });
    expect(notebook).not.toHaveBeenCalled();
    press("s", ".box", { ctrlKey: true });
    press("s", "button", { metaKey: true });
    expect(notebook).toHaveBeenCalledTimes(2);
    expect(called()).toEqual([]);
  });

  it("are kept from Jupyter again after saving", () => {
    vi.useFakeTimers();
    const box = find(".box");
    box.setAttribute("data-lm-suppress-shortcuts", "true");
    press("s", ".box", { ctrlKey: true });
    expect(box.hasAttribute("data-lm-suppress-shortcuts")).toBe(false);
    vi.runAllTimers();
    expect(box.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
    vi.useRealTimers();
  });

  it("outside are the notebook's", () => {
    for (const key of ["s", " ", "r", "ArrowRight"]) press(key, "#outside");
    expect(called()).toEqual([]);
    expect(notebook).toHaveBeenCalledTimes(4);
  });

  it("do nothing once the view is gone", () => {
    controller.abort();
    press("s");
    expect(called()).toEqual([]);
    expect(notebook).toHaveBeenCalledTimes(1);
  });
});

describe("typing a number", () => {
  it.each(["s", "r", " ", "ArrowLeft", "ArrowRight", "Home", "End", "1"])(
    "leaves %j alone",
    (key) => {
      const event = press(key, "input[type=number]");
      expect(called()).toEqual([]);
      expect(event.defaultPrevented).toBe(false);
    },
  );
});

describe("on a slider", () => {
  it.each(["ArrowLeft", "ArrowRight", "Home", "End"])("%s is the slider's own", (key) => {
    const event = press(key, "input[type=range]");
    expect(called()).toEqual([]);
    expect(event.defaultPrevented).toBe(false);
  });

  it("the letters and space work", () => {
    for (const key of ["s", "r", " "]) press(key, "input[type=range]");
    expect(called()).toEqual(["step", "toggleRun", "reset"]);
  });
});

describe("on a choice of two", () => {
  it.each(["ArrowLeft", "ArrowRight"])("%s is its own where Tab went to it", (key) => {
    press("Tab");
    const event = press(key, "input[type=radio]");
    expect(called()).toEqual([]);
    expect(event.defaultPrevented).toBe(false);
  });

  it("the arrows step after a click", () => {
    find("input[type=radio]").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    press("ArrowRight", "input[type=radio]");
    press("ArrowLeft", "input[type=radio]");
    expect(called()).toEqual(["step", "back"]);
  });
});

describe("space on a button", () => {
  it("runs and pauses after a click, and does not press the button as well", () => {
    find("button").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(press(" ", "button").defaultPrevented).toBe(true);
    expect(send("keyup", " ", "button").defaultPrevented).toBe(true);
    expect(called()).toEqual(["toggleRun"]);
  });

  it.each(["button", "[type=checkbox]"])("presses a %s where Tab went to it", (target) => {
    press("Tab");
    expect(press(" ", target).defaultPrevented).toBe(false);
    expect(send("keyup", " ", target).defaultPrevented).toBe(false);
    expect(called()).toEqual([]);
  });

  it("presses it where Tab came to it from outside the widget", () => {
    press("Tab", "#outside");
    send("keyup", "Tab", "button");
    expect(press(" ", "button").defaultPrevented).toBe(false);
    expect(called()).toEqual([]);
  });

  it("runs and pauses again after the next click anywhere in the widget", () => {
    press("Tab");
    find(".box").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    press(" ", "button");
    expect(called()).toEqual(["toggleRun"]);
  });

  it("runs and pauses again after a click that something inside keeps to itself", () => {
    press("Tab");
    find(".box").addEventListener("pointerdown", (event) => event.stopPropagation());
    find(".box").dispatchEvent(new Event("pointerdown", { bubbles: true }));
    press(" ", "button");
    expect(called()).toEqual(["toggleRun"]);
  });

  it("leaves the other keys to the widget", () => {
    press("Tab");
    press("s", "button");
    press("ArrowLeft", "button");
    expect(called()).toEqual(["step", "back"]);
  });

  it("still runs and pauses where Tab went to something that is no button", () => {
    press("Tab");
    press(" ", ".box");
    expect(called()).toEqual(["toggleRun"]);
  });
});

describe("space on a summary", () => {
  it("opens it", () => {
    expect(press(" ", "summary").defaultPrevented).toBe(false);
    expect(called()).toEqual([]);
  });
});

describe("in a list", () => {
  it.each([" ", "s", "r", "ArrowLeft", "ArrowRight", "Home", "End"])(
    "the key %j chooses, and gets no further",
    (key) => {
      expect(press(key, "select").defaultPrevented).toBe(false);
      expect(called()).toEqual([]);
      expect(notebook).not.toHaveBeenCalled();
    },
  );
});
