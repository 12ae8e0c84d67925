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
  teaching(): Promise<Teaching>;
}

/** What teaches; nothing, and a notice why it is not there, where it cannot be loaded. */
export async function taught(session: Learner): Promise<Teaching | undefined> {
  try {
    return await session.teaching();
  } catch (error) {
    console.error(error);
    session.store.tell({ field: "", message: texts.noTeaching });
    return undefined;
  }
}

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
