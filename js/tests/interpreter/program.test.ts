import { afterEach, describe, expect, test, vi } from "vitest";
import { compile, ProgramError } from "../../src/interpreter/program.ts";

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

/** While the first input is not 0, swaps the two others, which are large. */
const LARGE = "f1000000";
const SWAPS = {
  i: ["b", LARGE, LARGE],
  c: [],
  e: [
    [
      "while",
      [0, 1, 2],
      [LARGE, LARGE],
      [
        { i: ["b", LARGE, LARGE], c: [], e: [], o: [[0, "b"]] },
        {
          i: [LARGE, LARGE],
          c: [],
          e: [],
          o: [
            [1, LARGE],
            [0, LARGE],
          ],
        },
        1,
        0,
      ],
    ],
  ],
  o: [[3, LARGE]],
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
    expect(program.cost).toBeLessThan(100);
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
    const program = compile(SWAPS);
    program.input(0).set([1]);
    expect(() => program.run()).toThrow(/too long/);
    program.input(0).set([0]);
    program.input(1).set([1, 2]);
    program.run();
    expect([...program.output(0).slice(0, 2)]).toEqual([1, 2]);
  });

  test("with a loop of known length counts it", () => {
    expect(compile(scanOf(1000)).cost).toBeGreaterThan(1000);
    expect(() => compile(scanOf(10 ** 12))).toThrow(/too long/);
  });

  test("says whether its cost is known before it runs", () => {
    expect(compile(scanOf(1000)).known).toBe(true);
    expect(compile(COUNT).known).toBe(false);
    expect(compile(turnsOf(3, ["i"], COUNT.e, COUNT.c)).known).toBe(false);
  });
});

/** So many turns of some equations, which read what the whole program is given. */
function turnsOf(turns: number, types: string[], e: unknown[], c: unknown[] = []): unknown {
  const body = { i: types, c, e, o: [] };
  const given = types.map((_, index) => index);
  return { i: types, c: [], e: [["scan", given, [], [body, turns, types.length, 0, 0]]], o: [] };
}

/** What reads or writes `MANY` numbers, or that often nothing. */
const MANY = 100_000;
const ALL = `f${MANY}`;
const NUMBERS = `i${MANY}`;
const ONE = { i: ["f"], c: [], e: [], o: [[0, "f"]] };
const CARRY = { i: [ALL], c: [], e: [], o: [[0, ALL]] };
const DEAR: [name: string, types: string[], equation: unknown[]][] = [
  ["argmax", [ALL], ["argmax", [0], "i", 1]],
  ["reduce_max", [ALL], ["reduce_max", [0], "f", 1]],
  ["cumsum", [ALL], ["cumsum", [0], ALL, [MANY, 1, 0]]],
  ["convert", [NUMBERS], ["convert", [0], ALL]],
  ["add", [ALL, "f"], ["add", [0, 1], ALL]],
  ["select_n", ["b", ALL, "f"], ["select_n", [0, 1, 2], ALL]],
  ["a scatter into one number", ["f", NUMBERS, ALL], indexing("scatter_add", "f", [0, 1, 2], 0)],
  [
    "a scatter that changes nothing",
    [ALL, "i0", "f0"],
    ["scatter", [0, 1, 2], ALL, [0, [], [0, 0], []]],
  ],
  ["gather", [ALL, NUMBERS], indexing("gather", ALL, [0, 1], 1)],
  ["view", [ALL], ["view", [0], ALL, [MANY - 1, MANY, -1]]],
  ["pad", ["f", "f"], ["pad", [0, 1], ALL, [0]]],
  ["concatenate", [ALL, "f0"], ["concatenate", [0, 1], ALL, 1]],
  ["rows of nothing", ["f0"], ["concatenate", [0], "f0", MANY]],
  ["a dot of an inner length of 0", ["f0"], ["dot", [0, 0], ALL, dotOf(1, MANY, 1, 0)]],
  ["a dot of one number", [ALL], ["dot", [0, 0], "f", dotOf(1, 1, 1, MANY)]],
  ["a dot of no numbers", ["f0"], ["dot", [0, 0], "f0", dotOf(MANY, 0, 0, 0)]],
  ["a dot of no columns", ["f0"], ["dot", [0, 0], "f0", dotOf(1, MANY, 0, 0)]],
  ["a loop of nothing", ["f"], ["scan", [0], "f", [ONE, MANY, 0, 1, 0]]],
  ["a loop's begin", [ALL], ["scan", [0], ALL, [CARRY, 0, 0, 1, 0]]],
  ["a branch's result", ["i", ALL], ["cond", [0, 1], ALL, [CARRY]]],
];

function indexing(name: string, result: string, operands: number[], stride: number): unknown[] {
  return [name, operands, result, [0, [stride ? MANY - 1 : 0, stride], [MANY, 0], []]];
}

function dotOf(batch: number, rows: number, columns: number, inner: number): number[] {
  return [batch, rows, columns, inner, 0, 0, 1, 0, 0, 1];
}

describe("the cost of what takes long:", () => {
  test.each(DEAR)("%s", (_, types, equation) => {
    const { cost } = compile(turnsOf(1, types, [equation]));
    expect(cost).toBeGreaterThan(MANY);
    expect(compile(turnsOf(50, types, [equation])).cost).toBeGreaterThan(49 * cost);
    expect(() => compile(turnsOf(10_000, types, [equation]))).toThrow(/too long/);
  });

  test("taking subnormal numbers for 0 before a sum", () => {
    const costOf = (e: unknown[]) => compile(turnsOf(1, [ALL], e)).cost;
    const negative = ["neg", [0], ALL];
    const [alone, both] = [costOf([negative]), costOf([negative, ["add", [1, 1], ALL]])];
    expect(both - alone).toBeGreaterThan(5 * MANY);
  });

  test("the dearer functions cost more", () => {
    const costOf = (name: string) => compile(turnsOf(1, [ALL], [[name, [0], ALL]])).cost;
    expect(costOf("erf")).toBeGreaterThan(5 * costOf("neg"));
    const total = (back: number) => [["cumlogsumexp", [0], ALL, [MANY, 1, back]]];
    const [there, back] = [0, 1].map((each) => compile(turnsOf(1, [ALL], total(each))).cost);
    expect(back).toBeGreaterThan(2 * (there as number));
  });

  test("a loop within a loop that takes longer than any number says", () => {
    const body = { i: ["f"], c: [], e: [], o: [] };
    const inner = { ...body, e: [["scan", [0], [], [body, 1e15, 1, 0, 0]]] };
    expect(() => compile(turnsOf(1e15, ["f"], inner.e))).toThrow(/too long/);
    expect(() => compile(turnsOf(0, ["f"], inner.e))).toThrow(/too long/);
  });

  test("turns of an unknown number are counted as they are taken, in all of a run", () => {
    const program = compile(turnsOf(20, ["b", LARGE, LARGE], SWAPS.e));
    expect(program.cost).toBeLessThan(5e8);
    program.run();
    program.run();
    program.input(0).set([1]);
    expect(() => program.run()).toThrow(/too long/);
    program.input(0).set([0]);
    program.run();
  });
});

describe("what a program holds is counted:", () => {
  afterEach(() => vi.unstubAllGlobals());

  test.each<[string, string[], unknown[]]>([
    ["numbers taken for 0 where they are subnormal", ["f9000000"], ["reduce_sum", [0], "f", 1]],
    ["a running total's line", ["f0"], ["cumsum", [0], "f0", [9_000_000, 1, 0]]],
    [
      "the places of what is padded",
      ["f9000000", "f"],
      ["pad", [0, 1], "f2", [0, 9_000_000, 0, 1, 1]],
    ],
    [
      "the places of what is changed",
      ["f", "i0", "f9000000"],
      ["scatter", [0, 1, 2], "f", [0, [], [9_000_000, 0], []]],
    ],
  ])("%s", (_, i, equation) => {
    expect(() => compile({ i, c: [], e: [equation], o: [] })).not.toThrow();
    expect(() => compile({ i, c: [], e: Array(4).fill(equation), o: [] })).toThrow(/too large/);
  });

  test("what the browser has no room for", () => {
    vi.stubGlobal(
      "Float32Array",
      class {
        constructor() {
          throw new RangeError("Array buffer allocation failed");
        }
      },
    );
    expect(() => compile(LINE)).toThrow(
      new ProgramError("The program of this page is too large to run here."),
    );
  });
});

const NESTED = Array.from({ length: 100 }).reduce<unknown>(
  (inner) => ({ i: ["f"], c: [], e: [["scan", [0], "f", [inner, 1, 0, 1, 0]]], o: [[1, "f"]] }),
  scanOf(1),
);

const CARRY_3 = { i: ["f3"], c: [], e: [], o: [[0, "f3"]] };
const ENDLESS = [2 ** 31, 2 ** 31, 0, 0, 0, 0, 0, 0, 0, 0];

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
    ["a branch by a number that may be none", changed({ e: [["cond", [0, 1], "f3", [CARRY_3]]] })],
    ["a dot as often as 2**62", changed({ i: ["f0"], e: [["dot", [0, 0], "f0", ENDLESS]] })],
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
