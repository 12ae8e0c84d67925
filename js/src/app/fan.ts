/** The switch that shows all steps that could be next; what shows them is loaded when used. */

import { button, element, setText } from "../controls/elements.ts";
import type { Boxes } from "../teaching/lent.ts";
import type { Drawing } from "./drawing.ts";
import type { Session } from "./session.ts";
import { type Teaching, taught } from "./teaching.ts";

export class FanControls {
  readonly button = button(this.session.store.texts.fan, this.session.store.texts.fanHint);
  readonly root = element("span", {}, this.button);
  private fan: InstanceType<Teaching["Fan"]> | undefined;

  constructor(
    private readonly session: Session,
    private readonly drawn: Drawing,
    private readonly boxes: Boxes,
    /** Stands above the sentence. */
    private readonly above: HTMLElement,
  ) {
    this.button.addEventListener("click", () => {
      if (this.pressed) this.close();
      else this.open();
    });
    this.press(false);
  }

  draw(): void {
    const { store } = this.session;
    const { samples } = store.names;
    const offered = store.engine === "kernel" && samples > 0 && !store.hides && !store.fog;
    this.root.hidden = !offered;
    if (!offered) this.close();
    this.fan?.draw();
  }

  close(): void {
    this.press(false);
    this.fan?.close();
    this.fan = undefined;
  }

  private get pressed(): boolean {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  private press(pressed: boolean): void {
    this.button.setAttribute("aria-pressed", String(pressed));
  }

  private async open(): Promise<void> {
    const { session, drawn, boxes } = this;
    const { model, store } = session;
    this.press(true);
    const teaching = await taught(session);
    if (!teaching) this.press(false);
    if (!this.pressed || this.fan || !teaching) return;
    this.fan = new teaching.Fan({ model, store, drawn, boxes, element, setText });
    this.above.after(this.fan.sentence);
    this.fan.draw();
  }
}
