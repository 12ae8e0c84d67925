/** The switch that shows all steps that could be next; what shows them is loaded when used. */

import { element, KEEPS_KEYS, setText, uniqueName } from "../controls/elements.ts";
import type { Boxes } from "../teaching/lent.ts";
import type { Drawing } from "./drawing.ts";
import type { Session } from "./session.ts";
import { type Teaching, taught } from "./teaching.ts";

export class FanControls {
  readonly box = element("input", { type: "checkbox", ...KEEPS_KEYS });
  readonly root = element(
    "label",
    { title: this.session.store.texts.fanHint },
    this.box,
    this.session.store.texts.fan,
  );
  private fan: InstanceType<Teaching["Fan"]> | undefined;

  constructor(
    private readonly session: Session,
    private readonly drawn: Drawing,
    private readonly boxes: Boxes,
    /** Stands above the sentence. */
    private readonly above: HTMLElement,
  ) {
    this.box.addEventListener("change", () => {
      if (this.box.checked) this.open();
      else this.close();
    });
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
    this.box.checked = false;
    this.fan?.close();
    this.fan = undefined;
  }

  private async open(): Promise<void> {
    const { session, drawn, boxes } = this;
    const { model, store } = session;
    const teaching = await taught(session);
    if (!teaching) this.box.checked = false;
    if (!this.box.checked || this.fan || !teaching) return;
    this.fan = new teaching.Fan({ model, store, drawn, boxes, element, setText });
    this.fan.alternative.id = uniqueName();
    this.above.after(this.fan.sentence);
    this.fan.draw();
  }
}
