/**
 * Which samples a step reads, in the order NumPy shuffles them; gdwidget/_core/batching.py's
 * mirror.
 */

/** The first and second constants of NumPy's SeedSequence, for mixing and for drawing. */
const INIT_MIX = 0x43b0d7e5;
const TIMES_MIX = 0x931e8875;
const INIT_DRAW = 0x8b51f9dd;
const TIMES_DRAW = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;
const POOL = 4;

/** The factor of PCG64's step, 128 bits, lowest word first. */
const FACTOR = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05] as const;

const WORD = 2 ** 32;
const WORD_MASK = WORD - 1;
const EPOCHS_KEPT = 2;

/** Batches without replacement: each epoch a new shuffle, the last short batch kept. */
export class Shuffles {
  /** Batches an epoch. */
  readonly count: number;
  /** Samples in the last batch of an epoch. */
  readonly short: number;
  private readonly orders = new Map<number, Int32Array>();

  constructor(
    readonly samples: number,
    readonly size: number,
    private readonly seed: bigint,
  ) {
    this.count = Math.ceil(samples / size);
    this.short = samples - (this.count - 1) * size;
  }

  /** The samples of a step's batch; part of a shared array. */
  batch(step: number): Int32Array {
    const number = step % this.count;
    const order = this.order((step - number) / this.count);
    return order.subarray(number * this.size, (number + 1) * this.size);
  }

  private order(epoch: number): Int32Array {
    const known = this.orders.get(epoch);
    if (known) return known;
    const [oldest] = this.orders.keys();
    if (oldest !== undefined && this.orders.size >= EPOCHS_KEPT) this.orders.delete(oldest);
    const order = permutation(this.seed, epoch, this.samples);
    this.orders.set(epoch, order);
    return order;
  }
}

/** What `numpy.random.default_rng([seed, epoch]).permutation(count)` returns. */
export function permutation(seed: bigint, epoch: number, count: number): Int32Array {
  const random = new Random([...words(seed), ...words(BigInt(epoch))]);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index -= 1) {
    const other = random.upTo(index);
    const moved = order[index] as number;
    order[index] = order[other] as number;
    order[other] = moved;
  }
  return order;
}

/**
 * PCG64: a state of 128 bits, lowest word first, that steps to a multiple of itself plus `odd`.
 */
class Random {
  private readonly state = new Uint32Array(4);
  private readonly odd: Uint32Array;
  /** The upper half of the number drawn last, until it is used. */
  private upper = 0;
  private kept = false;

  constructor(entropy: readonly number[]) {
    const drawn = seeded(entropy);
    // Of each 64 bits the lower word was drawn first, of each 128 bits the upper 64.
    const [start, stream] = [0, 4].map((at) =>
      [2, 3, 0, 1].map((word) => drawn[at + word] as number),
    );
    this.odd = Uint32Array.from(stream as number[], (word, at) => {
      const carried = at === 0 ? 1 : (stream?.[at - 1] as number) >>> 31;
      return (word << 1) | carried;
    });
    this.step();
    add(this.state, start as number[]);
    this.step();
  }

  /** A whole number from 0 to `most`: bits until they are one. */
  upTo(most: number): number {
    const mask = WORD_MASK >>> Math.clz32(most);
    for (;;) {
      const drawn = (this.draw() & mask) >>> 0;
      if (drawn <= most) return drawn;
    }
  }

  /** 32 random bits; each step gives 64, of which the lower half comes first. */
  private draw(): number {
    if (this.kept) {
      this.kept = false;
      return this.upper;
    }
    this.step();
    const [a, b, c, d] = this.state as unknown as [number, number, number, number];
    const lower = (a ^ c) >>> 0;
    const upper = (b ^ d) >>> 0;
    const turn = d >>> 26;
    const [first, second] = turn < 32 ? [lower, upper] : [upper, lower];
    this.kept = true;
    this.upper = joined(second, first, turn & 31);
    return joined(first, second, turn & 31);
  }

  private step(): void {
    times(this.state);
    add(this.state, this.odd);
  }
}

/** The lower 32 of 64 bits, turned to the right by less than 32. */
function joined(lower: number, upper: number, turn: number): number {
  return turn === 0 ? lower : ((lower >>> turn) | (upper << (32 - turn))) >>> 0;
}

/** Multiplies 128 bits by PCG64's factor. */
function times(state: Uint32Array): void {
  const [a, b, c, d] = state as unknown as [number, number, number, number];
  const [p, q, r, s] = FACTOR;
  let sum = Math.imul(a, p) >>> 0;
  state[0] = sum;
  sum = upperWord(a, p) + (Math.imul(a, q) >>> 0) + (Math.imul(b, p) >>> 0);
  state[1] = sum;
  sum =
    Math.floor(sum / WORD) +
    upperWord(a, q) +
    upperWord(b, p) +
    (Math.imul(a, r) >>> 0) +
    (Math.imul(b, q) >>> 0) +
    (Math.imul(c, p) >>> 0);
  state[2] = sum;
  state[3] =
    Math.floor(sum / WORD) +
    upperWord(a, r) +
    upperWord(b, q) +
    upperWord(c, p) +
    (Math.imul(a, s) >>> 0) +
    (Math.imul(b, r) >>> 0) +
    (Math.imul(c, q) >>> 0) +
    (Math.imul(d, p) >>> 0);
}

/** Adds 128 bits to others. */
function add(to: Uint32Array, added: ArrayLike<number>): void {
  let carried = 0;
  for (let word = 0; word < 4; word += 1) {
    const sum = (to[word] as number) + (added[word] as number) + carried;
    to[word] = sum;
    carried = sum >= WORD ? 1 : 0;
  }
}

/** The upper 32 bits of the product of two words. */
function upperWord(a: number, b: number): number {
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + (low >>> 16);
  const other = (a & 0xffff) * (b >>> 16) + (middle & 0xffff);
  return (a >>> 16) * (b >>> 16) + (middle >>> 16) + (other >>> 16);
}

/** Eight words that NumPy's SeedSequence makes of others. */
function seeded(entropy: readonly number[]): Uint32Array {
  let constant = INIT_MIX;
  const hashed = (value: number): number => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, TIMES_MIX);
    return shifted(Math.imul(mixed, constant));
  };
  const mixed = (left: number, right: number): number =>
    shifted(Math.imul(MIX_LEFT, left) - Math.imul(MIX_RIGHT, right));
  const pool = Uint32Array.from({ length: POOL }, (_, at) => hashed(entropy[at] ?? 0));
  for (let from = 0; from < POOL; from += 1) {
    for (let to = 0; to < POOL; to += 1) {
      if (from !== to) pool[to] = mixed(pool[to] as number, hashed(pool[from] as number));
    }
  }
  for (const more of entropy.slice(POOL)) {
    for (let to = 0; to < POOL; to += 1) pool[to] = mixed(pool[to] as number, hashed(more));
  }
  let drawing = INIT_DRAW;
  return Uint32Array.from({ length: 2 * POOL }, (_, at) => {
    const value = (pool[at % POOL] as number) ^ drawing;
    drawing = Math.imul(drawing, TIMES_DRAW);
    return shifted(Math.imul(value, drawing));
  });
}

function shifted(value: number): number {
  return (value ^ ((value >>> 0) >>> 16)) >>> 0;
}

/** A number's words of 32 bits, the lowest first; at least one. */
function words(number: bigint): number[] {
  const rest = number >> 32n;
  return [Number(number & 0xffffffffn), ...(rest > 0n ? words(rest) : [])];
}
