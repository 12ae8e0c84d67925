// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import type { Drawing } from "../../src/app/drawing.ts";
import { FanControls } from "../../src/app/fan.ts";
import type { Session } from "../../src/app/session.ts";
import type { Teaching } from "../../src/app/teaching.ts";
import { element } from "../../src/controls/elements.ts";
import { Store } from "../../src/model/store.ts";
import * as module from "../../src/teaching/module.ts";
import { texts } from "../../src/text/texts.ts";
import { NAMES } from "../builders.ts";
import { FakeModel, settled } from "../fakes.ts";

function setUp(
  names: Partial<Store["names"]> = { samples: 6 },
  teaching: () => Promise<Teaching> = () => Promise.resolve(module),
) {
  const store = new Store({ ...NAMES, ...names });
  const loads = vi.fn(teaching);
  const session = { store, model: new FakeModel(), teaching: loads } as unknown as Session;
  const boxes = { functionBox: element("div"), planeBox: element("div") };
  const drawn = { functionFigure: {} } as unknown as Drawing;
  const above = element("div");
  const root = element("div", {}, above);
  const fan = new FanControls(session, drawn, boxes, above);
  document.body.append(fan.root); // elsewhere a box that is clicked changes nothing
  store.onChange(() => fan.draw());
  fan.draw();
  const checked = () => fan.box.checked;
  return { store, loads, fan, root, checked, said: () => root.querySelector(".gdwidget-fan") };
}

describe("the switch of all next steps", () => {
  it("loads what shows them when it is on, and leaves nothing when it is off", async () => {
    const { fan, loads, said, checked } = setUp();
    expect([checked(), fan.root.hidden]).toEqual([false, false]);
    fan.box.click();
    await settled();
    expect(loads).toHaveBeenCalledOnce();
    expect([checked(), said() === null]).toEqual([true, false]);
    fan.box.click();
    expect([checked(), said()]).toEqual([false, null]);
  });

  it("shows nothing where it was off again before that was loaded", async () => {
    const { fan, said, checked } = setUp();
    fan.box.click();
    fan.box.click();
    await settled();
    expect([checked(), said()]).toEqual([false, null]);
  });

  it("is not there without samples, and without a kernel", () => {
    expect(setUp({ samples: 0 }).fan.root.hidden).toBe(true);
    const { store, fan } = setUp();
    store.loseKernel(true);
    expect(fan.root.hidden).toBe(true);
  });

  it("goes while a question is open, with what it shows", async () => {
    const { store, fan, said, checked } = setUp();
    fan.box.click();
    await settled();
    store.hide(true);
    expect([fan.root.hidden, checked(), said()]).toEqual([true, false, null]);
    store.hide(false);
    expect(fan.root.hidden).toBe(false);
  });

  it("says that what it needs cannot be loaded, and is off again", async () => {
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    const { store, fan, checked } = setUp({ samples: 6 }, () => Promise.reject(new Error("gone")));
    fan.box.click();
    await settled();
    expect([checked(), store.notice?.message]).toEqual([false, texts.noTeaching]);
    quiet.mockRestore();
  });
});
