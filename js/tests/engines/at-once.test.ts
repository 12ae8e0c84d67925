// @vitest-environment happy-dom
/** Step on a slow link: page and kernel, with messages under way between them. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KernelEngine } from "../../src/engines/kernel.ts";
import { Player } from "../../src/engines/player.ts";
import { nextValue, type Row } from "../../src/model/rows.ts";
import { Store } from "../../src/model/store.ts";
import type { Request } from "../../src/protocol/messages.ts";
import { ahead, columns, delta, NAMES, rowAt, wire, wireAhead } from "../builders.ts";
import { FakeClock, FakeModel, settled } from "../fakes.ts";

interface Run {
  id: number;
  parent: number | null;
  fork: number;
  rows: Row[];
}

/** The kernel's side: the article's descent with its record, and what it sends of it. */
class Kernel {
  rate = 0.01;
  cursor = 0;
  runs: Run[] = [];
  /** What is under way to the page. */
  readonly news: [unknown, DataView[]][] = [];
  /** Whether the next step is refused. */
  fails = false;
  private sent = new Map<number, number>();

  constructor() {
    this.begin(8);
  }

  get run(): Run {
    return this.runs.at(-1) as Run;
  }

  get last(): number {
    return this.run.rows.length - 1;
  }

  begin(start: number): void {
    const id = (this.runs.at(-1)?.id ?? 0) + 1;
    this.runs = [{ id, parent: null, fork: 0, rows: [rowAt(0, start, this.rate)] }];
    this.cursor = 0;
  }

  step(n = 1): void {
    for (let taken = 0; taken < n; taken += 1) this.stepOnce();
  }

  private stepOnce(): void {
    const { run, cursor } = this;
    if (cursor < this.last && run.rows[cursor + 1]?.rate !== this.rate) {
      const rows = run.rows.slice(0, cursor + 1);
      this.runs.push({ id: run.id + 1, parent: run.id, fork: cursor, rows });
    }
    if (this.cursor === this.last) this.run.rows.push(this.next());
    this.cursor += 1;
  }

  next(): Row {
    const { rows } = this.run;
    return rowAt(rows.length, nextValue(rows.at(-1) as Row, this.rate), this.rate);
  }

  tell(request = ""): void {
    for (const run of this.runs) {
      const own = run.parent === null ? 0 : run.fork + 1;
      this.tellOf(run, this.sent.get(run.id) ?? own, request);
    }
  }

  private tellOf(run: Run, start: number, request: string): void {
    const current = run === this.run;
    const added = run.rows.slice(start);
    if (!current && added.length === 0) return;
    this.sent.set(run.id, run.rows.length);
    const options = {
      run: run.id,
      parent: run.parent,
      fork: run.fork,
      runs: this.runs.map(({ id }) => id),
      start,
      last: run.rows.length - 1,
      cursor: this.cursor,
      rate: Math.fround(this.rate),
      request: current ? request : "",
    };
    this.news.push(wire(delta(columns(...added), options)));
  }

  serve(asked: Request): void {
    switch (asked.kind) {
      case "sync":
        for (const run of this.runs) {
          this.tellOf(run, Math.min(asked.have[run.id] ?? 0, run.rows.length), asked.request);
        }
        break;
      case "advance":
        if (this.fails) {
          this.fails = false;
          const { request } = asked;
          this.news.push([{ kind: "error", field: "", message: "it raised", request }, []]);
        } else {
          if (this.goesOn(asked.run)) this.step(asked.n);
          this.tell(asked.request);
        }
        break;
      case "ahead":
        if (this.cursor === this.last) {
          const given = { run: this.run.id, request: asked.request, rate: Math.fround(this.rate) };
          const told = ahead(columns(this.next()), this.last + 1, given);
          this.news.push(wireAhead(told));
        }
        break;
      case "goto":
        if (this.goesOn(asked.run) && asked.step <= this.last) this.cursor = asked.step;
        this.tell(asked.request);
        break;
      case "set":
        this.rate = Math.fround(Number(asked.value));
        this.tell();
        break;
      case "reset":
        this.begin(asked.start.W ?? 8);
        this.tell();
        break;
    }
  }

  private goesOn(id: number): boolean {
    let own: number | null | undefined = this.run.id;
    while (own && own !== id) own = this.runs.find((run) => run.id === own)?.parent;
    return own === id;
  }
}

const FRAME_MS = 17;

let model: FakeModel;
let store: Store;
let engine: KernelEngine;
let player: Player;
let kernel: Kernel;

beforeEach(() => {
  vi.useFakeTimers();
  renew();
});

function renew(): void {
  model = new FakeModel();
  store = new Store(NAMES);
  engine = new KernelEngine(model, store);
  player = new Player(engine, store, new FakeClock(), () => {});
  kernel = new Kernel();
  kernel.rate = Math.fround(0.01);
  kernel.begin(8);
}

afterEach(() => {
  engine.close();
  vi.useRealTimers();
});

/** Lets the kernel serve so many requests, by default all. */
function serve(count = model.sent.length): void {
  for (const request of model.sent.splice(0, count)) kernel.serve(request);
}

/** Lets so many messages of the kernel come, by default all. */
async function hear(count = kernel.news.length): Promise<void> {
  for (const message of kernel.news.splice(0, count)) {
    model.trigger("msg:custom", ...message);
    await settled();
  }
}

/** Has what is shown painted: until then nothing is sent. */
function painted(): void {
  expect(model.sent).toEqual([]);
  vi.advanceTimersByTime(FRAME_MS);
}

/** Lets all come to rest. */
async function rest(): Promise<void> {
  do {
    serve();
    await hear();
    vi.advanceTimersByTime(600);
    await settled();
  } while (model.sent.length > 0 || kernel.news.length > 0);
}

async function open(): Promise<void> {
  engine.sync();
  await rest();
}

function setRate(rate: number): void {
  store.setRate(rate);
  engine.set("learning_rate", rate);
}

function back(): void {
  player.drop();
  store.goTo(store.cursor - 1);
  engine.goTo(store.cursor);
}

describe("Step", () => {
  it("shows each step at once, from the first on, and asks for it all the same", async () => {
    await open();
    for (let step = 1; step <= 5; step += 1) {
      player.step();
      expect(store.cursor).toBe(step);
      expect(store.row).toMatchObject(kernel.next());
      painted();
      expect(model.sent).toMatchObject([{ kind: "advance", n: 1 }, { kind: "ahead" }]);
      expect(kernel.last).toBe(step - 1);
      await rest();
      expect([store.cursor, store.last, kernel.last]).toEqual([step, step, step]);
      expect(store.foreseen).toBeUndefined();
    }
  });

  it("waits for the kernel where it is pressed faster than that", async () => {
    await open();
    for (let click = 0; click < 4; click += 1) player.step();
    expect(store.cursor).toBe(1);
    painted();
    expect(model.sent.filter(({ kind }) => kind === "advance")).toHaveLength(1);
    await rest();
    expect([store.cursor, kernel.last]).toEqual([4, 4]);
  });

  it("is taken back where the kernel refuses it", async () => {
    await open();
    kernel.fails = true;
    player.step();
    expect(store.cursor).toBe(1);
    await rest();
    expect([store.cursor, store.last, store.run?.rows.count]).toEqual([0, 0, 1]);
    expect(store.notice?.message).toBe("it raised");
  });

  it("is taken back where the kernel is gone", async () => {
    await open();
    player.step();
    engine.abandon();
    await settled();
    expect([store.cursor, store.last]).toEqual([0, 0]);
  });

  it("waits for the kernel after a change of the rate, until that has said more", async () => {
    await open();
    setRate(0.05);
    player.step();
    expect(store.cursor).toBe(0);
    await rest();
    expect(store.cursor).toBe(1);
    setRate(0.02);
    await rest();
    player.step();
    expect(store.cursor).toBe(2);
    expect(store.row).toMatchObject(kernel.next());
  });

  it("shows what the kernel says where another page has set another rate", async () => {
    await open();
    kernel.rate = Math.fround(0.05);
    player.step();
    expect(store.row?.rate).toBe(Math.fround(0.01));
    await rest();
    expect(store.row).toMatchObject(kernel.run.rows[1] as Row);
    expect(store.row?.rate).toBe(Math.fround(0.05));
  });

  it("counts with that of another page", async () => {
    await open();
    player.step();
    kernel.step();
    kernel.tell("other-1");
    await hear();
    expect(store.cursor).toBe(1);
    await rest();
    expect([store.cursor, store.last]).toEqual([2, 2]);
  });

  it("leaves one who goes back at once where that is", async () => {
    await open();
    player.step();
    await rest();
    player.step();
    back();
    expect([store.cursor, store.last]).toEqual([1, 2]);
    await rest();
    expect([store.cursor, store.last, kernel.cursor]).toEqual([1, 2, 1]);
    player.step();
    expect(store.cursor).toBe(2);
    await rest();
    expect([store.cursor, kernel.cursor, kernel.last]).toEqual([2, 2, 2]);
  });
});

describe("the step after", () => {
  it("is asked for when nothing else happens any more, once for each place and settings", async () => {
    engine.sync();
    serve();
    await hear();
    expect(model.sent).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(model.sent).toMatchObject([{ kind: "ahead" }]);
    model.sent.splice(0);
    store.changed();
    vi.advanceTimersByTime(1000);
    expect(model.sent).toEqual([]);
    store.setRate(0.02);
    vi.advanceTimersByTime(200);
    expect(model.sent).toMatchObject([{ kind: "ahead", request: store.leading }]);
  });

  it("is not asked for while a run is played, before an answer, or where it is known", async () => {
    await open();
    store.changed();
    vi.advanceTimersByTime(1000);
    expect(model.sent).toEqual([]);
    store.play();
    store.setRate(0.02);
    vi.advanceTimersByTime(1000);
    expect(model.sent).toEqual([]);
    engine.advance(1).catch(() => {});
    store.stop();
    vi.advanceTimersByTime(900);
    expect(model.sent.map(({ kind }) => kind)).toEqual(["advance"]);
  });

  it("is not asked for of a stream, at the end of a run, or in the midst of the record", async () => {
    await open();
    const quiet = (): void => {
      vi.advanceTimersByTime(1000);
      expect(model.sent).toEqual([]);
    };
    Object.assign(store.names, { stream: true });
    store.setRate(0.02);
    quiet();
    Object.assign(store.names, { stream: false });
    Object.assign(store.run ?? {}, { status: "converged" });
    store.setRate(0.03);
    quiet();
  });
});

/** The same numbers for the same seed. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The rate that the page shows must be the one by which a row at its end was made. */
function followsFromTheRowBefore(): void {
  const { run } = store;
  if (!run?.rows.complete) return;
  for (let index = 1; index < run.rows.count; index += 1) {
    const [before, row] = [run.rows.row(index - 1), run.rows.row(index)];
    const { step, ...numbers } = rowAt(index, nextValue(before, row.rate), row.rate);
    expect(row, `step ${step}`).toMatchObject(numbers);
  }
}

const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

describe("whatever is done, however late it comes", () => {
  it.each(SEEDS)(
    "page and kernel agree in the end, and no row is shown that does not follow: %i",
    async (seed) => {
      let foreseen = 0;
      for (let turn = 0; turn < 10; turn += 1) {
        renew();
        foreseen += await wander(randomly(10 * seed + turn));
        engine.close();
      }
      expect(foreseen).toBeGreaterThan(50);
    },
  );
});

/** Does this and that; returns how often a step was shown that the kernel had yet to take. */
async function wander(below: (number: number) => number): Promise<number> {
  const rates = [0.01, 0.02, 0.05].map(Math.fround) as [number, number, number];
  const acts: (() => void)[] = [
    ...Array.from({ length: 5 }, () => () => player.step()),
    back,
    () => setRate(rates[below(3)] as number),
    () => {
      player.drop();
      engine.reset({ W: [8, 5, -3][below(3)] as number });
    },
    () => {
      kernel.step(1 + below(3));
      kernel.tell();
    },
    () => {
      kernel.cursor = below(kernel.last + 1);
      kernel.tell();
    },
    () => {
      kernel.fails = true;
    },
    () => vi.advanceTimersByTime(below(300)),
    () => vi.advanceTimersByTime(below(300)),
  ];
  await open();
  let foreseen = 0;
  for (let turn = 0; turn < 120; turn += 1) {
    acts[below(acts.length)]?.();
    if (store.foreseen) foreseen += 1;
    followsFromTheRowBefore();
    if (below(2) === 0) serve(below(3));
    if (below(2) === 0) await hear(below(3));
    followsFromTheRowBefore();
  }
  await rest();
  expect(store.foreseen).toBeUndefined();
  // One who looks at another step meanwhile stays there until there are other news.
  kernel.tell();
  await rest();
  expect([store.run?.id, store.cursor]).toEqual([kernel.run.id, kernel.cursor]);
  expect(store.run?.rows.count).toBe(kernel.run.rows.length);
  kernel.run.rows.forEach((row, index) => {
    expect(store.run?.rows.row(index)).toMatchObject(row);
  });
  return foreseen;
}
