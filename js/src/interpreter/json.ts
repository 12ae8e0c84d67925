/** What JSON holds: records, and bytes written as base64. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The bytes that a text stands for; undefined if it stands for none. */
export function bytes(base64: unknown): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64 as string), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
