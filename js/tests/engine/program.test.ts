import { describe, expect, test } from "vitest";
import { compile, ProgramError } from "../../src/engine/program.ts";

const LINE = {
  i: ["f", "f3"],
  c: [["f", 2]],
  e: [
    ["mul", [0, 1], "f3"],
    ["sub", [3, 2], "f3"],
    ["reduce_sum", [4], "f", 1],
  ],
  o: [[5, "f"]],
};

function changed(change: object): unknown {
  return { ...structuredClone(LINE), ...change };
}

/** Counts up to a limit that is the input. */
const COUNT = {
  i: ["i"],
  c: [["i", 0]],
  e: [
    [
      "while",
      [0, 1],
      "i",
      [
        { i: ["i", "i"], c: [], e: [["lt", [1, 0], "b"]], o: [[2, "b"]] },
        { i: ["i"], c: [["i", 1]], e: [["add", [0, 1], "i"]], o: [[2, "i"]] },
        1,
        0,
      ],
    ],
  ],
  o: [[2, "i"]],
};

function scanOf(length: unknown): unknown {
  const body = { i: ["f"], c: [], e: [["mul", [0, 0], "f"]], o: [[1, "f"]] };
  return { i: ["f"], c: [], e: [["scan", [0], "f", [body, length, 0, 1, 0]]], o: [[1, "f"]] };
}

describe("a program", () => {
  test("computes what it says, as often as it is run", () => {
    const program = compile(LINE);
    program.input(0).set([3]);
    program.input(1).set([1, 2, 3]);
    program.run();
    expect([...program.output(0)]).toEqual([12]);
    program.input(0).set([1]);
    program.run();
    expect([...program.output(0)]).toEqual([0]);
  });

  test("says what its inputs and outputs are", () => {
    const program = compile(changed({ i: ["f", "f3,1"] }));
    expect(program.inputs).toEqual([
      { dtype: "f", shape: [], size: 1 },
      { dtype: "f", shape: [3, 1], size: 3 },
    ]);
    expect(program.outputs).toEqual([{ dtype: "f", shape: [], size: 1 }]);
    expect(program.cost).toBeLessThan(50);
  });

  test("may return an input or a constant", () => {
    const program = compile({
      i: ["f2"],
      c: [["i", 7]],
      e: [],
      o: [
        [0, "f2"],
        [1, "i"],
      ],
    });
    program.input(0).set([1, 2]);
    program.run();
    expect([...program.output(0), ...program.output(1)]).toEqual([1, 2, 7]);
  });

  test("loops until its condition fails", () => {
    const program = compile(COUNT);
    program.input(0).set([1000]);
    program.run();
    expect([...program.output(0)]).toEqual([1000]);
  });

  test("that never ends is stopped, and can be run again", () => {
    const endless = structuredClone(COUNT) as { e: unknown[][] };
    const parts = endless.e[0]?.[3] as { e: unknown[] }[];
    (parts[1] as { e: unknown[] }).e = [["mul", [0, 1], "i"]];
    const program = compile(endless);
    program.input(0).set([1]);
    expect(() => program.run()).toThrow(ProgramError);
    program.input(0).set([-1]);
    program.run();
    expect([...program.output(0)]).toEqual([0]);
  });

  test("with a loop of known length counts it", () => {
    expect(compile(scanOf(1000)).cost).toBeGreaterThan(1000);
    expect(() => compile(scanOf(10 ** 12))).toThrow(/too long/);
  });
});

const NESTED = Array.from({ length: 100 }).reduce<unknown>(
  (inner) => ({ i: ["f"], c: [], e: [["scan", [0], "f", [inner, 1, 0, 1, 0]]], o: [[1, "f"]] }),
  scanOf(1),
);

describe("refused with a sentence:", () => {
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a text", "program"],
    ["an empty object", {}],
    ["no equations", changed({ e: undefined })],
    ["equations that are none", changed({ e: [null] })],
    ["an equation cut short", changed({ e: [["mul"]] })],
    ["an unknown primitive", changed({ e: [["sort", [1], "f3"]] })],
    ["a primitive named like a property", changed({ e: [["constructor", [1], "f3"]] })],
    ["a primitive without a name", changed({ e: [[null, [1], "f3"]] })],
    ["an operand that comes later", changed({ e: [["mul", [0, 9], "f3"]] })],
    ["an operand that is no number", changed({ e: [["mul", [0, "1"], "f3"]] })],
    ["a negative operand", changed({ e: [["mul", [0, -1], "f3"]] })],
    ["too few operands", changed({ e: [["mul", [0], "f3"]] })],
    ["too many operands", changed({ e: [["mul", [0, 1, 2], "f3"]] })],
    ["operands of another size", changed({ e: [["mul", [0, 1], "f2"]] })],
    ["a result of another kind", changed({ e: [["mul", [0, 1], "i3"]] })],
    ["a comparison that is no bool", changed({ e: [["lt", [0, 1], "f3"]] })],
    ["two results of one", changed({ e: [["mul", [0, 1], ["f3", "f3"]]] })],
    ["an unknown type", changed({ i: ["f", "g3"] })],
    ["a type with a sign", changed({ i: ["f", "f-3"] })],
    ["a type of 10**12", changed({ i: ["f", "f1000000,1000000"] })],
    ["many large arrays", changed({ e: Array(99).fill(["iota", [], "f9999999"]) })],
    ["a constant cut short", changed({ c: [["f", "AAA"]] })],
    ["a constant that is not base64", changed({ c: [["f", "§§"]] })],
    ["a constant of nothing", changed({ c: [null] })],
    ["an output that is not there", changed({ o: [[6, "f"]] })],
    ["an output of another size", changed({ o: [[5, "f2"]] })],
    ["a view outside of an array", changed({ e: [["view", [1], "f3", [1, 3, 1]]] })],
    ["a view before an array", changed({ e: [["view", [1], "f3", [0, 3, -1]]] })],
    ["a view of another size", changed({ e: [["view", [1], "f3", [0, 2, 1]]] })],
    ["a view without parameters", changed({ e: [["view", [1], "f3"]] })],
    ["a view of 10**12", changed({ e: [["view", [0], "f", [0, 1000000, 0, 1000000, 0]]] })],
    ["a sum without parameters", changed({ e: [["reduce_sum", [1], "f"]] })],
    ["a sum of another size", changed({ e: [["reduce_sum", [1], "f2", 1]] })],
    [
      "a product of other sizes",
      changed({ e: [["dot", [1, 1], "f", [1, 1, 1, 9, 0, 0, 1, 0, 0, 1]]] }),
    ],
    [
      "an index outside of an array",
      changed({ e: [["gather", [1, 0], "f", [0, [9, 1], [], []]]] }),
    ],
    [
      "an index of 10**12",
      changed({ e: [["gather", [1, 0], "f", [0, [], [1e6, 0, 1e6, 0], []]]] }),
    ],
    ["a loop without parameters", changed({ e: [["while", [0], "f"]] })],
    ["a loop of a negative length", scanOf(-1)],
    ["a loop of half a length", scanOf(0.5)],
    ["a loop of a text", scanOf("9")],
    ["branches without a program", changed({ e: [["cond", [0, 1], "f3", []]] })],
    ["programs within programs without end", NESTED],
  ])("%s", (_, text) => {
    expect(() => compile(text)).toThrow(ProgramError);
    expect(() => compile(text)).toThrow(/^The program of this page .+\.$/);
  });

  test("whatever is cut off the text", () => {
    const text = JSON.stringify(COUNT);
    for (let drop = 0; drop < text.length; drop++) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(text.slice(0, drop) + text.slice(drop + 1));
      } catch {
        continue;
      }
      try {
        compile(parsed);
      } catch (error) {
        expect(error).toBeInstanceOf(ProgramError);
      }
    }
  });
});
