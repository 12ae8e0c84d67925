/**
 * What the figures show of a problem, computed in this page; gdwidget/_landscape/figure_data.py's
 * mirror.
 */

import { type Ends, inEqualUnits } from "../model/equal-units.ts";
import type { Rows } from "../model/rows.ts";
import type { Store } from "../model/store.ts";
import type {
  Along,
  Curve,
  LookAnswer,
  LookQuestion,
  PlaneAnswer,
  PlaneQuestion,
  SavedCurve,
} from "../protocol/messages.ts";
import { engineTexts } from "../text/engine-texts.ts";
import { contours } from "./contours.ts";
import type { RunStates } from "./run-states.ts";
import type { Calculator, State } from "./states.ts";
import type { LocalRun, LocalTimeline } from "./timeline.ts";

/** How many points a curve has. */
const CURVE_POINTS = 257;
const MOST_POINTS = 100;
const FEWEST_POINTS = 21;
/** What a plane may cost, about. */
const MOST_COST = 8e8;
/** How many of its own widths a picture widens to each side to hold a path. */
const MOST_WIDENING = 12;
const MARGIN = 0.1;
/** How far the picture of a parameter reaches about a start of which nothing else is known. */
const FIRST_REACH = 2;
/** How many times as far from the minimum as the start the picture reaches. */
const FARTHER = 1.25;

type Leaves = State["leaves"];

/** Answers what the figures ask for, with what the store then has. */
export class PagePictures {
  private readonly saved: SavedCurve | undefined;
  /** The first view of each plane. */
  private readonly views = new Map<string, Ends>();

  constructor(
    private readonly store: Store,
    private readonly calculator: Calculator,
    private readonly timeline: LocalTimeline,
    private readonly states: RunStates,
  ) {
    this.saved = store.curve;
    const { plane } = store;
    if (plane?.recorded) {
      this.views.set(`${plane.x} ${plane.y}`, [
        plane.low_x,
        plane.high_x,
        plane.low_y,
        plane.high_y,
      ]);
    }
  }

  /** The red curve of a run that begins. */
  async redCurve(run: LocalRun, { leaves, row }: State): Promise<void> {
    const { store } = this;
    const ends = endsAbout(this.saved, row[0] as number);
    const curve = await curveOf(this.calculator, leaves, store.names.learning, ends);
    if (run !== this.timeline.run) return;
    store.showCurve({ low: ends[0], high: ends[1], ...curve });
  }

  async curve(low: number, high: number, along?: Along): Promise<void> {
    const { run } = this.timeline;
    if (!run) return;
    const { leaves } = await this.states.at(run, along?.step ?? 0);
    const name = along?.name ?? this.store.names.learning;
    const curve = await curveOf(this.calculator, leaves, name, [low, high]);
    if (run === this.timeline.run) this.store.showDetail(curve);
  }

  async plane(question: PlaneQuestion): Promise<void> {
    const { store, timeline, states } = this;
    const { run, cursor } = timeline;
    const rows = states.recorded(run)?.rows;
    if (!run || !rows || !store.draws(question.slice)) throw new Error(engineTexts.noSuchPlane);
    const { leaves } = await states.at(run, cursor);
    const { x, y } = question;
    const key = `${x} ${y}`;
    const wanted = question.view ?? viewOf(this.views.get(key), rows, [x, y]);
    if (!question.view && !this.views.has(key)) this.views.set(key, wanted);
    const view = inEqualUnits(wanted, question.aspect);
    const { count, recorded } = store.names;
    const share = recorded.length === count ? explainedBy(rows, recorded, [x, y]) : null;
    store.showPlane(await planeOf(this.calculator, leaves, question, view, share));
  }

  /** `batch` says which samples a step reads. */
  async look(
    { step, low, high }: LookQuestion,
    batch: (step: number) => Int32Array | undefined,
  ): Promise<void> {
    const { store, calculator } = this;
    const { run } = this.timeline;
    if (!run) return;
    const state = await this.states.at(run, Math.min(step, run.header.last));
    const read = batch(state.step);
    const { learning } = store.names;
    const curve =
      read && low < high
        ? await curveOf(calculator, state.leaves, learning, [low, high], read)
        : undefined;
    const look = await lookOf(calculator, state, read, curve);
    if (run !== this.timeline.run) return;
    // A model that could not be exported stays as it was saved.
    const { batch_values, batch_losses } = look;
    const kept = store.look?.kept && !look.figure;
    store.showLook(kept && store.look ? { ...store.look, batch_values, batch_losses } : look);
  }
}

/** The loss between two values of a recorded number, the others as in `leaves`. */
async function curveOf(
  calculator: Calculator,
  leaves: Leaves,
  name: string,
  [low, high]: readonly [number, number],
  rows?: Int32Array,
): Promise<Curve> {
  const values = spaced(low, high, CURVE_POINTS);
  const losses = await calculator.losses(leaves, [name], values, rows);
  return { values, losses, more: false };
}

/** The ends of the red curve: those that were saved, or others that hold the start as well. */
function endsAbout(saved: SavedCurve | undefined, start: number): [low: number, high: number] {
  const reach = FIRST_REACH * (Math.abs(start) || 1);
  if (!saved) return [start - reach, start + reach];
  const { low, high, values, losses } = saved;
  if (start >= low && start <= high) return [low, high];
  const finite = losses.map((loss) => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY));
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const minimum = values[finite.indexOf(least)] ?? low;
  const far = FARTHER * Math.abs(start - minimum);
  return rounded([minimum - far, minimum + far]);
}

/** The loss over two recorded numbers. */
async function planeOf(
  calculator: Calculator,
  leaves: Leaves,
  { x, y }: PlaneQuestion,
  view: Ends,
  explained: number | null,
): Promise<PlaneAnswer> {
  const affordable = Math.floor(Math.sqrt(MOST_COST / calculator.portable.loss.cost));
  const n = Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, affordable));
  const [low_x, high_x, low_y, high_y] = view;
  const [across, up] = [spaced(low_x, high_x, n), spaced(low_y, high_y, n)];
  const points = new Float32Array(2 * n * n);
  for (let at = 0; at < n * n; at += 1) {
    points[2 * at] = across[at % n] as number;
    points[2 * at + 1] = up[Math.floor(at / n)] as number;
  }
  const losses = await calculator.losses(leaves, [x, y], points);
  const lines = contours(across, up, losses);
  const finite = losses.filter(Number.isFinite);
  const none = new Float32Array();
  return {
    kind: "plane",
    request: "",
    slice: "two",
    x,
    y,
    low_x,
    high_x,
    low_y,
    high_y,
    n,
    explained,
    least: finite.length ? finite.reduce((a, b) => Math.min(a, b)) : Number.NaN,
    more: false,
    recorded: true,
    losses,
    contour_x: lines.x,
    contour_y: lines.y,
    contour_levels: lines.levels,
    steps: none,
    path_x: none,
    path_y: none,
  };
}

/** What was shown before, or what lies about the start, widened to hold the path. */
function viewOf(shown: Ends | undefined, rows: Rows, names: readonly [x: string, y: string]): Ends {
  const ends = names.flatMap((name, axis): [number, number] => {
    const start = rows.row(0, name).value;
    const reach = rows.scaleOf(name);
    const [low, high] = shown?.slice(2 * axis) ?? [start - reach, start + reach];
    return widened(low as number, high as number, rows.extent(name));
  });
  return (shown ? ends : [...rounded(ends.slice(0, 2)), ...rounded(ends.slice(2))]) as Ends;
}

/** The share of the variance of the path that two of the recorded numbers have; null if none. */
function explainedBy(
  rows: Rows,
  recorded: readonly string[],
  shown: readonly string[],
): number | null {
  const stride = Math.ceil(rows.count / 2000);
  const variance = (names: readonly string[]): number =>
    names.reduce((sum, name) => {
      const column = rows.column(name);
      const numbers: number[] = [];
      for (let at = 0; at < rows.count; at += stride) numbers.push(column?.at(at) ?? 0);
      const finite = numbers.filter(Number.isFinite);
      const mean = finite.reduce((total, number) => total + number, 0) / finite.length;
      return sum + finite.reduce((total, number) => total + (number - mean) ** 2, 0);
    }, 0);
  const all = variance(recorded);
  return all > 0 ? Math.min(1, variance(shown) / all) : null;
}

/** Data, model and batch at a state; without a model the batch alone. */
async function lookOf(
  calculator: Calculator,
  { step, leaves }: State,
  batch: Int32Array | undefined,
  curve: Curve | undefined,
): Promise<LookAnswer> {
  const { look } = calculator.portable;
  const none = new Float32Array();
  const answer: LookAnswer = {
    kind: "look",
    request: "",
    step,
    figure: look?.figure ?? null,
    x: look?.x ?? "",
    y: look?.y ?? "",
    inputs: none,
    targets: look?.targets ?? none,
    predictions: none,
    curve_x: none,
    curve_y: none,
    inputs_x: none,
    inputs_y: none,
    boundary_x: none,
    boundary_y: none,
    samples: Float32Array.from(look?.samples ?? []),
    batch: none,
    batch_values: curve?.values ?? none,
    batch_losses: curve?.losses ?? none,
    kept: false,
  };
  if (!look) return answer;
  const half = look.inputs.length / 2;
  if (look.figure === "curve") {
    answer.inputs = look.inputs;
    answer.curve_x = look.axes[0] ?? none;
  } else if (look.figure === "boundary") {
    answer.inputs_x = look.inputs.slice(0, half);
    answer.inputs_y = look.inputs.slice(half);
  }
  const read = new Set(batch);
  const positions = Array.from(look.samples, (sample, at) => (read.has(sample) ? at : -1));
  answer.batch = Float32Array.from(positions.filter((at) => at >= 0));
  return Object.assign(answer, await calculator.look(leaves));
}

function spaced(low: number, high: number, points: number): Float32Array {
  const stride = (high - low) / (points - 1);
  return Float32Array.from({ length: points }, (_, index) =>
    index === points - 1 ? high : index * stride + low,
  );
}

function widened(
  low: number,
  high: number,
  [first, last]: readonly [number, number],
): [number, number] {
  const reach = MOST_WIDENING * (high - low);
  const [least, most] = [Math.max(first, low - reach), Math.min(last, high + reach)];
  return [
    least < low ? least - MARGIN * (high - least) : low,
    most > high ? most + MARGIN * (most - low) : high,
  ];
}

/** Moved outwards to numbers that read well. */
function rounded([low, high]: readonly number[]): [number, number] {
  const [from, to] = [low as number, high as number];
  const unit = 10 ** Math.floor(Math.log10((to - from) / 5));
  const tidy = (number: number): number => Number((number * unit).toPrecision(12));
  return [tidy(Math.floor(from / unit)), tidy(Math.ceil(to / unit))];
}
