import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/curvatures.json";
import { Computing } from "../../src/page-engine/computing.ts";
import { sharpest } from "../../src/page-engine/curvature.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import type { Curvature } from "../../src/protocol/messages.ts";
import { namesOf } from "./browser-fixtures.ts";

interface Case {
  name: string;
  names: object;
  optimizer: string;
  rates: number[];
  payload: Record<string, unknown>;
  curvature: Curvature;
}

const CASES = fixture as unknown as Case[];

/** What the page makes of a case after its steps. */
async function found({ names, optimizer, rates }: Case, payload: unknown) {
  const computing = new Computing(new Portable(payload), namesOf(names));
  const spec = { optimizer, batchSize: 0 };
  let state = await computing.init(spec, {}, 0.02);
  if (rates.length > 0) {
    ({ state } = await computing.run(spec, state, Float32Array.from(rates)));
  }
  return computing.curvature(spec, state, 0.02);
}

describe("the curvature in a page", () => {
  it.each(CASES)("is what the kernel finds: $name", async (entry) => {
    const { sharpness, limit, along, ...told } = entry.curvature;
    const here = await found(entry, entry.payload);
    expect(here).toMatchObject(told);
    const near = (value: number | null | undefined, wanted: number | null): void => {
      if (wanted === null) expect(value).toBeNull();
      else expect(Math.abs((value as number) - wanted)).toBeLessThan(2e-3 * Math.abs(wanted));
    };
    near(here?.sharpness, sharpness);
    near(here?.limit, limit);
    const parts = Object.entries(along).map(([name, part]) => part * (here?.along[name] ?? 0));
    const length = Object.values(along).reduce((sum, part) => sum + part ** 2, 0);
    expect(Object.keys(here?.along ?? {})).toEqual(Object.keys(along));
    // An eigenvector and its opposite are one direction.
    const inner = Math.abs(parts.reduce((sum, part) => sum + part, 0));
    expect(Math.abs(inner - length)).toBeLessThan(0.01);
  });

  it("is not to be had where the program for it did not travel", async () => {
    const [entry] = CASES as [Case];
    const { curvature: _, ...rest } = entry.payload;
    expect(await found(entry, rest)).toBeUndefined();
    expect(await found(entry, { ...rest, curvature: null })).toBeUndefined();
  });

  it("is refused where what travelled is damaged", async () => {
    const [entry] = CASES as [Case];
    for (const damaged of [
      7,
      {},
      { ...(entry.payload.curvature as object), memory: { sgd: [1] } },
    ]) {
      await expect(found(entry, { ...entry.payload, curvature: damaged })).rejects.toThrow();
    }
  });
});

describe("the largest eigenvalue", () => {
  it("comes with its direction", () => {
    const { value, direction } = sharpest([
      [5, 3],
      [3, 5],
    ]) as NonNullable<ReturnType<typeof sharpest>>;
    expect(value).toBeCloseTo(8, 12);
    expect(Math.abs(direction[0] as number)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(direction[1]).toBeCloseTo(direction[0] as number, 12);
  });

  it("may be below 0, and of one number", () => {
    expect(sharpest([[-2]])).toEqual({ value: -2, direction: [1] });
    expect(sharpest([[0]])?.value).toBe(0);
  });

  it("is that of a matrix of thirty numbers", () => {
    const size = 30;
    // Of this one the eigenvalues are known: 2 - 2 cos(k pi / 31).
    const chain = Array.from({ length: size }, (_, row) =>
      Array.from({ length: size }, (__, at) =>
        row === at ? 2 : Number(Math.abs(row - at) === 1) * -1,
      ),
    );
    expect(sharpest(chain)?.value).toBeCloseTo(2 - 2 * Math.cos((30 * Math.PI) / 31), 10);
  });

  it("is not to be had of what is not finite", () => {
    expect(sharpest([[Number.NaN]])).toBeUndefined();
  });
});
