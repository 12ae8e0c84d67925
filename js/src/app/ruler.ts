/** The ruler's switch and the question why the loss grew; what answers them is loaded when used. */

import { button, element, KEEPS_KEYS, setText, uniqueName } from "../controls/elements.ts";
import { type Settings, shareOf } from "../controls/settings.ts";
import type { Session } from "./session.ts";
import { type Teaching, taught } from "./teaching.ts";

export class RulerControls {
  readonly box = element("input", { type: "checkbox", ...KEEPS_KEYS });
  readonly root = element("label", {}, this.box, this.session.store.texts.ruler);
  readonly why = button(this.session.store.texts.why, this.session.store.texts.whyHint);
  readonly reason = element("p", { class: "gdwidget-why", "aria-live": "polite" });
  private ruler: InstanceType<Teaching["Ruler"]> | undefined;
  private loading = false;

  constructor(
    private readonly session: Session,
    private readonly settings: Settings,
    /** Whether there is a growing loss to ask about. */
    private readonly grows: () => boolean,
    /** Stands above the sentence. */
    private readonly above: HTMLElement,
  ) {
    this.box.addEventListener("change", () => session.store.rule(this.box.checked));
    this.why.addEventListener("click", () => this.ask());
  }

  draw(): void {
    const { store, teaches } = this.session;
    const ruled = store.ruled && !store.hides;
    this.root.hidden = !teaches || store.hides;
    this.box.checked = ruled;
    this.why.hidden = !(teaches && this.grows());
    if (ruled && !this.ruler && !this.loading) this.load();
    else if (!ruled) this.close();
    this.ruler?.draw();
  }

  close(): void {
    this.ruler?.close();
    this.ruler = undefined;
    this.settings.description = "";
  }

  private get hands(): ConstructorParameters<Teaching["Ruler"]>[0] {
    const { model, store, engine: engines } = this.session;
    const { slider } = this.settings;
    return { model, store, engines, element, setText, slider, share: shareOf };
  }

  private async load(): Promise<void> {
    const { store } = this.session;
    this.loading = true;
    const teaching = await taught(this.session);
    this.loading = false;
    if (!teaching) store.rule(false);
    else if (store.ruled) {
      this.ruler = new teaching.Ruler(this.hands);
      const told = [this.ruler.text, this.ruler.alternative];
      for (const each of told) each.id = uniqueName();
      this.settings.description = told.map(({ id }) => id).join(" ");
      this.above.after(this.ruler.sentence);
      store.changed();
    }
  }

  private async ask(): Promise<void> {
    const teaching = await taught(this.session);
    teaching?.why(this.hands, this.reason);
  }
}
