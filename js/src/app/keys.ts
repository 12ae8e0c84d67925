/** Keys: what they do in the widget, and that they do nothing else anywhere. */

import { KEEPS_KEYS } from "../controls/elements.ts";

export interface KeyActions {
  step(): void;
  back(): void;
  toggleRun(): void;
  reset(): void;
  goTo(step: number): void;
  last(): number;
  present(): void;
}

/** Listens to all keys in the widget; none gets out to the notebook, the slides or the page. */
export function listenToKeys(root: HTMLElement, actions: KeyActions, signal: AbortSignal): void {
  /** Whether the focus was moved by Tab: then what has it gets the keys it has of its own. */
  let tabbed = false;

  root.addEventListener(
    "keydown",
    (event) => {
      if (isSave(event)) {
        letOut(event);
        return;
      }
      event.stopPropagation();
      if (event.key === "Tab") tabbed = true;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = actionOf(event, actions, tabbed);
      if (!action) return;
      event.preventDefault();
      action();
    },
    { signal },
  );
  root.addEventListener(
    "keyup",
    (event) => {
      event.stopPropagation();
      if (event.key === "Tab") tabbed = true;
      if (event.key === " " && !tabbed && isButton(event.target)) event.preventDefault();
    },
    { signal },
  );
  root.addEventListener("keypress", (event) => event.stopPropagation(), { signal });
  root.addEventListener(
    "pointerdown",
    () => {
      tabbed = false;
    },
    { signal, capture: true },
  );
}

/** Saving is the notebook's wherever the focus is. */
function isSave(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
}

/** For one key, the focused element does not keep Jupyter's shortcuts away. */
function letOut({ target }: KeyboardEvent): void {
  const [keeps, value] = Object.entries(KEEPS_KEYS)[0] as [string, string];
  if (!(target instanceof Element) || !target.hasAttribute(keeps)) return;
  target.removeAttribute(keeps);
  setTimeout(() => target.setAttribute(keeps, value));
}

function actionOf(
  event: KeyboardEvent,
  actions: KeyActions,
  tabbed: boolean,
): (() => void) | undefined {
  const { key, target } = event;
  if (isInput(target, "number") || isSelect(target)) return undefined;
  if (key === " ") {
    if ((isButton(target) && tabbed) || isSummary(target)) return undefined;
    return event.repeat ? () => {} : actions.toggleRun;
  }
  if (key === "s" || key === "S") return actions.step;
  if (key === "r" || key === "R") return event.repeat ? undefined : actions.reset;
  if (key === "p" || key === "P") return event.repeat ? undefined : actions.present;
  if (isInput(target, "range") || (isInput(target, "radio") && tabbed)) return undefined;
  if (key === "ArrowRight") return actions.step;
  if (key === "ArrowLeft") return actions.back;
  if (key === "Home") return () => actions.goTo(0);
  if (key === "End") return () => actions.goTo(actions.last());
  return undefined;
}

function isInput(target: EventTarget | null, type: string): boolean {
  return target instanceof HTMLInputElement && target.type === type;
}

/** A list takes letters, arrows and space to choose. */
function isSelect(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement;
}

/** Whether the space bar presses it. */
function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || isInput(target, "checkbox");
}

function isSummary(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.tagName === "SUMMARY";
}
