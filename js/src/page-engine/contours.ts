/** Lines of equal value on a grid; gdwidget/_landscape/contours.py's mirror. */

import { refined, type Values } from "./refine.ts";

/** How many lines are drawn, where the loss varies. */
const LEVELS = 12;
const LOWEST_SHARE = 0.005;
/** How many of the lowest levels may be in valleys narrower than a cell, how finely these are divided, and the others. */
const LOWEST = 3;
const [FINEST, FINE] = [12, 4];
const THINNINGS = 4;
/** How far from a straight way a point is left out, in parts of a cell. */
const STRAIGHT = 0.02;
/** How many cells a side are looked at together. */
const BLOCK = 12;

/** Lines, one after the other, with NaN between each two. */
export interface Lines {
  x: Float32Array;
  y: Float32Array;
  /** What it is on each line. */
  levels: Float32Array;
}

type Points = [across: number[], up: number[], level: number];

/** The lines along which a loss is the same, between the points of its grid as well. */
export function contours(x: ArrayLike<number>, y: ArrayLike<number>, losses: Float32Array): Lines {
  const [columns, rows] = [x.length, y.length];
  const values = losses.map((loss) => (Number.isFinite(loss) ? loss : Number.NaN));
  const levels = levelsOf(losses);
  const found = [levels.slice(0, LOWEST), levels.slice(LOWEST)].flatMap((some, index) => {
    const times = index === 0 ? FINEST : FINE;
    const lines = some.length ? traced(refined({ columns, rows, values }, times), some) : [];
    const inCells = (places: number[]): number[] => places.map((place) => place / times);
    return lines.map(([across, up, level]): Points => [inCells(across), inCells(up), level]);
  });
  return placed(x, y, found.filter((line) => !isDot(line)).map(thinned));
}

/** The lines along which values have a level; they end where values are not finite. */
export function linesAt(
  level: number,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  values: ArrayLike<number>,
): Lines {
  return placed(x, y, traced({ columns: x.length, rows: y.length, values }, [level]));
}

function traced(grid: Values, levels: readonly number[]): Points[] {
  const cells = new Grid(grid);
  return levels.flatMap((level) => cells.trace(level));
}

/** Whether a line is closed within less than a cell: a valley is as narrow as that. */
function isDot([across, up]: Points): boolean {
  const closed = across[0] === across.at(-1) && up[0] === up.at(-1);
  const extent = (numbers: number[]): number =>
    numbers.reduce((a, b) => Math.max(a, b)) - numbers.reduce((a, b) => Math.min(a, b));
  return closed && extent(across) < 1 && extent(up) < 1;
}

/** A line without points on a straight way from the one before to the next. */
function thinned(line: Points): Points {
  let [x, y, level] = line;
  for (let time = 0; time < THINNINGS; time += 1) {
    const [left, low] = [x, y];
    const kept = (_: number, at: number): boolean => {
      if (at % 2 === 0 || at === left.length - 1) return true;
      const [across, up] = [
        (left[at + 1] as number) - (left[at - 1] as number),
        (low[at + 1] as number) - (low[at - 1] as number),
      ];
      const [aside, high] = [
        (left[at] as number) - (left[at - 1] as number),
        (low[at] as number) - (low[at - 1] as number),
      ];
      return Math.abs(across * high - up * aside) >= STRAIGHT * Math.hypot(across, up);
    };
    x = left.filter(kept);
    y = low.filter(kept);
  }
  return [x, y, level];
}

/** Lines in columns and rows where these are on the axes. */
function placed(x: ArrayLike<number>, y: ArrayLike<number>, lines: readonly Points[]): Lines {
  const along = (axis: ArrayLike<number>, places: readonly number[]): number[] =>
    places.map((place) => {
      const at = Math.min(Math.floor(place), axis.length - 2);
      const low = axis[at] as number;
      return low + (place - at) * ((axis[at + 1] as number) - low);
    });
  const column = (axis: ArrayLike<number>, which: 0 | 1): Float32Array =>
    Float32Array.from(
      lines.flatMap((line, at) => [...(at ? [Number.NaN] : []), ...along(axis, line[which])]),
    );
  const levels = Float32Array.from(lines, ([, , level]) => level);
  return { x: column(x, 0), y: column(y, 1), levels };
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
  private readonly values: ArrayLike<number>;
  /** For each side the sides it is joined to, -1 for none, as they are when lines were followed. */
  private readonly joined: Int32Array;
  private readonly blocks: Block[];

  constructor({ columns, rows, values }: Values) {
    this.columns = columns;
    this.rows = rows;
    this.values = values;
    this.joined = new Int32Array(4 * columns * rows).fill(-1);
    this.blocks = blocksOf({ columns, rows, values });
  }

  /** The lines of a level, in columns and rows. */
  trace(level: number): Points[] {
    const { joined } = this;
    const lines: Points[] = [];
    const sides = this.joinAll(level);
    // From their ends first, so that what is left are closed lines.
    for (const side of sides) if (joined[2 * side + 1] === -1) this.follow(side, level, lines);
    for (const side of sides) this.follow(side, level, lines);
    return lines;
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
    for (const block of this.blocks) {
      if (!(block.least <= level && block.most > level)) continue;
      for (let cell = 0; cell < BLOCK ** 2; cell += 1) {
        const row = block.row + Math.floor(cell / BLOCK);
        const column = block.column + (cell % BLOCK);
        if (row + 1 >= rows || column + 1 >= columns) continue;
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
  private follow(side: number, level: number, lines: Points[]): void {
    const { joined } = this;
    let next = joined[2 * side] as number;
    if (next === -1) return;
    const points: Points = [[], [], level];
    lines.push(points);
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

  private cross(side: number, level: number, [across, up]: Points): void {
    const { columns, rows, values } = this;
    const upward = side >= columns * rows;
    const from = upward ? side - columns * rows : side;
    const [row, column] = [Math.floor(from / columns), from % columns];
    const value = values[from] as number;
    const other = values[upward ? from + columns : from + 1] as number;
    const share = (level - value) / (other - value);
    across.push(upward ? column : column + share);
    up.push(upward ? row + share : row);
  }
}

/** Some cells of a grid, and what their corners are at least and at most. */
interface Block {
  row: number;
  column: number;
  least: number;
  most: number;
}

function blocksOf({ columns, rows, values }: Values): Block[] {
  const blocks: Block[] = [];
  for (let row = 0; row + 1 < rows; row += BLOCK) {
    for (let column = 0; column + 1 < columns; column += BLOCK) {
      const block = {
        row,
        column,
        least: Number.POSITIVE_INFINITY,
        most: Number.NEGATIVE_INFINITY,
      };
      for (let up = row; up <= Math.min(row + BLOCK, rows - 1); up += 1) {
        for (let across = column; across <= Math.min(column + BLOCK, columns - 1); across += 1) {
          const value = values[up * columns + across] as number;
          if (value < block.least) block.least = value;
          if (value > block.most) block.most = value;
        }
      }
      blocks.push(block);
    }
  }
  return blocks;
}
