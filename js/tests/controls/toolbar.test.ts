// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { element } from "../../src/controls/elements.ts";
import { Toolbar } from "../../src/controls/toolbar.ts";
import { Player, SPEEDS } from "../../src/engines/player.ts";
import type { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { ahead, delta, descent, losses, part, storeWith } from "../builders.ts";
import { FakeClock, FakeEngine } from "../fakes.ts";

const actions = {
  reset: vi.fn(),
  back: vi.fn(),
  step: vi.fn(),
  toggleRun: vi.fn(),
  goTo: vi.fn(),
};

beforeEach(() => {
  for (const action of Object.values(actions)) action.mockReset();
});

function setUp(store: Store) {
  const player = new Player(new FakeEngine(store), store, new FakeClock(), () => {});
  const toolbar = new Toolbar(store, player, actions, {
    rate: element("span", {}, "rate"),
    runSteps: element("span", {}, "steps per run"),
  });
  store.onChange(() => toolbar.draw());
  toolbar.draw();
  const button = (text: string): HTMLButtonElement => {
    const buttons = [...toolbar.root.querySelectorAll("button"), toolbar.reset];
    const found = buttons.find((each) => each.textContent?.includes(text));
    if (!found) throw new Error(`no button ${text}`);
    return found;
  };
  const slider = (label: string) =>
    toolbar.root.querySelector(`input[aria-label="${label}"]`) as HTMLInputElement;
  const enabled = () =>
    [texts.reset, texts.first, texts.back, texts.step, texts.run].filter(
      (text) => button(text).getAttribute("aria-disabled") !== "true",
    );
  return {
    store,
    player,
    toolbar,
    button,
    enabled,
    scrub: slider(texts.scrub),
    speed: slider(texts.speed),
  };
}

describe("the buttons", () => {
  it("stand in the order they are used", () => {
    const { toolbar } = setUp(storeWith(descent(3)));
    const names = [...toolbar.root.querySelectorAll(".gdwidget-button-text")];
    expect(names.map(({ textContent }) => textContent)).toEqual(["First", "Back", "Step", "Run"]);
  });

  it("do what they say", () => {
    const { button } = setUp(storeWith(descent(3)));
    for (const text of ["First", "Reset", "Back", "Step", "Step", "Run"]) button(text).click();
    expect(actions.goTo.mock.calls).toEqual([[0]]);
    expect(actions.reset).toHaveBeenCalledTimes(1);
    expect(actions.back).toHaveBeenCalledTimes(1);
    expect(actions.step).toHaveBeenCalledTimes(2);
    expect(actions.toggleRun).toHaveBeenCalledTimes(1);
  });

  it("say Pause while a run is played, and Run after it", () => {
    const { store, player, button } = setUp(storeWith(descent(3)));
    player.play(50);
    expect(button(texts.pause).title).toBe(texts.pauseHint);
    player.pause();
    expect(button(texts.run).title).toBe(texts.runHint);
    expect(store.playing).toBe(false);
  });

  it("show what can be done at the cursor", () => {
    const { store, enabled } = setUp(storeWith(descent(3)));
    expect(enabled()).toEqual(["Reset", "First", "Back", "Step", "Run"]);
    store.goTo(0);
    expect(enabled()).toEqual(["Reset", "Step", "Run"]);
  });

  it("show that no step follows after it converged, but does before", () => {
    const { store, enabled } = setUp(storeWith(losses(2, 1, 0)));
    expect(enabled()).toEqual(["Reset", "First", "Back"]);
    store.goTo(1);
    expect(enabled()).toEqual(["Reset", "First", "Back", "Step", "Run"]);
  });

  it("without a kernel move along what is recorded", () => {
    const { store, enabled } = setUp(storeWith(descent(3)));
    store.loseKernel(true);
    store.goTo(3);
    expect(enabled()).toEqual(["First", "Back"]);
    store.goTo(2);
    expect(enabled()).toContain("Step");
    expect(enabled()).not.toContain("Reset");
  });

  it("keep the focus when there is nothing for them to do", () => {
    const { toolbar } = setUp(storeWith(losses(2, 0)));
    expect(toolbar.root.querySelectorAll("[disabled]")).toHaveLength(0);
  });

  it("say the same with words as with icons, which are not read out", () => {
    const { toolbar } = setUp(storeWith(descent(3)));
    const icons = [...toolbar.root.querySelectorAll(".gdwidget-icon")];
    expect(icons.length).toBe(4);
    expect(icons.every((icon) => icon.getAttribute("aria-hidden") === "true")).toBe(true);
  });
});

describe("Step", () => {
  it("looks pressed until the kernel has taken the step that is shown", () => {
    const store = storeWith(descent(3));
    const { button } = setUp(store);
    const awaited = () => button(texts.step).hasAttribute("data-awaited");
    store.expect(ahead(part(descent(4), 4), 4));
    store.foresee();
    expect([store.cursor, awaited()]).toEqual([4, true]);
    store.apply(delta(part(descent(4), 4), { start: 4 }));
    expect([store.cursor, awaited()]).toEqual([4, false]);
  });
});

describe("the scrub slider", () => {
  it("spans the recorded steps and says the count", () => {
    const { store, scrub, toolbar } = setUp(storeWith(descent(50), 3));
    expect([scrub.min, scrub.max, scrub.value]).toEqual(["0", "50", "3"]);
    expect(scrub.getAttribute("aria-valuetext")).toBe("step 3 of 50");
    expect(toolbar.root.textContent).toContain("step 3 of 50");
    store.apply(delta(part(descent(60), 51), { start: 51 }));
    expect([scrub.max, scrub.value]).toEqual(["60", "60"]);
  });

  it("goes to a step while it is moved", () => {
    const { scrub } = setUp(storeWith(descent(50)));
    for (const step of ["7", "8"]) {
      scrub.value = step;
      scrub.dispatchEvent(new Event("input"));
    }
    expect(actions.goTo.mock.calls).toEqual([[7], [8]]);
  });

  it("writes large counts with commas", () => {
    const { toolbar } = setUp(storeWith(descent(100_000), 99_999));
    expect(toolbar.root.textContent).toContain("step 99,999 of 100,000");
  });
});

describe("the speed slider", () => {
  it("stands at the player's speed and says it", () => {
    const { speed, toolbar } = setUp(storeWith(descent(3)));
    expect(SPEEDS[Number(speed.value)]).toBe(10);
    expect(speed.getAttribute("aria-valuetext")).toBe("10 steps a second");
    expect(toolbar.root.textContent).toContain("10 steps a second");
  });

  it.each([
    ["0", 0.5, "1 step in 2 s"],
    ["1", 1, "1 step a second"],
    [String(SPEEDS.length - 1), Number.POSITIVE_INFINITY, "as fast as it goes"],
  ])("at position %s sets %d steps a second", (position, pace, said) => {
    const { speed, player } = setUp(storeWith(descent(3)));
    speed.value = position;
    speed.dispatchEvent(new Event("input"));
    expect(player.speed).toBe(pace);
    expect(speed.getAttribute("aria-valuetext")).toBe(said);
  });

  it("goes from slow to fast", () => {
    expect([...SPEEDS]).toEqual([...SPEEDS].sort((a, b) => a - b));
    expect(SPEEDS[0]).toBe(0.5);
    const { speed } = setUp(storeWith(descent(3)));
    expect([speed.min, speed.max]).toEqual(["0", String(SPEEDS.length - 1)]);
  });

  it("of one view moves that of another", () => {
    const { store, player, speed } = setUp(storeWith(descent(3)));
    player.speed = 60;
    store.changed();
    expect(SPEEDS[Number(speed.value)]).toBe(60);
  });
});
