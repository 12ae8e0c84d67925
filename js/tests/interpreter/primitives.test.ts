import { describe, expect, test } from "vitest";
import { casesOf, compiled, differences, numbersOf } from "./programs.ts";

describe.each(["unary", "binary", "wholes", "arrays", "indexing", "loops", "losses"])(
  "%s",
  (file) => {
    test.each(casesOf(file))("$name as in jax", (each) => {
      const program = compiled(each);
      for (let run = 0; run < 2; run++) {
        program.run();
        expect(program.outputs.length).toBe(each.expected.length);
        for (const [index, { dtype }] of program.outputs.entries()) {
          const expected = numbersOf(each.expected[index] ?? "", dtype);
          expect(differences(program.output(index), expected, each.ulp)).toEqual([]);
        }
      }
    });
  },
);
