// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Choice } from "../../src/model/state.ts";
import { Store } from "../../src/model/store.ts";
import {
  apply,
  keepLink,
  type Link,
  linkOf,
  linkText,
  readLink,
} from "../../src/page-engine/url-settings.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { delta, descent, NAMES, storeWith } from "../builders.ts";
import { settled } from "../fakes.ts";

const known = {
  names: { recorded: ["W", "b", "rate", "layers[0].weights[2,1]"] },
  choices: {
    optimizers: ["sgd", "adam"],
    decays: ["constant", "inverse_time"],
    batch_sizes: [0, 1, 4],
    problems: [],
  },
};

describe("reading", () => {
  it("takes every setting, with or without the #", () => {
    const text = "W=5&b=-1e-3&rate=0.05&optimizer=adam&decay=inverse_time&batch=4&run=80";
    const link: Link = {
      start: { W: 5, b: Math.fround(-1e-3) },
      rate: 0.05,
      optimizer: "adam",
      decay: "inverse_time",
      batch: 4,
      run: 80,
    };
    expect(readLink(text, known)).toEqual({ link, refused: [] });
    expect(readLink(`#${text}`, known)).toEqual({ link, refused: [] });
  });

  it("takes nothing from nothing", () => {
    expect(readLink("", known)).toEqual({ link: { start: {} }, refused: [] });
    expect(readLink("#", known)).toEqual({ link: { start: {} }, refused: [] });
    expect(readLink("#present", known)).toEqual({ link: { start: {} }, refused: [] });
  });

  it("takes a parameter that is called as a setting is", () => {
    expect(readLink("start.rate=3&rate=0.1", known).link).toEqual({
      start: { rate: 3 },
      rate: 0.1,
    });
  });

  it("takes a number within an array", () => {
    const { link } = readLink("layers[0].weights[2,1]=0.5", known);
    expect(link.start).toEqual({ "layers[0].weights[2,1]": 0.5 });
    expect(readLink("layers%5B0%5D.weights%5B2%2C1%5D=0.5", known).link).toEqual(link);
  });

  it("takes all samples as a batch", () => {
    expect(readLink("batch=all", known).link.batch).toBe(0);
    expect(readLink("batch=0", known).link.batch).toBe(0);
  });

  it.each([
    "rate=0",
    "rate=-1",
    "rate=Infinity",
    "rate=1e999",
    "rate=1e-99",
    "rate=0x10",
    "rate=",
    "rate=1,5",
    "run=0",
    "run=1.5",
    "run=10000001",
    "batch=3",
    "batch=most",
    "optimizer=Adam",
    "optimizer=<img src=x>",
    "decay=slow",
    "W=five",
    "W=NaN",
    "W=1e39",
    "Q=1",
    "__proto__=1",
    "constructor=1",
    "hello",
    "%E0%A4%A",
  ])("refuses %s and takes the rest", (text) => {
    const { link, refused } = readLink(`${text}&b=2`, known);
    expect(link).toEqual({ start: { b: 2 } });
    expect(refused).toHaveLength(1);
  });

  it("does not read what is very long", () => {
    const { link, refused } = readLink(`#W=5&${"x".repeat(5000)}`, known);
    expect(link).toEqual({ start: {} });
    expect(refused[0]).toHaveLength(21);
  });
});

describe("writing", () => {
  const first: Link = {
    start: { W: 8, rate: 1 },
    rate: 0.01,
    optimizer: "sgd",
    decay: "constant",
    batch: 0,
    run: 50,
  };

  it("writes nothing while the page is as it was made", () => {
    expect(linkText(first, first)).toBe("");
  });

  it("writes what differs, in numbers as they are shown", () => {
    const now = { ...first, start: { W: Math.fround(5.1), rate: 1 }, rate: 0.05, batch: 4 };
    expect(linkText(now, first)).toBe("#W=5.1&rate=0.05&batch=4");
  });

  it("reads what it wrote", () => {
    const now: Link = {
      start: { W: Math.fround(-1e-7), rate: 3 },
      rate: 0.3,
      optimizer: "adam",
      decay: "inverse_time",
      batch: 0,
      run: 7,
    };
    const text = linkText(now, { ...first, batch: 1 });
    expect(text).toContain("batch=all");
    expect(readLink(text, known)).toEqual({ link: now, refused: [] });
  });
});

/** A session of which only the settings and the start are followed. */
class FakeSession {
  readonly done: [string, unknown][] = [];

  constructor(readonly store: Store) {}

  readonly actions = {
    learningRate: (rate: number): void => {
      this.done.push(["rate", rate]);
      this.store.setRate(rate);
    },
    runSteps: (steps: number): void => {
      this.done.push(["run", steps]);
      this.store.set({ runSteps: steps });
    },
    choose: (name: Choice, value: string | number): void => {
      this.done.push([name, value]);
      if (name === "optimizer") this.store.set({ optimizer: String(value) });
      if (name === "batch_size") this.store.set({ batchSize: Number(value) });
      if (name === "decay") this.store.set({ decay: String(value) });
    },
    restart: (start: Record<string, number>): void => {
      this.done.push(["restart", start]);
      this.store.tell(undefined);
      const run = (this.store.run?.id ?? 0) + 1;
      const rows = descent(0, { start: start.W ?? 8 });
      this.store.apply(delta(rows, { run, runs: [run] }));
    },
  };
}

function opened(): FakeSession {
  const store = storeWith(descent(3));
  store.set({ choices: known.choices });
  return new FakeSession(store);
}

describe("applying", () => {
  it("begins anew with all of it, the start last", () => {
    const session = opened();
    apply(session, "#W=5&rate=0.05&optimizer=adam&decay=inverse_time&batch=4&run=80");
    expect(session.done).toEqual([
      ["run", 80],
      ["rate", 0.05],
      ["decay", "inverse_time"],
      ["optimizer", "adam"],
      ["batch_size", 4],
      ["restart", { W: 5 }],
    ]);
    expect(session.store.notice).toBeUndefined();
  });

  it("begins anew for a rate alone, but not for the steps of a run", () => {
    const session = opened();
    apply(session, "#rate=0.05");
    expect(session.done).toEqual([
      ["rate", 0.05],
      ["restart", {}],
    ]);
    const other = opened();
    apply(other, "#run=5");
    expect(other.done).toEqual([["run", 5]]);
  });

  it("leaves a page without a fragment as it is", () => {
    const session = opened();
    apply(session, "");
    expect(session.done).toEqual([]);
  });

  it("ignores nonsense, and says so", () => {
    const session = opened();
    apply(session, "#W=five&rate=0.05&<b>");
    expect(session.done).toContainEqual(["restart", {}]);
    expect(session.store.notice?.message).toBe(engineTexts.linkRefused(["W=five", "<b>"]));
  });
});

describe("keeping", () => {
  const page = document.documentElement;

  beforeEach(() => {
    vi.useFakeTimers();
    page.setAttribute("data-gdwidget-link", "");
  });

  afterEach(() => {
    vi.useRealTimers();
    page.removeAttribute("data-gdwidget-link");
    history.replaceState(null, "", "#");
  });

  async function alive(session: FakeSession): Promise<void> {
    session.store.computeHere();
    session.store.changed();
    await settled();
  }

  it("does nothing in a notebook", async () => {
    page.removeAttribute("data-gdwidget-link");
    location.hash = "#rate=0.05";
    const session = opened();
    keepLink(session);
    await alive(session);
    vi.advanceTimersByTime(1000);
    expect(session.done).toEqual([]);
  });

  it("takes the address once steps can be computed", async () => {
    location.hash = "#rate=0.05";
    const session = opened();
    keepLink(session);
    session.store.changed();
    await settled();
    expect(session.done).toEqual([]);
    await alive(session);
    await alive(session);
    expect(session.done).toEqual([
      ["rate", 0.05],
      ["restart", {}],
    ]);
  });

  it("writes what changes, a little later and once", async () => {
    const replace = vi.spyOn(history, "replaceState");
    const session = opened();
    keepLink(session);
    await alive(session);
    session.actions.learningRate(0.02);
    session.actions.learningRate(0.03);
    session.actions.restart({ W: 5 });
    expect(replace).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(location.hash).toBe("#W=5&rate=0.03");
    expect(replace).toHaveBeenCalledTimes(1);
    session.actions.learningRate(0.01);
    session.actions.restart({});
    vi.advanceTimersByTime(1000);
    expect(location.hash).toBe("");
  });

  it("leaves the address alone before it has read it", () => {
    location.hash = "#rate=0.05";
    const session = opened();
    keepLink(session);
    session.store.setRate(0.2);
    vi.advanceTimersByTime(1000);
    expect(location.hash).toBe("#rate=0.05");
  });

  it("follows an address that is entered later", async () => {
    const session = opened();
    const forget = keepLink(session);
    await alive(session);
    location.hash = "#W=4";
    window.dispatchEvent(new Event("hashchange"));
    await settled();
    expect(session.done).toEqual([["restart", { W: 4 }]]);
    forget();
    location.hash = "#W=3";
    window.dispatchEvent(new Event("hashchange"));
    await settled();
    expect(session.done).toHaveLength(1);
  });

  it("goes without where the page may not change its address", async () => {
    vi.spyOn(history, "replaceState").mockImplementationOnce(() => {
      throw new DOMException("not here", "SecurityError");
    });
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const session = opened();
    keepLink(session);
    await alive(session);
    session.actions.learningRate(0.02);
    vi.advanceTimersByTime(1000);
    expect(warn).toHaveBeenCalled();
  });
});

it("knows the settings of a store, and of an empty one nothing", () => {
  expect(linkOf(storeWith(descent(3)))).toMatchObject({
    start: { W: 8 },
    rate: 0.01,
    optimizer: "sgd",
    batch: 0,
  });
  expect(linkOf(new Store(NAMES))).toBeUndefined();
});
