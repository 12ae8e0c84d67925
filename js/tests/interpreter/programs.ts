/** Programs and what jax computes with them, as tests/make_programs.py writes them. */

import { readFileSync } from "node:fs";
import { compile, type Numbers, type Program } from "../../src/interpreter/program.ts";

/** Where approximations are compared, what is smaller may be taken for 0. */
const TINY = 2 ** -124;

export interface Case {
  name: string;
  ulp: number;
  program: unknown;
  inputs: string[];
  expected: string[];
}

export function casesOf(file: string): Case[] {
  const path = `../tests/fixtures/programs/${file}.json`;
  return JSON.parse(readFileSync(path, "utf-8"));
}

const KINDS = { f: Float32Array, i: Int32Array, u: Uint32Array, b: Uint8Array };

/** The numbers of a text in base64, of the kind that a letter names. */
export function numbersOf(text: string, dtype: string): Numbers {
  const bytes = Buffer.from(text, "base64");
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return new KINDS[dtype as "f"](buffer as ArrayBuffer);
}

export function compiled({ program, inputs }: Case): Program {
  const runnable = compile(program);
  for (const [index, text] of inputs.entries()) {
    runnable.input(index).set(numbersOf(text, runnable.inputs[index]?.dtype ?? ""));
  }
  return runnable;
}

/** Where a float32 stands among all of them, -0 just below 0. */
function rank(number: number): number {
  const [bits] = new Int32Array(Float32Array.of(number).buffer) as unknown as [number];
  return bits < 0 ? -(bits & 0x7fffffff) - 1 : bits;
}

/** What differs by more than `ulp` units in the last place, in words. */
export function differences(got: Numbers, expected: Numbers, ulp: number): string[] {
  if (got.length !== expected.length) return [`${got.length} numbers for ${expected.length}`];
  const found: string[] = [];
  for (const [index, number] of expected.entries()) {
    const other = got[index] as number;
    if (Object.is(other, number)) continue;
    const near = Math.abs(rank(other) - rank(number)) <= ulp;
    const tiny = ulp > 0 && Math.abs(other - number) < TINY;
    if (!(got instanceof Float32Array && (near || tiny)) || Number.isNaN(other - number)) {
      found.push(`[${index}]: ${other} for ${number}`);
    }
  }
  return found;
}
