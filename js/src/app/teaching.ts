/** Loading what teaches: saved with the widgets where it was used before, else sent by the kernel. */

import {
  button,
  element,
  KEEPS_KEYS,
  labelled,
  setText,
  uniqueName,
} from "../controls/elements.ts";
import { write } from "../controls/table.ts";
import { sharedModel, type WidgetModel } from "../dom/host.ts";
import { importText } from "../dom/import-text.ts";
import type { Store } from "../model/store.ts";
import type { Request } from "../protocol/messages.ts";
import * as wire from "../protocol/wire.ts";
import { float32Text } from "../text/format.ts";
import { texts } from "../text/texts.ts";

export type TaughtPart = wire.TeachingPart["part"];
export type Teaching = typeof import("../teaching/module.ts");

/** What is here already, so that it need not be there a second time. */
export const TOOLS = {
  element,
  button,
  labelled,
  setText,
  uniqueName,
  KEEPS_KEYS,
  float32Text,
  write,
};

/** What loads it once, and is told where that fails. */
interface Learner {
  readonly store: Pick<Store, "tell">;
  teaching<Module>(part?: TaughtPart): Promise<Module>;
}

/** What teaches or presents; where it cannot be loaded nothing, and a notice why it is not there. */
export async function taught<Module = Teaching>(
  session: Learner,
  part?: TaughtPart,
): Promise<Module | undefined> {
  try {
    return await session.teaching<Module>(part);
  } catch (error) {
    console.error(error);
    session.store.tell({ field: "", message: texts.noTeaching });
    return undefined;
  }
}

const PATIENCE_MS = 10_000;

/** What teaches or presents; rejects where neither a text was saved nor a kernel sends one. */
export async function loaded<Module>(model: WidgetModel, part: TaughtPart): Promise<Module> {
  const saved = await sharedModel(model)
    .then((shared) => String(shared.get(part) ?? ""))
    .catch(() => "");
  return importText<Module>(saved || (await asked(model, part)));
}

function asked(model: WidgetModel, part: TaughtPart): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      model.off("msg:custom", hear);
      reject(new Error(`No answer to what was asked for: the module ${part}.`));
    }, PATIENCE_MS);
    const hear = (content: Record<string, unknown>): void => {
      if (content.kind !== "teaching" || content.part !== part) return;
      clearTimeout(timer);
      model.off("msg:custom", hear);
      resolve(wire.readTeachingPart(content).script);
    };
    model.on("msg:custom", hear);
    model.send({ kind: "teaching", part } satisfies Request);
  });
}
