// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import { KernelEngine } from "../../src/engines/kernel.ts";
import { Store } from "../../src/model/store.ts";
import type { Columns, Request } from "../../src/protocol/messages.ts";
import {
  ahead,
  columns,
  type DeltaOptions,
  delta,
  descent,
  NAMES,
  part,
  wire,
} from "../builders.ts";
import { FakeModel, settled } from "../fakes.ts";

const fifty = descent(50);
let model: FakeModel;
let store: Store;
let engine: KernelEngine;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel();
  store = new Store(NAMES);
  engine = new KernelEngine(model, store);
});

afterEach(() => vi.useRealTimers());

/** Lets the kernel send rows, and lets the page take them in. */
async function receive(rows: Columns, options: DeltaOptions = {}): Promise<void> {
  model.trigger("msg:custom", ...wire(delta(rows, options)));
  await settled();
}

async function receiveError(message: string, field = "", request = ""): Promise<void> {
  model.trigger("msg:custom", { kind: "error", field, message, request }, []);
  await settled();
}

/** The name of the request sent last, for the kernel's answer. */
function lastRequest(): string {
  const last = model.sent.at(-1);
  return last && "request" in last ? last.request : "";
}

function sent(kind: Request["kind"]): Request[] {
  return model.sent.filter((request) => request.kind === kind);
}

/** What has become of a promise, now and later. */
function watch(promise: Promise<unknown>): { state: string } {
  const watched = { state: "open" };
  promise.then(
    () => {
      watched.state = "resolved";
    },
    (error: Error) => {
      watched.state = `rejected: ${error.message}`;
    },
  );
  return watched;
}

describe("what answers a step that is shown already", () => {
  const FRAME_MS = 17;
  const HIDDEN_MS = 100;

  beforeEach(async () => {
    await receive(part(fifty, 0, 4));
    store.expect(ahead(part(fifty, 4, 5), 4));
    store.foresee();
    engine.advance(1, true);
  });

  it("is taken in once that has been painted, in its order", async () => {
    await receive(part(fifty, 4, 5), { start: 4, cursor: 4, request: lastRequest() });
    await receive(part(fifty, 5, 7), { start: 5, cursor: 6 });
    expect([store.cursor, store.foreseen === undefined]).toEqual([4, false]);
    vi.advanceTimersByTime(FRAME_MS);
    expect([store.cursor, store.foreseen === undefined]).toEqual([6, true]);
    await receive(part(fifty, 7, 8), { start: 7, cursor: 7 });
    expect(store.cursor).toBe(7);
  });

  it("is taken in soon where nothing is painted", async () => {
    const frames = vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
    vi.advanceTimersByTime(FRAME_MS);
    await receive(part(fifty, 4, 5), { start: 4, cursor: 4 });
    store.expect(ahead(part(fifty, 5, 6), 5));
    store.foresee();
    engine.advance(1, true);
    await receive(part(fifty, 5, 6), { start: 5, cursor: 5 });
    expect(store.foreseen).toBeDefined();
    vi.advanceTimersByTime(HIDDEN_MS);
    expect([store.cursor, store.foreseen]).toEqual([5, undefined]);
    frames.mockRestore();
  });

  it("is as good as any to tell that there is a kernel", async () => {
    const heard = vi.fn();
    const other = new KernelEngine(model, store, heard);
    other.heedSilence();
    other.advance(1).catch(() => {});
    vi.advanceTimersByTime(2900);
    await receive(part(fifty, 4, 5), { start: 4, cursor: 4 });
    vi.advanceTimersByTime(2900);
    expect(heard).not.toHaveBeenCalled();
    other.close();
  });
});

describe("a step that is shown already", () => {
  const FRAME_MS = 17;

  beforeEach(async () => {
    await receive(part(fifty, 0, 4));
    store.expect(ahead(part(fifty, 4, 5), 4));
    store.foresee();
    model.sent.length = 0;
    engine.advance(1, true).catch(() => {});
  });

  const kinds = () => model.sent.map(({ kind }) => kind);

  it("is asked for once it has been painted, and before all that comes after it", () => {
    engine.rest();
    engine.set("learning_rate", 0.02);
    expect(kinds()).toEqual([]);
    vi.advanceTimersByTime(FRAME_MS);
    expect(kinds()).toEqual(["advance", "ahead", "rest", "set"]);
    engine.clear();
    expect(kinds().at(-1)).toBe("clear");
  });

  it("is asked for when its widget is left", () => {
    engine.close();
    expect(kinds()).toEqual(["advance", "ahead"]);
    vi.advanceTimersByTime(FRAME_MS);
    expect(kinds()).toHaveLength(2);
  });
});

describe("what is sent", () => {
  it("has exactly the fields the kernel accepts", async () => {
    await receive(fifty);
    engine.sync();
    engine.advance(3);
    engine.goTo(12);
    engine.reset({ W: -3.5 });
    engine.set("learning_rate", 0.02);
    engine.evaluate(-4, 8.5);
    engine.rest();
    const fields = (message: object) => Object.keys(message).sort();
    expect(model.sent.map(({ kind }) => kind)).toHaveLength(7);
    for (const request of model.sent) {
      const accepted = fixture.requests.find(({ message }) => message.kind === request.kind);
      expect(fields(request)).toEqual(fields(accepted?.message ?? {}));
    }
  });

  it("names the current run", async () => {
    await receive(part(fifty, 0, 1), { run: 7 });
    engine.advance(3);
    engine.goTo(0);
    expect(model.sent).toMatchObject([
      { kind: "advance", run: 7, n: 3 },
      { kind: "goto", run: 7, step: 0 },
    ]);
  });

  it("has another name for each request, and for each page", () => {
    const other = new KernelEngine(model, new Store(NAMES));
    engine.advance(1);
    engine.advance(1);
    other.advance(1);
    const names = model.sent.map((request) => "request" in request && request.request);
    expect(new Set(names).size).toBe(3);
  });
});

describe("an answer", () => {
  it("resolves its request when the rows are there", async () => {
    await receive(part(fifty, 0, 1));
    const answer = watch(engine.advance(3));
    expect(answer.state).toBe("open");
    await receive(part(fifty, 1, 4), { start: 1, request: lastRequest() });
    expect(answer.state).toBe("resolved");
    expect(store.cursor).toBe(3);
  });

  it("to another page brings its rows but resolves nothing", async () => {
    await receive(part(fifty, 0, 1));
    const answer = watch(engine.advance(3));
    await receive(part(fifty, 1, 4), { start: 1, request: "otherpage-1" });
    expect(answer.state).toBe("open");
    expect(store.cursor).toBe(3);
  });

  it("leaves later requests open", async () => {
    await receive(part(fifty, 0, 1));
    const first = watch(engine.advance(1));
    const name = lastRequest();
    const second = watch(engine.advance(1));
    await receive(part(fifty, 1, 2), { start: 1, request: name });
    expect([first.state, second.state]).toEqual(["resolved", "open"]);
  });

  it("resolves the requests before it, whose answers were lost", async () => {
    await receive(part(fifty, 0, 1));
    const first = watch(engine.advance(1));
    const second = watch(engine.advance(1));
    await receive(part(fifty, 1, 3), { start: 1, request: lastRequest() });
    expect([first.state, second.state]).toEqual(["resolved", "resolved"]);
  });

  it("brings the finer curve", async () => {
    const [{ header, buffer }] = fixture.landscapes as [(typeof fixture.landscapes)[number]];
    const answer = watch(engine.evaluate(-4, 8));
    const bytes = Uint8Array.from(atob(buffer), (character) => character.charCodeAt(0));
    const content = { ...header, request: lastRequest() };
    model.trigger("msg:custom", content, [new DataView(bytes.buffer)]);
    await settled();
    expect(answer.state).toBe("resolved");
    expect(store.detail?.values).toHaveLength(header.n);
  });

  it("that is none is passed over", async () => {
    const answer = watch(engine.advance(1));
    model.trigger("msg:custom", { kind: "surprise", request: lastRequest() }, []);
    model.trigger("msg:custom", undefined, []);
    await settled();
    expect(answer.state).toBe("open");
  });
});

describe("an error", () => {
  it("reaches the notice and rejects its request", async () => {
    await receive(part(fifty, 0, 1));
    const answer = watch(engine.advance(3));
    await receiveError("ValueError: the loss raised", "", lastRequest());
    expect(answer.state).toBe("rejected: ValueError: the loss raised");
    expect(store.notice).toEqual({ field: "", message: "ValueError: the loss raised" });
  });

  it("of no request reaches the notice beside its field", async () => {
    const answer = watch(engine.advance(1));
    await receiveError("learning_rate: got -1; accepted: a number above 0", "learning_rate");
    expect(store.notice?.field).toBe("learning_rate");
    expect(answer.state).toBe("open");
  });

  it("after the steps that stand leaves them standing, and its notice", async () => {
    await receive(part(fifty, 0, 1));
    const answer = watch(engine.advance(50));
    await receive(part(fifty, 1, 37), { start: 1 });
    await receiveError("ValueError: step 37", "", lastRequest());
    expect(answer.state).toBe("rejected: ValueError: step 37");
    expect(store.cursor).toBe(36);
    expect(store.notice?.message).toBe("ValueError: step 37");
  });
});

describe("a gap", () => {
  beforeEach(() => receive(part(fifty, 0, 4)));

  it("makes the page ask for what it lacks", async () => {
    await receive(part(fifty, 6, 9), { start: 6 });
    expect(model.sent).toMatchObject([{ kind: "sync", have: { "1": 4 } }]);
    await receive(part(fifty, 4, 9), { start: 4, request: lastRequest() });
    expect(store.lacking).toBe(false);
  });

  it("makes it ask once, however many rows come meanwhile", async () => {
    for (let start = 6; start < 50; start += 1) {
      await receive(part(fifty, start, start + 1), { start });
    }
    expect(sent("sync")).toHaveLength(1);
  });

  it("makes it ask again where the answer left one", async () => {
    await receive(part(fifty, 6, 9), { start: 6 });
    const name = lastRequest();
    await receive(part(fifty, 8, 9), { start: 8, request: name });
    await receive(part(fifty, 20, 21), { start: 20 });
    expect(sent("sync")).toHaveLength(2);
  });

  it("is none while the rest of a long answer is on its way", async () => {
    await receive(part(fifty, 4, 20), { start: 4, last: 50 });
    vi.advanceTimersByTime(300);
    await receive(part(fifty, 20, 40), { start: 20, last: 50 });
    vi.advanceTimersByTime(300);
    await receive(part(fifty, 40), { start: 40 });
    vi.advanceTimersByTime(10_000);
    expect(sent("sync")).toEqual([]);
  });

  it("is one where that rest never comes", async () => {
    await receive(part(fifty, 4, 20), { start: 4, last: 50 });
    vi.advanceTimersByTime(600);
    expect(model.sent).toMatchObject([{ kind: "sync", have: { "1": 20 } }]);
  });
});

describe("an answer that does not come", () => {
  it("is said to be overdue after a second, until it comes", async () => {
    await receive(part(fifty, 0, 1));
    engine.advance(1);
    vi.advanceTimersByTime(900);
    expect(store.waiting).toBe(false);
    vi.advanceTimersByTime(200);
    expect(store.waiting).toBe(true);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    expect(store.waiting).toBe(false);
  });

  it("is asked for again when it must be lost, and the sync's answer settles it", async () => {
    await receive(part(fifty, 0, 1));
    const answer = watch(engine.advance(1));
    vi.advanceTimersByTime(7000);
    expect(sent("sync")).toHaveLength(1);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    expect(answer.state).toBe("resolved");
  });

  it("is said to be lost, perhaps, when it was overdue four times, until anything is heard", async () => {
    await receive(part(fifty, 0, 1));
    engine.advance(1);
    vi.advanceTimersByTime(18_900);
    expect([store.waiting, store.waitingLong]).toEqual([true, false]);
    vi.advanceTimersByTime(200);
    expect([store.waiting, store.waitingLong]).toEqual([true, true]);
    vi.advanceTimersByTime(30_000);
    expect(store.waitingLong).toBe(true);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    expect([store.waiting, store.waitingLong]).toEqual([false, false]);
    engine.advance(1);
    vi.advanceTimersByTime(1100);
    expect([store.waiting, store.waitingLong]).toEqual([true, false]);
  });

  it("is no trouble where nothing was asked", () => {
    vi.advanceTimersByTime(60_000);
    expect(model.sent).toEqual([]);
    expect(store.waiting).toBe(false);
  });
});

describe("scrubbing", () => {
  beforeEach(() => receive(fifty));

  it("sends one message at a time, and after its answer only the last step asked for", async () => {
    for (const step of [10, 11, 12, 13, 14]) {
      store.goTo(step);
      engine.goTo(step);
    }
    expect(sent("goto")).toMatchObject([{ step: 10 }]);
    await receive(columns(), { start: 51, last: 50, cursor: 10, request: lastRequest() });
    expect(sent("goto")).toMatchObject([{ step: 10 }, { step: 14 }]);
    await receive(columns(), { start: 51, last: 50, cursor: 14, request: lastRequest() });
    expect(sent("goto")).toHaveLength(2);
    engine.goTo(3);
    expect(sent("goto")).toHaveLength(3);
  });

  it("keeps the cursor where the hand is, whatever older answers say", async () => {
    store.goTo(10);
    engine.goTo(10);
    const name = lastRequest();
    store.goTo(14);
    engine.goTo(14);
    await receive(columns(), { start: 51, last: 50, cursor: 50 });
    await receive(columns(), { start: 51, last: 50, cursor: 10, request: name });
    expect(store.cursor).toBe(14);
  });

  it("follows the kernel again when it has ended", async () => {
    store.goTo(10);
    engine.goTo(10);
    await receive(columns(), { start: 51, last: 50, cursor: 10, request: lastRequest() });
    await receive(columns(), { start: 51, last: 50, cursor: 33 });
    expect(store.cursor).toBe(33);
  });

  it.each([
    ["steps", () => engine.advance(1), "advance"],
    ["settings", () => engine.set("learning_rate", 0.02), "set"],
  ])(
    "tells the last step asked for before %s, which are meant from there",
    async (_, ask, kind) => {
      for (const step of [10, 11, 12]) {
        store.goTo(step);
        engine.goTo(step);
      }
      const first = lastRequest();
      ask();
      expect(model.sent).toMatchObject([{ step: 10 }, { kind: "goto", step: 12 }, { kind }]);
      await receive(columns(), { start: 51, last: 50, cursor: 10, request: first });
      expect(store.cursor).toBe(12);
      expect(model.sent).toHaveLength(3);
    },
  );

  it("is forgotten with a reset, which leaves no step to look at", async () => {
    engine.goTo(10);
    const first = lastRequest();
    engine.goTo(11);
    engine.reset({});
    await receive(columns(), { start: 51, last: 50, cursor: 10, request: first });
    expect(model.sent.map(({ kind }) => kind)).toEqual(["goto", "reset"]);
  });

  it("goes on after a step the kernel refused", async () => {
    engine.goTo(10);
    const name = lastRequest();
    engine.goTo(12);
    await receiveError("step: got 10", "step", name);
    expect(sent("goto")).toMatchObject([{ step: 10 }, { step: 12 }]);
  });
});

describe("a kernel that has gone", () => {
  it("leaves no request open, and none overdue", async () => {
    await receive(part(fifty, 0, 1));
    const answers = [engine.advance(1), engine.evaluate(0, 1)].map(watch);
    vi.advanceTimersByTime(1500);
    engine.abandon();
    await settled();
    expect(answers.map(({ state }) => state)).toEqual([
      "rejected: The kernel is gone.",
      "rejected: The kernel is gone.",
    ]);
    expect(store.waiting).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(sent("sync")).toEqual([]);
  });
});

describe("a kernel that serves requests and answers none", () => {
  const known = vi.fn();

  beforeEach(async () => {
    known.mockReset();
    engine.close();
    engine = new KernelEngine(model, store, known);
    await receive(part(fifty, 0, 1));
  });

  it("is asked again, and does not know the widget if it goes on so", async () => {
    engine.advance(1).catch(() => {});
    for (const asked of [1, 2]) {
      model.serve();
      expect(known).not.toHaveBeenCalled();
      vi.advanceTimersByTime(500);
      await settled();
      expect(sent("sync")).toHaveLength(asked);
    }
    model.serve();
    expect(known.mock.calls).toEqual([[false]]);
    vi.advanceTimersByTime(2000);
    expect(sent("sync")).toHaveLength(2);
  });

  it("knows it after all when something is heard", async () => {
    engine.reset({});
    for (let time = 0; time < 3; time += 1) {
      model.serve();
      vi.advanceTimersByTime(500);
    }
    await receive(part(fifty, 1, 2), { start: 1 });
    expect(known.mock.calls).toEqual([[false], [true]]);
  });

  it("has lost one answer where the next one comes", async () => {
    engine.advance(1);
    model.serve();
    vi.advanceTimersByTime(500);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    model.serve();
    vi.advanceTimersByTime(2000);
    expect(known).not.toHaveBeenCalled();
    expect(sent("sync")).toHaveLength(1);
  });

  it("is none where the answer came before it was done", async () => {
    engine.advance(1);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    model.serve();
    vi.advanceTimersByTime(2000);
    expect(sent("sync")).toEqual([]);
    expect(known).not.toHaveBeenCalled();
  });
});

describe("a kernel of which no host says whether it is there", () => {
  const known = vi.fn();

  beforeEach(async () => {
    known.mockReset();
    engine.close();
    engine = new KernelEngine(model, store, known);
    await receive(part(fifty, 0, 1));
    engine.heedSilence();
  });

  it("is gone when it owes an answer and says nothing for 3 s, and there when it is heard", async () => {
    engine.advance(1).catch(() => {});
    vi.advanceTimersByTime(2900);
    expect(known).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(known.mock.calls).toEqual([[false]]);
    await receive(part(fifty, 1, 2), { start: 1, request: lastRequest() });
    expect(known.mock.calls).toEqual([[false], [true]]);
  });

  it("is not gone for being asked often, nor there for it", () => {
    for (let time = 0; time < 7; time += 1) {
      engine.advance(1).catch(() => {});
      vi.advanceTimersByTime(500);
    }
    expect(known.mock.calls).toEqual([[false]]);
  });

  it("is there while anything is heard of it", async () => {
    engine.advance(1).catch(() => {});
    for (let row = 1; row < 5; row += 1) {
      vi.advanceTimersByTime(2500);
      await receive(part(fifty, row, row + 1), { start: row });
    }
    expect(known).not.toHaveBeenCalled();
  });

  it("owes nothing where nothing was asked", () => {
    vi.advanceTimersByTime(60_000);
    expect(known).not.toHaveBeenCalled();
  });
});
