import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/browser/rates.json";
import { cosine } from "../../src/interpreter/libm.ts";
import { type Program, ProgramError } from "../../src/interpreter/program.ts";
import { CUSTOM, Rates } from "../../src/page-engine/schedules.ts";
import { differences, numbers } from "./browser-fixtures.ts";

type Entry = [decay: string, rate: number, steps: number, rates: string, sketch: string];

describe("a decay", () => {
  it.each(fixture as Entry[])("%s of %f over %i steps is JAX's to the last bit", (...entry) => {
    const [decay, rate, steps, text, sketch] = entry;
    const rates = new Rates(rate, decay, steps);
    expect(rates.constant).toBe(false);
    expect(differences(rates.at(0, 3 * steps), numbers(text))).toEqual([]);
    expect(differences(Float32Array.from(rates.sketch(steps)), numbers(sketch))).toEqual([]);
  });

  it("begins anywhere", () => {
    const rates = new Rates(0.1, "cosine", 50);
    expect(rates.at(7, 3)).toEqual(rates.at(0, 50).slice(7, 10));
  });

  it("is refused where there is none of that name", () => {
    expect(() => new Rates(0.1, "toString", 50)).toThrow("There is no decay called toString.");
  });
});

describe("a constant rate", () => {
  it("is one number, rounded to float32", () => {
    const rates = new Rates(0.1);
    expect(rates.constant).toBe(true);
    expect([...rates.at(1000, 2)]).toEqual([Math.fround(0.1), Math.fround(0.1)]);
    expect(rates.sketch(50)).toEqual([]);
  });
});

describe("the key", () => {
  it("is one for rates that are the same at every step", () => {
    expect(new Rates(0.1, "constant", 5).key).toBe(new Rates(0.1, "constant", 9).key);
    expect(new Rates(0.1, "cosine", 5).key).not.toBe(new Rates(0.1, "cosine", 9).key);
    expect(new Rates(0.1).key).not.toBe(new Rates(0.2).key);
  });
});

describe("a schedule that was handed in", () => {
  function own(rate: (step: number) => number): Program {
    const step = new Int32Array(1);
    const result = new Float32Array(1);
    return {
      input: () => step,
      output: () => result,
      run: () => {
        result[0] = rate(step[0] as number);
      },
    } as Partial<Program> as Program;
  }

  it("says the rate of every step", () => {
    const rates = new Rates(
      0,
      CUSTOM,
      50,
      own((step) => 1 / (step + 1)),
    );
    expect([...rates.at(1, 2)]).toEqual([0.5, Math.fround(1 / 3)]);
    expect(rates.sketch(2)).toEqual([1, 0.5, Math.fround(1 / 3)]);
  });

  it("ends before what is no rate, and is refused where it begins so", () => {
    const rates = new Rates(
      0,
      CUSTOM,
      50,
      own((step) => 2 - step),
    );
    expect([...rates.at(0, 9)]).toEqual([2, 1, 0]);
    expect(() => rates.at(3, 1)).toThrow(ProgramError);
  });

  it("is refused where it was not exported", () => {
    expect(() => new Rates(0.1, CUSTOM, 50)).toThrow(ProgramError);
  });
});

describe("cosine", () => {
  it("is within a unit in the last place everywhere", () => {
    const angles = Float32Array.from({ length: 11_900 }, (_, index) => index / 100);
    const apart = angles.map((angle) => Math.abs(cosine(angle) - Math.cos(angle)));
    expect(Math.max(...apart)).toBeLessThan(2 ** -24);
  });
});
