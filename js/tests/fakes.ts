/**
 * Stand-ins for the clock, the kernel, the widget and bqplot's models; none waits for real time.
 */

import { vi } from "vitest";
import type { Callbacks, ChildModel, Children, WidgetModel } from "../src/dom/host.ts";
import type { Clock } from "../src/engines/player.ts";
import type { Engine } from "../src/model/engine.ts";
import type { Store } from "../src/model/store.ts";
import type {
  Along,
  Columns,
  LookQuestion,
  PlaneQuestion,
  Request,
} from "../src/protocol/messages.ts";
import { columns, delta, rowAt } from "./builders.ts";

const FRAME_MS = 10;

/** Lets everything run that waits for promises that are settled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** A clock whose time passes only when told to, in frames of 10 ms. */
export class FakeClock implements Clock {
  frames: (() => void)[] = [];
  /** How long each frame takes. */
  frameMs = FRAME_MS;
  private time = 0;
  private timers = new Map<number, { at: number; callback: () => void }>();
  private nextTimer = 1;

  now(): number {
    return this.time;
  }

  frame(callback: () => void): void {
    this.frames.push(callback);
  }

  timeout(callback: () => void, milliseconds: number): number {
    const timer = this.nextTimer;
    this.nextTimer += 1;
    this.timers.set(timer, { at: this.time + milliseconds, callback });
    return timer;
  }

  cancel(timeout: number): void {
    this.timers.delete(timeout);
  }

  /** Lets time pass; `each` is called after every frame. */
  async pass(milliseconds: number, each: () => void = () => {}): Promise<void> {
    const end = this.time + milliseconds;
    while (this.time < end) {
      this.time += this.frameMs;
      for (const callback of this.frames.splice(0)) callback();
      for (const [timer, { at, callback }] of [...this.timers]) {
        if (at > this.time || !this.timers.delete(timer)) continue;
        callback();
      }
      each();
      await settled();
    }
  }
}

interface Open {
  steps: number;
  resolve: (seconds: number) => void;
  reject: (reason: Error) => void;
}

/** An engine that steps along made-up rows in a store, and answers only when told to. */
export class FakeEngine implements Engine {
  /** The steps of each request so far. */
  readonly asked: number[] = [];
  readonly open: Open[] = [];
  readonly evaluated: [number, number][] = [];
  readonly along: (Along | undefined)[] = [];
  readonly goneTo: number[] = [];
  readonly resets: Record<string, number>[] = [];
  readonly planes: PlaneQuestion[] = [];
  readonly looks: LookQuestion[] = [];
  clears = 0;
  rests = 0;
  /** How long each request is said to have taken. */
  seconds = 0.001;
  /** Where the next step forks, for a reason that the page does not know. */
  forksAt: number | undefined;
  /** How many of the pictures asked for are not whole. */
  finer = 0;
  /** From this step on the loss is exactly 0. */
  convergesAt = Number.POSITIVE_INFINITY;

  constructor(private readonly store: Store) {}

  get total(): number {
    return this.asked.reduce((sum, steps) => sum + steps, 0);
  }

  advance(steps: number): Promise<number> {
    this.asked.push(steps);
    return new Promise((resolve, reject) => {
      this.open.push({ steps, resolve, reject });
    });
  }

  goTo(step: number): void {
    this.goneTo.push(step);
  }

  served(): Promise<void> {
    return Promise.resolve();
  }

  reset(start: Record<string, number>): void {
    this.resets.push(start);
  }

  evaluate(low: number, high: number, along?: Along): Promise<boolean> {
    this.evaluated.push([low, high]);
    this.along.push(along);
    return Promise.resolve(this.lacks());
  }

  plane(question: PlaneQuestion): Promise<boolean> {
    this.planes.push(question);
    return Promise.resolve(this.lacks());
  }

  private lacks(): boolean {
    this.finer -= 1;
    return this.finer >= 0;
  }

  look(question: LookQuestion): Promise<void> {
    this.looks.push(question);
    return Promise.resolve();
  }

  clear(): void {
    this.clears += 1;
  }

  rest(): void {
    this.rests += 1;
  }

  /** Answers the oldest open requests, by default all. */
  async answer(count = this.open.length): Promise<void> {
    for (const { steps, resolve } of this.open.splice(0, count)) {
      this.take(steps);
      resolve(this.seconds);
    }
    await settled();
  }

  async fail(): Promise<void> {
    for (const { reject } of this.open.splice(0)) reject(new Error("the loss raised"));
    await settled();
  }

  /** As the kernel does: along the record first, a fork where the rate was changed. */
  private take(steps: number): void {
    const { store } = this;
    const { run, foreseen } = store;
    if (!run) return;
    const cursor = foreseen?.cursor ?? store.cursor;
    const forks = (store.forks && !foreseen) || cursor === this.forksAt;
    if (cursor === this.forksAt) this.forksAt = undefined;
    const last = forks ? cursor : run.last - (foreseen?.lent(run) ?? 0);
    const added = this.rows(last, Math.max(0, cursor + steps - last));
    const header = forks ? { run: run.id + 1, parent: run.id, fork: cursor } : { run: run.id };
    const runs = [...store.runs.map(({ id }) => id), header.run];
    const end = last + added.value.length;
    store.apply(
      delta(added, {
        ...header,
        runs,
        start: last + 1,
        last: end,
        cursor: Math.min(cursor + steps, end),
        ...(added.value.length === 0 && { status: run.status }),
      }),
    );
  }

  private rows(from: number, count: number): Columns {
    const first = from + 1;
    const until = Math.min(from + count, this.convergesAt);
    const rate = this.store.learningRate;
    const rows = Array.from({ length: Math.max(0, until - from) }, (_, index) => {
      const row = rowAt(first + index, 2 + 6 / (first + index), rate);
      return row.step === this.convergesAt ? { ...row, loss: 0 } : row;
    });
    return columns(...rows);
  }
}

/** A bqplot model that remembers what was set. */
export class FakeChild implements ChildModel {
  comm_live = true;
  readonly states: Record<string, unknown>[] = [];
  private readonly listeners = new Map<string, Set<() => void>>();

  get(name: string): unknown {
    return this.states.filter((state) => name in state).at(-1)?.[name];
  }

  set_state(state: Record<string, unknown>): void {
    this.states.push(state);
  }

  on(event: string, callback: () => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: () => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  trigger(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  /** The lines last placed in a mark of several, each as [x, y]. */
  get lines(): [number, number][][] {
    const y = (this.get("y") ?? []) as Float64Array[];
    return ((this.get("x") ?? []) as Float64Array[]).map((line, index) =>
      Array.from(line, (value, at): [number, number] => [value, y[index]?.[at] as number]),
    );
  }

  /** The points last placed, as [x, y]. */
  get points(): [number, number][] {
    const x = [...((this.get("x") ?? []) as Float64Array)];
    const y = this.get("y") as Float64Array;
    return x.map((value, index) => [value, y[index] as number]);
  }

  /** The dots of a line that leads from each to itself, with a gap to the next. */
  get dots(): [number, number][] {
    return this.points.filter((_, index) => index % 3 === 0);
  }
}

const FUNCTION_PARTS =
  "figure horizontal horizontal_axis vertical vertical_axis curve batch_curve earlier numbers " +
  "faded path dots tangent bracket coming next start cursor";
const STEP_PARTS = [
  "figure steps steps_axis",
  ...["linear", "logarithmic"].map((kind) =>
    [kind, ...["axis", "earlier", "numbers", "batch", "faded", "path", "cursor"]].join(` ${kind}_`),
  ),
].join(" ");
const PLANE_PARTS =
  "figure horizontal horizontal_axis vertical vertical_axis color heat contours earlier faded " +
  "path dots gradient coming next start numbers cursor";
const DATA_PARTS =
  "figure horizontal horizontal_axis vertical vertical_axis diagonal residuals circles triangles " +
  "squares curve boundary batch numbers";

export type FakeChildren = Children & Record<string, FakeChild>;

/** Has the system ask for no motion, or allow it. */
export function askForNoMotion(matches = true): void {
  vi.stubGlobal("matchMedia", () => ({ matches, addEventListener() {} }));
}

export function fakeChildren(): FakeChildren {
  const names = [
    ...FUNCTION_PARTS.split(" ").map((part) => `loss_function.${part}`),
    ...STEP_PARTS.split(" ").map((part) => `loss_against_step.${part}`),
  ];
  return Object.fromEntries(names.map((name) => [name, new FakeChild()])) as FakeChildren;
}

/** What there is beside `fakeChildren` where two parameters learn or more. */
export function fakePlaneChildren(): FakeChildren {
  const names = PLANE_PARTS.split(" ").map((part) => `plane.${part}`);
  return Object.fromEntries(names.map((name) => [name, new FakeChild()])) as FakeChildren;
}

/** What there is beside `fakeChildren` where the model can predict. */
export function fakeDataChildren(): FakeChildren {
  const names = DATA_PARTS.split(" ").map((part) => `data_and_fit.${part}`);
  return Object.fromEntries(names.map((name) => [name, new FakeChild()])) as FakeChildren;
}

/** The widget's model, of which the kernel's side is played by the test. */
/** What every widget's state has, as a fresh one has it; its problem cannot travel. */
const SETTINGS = {
  learning_rate: 0.01,
  run_steps: 50,
  exact: true,
  optimizer: "sgd",
  decay: "constant",
  batch_size: 0,
  problem_name: "",
  _schedule: [],
  _programs: { version: 1, reason: "The data come as a stream." },
};

export class FakeModel implements WidgetModel {
  readonly sent: Request[] = [];
  readonly saved: Record<string, unknown>[] = [];
  readonly children = fakeChildren();
  readonly created: unknown[] = [];
  readonly widget_manager = {
    get_model: (id: string): Promise<ChildModel> =>
      Promise.resolve(this.children[id] as ChildModel),
    create_view: (model: ChildModel) => {
      this.created.push(model);
      return Promise.resolve({
        el: document.createElement("div"),
        remove: () => {},
        trigger: () => {},
      });
    },
  };
  private readonly unserved: Callbacks[] = [];
  private unsaved: Record<string, unknown> = {};
  // biome-ignore lint/suspicious/noExplicitAny: the events have arguments of all kinds
  private readonly listeners = new Map<string, Set<(...values: any[]) => void>>();

  readonly attributes: Record<string, unknown>;

  constructor(attributes: Record<string, unknown> = {}) {
    this.attributes = { ...SETTINGS, ...attributes };
  }

  get(name: string): unknown {
    return this.attributes[name];
  }

  set(name: string, value: unknown): void {
    this.attributes[name] = value;
    this.unsaved[name] = value;
  }

  save_changes(): void {
    this.saved.push(this.unsaved);
    this.unsaved = {};
  }

  send(content: unknown, callbacks?: Callbacks): void {
    this.sent.push(content as Request);
    if (callbacks) this.unserved.push(callbacks);
  }

  /** Says of all that was sent that the kernel is done with it. */
  serve(): void {
    for (const { iopub } of this.unserved.splice(0)) {
      for (const execution_state of ["busy", "idle"])
        iopub.status({ content: { execution_state } });
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  on(event: string, callback: (...values: any[]) => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(callback));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: string, callback: (...values: any[]) => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  trigger(event: string, ...values: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(...values);
  }
}

/** All that somebody can read or hear: texts and attributes of what is shown, and of its figures. */
export function toldBy(el: HTMLElement, model: FakeModel): string {
  const all = [...el.querySelectorAll("*")];
  const attributes = ["aria-label", "aria-valuetext", "title", "placeholder"];
  return [
    el.textContent,
    ...all.flatMap((each) => attributes.map((name) => each.getAttribute(name) ?? "")),
    ...all.map((each) => (each as HTMLInputElement).value ?? ""),
    ...Object.values(model.children).flatMap((child) => (child.get("text") ?? []) as string[]),
  ].join("\n");
}

/** What was sent of a kind. */
export function sentBy(model: FakeModel, kind: string): Record<string, unknown>[] {
  return (model.sent as unknown as Record<string, unknown>[]).filter((each) => each.kind === kind);
}
