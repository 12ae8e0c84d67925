/** Lines of equal value on a grid; gdwidget/_landscape/contours.py's mirror. */

/** How many lines are drawn where nothing else is said. */
const LEVELS = 12;
const LOWEST_SHARE = 0.005;

/** Lines, one after the other, with NaN between each two. */
export interface Lines {
  x: Float32Array;
  y: Float32Array;
}

/**
 * The lines along which `values` are `levels`; a row of them has one y. They end where values
 * are not finite.
 */
export function contours(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  values: Float32Array,
  levels: readonly number[] = levelsOf(values),
): Lines {
  const points: [number[], number[]] = [[], []];
  const grid = new Grid(x, y, values);
  for (const level of levels) grid.trace(level, points);
  const [across, up] = points;
  return { x: Float32Array.from(across), y: Float32Array.from(up) };
}

/** Values evenly spaced in the logarithm above the least; none where they are all the same. */
export function levelsOf(values: Float32Array): number[] {
  const finite = Float64Array.from(values.filter(Number.isFinite)).sort();
  const least = finite[0] ?? 0;
  const above = finite.map((value) => value - least).filter((value) => value > 0);
  const high = above.at(-1);
  if (high === undefined) return [];
  const at = LOWEST_SHARE * (above.length - 1);
  const [before, after] = [above[Math.floor(at)] as number, above[Math.ceil(at)] as number];
  const low = before + (after - before) * (at % 1);
  const spaced = Array.from(
    { length: LEVELS },
    (_, index) => low * (high / low) ** (index / LEVELS),
  );
  return [...new Set(spaced.map((value) => least + value))];
}

/**
 * A line crosses the sides between neighbouring points: first those from left to right, row
 * after row, then those upwards. In each cell it joins two sides, or two pairs of them.
 */
class Grid {
  private readonly columns: number;
  private readonly rows: number;
  /** For each side the sides it is joined to, -1 for none. */
  private readonly joined: Int32Array;

  constructor(
    private readonly x: ArrayLike<number>,
    private readonly y: ArrayLike<number>,
    private readonly values: Float32Array,
  ) {
    this.columns = x.length;
    this.rows = y.length;
    this.joined = new Int32Array(4 * this.columns * this.rows);
  }

  trace(level: number, points: [number[], number[]]): void {
    const { joined } = this;
    joined.fill(-1);
    const sides = this.joinAll(level);
    // From their ends first, so that what is left are closed lines.
    for (const side of sides) if (joined[2 * side + 1] === -1) this.follow(side, level, points);
    for (const side of sides) this.follow(side, level, points);
  }

  /** Joins the sides of every cell; returns those that are crossed. */
  private joinAll(level: number): number[] {
    const { columns, rows, values } = this;
    const upward = columns * rows;
    const sides: number[] = [];
    const join = (a: number, b: number): void => {
      this.add(a, b);
      this.add(b, a);
      sides.push(a, b);
    };
    for (let row = 0; row + 1 < rows; row += 1) {
      for (let column = 0; column + 1 < columns; column += 1) {
        const at = row * columns + column;
        const a = values[at] as number;
        const b = values[at + 1] as number;
        const c = values[at + columns] as number;
        const d = values[at + columns + 1] as number;
        const sum = a + b + c + d;
        const high =
          (a > level ? 1 : 0) + (b > level ? 2 : 0) + (c > level ? 4 : 0) + (d > level ? 8 : 0);
        if (high === 0 || high === 15 || !Number.isFinite(sum)) continue;
        const [low, left] = [at, upward + at];
        const [top, right] = [at + columns, upward + at + 1];
        const middle = sum / 4 > level;
        switch (high > 7 ? 15 - high : high) {
          case 1:
            join(low, left);
            break;
          case 2:
            join(low, right);
            break;
          case 3:
            join(left, right);
            break;
          case 4:
            join(left, top);
            break;
          case 5:
            join(low, top);
            break;
          case 7:
            join(top, right);
            break;
          case 6:
            // Two corners across are higher: the middle says which pair is connected.
            if (middle === (high === 6)) {
              join(low, left);
              join(top, right);
            } else {
              join(low, right);
              join(left, top);
            }
            break;
        }
      }
    }
    return sides;
  }

  private add(side: number, other: number): void {
    const { joined } = this;
    joined[joined[2 * side] === -1 ? 2 * side : 2 * side + 1] = other;
  }

  /** Takes a line away from a side on, and adds its points. */
  private follow(side: number, level: number, points: [number[], number[]]): void {
    const { joined } = this;
    let next = joined[2 * side] as number;
    if (next === -1) return;
    const [across, up] = points;
    if (across.length) {
      across.push(Number.NaN);
      up.push(Number.NaN);
    }
    this.cross(side, level, points);
    let now = side;
    while (next !== -1) {
      this.part(now, next);
      this.part(next, now);
      now = next;
      this.cross(now, level, points);
      next = joined[2 * now] as number;
    }
  }

  private part(side: number, other: number): void {
    const { joined } = this;
    if (joined[2 * side] === other) joined[2 * side] = joined[2 * side + 1] as number;
    joined[2 * side + 1] = -1;
  }

  private cross(side: number, level: number, [across, up]: [number[], number[]]): void {
    const { columns, rows, values, x, y } = this;
    const upward = side >= columns * rows;
    const from = upward ? side - columns * rows : side;
    const [row, column] = [Math.floor(from / columns), from % columns];
    const value = values[from] as number;
    const other = values[upward ? from + columns : from + 1] as number;
    const share = (level - value) / (other - value);
    const [left, low] = [x[column] as number, y[row] as number];
    across.push(upward ? left : left + share * ((x[column + 1] as number) - left));
    up.push(upward ? low + share * ((y[row + 1] as number) - low) : low);
  }
}
