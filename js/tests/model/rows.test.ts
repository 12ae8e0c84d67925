import { describe, expect, it } from "vitest";
import { nextValue, Rows } from "../../src/model/rows.ts";
import { columns, descent, losses, part, widened } from "../builders.ts";

function rowsOf(added: ReturnType<typeof descent>): Rows {
  const rows = new Rows();
  rows.append(added);
  return rows;
}

/** Of 101 steps the first three, the 50th and the last two. */
function withGaps(): Rows {
  const steps = Int32Array.of(0, 1, 2, 50, 99, 100);
  return Rows.saved(steps, columns(...Array.from(steps, (step) => ({ value: -step, loss: step }))));
}

describe("rows appended bit by bit", () => {
  const all = descent(300);
  const rows = new Rows();
  for (let from = 0; from <= 300; from += 7) rows.append(part(all, from, from + 7));

  it("are all there, in order, whatever the columns grew to", () => {
    expect(rows.count).toBe(301);
    const values = Array.from({ length: 301 }, (_, index) => rows.value(index));
    expect(values).toEqual([...all.value]);
    const gradients = Array.from({ length: 301 }, (_, index) => rows.gradient(index));
    expect(gradients).toEqual([...all.gradient]);
  });

  it("have row i for step i", () => {
    expect(rows.complete).toBe(true);
    expect(rows.last).toBe(300);
    expect(rows.indexOf(123)).toBe(123);
    expect(rows.row(2)).toEqual({
      step: 2,
      value: all.value[2],
      gradient: all.gradient[2],
      loss: all.loss[2],
      rate: Math.fround(0.01),
    });
  });

  it("give the last row for a step that is not recorded yet", () => {
    expect(rows.indexOf(5000)).toBe(300);
  });
});

describe("the extremes of rows", () => {
  it("hold every finite value and loss", () => {
    const rows = rowsOf(
      columns({ value: 3, loss: 5 }, { value: -4, loss: 7 }, { value: 9, loss: 2 }),
    );
    expect([rows.lowest, rows.highest]).toEqual([-4, 9]);
    expect([rows.leastLoss, rows.mostLoss]).toEqual([2, 7]);
  });

  it("pass over what is not finite", () => {
    const rows = rowsOf(columns({ value: 3, loss: 5 }, { value: -Infinity, loss: Infinity }));
    rows.append(columns({ value: Number.NaN, loss: Number.NaN }));
    expect([rows.lowest, rows.highest]).toEqual([3, 3]);
    expect([rows.leastLoss, rows.mostLoss, rows.leastPositiveLoss]).toEqual([5, 5, 5]);
  });

  it("know the least loss above 0 beside the least of all", () => {
    const rows = rowsOf(losses(4, 0.5, 0, -3));
    expect(rows.leastLoss).toBe(-3);
    expect(rows.leastPositiveLoss).toBe(0.5);
  });

  it("of a part are its own", () => {
    const first = rowsOf(losses(4, 0.5, 9)).upTo(1);
    expect([first.leastLoss, first.mostLoss]).toEqual([0.5, 4]);
    expect(first.highest).toBe(1);
  });
});

describe("saved rows with gaps", () => {
  it("are not complete, and end at the last saved step", () => {
    expect(withGaps().complete).toBe(false);
    expect(withGaps().last).toBe(100);
    expect(withGaps().row(3)).toMatchObject({ step: 50, value: -50, loss: 50 });
  });

  it.each([
    [0, 0],
    [2, 2],
    [3, 2],
    [49, 2],
    [50, 50],
    [98, 50],
    [100, 100],
    [400, 100],
  ])("give for step %i the row of step %i, recorded or the nearest before", (step, found) => {
    const rows = withGaps();
    expect(rows.stepAt(rows.indexOf(step))).toBe(found);
  });

  it("keep their steps in a part", () => {
    const first = withGaps().upTo(50);
    expect(first.count).toBe(4);
    expect(first.last).toBe(50);
    expect(first.complete).toBe(false);
  });

  it("without gaps are as if they had been sent", () => {
    const rows = Rows.saved(Int32Array.of(0, 1, 2), losses(3, 2, 1));
    expect(rows.complete).toBe(true);
    rows.append(losses(0.5));
    expect(rows.last).toBe(3);
  });
});

describe("a part of rows", () => {
  it("is a copy that grows on its own", () => {
    const rows = rowsOf(losses(5, 4, 3, 2));
    const first = rows.upTo(1);
    first.append(losses(9, 9));
    expect(first.count).toBe(4);
    expect(rows.loss(2)).toBe(3);
    expect([first.loss(0), first.loss(1), first.loss(2)]).toEqual([5, 4, 9]);
  });
});

describe("the next value", () => {
  it("is the article's, digit for digit", () => {
    const first = { step: 0, value: 8, gradient: 62, loss: 186, rate: 0.01 };
    expect(nextValue(first, 0.01)).toBe(Math.fround(7.38));
    const third = { ...first, value: Math.fround(6.3255796), gradient: Math.fround(44.69766) };
    expect(nextValue(third, 0.01)).toBe(Math.fround(5.878603));
  });

  it("stays where the update is smaller than float32 can add", () => {
    const row = { step: 0, value: 8, gradient: 1e-3, loss: 1, rate: 1e-4 };
    expect(nextValue(row, 1e-4)).toBe(8);
  });

  it("is infinite where float32 is", () => {
    const row = { step: 0, value: 8, gradient: 1e30, loss: 1, rate: 1 };
    expect(nextValue(row, 1e30)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("further columns", () => {
  const extras = ["b", "b_grad", "full_loss"];
  const added = widened(losses(5, 4, 3), [-1, -2, -3], [7, 8, 9], [6, Number.NaN, 2]);
  const rows = Rows.saved(Int32Array.of(0, 1, 2), added, "W", extras);

  it("are found by their names, the first four as well", () => {
    const read = (name: string) => [0, 1, 2].map((index) => rows.column(name)?.at(index));
    expect(read("W")).toEqual([0, 1, 2]);
    expect(read("W_grad")).toEqual([1, 1, 1]);
    expect(read("loss")).toEqual([5, 4, 3]);
    expect(read("learning_rate")[0]).toBeCloseTo(0.01);
    expect(read("b")).toEqual([-1, -2, -3]);
    expect(read("b_grad")).toEqual([7, 8, 9]);
    expect(rows.gradientOf("b")?.at(1)).toBe(8);
    expect(rows.column("c")).toBeUndefined();
  });

  it("make a row of their own", () => {
    expect(rows.row(1, "b")).toMatchObject({ step: 1, value: -2, gradient: 8, loss: 4 });
  });

  it("have ends of their own", () => {
    expect(rows.extent("b")).toEqual([-3, -1]);
    expect(rows.extent("W")).toEqual([0, 2]);
  });

  it("give a height on all data where it was measured", () => {
    expect([0, 1, 2].map((index) => rows.height(index))).toEqual([6, 4, 2]);
    expect(rows.measured).toEqual([0, 2]);
    expect([rows.leastLoss, rows.mostLoss]).toEqual([2, 6]);
  });

  it("grow and are copied with the others", () => {
    const grown = new Rows("W", extras);
    for (let time = 0; time < 100; time += 1) grown.append(added);
    expect(grown.column("b_grad")?.at(299)).toBe(9);
    const copy = grown.upTo(150);
    expect(copy.count).toBe(151);
    expect(copy.column("full_loss")?.at(150)).toBe(6);
    expect(copy.measured.at(-1)).toBe(150);
  });
});
