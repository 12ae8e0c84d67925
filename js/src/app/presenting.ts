/** The button, the key and the address that present a view; what presents is loaded when used. */

import { button } from "../controls/elements.ts";
import { sharedModel } from "../dom/host.ts";
import type { Boxes } from "../teaching/lent.ts";
import { texts } from "../text/texts.ts";
import type { Drawing } from "./drawing.ts";
import type { Session } from "./session.ts";
import { TOOLS, taught } from "./teaching.ts";

type Module = typeof import("../presenting/module.ts");

export class Presenting {
  readonly button = button(texts.present, texts.presentHint);
  /** Whether what presents was saved in this page. */
  private saved = false;

  constructor(
    private readonly session: Session,
    private readonly drawn: Drawing,
    private readonly boxes: Boxes,
    private readonly root: HTMLElement,
    private readonly signal: AbortSignal,
  ) {
    this.button.addEventListener("click", this.present);
    this.look();
  }

  draw(): void {
    this.button.hidden = !this.saved && this.session.store.engine !== "kernel";
  }

  readonly present = async (): Promise<void> => {
    const { session: lent, drawn, boxes, root, signal } = this;
    if (this.button.hidden) return;
    const module = await taught<Module>(lent, "presenting");
    const asking = await lent.questions;
    module?.present({ lent, tools: TOOLS, asking, root, boxes, drawn, signal });
  };

  /** The address of a page that is one lesson may ask for it. */
  private async look(): Promise<void> {
    const shared = await sharedModel(this.session.model).catch(() => undefined);
    this.saved = !!shared?.get("presenting");
    this.draw();
    const lesson = document.documentElement.hasAttribute("data-gdwidget-link");
    if (lesson && /[#&]present\b/.test(location.hash)) this.present();
  }
}
