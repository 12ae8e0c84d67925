/** What the second figure shows: the loss, on one of two axes, or a number that learns. */

import type { LossAgainstStepFigure, LossAxis } from "../figures/loss-against-step.ts";
import type { Texts } from "../text/texts.ts";
import { element, KEEPS_KEYS, setText, uniqueName } from "./elements.ts";

export class StepPicture {
  readonly root: HTMLElement;
  private readonly kind = element("select", { "aria-label": this.texts.overSteps, ...KEEPS_KEYS });
  private readonly note = element("span", { class: "gdwidget-note" });
  private readonly group = element("div", {
    class: "gdwidget-axis",
    role: "radiogroup",
    "aria-label": this.texts.lossAxis,
  });
  private readonly axes = new Map<LossAxis, HTMLInputElement>();

  constructor(
    recorded: readonly string[],
    private readonly texts: Texts,
    private readonly figure: LossAgainstStepFigure,
  ) {
    const loss = element("option", { value: "" }, texts.lossOverSteps);
    const scalars = recorded.map((name) =>
      element("option", { value: name }, texts.scalarOverSteps(name)),
    );
    this.kind.append(loss, ...scalars);
    this.kind.addEventListener("change", () => figure.show(this.kind.value));
    const name = uniqueName();
    this.group.append(
      this.choice(name, "linear", texts.linear),
      this.choice(name, "logarithmic", texts.logarithmic),
    );
    this.root = element("div", { class: "gdwidget-bar" }, this.kind, this.note, this.group);
  }

  draw(): void {
    const { axis, scalar, note } = this.figure;
    this.kind.value = scalar;
    this.group.hidden = scalar !== "";
    for (const [each, input] of this.axes) input.checked = each === axis;
    setText(this.note, note);
  }

  private choice(name: string, axis: LossAxis, text: string): HTMLElement {
    const input = element("input", { type: "radio", name, ...KEEPS_KEYS });
    input.addEventListener("change", () => this.figure.setAxis(axis));
    this.axes.set(axis, input);
    return element("label", {}, input, element("span", {}, text));
  }
}
