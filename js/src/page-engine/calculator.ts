/** Who computes: this page where it is quick, else a worker, where there may be one. */

import { followPolicy, forbiddenBy } from "../dom/policy.ts";
import { ProgramError } from "../interpreter/program.ts";
import type { Curvature, Names, NextUpdate } from "../protocol/messages.ts";
import { Computing } from "./computing.ts";
import type { Portable } from "./payload.ts";
import type { Calculator, Look, RunSpec, State, Stretch } from "./states.ts";
import type { Answer, Method, Question } from "./worker.ts";

/** What a step may cost that is taken in the page: about a millisecond. */
const CHEAP = 200_000;
/** How long a worker may take to start, and how long it may be silent while it is asked. */
const START_MS = 5_000;
const SILENT_MS = 15_000;

const STOPPED = "What was asked took too long to compute; it was stopped.";
const CLOSED = "Nothing is computed here any more.";

/**
 * Computes for one widget; `script` is the text of the module that this is in, from which a
 * worker is made; `remark` is told which part of a policy forbids that. Throws a ProgramError where the
 * programs of a step cannot be run.
 */
export function calculator(
  portable: Portable,
  names: Names,
  script: string,
  remark: (directive: string) => void = () => {},
): Calculator {
  const here = new Computing(portable, names);
  return costOf(portable) < CHEAP ? here : new InWorker(portable, names, script, here, remark);
}

/** What a step costs, about; where that only shows as it is taken, it may be anything. */
function costOf(portable: Portable): number {
  const { samples, batchSizes, optimizers } = portable;
  const rows = Math.max(...batchSizes.map((size) => size || samples));
  const [name = ""] = Object.keys(optimizers);
  const programs = [portable.gradient(rows), portable.optimizer(name).update];
  if (rows < samples) programs.push(portable.loss);
  return programs.reduce((sum, { cost, known }) => sum + (known ? cost : Infinity), 0);
}

/** Workers of pages without an origin (files, sandboxed frames) may not be loaded from a blob. */
function addressOf(script: string): string {
  if (globalThis.origin === "null") return `data:text/javascript,${encodeURIComponent(script)}`;
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}

interface Asked {
  resolve: (value: unknown) => void;
  reject: (reason: Error) => void;
}

/** Asks a worker, which is started when first needed; the page itself if there can be none. */
class InWorker implements Calculator {
  private worker: Promise<Worker | null> | undefined;
  private readonly asked = new Map<number, Asked>();
  private count = 0;
  private silent = 0;
  private closed = false;

  constructor(
    readonly portable: Portable,
    private readonly names: Names,
    private readonly script: string,
    private readonly here: Calculator,
    private readonly remark: (directive: string) => void,
  ) {}

  init(spec: RunSpec, start: Readonly<Record<string, number>>, rate: number): Promise<State> {
    return this.ask("init", spec, start, rate);
  }

  run(spec: RunSpec, state: State, rates: Float32Array): Promise<Stretch & { seconds: number }> {
    return this.ask("run", spec, state, rates);
  }

  coming(spec: RunSpec, state: State, rate: number, decays: boolean): Promise<NextUpdate | null> {
    return this.ask("coming", spec, state, rate, decays);
  }

  losses(
    leaves: readonly Float32Array[],
    along: readonly string[] | readonly Float32Array[],
    points: Float32Array,
    rows?: Int32Array,
  ): Promise<Float32Array> {
    return this.ask("losses", leaves, along, points, rows);
  }

  look(leaves: readonly Float32Array[]): Promise<Look> {
    return this.ask("look", leaves);
  }

  curvature(spec: RunSpec, state: State, rate: number): Promise<Curvature | undefined> {
    return this.ask("curvature", spec, state, rate);
  }

  close(): void {
    this.closed = true;
    this.end(CLOSED);
    this.here.close();
  }

  private async ask<M extends Method>(
    method: M,
    ...given: Parameters<Calculator[M]>
  ): Promise<Awaited<ReturnType<Calculator[M]>>> {
    if (this.closed) throw new ProgramError(CLOSED);
    this.worker ??= this.start();
    const worker = await this.worker;
    if (this.closed) throw new ProgramError(CLOSED);
    if (!worker) {
      const ask = this.here[method] as (...given: readonly unknown[]) => Promise<never>;
      return await ask.apply(this.here, given);
    }
    return await new Promise<never>((resolve, reject) => {
      this.count += 1;
      this.asked.set(this.count, { resolve: resolve as Asked["resolve"], reject });
      worker.postMessage({ id: this.count, method, given } satisfies Question);
      this.watch();
    });
  }

  /** Resolves when the worker answers; to null where workers or their sources are forbidden. */
  private async start(): Promise<Worker | null> {
    followPolicy();
    let address = "";
    let worker: Worker | undefined;
    try {
      address = addressOf(this.script);
      const started = new Worker(address, { type: "module" });
      worker = started;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new ProgramError(STOPPED)), START_MS);
        started.onerror = (event) => {
          event.preventDefault();
          reject(new ProgramError(event.message));
        };
        started.onmessage = () => {
          clearTimeout(late);
          resolve();
        };
        const { saved } = this.portable;
        started.postMessage({ saved, names: this.names } satisfies Question);
      });
      started.onmessage = ({ data }: MessageEvent<Answer>) => this.hear(data);
      started.onerror = (event) => {
        event.preventDefault();
        this.end(event.message);
      };
      return started;
    } catch {
      worker?.terminate();
      const directive = await forbiddenBy("worker");
      if (directive) this.remark(directive);
      return null;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  private hear(answer: Answer): void {
    if ("id" in answer) {
      const asked = this.asked.get(answer.id);
      this.asked.delete(answer.id);
      if ("error" in answer) asked?.reject(new ProgramError(answer.error));
      else asked?.resolve(answer.value);
    }
    this.watch();
  }

  /** While an answer is open, the worker is ended when nothing is heard of it for too long. */
  private watch(): void {
    clearTimeout(this.silent);
    if (this.asked.size === 0) return;
    this.silent = setTimeout(() => this.end(STOPPED), SILENT_MS) as unknown as number;
  }

  /** Ends the worker; the next question starts another. */
  private end(reason: string): void {
    clearTimeout(this.silent);
    this.worker?.then((worker) => worker?.terminate());
    this.worker = undefined;
    for (const { reject } of this.asked.values()) reject(new ProgramError(reason));
    this.asked.clear();
  }
}
