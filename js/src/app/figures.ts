/** Who shows the figures: the host, or where it cannot the page part itself. */

import {
  Absent,
  type ChildModel,
  type Children,
  childModels,
  hostManager,
  type Manager,
  noChildren,
  type OwnFigures,
  type WidgetModel,
} from "../dom/host.ts";
import { runScript } from "../dom/run-script.ts";
import * as wire from "../protocol/wire.ts";
import { ask, askForPart } from "./parts.ts";

/** A kernel that is busy with a cell answers when that is done. */
const PATIENCE_MS = 60_000;

/** What shows figures, by the names of the scripts, each loaded once for all widgets of a page. */
const LOADED = Symbol.for("gdwidget figures");

/** What draws the figures of a widget. */
export interface Figures {
  children: Children;
  manager: Manager | undefined;
  /** What belongs into a shadow that shows them. */
  style: string;
  /** Whether the host knows none of them. */
  lacking: boolean;
}

/**
 * Resolves what draws the figures. `follow` is called with a model by which the host says whether
 * there is a kernel, or with none where it does not say.
 */
export async function figuresOf(
  model: WidgetModel,
  follow: (child: ChildModel | "unknown" | undefined) => void,
): Promise<Figures> {
  const manager = hostManager(model);
  let children = noChildren(model);
  let asks = true;
  if (manager) {
    children = await childModels(model, manager);
    const child = anyOf(children) ?? (model.get("layout") as ChildModel | undefined);
    follow(child);
    asks = child?.comm_live === true && Object.values(children).some(isAbsent);
  } else follow("unknown");
  if (asks) {
    try {
      return await own(model);
    } catch (error) {
      console.error(error);
    }
  }
  return { children, manager, style: "", lacking: anyOf(children) === undefined };
}

async function own(model: WidgetModel): Promise<Figures> {
  const { states, script } = await statesOf(model);
  const module = await loaded(model, script);
  const manager = await module.manager(states);
  const children = await childModels(model, manager);
  return { children, manager, style: module.style(), lacking: false };
}

function loaded(model: WidgetModel, script: string): Promise<OwnFigures> {
  const page = globalThis as { [LOADED]?: Map<string, Promise<OwnFigures>> };
  page[LOADED] ??= new Map();
  const modules = page[LOADED];
  const known = modules.get(script);
  if (known) return known;
  const loading = load(model).catch((error) => {
    modules.delete(script);
    throw error;
  });
  modules.set(script, loading);
  return loading;
}

async function load(model: WidgetModel): Promise<OwnFigures> {
  const page = globalThis as { gdwidgetFigures?: { figures: OwnFigures } };
  await runScript(await askForPart(model, "figures", PATIENCE_MS));
  const module = page.gdwidgetFigures?.figures;
  delete page.gdwidgetFigures;
  if (!module) throw new Error("What shows figures is damaged.");
  return module;
}

/** The models of the figures that the widget has now, and which script shows them. */
function statesOf(model: WidgetModel): Promise<wire.FiguresAnswer> {
  const hear = (content: Record<string, unknown>): wire.FiguresAnswer | undefined => {
    if (content.kind !== "figures") return undefined;
    const answer = wire.readFiguresAnswer(content);
    const known = (reference: string): boolean =>
      answer.states.includes(reference.replace(/^.*_/, ""));
    const references = Object.values(model.get("_marks") as Record<string, string>);
    return references.every(known) ? answer : undefined;
  };
  return ask(model, { kind: "figures" }, hear, PATIENCE_MS);
}

function isAbsent(child: ChildModel): boolean {
  return child instanceof Absent;
}

/** A model that the kernel has made. */
function anyOf(children: Children): ChildModel | undefined {
  return Object.values(children).find((child) => !isAbsent(child));
}
