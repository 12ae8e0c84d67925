/** All answers in one short string, which gdwidget.grade reads. */

import type { Questions } from "../protocol/wire.ts";
import { crc32, ownNumber, utf8 } from "./crc.ts";
import type { Answer } from "./judge.ts";

const MARK = "gd1:";
const LONGEST_NAME = 255;

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
