// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import cases from "../../../tests/fixtures/browser/descents.json";
import { columnsOf } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import { BrowserEngine } from "../../src/page-engine/browser.ts";
import { calculator } from "../../src/page-engine/calculator.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { keyframe, savedRun } from "../builders.ts";
import { settled } from "../fakes.ts";
import { type Case, namesOf, numbers } from "./browser-fixtures.ts";

const CASES = cases as unknown as Case[];
const ARTICLE = CASES[0] as Case;
const WITHIN = 1e-5;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => vi.useRealTimers());

/** A page that was saved with what the kernel recorded, of which only some steps were kept. */
function open(made: Case, kept: (step: number) => boolean = () => true) {
  const names = namesOf(made.names);
  const portable = new Portable(made.payload);
  const store = new Store(names);
  const columns = columnsOf(numbers(made.rows), 4 + made.extras.length);
  const last = columns.value.length - 1;
  const steps = Array.from({ length: last + 1 }, (_, step) => step).filter(kept);
  const [peak, decay, runSteps] = made.rates;
  const params = Object.fromEntries(
    portable.leaves.flatMap(({ name }, at) => (name ? [[name, portable.start[at]?.[0] ?? 0]] : [])),
  );
  const run = {
    ...savedRun(columns, steps),
    params,
    extras: made.extras,
    status: made.status as "ready",
    settings: {
      optimizer: made.spec.optimizer,
      takes_rate: true,
      batch_size: made.spec.batchSize,
      peak,
      decay,
      run_steps: runSteps,
    },
  };
  store.set({ learningRate: peak, decay, runSteps, ...made.spec });
  store.load(keyframe(steps.at(-1) ?? 0, run));
  store.computeHere();
  const wrong = vi.fn<(reason: string) => void>();
  const engine = new BrowserEngine(store, calculator(portable, names, ""), () => {}, wrong);
  const retaken = async (): Promise<string> => {
    while (store.origin === engineTexts.recomputing) {
      await settled();
      await vi.advanceTimersByTimeAsync(1);
    }
    return store.origin;
  };
  return { store, engine, retaken, columns, wrong };
}

describe("what the kernel recorded", () => {
  it.each(CASES.filter(({ exact }) => exact).map((made) => [made.name, made] as const))(
    "is the same to the last bit here: %s",
    async (_, made) => {
      expect(await open(made).retaken()).toBe(engineTexts.recomputed);
    },
  );

  it.each(CASES.filter(({ exact }) => !exact).map((made) => [made.name, made] as const))(
    "is as good as the same here: %s",
    async (_, made) => {
      const origin = await open(made).retaken();
      if (origin !== engineTexts.recomputed) {
        const difference = /relative difference ([\d.e+-]+)$/.exec(origin)?.[1];
        expect(Number(difference)).toBeLessThanOrEqual(WITHIN);
      }
    },
  );

  it.each(CASES.filter(({ exact }) => exact).map((made) => [made.name, made] as const))(
    "is whole again where rows were left out: %s",
    async (_, made) => {
      const { store, retaken, columns } = open(made, (step) => step % 7 === 0 || step % 50 === 0);
      expect(await retaken()).toBe(engineTexts.recomputed);
      const rows = store.run?.rows;
      expect(rows?.complete).toBe(true);
      const values = Array.from({ length: rows?.count ?? 0 }, (_, index) => rows?.value(index));
      expect(values).toEqual([...columns.value].slice(0, values.length));
    },
  );

  it.each([
    ["another loss", /"sub"/, '"add"', 0],
    ["an optimizer that goes uphill", /-1(\.0)?\b/, "1", 1],
    ["an optimizer that goes half as far", /-1(\.0)?\b/, "-0.5", 1],
  ] as const)("is not what %s computes", async (_, what, other, step) => {
    const text = JSON.stringify(ARTICLE.payload);
    expect(text).toMatch(what);
    const { retaken, wrong } = open({ ...ARTICLE, payload: JSON.parse(text.replace(what, other)) });
    await retaken();
    expect(wrong).toHaveBeenCalledExactlyOnceWith(engineTexts.wrongSteps(step));
  });

  it("goes on as the article does", async () => {
    const { store, engine, retaken } = open(ARTICLE, (step) => step === 0);
    await retaken();
    await engine.advance(3);
    expect(store.row).toMatchObject({
      step: 3,
      value: Math.fround(6.3255796),
      gradient: Math.fround(44.69766),
      loss: Math.fround(96.67163),
    });
  });
});
