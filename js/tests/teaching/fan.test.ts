// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import protocol from "../../../tests/fixtures/protocol.json";
import { element, setText } from "../../src/controls/elements.ts";
import type { Store } from "../../src/model/store.ts";
import type { PlaneAnswer, Request } from "../../src/protocol/messages.ts";
import { type FanAnswer, readFanAnswer } from "../../src/protocol/wire.ts";
import { Fan, type Hands } from "../../src/teaching/fan.ts";
import { marksText, sentence } from "../../src/teaching/fan-text.ts";
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
  fan.alternative.id = "told";
  const root = element("div", {}, fan.sentence);
  store.onChange(() => fan.draw());
  fan.draw();
  const paths = (kind: string, of = boxes.functionBox) =>
    [...of.querySelectorAll(`path.gdwidget-fan-${kind}:not(.gdwidget-fan-way)`)].map((path) =>
      path.getAttribute("d"),
    );
  const text = () => root.querySelector("[aria-live]")?.textContent;
  const described = (of = boxes.functionBox) => {
    const by = of.getAttribute("aria-describedby");
    return by ? root.querySelector(`#${by}`)?.textContent : undefined;
  };
  return { fan, boxes, root, paths, text, described };
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

  it("are told to who does not see the marks, as long as they are there", async () => {
    const store = storeWith(descent(3));
    const { boxes, described } = shown(store, { x: "W", y: "W", recorded: true });
    await rest();
    expect(described()).toBeUndefined();
    await answer();
    const [W] = [store.run?.rows.column("W")?.at(3) as number];
    expect(described()).toBe(
      `From W = ${Number(W.toPrecision(4))}, loss 50 on all data: 2 lead uphill; W from 3 to 6; loss 60. ` +
        "The loss after 1 of them is not finite. 2 lead downhill; W from 4 to 5; loss from 40 to 50.",
    );
    store.view("two");
    expect([described(), described(boxes.planeBox)]).toEqual([
      undefined,
      expect.stringContaining("2 lead uphill; W from 3 to 6; W from 3 to 6; loss 60."),
    ]);
    store.goTo(1);
    expect(described(boxes.planeBox)).toBeUndefined();
  });

  it("are put into words once, however often they are drawn, and anew for others", async () => {
    const store = storeWith(descent(3));
    const { described } = shown(store, { x: "W", y: "W", recorded: true });
    await rest();
    await answer();
    const sorts = vi.spyOn(Array.prototype, "sort");
    const before = described();
    for (let time = 0; time < 3; time += 1) store.changed();
    expect([described(), sorts.mock.calls.length]).toEqual([before, 0]);
    store.view("two");
    expect(sorts).toHaveBeenCalled();
    store.goTo(1);
    await rest();
    await answer({ values: { W: [1, 2, 3, 9] } });
    store.view("one");
    expect(described()).toContain("W from 2 to 9");
    sorts.mockRestore();
  });

  it("say of many where half of them are, and of no loss nothing", () => {
    const told = { values: {}, loss: 0, losses: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
    expect(marksText(words, told, ["W"], [2])).toBe(
      "From loss 0 on all data: 9 lead uphill; loss from 1 to 9, half of them from 3 to 7.",
    );
    expect(marksText(words, { ...told, loss: Number.NaN }, ["W"], [2])).toBe("");
  });

  it("stand hollow and whole at the edge where they are outside, and are counted", async () => {
    const { boxes, paths, root } = shown(storeWith(descent(3)));
    await rest();
    await answer({ values: { W: [-5, 5, 15, 5] }, losses: [40, 400, 60, 45] });
    expect(paths("outside")).toEqual([
      "M0,67h7L3.5,73z",
      "M96.5,6h7L100,0z",
      "M193,33h7L196.5,27z",
    ]);
    expect(paths("down")).toEqual(["M0,67h7L3.5,73z", "M96.5,62h7L100,68z"]);
    expect(boxes.functionBox.querySelectorAll("path")).toHaveLength(5);
    expect(root.querySelector(".gdwidget-fan-key")?.textContent).toContain(
      "3 outside the picture, at its edge",
    );
  });

  it("end on a plane where their lines meet its edge", async () => {
    const store = storeWith(descent(3));
    store.view("two");
    const { boxes, paths } = shown(store, { x: "W", y: "W", recorded: true });
    await rest();
    await answer({ values: { W: [1e6] }, losses: [40] });
    expect(paths("outside", boxes.planeBox)).toEqual(["M193,87h7L196.5,93z"]);
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
