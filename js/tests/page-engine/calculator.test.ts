// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import descents from "../../../tests/fixtures/browser/descents.json";
import looks from "../../../tests/fixtures/browser/looks.json";
import { ProgramError } from "../../src/interpreter/program.ts";
import { calculator } from "../../src/page-engine/calculator.ts";
import { Computing } from "../../src/page-engine/computing.ts";
import { Portable } from "../../src/page-engine/payload.ts";
import type { Calculator } from "../../src/page-engine/states.ts";
import { type Port, serve } from "../../src/page-engine/worker.ts";
import { type Case, caseOf, namesOf } from "./browser-fixtures.ts";

const CASES = descents as unknown as Case[];
const CHEAP = caseOf(CASES, "both", "adam");
const LOOK = looks.find(({ name }) => name === "line") as unknown as Case;

let workers: FakeWorker[];
/** How a worker behaves: it computes, is silent, or says that it cannot start. */
let manner: "computes" | "silent" | "broken" | "forbidden";

/** A worker in this thread, with messages copied as between threads. */
class FakeWorker {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  ended = false;
  readonly heard: unknown[] = [];
  private readonly port: Port = {
    onmessage: null,
    postMessage: (message) => this.deliver(() => this.onmessage, message),
  };

  constructor(readonly address: string) {
    if (manner === "forbidden") throw new Error("Workers are forbidden.");
    if (manner === "computes") serve(this.port);
    workers.push(this);
  }

  postMessage(message: unknown): void {
    this.heard.push(message);
    const { onerror, port } = this;
    if (manner === "broken") {
      const event = { message: "It cannot be read.", preventDefault: () => {} };
      queueMicrotask(() => (this.onerror ?? onerror)?.(event as ErrorEvent));
    }
    this.deliver(() => port.onmessage, message);
  }

  terminate(): void {
    this.ended = true;
  }

  private deliver(to: () => ((event: MessageEvent) => void) | null, message: unknown): void {
    const data = structuredClone(message);
    queueMicrotask(() => {
      if (!this.ended) to()?.({ data } as MessageEvent);
    });
  }
}

beforeEach(() => {
  workers = [];
  manner = "computes";
  vi.stubGlobal("Worker", FakeWorker);
  // A run ends after a slice of time, which a busy machine may take between two steps.
  vi.spyOn(performance, "now").mockReturnValue(0);
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:here");
  vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
});

afterEach(() => vi.useRealTimers());

/** Makes a calculator of what costs as much as is said. */
function made(entry: Case, cost = 1e6, known = true, remark = vi.fn()): Calculator {
  const portable = new Portable(entry.payload);
  vi.spyOn(portable, "gradient").mockImplementation(function (this: Portable, rows: number) {
    return { ...Portable.prototype.gradient.call(this, rows), cost, known };
  });
  return calculator(portable, namesOf(entry.names), "the module", remark);
}

/** What every way of computing must give for the same questions. */
async function answers(computing: Calculator, { spec }: Case): Promise<unknown[]> {
  const { start } = computing.portable;
  const first = await computing.init(spec, { W: 3 }, 0.1);
  const { seconds, ...stretch } = await computing.run(spec, first, new Float32Array(9).fill(0.1));
  expect(seconds).toBeGreaterThanOrEqual(0);
  const coming = await computing.coming(spec, stretch.state, 0.1, false);
  const losses = await computing.losses(start, ["W"], Float32Array.of(1, 2, 3));
  return [first, stretch, coming, losses];
}

describe("where a step is cheap", () => {
  it("computes in the page", async () => {
    const computing = made(CHEAP, 1000);
    expect(computing).toBeInstanceOf(Computing);
    expect((await answers(computing, CHEAP)).length).toBe(4);
    const { payload, names } = caseOf(CASES, "both", "adam", 4);
    expect(calculator(new Portable(payload), namesOf(names), "")).toBeInstanceOf(Computing);
    expect(workers).toEqual([]);
  });

  it("rejects with the sentence of what went wrong", async () => {
    const computing = made(CHEAP, 1000);
    const lost = { optimizer: "lost", batchSize: 0 };
    await expect(computing.init(lost, {}, 0.1)).rejects.toThrow(
      "The optimizer lost was not exported.",
    );
    await expect(computing.init(CHEAP.spec, { c: 1 }, 0.1)).rejects.toThrow(ProgramError);
    await expect(computing.look(computing.portable.start)).rejects.toThrow(ProgramError);
    await expect(computing.losses([], ["c"], new Float32Array(1))).rejects.toThrow(ProgramError);
  });

  it("ends a run after a slice of time, and goes on from there", async () => {
    const line = caseOf(CASES, "line", "sgd");
    const computing = made(line, 1000);
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      now += 10;
      return now;
    });
    const rates = new Float32Array(100_000).fill(1e-6);
    const first = await computing.init(line.spec, {}, 1e-6);
    const { taken, state } = await computing.run(line.spec, first, rates);
    expect(taken).toBeLessThan(10_000);
    expect((await computing.run(line.spec, state, rates)).state.step).toBe(2 * taken);
  });
});

describe("where a step is dear", () => {
  it("computes in a worker, the same", async () => {
    const here = await answers(made(CHEAP, 1000), CHEAP);
    const there = made(CHEAP);
    expect(await answers(there, CHEAP)).toEqual(here);
    expect(workers.length).toBe(1);
    expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:here");
    there.close();
    await Promise.resolve();
    expect(workers[0]?.ended).toBe(true);
  });

  it("computes in a worker where what a step costs shows as it is taken", async () => {
    await made(CHEAP, 1000, false).init(CHEAP.spec, {}, 0.1);
    expect(workers.length).toBe(1);
  });

  it("makes the worker of a data address where the page has no origin", async () => {
    vi.stubGlobal("origin", "null");
    await made(CHEAP).init(CHEAP.spec, {}, 0.1);
    expect(workers[0]?.address).toBe("data:text/javascript,the%20module");
  });

  it("looks the same from there", async () => {
    const [here, there] = [made(LOOK, 1000), made(LOOK)];
    const { start } = here.portable;
    expect(await there.look(start)).toEqual(await here.look(start));
  });

  it("rejects with the worker's sentence", async () => {
    const computing = made(CHEAP);
    const refused = computing.init(CHEAP.spec, { c: 1 }, 0.1);
    await expect(refused).rejects.toThrow(new ProgramError("There is no parameter c."));
  });

  it.each(["forbidden", "broken"] as const)(
    "falls back to the page where workers are %s",
    async (how) => {
      manner = how;
      const computing = made(CHEAP);
      expect(await answers(computing, CHEAP)).toEqual(await answers(made(CHEAP, 1000), CHEAP));
      expect(workers.every(({ ended }) => ended)).toBe(true);
    },
  );

  it("says which policy forbids workers, if one does", async () => {
    manner = "forbidden";
    const remark = vi.fn<(directive: string) => void>();
    await made(CHEAP, 1e6, true, remark).init(CHEAP.spec, {}, 0.1);
    expect(remark).not.toHaveBeenCalled();
    const violation = { effectiveDirective: "worker-src", blockedURI: "blob" };
    const start = made(CHEAP, 1e6, true, remark).init(CHEAP.spec, {}, 0.1);
    for (const disposition of ["report", "enforce"]) {
      const event = new Event("securitypolicyviolation");
      document.dispatchEvent(Object.assign(event, violation, { disposition }));
    }
    expect((await start).step).toBe(0);
    expect(remark).toHaveBeenCalledExactlyOnceWith("worker-src");
  });

  it("falls back to the page where sources of workers are forbidden", async () => {
    vi.mocked(URL.createObjectURL).mockImplementation(() => {
      throw new Error("No.");
    });
    const state = await made(CHEAP).init(CHEAP.spec, {}, 0.1);
    expect(state.step).toBe(0);
    expect(workers).toEqual([]);
  });

  it("falls back to the page where the worker does not start", async () => {
    vi.useFakeTimers();
    manner = "silent";
    const state = made(CHEAP).init(CHEAP.spec, {}, 0.1);
    await vi.advanceTimersByTimeAsync(6000);
    expect((await state).step).toBe(0);
    expect(workers[0]?.ended).toBe(true);
  });

  it("ends a worker that is silent, says so, and starts another", async () => {
    vi.useFakeTimers();
    const computing = made(CHEAP);
    const state = await computing.init(CHEAP.spec, {}, 0.1);
    const [worker] = workers as [FakeWorker];
    worker.postMessage = () => {};
    const late = expect(computing.coming(CHEAP.spec, state, 0.1, false)).rejects.toThrow(
      "What was asked took too long to compute; it was stopped.",
    );
    await vi.advanceTimersByTimeAsync(20_000);
    await late;
    expect(worker.ended).toBe(true);
    expect((await computing.init(CHEAP.spec, {}, 0.1)).step).toBe(0);
    expect(workers.length).toBe(2);
  });

  it("does not end a worker that gives signs of life", async () => {
    vi.useFakeTimers();
    const computing = made(CHEAP);
    await computing.init(CHEAP.spec, {}, 0.1);
    const [worker] = workers as [FakeWorker];
    worker.postMessage = () => {};
    let ended = false;
    computing.look([]).catch(() => {
      ended = true;
    });
    for (let second = 0; second < 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      worker.onmessage?.({ data: { alive: true } } as MessageEvent);
    }
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ended).toBe(true);
  });

  it("rejects what is open when it is closed, and what is asked later", async () => {
    const computing = made(CHEAP);
    await computing.init(CHEAP.spec, {}, 0.1);
    const open = computing.look([]);
    await Promise.resolve();
    computing.close();
    await expect(open).rejects.toThrow("Nothing is computed here any more.");
    await expect(computing.look([])).rejects.toThrow(ProgramError);
  });

  it("rejects what waits for the worker to start when it is closed", async () => {
    const computing = made(CHEAP);
    const open = computing.init(CHEAP.spec, {}, 0.1);
    computing.close();
    await expect(open).rejects.toThrow("Nothing is computed here any more.");
    expect(workers[0]?.ended).toBe(true);
  });
});
