/** What Python says of questions, variants, verdicts and receipts, the page says, too. */

import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/teaching.json";
import { type Key, readKey, readQuestions } from "../../src/protocol/wire.ts";
import { crc32, utf8 } from "../../src/teaching/crc.ts";
import { type Answer, judged } from "../../src/teaching/judge.ts";
import { readReceipt, receipt } from "../../src/teaching/receipt.ts";
import { opened, variantOf } from "../../src/teaching/seal.ts";

const questions = readQuestions(fixture.questions);

function question(name: string): (typeof questions.questions)[number] {
  const found = questions.questions.find((each) => each.name === name);
  if (!found) throw new Error(`no question ${name}`);
  return found;
}

function answer(numbers: number[], text = ""): Answer {
  return { question: 0, variant: 0, numbers, sure: 0, hints: 0, seconds: 0, text };
}

describe("the checksum", () => {
  it("is that of zlib", () => {
    expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
    expect(crc32(utf8(""))).toBe(0);
  });
});

describe("a seal", () => {
  it.each(fixture.keys)("of $name, variant $variant, holds its key", ({ name, variant, key }) => {
    expect(opened(questions, question(name), variant)).toEqual(readKey(key));
  });

  it("that is damaged, or of another question, is refused", () => {
    const first = question("first");
    expect(() => opened(questions, { ...first, name: "other" }, 0)).toThrow();
    expect(() => opened(questions, first, 7)).toThrow();
  });
});

describe("the variant", () => {
  it.each(fixture.variants)("that is asked follows from the name $student", (known) => {
    const asked = questions.questions.map((each) => variantOf(questions, each, known.student));
    expect(asked).toEqual(known.variants);
  });
});

describe("the verdict", () => {
  it.each(fixture.verdicts)("on $numbers in $kind is $verdict $tag", (known) => {
    const asked = { ...question("first"), kind: known.kind as "after" };
    const { verdict, tag } = judged(asked, readKey(known.key), answer(known.numbers));
    expect({ verdict, tag }).toEqual({ verdict: known.verdict, tag: known.tag });
  });

  it("on a goal is what its last run did, where that is known", () => {
    const key = { feedback: { right: "Yes.", wrong: "No." } } as unknown as Key;
    const verdict = (reached?: boolean): string =>
      judged(question("goal"), key, answer([0.1]), reached).verdict;
    expect([verdict(true), verdict(false), verdict()]).toEqual(["right", "wrong", "open"]);
    expect(judged(question("goal"), key, answer([]), true).verdict).toBe("unknown");
    expect(judged(question("goal"), key, answer([0.1]), true).feedback).toBe("Yes.");
  });

  it("is told by the mistake's own text, else by its tag, else by the verdict", () => {
    const key: Key = {
      numbers: [10],
      start: [0],
      tolerance: 0,
      mistakes: [
        { numbers: [5], tag: "half", text: "Half the way." },
        { numbers: [6], tag: "most", text: "" },
      ],
      feedback: { most: "Most of the way.", wrong: "No.", near: "Nearly.", wrong_way: "Back." },
      model: "",
    };
    const feedback = (value: number): string =>
      judged(question("first"), key, answer([value])).feedback;
    expect([5, 6.4, 8, 40, -1, 10].map(feedback)).toEqual([
      "Half the way.",
      "Most of the way.",
      "Nearly.",
      "No.",
      "Back.",
      "",
    ]);
  });
});

describe("a receipt", () => {
  it.each(fixture.receipts)("of $student is what Python writes", (known) => {
    expect(receipt(questions, known.student, known.answers)).toBe(known.receipt);
  });

  it("has answers in the order of their questions", () => {
    const [known] = fixture.receipts as [(typeof fixture.receipts)[number]];
    const turned = [...known.answers].reverse();
    expect(receipt(questions, known.student, turned)).toBe(known.receipt);
  });

  it("cuts a long name at a character", () => {
    const name = "é".repeat(200);
    expect(receipt(questions, name, [])).not.toBe(receipt(questions, "é".repeat(127), []));
    const text = receipt(questions, name, []).slice(4).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    expect(bytes[8]).toBe(254);
    expect(bytes).toHaveLength(4 + 4 + 1 + 254 + 4);
  });
});

describe("a receipt that a platform kept", () => {
  it.each(fixture.receipts)(
    "of $student gives its answers back",
    ({ student, answers, receipt }) => {
      expect(readReceipt(receipt, questions, student)).toEqual(answers);
    },
  );

  it("is refused where it is damaged, of somebody else or of other questions", () => {
    const { receipt: text, student } = fixture.receipts[1] as (typeof fixture.receipts)[number];
    const other = { ...questions, fingerprint: "00c0ffee" };
    expect(() => readReceipt(text, questions, "Bob")).toThrow();
    expect(() => readReceipt(text, other, student)).toThrow();
    expect(() => readReceipt(text.slice(0, -4), questions, student)).toThrow();
    expect(() => readReceipt("gd1:", questions, student)).toThrow();
    expect(() => readReceipt("7.38", questions, student)).toThrow();
  });
});
