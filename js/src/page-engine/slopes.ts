/** Loss, gradient and aux on so many samples. */

import type { Numbers, Program } from "../interpreter/program.ts";
import { copy, gatherer } from "./copying.ts";
import type { Portable } from "./payload.ts";

export class Slopes {
  readonly program: Program;
  readonly loss: Numbers;
  readonly gradient: readonly Float32Array[];
  /** The numbers that the loss returns beside its value. */
  readonly aux: readonly Numbers[];
  private readonly leaves: readonly Numbers[];
  private readonly gather: readonly ((samples: Int32Array) => void)[];

  constructor(
    portable: Portable,
    readonly rows: number,
  ) {
    const program = portable.gradient(rows);
    const { learning, leaves, data, aux } = portable;
    this.program = program;
    this.loss = program.output(0);
    this.gradient = learning.map((_, index) => program.output(index + 1) as Float32Array);
    this.aux = aux.map((_, index) => program.output(index + 1 + learning.length));
    this.leaves = leaves.map((_, index) => program.input(index));
    this.gather = data.map(({ values }, index) =>
      gatherer(values, program.input(leaves.length + index), rows),
    );
    if (rows === portable.samples) feed(program, portable);
  }

  /** Sets all leaves, or those that learn. */
  set(leaves: readonly Float32Array[]): void {
    for (let index = 0; index < leaves.length; index += 1) {
      copy(leaves[index] as Float32Array, this.leaves[index] as Numbers);
    }
  }

  /** Sets the samples; without this it is all. */
  read(samples: Int32Array): void {
    for (const gather of this.gather) gather(samples);
  }
}

/** Gives a program all data, after the leaves. */
export function feed(program: Program, { leaves, data }: Portable): void {
  data.forEach(({ values }, index) => {
    copy(values, program.input(leaves.length + index));
  });
}
