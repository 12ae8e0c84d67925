import { beforeEach, describe, expect, it, vi } from "vitest";
import { DataAndFitFigure } from "../../src/figures/data-and-fit.ts";
import type { LookAnswer } from "../../src/protocol/messages.ts";
import { texts } from "../../src/text/texts.ts";
import { delta, descent, look, storeWith } from "../builders.ts";
import { askForNoMotion, type FakeChild, fakeDataChildren } from "../fakes.ts";

const MARKS = "diagonal residuals circles triangles squares curve boundary batch".split(" ");
const nan = Number.NaN;

/** The article's samples, and what its model says of them where W is 3. */
const line = {
  figure: "curve",
  x: "inputs",
  y: "targets",
  inputs: [-1, 0, 1, 2, 3, 4],
  targets: [-3, -1, 1, 3, 5, 7],
  predictions: [-4, -1, 2, 5, 8, 11],
  curve_x: [-1.3, 1.5, 4.3],
  curve_y: [-4.9, 3.5, 11.9],
} as const;

const sides = {
  figure: "boundary",
  x: "inputs[:, 0]",
  y: "inputs[:, 1]",
  inputs_x: [0, 1, 2, 3],
  inputs_y: [0, 1, 0, 10],
  targets: [0, 1, 2, 1],
  predictions: [0, 1, 2, 0],
  boundary_x: [0.5, 0.5, nan, 2, 3],
  boundary_y: [0, 9, nan, 4, 5],
} as const;

const prices = {
  figure: "scatter",
  x: "prices",
  y: "predicted prices",
  targets: [10, 20, 30],
  predictions: [12, 18, 33],
} as const;

beforeEach(() => askForNoMotion());

function setUp(first: LookAnswer) {
  const store = storeWith(descent(3), first.step);
  store.showLook(first);
  const children = fakeDataChildren();
  const size = { width: 400, height: 300 };
  const figure = new DataAndFitFigure(children, store, () => size);
  figure.draw();
  const mark = (name: string) => children[`data_and_fit.${name}`] as FakeChild;
  const shown = () =>
    MARKS.filter((name) => mark(name).points.some(([, y]) => Number.isFinite(y))).sort();
  const show = (next: LookAnswer) => {
    store.showLook(next);
    figure.draw();
  };
  const ends = (name: string) => [mark(name).get("min"), mark(name).get("max")] as [number, number];
  const states = () => Object.values(children).reduce((sum, child) => sum + child.states.length, 0);
  return { store, figure, size, mark, shown, show, ends, states };
}

describe("a model of one feature", () => {
  const { mark, shown, ends } = setUp(look({ ...line, batch: [1, 4] }));

  it("has samples, the model's curve, residuals and rings, and nothing else", () => {
    expect(shown()).toEqual(["batch", "circles", "curve", "residuals"]);
  });

  it("has a circle at each sample", () => {
    expect(mark("circles").dots).toEqual(line.inputs.map((x, index) => [x, line.targets[index]]));
  });

  it("has the curve as the kernel said", () => {
    expect(mark("curve").points).toEqual(
      line.curve_x.map((x, index) => [Math.fround(x), Math.fround(line.curve_y[index] as number)]),
    );
  });

  it("has a residual from each sample to what the model says of it", () => {
    const { points } = mark("residuals");
    expect(points.slice(0, 3)).toEqual([
      [-1, -3],
      [-1, -4],
      [-1, nan],
    ]);
    expect(points.at(-1)).toEqual([4, 11]);
    expect(points).toHaveLength(17);
  });

  it("has a ring around each sample of the batch", () => {
    expect(mark("batch").points).toEqual([
      [0, -1],
      [3, 5],
    ]);
  });

  it("shows all data, with the names and ticks of its axes", () => {
    const [low, high] = ends("horizontal");
    expect(low).toBeCloseTo(-1.3, 5);
    expect(high).toBeCloseTo(4.3, 5);
    expect(ends("vertical")[0]).toBeLessThan(-4);
    expect(ends("vertical")[1]).toBeGreaterThan(11);
    expect(mark("horizontal_axis").get("label")).toBe("");
    expect([...(mark("horizontal_axis").get("tick_values") as Float64Array)]).toContain(2);
  });
});

describe("the names at the marks", () => {
  const names = (first: LookAnswer): unknown => setUp(first).mark("numbers").get("text");

  it("of a curve are those of samples, model and error, and of the batch where there is one", () => {
    expect(names(look(line))).toEqual(["model", "error", "samples"]);
    expect(names(look({ ...line, batch: [1] }))).toContain("in the batch");
  });

  it("of a classifier are those of its classes, of a third only where there is one", () => {
    expect(names(look({ ...sides, targets: [0, 1, 1, 1] }))).not.toContain("class 2 and on");
    expect(names(look(sides))).toEqual(["boundary", "class 0", "class 1", "class 2 and on"]);
  });

  it("of predicted against true are those of the samples", () => {
    expect(names(look(prices))).toContain("samples");
  });

  it("go after step 2, and come while the figure is looked at", () => {
    const { figure, mark } = setUp(look({ ...line, step: 3 }));
    expect(mark("numbers").get("text")).toEqual([]);
    figure.lookAt(true);
    figure.draw();
    expect(mark("numbers").get("text")).toEqual(["model", "error", "samples"]);
    figure.lookAt(false);
    figure.draw();
    expect(mark("numbers").get("text")).toEqual([]);
  });
});

describe("a classifier of two features", () => {
  const { mark, shown, ends, show } = setUp(look({ ...sides, batch: [3] }));

  it("has another mark for each class, and the boundary with its gaps", () => {
    expect(shown()).toEqual(["batch", "boundary", "circles", "squares", "triangles"]);
    expect(mark("circles").dots).toEqual([[0, 0]]);
    expect(mark("triangles").points).toEqual([
      [1, 1],
      [3, 10],
    ]);
    expect(mark("squares").points).toEqual([[2, 0]]);
    expect(mark("boundary").points.map(([, y]) => y)).toEqual([0, 9, nan, 4, 5]);
    expect(mark("batch").points).toEqual([[3, 10]]);
  });

  it("keeps its scales whatever is predicted", () => {
    const before = [ends("horizontal"), ends("vertical")];
    expect(before[1]?.[1]).toBeCloseTo(10.6, 5);
    show(look({ ...sides, step: 2, predictions: [9, 9, 9, 9] }));
    expect([ends("horizontal"), ends("vertical")]).toEqual(before);
  });
});

describe("many features", () => {
  it("are predicted against true, beside the line where both are equal", () => {
    const { mark, shown, ends } = setUp(look({ ...prices, batch: [0] }));
    expect(shown()).toEqual(["batch", "circles", "diagonal"]);
    expect(mark("circles").dots).toEqual([
      [10, 12],
      [20, 18],
      [30, 33],
    ]);
    const [low, high] = ends("horizontal");
    expect(mark("diagonal").points).toEqual([
      [low, low],
      [high, high],
    ]);
    expect(ends("vertical")[1]).toBeGreaterThan(33);
  });
});

describe("the scales", () => {
  const near = [-3, -1, 1, 3, 5, 7];

  it("double their reach when predictions leave, and do not shrink after it", () => {
    const { ends, show } = setUp(look({ ...line, step: 1, predictions: near }));
    expect(ends("vertical")).toEqual([expect.closeTo(-3.6, 5), expect.closeTo(7.6, 5)]);
    show(look({ ...line, step: 2, predictions: [-3, -1, 1, 3, 5, 20] }));
    const second = ends("vertical");
    expect(second).toEqual([expect.closeTo(-3.6, 5), expect.closeTo(2 + 4 * 5.6, 5)]);
    show(look({ ...line, step: 3, predictions: [-3, -1, 1, 3, 5, 23] }));
    show(look({ ...line, step: 0, predictions: near }));
    expect(ends("vertical")).toEqual(second);
  });

  it("are fitted anew to another run, once something is known of it", () => {
    const { ends, show, store, figure } = setUp(
      look({ ...line, predictions: [0, 0, 0, 0, 0, 20] }),
    );
    const first = ends("vertical");
    expect(first[1]).toBeGreaterThan(20);
    store.apply(delta(descent(0), { run: 2, runs: [1, 2] }));
    figure.draw();
    expect(ends("vertical")).toEqual(first);
    show(look({ ...line, predictions: near }));
    expect(ends("vertical")[1]).toBeCloseTo(7.6, 5);
  });

  it("move in 200 ms", () => {
    vi.useFakeTimers();
    askForNoMotion(false);
    const { ends, store, figure } = setUp(look({ ...line, step: 1, predictions: near }));
    store.showLook(look({ ...line, step: 2, predictions: [-3, -1, 1, 3, 5, 20] }));
    expect(figure.draw()).toBe(true);
    expect(ends("vertical")[1]).toBeCloseTo(7.6, 5);
    vi.advanceTimersByTime(200);
    expect(figure.draw()).toBe(false);
    expect(ends("vertical")[1]).toBeCloseTo(24.4, 5);
    vi.useRealTimers();
  });

  it("do not grow without end, nor do points lie far outside", () => {
    const wild = [-3e38, 1e30, 1, 3, 5, 3e38];
    const { ends, mark } = setUp(look({ ...line, predictions: wild, curve_y: [-3e38, 0, 3e38] }));
    const [bottom, top] = ends("vertical");
    expect([bottom, top].map(Math.round)).toEqual([-37, 41]);
    for (const name of ["residuals", "curve"]) {
      const far = mark(name).points.flat().filter(Number.isFinite).map(Math.abs);
      expect(Math.max(...far)).toBeLessThan(3000);
    }
  });

  it.each([1e-30, 1e-6, 1e30])("fit data of spread %d", (spread) => {
    const scaled = (numbers: readonly number[]) => numbers.map((number) => number * spread);
    const { ends } = setUp(
      look({ ...line, inputs: scaled(line.inputs), targets: scaled(line.targets) }),
    );
    const [low, high] = ends("horizontal");
    expect((high - low) / spread).toBeCloseTo(5 * 1.12);
    const same = setUp(look({ ...line, inputs: [spread, spread], targets: [3, 3] }));
    expect(same.ends("horizontal").map((end) => end / spread)).toEqual([0, expect.closeTo(2)]);
  });

  it("hold data that are all the same", () => {
    const same = { inputs: [2, 2], targets: [5, 5], predictions: [5, 5], curve_x: [], curve_y: [] };
    const { ends } = setUp(look({ ...line, ...same }));
    expect([ends("horizontal"), ends("vertical")]).toEqual([
      [0, 4],
      [0, 10],
    ]);
  });
});

describe("predictions that are not finite", () => {
  it("have no residual and leave the scales alone", () => {
    const wild = [nan, Number.POSITIVE_INFINITY, 1, nan, nan, nan];
    const { mark, ends } = setUp(look({ ...line, predictions: wild, curve_y: [nan, nan, nan] }));
    expect(mark("residuals").points).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(mark("curve").points).toEqual([]);
    expect(ends("vertical")[1]).toBeCloseTo(7.6, 5);
  });
});

describe("nothing is set", () => {
  it("before there is a look, or where there is no figure", () => {
    const { store, figure, states } = setUp(look({ figure: null }));
    store.showLook(undefined);
    figure.draw();
    expect(states()).toBe(0);
  });

  it("when nothing changed", () => {
    const { states, figure } = setUp(look(line));
    const before = states();
    for (let frame = 0; frame < 5; frame += 1) figure.draw();
    expect(states()).toBe(before);
  });

  it("on the samples when only the model moved", () => {
    const { mark, show } = setUp(look(line));
    const before = mark("circles").states.length;
    show(look({ ...line, step: 1, curve_y: [1, 2, 3] }));
    expect(mark("circles").states.length).toBe(before);
    expect(mark("curve").points.map(([, y]) => y)).toEqual([1, 2, 3]);
  });
});

it("residuals of very many samples are left out", () => {
  const many = Array.from({ length: 301 }, (_, index) => index);
  const { shown } = setUp(look({ ...line, inputs: many, targets: many, predictions: many }));
  expect(shown()).toEqual(["circles", "curve"]);
});

describe("without a kernel", () => {
  it("the model is shown at the step it was last looked at, and only there", () => {
    const { store, figure, shown } = setUp(look({ ...line, step: 2, batch: [1] }));
    store.loseKernel(true);
    figure.draw();
    expect(shown()).toEqual(["batch", "circles", "curve", "residuals"]);
    store.goTo(1);
    figure.draw();
    expect(shown()).toEqual(["circles"]);
    store.goTo(2);
    figure.draw();
    expect(shown()).toEqual(["batch", "circles", "curve", "residuals"]);
  });
});

describe("the text alternative", () => {
  it("of a curve says where the model goes, how far it is off, and what is in the batch", () => {
    expect(texts.dataAlternative(look({ ...line, batch: [2, 5] }))).toBe(
      "Graph of 6 samples at step 0, targets over inputs; the model's line goes from " +
        "(-1.3, -4.9) to (4.3, 11.9); the mean absolute residual is 1.833; " +
        "in the batch: samples 2, 5.",
    );
  });

  it("of a boundary says how many samples are on the right side", () => {
    expect(texts.dataAlternative(look({ ...sides, step: 1200, batch: [0] }))).toBe(
      "Graph of 4 samples at step 1,200, inputs[:, 1] over inputs[:, 0]; the model puts 3 of " +
        "them into their class; the decision boundary goes through the picture; " +
        "in the batch: sample 0.",
    );
    const none = { ...sides, boundary_x: [], boundary_y: [] };
    expect(texts.dataAlternative(look(none))).toContain("boundary is not in the picture.");
  });

  it("of predicted against true says how far they are apart", () => {
    expect(texts.dataAlternative(look(prices))).toBe(
      "Graph of 3 samples at step 0, predicted prices over prices; a dashed line where both " +
        "are equal; the mean absolute residual is 2.333.",
    );
  });

  it("numbers the samples of the batch as the data do, or counts them", () => {
    const samples = Array.from({ length: 40 }, (_, index) => index * 1000);
    const few = texts.dataAlternative(look({ ...prices, samples, batch: [1, 3] }));
    expect(few).toContain("in the batch: samples 1,000, 3,000.");
    const batch = Array.from({ length: 11 }, (_, index) => index);
    const many = texts.dataAlternative(look({ ...prices, samples, batch }));
    expect(many).toContain("in the batch: 11 of them.");
  });
});
