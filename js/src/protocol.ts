/** The messages between page and kernel; gdwidget/protocol.py is their mirror image. */

import type { Columns } from "./rows.ts";

/** The newest saved state this page understands. */
export const VERSION = 1;
export const MOST_STEPS_A_MESSAGE = 100_000;

export type Request =
  | { kind: "sync"; have: Record<string, number>; request: string }
  | { kind: "advance"; run: number; n: number; request: string }
  | { kind: "goto"; run: number; step: number; request: string }
  | { kind: "reset"; start: Record<string, number> }
  | { kind: "landscape"; low: number; high: number; request: string }
  | { kind: "rest" };

export interface RunHeader {
  id: number;
  parent: number | null;
  fork: number;
  params: Record<string, number>;
  last: number;
}

export interface Delta {
  kind: "delta";
  run: RunHeader;
  runs: number[];
  start: number;
  cursor: number;
  /** The learning rate that was set when the cursor came to where it is. */
  rateOnArrival: number;
  request: string;
  /** How long the steps that were asked for took. */
  seconds: number;
  columns: Columns;
}

/** The loss at ascending values of the learning parameter. */
export interface Curve {
  values: Float32Array;
  losses: Float32Array;
}

/** The curve as saved, with the ends of the first view; its points may reach further. */
export interface SavedCurve extends Curve {
  low: number;
  high: number;
}

export interface LandscapeAnswer {
  kind: "landscape";
  request: string;
  curve: Curve;
}

export interface ErrorAnswer {
  kind: "error";
  field: string;
  message: string;
  request: string;
}

export type Answer = Delta | LandscapeAnswer | ErrorAnswer;

export interface SavedRun extends RunHeader {
  steps: Int32Array;
  columns: Columns;
}

export interface Keyframe {
  version: number;
  cursor: number;
  rateOnArrival: number;
  runs: SavedRun[];
}

/** Reads a message from the kernel; undefined if it is none of ours. */
export function parseAnswer(content: unknown, buffers: readonly DataView[]): Answer | undefined {
  if (!isRecord(content)) return undefined;
  const request = String(content.request ?? "");
  switch (content.kind) {
    case "delta":
      return {
        kind: "delta",
        run: { ...runHeader(content), id: Number(content.run) },
        runs: (content.runs as unknown[]).map(Number),
        start: Number(content.start),
        cursor: Number(content.cursor),
        rateOnArrival: Number(content.rate_on_arrival),
        request,
        seconds: Number(content.seconds),
        columns: readColumns(buffers[0]),
      };
    case "landscape":
      return { kind: "landscape", request, curve: readCurve(buffers[0]) };
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

/** Reads the saved timeline; throws a sentence if it cannot be read. */
export function parseKeyframe(saved: unknown): Keyframe {
  if (!isRecord(saved)) throw new Error("The saved steps are missing.");
  const version = Number(saved.version);
  if (!(version <= VERSION)) {
    throw new Error(`The saved steps are of version ${version}; this page reads up to ${VERSION}.`);
  }
  const runs = readSavedRuns(saved.runs);
  if (!runs) throw new Error("The saved steps are damaged.");
  const rateOnArrival = Number(saved.rate_on_arrival);
  return { version, cursor: Number(saved.cursor), rateOnArrival, runs };
}

/** Reads the saved red curve; undefined if there is none yet. */
export function parseCurve(saved: unknown): SavedCurve | undefined {
  if (!isRecord(saved)) return undefined;
  const low = Number(saved.low);
  const high = Number(saved.high);
  return { low, high, ...readCurve(bytes(String(saved.points))) };
}

function runHeader(content: Record<string, unknown>): Omit<RunHeader, "id"> {
  const parent = content.parent;
  return {
    parent: parent === null ? null : Number(parent),
    fork: Number(content.fork),
    params: content.params as Record<string, number>,
    last: Number(content.last),
  };
}

function readSavedRuns(saved: unknown): SavedRun[] | undefined {
  try {
    const runs = (saved as Record<string, unknown>[]).map((run) => ({
      ...runHeader(run),
      id: Number(run.id),
      steps: new Int32Array(bytes(String(run.steps)).buffer),
      columns: readColumns(bytes(String(run.columns))),
    }));
    const whole = runs.every(
      ({ steps, columns }) => steps.length > 0 && steps.length === columns.value.length,
    );
    return whole ? runs : undefined;
  } catch {
    return undefined;
  }
}

function readColumns(buffer: ArrayBufferView | undefined): Columns {
  const [value, gradient, loss, rate] = readBlocks(buffer, 4);
  return { value, gradient, loss, rate } as Columns;
}

function readCurve(buffer: ArrayBufferView | undefined): Curve {
  const [values, losses] = readBlocks(buffer, 2);
  return { values, losses } as Curve;
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

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
