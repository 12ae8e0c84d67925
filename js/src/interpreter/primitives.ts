/** The table of what is computed number by number; JavaScript rounds as it stores a float32. */

import { erf, erfc, nextafter, power, roundEven } from "./functions.ts";
import { type Build, flushed, type Step } from "./steps.ts";
import { check, isSubnormal, type Numbers, only, TINY, type Value } from "./value.ts";

// biome-ignore lint/suspicious/noExplicitAny: operations take one to three numbers
type Operation = (...numbers: any[]) => number;
type Table = Readonly<Record<string, Operation>>;

const LN2 = Math.LN2;

/** Of float32; subnormal operands and results are taken for 0. */
const FLOATS: Table = {
  acos: Math.acos,
  acosh: Math.acosh,
  add: (a, b) => a + b,
  asin: Math.asin,
  asinh: Math.asinh,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  div: (a, b) => a / b,
  erf,
  erfc,
  exp: Math.exp,
  exp2: (a) => Math.exp(a * LN2),
  floor: Math.floor,
  log: Math.log,
  log1p: Math.log1p,
  logistic: (a) => 1 / (1 + Math.exp(-a)),
  max: Math.max,
  min: Math.min,
  mul: (a, b) => a * b,
  round: roundEven,
  round_away: (a) => Math.sign(a) * Math.floor(Math.abs(a) + 0.5),
  rsqrt: (a) => 1 / Math.sqrt(a),
  sign: Math.sign,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  sub: (a, b) => a - b,
};

/** Of float32; subnormal numbers are numbers. */
const RAW_FLOATS: Table = {
  abs: Math.abs,
  atan: Math.atan,
  atan2: Math.atan2,
  expm1: Math.expm1,
  neg: (a) => -a,
  nextafter,
  pow: power,
  rem: (a, b) => a % (isSubnormal(b) ? 0 : b),
  select_n: (which, a, b) => (which ? b : a),
  sin: Math.sin,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** Of int32 and uint32, and where it makes sense of bools; JavaScript wraps as it stores. */
const WHOLES: Table = {
  abs: Math.abs,
  add: (a, b) => a + b,
  and: (a, b) => a & b,
  max: Math.max,
  min: Math.min,
  mul: Math.imul,
  neg: (a) => -a,
  or: (a, b) => a | b,
  rem: (a, b) => (b === 0 ? a : a % b),
  select_n: (which, a, b) => (which ? b : a),
  shift_left: (a, b) => (b >>> 0 < 32 ? a << b : 0),
  shift_right_arithmetic: (a, b) => (a | 0) >> (b >>> 0 < 32 ? b : 31),
  shift_right_logical: (a, b) => (b >>> 0 < 32 ? a >>> b : 0),
  sign: Math.sign,
  sub: (a, b) => a - b,
  xor: (a, b) => a ^ b,
};

const INT32: Table = {
  ...WHOLES,
  div: (a, b) => (b === 0 ? -1 : a / b),
  not: (a) => ~a,
};

const UINT32: Table = {
  ...WHOLES,
  div: (a, b) => (b === 0 ? -1 : Math.floor(a / b)),
  not: (a) => ~a,
};

const BOOLS: Table = {
  and: (a, b) => a & b,
  max: Math.max,
  min: Math.min,
  not: (a) => a ^ 1,
  or: (a, b) => a | b,
  select_n: (which, a, b) => (which ? b : a),
  xor: (a, b) => a ^ b,
};

/** Their results are bools. */
const COMPARISONS: Table = {
  eq: (a, b) => +(a === b),
  ge: (a, b) => +(a >= b),
  gt: (a, b) => +(a > b),
  is_finite: (a) => +Number.isFinite(a),
  le: (a, b) => +(a <= b),
  lt: (a, b) => +(a < b),
  ne: (a, b) => +(a !== b),
};

/**
 * Comparisons in which -0 comes before 0, and NaN after all others; subnormal numbers are numbers.
 */
const ORDER: Table = {
  eq_to: (a, b) => +Object.is(a, b),
  le_to: (a, b) => +(Object.is(a, b) || precedes(a, b)),
  lt_to: (a, b) => +precedes(a, b),
};

function precedes(a: number, b: number): boolean {
  if (Number.isNaN(b)) return !Number.isNaN(a);
  return a < b || (a === 0 && Object.is(a, -0) && Object.is(b, 0));
}

const TABLES: Readonly<Record<string, Table>> = { f: FLOATS, i: INT32, u: UINT32, b: BOOLS };

/** From one dtype to another; where nothing is said, JavaScript does it as it stores. */
const CONVERSIONS: Table = {
  fi: (a) => Math.min(Math.max(Math.trunc(a), -(2 ** 31)), 2 ** 31 - 1),
  fu: (a) => Math.min(Math.max(Math.trunc(a), 0), 2 ** 32 - 1),
  fb: (a) => +(a !== 0),
  ib: (a) => +(a !== 0),
  ub: (a) => +(a !== 0),
};

/** What operations cost that take much longer than others, beside their numbers. */
const DEAR: Readonly<Record<string, number>> = {
  acosh: 5,
  asinh: 8,
  atan2: 8,
  atanh: 5,
  erf: 40,
  erfc: 100,
  log: 8,
  log1p: 8,
  logistic: 5,
  pow: 8,
  tan: 5,
};

type Loop = (o: Float32Array, a: Float32Array, b: Float32Array, s: number, t: number) => Step;

/** The commonest, each with a loop of its own: the engines of browsers make these quick. */
const LOOPS: Readonly<Record<string, Loop>> = {
  add: (o, a, b, s, t) => () => {
    for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) {
      const r = (a[i] as number) + (b[j] as number);
      o[k] = r < TINY && r > -TINY ? r * 0 : r;
    }
  },
  sub: (o, a, b, s, t) => () => {
    for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) {
      const r = (a[i] as number) - (b[j] as number);
      o[k] = r < TINY && r > -TINY ? r * 0 : r;
    }
  },
  mul: (o, a, b, s, t) => () => {
    for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) {
      const r = (a[i] as number) * (b[j] as number);
      o[k] = r < TINY && r > -TINY ? r * 0 : r;
    }
  },
  div: (o, a, b, s, t) => () => {
    for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) {
      const r = (a[i] as number) / (b[j] as number);
      o[k] = r < TINY && r > -TINY ? r * 0 : r;
    }
  },
};

function rounded(operation: Operation, o: Numbers, operands: readonly Value[]): Step {
  const [a, b] = operands.map(({ data }) => data) as [Numbers, Numbers];
  if (!b) {
    return () => {
      for (let k = 0; k < o.length; k++) {
        const r = operation(a[k]);
        o[k] = r < TINY && r > -TINY ? r * 0 : r;
      }
    };
  }
  const [s, t] = [+(a.length > 1), +(b.length > 1)];
  return () => {
    for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) {
      const r = operation(a[i], b[j]);
      o[k] = r < TINY && r > -TINY ? r * 0 : r;
    }
  };
}

function stored(operation: Operation, o: Numbers, operands: readonly Value[]): Step {
  const [a, b, c] = operands.map(({ data }) => data) as [Numbers, Numbers?, Numbers?];
  const s = +(a.length > 1);
  if (!b) {
    return () => {
      for (let k = 0; k < o.length; k++) o[k] = operation(a[k]);
    };
  }
  const t = +(b.length > 1);
  if (!c) {
    return () => {
      for (let k = 0, i = 0, j = 0; k < o.length; k++, i += s, j += t) o[k] = operation(a[i], b[j]);
    };
  }
  const u = +(c.length > 1);
  return () => {
    for (let k = 0; k < o.length; k++) o[k] = operation(a[k * s], b[k * t], c[k * u]);
  };
}

/** What computes a primitive number by number; undefined if there is none of that name. */
export function numberByNumber(name: string): Build | undefined {
  if (name === "convert") return convert;
  const orders = Object.hasOwn(ORDER, name);
  const compares = orders || Object.hasOwn(COMPARISONS, name);
  if (![COMPARISONS, ORDER, FLOATS, RAW_FLOATS, INT32].some((table) => Object.hasOwn(table, name)))
    return;
  return (operands, results, _, steps) => {
    const result = only(results);
    const letter = compares ? operands[0]?.letter : result.letter;
    const raw = orders || (!compares && letter === "f" && Object.hasOwn(RAW_FLOATS, name));
    const table = orders
      ? ORDER
      : compares
        ? COMPARISONS
        : raw
          ? RAW_FLOATS
          : (TABLES[letter ?? ""] as Table);
    const known = letter && Object.hasOwn(table, name) && (!compares || result.letter === "b");
    check(known, `it computes ${name} of another kind of numbers`);
    const operation = table[name] as Operation;
    check(operands.length === operation.length, `${name} has another number of operands`);
    const expected = (index: number) => (name === "select_n" && index === 0 ? "b" : letter);
    for (const [index, operand] of operands.entries()) {
      check(operand.letter === expected(index), `${name} mixes kinds of numbers`);
      check(
        [1, result.data.length].includes(operand.data.length),
        `${name} has operands of different sizes`,
      );
    }
    result.raw = raw && !orders && (name !== "select_n" || operands.some((operand) => operand.raw));
    const ready = raw ? operands : operands.map((operand) => flushed(operand, steps));
    const cost = (1 + operands.length + (DEAR[name] ?? 0)) * result.data.length;
    const loop = letter === "f" && Object.hasOwn(LOOPS, name) ? LOOPS[name] : undefined;
    if (loop) {
      const [a, b] = ready.map(({ data }) => data) as [Float32Array, Float32Array];
      steps.add(cost, loop(result.data as Float32Array, a, b, +(a.length > 1), +(b.length > 1)));
    } else {
      const make = letter === "f" && !raw && !compares ? rounded : stored;
      steps.add(cost, make(operation, result.data, ready));
    }
  };
}

const convert: Build = (operands, results, _, steps) => {
  const [from, to] = [only(operands), only(results)];
  check(from.data.length === to.data.length, "convert changes a size");
  const operation = CONVERSIONS[from.letter + to.letter] ?? ((a) => a);
  steps.add(2 * to.data.length, stored(operation, to.data, [flushed(from, steps)]));
};
