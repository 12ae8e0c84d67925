/** What the panel is made of. */

import type { Tools } from "./lent.ts";

/** What is written in, so that letters are no keys there. */
export const WRITTEN = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select";

/** What is shown in the panel for one scene. */
export interface Part {
  readonly root: HTMLElement;
  draw(): void;
  /** Puts the focus where it helps. */
  focus(): void;
}

/** What was entered, or what is missing. */
export type Entered = { numbers: number[]; text?: string } | { missing: string };

export interface Input {
  readonly root: HTMLElement;
  read(): Entered;
  draw?(): void;
  /** What Enter does, where that is not to commit. */
  enter?(): void;
  /** Whether a hint may be asked for. */
  readonly tried?: boolean;
}

export interface Radios {
  readonly root: HTMLFieldSetElement;
  /** Which is chosen; -1 for none. */
  value: number;
}

/** A choice of one, with what is asked as its legend. */
export function radios(
  { element, uniqueName, KEEPS_KEYS }: Tools,
  legend: string,
  options: readonly string[],
  changed: () => void = () => {},
): Radios {
  const name = uniqueName();
  const inputs = options.map((_, value) =>
    element("input", { type: "radio", name, value, ...KEEPS_KEYS }),
  );
  const labels = options.map((text, at) =>
    element("label", {}, inputs[at] as Node, element("span", {}, text)),
  );
  const root = element("fieldset", { class: "gdwidget-quiz-radios" });
  root.append(element("legend", {}, legend), ...labels);
  root.addEventListener("change", changed);
  return {
    root,
    get value(): number {
      return inputs.findIndex(({ checked }) => checked);
    },
    set value(chosen: number) {
      inputs.forEach((input, at) => {
        input.checked = at === chosen;
      });
    },
  };
}

/** A button that does something. */
export function press(
  { button }: Tools,
  text: string,
  act: () => void,
  { hint = text, primary = false } = {},
): HTMLButtonElement {
  const made = button(text, hint);
  if (hint === text) made.removeAttribute("title");
  made.classList.toggle("gdwidget-primary", primary);
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") !== "true") act();
  });
  return made;
}

export function row({ element }: Tools, ...children: Node[]): HTMLElement {
  return element("div", { class: "gdwidget-quiz-row" }, ...children);
}

/** A heading that can take the focus, so that what follows is read from there. */
export function heading({ element, KEEPS_KEYS }: Tools, text: string): HTMLElement {
  const about = { class: "gdwidget-quiz-title", role: "heading", "aria-level": 2, tabindex: -1 };
  return element("div", { ...about, ...KEEPS_KEYS }, text);
}
