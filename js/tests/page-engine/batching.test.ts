import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/shuffles.json";
import { permutation, Shuffles } from "../../src/page-engine/batching.ts";

describe("permutation", () => {
  it.each(fixture)("is NumPy's for the seed %s in epoch %i of %i samples", (...entry) => {
    const [seed, epoch, samples, first, hash] = entry as [string, number, number, number[], string];
    const order = permutation(BigInt(seed), epoch, samples);
    expect([...order.subarray(0, first.length)]).toEqual(first);
    expect(createHash("sha1").update(new Uint8Array(order.buffer)).digest("hex")).toBe(hash);
  });
});

describe("Shuffles", () => {
  it("reads every sample once an epoch, the last batch being short", () => {
    const shuffles = new Shuffles(6, 4, 1n);
    expect([shuffles.count, shuffles.short]).toEqual([2, 2]);
    const [first, second] = [shuffles.batch(2), shuffles.batch(3)];
    expect([first.length, second.length]).toEqual([4, 2]);
    expect([...first, ...second].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("gives the same batch again, however many others were asked for between", () => {
    const shuffles = new Shuffles(7, 3, 5n);
    const batch = [...shuffles.batch(4)];
    for (let step = 0; step < 40; step += 1) shuffles.batch(step);
    expect([...shuffles.batch(4)]).toEqual(batch);
  });

  it("cuts the epoch's order into batches", () => {
    const shuffles = new Shuffles(9, 3, 2n);
    const steps = [6, 7, 8];
    expect(steps.flatMap((step) => [...shuffles.batch(step)])).toEqual([...permutation(2n, 2, 9)]);
  });
});
