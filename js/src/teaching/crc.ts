/** The checksum of zlib, and texts as bytes. */

const POLYNOMIAL = 0xedb88320;

/** CRC-32 as zlib's; not negative. */
export function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  }
  return ~sum >>> 0;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Decides with a name which numbers are somebody's own. */
export function ownNumber(...parts: readonly string[]): number {
  return crc32(utf8(parts.join("\n")));
}
