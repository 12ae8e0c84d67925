/** What teaches: loaded where it is used, and handed what it needs of the widget. */

import {
  button,
  element,
  KEEPS_KEYS,
  labelled,
  setText,
  uniqueName,
} from "../controls/elements.ts";
import { write } from "../controls/table.ts";
import type { Store } from "../model/store.ts";
import { float32Text } from "../text/format.ts";

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
  readonly store: Pick<Store, "tell" | "texts">;
  teaching(): Promise<Teaching>;
}

/** What teaches; nothing, and a notice why it is not there, where it cannot be loaded. */
export async function taught(session: Learner): Promise<Teaching | undefined> {
  try {
    return await session.teaching();
  } catch (error) {
    console.error(error);
    session.store.tell({ field: "", message: session.store.texts.noTeaching });
    return undefined;
  }
}
