import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LookAnswer } from "../../src/protocol/messages.ts";
import { engineTexts } from "../../src/text/engine-texts.ts";
import { pageTexts } from "../../src/text/page-texts.ts";
import { presentingWordsOf } from "../../src/text/presenting-words.ts";
import { texts } from "../../src/text/texts.ts";
import { wordsOf } from "../../src/text/words.ts";
import { texts as chinese } from "../../src/text/zh/module.ts";
import { texts as chinesePage } from "../../src/text/zh/page-texts.ts";
import { pseudoTable } from "./pseudo.ts";

const { words, engine, presenting, ...widget } = chinese;
const TABLES = [
  ["of the widget", texts, widget],
  ["of what teaches", wordsOf({}), words],
  ["of what presents", presentingWordsOf({}), presenting],
  ["of what computes", engineTexts, engine],
  ["of pages", pageTexts, chinesePage],
] as const;

/** What stays as it is in every language. */
const KEPT = new Set(
  "CSV bqplot float32 custom Home End Escape Ctrl blob answers txt zh CN sgd adam nan inf".split(
    " ",
  ),
);

const ROW = { step: 1009, value: 11.5, gradient: 13.5, loss: 17.5 };
const OTHER = { step: 2003, value: 19.5, gradient: 23.5, loss: 29.5 };
const PLANE = {
  ...{ x: "x", y: "y", least: 2.5, most: 3.5, holes: 0.25, explained: 0.75 },
  ...{ start: [4.5, 5.5], cursor: [6.5, 7.5], outside: true, step: 1009, loss: 8.5 },
  ...{ downhill: [1, -2], stretched: "x 9", fog: false },
};
const LOOK = {
  ...{ figure: "curve", x: "x", y: "y", step: 1009, samples: [1013, 1019], batch: [0, 1] },
  ...{
    inputs: [9, 11],
    targets: [1, 2],
    predictions: [3, 5],
    curve_x: [4, 6],
    curve_y: [7, 8],
    boundary_x: [],
  },
};

const SPREAD = { name: "W", low: "7", high: "31", half: ["11", "13"] };

/** What an entry is made from, where that is not numbers; all that it can say. */
const GIVEN: Record<string, readonly (readonly unknown[])[]> = {
  list: [[["W", "b"]]],
  axis: [["component 1"], ["random direction 2"], ["predicted W"]],
  said: [["7"]],
  choice: [["custom"], ["sgd"]],
  batch: [[{ epoch: 1009, number: 1013, count: 0 }], [{ epoch: 1009, number: 1013, count: 1019 }]],
  batchSizeText: [[0], [1], [1009]],
  speedText: [[Number.POSITIVE_INFINITY], [0.5], [1], [1009]],
  runText: [
    ["", "7"],
    ["W", "7"],
  ],
  beginning: [[ROW]],
  moves: [
    ["W", 7, true, true],
    ["W", 7, false, false],
  ],
  underOnAll: [[ROW, OTHER, 7]],
  underOnBatch: [[ROW]],
  converged: [[ROW]],
  flat: [[ROW]],
  update: [["-7"]],
  plainUpdate: [["7", "-11"]],
  diverged: [[ROW, "W"]],
  divergedElsewhere: [[ROW, "W"]],
  ended: [[ROW]],
  growing: [[ROW, OTHER]],
  still: [[["W"]], [["W", "b"]]],
  rateFallen: [[["W"]], [["W", "b"]]],
  silent: [
    [["W"], undefined],
    [["W"], 1],
    [["W", "b"], 7],
  ],
  outside: [
    ["W", ROW, "left"],
    ["W", ROW, "right"],
  ],
  paused: [[ROW]],
  runEnded: [[ROW]],
  lossFunctionAlternative: [
    ["W", ROW, OTHER, 31.5, true, false, false],
    ["W", ROW, OTHER, undefined, false, false, true],
    ["W", ROW, OTHER, undefined, false, true, false],
  ],
  curveAlternative: [
    [
      "W",
      [
        [-6, 330.7],
        [2, 0.5],
        [10, 331.2],
      ],
    ],
  ],
  planeAlternative: [
    [PLANE],
    [{ ...PLANE, fog: true, explained: null, downhill: [0, 2], stretched: "", start: undefined }],
  ],
  lossAgainstStepAlternative: [[ROW, OTHER, 1013, 7.5]],
  scalarAgainstStepAlternative: [["W", ROW, OTHER, 1013]],
  samplesAlternative: [[LOOK as unknown as LookAnswer]],
  dataAlternative: [
    [LOOK as unknown as LookAnswer],
    [{ ...LOOK, figure: "scatter", batch: [0], samples: [1013] }],
    [{ ...LOOK, figure: "boundary", batch: Array(11).fill(0), boundary_x: [1] }],
  ],
  recomputedApart: [[0, 1009], [1e-3, 1009], [1e-7]],
  linkRefused: [[["7", "11"]]],
  option: [["7."]],
  stepCount: [[-1], [1], [1009]],
  value: [["W"]],
  unknown: [["sgd"], [""]],
  curvature: [
    [{ sharpness: "7", along: ["W", "b"], mostly: true, step: 11, units: "adam", allData: true }],
    [{ sharpness: "7", along: [], mostly: false, step: 0, units: "", allData: false }],
  ],
  from: [[["W = 7", "b = 11"]]],
  lead: [
    [1009, true, [SPREAD, { ...SPREAD, half: undefined }]],
    [1, false, [{ ...SPREAD, high: SPREAD.low }]],
  ],
  uphill: [
    [38, 1, 6, true],
    [38, 7, 200, false],
  ],
};

/** All entries of a table by their names, as the sentences that they make. */
function sentences(table: unknown, name = ""): [string, string][] {
  if (typeof table === "string") return [[name, table]];
  if (typeof table === "function") {
    const given = GIVEN[name.split(".").at(-1) as string] ?? [[1009, 1013, 1019, 1021]];
    return given.map((each, at) => [`${name}(${at})`, table(...each)]);
  }
  return Object.entries(table as object).flatMap(([each, entry]) =>
    sentences(entry, name ? `${name}.${each}` : each),
  );
}

function numbers(sentence: string): string[] {
  return [...new Set(sentence.match(/\d[\d.,]*\d|\d/g) ?? [])].sort();
}

describe.each(TABLES)("the sentences %s in Chinese", (_, english, translated) => {
  const said = new Map(sentences(translated));

  it("are those of English", () => {
    expect([...said.keys()].sort()).toEqual(
      sentences(english)
        .map(([name]) => name)
        .sort(),
    );
  });

  it.each(sentences(english))("%s tells the same numbers and names", (name, sentence) => {
    const translation = said.get(name) as string;
    expect(numbers(translation)).toEqual(numbers(sentence));
    const named = sentence.match(/\b[Wbxy]\b/g) ?? [];
    for (const each of named) expect(translation).toContain(each);
  });

  it.each([...said])("%s leaves no English", (_name, translation) => {
    const left = (translation.match(/[A-Za-z]\w+/g) ?? []).filter((word) => !KEPT.has(word));
    expect(left).toEqual([]);
  });
});

/** What is thrown in a folder, with something put in where something is. */
function thrown(folder: string): string[] {
  const root = new URL(`../../src/${folder}/`, import.meta.url);
  return readdirSync(root).flatMap((file) => {
    let text = readFileSync(new URL(file, root), "utf8");
    for (const [, name, said] of text.matchAll(/const (\w+) = ["`](.*)["`];/g)) {
      text = text.replaceAll(`\${${name}}`, said as string);
    }
    const made =
      /(?:Error|WrongSteps|said|object|json)\(\s*(?:\w+(?:\([^)]*\))?, )?["`](.*?)["`][,)]/gs;
    return [...text.matchAll(made)]
      .map(([, sentence = ""]) => sentence.replace(/\$\{[^}]*\}/g, "7"))
      .filter((sentence) => /^[A-Z7]\w* /.test(sentence) && !sentence.includes("${"));
  });
}

describe("what is thrown", () => {
  it.each(["page-engine", "interpreter", "protocol"].flatMap(thrown))("%s", (sentence) => {
    expect(chinese.said(sentence)).toMatch(/^[^A-Za-z]+$/);
  });

  it.each(thrown("page"))("in a page: %s", (sentence) => {
    const whole = /[.]$/.test(sentence) ? sentence : `${sentence}: 7.`;
    expect(chinesePage.said(whole)).toMatch(/^[^A-Za-z]+$/);
  });

  it("is found in the code", () => {
    expect(["page-engine", "interpreter", "protocol"].flatMap(thrown).length).toBeGreaterThan(25);
    expect(thrown("page").length).toBeGreaterThan(10);
  });

  it("is told in the order of Chinese, with what was put in", () => {
    const sentence =
      "A run starts where the loss and its gradient are finite: loss inf, gradient 2.0 at W = 1.0.";
    expect(chinese.said(sentence)).toContain("在 W = 1.0 处损失是 inf，梯度是 2.0");
  });

  it("stays English where it is not known, or is something else", () => {
    expect(chinese.said("boom")).toBe("boom");
    expect(texts.said("boom")).toBe("boom");
  });
});

it("the sentences of a pseudo-locale are about a third longer, and say the same", () => {
  const pseudo = pseudoTable(texts);
  expect(pseudo.step).toBe("Štép~~");
  const [long, short] = [pseudo, texts].map((table) =>
    sentences(table).reduce((sum, [, sentence]) => sum + sentence.length, 0),
  ) as [number, number];
  expect(long / short).toBeGreaterThan(1.25);
  expect(pseudo.count(3, 50)).toMatch(/3 .*50/);
});
