import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/descents.json";
import { ProgramError } from "../../src/interpreter/program.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import { type Case, caseOf } from "./browser-fixtures.ts";

const CASES = fixture as unknown as Case[];
const { payload } = caseOf(CASES, "both", "adam", 4);

type Saved = Record<string, unknown>;

/** What was exported, with some of it replaced. */
function edited(changes: Saved): Saved {
  return { ...structuredClone(payload as Saved), ...changes };
}

describe("what was exported", () => {
  const portable = new Portable(payload);

  it("names what there is to compute with", () => {
    expect(portable.leaves.map(({ name, learns }) => [name, learns])).toEqual([
      ["W", true],
      ["b", true],
    ]);
    expect(portable.start.map((leaf) => [...leaf])).toEqual([[8], [-4]]);
    expect([portable.samples, portable.batchSizes, portable.seed]).toEqual([6, [4], 0n]);
    expect({ ...portable.optimizers }).toEqual({ adam: { plain: false, takes_rate: true } });
    expect([portable.schedule, portable.look]).toEqual([null, null]);
  });

  it("has a program for each size of a batch", () => {
    const inputs = [4, 2].map((rows) => portable.gradient(rows).inputs.map(({ shape }) => shape));
    expect(inputs).toEqual([
      [[], [], [4], [4]],
      [[], [], [2], [2]],
    ]);
    expect(() => portable.gradient(5)).toThrow("Batches of 5 samples were not exported.");
  });

  it("compiles a program once", () => {
    expect(portable.gradient(4)).toBe(portable.gradient(4));
    expect(portable.loss).toBe(portable.loss);
  });
});

describe("what cannot be used", () => {
  it.each([
    [undefined, "What this page would need to compute is missing."],
    ["", "What this page would need to compute is missing."],
    [
      { version: 7, reason: "" },
      "What this page would need to compute is of version 7; this page reads up to 1.",
    ],
    [{ version: 1, reason: "The data come as a stream." }, "The data come as a stream."],
  ])("is said in a sentence: %o", (saved, sentence) => {
    expect(() => new Portable(saved)).toThrow(new ProgramError(sentence));
  });

  it.each([
    ["leaves", []],
    ["leaves", [{ name: "W", shape: [], learns: true }]],
    ["leaves", [{ name: "W", shape: [1e9, 1e9], learns: true }]],
    ["leaves", "W"],
    ["start", ["AAAA", "AAAA"]],
    ["start", ["%", "%"]],
    ["start", [7, 7]],
    ["data", [{ shape: [6], dtype: "f", values: "AAAA" }]],
    ["data", [{ shape: [6], dtype: "x", values: "AAAA" }]],
    ["data", []],
    ["samples", -1],
    ["samples", 2.5],
    ["samples", 1e12],
    ["aux", null],
    ["batch_sizes", []],
    ["batch_sizes", [7]],
    ["batch_sizes", [null]],
    ["seed", "-1"],
    ["seed", "9223372036854775808"],
    ["seed", "1e5"],
    ["optimizers", {}],
    ["optimizers", { adam: null }],
    ["measured_every", null],
    ["look", { figure: "pie" }],
    ["look", "curve"],
  ])("%s that is %o is damage", (part, value) => {
    expect(() => new Portable(edited({ [part]: value }))).toThrow(
      /^What this page would need to compute is damaged \(.+\)\.$/,
    );
  });

  it("is a program with other inputs or outputs than it must have", () => {
    const { gradient, loss } = payload as { gradient: Record<string, unknown>; loss: unknown };
    const swapped = new Portable(edited({ loss: gradient[4], gradient: { 4: loss } }));
    expect(() => swapped.loss).toThrow('the program "loss" does not fit.');
    expect(() => swapped.gradient(4)).toThrow('the program "gradient 4" does not fit.');
  });

  it.each([null, {}, [], "program", { i: [], c: [], e: [["launch", [], "f"]], o: [0] }])(
    "is a program like %o",
    (program) => {
      const damaged = new Portable(edited({ loss: program, gradient: { 4: program } }));
      expect(() => damaged.loss).toThrow(ProgramError);
      expect(() => damaged.gradient(4)).toThrow(ProgramError);
    },
  );

  it("is an optimizer that was not exported", () => {
    const portable = new Portable(payload);
    expect(() => portable.optimizer("sgd")).toThrow("The optimizer sgd was not exported.");
    expect(() => portable.optimizer("toString")).toThrow(ProgramError);
  });
});
