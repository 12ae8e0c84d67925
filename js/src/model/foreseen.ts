/** A step that is shown before the kernel has taken it: what the kernel says later counts. */

import type { Ahead, Delta } from "../protocol/messages.ts";
import { Envelope } from "./decimate.ts";
import { numbersAt } from "./rows.ts";
import type { Run } from "./runs.ts";

/** What a delta makes of it: it is older than the step, brings it, or says otherwise. */
type Fate = "open" | "taken" | "refuted";

export class Foreseen {
  /** It sets out at `cursor`, at a rate; `ahead` is undefined along the record. */
  constructor(
    private readonly run: Run,
    readonly cursor: number,
    private readonly rate: number,
    private readonly ahead?: Ahead,
  ) {
    if (ahead) run.rows.append(ahead.columns);
    this.hold();
  }

  /** How many rows of a run the kernel has not sent. */
  lent(run: Run): number {
    return this.ahead && run === this.run ? 1 : 0;
  }

  /** Has the run end with the step, whatever an older delta says. */
  hold(): void {
    if (this.ahead) this.end(this.cursor + 1, this.ahead.status);
  }

  takeBack(): void {
    if (!this.ahead) return;
    const rows = this.run.rows.upTo(this.cursor);
    Object.assign(this.run, { rows, envelope: new Envelope(rows) } satisfies Partial<Run>);
    this.end(this.cursor, "ready");
  }

  /** With `stay` it makes no difference where the kernel looks. */
  fate({ run, runs, start, columns, cursor, rate, recompiled }: Delta, stay: boolean): Fate {
    if (runs.at(-1) !== this.run.id) return "refuted";
    if (run.id !== this.run.id) return "open";
    const at = this.cursor + 1 - start;
    if (this.ahead && at >= 0 && at < columns.value.length) {
      const told = numbersAt(columns, at);
      const same = numbersAt(this.ahead.columns, 0).every((number, i) =>
        Object.is(number, told[i]),
      );
      return same ? "taken" : "refuted";
    }
    if (!this.ahead && cursor === this.cursor + 1) return "taken";
    const here = stay || cursor === this.cursor;
    const last = this.run.last - this.lent(this.run);
    const leads = !recompiled && (rate === null || rate === this.rate);
    return here && leads && run.last === last ? "open" : "refuted";
  }

  private end(last: number, status: Run["status"]): void {
    Object.assign(this.run, { last, expected: last, status } satisfies Partial<Run>);
  }
}
