/** What tests/make_browser_fixtures.py wrote, unpacked. */

import type { RunSpec } from "../../src/page-engine/states.ts";
import type { Names, NextUpdate } from "../../src/protocol/messages.ts";

export function numbers(text: unknown): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(String(text), "base64")).buffer);
}

/** The names as Python tells them, with what no computation needs. */
export function namesOf(told: object): Names {
  const rest = { stream: false, samples: 0, predicts: false, classes: false };
  return { ...rest, ...(told as Pick<Names, "params" | "learning" | "recorded" | "count">) };
}

/** Where two arrays differ in any bit, zeros' signs and NaN included. */
export function differences(some: Float32Array, others: Float32Array): number[] {
  const length = Math.max(some.length, others.length);
  const indices = Array.from({ length }, (_, index) => index);
  return indices.filter((index) => !Object.is(some[index], others[index]));
}

/** An entry of descents.json. */
export interface Case {
  name: string;
  names: Pick<Names, "params" | "learning" | "recorded" | "count">;
  spec: RunSpec;
  rates: [rate: number, decay: string, steps: number];
  exact: boolean;
  payload: unknown;
  extras: string[];
  rows: string;
  status: string;
  comings: (NextUpdate | null)[];
}

/** The first case of a problem, an optimizer and a batch size. */
export function caseOf(
  cases: readonly Case[],
  problem: string,
  optimizer: string,
  batchSize = 0,
): Case {
  const found = cases.find(
    ({ name, spec }) => name.startsWith(`${problem} ${optimizer} `) && spec.batchSize === batchSize,
  );
  if (!found) throw new Error(`There is no case ${problem} ${optimizer} ${batchSize}.`);
  return found;
}
