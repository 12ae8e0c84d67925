import { describe, expect, it } from "vitest";
import { reachable, readModels, readView, type SavedModels } from "../../src/page/states.ts";

const model = (state: Record<string, unknown> = {}): Record<string, unknown> => ({
  model_name: "AnyModel",
  model_module: "anywidget",
  model_module_version: "~0.11.*",
  state,
});

function text(models: Record<string, unknown>, version: unknown = 2): string {
  return JSON.stringify({ version_major: version, version_minor: 0, state: models });
}

describe("models", () => {
  it("are read with their buffers", () => {
    const buffers = [
      { path: ["x", 0], encoding: "base64", data: "AAAA/+8=" },
      { path: ["y"], encoding: "hex", data: "00ff" },
    ];
    const models = { one: { ...model({ W: 8 }), buffers } };
    expect(readModels(text(models))).toEqual(models);
  });

  it("may come without version and buffers", () => {
    const { model_module_version: _, ...bare } = model();
    expect(readModels(text({ one: bare }))).toEqual({ one: bare });
  });

  it.each([
    ["", /^It is cut off or damaged: /],
    [text({ one: model() }).slice(0, -5), /^It is cut off or damaged: /],
    ["[]", /no object/],
    ["null", /no object/],
    ["{}", /names no version/],
    [text({}, "2"), /names no version/],
    [text({}, 3), /^It was saved in format 3; this page reads up to 2\.$/],
    [JSON.stringify({ version_major: 2 }), /holds no models/],
    [text({ one: null }), /model one cannot be read/],
    [text({ one: { ...model(), state: [] } }), /model one cannot be read/],
    [text({ one: { ...model(), model_name: 5 } }), /model one cannot be read/],
    [text({ one: { ...model(), buffers: {} } }), /model one cannot be read/],
    [text({ one: { ...model(), buffers: [null] } }), /model one cannot be read/],
    [
      text({ one: { ...model(), buffers: [{ path: [], encoding: "base64", data: "" }] } }),
      /model one cannot be read/,
    ],
    [
      text({ one: { ...model(), buffers: [{ path: ["x"], encoding: "base64", data: "?" }] } }),
      /model one cannot be read/,
    ],
  ])("that cannot be read are refused in a sentence: %s", (saved, sentence) => {
    expect(() => readModels(saved)).toThrow(sentence);
  });
});

describe("places", () => {
  it("name a model", () => {
    expect(readView('{"version_major": 2, "version_minor": 0, "model_id": "one"}')).toBe("one");
  });

  it.each(["", "{}", '{"version_major": 2}', '{"version_major": 9, "model_id": "one"}'])(
    "that are damaged are refused: %s",
    (saved) => {
      expect(() => readView(saved)).toThrow(/\.$/);
    },
  );
});

describe("what a model needs", () => {
  const models = {
    root: model({ marks: { a: "IPY_MODEL_a" }, list: [["IPY_MODEL_b"]], text: "an IPY_MODEL_x" }),
    a: model({ back: "IPY_MODEL_root" }),
    b: model({ data: new DataView(new ArrayBuffer(2)), nothing: null }),
    other: model({ lost: "IPY_MODEL_lost" }),
  } as unknown as SavedModels;

  it("is all it refers to, round trips included", () => {
    expect(reachable(models, "root")).toEqual(new Set(["root", "a", "b"]));
  });

  it("is missed when it is not there", () => {
    expect(() => reachable(models, "other")).toThrow("1 of its 2 parts are missing");
    expect(() => reachable(models, "gone")).toThrow("Its state is not in this page.");
    expect(() => reachable(models, "toString")).toThrow("Its state is not in this page.");
  });
});
