import { expect, test } from "vitest";
import { columnsOf, Rows } from "../../src/model/rows.ts";
import { recompute, WrongSteps } from "../../src/page-engine/replay.ts";
import { Rates } from "../../src/page-engine/schedules.ts";
import type { RunSpec, State, Stretch } from "../../src/page-engine/states.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";

const SPEC: RunSpec = { optimizer: "sgd", batchSize: 0 };

function state(step: number, loss: number): State {
  const row = Float32Array.of(1, 1, loss, 0.5);
  return { step, leaves: [], gradient: [], memory: [], row, status: "ready" };
}

/** Records losses, and computes others for the same steps. */
async function compare(recorded: number[], computed: number[]) {
  const rows = new Rows("W");
  rows.append(columnsOf(Float32Array.from(recorded.flatMap((loss) => [1, 1, loss, 0.5])), 4));
  const calculator = {
    init: async () => state(0, computed[0] as number),
    run: (_: RunSpec, from: State, rates: Float32Array): Promise<Stretch & { seconds: number }> => {
      const losses = computed.slice(from.step + 1, from.step + 1 + rates.length);
      const last = state(from.step + losses.length, losses.at(-1) as number);
      const taken = Float32Array.from(losses.flatMap((loss) => [1, 1, loss, 0.5]));
      return Promise.resolve({ state: last, rows: taken, taken: losses.length, seconds: 0 });
    },
  };
  const run = { spec: SPEC, params: {}, rows, rates: new Rates(0.5), aux: [] };
  return await recompute(calculator, run, async () => true);
}

test("the same numbers are identical", async () => {
  expect(await compare([3, 2, 1], [3, 2, 1])).toMatchObject({ identical: true, difference: 0 });
});

test("a small difference is told relative to the largest loss", async () => {
  const found = await compare([4, 2, 1], [4, 2, 1.00001]);
  expect(found?.identical).toBe(false);
  expect(found?.difference).toBeCloseTo(0.0000025, 6);
  expect(found?.parted).toBeUndefined();
});

test("steps that part are told by the first of them, and what was before", async () => {
  const found = await compare([4, 2, 4, 4, 4, Number.NaN], [4, 2, 4, 4.0002, 9, 7]);
  expect(found?.parted).toBe(4);
  expect(found?.difference).toBeLessThan(1e-4);
  expect(engineTexts.recomputedApart(found?.difference ?? 0, found?.parted)).toMatch(
    /greatest relative difference 5e-5 up to step 4; from there on the steps amplify every/,
  );
});

test("steps that part all at once are not called amplified", async () => {
  const found = await compare([4, 2, 4, 4, 4], [4, 2, 4, 4.00001, 9]);
  expect(found?.parted).toBe(4);
  expect(engineTexts.recomputedApart(found?.difference ?? 0, found?.parted)).toMatch(
    /up to step 4; from there on the steps are others$/,
  );
});

test("where only one is a number, they part", async () => {
  expect((await compare([4, Number.NaN], [4, 5]))?.parted).toBe(1);
});

test.each([
  [0, [4, 2, 1, 1], [4.1, 2, 1, 1]],
  [1, [4, 2, 1, 1], [4, 2.01, 1, 1]],
  [2, [4, 2, 1, 1], [4, 2, 1.01, 1]],
  [3, [4, 2, 1, 1], [4, 2, 1, Number.NaN]],
])("steps that are others at step %d are wrong", async (step, recorded, computed) => {
  const wrong = new WrongSteps(engineTexts.wrongSteps(step));
  await expect(compare(recorded, computed)).rejects.toThrow(wrong);
});
