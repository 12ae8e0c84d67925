// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import growths from "../../../tests/fixtures/growths.json";
import protocol from "../../../tests/fixtures/protocol.json";
import { element, setText } from "../../src/controls/elements.ts";
import { shareOf } from "../../src/controls/settings.ts";
import type { Store } from "../../src/model/store.ts";
import type { Curvature, Request } from "../../src/protocol/messages.ts";
import { readRulerAnswer } from "../../src/protocol/wire.ts";
import { type Growth, growthText, limitText } from "../../src/teaching/curvature.ts";
import { Ruler, why } from "../../src/teaching/module.ts";
import type { Hands } from "../../src/teaching/ruler.ts";
import { wordsOf } from "../../src/text/words.ts";
import { delta, descent, losses, part, SETTINGS, storeWith } from "../builders.ts";
import { FakeModel, settled } from "../fakes.ts";

const words = wordsOf({});

const LINE: Curvature = {
  optimizer: "sgd",
  known: true,
  own_units: false,
  sharpness: 31 / 3,
  limit: 6 / 31,
  along: { W: 1 },
};
const SENTENCE =
  "λ = 10.33 along W: above 0.1935 steps grow. It holds nearby: a warning, not a wall.";

let model: FakeModel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel();
});

afterEach(() => vi.useRealTimers());

function asked(): Extract<Request, { kind: "ruler" }>[] {
  return model.sent.filter((request) => request.kind === "ruler");
}

async function answer(measured: Curvature = LINE, index = asked().length - 1): Promise<void> {
  const { run, step, request } = asked()[index] as Extract<Request, { kind: "ruler" }>;
  model.trigger("msg:custom", { ...measured, kind: "ruler", run, step, request }, []);
  await settled();
}

function handsOf(store: Store, page?: Hands["engines"]["page"]): Hands {
  const slider = element("input", { type: "range" });
  element("div", {}, slider);
  return { model, store, engines: { page }, element, setText, slider, share: shareOf };
}

/** What is said of a store when the answer is there. */
async function reasonOf(store: Store, answered = (): unknown => answer()): Promise<string> {
  const reason = element("p");
  const said = why(handsOf(store), reason);
  await answered();
  await said;
  return reason.textContent ?? "";
}

function shown(store: Store, page?: Hands["engines"]["page"]) {
  const hands = handsOf(store, page);
  const ruler = new Ruler(hands);
  store.onChange(() => ruler.draw());
  ruler.draw();
  const part = (name: string): HTMLElement =>
    hands.slider.parentElement?.querySelector(`.gdwidget-ruler-${name}`) as HTMLElement;
  const knob = () => ruler.alternative.textContent;
  return { ruler, hands, part, text: () => ruler.text.textContent, knob };
}

async function rest(): Promise<void> {
  vi.advanceTimersByTime(300);
  await settled();
}

describe("the ruler", () => {
  it("has a tick at the limit, a zone beyond it, and a sentence", async () => {
    const { text, part } = shown(storeWith(descent(3)));
    await rest();
    expect(asked()).toMatchObject([{ run: 1, step: 3 }]);
    await answer();
    expect(text()).toBe(SENTENCE);
    const percent = `${100 * shareOf(6 / 31)}%`;
    expect([part("tick").style.left, part("beyond").style.left]).toEqual([percent, percent]);
    expect([part("tick").hidden, part("beyond").hidden]).toEqual([false, false]);
  });

  it.each([
    [1e-6, true, false, "0%"],
    [50, true, true, "100%"],
  ])("shows of a limit of %d what is on the slider", async (limit, tick, beyond, left) => {
    const { part, knob } = shown(storeWith(descent(3)));
    await rest();
    await answer({ ...LINE, limit });
    expect(knob()).toContain("The limit is outside the slider's range.");
    expect([part("tick").hidden, part("beyond").hidden]).toEqual([tick, beyond]);
    expect(part("beyond").style.left).toBe(left);
  });

  it("tells who does not see it on which side of the tick the rate is", async () => {
    const store = storeWith(descent(3));
    const { knob } = shown(store);
    expect(knob()).toBe("");
    await rest();
    await answer();
    expect(knob()).toBe(`The learning rate ${store.learningRate} is below the limit.`);
    store.setRate(0.3);
    expect(knob()).toBe("The learning rate 0.3 is above the limit.");
    store.goTo(1);
    expect(knob()).toContain("This was measured at another step.");
  });

  it("is measured only where nothing happened for a while", async () => {
    const store = storeWith(descent(3));
    shown(store);
    vi.advanceTimersByTime(200);
    store.apply(delta(part(descent(4), 4), { start: 4 }));
    vi.advanceTimersByTime(200);
    expect(asked()).toEqual([]);
    await rest();
    expect(asked()).toMatchObject([{ step: 4 }]);
    await answer();
    store.setRate(0.3);
    await rest();
    expect(asked()).toHaveLength(1);
  });

  it("is not measured while a run is played", async () => {
    const store = storeWith(descent(3));
    shown(store);
    store.play();
    vi.advanceTimersByTime(5_000);
    expect(asked()).toEqual([]);
    store.stop();
    await rest();
    expect(asked()).toHaveLength(1);
  });

  it("drops an answer of another step, and says what is old", async () => {
    const store = storeWith(descent(3));
    const { ruler, text } = shown(store);
    await rest();
    await answer();
    expect(ruler.sentence.dataset.stale).toBe("false");
    store.goTo(1);
    expect(ruler.sentence.dataset.stale).toBe("true");
    await rest();
    store.goTo(2);
    await answer({ ...LINE, sharpness: 1, limit: 2 }, 1);
    expect(text()).toBe(SENTENCE);
    await rest();
    await answer({ ...LINE, sharpness: 1, limit: 2 });
    expect(text()).toContain("λ = 1 along W: above 2 steps grow.");
  });

  it("forgets what it knew of another optimizer", async () => {
    const store = storeWith(descent(3));
    const { text } = shown(store);
    await rest();
    await answer();
    const settings = { ...SETTINGS, optimizer: "lion" };
    store.apply(delta(descent(0), { run: 2, runs: [1, 2], settings }));
    expect(text()).toBe(words.ruler.measuring);
    await rest();
    await answer({ ...LINE, optimizer: "lion", known: false, sharpness: null, limit: null });
    expect(text()).toBe("No limit is known for lion.");
  });

  it("asks again where nobody answered", async () => {
    const store = storeWith(descent(3));
    shown(store);
    await rest();
    await vi.advanceTimersByTimeAsync(16_000);
    store.changed();
    await rest();
    expect(asked()).toHaveLength(2);
  });

  it("is computed by the page where there is no kernel", async () => {
    const store = storeWith(descent(3));
    store.computeHere();
    const page = { curvature: vi.fn(() => Promise.resolve(LINE)) };
    const { text } = shown(store, page);
    await rest();
    expect(page.curvature).toHaveBeenCalledWith(3);
    expect(text()).toBe(SENTENCE);
    expect(asked()).toEqual([]);
  });

  it("says that nobody can compute it", async () => {
    const store = storeWith(descent(3));
    store.replay("");
    const { text, part } = shown(store);
    await rest();
    expect(text()).toBe("The curvature cannot be computed without a kernel.");
    expect(part("beyond").hidden).toBe(true);
  });

  it("leaves the slider as it was", () => {
    const { ruler, hands } = shown(storeWith(descent(3)));
    const around = hands.slider.parentElement?.parentElement;
    ruler.close();
    expect(hands.slider.parentElement).toBe(around);
    expect(around?.children).toHaveLength(1);
  });
});

describe("what is said of the rate", () => {
  it.each([
    [{ limit: null, sharpness: -2 }, false, "Curvature sets no limit here."],
    [{ sharpness: null, limit: null }, false, "The curvature cannot be measured here."],
    [{ known: false, optimizer: "custom" }, false, "No limit is known for this optimizer."],
    [{}, true, `${SENTENCE.replace(" W:", " W, on all data:")}`],
    [
      { optimizer: "adam", own_units: true },
      false,
      SENTENCE.replace(" W:", " W, in adam's own units:"),
    ],
  ])("is true: %o", (measured, batches, sentence) => {
    expect(limitText(words, { ...LINE, ...measured }, batches)).toBe(sentence);
  });
});

describe("why the loss grew", () => {
  it.each(growths.growths)("is said as Python says it: $name", ({ growth, sentence }) => {
    const factor = growth.factor ?? undefined;
    expect(growthText(words, { ...growth, factor } as unknown as Growth)).toBe(sentence);
  });

  it.each(protocol.rulers)("is told by the kernel: $name", ({ message }) => {
    expect(readRulerAnswer(message)).toEqual(message);
  });

  it("is measured where the loss was least, and from there on", async () => {
    const before = descent(2);
    const grown = descent(4, { start: before.value[2] as number, rate: 0.2 });
    const store = storeWith(before);
    store.apply(delta(part(grown, 1), { start: 3 }));
    const said = await reasonOf(store);
    expect(asked()).toMatchObject([{ run: 1, step: 2 }]);
    expect(said).toBe(
      "λ = 10.33 along W at step 2. Each step multiplies the distance from the minimum by " +
        "1 − 0.2 · 10.33 = −1.067; measured −1.067.",
    );
  });

  it("is not measured where it has not grown", async () => {
    const said = await reasonOf(storeWith(losses(3, 2, 1)), settled);
    expect(said).toBe("The loss has not grown: it is least at step 2.");
    expect(asked()).toEqual([]);
  });

  it("is told without a factor where steps are lacking", async () => {
    const rows = descent(30, { rate: 0.2 });
    const store = storeWith(rows);
    Object.assign(store.run?.rows ?? {}, { steps: Int32Array.from(rows.value, (_, at) => 2 * at) });
    expect(await reasonOf(store)).toMatch(/= −1\.067\.$/);
  });

  it("is not told where the kernel does not answer", async () => {
    const store = storeWith(descent(3, { rate: 0.2 }));
    const wait = (): Promise<unknown> => vi.advanceTimersByTimeAsync(16_000);
    expect(await reasonOf(store, wait)).toBe(words.ruler.notNow);
  });

  it("is not told any more where something else is looked at", async () => {
    const store = storeWith(descent(3, { rate: 0.2 }));
    const elsewhere = (): Promise<void> => {
      store.goTo(1);
      return answer();
    };
    expect(await reasonOf(store, elsewhere)).toBe("");
  });
});
