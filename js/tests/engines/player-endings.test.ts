import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Ending, Player } from "../../src/engines/player.ts";
import type { Store } from "../../src/model/store.ts";
import { delta, descent, part, storeWith } from "../builders.ts";
import { FakeClock, FakeEngine, settled } from "../fakes.ts";

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

describe("a pause", () => {
  it("asks for nothing more, at once", async () => {
    player.speed = 1000;
    player.play(100_000);
    await passAnswering(200);
    player.pause();
    const before = engine.total;
    await clock.pass(1000);
    expect(engine.total).toBe(before);
    expect(store.playing).toBe(false);
  });

  it("is said once, when the steps asked for before it are there", async () => {
    player.play(50);
    player.pause();
    expect(store.playing).toBe(false);
    expect(ended).not.toHaveBeenCalled();
    ended.mockImplementation(() => expect(store.cursor).toBe(1));
    await engine.answer();
    player.pause();
    expect(ended).toHaveBeenCalledExactlyOnceWith("paused");
  });

  it("is told to the page at once", () => {
    player.play(50);
    const changed = vi.fn();
    store.onChange(changed);
    player.pause();
    expect(changed).toHaveBeenCalled();
  });

  it("is said at once when nothing is under way", async () => {
    player.play(50);
    await engine.answer();
    player.pause();
    expect(ended).toHaveBeenCalledExactlyOnceWith("paused");
  });

  it.each([10, 60, Number.POSITIVE_INFINITY])(
    "at speed %d leaves a rest, which the next run takes",
    async (speed) => {
      player.speed = speed;
      player.play(500);
      await clock.pass(100);
      player.pause();
      await engine.answer();
      player.play(500);
      await passAnswering(60_000);
      expect(store.cursor).toBe(500);
    },
  );

  it("may be taken back before the steps asked for are there", async () => {
    player.play(20);
    player.pause();
    player.play(20);
    await passAnswering(4000);
    expect(store.cursor).toBe(20);
    expect(ended).toHaveBeenCalledExactlyOnceWith("run");
  });

  it("leaves no rest once the page has looked elsewhere", async () => {
    player.play(20);
    await engine.answer();
    player.pause();
    store.goTo(0);
    player.play(5);
    await passAnswering(3000);
    expect(store.cursor).toBe(5);
  });
});

describe("what others do", () => {
  it("drops a run when its run was replaced by another page", async () => {
    player.play(50);
    await passAnswering(500);
    store.apply(delta(part(descent(0), 0), { run: 9 }));
    await passAnswering(300);
    expect(store.playing).toBe(false);
    const before = engine.total;
    await passAnswering(3000);
    expect(engine.total).toBe(before);
  });

  it("drops clicks that were meant for a run that is gone", async () => {
    player.step();
    player.step();
    store.apply(delta(part(descent(0), 0), { run: 9 }));
    await engine.answer();
    expect(engine.asked).toEqual([1]);
  });

  it("ends a run when the engine refuses, and steps work again after it", async () => {
    player.play(50);
    await engine.fail();
    expect(store.playing).toBe(false);
    await clock.pass(500);
    expect(engine.asked).toEqual([1]);
    player.step();
    await engine.answer();
    expect(store.cursor).toBe(1);
  });

  it("forgets clicks when the engine refuses", async () => {
    for (let click = 0; click < 5; click += 1) player.step();
    await engine.fail();
    expect(engine.asked).toEqual([1]);
  });

  it.each([
    ["playing", () => {}],
    ["pausing", () => player.pause()],
  ])("drops everything when told to while %s, without saying that it paused", async (_, first) => {
    player.play(50);
    first();
    player.drop();
    await passAnswering(1000);
    expect(engine.asked).toEqual([1]);
    expect(ended).not.toHaveBeenCalled();
  });

  it("drops the rest of a run when told to after a pause", async () => {
    player.play(50);
    await engine.answer();
    player.pause();
    player.drop();
    player.play(5);
    await passAnswering(3000);
    expect(store.cursor).toBe(1 + 5);
  });
});

describe("rest", () => {
  it("is asked for once, a second after the last step", async () => {
    player.step();
    await engine.answer();
    await clock.pass(600);
    player.step();
    await engine.answer();
    await clock.pass(990);
    expect(engine.rests).toBe(0);
    await clock.pass(20);
    expect(engine.rests).toBe(1);
    await clock.pass(10_000);
    expect(engine.rests).toBe(1);
  });

  it("is asked for after a run and after a pause, but not while running", async () => {
    player.play(30);
    await passAnswering(2500);
    expect(engine.rests).toBe(0);
    player.pause();
    await passAnswering(1500);
    expect(engine.rests).toBe(1);
    player.play(30);
    await passAnswering(10_000);
    expect(engine.rests).toBe(2);
  });

  it("is not asked of an engine that is gone", async () => {
    player.step();
    await engine.answer();
    store.loseKernel(true);
    await clock.pass(2000);
    expect(engine.rests).toBe(0);
    await settled();
  });
});
