/** Reads what the kernel sends and what it saved. */

import { bytes, isRecord } from "../interpreter/json.ts";
import type {
  Answer,
  Choices,
  Columns,
  Curve,
  Keyframe,
  LookAnswer,
  Names,
  PlaneAnswer,
  SavedCurve,
  SavedRun,
} from "./messages.ts";
import * as wire from "./wire.ts";

/** Reads a message from the kernel; undefined if it is none of ours. */
export function parseAnswer(content: unknown, buffers: readonly DataView[]): Answer | undefined {
  if (!isRecord(content)) return undefined;
  switch (content.kind) {
    case "delta": {
      const {
        kind,
        run: id,
        runs,
        start,
        n: _,
        request,
        seconds,
        ...told
      } = wire.readDelta(content);
      const { cursor, rate, recompiled, coming, ...fields } = told;
      const run = { ...fields, id };
      const columns = readColumns(buffers[0], run.extras.length);
      const next = { cursor, rate, recompiled, coming };
      return { kind, run, runs, start, request, seconds, ...next, columns };
    }
    case "ahead": {
      const columns = readColumns(buffers[0], (buffers[0]?.byteLength ?? 0) / 4 - 4);
      return { ...wire.readAhead(content), columns };
    }
    case "landscape": {
      const { kind, more, request } = wire.readLandscape(content);
      return { kind, request, curve: readCurve(more, buffers[0]) };
    }
    case "plane":
    case "look": {
      const { kind, request, arrays: names } = wire.readOfArrays(content);
      const arrays = Object.fromEntries(names.map((name, at) => [name, readFloats(buffers[at])]));
      return kind === "plane"
        ? readPlane(content, arrays, request)
        : readLook(content, arrays, request);
    }
    case "error":
      return wire.readErrorAnswer(content);
    default:
      return undefined;
  }
}

/** Reads what is said of the problem; throws a sentence if it cannot be read. */
export function parseNames(saved: unknown): Names {
  return said("The parameters' names are missing.", () => wire.readNames(saved));
}

/** Reads what the page offers; nothing where that was not saved or is damaged. */
export function parseChoices(saved: unknown): Choices {
  try {
    return wire.readChoices(saved);
  } catch {
    return { optimizers: [], decays: [], batch_sizes: [], problems: [] };
  }
}

/** Reads the saved timeline; throws a sentence if it cannot be read. */
export function parseKeyframe(saved: unknown): Keyframe {
  if (!isRecord(saved)) throw new Error("The saved steps are missing.");
  const version = Number(saved.version);
  if (!(version <= wire.VERSION)) {
    const newest = `this page reads up to ${wire.VERSION}`;
    throw new Error(`The saved steps are of version ${version}; ${newest}.`);
  }
  return said("The saved steps are damaged.", () => {
    const keyframe = wire.readKeyframe(saved);
    const runs = keyframe.runs.map(readSavedRun);
    const cursor = Math.min(keyframe.cursor, runs.at(-1)?.steps.at(-1) ?? -1);
    if (cursor < 0 || !runs.every(isWhole)) throw new Error();
    return { ...keyframe, cursor, runs };
  });
}

/** Reads the saved red curve; undefined if there is none yet. */
export function parseCurve(saved: unknown): SavedCurve | undefined {
  if (!isRecord(saved)) return undefined;
  return said("The saved curve is damaged.", () => {
    const { low, high, points, more } = wire.readSavedCurve(saved);
    return { low, high, ...readCurve(more, decoded(points)) };
  });
}

/** Reads the saved plane; undefined if there is none. */
export function parsePlane(saved: unknown): PlaneAnswer | undefined {
  if (!isRecord(saved)) return undefined;
  return said("The saved plane is damaged.", () => {
    const plane = readPlane(saved, savedArrays(saved));
    if (plane.losses.length !== plane.n ** 2) throw new Error();
    return plane;
  });
}

/** Reads the saved figure of the data; undefined if there is none. */
export function parseLook(saved: unknown): LookAnswer | undefined {
  if (!isRecord(saved)) return undefined;
  return said("The saved figure of the data is damaged.", () => ({
    ...readLook(saved, savedArrays(saved)),
    kept: true,
  }));
}

/** Returns what is read; where that throws, says this instead. */
function said<T>(sentence: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(sentence);
  }
}

function readPlane(content: unknown, arrays: unknown, request = ""): PlaneAnswer {
  const plane = wire.readPlane(content);
  const explained = Number.isFinite(plane.explained) ? plane.explained : null;
  const least = plane.least ?? Number.NaN;
  return { ...plane, ...wire.readPlaneArrays(arrays), kind: "plane", request, explained, least };
}

function readLook(content: unknown, arrays: unknown, request = ""): LookAnswer {
  const [look, read] = [wire.readLook(content), wire.readLookArrays(arrays)];
  return { ...look, ...read, kind: "look", request, kept: false };
}

function savedArrays(saved: unknown): Record<string, Float32Array> {
  const texts = Object.entries(wire.readSavedArrays(saved).arrays);
  return Object.fromEntries(texts.map(([name, text]) => [name, readFloats(decoded(text))]));
}

function readSavedRun(saved: wire.SavedRun): SavedRun {
  const columns = readColumns(decoded(saved.columns), saved.extras.length);
  return { ...saved, steps: new Int32Array(decoded(saved.steps).buffer), columns };
}

function isWhole({ steps, columns }: SavedRun): boolean {
  const ascends = steps.every((step, index) =>
    index === 0 ? step === 0 : step > (steps[index - 1] as number),
  );
  const { value, gradient, loss, rate, extras } = columns;
  const all = [value, gradient, loss, rate, ...extras];
  return steps.length > 0 && ascends && all.every(({ length }) => length === steps.length);
}

function readColumns(buffer: ArrayBufferView | undefined, extras: number): Columns {
  const [value, gradient, loss, rate, ...others] = readBlocks(buffer, 4 + extras);
  return { value, gradient, loss, rate, extras: others } as Columns;
}

function readCurve(more: boolean, buffer: ArrayBufferView | undefined): Curve {
  const [values, losses] = readBlocks(buffer, 2);
  return { values, losses, more } as Curve;
}

function readFloats(buffer: ArrayBufferView | undefined): Float32Array {
  return readBlocks(buffer, 1)[0] as Float32Array;
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

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  const read = bytes(base64);
  if (!read) throw new Error("The saved numbers are damaged.");
  return read;
}
