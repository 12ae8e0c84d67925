import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Motion } from "../../src/figures/motion.ts";
import type { Ends } from "../../src/figures/reach.ts";
import { askForNoMotion, FakeChild } from "../fakes.ts";

let scale: FakeChild;
let motion: Motion;

beforeEach(() => {
  vi.useFakeTimers();
  askForNoMotion(false);
  scale = new FakeChild();
  motion = new Motion();
  motion.toward(scale, [0, 10], false);
});

afterEach(() => vi.useRealTimers());

const ends = () => [scale.get("min"), scale.get("max")] as [number, number];

/** The scale's ends after some time on the way to others. */
function later(ms: number, to: Ends, atOnce = false): [number, number] {
  vi.advanceTimersByTime(ms);
  motion.toward(scale, to, atOnce);
  return ends();
}

describe("a scale", () => {
  it("is at its first ends at once", () => {
    expect([ends(), motion.moves]).toEqual([[0, 10], false]);
  });

  it("is at others 200 ms later, however many frames there were", () => {
    for (const frames of [1, 3, 40]) {
      const to: Ends = [-frames, 20 + frames];
      const before = ends();
      expect(later(0, to)).toEqual(before);
      for (let frame = 1; frame < frames; frame += 1) later(199 / frames, to);
      expect(motion.moves).toBe(true);
      expect(later(frames === 1 ? 200 : 199 / frames + 2, to)).toEqual(to);
      expect(motion.moves).toBe(false);
    }
  });

  it("goes the most of its way at first, and never back", () => {
    const highs = [0, 40, 40, 40, 40, 40].map((ms) => later(ms, [0, 20])[1]);
    expect(highs).toEqual([...highs].sort((a, b) => a - b));
    expect(highs[2]).toBeGreaterThan(17);
  });

  it("goes on from where it is when it is to go elsewhere", () => {
    later(0, [0, 20]);
    const [, there] = later(60, [0, 20]);
    expect(later(0, [0, 40])[1]).toBe(there);
    expect(later(200, [0, 40])).toEqual([0, 40]);
  });

  it("is there at once where motion is not wanted, or not now", () => {
    expect(later(0, [0, 20], true)).toEqual([0, 20]);
    askForNoMotion();
    expect(later(0, [0, 40])).toEqual([0, 40]);
    expect(motion.moves).toBe(false);
  });

  it("is there at once where nobody could follow", () => {
    expect(later(0, [0, 1e6])).toEqual([0, 1e6]);
  });

  it("moves by powers where it measures them", () => {
    const scaled = { up: Math.log10, down: (power: number) => 10 ** power };
    const log = new Motion();
    log.toward(scale, [1, 10], false, scaled);
    log.toward(scale, [1e-4, 10], false, scaled);
    vi.advanceTimersByTime(100);
    log.toward(scale, [1e-4, 10], false, scaled);
    expect(Math.log10(ends()[0])).toBeCloseTo(-3.5);
    expect(ends()[1]).toBeCloseTo(10);
  });

  it("does nothing while it stands still", () => {
    const { length } = scale.states;
    for (let frame = 0; frame < 5; frame += 1) later(20, [0, 10]);
    expect(scale.states).toHaveLength(length);
  });
});

describe("a scale that shrinks by far", () => {
  it("waits some frames, whether motion is wanted or not, and has its new ticks meanwhile", () => {
    for (const unwanted of [true, false]) {
      askForNoMotion(unwanted);
      later(0, [0, 1e38], true);
      for (let frame = 0; frame < 3; frame += 1) {
        vi.advanceTimersByTime(300);
        expect(motion.toward(scale, [0, 1], false)).toEqual([0, 1]);
        expect([ends(), motion.moves]).toEqual([[0, 1e38], true]);
      }
      expect(later(300, [0, 1])).toEqual([0, 1]);
      expect(motion.moves).toBe(false);
    }
  });

  it("waits no longer where its ends change meanwhile", () => {
    later(0, [0, 1e38], true);
    for (const high of [1, 2, 4, 8]) later(16, [0, high]);
    expect(ends()).toEqual([0, 8]);
  });
});
