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

import type { PartName } from "./parts.ts";

/** Of the modules that not every widget needs those that teach or present. */
export type TaughtPart = Exclude<PartName, "zh">;
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
    session.store.tell({ field: "", message: session.store.texts.noTeaching });
    return undefined;
  }
}
