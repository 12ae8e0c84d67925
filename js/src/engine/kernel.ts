/** The engine in the kernel, spoken to by messages. */

import type { Engine } from "../engine.ts";
import type { WidgetModel } from "../host.ts";
import { type Answer, parseAnswer, type Request } from "../protocol.ts";
import type { Store } from "../store.ts";

const SYNC_AGAIN_MS = 500;

interface Waiting {
  resolve: () => void;
  reject: (reason: Error) => void;
}

export class KernelEngine implements Engine {
  private readonly waiting = new Map<string, Waiting>();
  private readonly page = Math.random().toString(36).slice(2);
  private requests = 0;
  private looking = false;
  private wanted: number | undefined;
  private syncedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly model: WidgetModel,
    private readonly store: Store,
  ) {
    model.on("msg:custom", (content: unknown, buffers: DataView[]) => {
      const answer = parseAnswer(content, buffers);
      if (answer) this.take(answer);
    });
  }

  get alive(): boolean {
    return this.store.alive;
  }

  /** Asks for all rows this page lacks. */
  sync(): void {
    this.syncedAt = performance.now();
    this.send({ kind: "sync", have: this.store.have() });
  }

  advance(n: number): Promise<void> {
    const run = this.store.run?.id ?? 0;
    return this.ask((request) => ({ kind: "advance", run, n, request }));
  }

  /** One such message at a time; while one is under way the last step asked for waits. */
  goTo(step: number): void {
    this.wanted = step;
    if (!this.looking) this.look();
  }

  reset(start: Record<string, number>): void {
    this.send({ kind: "reset", start });
  }

  evaluate(low: number, high: number): Promise<void> {
    return this.ask((request) => ({ kind: "landscape", low, high, request }));
  }

  rest(): void {
    this.send({ kind: "rest" });
  }

  /** Gives up on all open requests, when the kernel has gone. */
  abandon(): void {
    for (const { reject } of this.waiting.values()) reject(new Error("The kernel is gone."));
    this.waiting.clear();
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.wanted !== undefined) {
      const step = this.wanted;
      this.wanted = undefined;
      const run = this.store.run?.id ?? 0;
      await this.ask((request) => ({ kind: "goto", run, step, request })).catch(() => {});
    }
    this.looking = false;
  }

  private ask(make: (request: string) => Request): Promise<void> {
    this.requests += 1;
    const request = `${this.page}-${this.requests}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { resolve, reject });
      this.send(make(request));
    });
  }

  private send(request: Request): void {
    this.model.send(request);
  }

  private take(answer: Answer): void {
    switch (answer.kind) {
      case "delta": {
        const complete = this.store.apply(answer, this.looking);
        const mayAsk = performance.now() - this.syncedAt > SYNC_AGAIN_MS;
        if (!complete && mayAsk) this.sync();
        break;
      }
      case "landscape":
        this.store.detail = answer.curve;
        this.store.changed();
        break;
      case "error":
        this.store.tell({ field: answer.field, message: answer.message });
        this.settle(answer.request, new Error(answer.message));
        return;
    }
    this.settle(answer.request);
  }

  private settle(request: string, error?: Error): void {
    const waiting = this.waiting.get(request);
    this.waiting.delete(request);
    if (error) waiting?.reject(error);
    else waiting?.resolve();
  }
}
