/** Making native elements. */

type Attributes = Record<string, string | number | boolean>;

/** Makes an element with attributes and children; texts become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** What keeps Jupyter from taking the keys of a focused element as its own shortcuts. */
export const KEEPS_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** `icon` stands before the text, or alone where `bare`: then the text is only read out. */
export function button(text: string, hint: string, icon?: string, bare = false): HTMLButtonElement {
  const made = element("button", { type: "button", title: hint, ...KEEPS_KEYS });
  if (icon) made.append(element("span", { class: "gdwidget-icon", "aria-hidden": "true" }, icon));
  const shown = bare ? "gdwidget-button-text gdwidget-hidden" : "gdwidget-button-text";
  made.append(element("span", { class: shown }, text));
  return made;
}

/** Every widget of a page loads this module anew, so a count alone would not be unique. */
const prefix = `gdwidget-${Math.random().toString(36).slice(2)}`;
let nextId = 0;

/** A name that no other element of the page has. */
export function uniqueName(): string {
  nextId += 1;
  return `${prefix}-${nextId}`;
}

/** What a mark looks like, and what it is. */
export function legendEntry(kind: string, ...meaning: (Node | string)[]): HTMLLIElement {
  const key = { class: `gdwidget-key gdwidget-key-${kind}`, "aria-hidden": "true" };
  return element("li", {}, element("span", key), ...meaning);
}

/** Where a figure is put: to readers who do not see it, a picture with `label`. */
export function figureBox(label = ""): HTMLDivElement {
  const picture = { role: "img", "aria-label": label, tabindex: 0, ...KEEPS_KEYS };
  return element("div", { class: "gdwidget-box", ...picture });
}

/** A list of names to choose from. */
export function nameList(label: string, names: readonly string[]): HTMLSelectElement {
  const items = names.map((name) => element("option", { value: name }, name));
  return element("select", { "aria-label": label, ...KEEPS_KEYS }, ...items);
}

/** A label with its input beside it. */
export function labelled(text: string, input: HTMLElement): HTMLElement {
  input.id = uniqueName();
  return element(
    "span",
    { class: "gdwidget-field" },
    element("label", { for: input.id }, text),
    input,
  );
}

/** What opens below its mark, and shuts by Escape and when it is left with nothing wrong in it. */
export function popup(label: string, mark: string, ...content: Node[]): HTMLDetailsElement {
  const summary = element(
    "summary",
    { title: label, ...KEEPS_KEYS },
    element("span", { class: "gdwidget-hidden" }, label),
    element("span", { "aria-hidden": "true" }, mark),
  );
  const inside = element("div", { class: "gdwidget-popup-content", tabindex: -1 }, ...content);
  const root = element("details", { class: "gdwidget-popup" }, summary, inside);
  root.addEventListener("focusout", ({ relatedTarget }) => {
    const left = !root.contains(relatedTarget as Node | null);
    if (left && !root.querySelector('[aria-invalid="true"]')) root.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.open) return;
    event.stopPropagation();
    root.open = false;
    summary.focus();
  });
  return root;
}

/** Sets a text only when it changed, so that nothing is laid out again for nothing. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
