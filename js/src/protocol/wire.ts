/**
 * What travels between page and kernel, and what reads it. Written from
 * gdwidget/_sync/messages by `python -m tests.message_types`; do not edit.
 */

import {
  entries, floats, list, nullable, number, oneOf, type Read, record, text, truth, whole
} from "./read.ts";

export const VERSION = 1;
export const MOST_STEPS = 10000000;
export const MOST_STEPS_A_MESSAGE = 100000;
export const LARGEST_FLOAT32 = 3.4028234663852886e+38;
export const SMALLEST_RATE = 1.1754943508222875e-38;

export type Slice = "two" | "components" | "random";
export type Part = "teaching" | "presenting" | "zh" | "figures";
export type QuestionKind = "next_step" | "after" | "end" | "fate" | "steps" | "choice" | "number" | "explain" | "goal";
export type Status = "ready" | "converged" | "diverged" | "ended";
export type LookFigure = "curve" | "boundary" | "scatter";

/** What a page asks for. */
export type Request =
  | { kind: "sync"; have: Record<string, number>; request: string }
  | { kind: "advance"; run: number; n: number; request: string }
  | { kind: "ahead"; request: string }
  | { kind: "goto"; run: number; step: number; request: string }
  | { kind: "reset"; start: Record<string, number> }
  | { kind: "set"; name: string; value: number | string }
  | { kind: "landscape"; low: number; high: number; name: string; step: number; request: string }
  | { kind: "plane"; slice: Slice; x: string; y: string; view: [number, number, number, number] | null; aspect: number; request: string }
  | { kind: "look"; run: number; step: number; low: number; high: number; request: string }
  | { kind: "ruler"; run: number; step: number; request: string }
  | { kind: "fan"; run: number; step: number; request: string }
  | { kind: "clear" }
  | { kind: "rest" }
  | { kind: "ask"; question: number }
  | { kind: "answer"; question: number; variant: number; numbers: number[]; sure: number; hints: number; seconds: number; text: string }
  | { kind: "present"; on: boolean }
  | { kind: "shared" }
  | { kind: "part"; part: Part }
  | { kind: "figures" }
  | { kind: "shown"; page: string; turn: number; shown: boolean };

/** The batches of a run. */
export interface Batches {
  /** Samples in a full batch. */
  size: number;
  /** Batches an epoch; 0 for a stream that ends, and for one that is read again as long as nobody knows how many it has, or where they are not always as many. */
  count: number;
}
export const readBatches: Read<Batches> = /* @__PURE__ */ record({ size: whole, count: whole });

/** Where the coming update leads, as the kernel knows it. */
export interface NextUpdate {
  /** The next value of each recorded scalar. */
  values: Record<string, number>;
  /** The optimizer's own numbers for the first of them. */
  terms: Record<string, number>;
}
export const readNextUpdate: Read<NextUpdate> = /* @__PURE__ */ record({ values: entries(number), terms: entries(number) });

/** What is told of the step after the cursor. */
export interface NextStep {
  cursor: number;
  /** Its learning rate; null where the schedule has none. */
  rate: number | null;
  /** Whether it begins a new run at whatever rate. */
  recompiled: boolean;
  /** Null where value - rate * gradient says where it leads. */
  coming: NextUpdate | null;
}
export const readNextStep: Read<NextStep> = /* @__PURE__ */ record({ cursor: whole, rate: nullable(number), recompiled: truth, coming: nullable(readNextUpdate) });

/** What takes the steps of a run, and at which rates; how it was stepped last. */
export interface RunSettings {
  optimizer: string;
  /** Whether the learning rate makes any difference. */
  takes_rate: boolean;
  /** 0 for all samples. */
  batch_size: number;
  decay: string;
  /** The learning rate; where it decays, at its highest. */
  peak: number;
  /** How many steps a decay is made for. */
  run_steps: number;
}
export const readRunSettings: Read<RunSettings> = /* @__PURE__ */ record({ optimizer: text, takes_rate: truth, batch_size: whole, decay: text, peak: number, run_steps: whole });

/** Which of a run's first rows were recorded elsewhere, as of a training loop. */
export interface Given {
  /** The last of them; the rows after it were computed. */
  last: number;
  /** How many steps of the loop one is; of the last fewer. 0: of each other. */
  every: number;
  /** Which step of the loop the last of them is. */
  end: number;
}
export const readGiven: Read<Given> = /* @__PURE__ */ record({ last: whole, every: whole, end: whole });

/** What a page knows of a run beside its rows and its number. */
export interface RunFields {
  parent: number | null;
  fork: number;
  params: Record<string, number>;
  /** Names of the columns after the first four. */
  extras: string[];
  /** What follows the last row; every earlier row is ready. */
  status: Status;
  batches: Batches | null;
  settings: RunSettings;
  given: Given | null;
  last: number;
}
export const readRunFields: Read<RunFields> = /* @__PURE__ */ record({ parent: nullable(whole), fork: whole, params: entries(number), extras: list(text), status: oneOf("ready", "converged", "diverged", "ended"), batches: nullable(readBatches), settings: readRunSettings, given: nullable(readGiven), last: whole });

/** New rows of a run; the buffer holds `n` of them in 4 + len(extras) columns. */
export interface Delta {
  parent: number | null;
  fork: number;
  params: Record<string, number>;
  /** Names of the columns after the first four. */
  extras: string[];
  /** What follows the last row; every earlier row is ready. */
  status: Status;
  batches: Batches | null;
  settings: RunSettings;
  given: Given | null;
  last: number;
  cursor: number;
  /** Its learning rate; null where the schedule has none. */
  rate: number | null;
  /** Whether it begins a new run at whatever rate. */
  recompiled: boolean;
  /** Null where value - rate * gradient says where it leads. */
  coming: NextUpdate | null;
  kind: "delta";
  run: number;
  runs: number[];
  start: number;
  n: number;
  request: string;
  /** How long the steps that were asked for took. */
  seconds: number;
}
export const readDelta: Read<Delta> = /* @__PURE__ */ record({ parent: nullable(whole), fork: whole, params: entries(number), extras: list(text), status: oneOf("ready", "converged", "diverged", "ended"), batches: nullable(readBatches), settings: readRunSettings, given: nullable(readGiven), last: whole, cursor: whole, rate: nullable(number), recompiled: truth, coming: nullable(readNextUpdate), kind: oneOf("delta"), run: whole, runs: list(whole), start: whole, n: whole, request: text, seconds: number });

/** A step taken ahead, recorded only if it is asked for; the buffer holds its row. */
export interface Ahead {
  cursor: number;
  /** Its learning rate; null where the schedule has none. */
  rate: number | null;
  /** Whether it begins a new run at whatever rate. */
  recompiled: boolean;
  /** Null where value - rate * gradient says where it leads. */
  coming: NextUpdate | null;
  kind: "ahead";
  run: number;
  /** What follows it. */
  status: Status;
  request: string;
}
export const readAhead: Read<Ahead> = /* @__PURE__ */ record({ cursor: whole, rate: nullable(number), recompiled: truth, coming: nullable(readNextUpdate), kind: oneOf("ahead"), run: whole, status: oneOf("ready", "converged", "diverged", "ended"), request: text });

/** Header of the loss along a number; its buffer holds values, then losses. */
export interface Landscape {
  kind: "landscape";
  n: number;
  /** Whether the kernel has yet to evaluate points between these. */
  more: boolean;
  request: string;
}
export const readLandscape: Read<Landscape> = /* @__PURE__ */ record({ kind: oneOf("landscape"), n: whole, more: truth, request: text });

/** The loss on a plane through the parameters. */
export interface Plane {
  slice: Slice;
  /** The axis labels. */
  x: string;
  y: string;
  low_x: number;
  high_x: number;
  low_y: number;
  high_y: number;
  /** Grid points a side. */
  n: number;
  /** Share of the path's variance that it holds, 0 to 1. */
  explained: number | null;
  /** The least loss on it. */
  least: number | null;
  /** Whether the path is the columns x and y of the record. */
  recorded: boolean;
  /** Whether the kernel has yet to evaluate points between these. */
  more: boolean;
}
export const readPlane: Read<Plane> = /* @__PURE__ */ record({ slice: oneOf("two", "components", "random"), x: text, y: text, low_x: number, high_x: number, low_y: number, high_y: number, n: whole, explained: nullable(number), least: nullable(number), recorded: truth, more: truth });

/** The arrays of a plane. */
export interface PlaneArrays {
  /** Row after row of n losses; a row has one y. */
  losses: Float32Array;
  /** Lines of equal loss, with NaN between each two. */
  contour_x: Float32Array;
  contour_y: Float32Array;
  /** The loss on each of these lines. */
  contour_levels: Float32Array;
  /** The path of the current run; empty where it is recorded. */
  steps: Float32Array;
  path_x: Float32Array;
  path_y: Float32Array;
}
export const readPlaneArrays: Read<PlaneArrays> = /* @__PURE__ */ record({ losses: floats, contour_x: floats, contour_y: floats, contour_levels: floats, steps: floats, path_x: floats, path_y: floats });

/** Data, model and batch at a step. */
export interface Look {
  step: number;
  figure: LookFigure | null;
  /** The axis labels. */
  x: string;
  y: string;
}
export const readLook: Read<Look> = /* @__PURE__ */ record({ step: whole, figure: nullable(oneOf("curve", "boundary", "scatter")), x: text, y: text });

/** The arrays of a look; those that do not apply are empty. */
export interface LookArrays {
  inputs: Float32Array;
  targets: Float32Array;
  predictions: Float32Array;
  /** The model between the samples. */
  curve_x: Float32Array;
  curve_y: Float32Array;
  /** The two features of a classifier. */
  inputs_x: Float32Array;
  inputs_y: Float32Array;
  /** The lines between its classes, with NaN between each two. */
  boundary_x: Float32Array;
  boundary_y: Float32Array;
  /** Which samples of the data these are, ascending. */
  samples: Float32Array;
  /** Positions among these of the samples in the batch. */
  batch: Float32Array;
  /** The batch's own loss along the first parameter. */
  batch_values: Float32Array;
  batch_losses: Float32Array;
}
export const readLookArrays: Read<LookArrays> = /* @__PURE__ */ record({ inputs: floats, targets: floats, predictions: floats, curve_x: floats, curve_y: floats, inputs_x: floats, inputs_y: floats, boundary_x: floats, boundary_y: floats, samples: floats, batch: floats, batch_values: floats, batch_losses: floats });

/** What a plane or look has beside its fields where it is sent: a buffer for each name. */
export interface OfArrays {
  kind: "plane" | "look";
  request: string;
  arrays: string[];
}
export const readOfArrays: Read<OfArrays> = /* @__PURE__ */ record({ kind: oneOf("plane", "look"), request: text, arrays: list(text) });

/** What was wrong; `field` may be empty. */
export interface ErrorAnswer {
  kind: "error";
  field: string;
  message: string;
  request: string;
}
export const readErrorAnswer: Read<ErrorAnswer> = /* @__PURE__ */ record({ kind: oneOf("error"), field: text, message: text, request: text });

/** What shows a widget, for a page without a manager. */
export interface SharedParts {
  kind: "shared";
  script: string;
  style: string;
}
export const readSharedParts: Read<SharedParts> = /* @__PURE__ */ record({ kind: oneOf("shared"), script: text, style: text });

/** A module that not every widget needs: what teaches, what presents, or what is in Chinese. */
export interface PartAnswer {
  kind: "part";
  part: Part;
  script: string;
}
export const readPartAnswer: Read<PartAnswer> = /* @__PURE__ */ record({ kind: oneOf("part"), part: oneOf("teaching", "presenting", "zh", "figures"), script: text });

/** The models of the figures, as a page saves them. */
export interface FiguresAnswer {
  kind: "figures";
  /** JSON of a widget state, by the models' ids. */
  states: string;
  /** Which script shows them: a page may have kernels of several versions. */
  script: string;
}
export const readFiguresAnswer: Read<FiguresAnswer> = /* @__PURE__ */ record({ kind: oneOf("figures"), states: text, script: text });

/** What is set while a question is asked. */
export interface QuestionSettings {
  /** Empty where there is one problem only. */
  problem_name: string;
  optimizer: string;
  learning_rate: number;
  decay: string;
  /** 0 stands for all samples. */
  batch_size: number;
  run_steps: number;
}
export const readQuestionSettings: Read<QuestionSettings> = /* @__PURE__ */ record({ problem_name: text, optimizer: text, learning_rate: number, decay: text, batch_size: whole, run_steps: whole });

/** One of the settings that a question may be asked in. */
export interface Variant {
  settings: QuestionSettings;
  /** The starting values of the scalar parameters. */
  start: Record<string, number>;
  /** What is not to be read before the answer; see Key. */
  sealed: string;
}
export const readVariant: Read<Variant> = /* @__PURE__ */ record({ settings: readQuestionSettings, start: entries(number), sealed: text });

/** A question as a page asks it. */
export interface Question {
  name: string;
  /** What it asks, and how it is judged. */
  kind: QuestionKind;
  /** The question, in words. */
  text: string;
  /** How many steps the run takes that shows the answer; 0 for none. */
  steps: number;
  /** The scalars whose value is asked for, one or two. */
  parameters: string[];
  /** The loss that is to be reached. */
  until: number | null;
  /** What is to be chosen from. */
  options: string[];
  /** At most three, shown one by one when they are asked for. */
  hints: string[];
  variants: Variant[];
}
export const readQuestion: Read<Question> = /* @__PURE__ */ record({ name: text, kind: oneOf("next_step", "after", "end", "fate", "steps", "choice", "number", "explain", "goal"), text: text, steps: whole, parameters: list(text), until: nullable(number), options: list(text), hints: list(text), variants: list(readVariant) });

/** The questions of a widget. */
export interface Questions {
  version: number;
  /** Of all that decides what is right, in eight hexadecimal digits. */
  fingerprint: string;
  /** Decides with a student's name which variants are asked. */
  salt: string;
  questions: Question[];
}
export const readQuestions: Read<Questions> = /* @__PURE__ */ record({ version: whole, fingerprint: text, salt: text, questions: list(readQuestion) });

/** Runs that are looked at side by side. */
export interface Compared {
  /** The one that differs. */
  setting: string;
  /** Their ids, in the order in which they are told of. */
  runs: number[];
  /** What the setting is in each, in words. */
  values: string[];
  /** A loss of which is told when each run reached it. */
  until: number | null;
  /** After how many steps; −1 of one that never did. */
  reached: number[];
  /** What became of each. */
  verdicts: string[];
}
export const readCompared: Read<Compared> = /* @__PURE__ */ record({ setting: text, runs: list(whole), values: list(text), until: nullable(number), reached: list(whole), verdicts: list(text) });

/** A wrong answer that tells a misconception. */
export interface Mistake {
  numbers: number[];
  /** The misconception's short name. */
  tag: string;
  /** What to say then. */
  text: string;
}
export const readMistake: Read<Mistake> = /* @__PURE__ */ record({ numbers: list(number), tag: text, text: text });

/** What a variant's seal holds: JSON, each byte by exclusive or with the keystream.

That only keeps it from being read by chance: grades are computed from the answers alone. */
export interface Key {
  /** The right answer; empty where none is. */
  numbers: number[];
  /** Where the asked scalars start. */
  start: number[];
  /** How far from it is right in any case. */
  tolerance: number;
  mistakes: Mistake[];
  /** What to say by verdict, and of `wrong_way`. */
  feedback: Record<string, string>;
  /** A model answer, of a question that is to be explained. */
  model: string;
}
export const readKey: Read<Key> = /* @__PURE__ */ record({ numbers: list(number), start: list(number), tolerance: number, mistakes: list(readMistake), feedback: entries(text), model: text });

/** How sharply the loss on all data curves at a step, and how large that lets the rate be. */
export interface Curvature {
  optimizer: string;
  /** Whether a limit is known for the optimizer; else nothing is measured. */
  known: boolean;
  /** Whether it is in the units that the optimizer divides by. */
  own_units: boolean;
  /** The Hessian's largest eigenvalue; null: not to be had. */
  sharpness: number | null;
  /** The rate above which steps grow; null where there is none. */
  limit: number | null;
  /** What its direction has along the recorded numbers. */
  along: Record<string, number>;
}
export const readCurvature: Read<Curvature> = /* @__PURE__ */ record({ optimizer: text, known: truth, own_units: truth, sharpness: nullable(number), limit: nullable(number), along: entries(number) });

/** The curvature at a step. */
export interface RulerAnswer {
  optimizer: string;
  /** Whether a limit is known for the optimizer; else nothing is measured. */
  known: boolean;
  /** Whether it is in the units that the optimizer divides by. */
  own_units: boolean;
  /** The Hessian's largest eigenvalue; null: not to be had. */
  sharpness: number | null;
  /** The rate above which steps grow; null where there is none. */
  limit: number | null;
  /** What its direction has along the recorded numbers. */
  along: Record<string, number>;
  kind: "ruler";
  run: number;
  step: number;
  request: string;
}
export const readRulerAnswer: Read<RulerAnswer> = /* @__PURE__ */ record({ optimizer: text, known: truth, own_units: truth, sharpness: nullable(number), limit: nullable(number), along: entries(number), kind: oneOf("ruler"), run: whole, step: whole, request: text });

/** All steps that could be next, each with the loss on all data after it. */
export interface FanAnswer {
  kind: "fan";
  run: number;
  step: number;
  request: string;
  /** How many samples each of them reads. */
  size: number;
  /** Whether these are all that there are; else the seed chose them. */
  whole: boolean;
  /** The loss on all data before the step. */
  loss: number;
  losses: number[];
  /** Where they lead; empty of many numbers. */
  values: Record<string, number[]>;
}
export const readFanAnswer: Read<FanAnswer> = /* @__PURE__ */ record({ kind: oneOf("fan"), run: whole, step: whole, request: text, size: whole, whole: truth, loss: number, losses: list(number), values: entries(list(number)) });

/** One run in the saved state. */
export interface SavedRun {
  parent: number | null;
  fork: number;
  params: Record<string, number>;
  /** Names of the columns after the first four. */
  extras: string[];
  /** What follows the last row; every earlier row is ready. */
  status: Status;
  batches: Batches | null;
  settings: RunSettings;
  given: Given | null;
  last: number;
  id: number;
  /** Which steps, ascending, as int32. */
  steps: string;
  /** Their rows, column after column. */
  columns: string;
}
export const readSavedRun: Read<SavedRun> = /* @__PURE__ */ record({ parent: nullable(whole), fork: whole, params: entries(number), extras: list(text), status: oneOf("ready", "converged", "diverged", "ended"), batches: nullable(readBatches), settings: readRunSettings, given: nullable(readGiven), last: whole, id: whole, steps: text, columns: text });

/** The saved timeline; the cursor is looked at in the last run. */
export interface Keyframe {
  cursor: number;
  /** Its learning rate; null where the schedule has none. */
  rate: number | null;
  /** Whether it begins a new run at whatever rate. */
  recompiled: boolean;
  /** Null where value - rate * gradient says where it leads. */
  coming: NextUpdate | null;
  version: number;
  runs: SavedRun[];
}
export const readKeyframe: Read<Keyframe> = /* @__PURE__ */ record({ cursor: whole, rate: nullable(number), recompiled: truth, coming: nullable(readNextUpdate), version: whole, runs: list(readSavedRun) });

/** What a plane or look has beside its fields where it is saved. */
export interface SavedArrays {
  arrays: Record<string, string>;
}
export const readSavedArrays: Read<SavedArrays> = /* @__PURE__ */ record({ arrays: entries(text) });

/** The red curve with the ends of the first view; its points may reach further. */
export interface SavedCurve {
  low: number;
  high: number;
  /** Values, then losses. */
  points: string;
  /** Whether the kernel has yet to evaluate points between these. */
  more: boolean;
}
export const readSavedCurve: Read<SavedCurve> = /* @__PURE__ */ record({ low: number, high: number, points: text, more: truth });

/** What the widget says of its problem. */
export interface Names {
  /** The scalar parameters, which have a field for their start. */
  params: string[];
  /** The first of the recorded scalars. */
  learning: string;
  /** The scalars that learn and have a column of values. */
  recorded: string[];
  /** How many scalars learn. */
  count: number;
  /** Whether the data come as a stream. */
  stream: boolean;
  /** How many samples there are; 0 without data and for a stream. */
  samples: number;
  /** Whether there is a model to compare with the data. */
  predicts: boolean;
  /** Whether the targets are classes. */
  classes: boolean;
}
export const readNames: Read<Names> = /* @__PURE__ */ record({ params: list(text), learning: text, recorded: list(text), count: whole, stream: truth, samples: whole, predicts: truth, classes: truth });

/** What the page offers to choose from; fewer than two entries offer nothing. */
export interface Choices {
  optimizers: string[];
  decays: string[];
  /** 0 stands for all samples. */
  batch_sizes: number[];
  problems: string[];
}
export const readChoices: Read<Choices> = /* @__PURE__ */ record({ optimizers: list(text), decays: list(text), batch_sizes: list(whole), problems: list(text) });
