// @vitest-environment node
import { describe, expect, it } from "vitest";
import { Store } from "../src/store.ts";
import {
  columns,
  delta,
  descent,
  keyframe,
  losses,
  NAMES,
  part,
  savedRun,
  storeWith,
} from "./builders.ts";

const fifty = descent(50);

describe("going to a step", () => {
  it.each([
    [-1, 0],
    [0, 0],
    [7, 7],
    [50, 50],
    [51, 50],
  ])("%i looks at step %i", (asked, found) => {
    const store = storeWith(fifty);
    store.goTo(asked);
    expect(store.cursor).toBe(found);
    expect(store.row?.step).toBe(found);
  });

  it("keeps what was told until it is taken back", () => {
    const store = storeWith(fifty);
    store.tell({ field: "", message: "The loss raised." });
    expect(store.notice?.message).toBe("The loss raised.");
    store.goTo(3);
    expect(store.notice?.message).toBe("The loss raised.");
    store.tell(undefined);
    expect(store.notice).toBeUndefined();
  });
});

describe("the coming step", () => {
  it("is the recorded one, at the rate it was taken with", () => {
    const store = storeWith(fifty, 10);
    expect(store.forks).toBe(false);
    expect(store.following).toMatchObject({ step: 11, value: fifty.value[11] });
    expect(store.comingRate).toBe(Math.fround(0.01));
  });

  it("is not known at the last step, and has the rate that is set", () => {
    const store = storeWith(fifty);
    store.setRate(0.2);
    expect(store.forks).toBe(false);
    expect(store.following).toBeUndefined();
    expect(store.comingRate).toBe(0.2);
  });

  it("leaves the record where the rate was changed", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    expect(store.forks).toBe(true);
    expect(store.following).toBeUndefined();
    expect(store.comingRate).toBe(0.2);
  });

  it("is back on the record when the rate is set back", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    store.setRate(0.01);
    expect(store.forks).toBe(false);
    expect(store.following?.step).toBe(11);
  });

  it("is on the record again after a move to another step, as in the kernel", () => {
    const store = storeWith(fifty, 10);
    store.setRate(0.2);
    store.goTo(11);
    expect(store.forks).toBe(false);
    expect(store.comingRate).toBe(Math.fround(0.01));
  });

  it("still leaves it after a move to the same step, as in the kernel", () => {
    const store = storeWith(fifty, 0);
    store.setRate(0.2);
    store.goTo(-1);
    expect(store.forks).toBe(true);
  });

  it("is what the kernel says it is, whoever changed the rate there", () => {
    const store = storeWith(fifty, 10);
    const moved = { start: 51, last: 50, cursor: 12 };
    store.setRate(0.2);
    store.apply(delta(columns(), { ...moved, rateOnArrival: 0.2 }));
    expect(store.forks).toBe(false);
    store.apply(delta(columns(), { ...moved, rateOnArrival: 0.01 }));
    expect(store.forks).toBe(true);
  });

  it.each([
    [0.2, false],
    [0.01, true],
  ])("of a timeline saved when the cursor came at rate %f: forks %s", (rateOnArrival, forks) => {
    const store = new Store(NAMES);
    store.setRate(0.2);
    store.load({ ...keyframe(0, savedRun(part(fifty, 0, 3), [0, 1, 2])), rateOnArrival });
    expect(store.forks).toBe(forks);
    expect(store.following?.step).toBe(forks ? undefined : 1);
  });
});

describe("the status", () => {
  it.each([
    ["ready", [2, 1, 0.5]],
    ["converged", [2, 1, 0]],
    ["diverged", [2, 1, Number.POSITIVE_INFINITY]],
    ["diverged", [2, 1, Number.NaN]],
  ] as const)("is %s after losses %j", (status, given) => {
    const store = storeWith(losses(...given));
    expect(store.status).toBe(status);
    store.goTo(1);
    expect(store.status).toBe("ready");
  });

  it("is ready before anything is known", () => {
    const store = new Store(NAMES);
    expect(store.status).toBe("ready");
    expect(store.row).toBeUndefined();
    expect(store.last).toBe(0);
    expect(store.playing).toBe(false);
  });
});
