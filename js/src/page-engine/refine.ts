/** More points between those of a grid; gdwidget/_landscape/refine.py's mirror. */

const MOST_BEND = 2;

/** A grid of values, row after row. */
export interface Values {
  columns: number;
  rows: number;
  values: ArrayLike<number>;
}

/** The values of a grid and between them, each way between two of them in so many parts. */
export function refined(grid: Values, times: number): Values {
  return turned(alongRows(turned(alongRows(grid, times)), times));
}

function alongRows({ columns, rows, values }: Values, times: number): Values {
  const wide = times * (columns - 1) + 1;
  const found = new Float64Array(wide * rows);
  const bends = new Float64Array(columns);
  for (let row = 0; row < rows; row += 1) {
    const line = Float64Array.from({ length: columns }, (_, column) =>
      Number(values[row * columns + column]),
    );
    for (let column = 1; column + 1 < columns; column += 1) {
      const here = line[column] as number;
      const bend = (line[column + 1] as number) - here - (here - (line[column - 1] as number));
      bends[column] = Number.isFinite(bend) ? bend : 0;
    }
    bends[0] = bends[1] as number;
    bends[columns - 1] = bends[columns - 2] as number;
    found[row * wide] = line[0] as number;
    for (let column = 0; column + 1 < columns; column += 1) {
      const first = line[column] as number;
      const last = line[column + 1] as number;
      const before = limited(bends[column] as number, bends[column + 1] as number);
      const after = limited(bends[column + 1] as number, bends[column] as number);
      const at = row * wide + times * column;
      found[at + times] = last;
      for (let part = 1; part < times; part += 1) {
        const t = part / times;
        const bend = ((2 - t) * before + (1 + t) * after) * ((t * (1 - t)) / 6);
        found[at + part] = first + t * (last - first) - bend;
      }
    }
  }
  return { columns: wide, rows, values: found };
}

/** A bend as far as it goes together with its neighbour. */
function limited(bend: number, other: number): number {
  if (!(Math.sign(bend) * Math.sign(other) > 0)) return 0;
  return Math.sign(bend) * Math.min(Math.abs(bend), MOST_BEND * Math.abs(other));
}

function turned({ columns, rows, values }: Values): Values {
  const found = new Float64Array(values.length);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      found[column * rows + row] = values[row * columns + column] as number;
  return { columns: rows, rows: columns, values: found };
}
