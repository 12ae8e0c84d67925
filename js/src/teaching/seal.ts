/** What a variant's seal holds; see Key in _sync/messages.py. */

import { type Key, type Question, type Questions, readKey } from "../protocol/wire.ts";
import { crc32, ownNumber, utf8 } from "./crc.ts";

/** Which of its variants a question is asked in. */
export function variantOf(
  { salt }: Questions,
  { name, variants }: Question,
  student: string,
): number {
  return ownNumber(salt, student, name) % variants.length;
}

/** Opens a seal: once there is an answer. Throws where it is damaged. */
export function opened(questions: Questions, { name, variants }: Question, variant: number): Key {
  const bytes = Uint8Array.from(atob(variants[variant]?.sealed ?? ""), (each) =>
    each.charCodeAt(0),
  );
  let state = crc32(utf8(`${questions.fingerprint}/${name}/${variant}`)) || 1;
  const plain = bytes.map((byte) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return byte ^ (state & 255);
  });
  return readKey(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain)));
}
