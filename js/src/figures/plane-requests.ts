/** When the kernel is asked for a plane: rarely, and never twice at a time. */

import type { Engine } from "../model/engine.ts";
import { type Ends, inEqualUnits, isSame } from "../model/equal-units.ts";
import type { Store } from "../model/store.ts";
import type { PlaneAnswer, PlaneQuestion } from "../protocol/messages.ts";
import type { Point } from "./mark.ts";

/** Planes that take longer are not evaluated while steps are taken, which would have to wait. */
const SLOW_MS = 300;
/** Planes that take longer than this are evaluated only when asked for. */
const VERY_SLOW_MS = 5000;
/** How long no step must have been taken before a slow plane is evaluated. */
const REST_MS = 700;
/** By the page's clock, which is coarse, a timer may come a little early. */
const EARLY_MS = 20;
/** The first planes, coarse and fine, take their time for compiling. */
const COMPILED = 2;
/** While steps are taken, the path must have grown by this factor to be seen on the plane anew. */
const GROWN = 2;
/** A path farther away, in widths of the picture, is not followed. */
const MOST_AWAY = 50;

export class PlaneRequests {
  private asking = false;
  private asked = false;
  private view: PlaneQuestion["view"] = null;
  /** Which plane the view is of. */
  private kind = "";
  /** How long the last plane took, once nothing is compiled for it any more. */
  private took = 0;
  private answers = 0;
  /** How far the path had come when that was last looked at, and since when. */
  private come = "";
  private comeAt = 0;
  private failed = "";
  /** Whether the last answer was not all of a plane. */
  private more = false;
  /** What the plane that is known was asked about; undefined if this page did not ask. */
  private about: { run: number; last: number; aspect: number } | undefined;
  /** How far outside the path was when that was last a reason to ask. */
  private away = 0;

  constructor(
    private readonly store: Store,
    private readonly engine: Engine,
    /** How many times as wide as high the plot is. */
    private readonly aspect: () => number,
  ) {}

  /** The known plane, if it is the one that is wanted. */
  get plane(): PlaneAnswer | undefined {
    const { plane, picture, axes } = this.store;
    if (plane?.slice !== picture) return undefined;
    const fits = picture !== "two" || (plane.x === axes[0] && plane.y === axes[1]);
    return fits ? plane : undefined;
  }

  /** Whether what the kernel has seen of a path on the plane is of the current run. */
  get current(): boolean {
    return !this.about || this.about.run === this.store.run?.id;
  }

  /** Whether the path goes on after what the kernel has seen of it. */
  get outdated(): boolean {
    const { plane } = this;
    if (!plane || plane.recorded) return false;
    const seen = this.about?.last ?? plane.steps.at(-1) ?? -1;
    return !this.current || seen < this.store.last;
  }

  redraw(): void {
    this.asked = true;
  }

  /** The part of the plane that was chosen. */
  get chosen(): PlaneQuestion["view"] {
    return this.view;
  }

  setView(view: PlaneQuestion["view"]): void {
    this.noteKind();
    this.view = view;
    this.asked = true;
  }

  /** Asks if there is reason to; `points` are those that should be in the picture. */
  ask(points: readonly (Point | undefined)[]): void {
    const { store } = this;
    if (this.asking || !store.alive || store.picture === "one" || !store.run) return;
    if (store.foreseen) return;
    if (!store.draws(store.picture)) return;
    this.noteKind();
    const question = this.question(store.picture);
    const key = JSON.stringify([question, store.run.id, store.problem]);
    const finer = (this.more || this.plane?.more) && !store.playing;
    const lacking = this.failed !== key && (!this.plane || finer || this.reshaped());
    if (!(lacking || this.asked || this.behind() || this.left(points))) return;
    this.asking = true;
    this.asked = false;
    this.failed = "";
    const about = { run: store.run.id, last: store.last, aspect: question.aspect };
    const began = performance.now();
    this.engine
      .plane(question)
      .then((more) => {
        this.more = more;
        this.about = about;
      })
      .catch(() => {
        this.more = false;
        this.failed = key;
      })
      .finally(() => {
        this.answers += 1;
        if (this.answers > COMPILED) this.took = performance.now() - began;
        this.asking = false;
        store.changed();
      });
  }

  /** On another plane all that matters is shown again. */
  private noteKind(): void {
    const { picture, axes, problem } = this.store;
    const kind = JSON.stringify([picture, axes, problem]);
    if (kind === this.kind) return;
    this.kind = kind;
    this.view = null;
    this.away = 0;
  }

  private question(slice: PlaneQuestion["slice"]): PlaneQuestion {
    const [x, y] = slice === "two" ? this.store.axes : ["", ""];
    return { slice, x, y, view: this.view, aspect: this.aspect() };
  }

  /** Whether the path goes on and may be seen anew: its components are fitted at rests only. */
  private behind(): boolean {
    const { plane } = this;
    if (!plane || !this.outdated) return false;
    if (this.took > SLOW_MS) return this.timely();
    if (plane.slice === "components") return !this.store.playing;
    const seen = this.about?.last ?? 0;
    return !this.store.playing || !this.current || this.store.last > GROWN * seen;
  }

  /** Whether the plot has another shape than that which the plane was evaluated for. */
  private reshaped(): boolean {
    const { plane } = this;
    const aspect = this.aspect();
    if (!plane || (this.about && isSame(this.about.aspect / aspect))) return false;
    const ends = endsOf(plane);
    const other = this.about !== undefined || inEqualUnits(ends, aspect) !== ends;
    return other && (this.took <= SLOW_MS || this.timely());
  }

  /** Whether there is time for a slow plane. */
  private timely(): boolean {
    return this.took <= VERY_SLOW_MS && this.rested();
  }

  /** Whether no step has been taken for a while; if not, it is looked at again then. */
  private rested(): boolean {
    const { store } = this;
    const come = `${store.run?.id}:${store.last}:${store.playing}`;
    if (come !== this.come) {
      this.come = come;
      this.comeAt = performance.now();
      setTimeout(() => store.changed(), REST_MS + EARLY_MS);
    }
    return !store.playing && performance.now() - this.comeAt >= REST_MS;
  }

  /** Whether the path has left the picture, farther than when that was last a reason. */
  private left(points: readonly (Point | undefined)[]): boolean {
    const { plane, view } = this;
    if (!plane || view || this.took > SLOW_MS) return false;
    const away = Math.max(...points.map((point) => (point ? distance(point, plane) : 0)));
    if (away > 0 && (away <= GROWN * this.away || away > MOST_AWAY)) return false;
    this.away = away;
    return away > 0;
  }
}

export function endsOf({ low_x, high_x, low_y, high_y }: PlaneAnswer): Ends {
  return [low_x, high_x, low_y, high_y];
}

/** How far outside a point is, in widths of the picture; 0 inside and where it is nowhere. */
function distance([x, y]: Point, { low_x, high_x, low_y, high_y }: PlaneAnswer): number {
  const across = Math.max(low_x - x, x - high_x) / (high_x - low_x);
  const up = Math.max(low_y - y, y - high_y) / (high_y - low_y);
  const away = Math.max(across, up, 0);
  return Number.isFinite(away) ? away : 0;
}
