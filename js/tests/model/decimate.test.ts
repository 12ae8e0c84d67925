import { describe, expect, it } from "vitest";
import { Envelope, MOST_POINTS } from "../../src/model/decimate.ts";
import { Rows } from "../../src/model/rows.ts";
import type { Columns } from "../../src/protocol/messages.ts";
import { columns, part } from "../builders.ts";

/** Numbers that look like chance and are the same each time. */
function wild(count: number): Columns {
  let seed = 1;
  const next = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31 - 0.5;
  };
  return columns(...Array.from({ length: count }, () => ({ value: next(), loss: next() })));
}

function envelopeOf(added: Columns): { rows: Rows; envelope: Envelope } {
  const rows = new Rows();
  rows.append(added);
  return { rows, envelope: new Envelope(rows) };
}

function isAscending(indices: number[]): boolean {
  return indices.every((index, at) => at === 0 || index > (indices[at - 1] as number));
}

describe("up to 2,000 points", () => {
  it.each([1, 2, 1999, 2000])("all of %i rows are drawn", (count) => {
    const { envelope } = envelopeOf(wild(count));
    expect(envelope.indices(count - 1)).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it("all rows up to an earlier end are drawn", () => {
    const { envelope } = envelopeOf(wild(50));
    expect(envelope.indices(3)).toEqual([0, 1, 2, 3]);
  });

  it("all rows up to an early end of a long run are drawn, too", () => {
    const { envelope } = envelopeOf(wild(50_000));
    expect(envelope.indices(1999)).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  });
});

describe("of more than 2,000 rows", () => {
  it.each([2001, 3999, 4000, 10_007, 100_000])("at most 2,000 of %i are drawn", (count) => {
    const { envelope } = envelopeOf(wild(count));
    for (const end of [count - 1, count - 2, Math.floor(count / 2), 2000]) {
      const indices = envelope.indices(end);
      expect(indices.length).toBeLessThanOrEqual(MOST_POINTS);
      expect(isAscending(indices)).toBe(true);
      expect(indices[0]).toBe(0);
      expect(indices.at(-1)).toBe(end);
    }
  });

  it("a good share is drawn, so that nothing looks coarse", () => {
    const { envelope } = envelopeOf(wild(100_000));
    expect(envelope.indices(99_999).length).toBeGreaterThan(700);
  });

  it.each([2001, 10_007, 100_000])("the extremes of %i are among them", (count) => {
    const { rows, envelope } = envelopeOf(wild(count));
    const indices = envelope.indices(count - 1);
    const values = indices.map((index) => rows.value(index));
    const losses = indices.map((index) => rows.loss(index));
    expect([Math.min(...values), Math.max(...values)]).toEqual([rows.lowest, rows.highest]);
    expect([Math.min(...losses), Math.max(...losses)]).toEqual([rows.leastLoss, rows.mostLoss]);
  });

  it.each(["value", "loss"] as const)(
    "a single spike of the %s is drawn, wherever it is",
    (name) => {
      for (const spike of [1, 4321, 9998]) {
        const added = wild(10_000);
        added[name][spike] = 5;
        const { envelope } = envelopeOf(added);
        expect(envelope.indices(9999)).toContain(spike);
      }
    },
  );

  it("the last row is drawn after each step, be it no extreme and not finite", () => {
    const { rows, envelope } = envelopeOf(wild(5000));
    for (const loss of [0, Number.POSITIVE_INFINITY, Number.NaN]) {
      rows.append(columns({ value: 0, loss }));
      expect(envelope.indices(rows.count - 1).at(-1)).toBe(rows.count - 1);
    }
  });

  it("the same are drawn whether the rows came at once or bit by bit", () => {
    const all = wild(30_000);
    const whole = envelopeOf(all).envelope.indices(29_999);
    const { rows, envelope } = envelopeOf(part(all, 0, 1));
    for (let from = 1; from < 30_000; from += 333) {
      rows.append(part(all, from, from + 333));
      envelope.indices(rows.count - 1);
    }
    expect(envelope.indices(29_999)).toEqual(whole);
  });
});

describe("the work for a row", () => {
  /** Rows that count how often they are looked at. */
  class Counted extends Rows {
    looks = 0;

    override value(index: number): number {
      this.looks += 1;
      return super.value(index);
    }

    override loss(index: number): number {
      this.looks += 1;
      return super.loss(index);
    }
  }

  it("is the same after 100,000 rows as after 10,000, drawing after every 50", () => {
    const rows = new Counted();
    const envelope = new Envelope(rows);
    const all = wild(100_000);
    const looksAt = (count: number): number => {
      while (rows.count < count) {
        rows.append(part(all, rows.count, rows.count + 50));
        envelope.indices(rows.count - 1);
      }
      return rows.looks;
    };
    const first = looksAt(10_000);
    looksAt(90_000);
    const before = rows.looks;
    const last = looksAt(100_000) - before;
    expect(first).toBeGreaterThan(0);
    expect(last).toBeLessThan(1.2 * first);
    expect(rows.looks).toBeLessThan(15 * 100_000);
  });
});
