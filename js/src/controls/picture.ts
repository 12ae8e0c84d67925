/** What the first figure shows where several parameters learn. */

import type { Picture } from "../model/state.ts";
import type { Store } from "../model/store.ts";
import { element, KEEPS_KEYS, nameList } from "./elements.ts";

export class PictureChoice {
  readonly root: HTMLElement;
  private readonly kind = element("select", {
    "aria-label": this.store.texts.picture,
    ...KEEPS_KEYS,
  });
  private readonly one: HTMLSelectElement;
  private readonly x: HTMLSelectElement;
  private readonly y: HTMLSelectElement;

  constructor(
    private readonly store: Store,
    planes: boolean,
  ) {
    const { texts, names } = store;
    const { recorded, count } = names;
    const kinds: Picture[] = ["one"];
    if (planes && recorded.length > 1) kinds.push("two");
    if (planes && count > 2) kinds.push("components", "random");
    const items = kinds.map((kind) => element("option", { value: kind }, texts.pictures[kind]));
    this.kind.append(...items);
    this.one = nameList(texts.shownParameter, recorded);
    this.x = nameList(texts.across, recorded);
    this.y = nameList(texts.up, recorded);
    const title = element("span", { class: "gdwidget-title" }, texts.lossAlong);
    const choices = [this.kind, this.one, this.x, this.y];
    const [name = ""] = recorded;
    const fixed = element("span", { class: "gdwidget-title gdwidget-learning" }, name);
    this.root = element(
      "div",
      { class: "gdwidget-bar" },
      title,
      ...(count < 2 ? [fixed] : choices),
    );
    this.kind.addEventListener("change", () => store.view(this.kind.value as Picture));
    this.one.addEventListener("change", () => store.show(this.one.value));
    this.x.addEventListener("change", () => this.takeAxis(0, this.x.value));
    this.y.addEventListener("change", () => this.takeAxis(1, this.y.value));
  }

  draw(): void {
    const { store } = this;
    const { picture, shown, axes, plane } = store;
    for (const option of this.kind.options) {
      const kind = option.value as Picture;
      option.disabled = kind !== "one" && kind !== plane?.slice && !store.draws(kind);
    }
    this.kind.value = picture;
    this.one.value = shown;
    [this.x.value, this.y.value] = axes;
    this.one.hidden = picture !== "one";
    this.x.hidden = picture !== "two";
    this.y.hidden = picture !== "two";
  }

  /** A plane has two parameters: to choose the other one's swaps them. */
  private takeAxis(axis: 0 | 1, name: string): void {
    const [x, y] = this.store.axes;
    const other = axis === 0 ? y : x;
    const kept = other === name ? (axis === 0 ? x : y) : other;
    this.store.view("two", axis === 0 ? [name, kept] : [kept, name]);
  }
}
