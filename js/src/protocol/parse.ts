/** Reading what the kernel sends and what it saved. */

import { bytes, isRecord } from "../interpreter/json.ts";
import type { Columns, Status } from "../protocol/messages.ts";
import {
  type Answer,
  type Choices,
  type Curve,
  type Keyframe,
  type LookAnswer,
  type LookFigure,
  type Names,
  type NextStep,
  type NextUpdate,
  type PlaneAnswer,
  type RunHeader,
  type RunSettings,
  type SavedCurve,
  type SavedRun,
  type Slice,
  VERSION,
} from "./messages.ts";

/** Reads a message from the kernel; undefined if it is none of ours. */
export function parseAnswer(content: unknown, buffers: readonly DataView[]): Answer | undefined {
  if (!isRecord(content)) return undefined;
  const request = String(content.request ?? "");
  switch (content.kind) {
    case "delta": {
      const run = runHeader(content);
      return {
        kind: "delta",
        run: { ...run, id: Number(content.run) },
        runs: (content.runs as unknown[]).map(Number),
        start: Number(content.start),
        ...readNextStep(content),
        request,
        seconds: Number(content.seconds),
        columns: readColumns(buffers[0], run.extras.length),
      };
    }
    case "landscape":
      return { kind: "landscape", request, curve: readCurve(content, buffers[0]) };
    case "plane":
      return readPlane(content, request, readArrays(content, buffers));
    case "look":
      return readLook(content, request, readArrays(content, buffers));
    case "error":
      return {
        kind: "error",
        field: String(content.field ?? ""),
        message: String(content.message ?? ""),
        request,
      };
    default:
      return undefined;
  }
}

/** Reads what is said of the problem; states saved earlier have the first two names only. */
export function parseNames(saved: unknown): Names {
  const names = saved as Partial<Names> & Pick<Names, "params" | "learning">;
  const known = isRecord(saved) && typeof names.learning === "string";
  if (!known || !Array.isArray(names.params)) throw new Error("The parameters' names are missing.");
  return {
    recorded: [names.learning],
    count: 1,
    stream: false,
    samples: 0,
    predicts: false,
    classes: false,
    ...names,
  };
}

export function parseChoices(saved: unknown): Choices {
  const choices = isRecord(saved) ? saved : {};
  return {
    optimizers: (choices.optimizers ?? []) as string[],
    decays: (choices.decays ?? []) as string[],
    batchSizes: (choices.batch_sizes ?? []) as number[],
    problems: (choices.problems ?? []) as string[],
  };
}

/** Reads the saved timeline; throws a sentence if it cannot be read. */
export function parseKeyframe(saved: unknown): Keyframe {
  if (!isRecord(saved)) throw new Error("The saved steps are missing.");
  const version = Number(saved.version);
  if (!(version <= VERSION)) {
    throw new Error(`The saved steps are of version ${version}; this page reads up to ${VERSION}.`);
  }
  const runs = readSavedRuns(saved.runs);
  if (!runs) throw new Error("The saved steps are damaged.");
  const next = readNextStep(saved);
  const cursor = Math.min(next.cursor, runs.at(-1)?.steps.at(-1) ?? 0);
  if (!(Number.isInteger(cursor) && cursor >= 0)) throw new Error("The saved steps are damaged.");
  return { ...next, version, cursor, runs };
}

/** Reads the saved red curve; undefined if there is none yet. */
export function parseCurve(saved: unknown): SavedCurve | undefined {
  if (!isRecord(saved)) return undefined;
  const low = Number(saved.low);
  const high = Number(saved.high);
  return { low, high, ...readCurve(saved, savedBytes(String(saved.points))) };
}

/** Reads the saved plane; undefined if there is none. */
export function parsePlane(saved: unknown): PlaneAnswer | undefined {
  const arrays = savedArrays(saved);
  if (!arrays) return undefined;
  const plane = readPlane(saved as Record<string, unknown>, "", arrays);
  if (plane.losses.length !== plane.n ** 2) throw new Error("The saved plane is damaged.");
  return plane;
}

/** Reads the saved figure of the data; undefined if there is none. */
export function parseLook(saved: unknown): LookAnswer | undefined {
  const arrays = savedArrays(saved);
  return arrays && { ...readLook(saved as Record<string, unknown>, "", arrays), kept: true };
}

function savedArrays(saved: unknown): Arrays | undefined {
  if (!isRecord(saved) || !isRecord(saved.arrays)) return undefined;
  const arrays = Object.entries(saved.arrays).map(
    ([name, text]) => [name, readBlocks(savedBytes(String(text)), 1)[0] as Float32Array] as const,
  );
  return new Map(arrays);
}

function runHeader(content: Record<string, unknown>): Omit<RunHeader, "id"> {
  const parent = content.parent;
  return {
    parent: parent === null ? null : Number(parent),
    fork: Number(content.fork),
    params: readNumbers(content.params),
    last: Number(content.last),
    extras: ((content.extras ?? []) as unknown[]).map(String),
    label: String(content.label ?? ""),
    status: (content.status ?? "ready") as Status,
    batches: isRecord(content.batches)
      ? { size: Number(content.batches.size), count: Number(content.batches.count) }
      : null,
    settings: readSettings(content.settings),
  };
}

function readSettings(settings: unknown): RunSettings | null {
  if (!isRecord(settings)) return null;
  return {
    optimizer: String(settings.optimizer),
    takesRate: settings.takes_rate === true,
    batchSize: Number(settings.batch_size),
    decay: String(settings.decay),
    peak: Number(settings.peak),
    runSteps: Number(settings.run_steps),
  };
}

function readNextStep(content: Record<string, unknown>): NextStep {
  return {
    cursor: Number(content.cursor),
    rate: content.rate === null ? null : Number(content.rate),
    recompiled: content.recompiled === true,
    coming: readNextUpdate(content.coming),
  };
}

function readNextUpdate(coming: unknown): NextUpdate | null {
  if (!isRecord(coming)) return null;
  return { values: readNumbers(coming.values), terms: readNumbers(coming.terms) };
}

/** Numbers by name; those that JSON cannot write come as texts. */
function readNumbers(record: unknown): Record<string, number> {
  const entries = Object.entries(isRecord(record) ? record : {});
  return Object.fromEntries(entries.map(([name, number]) => [name, Number(number)]));
}

function readSavedRuns(saved: unknown): SavedRun[] | undefined {
  try {
    const runs = (saved as Record<string, unknown>[]).map(readSavedRun);
    return runs.length > 0 && runs.every(isWhole) ? runs : undefined;
  } catch {
    return undefined;
  }
}

function isWhole({ steps, columns }: SavedRun): boolean {
  const ascends = steps.every((step, index) =>
    index === 0 ? step === 0 : step > (steps[index - 1] as number),
  );
  const { value, gradient, loss, rate, extras } = columns;
  const all = [value, gradient, loss, rate, ...extras];
  const fits = all.every(({ length }) => length === steps.length);
  return steps.length > 0 && ascends && fits;
}

function readSavedRun(saved: Record<string, unknown>): SavedRun {
  if (!isRecord(saved.params)) throw new Error("The starting values are missing.");
  const header = runHeader(saved);
  const columns = readColumns(savedBytes(String(saved.columns)), header.extras.length);
  const steps = new Int32Array(savedBytes(String(saved.steps)).buffer);
  return { ...header, id: Number(saved.id), steps, columns };
}

function readColumns(buffer: ArrayBufferView | undefined, extras: number): Columns {
  const [value, gradient, loss, rate, ...others] = readBlocks(buffer, 4 + extras);
  return { value, gradient, loss, rate, extras: others } as Columns;
}

type Arrays = Map<string, Float32Array>;

function readArrays(content: Record<string, unknown>, buffers: readonly DataView[]): Arrays {
  const names = content.arrays as string[];
  return new Map(
    names.map((name, index) => [name, readBlocks(buffers[index], 1)[0] as Float32Array]),
  );
}

function readPlane(content: Record<string, unknown>, request: string, arrays: Arrays): PlaneAnswer {
  const take = (name: string): Float32Array => arrays.get(name) ?? new Float32Array();
  return {
    kind: "plane",
    request,
    slice: content.slice as Slice,
    x: String(content.x),
    y: String(content.y),
    lowX: Number(content.low_x),
    highX: Number(content.high_x),
    lowY: Number(content.low_y),
    highY: Number(content.high_y),
    n: Number(content.n),
    explained: Number.isFinite(content.explained) ? (content.explained as number) : null,
    least: Number(content.least ?? Number.NaN),
    more: content.more === true,
    recorded: content.recorded === true,
    losses: take("losses"),
    contourX: take("contour_x"),
    contourY: take("contour_y"),
    steps: take("steps"),
    pathX: take("path_x"),
    pathY: take("path_y"),
  };
}

function readLook(content: Record<string, unknown>, request: string, arrays: Arrays): LookAnswer {
  const take = (name: string): Float32Array => arrays.get(name) ?? new Float32Array();
  return {
    kind: "look",
    request,
    step: Number(content.step),
    figure: (content.figure ?? null) as LookFigure | null,
    x: String(content.x ?? ""),
    y: String(content.y ?? ""),
    inputs: take("inputs"),
    targets: take("targets"),
    predictions: take("predictions"),
    curveX: take("curve_x"),
    curveY: take("curve_y"),
    inputsX: take("inputs_x"),
    inputsY: take("inputs_y"),
    boundaryX: take("boundary_x"),
    boundaryY: take("boundary_y"),
    samples: take("samples"),
    batch: take("batch"),
    batchValues: take("batch_values"),
    batchLosses: take("batch_losses"),
    kept: false,
  };
}

function readCurve(content: Record<string, unknown>, buffer: ArrayBufferView | undefined): Curve {
  const [values, losses] = readBlocks(buffer, 2);
  return { values, losses, more: content.more === true } as Curve;
}

/** Copies the buffer, whose offset may be odd, and cuts it into equal columns. */
function readBlocks(buffer: ArrayBufferView | undefined, columns: number): Float32Array[] {
  const size = buffer?.byteLength ?? 0;
  const copy = new Uint8Array(size);
  if (buffer) copy.set(new Uint8Array(buffer.buffer, buffer.byteOffset, size));
  const numbers = new Float32Array(copy.buffer, 0, Math.floor(size / 4));
  const length = numbers.length / columns;
  return Array.from({ length: columns }, (_, index) =>
    numbers.slice(index * length, (index + 1) * length),
  );
}

function savedBytes(base64: string): Uint8Array {
  const read = bytes(base64);
  if (!read) throw new Error("The saved numbers are damaged.");
  return read;
}
