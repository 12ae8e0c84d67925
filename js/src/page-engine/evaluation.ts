/** What figures ask of a problem at some parameters: losses along lines, and the model. */

import {
  type ArrayType,
  type Numbers,
  type Program,
  ProgramError,
} from "../interpreter/program.ts";
import type { Names } from "../protocol/messages.ts";
import { linesAt } from "./contours.ts";
import { copy, gatherer } from "./copying.ts";
import { placesOf } from "./descent.ts";
import { type LookOf, type Portable, typeOf } from "./payload.ts";
import { feed, Slopes } from "./slopes.ts";
import type { Look, State } from "./states.ts";

const NONE = new Float32Array();

type Leaves = State["leaves"];

export class Evaluation {
  private drawing: Drawing | undefined;

  constructor(
    private readonly portable: Portable,
    private readonly names: Names,
  ) {}

  /** Where the losses are evaluated, see `Calculator.losses`. */
  losses(
    leaves: Leaves,
    along: readonly string[] | readonly Float32Array[],
    points: Float32Array,
    rows?: Int32Array,
  ): Losses {
    const { portable } = this;
    const all = !rows || rows.length === portable.samples;
    const slopes = all ? undefined : new Slopes(portable, rows.length);
    if (slopes && rows) slopes.read(rows);
    const program = slopes?.program ?? portable.loss;
    if (!slopes) feed(program, portable);
    const inputs = portable.leaves.map((_, index) => program.input(index) as Float32Array);
    const set = this.setter(leaves, along, inputs);
    const load = (): void => {
      inputs.forEach((input, index) => {
        copy(leaves[index] as Float32Array, input);
      });
      if (slopes && rows) slopes.read(rows);
    };
    return new Losses(program, load, set, along.length, points);
  }

  look(leaves: Leaves): Look {
    const { look } = this.portable;
    if (!look) throw new ProgramError("The model was not exported.");
    this.drawing ??= new Drawing(this.portable, look);
    return this.drawing.at(leaves);
  }

  private setter(
    leaves: Leaves,
    along: readonly string[] | readonly Float32Array[],
    inputs: readonly Float32Array[],
  ): (point: Float32Array) => void {
    if (along.every((name) => typeof name === "string")) {
      const places = placesOf(this.portable, this.names);
      const set = along.map((name) => {
        const place = places[this.names.recorded.indexOf(name)];
        if (!place) throw new ProgramError(`There is no recorded number ${name}.`);
        return place;
      });
      return (point) => {
        for (let index = 0; index < set.length; index += 1) {
          const { leaf, at } = set[index] as (typeof places)[number];
          (inputs[leaf] as Float32Array)[at] = point[index] as number;
        }
      };
    }
    const directions = along as readonly Float32Array[];
    const { learning } = this.portable;
    return (point) => {
      let first = 0;
      learning.forEach(({ size }, leaf) => {
        const [from, to] = [leaves[leaf] as Float32Array, inputs[leaf] as Float32Array];
        for (let at = 0; at < size; at += 1) {
          let sum = from[at] as number;
          for (let index = 0; index < directions.length; index += 1) {
            const much = (point[index] as number) * (directions[index]?.[first + at] ?? 0);
            sum = Math.fround(sum + Math.fround(much));
          }
          to[at] = sum;
        }
        first += size;
      });
    };
  }
}

/** Losses that are evaluated bit by bit. */
export class Losses {
  readonly found: Float32Array;
  private next = 0;

  constructor(
    private readonly program: Program,
    private readonly load: () => void,
    private readonly set: (point: Float32Array) => void,
    private readonly width: number,
    private readonly points: Float32Array,
  ) {
    this.found = new Float32Array(Math.floor(points.length / width));
  }

  /** Evaluates until `until` on the clock of `performance`; false when all is done. */
  evaluate(until: number): boolean {
    const { program, found, width, points } = this;
    this.load();
    while (this.next < found.length) {
      this.set(points.subarray(this.next * width, (this.next + 1) * width));
      program.run();
      found[this.next] = program.output(0)[0] as number;
      this.next += 1;
      if (performance.now() >= until) break;
    }
    return this.next < found.length;
  }
}

/** The model at the samples drawn, and between them. */
class Drawing {
  private readonly program: Program;

  constructor(
    private readonly portable: Portable,
    private readonly look: LookOf,
  ) {
    const { leaves, data } = portable;
    const inputs = data[0];
    if (!inputs) throw new ProgramError("There are no data to draw the model for.");
    const { samples, axes, figure } = look;
    const [x, y] = axes;
    const each = inputs.shape.slice(1);
    const places: ArrayType[] = [typeOf(inputs.dtype, [samples.length, ...each])];
    const gives = [typeOf("f", [samples.length])];
    if (figure === "curve" && x) {
      places.push(typeOf("f", [x.length, ...each]));
      gives.push(typeOf("f", [x.length]));
    } else if (x && y) {
      places.push(typeOf("f", [x.length * y.length, 2]));
    }
    this.program = portable.drawing(places, figure === "boundary" ? undefined : gives);
    const from = leaves.length;
    gatherer(inputs.values, this.program.input(from), samples.length)(samples);
    if (places.length > 1) fill(this.program.input(from + 1), axes);
  }

  at(leaves: Leaves): Look {
    const { program, look } = this;
    this.portable.leaves.forEach((_, index) => {
      copy(leaves[index] as Float32Array, program.input(index));
    });
    program.run();
    const [predictions, drawn = NONE] = program.outputs.map((_, index) => program.output(index));
    const answer = {
      predictions: Float32Array.from(predictions ?? NONE),
      curve_y: NONE,
      boundary_x: NONE,
      boundary_y: NONE,
    };
    if (look.figure === "curve") return { ...answer, curve_y: Float32Array.from(drawn) };
    if (look.figure === "scatter") return answer;
    const lines = this.boundary(drawn as Float32Array);
    return { ...answer, boundary_x: lines.x, boundary_y: lines.y };
  }

  /** Where the lead of a class over all others is 0. */
  private boundary(leads: Float32Array): { x: Float32Array; y: Float32Array } {
    const [x = NONE, y = NONE] = this.look.axes;
    const size = x.length * y.length;
    const found = { x: [] as number[], y: [] as number[] };
    for (let first = 0; first + size <= leads.length; first += size) {
      const lines = linesAt(0, x, y, leads.subarray(first, first + size));
      if (found.x.length && lines.x.length) {
        found.x.push(Number.NaN);
        found.y.push(Number.NaN);
      }
      for (const x of lines.x) found.x.push(x);
      for (const y of lines.y) found.y.push(y);
    }
    return { x: Float32Array.from(found.x), y: Float32Array.from(found.y) };
  }
}

/** Writes the points of a grid, row after row, or of a line. */
function fill(places: Numbers, [x = NONE, y]: readonly Float32Array[]): void {
  if (!y) {
    places.set(x);
    return;
  }
  for (let row = 0; row < y.length; row += 1) {
    for (let column = 0; column < x.length; column += 1) {
      const at = 2 * (row * x.length + column);
      places[at] = x[column] as number;
      places[at + 1] = y[row] as number;
    }
  }
}
