/** The entry of the page part for pages with no kernel: shows every widget saved in the page. */

import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import { element } from "../controls/elements.ts";
import { FAILED } from "../dom/host.ts";
import { followPolicy, forbiddenBy } from "../dom/policy.ts";
import { type PageTexts, pageTexts } from "../text/page-texts.ts";
import { sentenceOf } from "../text/sentence.ts";
import { tellHeight } from "./height.ts";
import { PageManager } from "./manager.ts";
import { define, PageError, provide } from "./modules.ts";
import { addShare } from "./share.ts";
import {
  reachable,
  readModels,
  readView,
  type SavedModels,
  STATE_TYPE,
  VIEW_TYPE,
} from "./states.ts";
import { followTheme } from "./theme.ts";

export { define };

const BEGINS_WITHIN_MS = 4000;

/** What the page itself says, in its one language. */
let texts: PageTexts = pageTexts;

/** Has the page say what it says itself in another language. */
export function speak(translated: PageTexts): void {
  texts = translated;
}

provide("@jupyter-widgets/base", base.JUPYTER_WIDGETS_VERSION, { ...base });
provide("@jupyter-widgets/controls", controls.JUPYTER_CONTROLS_VERSION, { ...controls });

/** A place in the page, and the model that is to be shown there. */
interface View {
  script: HTMLScriptElement;
  id: string;
  /** The models it needs. */
  parts: Set<string>;
}

/** Shows all widgets as soon as the page has been read. */
export function start(): void {
  document.documentElement.setAttribute("data-gdwidget-page", "");
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => void showAll());
  } else void showAll();
}

async function showAll(): Promise<void> {
  followPolicy();
  followTheme();
  tellHeight();
  for (const foot of document.querySelectorAll<HTMLElement>("[data-gdwidget-share]"))
    addShare(foot, texts);
  const problems: string[] = [];
  const models: SavedModels = {};
  for (const script of scripts(STATE_TYPE)) {
    attempt(
      () => Object.assign(models, readModels(script.text)),
      (sentence) => problems.push(sentence),
    );
  }
  const views: View[] = [];
  for (const script of scripts(VIEW_TYPE)) {
    attempt(
      () => {
        const id = readView(script.text);
        views.push({ script, id, parts: reachable(models, id) });
      },
      (sentence) => tell(script, problems[0] ?? sentence),
    );
  }
  const manager = new PageManager();
  await Promise.all(views.map((view) => show(manager, view, models)));
}

async function show(
  manager: PageManager,
  { script, id, parts }: View,
  models: SavedModels,
): Promise<void> {
  const place = element("div", { class: "gdwidget-page-widget" });
  script.before(place);
  place.addEventListener(FAILED, () => {
    place.remove();
    tell(script, texts.notDrawn);
  });
  try {
    const needed = Object.entries(models).filter(([model]) => parts.has(model));
    // What of it is damaged shows in the widget, beside what is not.
    await manager.load(Object.fromEntries(needed)).catch(console.error);
    const shown = await manager.show(id, place);
    if (models[id]?.model_module === "anywidget") watch(script, shown);
  } catch (error) {
    place.remove();
    tell(script, reasonOf(error));
  }
}

/** Says so while a widget stays empty: one whose script is broken shows nothing itself. */
function watch(script: HTMLScriptElement, shown: HTMLElement): void {
  if (shown.hasChildNodes()) return;
  let takeBack = (): void => {};
  const timer = setTimeout(async () => {
    const directive = await forbiddenBy();
    if (shown.hasChildNodes()) return;
    takeBack = tell(script, directive ? texts.forbidden(directive) : texts.notBegun);
  }, BEGINS_WITHIN_MS);
  const observer = new MutationObserver(() => {
    clearTimeout(timer);
    takeBack();
    observer.disconnect();
  });
  observer.observe(shown, { childList: true });
}

function scripts(type: string): HTMLScriptElement[] {
  return [...document.querySelectorAll<HTMLScriptElement>(`script[type="${type}"]`)];
}

function attempt(action: () => void, failed: (sentence: string) => void): void {
  try {
    action();
  } catch (error) {
    failed(reasonOf(error));
  }
}

/** What is wrong with the page; anything else belongs into the console, too. */
function reasonOf(error: unknown): string {
  if (error instanceof PageError) return error.message;
  console.error(error);
  return texts.damaged(sentenceOf(error));
}

/**
 * Says in the widget's place why it is not there; what the page shows in its stead appears.
 * Returns what takes that back.
 */
function tell(script: HTMLScriptElement, sentence: string): () => void {
  const text = `${texts.notShown}${texts.gap}${texts.said(sentence)}`;
  const message = element("p", { class: "gdwidget-page-message", role: "alert" }, text);
  script.before(message);
  script.parentElement?.classList.add("gdwidget-page-failed");
  return () => {
    message.remove();
    script.parentElement?.classList.remove("gdwidget-page-failed");
  };
}
