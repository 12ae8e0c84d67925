/** Has something measured: by the kernel, or the curvature by this page where there is none. */

import type { WidgetModel } from "../dom/host.ts";
import type { Store } from "../model/store.ts";
import type { BrowserEngine } from "../page-engine/browser.ts";
import type { Curvature, Request } from "../protocol/messages.ts";
import { readRulerAnswer } from "../protocol/wire.ts";

const LOST_MS = 15_000;

/** Who computes. */
export interface Engines {
  readonly page: Pick<BrowserEngine, "curvature"> | undefined;
}

/**
 * Resolves to the curvature at a step of the current run, to undefined where nobody can compute
 * it; rejects where other steps came first, or the kernel does not answer.
 */
export async function measure(
  model: WidgetModel,
  store: Store,
  engines: Engines,
  step: number,
): Promise<Curvature | undefined> {
  const { run } = store;
  if (!run) return undefined;
  if (store.engine === "kernel") return readRulerAnswer(await asked(model, "ruler", run.id, step));
  try {
    return await engines.page?.curvature(step);
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

/** The kernel's answer to what is asked about a step; rejects where there is none. */
export function asked(
  model: WidgetModel,
  kind: "ruler" | "fan",
  run: number,
  step: number,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const request = `${kind}-${Math.random().toString(36).slice(2)}`;
    const hear = (content: Record<string, unknown>): void => {
      if (content.request !== request) return;
      clearTimeout(timer);
      model.off("msg:custom", hear);
      if (content.kind === kind) resolve(content);
      else reject(new Error(String(content.message)));
    };
    const timer = setTimeout(() => {
      model.off("msg:custom", hear);
      reject(new Error(`No answer to what was asked for: ${kind}.`));
    }, LOST_MS);
    model.on("msg:custom", hear);
    model.send({ kind, run, step, request } satisfies Request);
  });
}
