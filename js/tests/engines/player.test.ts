import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Ending, Player } from "../../src/engines/player.ts";
import type { Store } from "../../src/model/store.ts";
import { descent, storeWith } from "../builders.ts";
import { FakeClock, FakeEngine } from "../fakes.ts";

let clock: FakeClock;
let store: Store;
let engine: FakeEngine;
let player: Player;
const ended = vi.fn<(ending: Ending) => void>();

beforeEach(() => {
  ended.mockReset();
  clock = new FakeClock();
  store = storeWith(descent(0));
  engine = new FakeEngine(store);
  player = new Player(engine, store, clock, ended);
});

/** Lets time pass with a kernel that answers everything once a frame. */
function passAnswering(milliseconds: number): Promise<void> {
  return clock.pass(milliseconds, () => engine.answer());
}

describe("Step", () => {
  it("asks at once for one step", () => {
    player.step();
    expect(engine.asked).toEqual([1]);
  });

  it("is counted for every click while the kernel is busy, and asked for in one go", async () => {
    for (let click = 0; click < 1000; click += 1) player.step();
    expect(engine.asked).toEqual([1]);
    await engine.answer();
    expect(engine.asked).toEqual([1, 999]);
    await engine.answer();
    expect(engine.asked).toEqual([1, 999]);
    expect(store.cursor).toBe(1000);
  });

  it("is counted for every click while the first of them forks", async () => {
    store = storeWith(descent(9), 3);
    engine = new FakeEngine(store);
    player = new Player(engine, store, clock, ended);
    engine.forksAt = 3;
    for (let click = 0; click < 9; click += 1) player.step();
    await engine.answer();
    await engine.answer();
    expect(engine.asked).toEqual([1, 8]);
    expect(store.run).toMatchObject({ id: 2, parent: 1, fork: 3 });
    expect(store.cursor).toBe(12);
  });

  it("is counted whenever the clicks come between the answers", async () => {
    for (let click = 1; click <= 100; click += 1) {
      player.step();
      if (click % 7 === 0) await engine.answer();
    }
    while (engine.open.length > 0) await engine.answer();
    expect(engine.total).toBe(100);
    expect(store.cursor).toBe(100);
  });

  it("asks for no more at a time than a message may", async () => {
    player.step(250_000);
    while (engine.open.length > 0) await engine.answer();
    expect(engine.asked).toEqual([100_000, 100_000, 50_000]);
  });

  it("pauses a run, and is taken after what the run had asked for", async () => {
    player.play(50);
    player.step();
    expect(store.playing).toBe(false);
    await engine.answer();
    await engine.answer();
    expect(engine.asked).toEqual([1, 1]);
    expect(store.cursor).toBe(2);
  });

  it("leaves nothing of a run to resume", async () => {
    player.play(50);
    player.step();
    await engine.answer();
    await engine.answer();
    player.play(3);
    await passAnswering(2000);
    expect(store.cursor).toBe(5);
  });
});

describe("a run", () => {
  it("begins at once and keeps to its speed", async () => {
    player.speed = 10;
    player.play(1000);
    expect(engine.asked).toEqual([1]);
    await passAnswering(2000);
    expect(store.cursor).toBeGreaterThanOrEqual(20);
    expect(store.cursor).toBeLessThanOrEqual(22);
  });

  it("takes exactly its steps at any speed, and says when it ended", async () => {
    for (const speed of [5, 60, 1000, Number.POSITIVE_INFINITY]) {
      const before = store.cursor;
      player.speed = speed;
      player.play(50);
      await passAnswering(12_000);
      expect(store.cursor - before).toBe(50);
      expect(store.playing).toBe(false);
    }
    expect(ended.mock.calls).toEqual([["run"], ["run"], ["run"], ["run"]]);
  });

  it("at full speed asks less often where frames are late, and again more often after", async () => {
    player.speed = Number.POSITIVE_INFINITY;
    engine.seconds = 0.03; // neither quick nor slow
    player.play(10_000_000);
    const asked = async (frameMs: number, milliseconds: number): Promise<number> => {
      clock.frameMs = frameMs;
      await passAnswering(2000);
      const before = engine.asked.length;
      await passAnswering(milliseconds);
      return engine.asked.length - before;
    };
    const quick = await asked(16, 800);
    const slow = await asked(50, 800);
    const after = await asked(16, 800);
    expect([quick, slow, after]).toEqual([17, 4, 17]);
  });

  it("waits for the last answer before it says that it ended", async () => {
    player.speed = Number.POSITIVE_INFINITY;
    player.play(10);
    await clock.pass(500);
    expect(ended).not.toHaveBeenCalled();
    await passAnswering(50);
    expect(ended).toHaveBeenCalledExactlyOnceWith("run");
  });

  it.each([60, 1000, Number.POSITIVE_INFINITY])(
    "at speed %d has at most three requests under way",
    async (speed) => {
      player.speed = speed;
      player.play(100_000);
      await clock.pass(3000, () => expect(engine.open.length).toBeLessThanOrEqual(3));
      expect(engine.open.length).toBeGreaterThan(1);
    },
  );

  it("asks at most every 33 ms", async () => {
    const at: number[] = [];
    const advance = engine.advance.bind(engine);
    engine.advance = (steps) => {
      at.push(clock.now());
      return advance(steps);
    };
    player.speed = 1000;
    player.play(100_000);
    await passAnswering(1000);
    const apart = at.slice(1).map((time, index) => time - (at[index] as number));
    expect(at.length).toBeGreaterThan(20);
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(33);
  });

  it("does not catch up after a pause of the page, as of a hidden tab", async () => {
    player.speed = 60;
    player.play(100_000);
    await passAnswering(100);
    const before = engine.total;
    const hidden = clock.frames.splice(0);
    await clock.pass(60_000);
    clock.frames.push(...hidden);
    await passAnswering(100);
    expect(engine.total - before).toBeLessThanOrEqual(60 * 0.25 + 60 * 0.1 + 1);
  });

  it("does not begin twice", async () => {
    player.play(10);
    player.play(10);
    await passAnswering(3000);
    expect(store.cursor).toBe(10);
  });

  it("ends where it converged", async () => {
    engine.convergesAt = 7;
    player.speed = Number.POSITIVE_INFINITY;
    player.play(100_000);
    await passAnswering(500);
    expect(store.row).toMatchObject({ step: 7, loss: 0 });
    expect(store.playing).toBe(false);
    expect(ended).toHaveBeenCalledExactlyOnceWith("run");
    expect(engine.open).toEqual([]);
  });

  it("keeps one frame waiting, however often it is paused and resumed", () => {
    player.play(100);
    for (let press = 0; press < 10; press += 1) {
      player.pause();
      player.play(100);
    }
    for (const frame of clock.frames.splice(0)) frame();
    expect(clock.frames).toHaveLength(1);
  });

  it.each([
    [0, 10],
    [3, 60],
    [9, 1000],
    [4, Number.POSITIVE_INFINITY],
  ])("goes on in the fork that its first step from %i makes, at speed %d", async (at, speed) => {
    store = storeWith(descent(9), at);
    engine = new FakeEngine(store);
    player = new Player(engine, store, clock, ended);
    engine.forksAt = at;
    player.speed = speed;
    player.play(20);
    await clock.pass(100);
    await passAnswering(4000);
    expect(store.run).toMatchObject({ id: 2, parent: 1, fork: at });
    expect(store.cursor).toBe(at + 20);
    expect(engine.total).toBe(20);
    expect(ended).toHaveBeenCalledExactlyOnceWith("run");
  });

  it("goes on in forks of forks, and as a fork after a pause", async () => {
    store = storeWith(descent(9), 3);
    engine = new FakeEngine(store);
    player = new Player(engine, store, clock, ended);
    engine.forksAt = 3;
    player.play(20);
    player.pause();
    await engine.answer();
    engine.forksAt = 4;
    player.play(20);
    await passAnswering(4000);
    expect(store.run).toMatchObject({ id: 3, parent: 2, fork: 4 });
    expect(store.cursor).toBe(23);
  });
});

describe("the speed", () => {
  it("may be changed in the middle of a run without losing a step", async () => {
    player.speed = 10;
    player.play(30_000);
    await passAnswering(500);
    player.speed = Number.POSITIVE_INFINITY;
    await passAnswering(300);
    player.speed = 1000;
    await passAnswering(300);
    player.speed = Number.POSITIVE_INFINITY;
    await passAnswering(5000);
    expect(store.cursor).toBe(30_000);
    expect(engine.total).toBe(30_000);
  });

  it("begins with small chunks when set to as fast as it goes", async () => {
    player.speed = 30;
    player.play(1_000_000);
    await passAnswering(2000);
    const slow = engine.asked.length;
    player.speed = Number.POSITIVE_INFINITY;
    await passAnswering(50);
    expect(engine.asked.slice(slow)[0]).toBe(64);
  });

  it("as fast as it goes enlarges the chunk while steps are quick, to 50,000", async () => {
    player.speed = Number.POSITIVE_INFINITY;
    player.play(1_000_000);
    await passAnswering(400);
    expect(engine.asked.slice(0, 6)).toEqual([64, 512, 4096, 32_768, 50_000, 50_000]);
  });

  it("as fast as it goes halves the chunk while steps are slow, to one step", async () => {
    player.speed = Number.POSITIVE_INFINITY;
    engine.seconds = 0.1;
    player.play(1_000_000);
    for (let turn = 0; turn < 20; turn += 1) {
      await clock.pass(200);
      await engine.answer();
    }
    expect(engine.asked[0]).toBe(64);
    expect(engine.asked.at(-1)).toBe(1);
  });
});
