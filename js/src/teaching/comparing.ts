/** Runs that differ in one setting, side by side: where each is at the cursor, and a table of it. */

import type { WidgetModel } from "../dom/host.ts";
import type { Linked, Run } from "../model/runs.ts";
import type { Store } from "../model/store.ts";
import { type Compared, readCompared } from "../protocol/wire.ts";
import { ComparisonTable } from "./comparison-table.ts";
import type { Tools } from "./lent.ts";
import { outline } from "./outline.ts";

const LEFT = ["diverged", "rising"];

export class Comparing implements Linked {
  /** What is compared, while it is in sight. */
  told: Compared | undefined;
  private readonly tables = new WeakMap<HTMLElement, ComparisonTable>();
  private readonly forget: () => void;
  private saved: Compared | undefined;

  constructor(
    private readonly model: WidgetModel,
    readonly store: Store,
    private readonly tools: Tools,
  ) {
    model.on("change:_comparison", this.take);
    this.forget = store.onChange(this.follow);
    this.take();
  }

  close(): void {
    this.model.off("change:_comparison", this.take);
    this.forget();
    this.store.link(undefined);
  }

  /** Draws the table of a view below one of its elements, or takes it away. */
  show(above: HTMLElement): void {
    const { store, tables } = this;
    const table = tables.get(above) ?? new ComparisonTable(this, this.tools);
    if (!tables.has(above)) tables.set(above, table);
    if (table.root.previousElementSibling !== above) above.after(table.root);
    table.root.hidden = !this.told || store.hides || !store.shows("runs");
    if (!table.root.hidden) table.draw();
  }

  /** The runs in the order in which they are told of. */
  get runs(): Run[] {
    const { runs } = this.store;
    return (this.told?.runs ?? []).flatMap((id) => runs.filter((run) => run.id === id));
  }

  /** How many samples were read at the cursor. */
  get read(): number {
    const { run, cursor } = this.store;
    return run ? this.samplesRead(run, cursor) : 0;
  }

  /** At which step a run is, or would be if it had not ended before. */
  stepIn(run: Run): number {
    const { read } = this;
    const { samples, count, size } = this.epoch(run);
    return Math.floor(read / samples) * count + Math.floor((read % samples) / size);
  }

  indexIn(run: Run): number | undefined {
    if (run === this.store.run || !this.told?.runs.includes(run.id)) return undefined;
    return run.rows.indexOf(Math.min(this.stepIn(run), run.last));
  }

  stride(run: Run): number {
    const current = this.store.run;
    if (!current || !this.told?.runs.includes(run.id)) return 1;
    const [own, its] = [run, current].map((each) => this.epoch(each)) as [Epoch, Epoch];
    return own.samples / own.count / (its.samples / its.count);
  }

  leaves(run: Run): boolean {
    const { told } = this;
    return LEFT.includes(told?.verdicts[told.runs.indexOf(run.id)] ?? "");
  }

  dot(run: Run, at: readonly [number, number]): [number, number][] {
    return outline(run.number, at);
  }

  private samplesRead(run: Run, steps: number): number {
    const { samples, count, size } = this.epoch(run);
    return Math.floor(steps / count) * samples + (steps % count) * size;
  }

  /** How a run reads the data: the last batch of an epoch may be a short one. */
  private epoch({ batches }: Run): Epoch {
    const samples = this.store.names.samples || 1;
    return batches ? { samples, ...batches } : { samples, count: 1, size: samples };
  }

  private readonly take = (): void => {
    try {
      const saved = this.model.get("_comparison");
      this.saved = saved ? readCompared(saved) : undefined;
    } catch (error) {
      console.error(error);
      this.saved = undefined;
    }
    this.follow();
    this.store.changed();
  };

  /** They are compared until another run begins, or some are forgotten. */
  private readonly follow = (): void => {
    const { saved, store } = this;
    const ids = store.runs.map(({ id }) => id);
    const holds = saved?.runs.length === ids.length && saved.runs.every((id) => ids.includes(id));
    this.told = holds ? saved : undefined;
    store.link(holds ? this : undefined);
  };
}

interface Epoch {
  samples: number;
  /** How many steps read each sample once. */
  count: number;
  /** How many samples a step reads. */
  size: number;
}
