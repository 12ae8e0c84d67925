/** Losses on a grid as shares of a colour, on a logarithmic scale above the least. */

/** Below this share of the grid the losses are all shown as the least. */
const LOWEST_SHARE = 0.005;

/** Rows of shares from 0 to 1; null where the loss is not finite. */
export function shares(losses: Float32Array, n: number): (number | null)[][] {
  const finite = losses.filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const above = Float64Array.from(finite, (loss) => loss - least).filter((height) => height > 0);
  above.sort();
  const low = above[Math.floor(LOWEST_SHARE * above.length)] ?? 1;
  const span = Math.log((above.at(-1) ?? low) / low);
  const share = (loss: number): number | null => {
    if (!Number.isFinite(loss)) return null;
    const height = loss - least;
    return height <= low || span === 0 ? 0 : Math.log(height / low) / span;
  };
  return Array.from({ length: n }, (_, row) =>
    Array.from(losses.subarray(row * n, (row + 1) * n), share),
  );
}

/** So many values from one to another, evenly spaced. */
export function spaced(low: number, high: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, index) => low + ((high - low) * index) / (n - 1));
}
