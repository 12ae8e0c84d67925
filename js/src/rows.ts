/** One recorded step, without the run it belongs to. */
export interface Row {
  step: number;
  value: number;
  gradient: number;
  loss: number;
  rate: number;
}

export interface Columns {
  value: Float32Array;
  gradient: Float32Array;
  loss: Float32Array;
  rate: Float32Array;
}

export type Status = "ready" | "converged" | "diverged";

const FIRST_CAPACITY = 64;
const GROWTH = 1.5;

/** The rows of one run in growing columns; of a saved run some steps may be missing. */
export class Rows {
  count = 0;
  private columns: Columns = emptyColumns(FIRST_CAPACITY);
  private steps: Int32Array | null = null;
  /** Smallest and largest finite value of the learning parameter so far. */
  lowest = Number.POSITIVE_INFINITY;
  highest = Number.NEGATIVE_INFINITY;
  /** Smallest and largest finite loss, and the smallest above 0. */
  leastLoss = Number.POSITIVE_INFINITY;
  mostLoss = Number.NEGATIVE_INFINITY;
  leastPositiveLoss = Number.POSITIVE_INFINITY;

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
    for (const name of NAMES) this.columns[name].set(columns[name], this.count);
    this.count += added;
    for (let index = this.count - added; index < this.count; index += 1) this.widen(index);
  }

  /** Takes the rows of a saved run, whose steps may have gaps. */
  static saved(steps: Int32Array, columns: Columns): Rows {
    const rows = new Rows();
    rows.append(columns);
    const gapless = steps.every((step, index) => step === index);
    if (!gapless) rows.steps = steps;
    return rows;
  }

  /** The first rows, up to and including a step, copied. */
  upTo(step: number): Rows {
    const rows = new Rows();
    const end = this.indexOf(step) + 1;
    const part = emptyColumns(0);
    for (const name of NAMES) part[name] = this.columns[name].slice(0, end);
    rows.append(part);
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

  value(index: number): number {
    return this.columns.value[index] as number;
  }

  gradient(index: number): number {
    return this.columns.gradient[index] as number;
  }

  loss(index: number): number {
    return this.columns.loss[index] as number;
  }

  row(index: number): Row {
    return {
      step: this.stepAt(index),
      value: this.value(index),
      gradient: this.gradient(index),
      loss: this.loss(index),
      rate: this.columns.rate[index] as number,
    };
  }

  private reserve(count: number): void {
    const capacity = this.columns.value.length;
    if (count <= capacity) return;
    const grown = emptyColumns(Math.max(count, Math.ceil(capacity * GROWTH)));
    for (const name of NAMES) grown[name].set(this.columns[name].subarray(0, this.count));
    this.columns = grown;
  }

  private widen(index: number): void {
    const value = this.value(index);
    const loss = this.loss(index);
    if (Number.isFinite(value)) {
      if (value < this.lowest) this.lowest = value;
      if (value > this.highest) this.highest = value;
    }
    if (Number.isFinite(loss)) {
      if (loss < this.leastLoss) this.leastLoss = loss;
      if (loss > this.mostLoss) this.mostLoss = loss;
      if (loss > 0 && loss < this.leastPositiveLoss) this.leastPositiveLoss = loss;
    }
  }
}

/** What follows a step, as in the kernel. */
export function statusOf(row: Row): Status {
  const finite = [row.value, row.gradient, row.loss].every(Number.isFinite);
  if (!finite) return "diverged";
  return row.loss === 0 || row.gradient === 0 ? "converged" : "ready";
}

/** Where plain gradient descent goes from a row, rounded as float32 is. */
export function nextValue(row: Row, rate: number): number {
  return Math.fround(row.value - Math.fround(Math.fround(rate) * row.gradient));
}

const NAMES = ["value", "gradient", "loss", "rate"] as const;

function emptyColumns(length: number): Columns {
  return {
    value: new Float32Array(length),
    gradient: new Float32Array(length),
    loss: new Float32Array(length),
    rate: new Float32Array(length),
  };
}
