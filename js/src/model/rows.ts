import type { Columns } from "../protocol/messages.ts";

/** One recorded step, without the run it belongs to. */
export interface Row {
  step: number;
  value: number;
  gradient: number;
  loss: number;
  rate: number;
}

/** One column of a run, of which the rows may have been thinned. */
export interface Column {
  at(index: number): number;
}

export const FULL_LOSS = "full_loss";
const GRADIENT = "_grad";

const FIRST_CAPACITY = 64;
/**
 * How many times as far as the way to a minimum a number may be from 0 to say how much is shown.
 */
const MOST_APART = 100;
const GROWTH = 1.5;

/** The rows of one run in growing columns; of a saved run some steps may be missing. */
export class Rows {
  count = 0;
  private columns: Columns;
  private steps: Int32Array | null = null;
  /** Smallest and largest finite value of the first recorded scalar so far. */
  lowest = Number.POSITIVE_INFINITY;
  highest = Number.NEGATIVE_INFINITY;
  /** Smallest and largest finite loss, full or of a batch, and the smallest above 0. */
  leastLoss = Number.POSITIVE_INFINITY;
  mostLoss = Number.NEGATIVE_INFINITY;
  leastPositiveLoss = Number.POSITIVE_INFINITY;
  /** The rows in which the loss on all data was measured, ascending. */
  readonly measured: number[] = [];
  private readonly others = new Map<string, number>();
  private readonly ends = new Map<string, [lowest: number, highest: number]>();

  /** `learning` is the name of the first recorded scalar, `extras` those of the columns after the four. */
  constructor(
    readonly learning = "",
    readonly extras: readonly string[] = [],
  ) {
    this.columns = emptyColumns(FIRST_CAPACITY, extras.length);
    extras.forEach((name, index) => {
      this.others.set(name, index);
      this.ends.set(name, [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    });
  }

  /** Whether all steps from 0 on are here, so that row i is step i. */
  get complete(): boolean {
    return this.steps === null;
  }

  get last(): number {
    return this.stepAt(this.count - 1);
  }

  append(columns: Columns): void {
    const added = columns.value.length;
    this.reserve(this.count + added);
    const targets = all(this.columns);
    all(columns).forEach((column, index) => {
      targets[index]?.set(column, this.count);
    });
    this.count += added;
    for (let index = this.count - added; index < this.count; index += 1) this.widen(index);
  }

  /** Takes the rows of a saved run, whose steps may have gaps. */
  static saved(
    steps: Int32Array,
    columns: Columns,
    learning = "",
    extras: readonly string[] = [],
  ): Rows {
    const rows = new Rows(learning, extras);
    rows.append(columns);
    const gapless = steps.every((step, index) => step === index);
    if (!gapless) rows.steps = steps;
    return rows;
  }

  /** The first rows, up to and including a step, copied. */
  upTo(step: number): Rows {
    const rows = new Rows(this.learning, this.extras);
    const end = this.indexOf(step) + 1;
    rows.append(slice(this.columns, 0, end));
    rows.steps = this.steps?.slice(0, end) ?? null;
    return rows;
  }

  /** Where a step is, or the nearest recorded one before it. */
  indexOf(step: number): number {
    if (!this.steps) return Math.min(step, this.count - 1);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle] as number) <= step) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  stepAt(index: number): number {
    return this.steps ? (this.steps[index] as number) : index;
  }

  /** Of the first recorded scalar. */
  value(index: number): number {
    return this.columns.value[index] as number;
  }

  /** Of the first recorded scalar. */
  gradient(index: number): number {
    return this.columns.gradient[index] as number;
  }

  /** What the step saw: with batches the loss of the batch. */
  loss(index: number): number {
    return this.columns.loss[index] as number;
  }

  /** The loss on all data where it was measured, otherwise what the step saw. */
  height(index: number): number {
    const at = this.others.get(FULL_LOSS);
    const full = at === undefined ? Number.NaN : (this.columns.extras[at]?.[index] as number);
    return Number.isFinite(full) ? full : this.loss(index);
  }

  /** A column by its name, that of a scalar's gradient as `W_grad`; undefined if there is none. */
  column(name: string): Column | undefined {
    if (name === this.learning) return { at: (index) => this.value(index) };
    if (name === `${this.learning}${GRADIENT}`) return { at: (index) => this.gradient(index) };
    if (name === "loss") return { at: (index) => this.loss(index) };
    if (name === "learning_rate") return { at: (index) => this.columns.rate[index] as number };
    const at = this.others.get(name);
    if (at === undefined) return undefined;
    return { at: (index) => this.columns.extras[at]?.[index] as number };
  }

  /** All numbers of a row: first value, its gradient, loss, rate, then the extras. */
  numbers(index: number): number[] {
    return numbersAt(this.columns, index);
  }

  gradientOf(name: string): Column | undefined {
    return this.column(`${name}${GRADIENT}`);
  }

  /** Smallest and largest finite number of a recorded scalar so far. */
  extent(name: string): readonly [lowest: number, highest: number] {
    return this.ends.get(name) ?? [this.lowest, this.highest];
  }

  /**
   * About how far from its start there is something to see of a recorded scalar: as far as 0,
   * but not where the first step goes farther, or two gradients tell that a minimum is near.
   */
  scaleOf(name: string): number {
    const { value, gradient } = this.row(0, name);
    const size = Math.abs(value) || 1;
    if (this.count < 2) return size;
    const next = this.row(1, name);
    const stride = Math.abs(next.value - value);
    const away = Math.max(stride, Math.abs((gradient * stride) / (next.gradient - gradient)));
    if (!Number.isFinite(away) || away === 0)
      return Number.isFinite(stride) ? Math.max(size, stride) : size;
    return size > MOST_APART * away ? away : Math.max(size, stride);
  }

  /** The row with the numbers of a recorded scalar, by default the first. */
  row(index: number, name = this.learning): Row {
    return {
      step: this.stepAt(index),
      value: this.column(name)?.at(index) ?? this.value(index),
      gradient: this.gradientOf(name)?.at(index) ?? this.gradient(index),
      loss: this.loss(index),
      rate: this.columns.rate[index] as number,
    };
  }

  private reserve(count: number): void {
    const capacity = this.columns.value.length;
    if (count <= capacity) return;
    const size = Math.max(count, Math.ceil(capacity * GROWTH));
    const grown = emptyColumns(size, this.extras.length);
    const targets = all(grown);
    all(this.columns).forEach((column, index) => {
      targets[index]?.set(column.subarray(0, this.count));
    });
    this.columns = grown;
  }

  private widen(index: number): void {
    const value = this.value(index);
    if (Number.isFinite(value)) {
      if (value < this.lowest) this.lowest = value;
      if (value > this.highest) this.highest = value;
    }
    this.widenLosses(this.loss(index));
    this.extras.forEach((name, at) => {
      const number = this.columns.extras[at]?.[index] as number;
      const ends = this.ends.get(name);
      if (!ends || !Number.isFinite(number)) return;
      if (number < ends[0]) ends[0] = number;
      if (number > ends[1]) ends[1] = number;
      if (name !== FULL_LOSS) return;
      this.measured.push(index);
      this.widenLosses(number);
    });
  }

  private widenLosses(loss: number): void {
    if (!Number.isFinite(loss)) return;
    if (loss < this.leastLoss) this.leastLoss = loss;
    if (loss > this.mostLoss) this.mostLoss = loss;
    if (loss > 0 && loss < this.leastPositiveLoss) this.leastPositiveLoss = loss;
  }
}

/** Where plain gradient descent goes from a row, rounded as float32 is. */
export function nextValue(row: Pick<Row, "value" | "gradient">, rate: number): number {
  return Math.fround(row.value - Math.fround(Math.fround(rate) * row.gradient));
}

/** All numbers of one of the rows. */
export function numbersAt(columns: Columns, index: number): number[] {
  return all(columns).map((column) => column[index] as number);
}

/** The rows from one to before another, copied. */
export function slice(columns: Columns, from: number, to?: number): Columns {
  const cut = (column: Float32Array): Float32Array => column.slice(from, to);
  const { value, gradient, loss, rate, extras } = columns;
  return {
    value: cut(value),
    gradient: cut(gradient),
    loss: cut(loss),
    rate: cut(rate),
    extras: extras.map(cut),
  };
}

/** Rows of so many numbers, one after the other, as columns. */
export function columnsOf(rows: Float32Array, width: number): Columns {
  const count = rows.length / width;
  const column = (at: number): Float32Array =>
    Float32Array.from({ length: count }, (_, index) => rows[index * width + at] as number);
  const [value, gradient, loss, rate, ...extras] = Array.from({ length: width }, (_, at) =>
    column(at),
  );
  return { value, gradient, loss, rate, extras } as Columns;
}

function all({ value, gradient, loss, rate, extras }: Columns): Float32Array[] {
  return [value, gradient, loss, rate, ...extras];
}

function emptyColumns(length: number, extras: number): Columns {
  return {
    value: new Float32Array(length),
    gradient: new Float32Array(length),
    loss: new Float32Array(length),
    rate: new Float32Array(length),
    extras: Array.from({ length: extras }, () => new Float32Array(length)),
  };
}
