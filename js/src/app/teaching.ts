/** Loading what teaches: saved with the widgets where it was used before, else sent by the kernel. */

import { sharedModel, type WidgetModel } from "../dom/host.ts";
import { importText } from "../dom/import-text.ts";
import type { Request } from "../protocol/messages.ts";
import * as wire from "../protocol/wire.ts";

export type Teaching = typeof import("../teaching/module.ts");

const PATIENCE_MS = 10_000;

/** Rejects where there is neither a saved text nor a kernel to send one. */
export async function loadTeaching(model: WidgetModel): Promise<Teaching> {
  const saved = await sharedModel(model)
    .then((shared) => String(shared.get("teaching") ?? ""))
    .catch(() => "");
  return importText<Teaching>(saved || (await asked(model)));
}

function asked(model: WidgetModel): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      model.off("msg:custom", hear);
      reject(new Error("No answer to what was asked for: the module that teaches."));
    }, PATIENCE_MS);
    const hear = (content: Record<string, unknown>): void => {
      if (content.kind !== "teaching") return;
      clearTimeout(timer);
      model.off("msg:custom", hear);
      resolve(wire.readTeachingPart(content).script);
    };
    model.on("msg:custom", hear);
    model.send({ kind: "teaching" } satisfies Request);
  });
}
