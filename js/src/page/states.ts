/** Reads the widgets saved in a page, with a sentence for whatever is wrong with them. */

import { isRecord } from "../interpreter/json.ts";
import { PageError } from "./modules.ts";

export const STATE_TYPE = "application/vnd.jupyter.widget-state+json";
export const VIEW_TYPE = "application/vnd.jupyter.widget-view+json";

const VERSION = 2;
const REFERENCE = "IPY_MODEL_";
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

interface SavedModel {
  model_name: string;
  model_module: string;
  model_module_version?: string;
  state: Record<string, unknown>;
  buffers?: { path: (string | number)[]; data: string; encoding: "base64" | "hex" }[];
}

/** All models of a page, by their ids. */
export type SavedModels = Record<string, SavedModel>;

/** Reads the text of one saved state. */
export function readModels(text: string): SavedModels {
  const saved = object(json(text, "It is cut off or damaged"), "It is damaged: it is no object.");
  refuseNewer(saved);
  const models = object(saved.state, "It is damaged: it holds no models.");
  for (const [id, model] of Object.entries(models)) checkModel(id, model);
  return models as SavedModels;
}

/** Reads which model is to be shown in one place. */
export function readView(text: string): string {
  const view = object(json(text, "Its place is damaged"), "Its place is damaged.");
  refuseNewer(view);
  if (typeof view.model_id !== "string") throw new PageError("Its place names no model.");
  return view.model_id;
}

/** All models that a model needs, itself included; what is not there is an error. */
export function reachable(models: SavedModels, root: string): Set<string> {
  const found = new Set<string>();
  const lacking = new Set<string>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    const model = Object.hasOwn(models, id) ? models[id] : undefined;
    if (model) {
      found.add(id);
      waiting.push(...references(model.state));
    } else lacking.add(id);
  }
  if (lacking.has(root)) throw new PageError("Its state is not in this page.");
  if (lacking.size > 0) {
    const all = found.size + lacking.size;
    throw new PageError(`It is incomplete: ${lacking.size} of its ${all} parts are missing.`);
  }
  return found;
}

function references(value: unknown): string[] {
  if (typeof value === "string") {
    return value.startsWith(REFERENCE) ? [value.slice(REFERENCE.length)] : [];
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(references);
}

function checkModel(id: string, value: unknown): void {
  const damaged = `It is damaged: model ${id} cannot be read.`;
  const model = object(value, damaged);
  object(model.state, damaged);
  const version = model.model_module_version ?? "";
  const named = [model.model_name, model.model_module, version];
  const buffers = model.buffers ?? [];
  const good =
    named.every((name) => typeof name === "string") &&
    Array.isArray(buffers) &&
    buffers.every((buffer) => isBuffer(buffer));
  if (!good) throw new PageError(damaged);
}

function isBuffer(value: unknown): boolean {
  const { path, data, encoding } = (value ?? {}) as Record<string, unknown>;
  const reads = encoding === "base64" ? BASE64 : /^([0-9a-fA-F]{2})*$/;
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    (encoding === "base64" || encoding === "hex") &&
    typeof data === "string" &&
    reads.test(data)
  );
}

function refuseNewer({ version_major: major }: Record<string, unknown>): void {
  if (typeof major !== "number") throw new PageError("It is damaged: it names no version.");
  if (major > VERSION) {
    throw new PageError(`It was saved in format ${major}; this page reads up to ${VERSION}.`);
  }
}

function json(text: string, otherwise: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PageError(`${otherwise}: ${error instanceof Error ? error.message : "no JSON"}.`);
  }
}

function object(value: unknown, otherwise: string): Record<string, unknown> {
  if (!isRecord(value)) throw new PageError(otherwise);
  return value;
}
