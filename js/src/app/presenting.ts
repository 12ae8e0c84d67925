/** The button, the key and the address that present a view; what presents is loaded when used. */

import { button as pressed } from "../controls/elements.ts";
import { sharedModel } from "../dom/host.ts";
import type { Boxes, Presents } from "../teaching/lent.ts";
import type { Drawing } from "./drawing.ts";
import type { Session } from "./session.ts";
import { TOOLS, taught } from "./teaching.ts";

type Module = typeof import("../presenting/module.ts");

/** What presents a view, where it is sent by a kernel, or was saved in this page. */
export function presenting(
  lent: Session,
  drawn: Drawing,
  boxes: Boxes,
  root: HTMLElement,
  signal: AbortSignal,
): Presents & { draw(): void } {
  const button = pressed(lent.store.texts.present, lent.store.texts.presentHint);
  let saved = false;
  const draw = (): void => {
    button.hidden = !saved && lent.store.engine !== "kernel";
  };
  const present = async (): Promise<void> => {
    if (button.hidden) return;
    const module = await taught<Module>(lent, "presenting");
    const asking = await lent.questions;
    module?.present({ lent, tools: TOOLS, asking, root, boxes, drawn, signal });
  };
  button.addEventListener("click", present);
  sharedModel(lent.model)
    .then((shared) => {
      saved = !!shared.get("presenting");
      draw();
      // The address of a page that is one lesson may ask for it.
      const lesson = document.documentElement.hasAttribute("data-gdwidget-link");
      if (lesson && /[#&]present\b/.test(location.hash)) present();
    })
    .catch(() => {});
  return { button, draw, present };
}
