/** Loading what not every widget needs: saved where it was used before, else sent by the kernel. */

import { sharedModel, type WidgetModel } from "../dom/host.ts";
import { importText } from "../dom/import-text.ts";
import type { Request } from "../protocol/messages.ts";
import * as wire from "../protocol/wire.ts";

/** The modules, as the shared model has them; "zh" is the Chinese of all the others. */
export type PartName = wire.PartAnswer["part"];

const PATIENCE_MS = 10_000;

/** Rejects where there is neither a saved text nor a kernel to send one. */
export async function loadPart<Module>(
  model: WidgetModel,
  name: PartName,
  patience = PATIENCE_MS,
): Promise<Module> {
  const shared = await sharedModel(model).catch(() => undefined);
  const saved = String(shared?.get(name) ?? "");
  if (!saved && shared?.comm_live === false) throw new Error(`The module "${name}" is not there.`);
  return importText<Module>(saved || (await asked(model, name, patience)));
}

function asked(model: WidgetModel, part: PartName, patience: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      model.off("msg:custom", hear);
      reject(new Error(`No answer to what was asked for: the module "${part}".`));
    }, patience);
    const hear = (content: Record<string, unknown>): void => {
      if (content.kind !== "part" || content.part !== part) return;
      clearTimeout(timer);
      model.off("msg:custom", hear);
      resolve(wire.readPartAnswer(content).script);
    };
    model.on("msg:custom", hear);
    model.send({ kind: "part", part } satisfies Request);
  });
}
