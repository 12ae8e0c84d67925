/** A view that fills the screen: the figure with a question for a room, or with what steps. */

import { dress } from "../dom/dress.ts";
import type { Asking } from "../teaching/asking.ts";
import type { Boxes, Drawn, Lent, Tools } from "../teaching/lent.ts";
import { press, WRITTEN } from "../teaching/parts.ts";
import { presentingWordsOf } from "../text/presenting-words.ts";
import { Stage } from "./stage.ts";
import { PRESENTATION } from "./style.ts";

/** What a view lends to be presented. */
interface Presentable {
  readonly lent: Lent;
  readonly tools: Tools;
  readonly asking: Asking | undefined;
  readonly root: HTMLElement;
  readonly boxes: Boxes;
  readonly drawn: Drawn;
  readonly signal: AbortSignal;
}

/** All is as large as usual in a window of this size, and in a larger one so many times larger. */
const USUAL = { width: 720, height: 540 };
const ZOOM = "--gdwidget-show-zoom";

let shown: Presentation | undefined;

/** Presents a view, or no longer. */
export function present(view: Presentable): void {
  const { signal, asking, root } = view;
  const presented = asking?.course.presented;
  // What is taken up again is not there yet.
  const leaves = presented?.presents && !presented.isIn(root.parentElement);
  if (signal.aborted || leaves) return;
  if (!shown) {
    shown = new Presentation(view);
    shown.open();
  } else if (shown.view.root === root) shown.leave();
}

class Presentation {
  private readonly dialog: HTMLDialogElement;
  private readonly ended = new AbortController();
  private stage: Stage | undefined;
  /** What is shown in the dialog, and what keeps its place meanwhile. */
  private moved: (readonly [HTMLElement, Comment])[] = [];

  /** What had the focus before. */
  private readonly before: Element | null;

  constructor(readonly view: Presentable) {
    this.before = (view.root.getRootNode() as Document | ShadowRoot).activeElement;
    const { element, KEEPS_KEYS } = view.tools;
    this.dialog = element("dialog", { class: "gdwidget-show", ...KEEPS_KEYS });
    view.signal.addEventListener("abort", () => this.close());
  }

  /** Fills the screen; where a host does not permit that, the window. */
  async open(): Promise<void> {
    const { dialog, view, ended } = this;
    const { root, asking, tools } = view;
    const words = presentingWordsOf(view.lent.store.texts);
    // It must be first: what is shown on top of a page must come after it.
    const active = navigator.userActivation?.isActive ?? true;
    if (active) await document.documentElement.requestFullscreen?.().catch(() => {});
    if (ended.signal.aborted) return;
    dress(root, PRESENTATION, "data-gdwidget-teaching");
    view.drawn.presented = view.boxes;
    // The page behind it stays as long as it was.
    root.style.minHeight = `${root.offsetHeight}px`;
    const figure = this.taken(".gdwidget-first");
    const leave = press(tools, words.leave, () => this.leave(), { hint: words.leaveHint });
    if (asking) {
      this.stage = new Stage(asking, view, dialog, figure, leave);
      asking.stage = this.stage;
    } else {
      const { element } = tools;
      const end = element("div", { class: "gdwidget-show-end" }, leave);
      dialog.setAttribute("aria-label", words.plainLabel);
      dialog.append(this.taken(".gdwidget-head"), figure, end);
    }
    this.listen();
    this.fit();
    root.append(dialog);
    dialog.showModal();
    const presented = asking?.course.presented;
    if (presented && !presented.presents) presented.begin(root.parentElement);
    view.lent.store.changed();
    const first = dialog.querySelector<HTMLElement>(
      ".gdwidget-toolbar .gdwidget-primary, .gdwidget-show-text",
    );
    first?.focus();
  }

  /** Goes back to the page, with all as it was. */
  leave(): void {
    const { asking } = this.view;
    this.close();
    const ended = asking?.course.presented.end() ?? Promise.resolve();
    ended.then(() => requestAnimationFrame(() => (this.before as HTMLElement | null)?.focus()));
    if (document.fullscreenElement === document.documentElement) document.exitFullscreen();
    forget();
  }

  /** Shows the page again; what is presented may go on in another view. */
  private close(): void {
    const { dialog, view, ended, moved } = this;
    if (ended.signal.aborted) return;
    ended.abort();
    if (shown === this) shown = undefined;
    view.drawn.presented = undefined;
    this.stage?.close();
    if (view.asking) view.asking.stage = undefined;
    for (const [part, place] of moved) place.replaceWith(part);
    dialog.close();
    dialog.remove();
    view.root.style.minHeight = "";
    view.lent.store.changed();
  }

  private taken(selector: string): HTMLElement {
    const part = this.view.root.querySelector(selector) as HTMLElement;
    const place = document.createComment("");
    part.replaceWith(place);
    this.moved.push([part, place]);
    return part;
  }

  private listen(): void {
    const { dialog, stage } = this;
    const { signal } = this.ended;
    const full = document.fullscreenElement !== null;
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave();
    });
    dialog.addEventListener("keydown", (event) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const writes = (target as Element).matches(WRITTEN);
      const slides = (target as Element).matches("input[type=range]") && key.startsWith("Arrow");
      if (stage || key.toLowerCase() === "p") event.stopPropagation();
      if (writes || slides || event.repeat) return;
      if (key.toLowerCase() !== "p" && !stage?.takes(key)) return;
      event.preventDefault();
      if (key.toLowerCase() === "p") this.leave();
    });
    window.addEventListener("resize", () => this.fit(), { signal });
    document.addEventListener(
      "fullscreenchange",
      () => {
        // Escape ends that first, and no key is heard.
        if (full && !document.fullscreenElement) this.leave();
      },
      { signal },
    );
  }

  private fit(): void {
    const { innerWidth, innerHeight } = window;
    const zoom = Math.max(1, Math.min(innerWidth / USUAL.width, innerHeight / USUAL.height));
    this.dialog.style.setProperty(ZOOM, zoom.toFixed(3));
  }
}

/** An address that asked to be presented asks it no longer. */
function forget(): void {
  const { hash, href } = location;
  const left = new URLSearchParams(hash.slice(1));
  if (!left.has("present")) return;
  left.delete("present");
  try {
    history.replaceState(
      history.state,
      "",
      href.replace(/#.*$/, "") + (left.size ? `#${left}` : ""),
    );
  } catch (error) {
    console.warn(error);
  }
}
