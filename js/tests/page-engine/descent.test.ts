import { describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/browser/descents.json";
import { type Program, ProgramError } from "../../src/interpreter/program.ts";
import { Descent } from "../../src/page-engine/descent.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import { Rates } from "../../src/page-engine/schedules.ts";
import type { RunSpec, State } from "../../src/page-engine/states.ts";
import { type Case, caseOf, differences, namesOf, numbers } from "./browser-fixtures.ts";

const CASES = fixture as unknown as Case[];
const NEVER = Number.POSITIVE_INFINITY;
/** What a network may differ by, relative to the largest number of its column. */
const TOLERANCE = 1e-5;

function made({ payload, names, spec }: Case, other: Partial<RunSpec> = {}): Descent {
  return new Descent(new Portable(payload), { ...spec, ...other }, namesOf(names));
}

/** A problem whose loss and gradient are said to cost something else. */
function costing({ payload }: Case, changed: Partial<Program>): Portable {
  const portable = new Portable(payload);
  const gradient = portable.gradient.bind(portable);
  vi.spyOn(portable, "gradient").mockImplementation((rows) => ({ ...gradient(rows), ...changed }));
  return portable;
}

function ratesOf({ rates: [rate, decay, steps] }: Case): Rates {
  return new Rates(rate, decay, steps);
}

/** All rows of a run in pieces of `most` steps, and where it ended. */
function descended(entry: Case, most = 4096): { rows: Float32Array; state: State } {
  const descent = made(entry);
  const rates = ratesOf(entry);
  let state = descent.init({}, rates.at(0, 1)[0] as number);
  const rows = [...state.row];
  while (state.step < entry.rates[2] && state.status === "ready") {
    const steps = Math.min(most, entry.rates[2] - state.step);
    const stretch = descent.run(state, rates.at(state.step, steps), NEVER);
    rows.push(...stretch.rows);
    state = stretch.state;
  }
  return { rows: Float32Array.from(rows), state };
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  const wanted = numbers(entry.rows);
  const width = 4 + entry.extras.length;

  it("takes the kernel's steps", () => {
    const { rows, state } = descended(entry);
    expect(state.status).toBe(entry.status);
    if (entry.exact) expect(differences(rows, wanted)).toEqual([]);
    else expect(apart(rows, wanted, width)).toBeLessThan(TOLERANCE);
    expect(differences(state.row, rows.slice(-width))).toEqual([]);
  });

  it("takes the same steps a few at a time", () => {
    const [all, few] = [descended(entry), descended(entry, 7)];
    expect(differences(few.rows, all.rows)).toEqual([]);
    expect(few.state).toEqual(all.state);
  });

  it("says where steps lead as the kernel does", () => {
    const descent = made(entry);
    const rates = ratesOf(entry);
    const first = descent.init({}, rates.at(0, 1)[0] as number);
    const last = descended(entry).state;
    const told = [first, last].map((state) =>
      descent.coming(state, rates.at(state.step, 1)[0] as number, !rates.constant),
    );
    expect(descent.extras).toEqual(entry.extras);
    expect(told.map((coming) => coming && Object.keys(coming.terms))).toEqual(
      entry.comings.map((coming) => coming && Object.keys(coming.terms)),
    );
    if (entry.exact) expect(told).toEqual(entry.comings);
  });
});

/** The greatest difference of a value or a loss, relative to the largest of its column. */
function apart(some: Float32Array, others: Float32Array, width: number): number {
  expect(some.length).toBe(others.length);
  const values = Array.from({ length: width }, (_, column) => column).filter(
    (column) => column === 0 || column === 2 || (column >= 4 && column % 2 === 0),
  );
  return values.reduce((most, column) => {
    const rows = Array.from({ length: others.length / width }, (_, row) => row * width + column);
    const known = rows.filter((at) => !Number.isNaN(others[at]));
    const scale = Math.max(...known.map((at) => Math.abs(others[at] as number)), 1e-30);
    const worst = Math.max(
      ...known.map((at) => Math.abs((some[at] as number) - (others[at] as number))),
    );
    return Math.max(most, worst / scale);
  }, 0);
}

describe("a state", () => {
  it("is never changed", () => {
    const entry = caseOf(CASES, "both", "adam");
    const descent = made(entry);
    const first = descent.init({}, 0.1);
    const before = structuredClone(first);
    const { state } = descent.run(first, new Float32Array(9).fill(0.1), NEVER);
    const after = structuredClone(state);
    descent.run(state, new Float32Array(9).fill(0.3), NEVER);
    descent.coming(state, 0.5, false);
    descent.init({ W: 1 }, 0.1);
    expect(first).toEqual(before);
    expect(state).toEqual(after);
  });

  it("goes on the same from a copy", () => {
    const entry = caseOf(CASES, "both", "adam");
    const rates = new Float32Array(5).fill(0.1);
    const { state } = descended(entry);
    const [here, there] = [made(entry), made(entry)].map((descent) =>
      descent.run(structuredClone(state), rates, NEVER),
    );
    expect(here).toEqual(there);
  });
});

describe("a start", () => {
  const entry = caseOf(CASES, "both", "sgd");

  it("may be another", () => {
    const state = made(entry).init({ W: 2, b: -1 }, 0.01);
    expect([...state.row.subarray(0, 3)]).toEqual([2, 0, 0]);
    expect(state.status).toBe("converged");
  });

  it("may be that of a single number of a pytree", () => {
    const network = caseOf(CASES, "sine", "sgd");
    const [, second = ""] = network.names.recorded;
    const state = made(network).init({ [second]: 0.25 }, 0.01);
    expect(state.row[4]).toBe(0.25);
  });

  it("may be that of a parameter that does not learn", () => {
    const state = made(caseOf(CASES, "line", "sgd")).init({ W: 2, b: 0 }, 0.01);
    expect(state.row[2]).toBe(1);
  });

  it.each([
    [{ c: 1 }, "There is no parameter c."],
    [{ "": 1 }, "There is no parameter ."],
    [{ W: Number.NaN }, "NaN is no start for W: it must be finite."],
    [{ W: 1e39 }, "1e+39 is no start for W: it must be finite."],
    [
      { W: 1e30 },
      "A run starts where the loss and its gradient are finite: " +
        "loss inf, gradient 1.0333333e+31 at W = 1e+30, b = -4.0.",
    ],
  ])("is refused where it is none: %o", (start, sentence) => {
    expect(() => made(entry).init(start as Record<string, number>, 0.01)).toThrow(
      new ProgramError(sentence),
    );
  });
});

describe("run", () => {
  const entry = caseOf(CASES, "line", "sgd");

  it("takes no step without a rate", () => {
    const descent = made(entry);
    const state = descent.init({}, 0.01);
    expect(descent.run(state, new Float32Array(), NEVER)).toEqual({
      state,
      rows: new Float32Array(),
      taken: 0,
    });
  });

  it("ends where it diverges", () => {
    const descent = made(entry);
    const { state, taken, rows } = descent.run(
      descent.init({}, 9),
      new Float32Array(500).fill(9),
      NEVER,
    );
    expect(state.status).toBe("diverged");
    expect(taken).toBeLessThan(50);
    expect(rows.length).toBe(4 * taken);
    expect(state.step).toBe(taken);
  });

  it("ends when the time is up, after a step at least", () => {
    const descent = made(entry);
    const rates = new Float32Array(100_000).fill(1e-6);
    const { taken, state } = descent.run(descent.init({}, 1e-6), rates, 0);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(10_000);
    expect(state.step).toBe(taken);
  });

  it("looks at the clock after each step where what one costs shows as it is taken", () => {
    const portable = costing(entry, { known: false });
    const descent = new Descent(portable, entry.spec, namesOf(entry.names));
    const rates = new Float32Array(100).fill(1e-6);
    expect(descent.run(descent.init({}, 1e-6), rates, 0).taken).toBe(1);
  });

  it("does not look for what moves a run that rests where that costs too much", () => {
    const flat = caseOf(CASES, "hilltop", "adam");
    expect(made(flat).init({}, 0.01).status).toBe("converged");
    const dear = new Descent(costing(flat, { cost: 1e8 }), flat.spec, namesOf(flat.names));
    expect(dear.init({}, 0.01).status).toBe("ready");
  });

  it("refuses a state that another optimizer left", () => {
    const adam = caseOf(CASES, "both", "adam");
    const state = made(caseOf(CASES, "both", "sgd")).init({}, 0.01);
    expect(() => made(adam).run(state, Float32Array.of(1), NEVER)).toThrow(ProgramError);
  });
});

describe("batches", () => {
  const entry = caseOf(CASES, "line", "sgd", 4);

  it("may be measured once an epoch", () => {
    const payload = { ...(entry.payload as object), measured_every: 0 };
    const descent = made({ ...entry, payload });
    const { rows } = descent.run(descent.init({}, 0.01), new Float32Array(4).fill(0.01), NEVER);
    const full = [4, 9, 14, 19].map((at) => Number.isNaN(rows[at]));
    expect(full).toEqual([true, false, true, false]);
  });

  it("of a size that was not exported are refused", () => {
    expect(() => made(entry, { batchSize: 3 })).toThrow("Batches of 3 samples were not exported.");
    expect(() => made(entry, { optimizer: "constructor" })).toThrow(
      "The optimizer constructor was not exported.",
    );
  });
});
