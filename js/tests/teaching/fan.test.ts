// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import protocol from "../../../tests/fixtures/protocol.json";
import { element, setText } from "../../src/controls/elements.ts";
import type { Store } from "../../src/model/store.ts";
import type { PlaneAnswer, Request } from "../../src/protocol/messages.ts";
import { type FanAnswer, readFanAnswer } from "../../src/protocol/wire.ts";
import { Fan, type Hands, sentence } from "../../src/teaching/fan.ts";
import { wordsOf } from "../../src/text/words.ts";
import { delta, descent, part, storeWith } from "../builders.ts";
import { FakeModel, settled } from "../fakes.ts";

const words = wordsOf({});
const VIEW = { low: 0, high: 10, bottom: 0, top: 100 };
const TOLD = {
  size: 1,
  whole: true,
  loss: 50,
  losses: [40, 60, 50, Number.NaN],
  values: { W: [4, 6, 5, 3] },
};

let model: FakeModel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel();
});

afterEach(() => vi.useRealTimers());

function box(): HTMLElement {
  const area = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  area.setAttribute("class", "plotarea_background");
  area.setAttribute("width", "200");
  area.setAttribute("height", "100");
  return element("div", {}, area);
}

function shown(store: Store, plane?: Partial<PlaneAnswer>) {
  const boxes = { functionBox: box(), planeBox: box() };
  const drawn = {
    children: {},
    functionFigure: { view: VIEW, guests: [], lossAt: () => 0 },
    planeFigure: plane && { view: VIEW, guests: [], plane },
  } as unknown as Hands["drawn"];
  const fan = new Fan({ model, store, drawn, boxes, element, setText });
  const root = element("div", {}, fan.sentence);
  store.onChange(() => fan.draw());
  fan.draw();
  const paths = (kind: string, of = boxes.functionBox) =>
    [...of.querySelectorAll(`path.gdwidget-fan-${kind}:not(.gdwidget-fan-way)`)].map((path) =>
      path.getAttribute("d"),
    );
  const text = () => root.querySelector("[aria-live]")?.textContent;
  return { fan, boxes, root, paths, text };
}

function asked(): Extract<Request, { kind: "fan" }>[] {
  return model.sent.filter((request) => request.kind === "fan");
}

async function answer(told: Partial<FanAnswer> = {}, index = asked().length - 1): Promise<void> {
  model.trigger("msg:custom", { ...TOLD, ...asked()[index], ...told }, []);
  await settled();
}

async function rest(): Promise<void> {
  vi.advanceTimersByTime(300);
  await settled();
}

describe("all steps that could be next", () => {
  it.each(protocol.fans)("are said as Python says them: $name", ({ message, sentence: said }) => {
    expect(sentence(words, readFanAnswer(message))).toBe(said);
  });

  it("have a mark each on the curve: above it where the loss rises, below where it falls", async () => {
    const { paths, text } = shown(storeWith(descent(3)));
    await rest();
    expect(asked()).toMatchObject([{ run: 1, step: 3 }]);
    await answer();
    expect(text()).toBe("50 % of the single samples would lead uphill.");
    expect(paths("up")).toEqual(["M116.5,33h7L120,27z"]);
    expect(paths("down")).toEqual(["M76.5,67h7L80,73z", "M96.5,57h7L100,63z"]);
  });

  it("are said alone where the curve is a slice through many numbers", async () => {
    const store = storeWith(descent(3));
    const { boxes, text, root } = shown(store);
    await rest();
    await answer({ values: {} });
    expect(text()).toContain("50 %");
    expect(boxes.functionBox.querySelector("svg")).toBeNull();
    expect(root.querySelector<HTMLElement>(".gdwidget-fan-key")?.hidden).toBe(true);
  });

  it("are lines from the cursor on a plane", async () => {
    const store = storeWith(descent(3));
    store.view("two");
    const { boxes, paths } = shown(store, { x: "W", y: "W", recorded: true });
    await rest();
    await answer({ values: { W: [4, 6, 5, 3] } });
    expect(paths("up", boxes.planeBox)).toHaveLength(2);
    expect(paths("down", boxes.planeBox)).toHaveLength(2);
    expect(boxes.functionBox.querySelector("svg")).toBeNull();
  });

  it("are not tried while a run is played, and again at every rest", async () => {
    const store = storeWith(descent(3));
    const { paths } = shown(store);
    store.play();
    vi.advanceTimersByTime(5_000);
    expect(asked()).toEqual([]);
    store.stop();
    await rest();
    await answer();
    expect(paths("up")).toHaveLength(1);
    store.apply(delta(part(descent(4), 4), { start: 4 }));
    expect(paths("up")).toEqual([]);
    await rest();
    expect(asked()).toMatchObject([{ step: 3 }, { step: 4 }]);
    store.setRate(0.3);
    await rest();
    expect(asked()).toHaveLength(3);
  });

  it("are dropped where they are of another step, and the sentence says that it is old", async () => {
    const store = storeWith(descent(3));
    const { root, text, paths } = shown(store);
    const stale = () => root.querySelector<HTMLElement>(".gdwidget-fan")?.dataset.stale;
    await rest();
    store.goTo(1);
    await answer({}, 0);
    expect([text(), stale(), paths("up")]).toEqual(["", "true", []]);
    await rest();
    await answer({ loss: 100 });
    expect([text(), stale()]).toEqual(["25 % of the single samples would lead uphill.", "false"]);
  });

  it("are missed where the kernel does not answer", async () => {
    const { text } = shown(storeWith(descent(3)));
    await rest();
    vi.advanceTimersByTime(20_000);
    await settled();
    expect(text()).toBe(words.fan.notNow);
  });

  it("leave nothing when they are shut", async () => {
    const { fan, boxes, root } = shown(storeWith(descent(3)));
    await rest();
    await answer();
    expect(boxes.functionBox.childElementCount).toBe(2);
    fan.close();
    expect(boxes.functionBox.childElementCount).toBe(1);
    expect(root.childElementCount).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(asked()).toHaveLength(1);
  });
});
