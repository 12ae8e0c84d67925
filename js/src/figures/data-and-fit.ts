/** Figure 3: the samples, what the model says of them, and which are in the batch. */

import type { Children } from "../dom/host.ts";
import type { Store } from "../model/store.ts";
import type { LookAnswer } from "../protocol/messages.ts";
import { Figure, type NameAt, type Size } from "./figure.ts";
import {
  columns,
  dotted,
  GRADIENT,
  INK,
  idOf,
  LEARNING,
  LOSS,
  type Point,
  SECOND,
  withGaps,
} from "./mark.ts";
import { RIGHT, UP } from "./names.ts";
import { extent, GrowingEnds } from "./reach.ts";
import { inside, nearOrGap, type View } from "./view.ts";

/** As much as the kernel's grid reaches beyond the samples. */
const MARGIN = 0.06;
/** Closer than this, in their own size, few float32 are between two numbers. */
const NEAREST = 8 * 2 ** -23;
/** How many heights of the data the picture may grow to each side to hold the predictions. */
const MOST_GROWTH = 3;
/** Of more samples the residuals would be a blot. */
const MOST_RESIDUALS = 300;
/** Beside so many samples of a class room for its name is sought. */
const MOST_TRIED = 20;
/** Among more samples no room is left for names beside them. */
const MOST_KEPT_FREE = 50;

export class DataAndFitFigure extends Figure {
  private view: View = { low: 0, high: 1, bottom: 0, top: 1 };
  private readonly up = new GrowingEnds();
  private drawn: LookAnswer | undefined;

  constructor(children: Children, store: Store, size: () => Size) {
    super("data_and_fit", children, store, size);
  }

  override draw(): boolean {
    const { look } = this.store;
    if (!look?.figure) return false;
    if (look !== this.drawn) this.view = this.around(look);
    const moves = this.drawScales(this.view, look.x, this.store.texts.axis(look.y));
    if (look !== this.drawn || this.changes.has("known", isKnown(this.store))) this.drawLook(look);
    this.drawn = look;
    this.drawNames(this.view, () => this.names(look));
    return moves;
  }

  /** The view that holds the data, made higher where predictions leave it. */
  private around(look: LookAnswer): View {
    const { figure, targets, inputs, inputs_x, inputs_y } = look;
    const view = around(look);
    if (figure === "boundary") return view;
    const half = (view.top - view.bottom) / 2;
    const about = view.bottom + half;
    const fitted = { about, down: half, up: half, most: (2 * MOST_GROWTH + 1) * half };
    const key = [idOf(this.store.run), figure, targets, inputs, inputs_x, inputs_y].join();
    const [bottom, top] = this.up.holding(key, () => fitted, extent(look.predictions));
    return { ...view, bottom, top };
  }

  private drawLook(look: LookAnswer): void {
    const known = isKnown(this.store);
    const { figure } = look;
    const { low, high } = this.view;
    const samples = samplePoints(look).map((point) => nearOrGap(point, this.view));
    const ofClass = (fits: (kind: number) => boolean): Point[] =>
      figure === "boundary" ? samples.filter((_, at) => fits(look.targets[at] as number)) : [];
    const circles = figure === "boundary" ? ofClass((kind) => kind === 0) : samples;
    this.set("circles", dotted(circles));
    this.set(
      "triangles",
      ofClass((kind) => kind === 1),
    );
    this.set(
      "squares",
      ofClass((kind) => kind > 1),
    );
    this.set("residuals", known ? this.residuals(look, samples) : []);
    this.set("curve", known ? this.line(look.curve_x, look.curve_y) : []);
    this.set("boundary", known ? this.line(look.boundary_x, look.boundary_y) : []);
    const diagonal: Point[] = [
      [low, low],
      [high, high],
    ];
    this.set("diagonal", figure === "scatter" ? diagonal : []);
    const batch = Array.from(look.batch, (at) => samples[at]).filter(
      (point) => point !== undefined,
    );
    this.set("batch", known ? batch.filter(isFinitePoint) : []);
  }

  private names(look: LookAnswer): { names: NameAt[]; markers: Point[] } {
    const { marks, classes } = this.store.texts;
    const { view } = this;
    const points = samplePoints(look);
    const samples = points.filter((point) => inside(point, view));
    const names: NameAt[] = [];
    const add = (text: string, at: Point | undefined, color: string, away = UP): void => {
      if (at) names.push({ text, at, color, away });
    };
    const end = (x: Float32Array, y: Float32Array): Point | undefined => {
      const line = Array.from(x, (each, index): Point => [each, y[index] as number]);
      return line.filter((point) => inside(point, view)).at(-1);
    };
    if (isKnown(this.store)) {
      add(marks.model, end(look.curve_x, look.curve_y), LEARNING, [-1, 0]);
      add(marks.boundary, end(look.boundary_x, look.boundary_y), LEARNING);
      const inBatch = look.batch[0];
      add(marks.inBatch, inBatch === undefined ? undefined : points[inBatch], GRADIENT);
      if (look.figure === "curve") add(marks.error, worst(look, view), LOSS, RIGHT);
    }
    const { high } = view;
    if (look.figure === "scatter") add(marks.diagonal, [high, high], INK, [-1, 0]);
    if (look.figure === "boundary") {
      const colors = [INK, SECOND, INK];
      classes.forEach((text, kind) => {
        const of = points.filter((point, index) => {
          const target = Math.min(look.targets[index] as number, 2);
          return target === kind && inside(point, view);
        });
        const highest = of.sort((a, b) => b[1] - a[1]).slice(0, MOST_TRIED);
        for (const away of [UP, RIGHT]) {
          for (const at of highest) add(text, at, colors[kind] as string, away);
        }
      });
    } else add(this.store.texts.samples, samples[0], INK, RIGHT);
    return { names, markers: samples.length > MOST_KEPT_FREE ? [] : samples };
  }

  private set(name: string, points: readonly Point[]): void {
    if (this.changes.has(name, ...columns(points))) this.place(name, points);
  }

  private line(x: Float32Array, y: Float32Array): Point[] {
    return Array.from(x, (at, index) => nearOrGap([at, y[index] as number], this.view));
  }

  /** From each sample straight to what the model says of it. */
  private residuals(look: LookAnswer, samples: readonly Point[]): Point[] {
    if (look.figure !== "curve" || samples.length > MOST_RESIDUALS) return [];
    const lines = samples.map((point, at): Point[] => [
      point,
      nearOrGap([point[0], look.predictions[at] as number], this.view),
    ]);
    return withGaps(lines.filter((line) => line.every(isFinitePoint)));
  }
}

/** The middle of the longest residual in sight. */
function worst({ inputs, targets, predictions }: LookAnswer, view: View): Point | undefined {
  const lengths = Array.from(targets, (target, at) =>
    Math.abs(target - (predictions[at] as number)),
  );
  const order = lengths
    .map((_, at) => at)
    .sort((a, b) => (lengths[b] as number) - (lengths[a] as number));
  const middles = order.map(
    (at): Point => [
      inputs[at] as number,
      ((targets[at] as number) + (predictions[at] as number)) / 2,
    ],
  );
  return middles.find((point) => inside(point, view));
}

/** Where the samples of a look are in its figure. */
function samplePoints(look: LookAnswer): Point[] {
  const [x, y] = {
    curve: [look.inputs, look.targets],
    boundary: [look.inputs_x, look.inputs_y],
    scatter: [look.targets, look.predictions],
  }[look.figure ?? "curve"] as [Float32Array, Float32Array];
  return Array.from(x, (at, index) => [at, y[index] as number]);
}

/** Whether the look still says what is at the cursor; with a kernel a newer one is on its way. */
function isKnown({ look, alive, cursor, hides }: Store): boolean {
  return !hides && (alive || look?.step === cursor);
}

function isFinitePoint([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** The view that holds the data: inputs and targets, both features, or the targets twice. */
function around(look: LookAnswer): View {
  const across = { curve: look.inputs, boundary: look.inputs_x, scatter: look.targets };
  const up = { curve: look.targets, boundary: look.inputs_y, scatter: look.targets };
  const figure = look.figure ?? "curve";
  const [low, high] = ends(across[figure]);
  const [bottom, top] = ends(up[figure]);
  return { low, high, bottom, top };
}

function ends(values: Float32Array): [low: number, high: number] {
  const [least, most] = extent(values);
  const margin = Math.max(
    MARGIN * (most - least) || Math.abs(least) || 1,
    NEAREST * Math.max(Math.abs(least), Math.abs(most)),
  );
  return [least - margin, most + margin];
}
