// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { LossNow } from "../../src/controls/loss-now.ts";
import { Store } from "../../src/model/store.ts";
import type { Status } from "../../src/protocol/messages.ts";
import { delta, descent, losses, NAMES, storeWith } from "../builders.ts";

function setUp(store: Store) {
  const now = new LossNow(store);
  now.draw();
  const text = (part: string) => now.root.querySelector(`.gdwidget-${part}`)?.textContent;
  return { now, text, loss: () => text("loss-now"), change: () => text("loss-change") };
}

describe("the loss at the cursor", () => {
  it("has all its digits", () => {
    expect(setUp(storeWith(losses(186, 149.54607, 120.236694))).loss()).toBe("120.236694");
  });

  it("says what its step did to it, by sign and number", () => {
    expect(setUp(storeWith(losses(186, 149.54607, 120.236694))).change()).toBe(" ▼ 29.31");
    expect(setUp(storeWith(losses(2, 5))).change()).toBe(" ▲ 3");
  });

  it("says nothing of a change where there was none, or none is known", () => {
    expect(setUp(storeWith(losses(2, 2))).change()).toBe("");
    expect(setUp(storeWith(losses(2))).change()).toBe("");
    expect(setUp(storeWith(losses(2, Number.POSITIVE_INFINITY))).change()).toBe("");
  });
});

describe("the epoch and the batch of the next step", () => {
  const shown = (step: number, count?: number, status?: Status): HTMLElement => {
    const batches = count === undefined ? null : { size: 8, count };
    const store = new Store(NAMES);
    store.apply(delta(descent(20), { cursor: step, batches, ...(status && { status }) }));
    return setUp(store).now.root.querySelector(".gdwidget-batch") as HTMLElement;
  };

  it("are not there without batches", () => {
    expect(shown(3).hidden).toBe(true);
  });

  it.each(["converged", "diverged", "ended"] as const)(
    "are not there where it has %s",
    (status) => {
      expect(shown(20, 6, status).textContent).toBe("");
      expect(shown(20, 6, status).hidden).toBe(false);
      expect(shown(19, 6, status).textContent).toBe("next: epoch 4, batch 2 of 6");
    },
  );

  it.each([
    [0, 6, "next: epoch 1, batch 1 of 6"],
    [5, 6, "next: epoch 1, batch 6 of 6"],
    [6, 6, "next: epoch 2, batch 1 of 6"],
    [20, 1, "next: epoch 21, batch 1 of 1"],
    [8, 0, "next: batch 9"],
  ])("at step %i of %i an epoch are %s", (step, count, text) => {
    expect(shown(step, count).hidden).toBe(false);
    expect(shown(step, count).textContent).toBe(text);
  });
});
