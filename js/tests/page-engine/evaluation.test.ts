import { describe, expect, it } from "vitest";
import descents from "../../../tests/fixtures/browser/descents.json";
import looks from "../../../tests/fixtures/browser/looks.json";
import { ProgramError } from "../../src/interpreter/program.ts";
import { Descent } from "../../src/page-engine/descent.ts";
import { Evaluation } from "../../src/page-engine/evaluation.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import { type Case, caseOf, differences, namesOf, numbers } from "./browser-fixtures.ts";

const CASES = descents as unknown as Case[];
const NEVER = Number.POSITIVE_INFINITY;

function made({ payload, names }: Pick<Case, "payload" | "names">): [Evaluation, Portable] {
  const portable = new Portable(payload);
  return [new Evaluation(portable, namesOf(names)), portable];
}

describe("losses", () => {
  const entry = caseOf(CASES, "both", "sgd");
  const [evaluation, portable] = made(entry);

  function at(points: number[], along: string[] | Float32Array[], rows?: Int32Array): number[] {
    const losses = evaluation.losses(portable.start, along, Float32Array.from(points), rows);
    while (losses.evaluate(NEVER));
    return [...losses.found];
  }

  it("are those along a recorded number, the others held", () => {
    expect(at([2, 3], ["b"])).toEqual([249, 274]);
  });

  it("are those over two recorded numbers", () => {
    expect(at([2, -1, 2, 0, 3, -1], ["W", "b"])).toEqual([0, 1, Math.fround(31 / 6)]);
    expect(at([-1, 2], ["b", "W"])).toEqual([0]);
  });

  it("are those along directions from where the parameters are", () => {
    const directions = [Float32Array.of(-6, 3), Float32Array.of(0, 1)];
    expect(at([1, 0, 1, 1], directions)).toEqual([0, 1]);
  });

  it("are those of a batch's samples", () => {
    const [batched, exported] = made(caseOf(CASES, "both", "adam", 4));
    const rows = Int32Array.of(1, 1, 1, 2);
    const losses = batched.losses(exported.start, ["W", "b"], Float32Array.of(2, 0, 3, -1), rows);
    losses.evaluate(NEVER);
    expect([...losses.found]).toEqual([1, 0.25]);
  });

  it("come bit by bit, and may be mixed with steps", () => {
    const spec = { optimizer: "sgd", batchSize: 0 };
    const descent = new Descent(portable, spec, namesOf(entry.names));
    const points = Float32Array.from({ length: 40 }, (_, index) => index / 4);
    const all = evaluation.losses(portable.start, ["W"], points);
    all.evaluate(NEVER);
    const bits = evaluation.losses(portable.start, ["W"], points);
    let slices = 1;
    let state = descent.init({}, 0.01);
    for (; bits.evaluate(0); slices += 1) {
      state = descent.run(state, Float32Array.of(0.01), NEVER).state;
    }
    expect(slices).toBe(40);
    expect(differences(bits.found, all.found)).toEqual([]);
    expect(state).toEqual(
      descent.run(descent.init({}, 0.01), new Float32Array(39).fill(0.01), NEVER).state,
    );
  });

  it("along what is not recorded are refused", () => {
    expect(() => at([1], ["c"])).toThrow("There is no recorded number c.");
  });

  it("of so many samples as were not exported are refused", () => {
    expect(() => at([1], ["W"], Int32Array.of(0))).toThrow(ProgramError);
  });
});

describe("look", () => {
  it.each(looks.map((entry) => [entry.name, entry] as const))("of %s is Python's", (_, entry) => {
    const [evaluation, portable] = made(entry as unknown as Case);
    const look = evaluation.look(portable.start);
    const wanted = entry.look as Record<string, string>;
    expect(differences(look.predictions, numbers(wanted.predictions))).toEqual([]);
    expect(differences(look.curve_y, numbers(wanted.curve_y ?? ""))).toEqual([]);
    for (const [found, text] of [
      [look.boundary_x, wanted.boundary_x],
      [look.boundary_y, wanted.boundary_y],
    ] as const) {
      expect(rounded(found)).toEqual(rounded(numbers(text ?? "")));
    }
  });

  it("is refused where there is no place to draw it at", () => {
    const { payload } = looks.find(({ name }) => name === "line") as unknown as Case;
    const { look } = payload as { look: { axes: string[] } };
    const empty = { ...look, axes: look.axes.map(() => "") };
    expect(() => new Portable({ ...(payload as object), look: empty })).toThrow("damaged (look)");
  });

  it("is refused where there is no model", () => {
    const [evaluation, portable] = made(caseOf(CASES, "both", "sgd"));
    expect(() => evaluation.look(portable.start)).toThrow("The model was not exported.");
  });
});

/** The coordinates of all points of lines that may begin elsewhere. */
function rounded(found: Float32Array): string[] {
  return [...found].map((number) => number.toFixed(4)).sort();
}
