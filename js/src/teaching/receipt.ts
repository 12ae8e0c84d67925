/** All answers in one short string, which gdwidget.grade reads. */

import type { Questions } from "../protocol/wire.ts";
import { crc32, ownNumber, utf8 } from "./crc.ts";
import type { Answer } from "./judge.ts";

const MARK = "gd1:";
const LONGEST_NAME = 255;

type Three = [number, number, number];

/** Answers in the order of their questions, with who gave them. */
export function receipt(
  { fingerprint, salt }: Questions,
  student: string,
  answers: readonly Answer[],
): string {
  const name = cut(utf8(student));
  const body = [
    ...bigEndian(Number.parseInt(fingerprint, 16), 4),
    ...bigEndian(ownNumber(salt, student), 4),
    name.length,
    ...name,
    ...[...answers].sort((a, b) => a.question - b.question).flatMap(answerBytes),
  ];
  const all = [...body, ...bigEndian(crc32(Uint8Array.from(body)), 4)];
  const text = btoa(all.map((byte) => String.fromCharCode(byte)).join(""));
  return MARK + text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The answers in a receipt of these questions and this learner; throws where it is none. */
export function readReceipt(
  text: string,
  { fingerprint, salt }: Questions,
  student: string,
): Answer[] {
  const encoded = text.replaceAll("-", "+").replaceAll("_", "/");
  if (!text.startsWith(MARK)) throw new Error("It is no receipt.");
  const all = Uint8Array.from(atob(encoded.slice(MARK.length)), (each) => each.charCodeAt(0));
  const view = new DataView(all.buffer);
  const end = all.length - 4;
  const sums = [
    crc32(all.slice(0, end)),
    Number.parseInt(fingerprint, 16),
    ownNumber(salt, student),
  ];
  if ([view.getUint32(end), view.getUint32(0), view.getUint32(4)].join() !== sums.join()) {
    throw new Error("It is damaged, of other questions or of somebody else.");
  }
  const answers: Answer[] = [];
  let at = 9 + view.getUint8(8);
  while (at < end) {
    const [question, variant, said] = [0, 1, 2].map((byte) => view.getUint8(at + byte)) as Three;
    const seconds = view.getUint16(at + 3);
    at += 5;
    const count = said >> 4;
    const numbers = Array.from({ length: count }, (_, each) =>
      view.getFloat64(at + 8 * each, true),
    );
    at += 8 * count;
    const length = view.getUint16(at);
    at += 2;
    const words = new TextDecoder("utf-8", { fatal: true }).decode(all.slice(at, at + length));
    at += length;
    const hints = (said >> 2) & 3;
    answers.push({ question, variant, numbers, sure: said & 3, hints, seconds, text: words });
  }
  return answers;
}

function answerBytes({ question, variant, numbers, sure, hints, seconds, text }: Answer): number[] {
  const words = utf8(text);
  return [
    question,
    variant,
    sure | (hints << 2) | (numbers.length << 4),
    ...bigEndian(seconds, 2),
    ...new Uint8Array(littleEndian(numbers)),
    ...bigEndian(words.length, 2),
    ...words,
  ];
}

function littleEndian(numbers: readonly number[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((number, at) => {
    view.setFloat64(8 * at, number, true);
  });
  return view.buffer;
}

function bigEndian(number: number, length: number): number[] {
  return Array.from({ length }, (_, at) => (number >>> (8 * (length - 1 - at))) & 255);
}

/** At a character: a byte that goes on with one begins with the bits 10. */
function cut(bytes: Uint8Array): Uint8Array {
  let length = Math.min(bytes.length, LONGEST_NAME);
  while (length < bytes.length && ((bytes[length] as number) & 0xc0) === 0x80) length -= 1;
  return bytes.slice(0, length);
}
