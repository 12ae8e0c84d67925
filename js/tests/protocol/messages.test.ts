import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/protocol.json";
import { Rows } from "../../src/model/rows.ts";
import type {
  Ahead,
  Columns,
  Delta,
  ErrorAnswer,
  LandscapeAnswer,
  LookAnswer,
} from "../../src/protocol/messages.ts";
import { MOST_STEPS_A_MESSAGE, VERSION } from "../../src/protocol/messages.ts";
import {
  parseAnswer,
  parseCurve,
  parseKeyframe,
  parseLook,
  parseNames,
  parsePlane,
} from "../../src/protocol/parse.ts";

const LOOK = { step: 7, figure: "scatter", x: "x", y: "y" };

type Numbers = (number | string)[];

/** The buffer of a message, at some offset in a larger one, as comms deliver it. */
function buffer(base64: string, offset = 0): DataView {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const larger = new Uint8Array(offset + bytes.length + 5).fill(255);
  larger.set(bytes, offset);
  return new DataView(larger.buffer, offset, bytes.length);
}

/** The rows that came out, written as the fixture writes them. */
function written(columns: Columns): Numbers[] {
  const { value, gradient, loss, rate, extras } = columns;
  return Array.from(value, (_, index) =>
    [value, gradient, loss, rate, ...extras].map((column) => asWritten(column[index] as number)),
  );
}

function asWritten(number: number): number | string {
  return Number.isFinite(number) ? number : String(number);
}

/** The numbers of a record, of which some are written as texts. */
function numbers(record: object): Record<string, number> {
  return Object.fromEntries(Object.entries(record).map(([name, each]) => [name, Number(each)]));
}

/** What a field of an answer stands for: of no share at all, none is read. */
function meant(name: string, field: unknown): unknown {
  if (name === "least") return Number(field ?? Number.NaN);
  if (/^(NaN|-?Infinity)$/.test(String(field))) return name === "explained" ? null : Number(field);
  return field;
}

describe("a delta", () => {
  it.each(fixture.deltas)(
    "is read as the kernel meant it: $name",
    ({ header, buffer: bytes, rows }) => {
      const answer = parseAnswer(header, [buffer(bytes)]) as Delta;
      expect(written(answer.columns)).toEqual(rows);
      const { run: id, parent, fork, params, last, runs, start, cursor, request } = header;
      const { rate, recompiled } = header;
      const { extras, status, batches, coming } = header;
      const { columns: _, ...rest } = answer;
      const { settings, given } = header;
      expect(rest).toEqual({
        kind: "delta",
        run: { id, parent, fork, params, last, extras, status, batches, settings, given },
        runs,
        start,
        cursor,
        rate,
        recompiled,
        seconds: header.seconds,
        request,
        coming: coming && { values: numbers(coming.values), terms: numbers(coming.terms) },
      });
    },
  );

  it.each(["NaN", "Infinity", "-Infinity"])("may have %s for any of its numbers", (text) => {
    const [{ header }] = fixture.deltas as [(typeof fixture.deltas)[number]];
    const coming = { values: { W: text }, terms: { momentum: text } };
    const settings = { ...header.settings, peak: text };
    const params = { W: text };
    const changed = { ...header, params, settings, coming, seconds: text };
    const answer = parseAnswer(changed, []) as Delta;
    const number = Number(text);
    expect(answer.run.params).toEqual({ W: number });
    expect(answer.run.settings.peak).toBe(number);
    expect(answer.coming).toEqual({ values: { W: number }, terms: { momentum: number } });
    expect(answer.seconds).toBe(number);
  });

  it.each(fixture.aheads)(
    "may be of a step taken ahead: $name",
    ({ header, buffer: bytes, row }) => {
      const { columns, ...read } = parseAnswer(header, [buffer(bytes, 1)]) as Ahead;
      expect(written(columns)).toEqual([row]);
      const { coming, rate, ...rest } = header;
      expect(read).toMatchObject(rest);
      expect(read.rate).toBe(rate);
      expect(Object.keys(read.coming?.values ?? {})).toEqual(Object.keys(coming?.values ?? {}));
    },
  );

  it.each([1, 2, 3, 7])("may begin at byte %i of a larger buffer", (offset) => {
    for (const { header, buffer: bytes, rows } of fixture.deltas) {
      const answer = parseAnswer(header, [buffer(bytes, offset)]) as Delta;
      expect(written(answer.columns)).toEqual(rows);
    }
  });

  it("keeps its own copy of the numbers", () => {
    const [{ header, buffer: bytes, rows }] = fixture.deltas as [(typeof fixture.deltas)[number]];
    const view = buffer(bytes);
    const answer = parseAnswer(header, [view]) as Delta;
    new Uint8Array(view.buffer).fill(0);
    expect(written(answer.columns)).toEqual(rows);
  });

  it("without a buffer brings no rows", () => {
    const answer = parseAnswer(fixture.deltas[0]?.header, []) as Delta;
    expect(answer.columns.value).toHaveLength(0);
    expect(answer.columns.rate).toHaveLength(0);
  });
});

describe("a landscape", () => {
  it.each(fixture.landscapes)(
    "is read as the kernel meant it: $name",
    ({ header, buffer: bytes, points }) => {
      const { curve, request } = parseAnswer(header, [buffer(bytes, 1)]) as LandscapeAnswer;
      const read = Array.from(curve.values, (value, index) =>
        [value, curve.losses[index] as number].map(asWritten),
      );
      expect(read).toEqual(points);
      expect(request).toBe(header.request);
    },
  );
});

describe("an answer of arrays", () => {
  it.each(fixture.arrays)(
    "is read as the kernel meant it: $name",
    ({ header, buffers, arrays }) => {
      const answer = parseAnswer(
        header,
        buffers.map((bytes) => buffer(bytes, 3)),
      ) as unknown;
      const read = answer as Record<string, unknown>;
      for (const [name, numbers] of Object.entries(arrays)) {
        expect(Array.from(read[name] as Float32Array, asWritten)).toEqual(numbers);
      }
      const { kind, request, arrays: _, ...fields } = header;
      expect(read).toMatchObject({ kind, request });
      for (const [name, field] of Object.entries(fields)) {
        expect(read[name]).toEqual(meant(name, field));
      }
    },
  );
});

describe("a look", () => {
  it("leaves empty what it has not", () => {
    const header = { ...LOOK, kind: "look", request: "", arrays: ["samples"] };
    const look = parseAnswer(header, [new DataView(new ArrayBuffer(4))]) as LookAnswer;
    expect(look.samples).toHaveLength(1);
    expect(look.inputs).toHaveLength(0);
    expect(look.batch_losses).toHaveLength(0);
  });
});

describe("an error", () => {
  it.each(fixture.errors)("is read as the kernel meant it: $name", ({ message }) => {
    expect(parseAnswer(message, []) as ErrorAnswer).toEqual(message);
  });
});

describe("a message that is none of ours", () => {
  it.each([undefined, null, 3, "delta", [], {}, { kind: "delta?" }, { kind: 3 }, { run: 1 }])(
    "is passed over: %j",
    (content) => {
      expect(parseAnswer(content, [])).toBeUndefined();
    },
  );
});

describe("a keyframe", () => {
  it.each(fixture.keyframes)("is read as the kernel meant it: $name", ({ keyframe, runs }) => {
    const read = parseKeyframe(keyframe);
    expect(read.version).toBe(VERSION);
    expect(read.cursor).toBe(keyframe.cursor);
    const { rate, recompiled } = keyframe;
    expect(read).toMatchObject({ rate, recompiled });
    expect(read.runs).toHaveLength(runs.length);
    for (const [index, { id, kept, samples, extras }] of runs.entries()) {
      const run = read.runs[index] as (typeof read.runs)[number];
      const { parent, fork, params, last } = keyframe.runs[index] as (typeof keyframe.runs)[number];
      expect(run).toMatchObject({ id, parent, fork, params, last });
      expect(run.steps).toHaveLength(kept);
      const rows = Rows.saved(run.steps, run.columns);
      const found = samples.map(({ step }) => {
        const { value, gradient, loss, rate } = rows.row(rows.indexOf(step));
        return { step, row: [value, gradient, loss, rate].map(asWritten) };
      });
      expect(found).toEqual(samples);
      const others = samples.map(({ step }) =>
        run.columns.extras.map((column) => asWritten(column[rows.indexOf(step)] as number)),
      );
      expect(others).toEqual(extras);
    }
  });

  it("says where the coming update leads", () => {
    const sent = fixture.keyframes.find(({ keyframe }) => keyframe.coming);
    expect(sent).toBeDefined();
    expect(parseKeyframe(sent?.keyframe).coming).toEqual(sent?.keyframe.coming);
  });

  it("of a newer version is refused in a sentence that names both versions", () => {
    const newer = { version: VERSION + 1, cursor: 0, runs: [] };
    expect(() => parseKeyframe(newer)).toThrow(
      "The saved steps are of version 2; this page reads up to 1.",
    );
  });

  it.each([undefined, null, "", 7])("that is %j is refused as missing", (saved) => {
    expect(() => parseKeyframe(saved)).toThrow("The saved steps are missing.");
  });

  it("that looks beyond the last step looks at that", () => {
    const [{ keyframe }] = fixture.keyframes as [(typeof fixture.keyframes)[number]];
    expect(parseKeyframe({ ...keyframe, cursor: 1e9 }).cursor).toBe(0);
  });

  const [{ keyframe: whole }] = fixture.keyframes as [(typeof fixture.keyframes)[number]];
  const [run] = whole.runs as [(typeof whole.runs)[number]];

  it.each([
    ["has no version", { cursor: 0, runs: [] }],
    ["has no runs", { version: 1, cursor: 0 }],
    ["has runs that are no list", { ...whole, runs: 3 }],
    ["has a run that is none", { ...whole, runs: [null] }],
    ["has columns that are not base64", { ...whole, runs: [{ ...run, columns: "<script>" }] }],
    ["has steps cut off in the middle", { ...whole, runs: [{ ...run, steps: "AAA=" }] }],
    ["has fewer rows than steps", { ...whole, runs: [{ ...run, columns: "" }] }],
    ["has a run without rows", { ...whole, runs: [{ ...run, columns: "", steps: "" }] }],
    ["has an empty list of runs", { ...whole, runs: [] }],
    ["has a cursor that is none", { ...whole, cursor: "<b>" }],
    ["has a cursor before the start", { ...whole, cursor: -1 }],
    ["has no starting values", { ...whole, runs: [{ ...run, params: null }] }],
    ["begins after the start", { ...whole, runs: [{ ...run, steps: "AQAAAA==" }] }],
  ])("that %s is refused in a sentence", (_, saved) => {
    expect(() => parseKeyframe(saved)).toThrow(/^The saved steps .*\.$/);
  });
});

describe("what was saved of the figures", () => {
  const zero = "AAAAAA==";
  const [{ header }] = fixture.arrays as [(typeof fixture.arrays)[number]];
  const { kind: _, request: __, arrays: ___, ...fields } = header;
  const plane = { ...fields, n: 1 };

  it("is read as it would have been sent, and known to be saved", () => {
    const look = parseLook({ ...LOOK, arrays: { targets: zero } });
    expect(look).toMatchObject({ step: 7, figure: "scatter", kept: true });
    expect(look?.targets).toHaveLength(1);
    expect(parsePlane({ ...plane, arrays: { losses: zero } })?.losses).toHaveLength(1);
  });

  it.each([undefined, null, 3])("that is %j is not there", (saved) => {
    expect(parseLook(saved)).toBeUndefined();
    expect(parsePlane(saved)).toBeUndefined();
  });

  it.each([
    ["a plane without fields", () => parsePlane({ arrays: { losses: zero } })],
    ["a plane without arrays", () => parsePlane(plane)],
    ["a plane with too few losses", () => parsePlane({ ...plane, n: 3, arrays: { losses: zero } })],
    ["losses that are not base64", () => parsePlane({ ...plane, arrays: { losses: "<b>" } })],
    ["a look of no known figure", () => parseLook({ ...LOOK, figure: "<b>", arrays: {} })],
    ["a look without arrays", () => parseLook(LOOK)],
    [
      "a curve whose end is a text",
      () => parseCurve({ low: "0", high: 1, points: "", more: false }),
    ],
    ["a curve without points", () => parseCurve({ low: 0, high: 1, more: false })],
  ])("says that it is damaged: %s", (_, read) => {
    expect(read).toThrow(/^The saved .* is damaged\.$/);
  });
});

describe("the names", () => {
  it.each([undefined, null, 3, {}, { learning: "W" }, { learning: 3, params: [] }])(
    "that are %j are refused in a sentence",
    (saved) => {
      expect(() => parseNames(saved)).toThrow(/^The .*\.$/);
    },
  );
});

describe("the saved curve", () => {
  it.each(fixture.curves)("is read as the kernel meant it: $name", ({ curve, points }) => {
    const read = parseCurve(curve);
    const pairs = Array.from(read?.values ?? [], (value, index) =>
      [value, read?.losses[index] as number].map(asWritten),
    );
    expect(pairs).toEqual(points);
    expect([read?.low, read?.high]).toEqual([curve.low, curve.high]);
  });

  it.each([undefined, null, 3])("that is %j is not there yet", (saved) => {
    expect(parseCurve(saved)).toBeUndefined();
  });
});

describe("what both sides agree on", () => {
  it("is the version of the saved state", () => {
    expect(VERSION).toBe(fixture.version);
  });

  it("is how many steps a message may ask for", () => {
    const most = fixture.requests.find(({ name }) => name.startsWith("the most steps"));
    expect(most?.message).toMatchObject({ n: MOST_STEPS_A_MESSAGE });
  });
});
