/** The entry of what shows figures in a page whose host cannot: a manager with bqplot in it. */

import * as base from "@jupyter-widgets/base";
import type { Manager, OwnFigures } from "../dom/host.ts";
import { PageManager } from "./manager.ts";
import { define, find, provide } from "./modules.ts";
import { readModels } from "./states.ts";

export { define };

provide("@jupyter-widgets/base", base.JUPYTER_WIDGETS_VERSION, { ...base });

let sheets: string | undefined;

export const figures: OwnFigures = {
  async manager(states: string): Promise<Manager> {
    // Its style comes with it, and is to be known before a figure is shown.
    figures.style();
    const manager = new PageManager();
    await manager.load(readModels(states));
    return manager as unknown as Manager;
  },

  /** What bqplot puts into the page while it is made. */
  style(): string {
    sheets ??= addedBy(() => find("bqplot", ""));
    return sheets;
  },
};

function addedBy(make: () => void): string {
  const before = new Set(document.head.querySelectorAll("style"));
  make();
  const added = [...document.head.querySelectorAll("style")].filter((each) => !before.has(each));
  return added.map(({ textContent }) => textContent).join("\n");
}
