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
  return importText<Module>(saved || (await askForPart(model, name, patience)));
}

/** Asks the kernel; what it sends is heard by all widgets that wait for it. */
export function ask<Answer>(
  model: WidgetModel,
  request: Request,
  hear: (content: Record<string, unknown>) => Answer | undefined,
  patience: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      model.off("msg:custom", listen);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`No answer to what was asked for: ${JSON.stringify(request)}.`));
    }, patience);
    const listen = (content: Record<string, unknown>): void => {
      const answer = hear(content);
      if (answer === undefined) return;
      end();
      resolve(answer);
    };
    model.on("msg:custom", listen);
    model.send(request);
  });
}

/** The text of a part, as the kernel has it. */
export function askForPart(model: WidgetModel, part: PartName, patience: number): Promise<string> {
  const hear = (content: Record<string, unknown>): string | undefined =>
    content.kind === "part" && content.part === part
      ? wire.readPartAnswer(content).script
      : undefined;
  return ask(model, { kind: "part", part }, hear, patience);
}
