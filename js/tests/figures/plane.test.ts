import { afterEach, describe, expect, it, vi } from "vitest";
import { shares, spaced } from "../../src/figures/heat.ts";
import { PlaneFigure } from "../../src/figures/plane.ts";
import { arrow, arrowLength } from "../../src/figures/plane-path.ts";
import type { View } from "../../src/figures/view.ts";
import { Store } from "../../src/model/store.ts";
import type { Columns, PlaneAnswer } from "../../src/protocol/messages.ts";
import { ahead, columns, delta, TWO_NAMES } from "../builders.ts";
import { type FakeChild, FakeEngine, fakePlaneChildren, settled } from "../fakes.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const EXTRAS = ["b", "b_grad"];

type Listed<T> = { [Key in keyof T]?: T[Key] extends Float32Array ? number[] : T[Key] };

/** W² + b² on a grid of 5 × 5 points. */
function plane(given: Listed<PlaneAnswer> = {}): PlaneAnswer {
  const n = 5;
  const at = spaced(-10, 10, n);
  const losses = [...at].flatMap((y) => [...at].map((x) => x ** 2 + y ** 2));
  const arrays = {
    losses,
    contour_x: [1, 2, nan, 3, 4],
    contour_y: [4, 5, nan, 6, 7],
    contour_levels: [],
  };
  const path = { steps: [], path_x: [], path_y: [] };
  const all = { ...arrays, ...path, ...given };
  const floats = Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      Array.isArray(value) ? Float32Array.from(value) : value,
    ]),
  );
  return {
    kind: "plane",
    request: "",
    slice: "two",
    x: "W",
    y: "b",
    low_x: -10,
    high_x: 10,
    low_y: -10,
    high_y: 10,
    n,
    explained: 1,
    least: 0,
    recorded: true,
    ...floats,
  } as PlaneAnswer;
}

/** Rows of W, b and their gradients on the bowl. */
function rows(...points: [W: number, b: number][]): Columns {
  const all = columns(...points.map(([value]) => ({ value, gradient: 2 * value })));
  const column = (pick: (b: number) => number): Float32Array =>
    Float32Array.from(points, ([, b]) => pick(b));
  return { ...all, extras: [column((b) => b), column((b) => 2 * b)] };
}

const PATH: [number, number][] = [
  [8, 4],
  [4, 2],
  [2, 1],
];

function storeOf(points: [number, number][], cursor = points.length - 1, names = TWO_NAMES): Store {
  const store = new Store(names);
  const sent = delta(rows(...points), { cursor });
  store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
  return store;
}

function setUp(store: Store, shown: PlaneAnswer | null = plane()) {
  store.showPlane(shown ?? undefined);
  const children = fakePlaneChildren();
  const engine = new FakeEngine(store);
  const size = { width: 200, height: 200 };
  const ink = { paper: "#fff", loss: "#c62828" };
  const figure = new PlaneFigure(
    children,
    store,
    () => size,
    engine,
    () => ink,
  );
  const mark = (name: string) => children[`plane.${name}`] as FakeChild;
  const states = () => Object.values(children).reduce((sum, child) => sum + child.states.length, 0);
  return { store, figure, engine, mark, size, ink, states };
}

const planeNames = { ...TWO_NAMES, count: 40 };

function sliced(given: Listed<PlaneAnswer> = {}): PlaneAnswer {
  return plane({
    slice: "components",
    x: "component 1",
    y: "component 2",
    recorded: false,
    explained: 0.75,
    steps: [0, 1, 2],
    path_x: [-6, -3, 0],
    path_y: [1, 2, 0],
    ...given,
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a plane that takes long", () => {
  it("is asked for again until it is whole, while no run is played", async () => {
    const store = storeOf(PATH);
    const { figure, engine } = setUp(store, plane({ more: true }));
    engine.finer = 2;
    const draw = async (): Promise<void> => {
      figure.draw();
      await settled();
    };
    store.play();
    await draw();
    expect(engine.planes).toEqual([]);
    store.stop();
    await draw();
    store.showPlane(plane({ more: false }));
    for (let frame = 0; frame < 6; frame += 1) await draw();
    expect(engine.planes).toHaveLength(3);
  });
});

describe("the plane of two parameters", () => {
  const { figure, mark } = setUp(storeOf(PATH, 1));
  figure.draw();

  it("has colours over its whole extent", () => {
    expect(mark("heat").get("x")).toEqual(spaced(-10, 10, 5));
    const colors = mark("heat").get("color") as number[][];
    expect(colors).toHaveLength(5);
    expect(colors[2]?.[2]).toBe(0);
    expect(colors[0]?.[0]).toBe(1);
    expect(mark("color").get("colors")).toEqual(["#fff", "#c62828"]);
  });

  it("has lines of equal loss, with gaps of which x is a number", () => {
    const { points } = mark("contours");
    expect(points).toEqual([
      [1, 4],
      [2, 5],
      [2, nan],
      [3, 6],
      [4, 7],
    ]);
  });

  it("says of which loss lines are, on them, however many steps were taken", () => {
    const levels = setUp(storeOf([...PATH, [1, 0]]), plane({ contour_levels: [41, 90] }));
    levels.figure.draw();
    expect(levels.mark("numbers").get("text")).toEqual(["90"]);
  });

  it("has the name of the parameter across at its axis, and ticks, but for two that would meet in the corner", () => {
    expect(String(mark("horizontal_axis").get("label")).trim()).toBe("W");
    expect([mark("horizontal").get("min"), mark("horizontal").get("max")]).toEqual([-10, 10]);
    expect([...(mark("vertical_axis").get("tick_values") as Float64Array)]).toEqual([-5, 0, 5, 10]);
  });

  it("has path, dots, cursor, start and the next step from the record", () => {
    expect(mark("path").points).toEqual(PATH.slice(0, 2));
    expect(mark("dots").dots).toEqual(PATH.slice(0, 2));
    expect(mark("faded").points).toEqual(PATH.slice(1));
    expect(mark("cursor").points).toEqual([[4, 2]]);
    expect(mark("start").points).toEqual([[8, 4]]);
    expect(mark("next").points).toEqual([[2, 1]]);
    expect(mark("coming").points).toEqual([
      [4, 2],
      [2, 1],
    ]);
  });

  it("has an arrow downhill, against the gradient", () => {
    const [from, tip] = mark("gradient").points as [[number, number], [number, number]];
    expect(from).toEqual([4, 2]);
    const [across, up] = [tip[0] - from[0], tip[1] - from[1]];
    expect(across).toBeLessThan(0);
    expect(up / across).toBeCloseTo(2 / 4, 6);
  });

  it("says in words where the path is and where it goes", () => {
    const words = figure.describe();
    expect(words).toContain("starts at W = 8.0, b = 4.0");
    expect(words).toContain("At step 1 it is at W = 4.0, b = 2.0");
    expect(words).toContain("with W falling and with b falling, most of all W");
    expect(words).toContain("from 0.0 to 200.0");
  });
});

describe("the next step", () => {
  it("is value - rate * gradient where that is so", () => {
    const { figure, mark } = setUp(storeOf(PATH));
    figure.draw();
    const [[x, y]] = mark("next").points as [[number, number]];
    expect(x).toBeCloseTo(2 - 0.01 * 4, 6);
    expect(y).toBeCloseTo(1 - 0.01 * 2, 6);
  });

  it("is what the kernel said, with other optimizers", () => {
    const store = storeOf(PATH);
    store.set({ optimizer: "adam" });
    const sent = delta(rows(), { start: 3, last: 2, cursor: 2 });
    const coming = { values: { W: 1.5, b: 0.5 }, terms: {} };
    store.apply({ ...sent, coming, run: { ...sent.run, extras: EXTRAS } });
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("next").points).toEqual([[1.5, 0.5]]);
  });

  it("is not drawn where only the kernel could say", () => {
    const store = storeOf(PATH);
    store.set({ optimizer: "adam" });
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("next").points).toEqual([]);
    expect(mark("coming").points).toEqual([]);
    expect(mark("cursor").points).toHaveLength(1);
  });
});

describe("dots", () => {
  it("are at least 8 pixels apart, also where the path comes back", () => {
    const spiral = Array.from({ length: 20_000 }, (_, step): [number, number] => {
      const size = 9 * 0.9998 ** step;
      return [size * Math.cos(step / 3), size * Math.sin(step / 3)];
    });
    const { figure, mark } = setUp(storeOf(spiral));
    figure.draw();
    const { dots } = mark("dots");
    expect(mark("path").points.length).toBeLessThanOrEqual(2000);
    expect(dots.length).toBeGreaterThan(100);
    for (const [index, [x, y]] of dots.entries())
      for (const [left, up] of dots.slice(0, index))
        expect(10 * Math.hypot(x - left, y - up)).toBeGreaterThanOrEqual(8);
  });
});

describe("a slice through many parameters", () => {
  it("has the path as the kernel sees it on the plane, up to the cursor", () => {
    const { figure, mark } = setUp(storeOf(PATH, 1, planeNames), sliced());
    figure.draw();
    expect(mark("path").points).toEqual([
      [-6, 1],
      [-3, 2],
    ]);
    expect(mark("faded").points).toEqual([
      [-3, 2],
      [0, 0],
    ]);
    expect(mark("cursor").points).toEqual([[-3, 2]]);
    expect(mark("start").points).toEqual([[-6, 1]]);
    expect(mark("next").points).toEqual([]);
    expect(mark("gradient").points).toEqual([]);
    expect(figure.startable).toBe(false);
    expect(figure.describe()).toContain("holds 75 % of the path's variance");
  });

  it("says no place of a step between those the kernel has seen", () => {
    const path = { steps: [0, 2], path_x: [-6, 0], path_y: [1, 0] };
    const { figure, mark } = setUp(storeOf(PATH, 1, planeNames), sliced(path));
    figure.draw();
    expect(mark("cursor").points).toEqual([[-6, 1]]);
    expect(figure.describe()).not.toContain("At step 1");
  });

  it("has no cursor after the last step the kernel has seen", () => {
    const { figure, mark } = setUp(
      storeOf(PATH, 2, planeNames),
      sliced({ steps: [0, 1], path_x: [1, 2], path_y: [1, 2] }),
    );
    figure.draw();
    expect(mark("cursor").points).toEqual([]);
    expect(figure.outdated).toBe(true);
  });

  it("has no marks of a path of another run", async () => {
    const store = storeOf(PATH, 2, planeNames);
    const { figure, mark, engine } = setUp(store, null);
    figure.draw();
    await settled();
    store.showPlane(sliced());
    figure.draw();
    expect(mark("path").points).toHaveLength(3);
    const sent = delta(rows([8, 4]), { run: 2, runs: [2] });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    expect(mark("path").points).toEqual([]);
    expect(engine.planes).toHaveLength(2);
    store.showPlane(sliced({ steps: [0, 1], path_x: [1, 2], path_y: [1, 2] }));
    figure.draw();
    await settled();
    figure.draw();
    expect(mark("path").points).toEqual([[1, 1]]);
  });
});

describe("whatever the numbers are", () => {
  const cases: [string, [number, number][]][] = [
    ["a path that is not finite at last", [...PATH, [nan, infinity]]],
    ["one row", [[8, 4]]],
    ["a path that is very far", [...PATH, [1e30, -1e30]]],
  ];

  it.each(cases)("with %s no mark ends in a gap and none is very far", (_, points) => {
    const { figure, mark } = setUp(storeOf(points));
    figure.draw();
    for (const name of ["path", "dots", "faded", "cursor", "next", "coming", "gradient"]) {
      const { points: drawn } = mark(name);
      const [, end] = drawn.at(-1) ?? [0, 0];
      expect([name, Number.isFinite(end)]).toEqual([name, true]);
      expect(Math.max(0, ...drawn.map(([x]) => Math.abs(x)))).toBeLessThan(1e3);
    }
  });

  it("holes are holes", () => {
    const losses = plane().losses.map((loss, index) => (index === 7 ? nan : loss));
    losses[8] = infinity;
    const colors = shares(losses, 5);
    expect(colors[1]?.slice(0, 5).map((share) => share === null)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
    const { figure } = setUp(storeOf(PATH), plane({ losses: [...losses] }));
    expect(figure.describe()).toContain("On 8 % of it the loss is not finite");
  });

  it.each([
    ["constant", [3, 3, 3, 3]],
    ["nowhere finite", [nan, nan, infinity, -infinity]],
  ])("a loss that is %s has no colours", (_, losses) => {
    const found = shares(Float32Array.from(losses), 2).flat();
    expect(new Set(found)).toEqual(new Set([losses[0] === 3 ? 0 : null]));
  });

  it("negative losses are coloured as those above 0", () => {
    const { losses } = plane();
    expect(
      shares(
        losses.map((loss) => loss - 500),
        5,
      ),
    ).toEqual(shares(losses, 5));
  });

  it("shares grow with the loss, evenly in its logarithm", () => {
    const [found = []] = shares(
      Float32Array.from([0, 1, 10, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      4,
    );
    expect(found.map((share) => Number(share?.toFixed(6)))).toEqual([0, 0, 0.5, 1]);
  });
});

describe("fog", () => {
  it("leaves a piece of a line of equal loss at each point, and all when it lifts", () => {
    const store = storeOf(PATH);
    const { figure, mark } = setUp(store);
    store.set({ fog: true });
    figure.draw();
    expect(mark("heat").get("visible")).toBe(false);
    const [xs, ys] = ["x", "y"].map((name) => Array.from(mark("contours").get(name) as number[]));
    const stubs = PATH.map(([x, y], at): [number, number, number] => {
      const [left, right] = [3 * at, 3 * at + 1];
      const across = (xs?.[right] as number) - (xs?.[left] as number);
      const up = (ys?.[right] as number) - (ys?.[left] as number);
      expect(((xs?.[left] as number) + (xs?.[right] as number)) / 2).toBeCloseTo(x);
      return [across, up, across * x + up * y];
    });
    for (const [across, up, downhill] of stubs) {
      expect(Math.hypot(across, up)).toBeGreaterThan(0);
      expect(downhill).toBeCloseTo(0);
    }
    const { low = 0, high = 0 } = figure.view ?? {};
    expect([low + high, high >= 16]).toEqual([16, true]);
    store.set({ fog: false });
    figure.draw();
    expect(mark("heat").get("visible")).toBe(true);
    expect(Array.from(mark("contours").get("x") as number[]).slice(0, 2)).toEqual([1, 2]);
    expect(figure.view?.low).toBeLessThanOrEqual(-10);
  });
});

describe("the colours", () => {
  it("follow the page's theme", () => {
    const { figure, mark, ink } = setUp(storeOf(PATH));
    figure.draw();
    Object.assign(ink, { paper: "#111", loss: "#ff7b72" });
    figure.draw();
    expect(mark("color").get("colors")).toEqual(["#111", "#ff7b72"]);
  });

  it("are never painted larger than the scales are", () => {
    const store = storeOf(PATH);
    const { figure, mark } = setUp(store);
    figure.draw();
    const scale = mark("horizontal");
    const extents: number[] = [];
    const heat = mark("heat");
    heat.set_state = (state) => {
      const x = state.x as Float64Array;
      const shown = (scale.get("max") as number) - (scale.get("min") as number);
      extents.push(((x.at(-1) as number) - (x[0] as number)) / shown);
    };
    store.showPlane(plane({ low_x: -1000, high_x: 1000 }));
    figure.draw();
    store.showPlane(plane({ low_x: -1, high_x: 1 }));
    figure.draw();
    expect(extents).toHaveLength(2);
    expect(Math.max(...extents)).toBeLessThanOrEqual(1);
    expect([scale.get("min"), scale.get("max")]).toEqual([-1, 1]);
  });
});

describe("units", () => {
  const shown = (given: Listed<PlaneAnswer>, width: number) => {
    const all = setUp(storeOf([[1, 0.5]]), plane(given));
    all.size.width = width;
    all.figure.draw();
    const { low, high, bottom, top } = all.figure.view as View;
    const scales = ["horizontal", "vertical"].flatMap((name) =>
      ["min", "max"].map((end) => all.mark(name).get(end)),
    );
    expect(scales).toEqual([low, high, bottom, top]);
    return { ...all, stretch: all.size.height / (top - bottom) / (width / (high - low)) };
  };

  it.each([50, 100, 200, 420, 790])("are equal in a plot %i pixels wide", (width) => {
    const { stretch, figure } = shown({}, width);
    expect(stretch).toBeCloseTo(1, 6);
    const { low, high, bottom, top } = figure.view as View;
    expect(Math.min(high - low, top - bottom)).toBeCloseTo(20, 6);
    expect(figure.note).toBe("");
    expect(figure.describe()).not.toContain("stretched");
  });

  it.each([
    [{ low_y: -1, high_y: 1 }, 200, "b stretched × 10"],
    [{ low_x: -1, high_x: 1 }, 200, "W stretched × 10"],
    [{ low_x: -1, high_x: 1 }, 400, "W stretched × 20"],
  ] as [Listed<PlaneAnswer>, number, string][])(
    "are said where they are not: %j, %i pixels wide",
    (given, width, note) => {
      const { figure } = shown(given, width);
      expect(figure.note).toBe(note);
      expect(figure.describe()).toContain(`It is drawn with ${note}.`);
      expect(figure.view).toMatchObject({ low: given.low_x ?? -10, bottom: given.low_y ?? -10 });
    },
  );

  it("have the plane evaluated in all of the plot, once for each of its shapes", async () => {
    const { figure, engine, size, store } = setUp(storeOf(PATH));
    const draw = async (width: number): Promise<(number | null)[]> => {
      size.width = width;
      for (let frame = 0; frame < 3; frame += 1) {
        figure.draw();
        await settled();
      }
      return engine.planes.map(({ view, aspect }) => view?.[0] ?? aspect);
    };
    expect(await draw(200)).toEqual([]);
    expect(await draw(400)).toEqual([2]);
    store.showPlane(plane({ low_x: -20, high_x: 20 }));
    expect(await draw(401)).toEqual([2]);
    expect(await draw(300)).toEqual([2, 1.5]);
  });

  it("are not asked for again where that failed", async () => {
    const { figure, engine, size } = setUp(storeOf(PATH));
    const ask = vi.spyOn(engine, "plane").mockRejectedValue(new Error("the loss raised"));
    size.width = 400;
    for (let frame = 0; frame < 3; frame += 1) {
      figure.draw();
      await settled();
    }
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("that are not equal may become so in another plot", async () => {
    const { figure, engine, size } = setUp(storeOf([[1, 0.5]]), plane({ low_y: -2, high_y: 2 }));
    figure.draw();
    await settled();
    expect(engine.planes).toEqual([]);
    size.width = 400;
    figure.draw();
    expect(engine.planes).toHaveLength(1);
  });

  it("of a slow plane wait until no more steps are taken", async () => {
    const { figure, engine, size, store } = setUp(storeOf(PATH));
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    for (let count = 1; count <= 3; count += 1) {
      figure.redraw();
      figure.draw();
      clock.mockReturnValue(1000 * count);
      await settled();
    }
    size.width = 400;
    store.play();
    figure.draw();
    store.stop();
    figure.draw();
    expect(engine.planes).toHaveLength(3);
    clock.mockReturnValue(4000);
    figure.draw();
    expect(engine.planes).toHaveLength(4);
  });
});

describe("what is outside", () => {
  it("has an arrow at the edge with its numbers instead of a marker, in words too", () => {
    const store = storeOf([...PATH, [2, 1], [2, 1], [40, 3]]);
    store.setRate(0.2);
    const { figure, mark } = setUp(store);
    figure.draw();
    expect(mark("cursor").points).toEqual([]);
    expect(mark("next").points).toEqual([]);
    expect(mark("numbers").get("text")).toEqual(["W = 40 →"]);
    expect(figure.describe()).toContain("outside the picture.");
    store.goTo(1);
    figure.draw();
    expect(mark("cursor").points).toEqual([[4, 2]]);
    expect(mark("numbers").get("text")).not.toContain("W = 40 →");
    expect(figure.describe()).not.toContain("outside");
  });

  it("is told of the next step alone where the cursor is in sight", () => {
    const store = storeOf([...PATH, [2, 1], [9, -9]]);
    store.setRate(1.6);
    const { figure, mark, size } = setUp(store);
    figure.draw();
    expect(mark("cursor").points).toEqual([[9, -9]]);
    expect(mark("next").points).toEqual([]);
    expect(mark("numbers").get("text")).toEqual(["↖ next"]);
    size.width = 400;
    figure.draw();
    expect(mark("numbers").get("text")).toEqual(["↑ next b = 19.8"]);
  });
});

describe("nothing is set", () => {
  it("before there is a plane or a run", () => {
    const { figure, states } = setUp(new Store(TWO_NAMES), null);
    expect(figure.draw()).toBe(false);
    expect(states()).toBe(0);
    expect(figure.describe()).toBe("");
  });

  it("when nothing changed", () => {
    const { figure, states } = setUp(storeOf(PATH));
    figure.draw();
    const before = states();
    figure.draw();
    expect(states()).toBe(before);
  });

  it("on colours, lines and scales when only a step was taken", () => {
    const store = storeOf(PATH);
    const { figure, mark } = setUp(store);
    figure.draw();
    const count = () =>
      ["heat", "contours", "horizontal", "vertical_axis"].map((name) => mark(name).states.length);
    const before = count();
    const sent = delta(rows([1, 0.5]), { start: 3 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    expect(mark("path").points).toHaveLength(4);
    expect(count()).toEqual(before);
  });
});

describe("the kernel is asked for a plane", () => {
  it("when there is none, once at a time, and not again when that failed", async () => {
    const { figure, engine } = setUp(storeOf(PATH), null);
    let fail = (_: Error): void => {};
    const ask = vi.spyOn(engine, "plane").mockImplementation(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    figure.draw();
    figure.draw();
    expect(ask.mock.calls).toEqual([[{ slice: "two", x: "W", y: "b", view: null, aspect: 1 }]]);
    fail(new Error("the loss raised"));
    await settled();
    figure.draw();
    expect(ask).toHaveBeenCalledTimes(1);
    figure.redraw();
    figure.draw();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("when a step that was shown is taken, and not before", () => {
    const { store, figure, engine } = setUp(storeOf(PATH.slice(0, 2)), null);
    store.expect(ahead(rows([2, 1]), 2));
    store.foresee();
    figure.draw();
    expect(engine.planes).toEqual([]);
    const sent = delta(rows([2, 1]), { start: 2 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    expect(engine.planes).toHaveLength(1);
  });

  it("draws what the kernel says of a step that was shown", () => {
    const { store, figure, mark } = setUp(storeOf(PATH.slice(0, 2)));
    store.expect(ahead(rows([2, 1]), 2));
    store.foresee();
    figure.draw();
    expect(mark("path").points.at(-1)).toEqual([2, 1]);
    const sent = delta(rows([3, 3]), { start: 2 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    expect(mark("path").points.at(-1)).toEqual([3, 3]);
  });

  it("when another is wanted, but not while one parameter is shown", () => {
    const { store, figure, engine } = setUp(storeOf(PATH));
    figure.draw();
    expect(engine.planes).toEqual([]);
    store.view("one");
    figure.draw();
    expect(engine.planes).toEqual([]);
    store.view("two", ["b", "W"]);
    figure.draw();
    expect(engine.planes).toEqual([{ slice: "two", x: "b", y: "W", view: null, aspect: 1 }]);
  });

  it("in a page without a kernel only where it can be evaluated there", () => {
    const { store, figure, engine } = setUp(storeOf(PATH), null);
    store.computeHere();
    store.view("components");
    figure.draw();
    figure.redraw();
    figure.draw();
    expect(engine.planes).toEqual([]);
    store.view("two", ["b", "W"]);
    figure.draw();
    expect(engine.planes).toHaveLength(1);
  });

  it("never while the kernel is gone", () => {
    const { store, figure, engine } = setUp(storeOf(PATH), null);
    store.loseKernel(true);
    figure.draw();
    figure.redraw();
    figure.draw();
    expect(engine.planes).toEqual([]);
  });

  it("when the path leaves the view, and again only when it is twice as far", async () => {
    const store = storeOf([...PATH, [12, 0]]);
    const { figure, engine } = setUp(store);
    figure.draw();
    await settled();
    figure.draw();
    expect(engine.planes).toHaveLength(1);
    const sent = delta(rows([30, 0]), { start: 4 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    await settled();
    expect(engine.planes).toHaveLength(2);
    store.showPlane(plane({ low_x: -40, high_x: 40 }));
    figure.draw();
    expect(engine.planes).toHaveLength(2);
  });

  it("not when the path is too far for any picture, or no number", () => {
    for (const end of [1e30, nan, -infinity]) {
      const { figure, engine } = setUp(storeOf([...PATH, [end, 0]]));
      figure.draw();
      expect(engine.planes).toEqual([]);
    }
  });

  it("for the view that was chosen, until all is wanted or another plane is", async () => {
    const { store, figure, engine } = setUp(storeOf(PATH));
    figure.setZoom({ low: 0, high: 1, bottom: 2, top: 3 });
    figure.draw();
    await settled();
    figure.redraw();
    figure.draw();
    await settled();
    figure.setZoom(undefined);
    figure.draw();
    await settled();
    expect(engine.planes.map(({ view }) => view)).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], null]);
    figure.setZoom({ low: 0, high: 1, bottom: 2, top: 3 });
    store.view("two", ["b", "W"]);
    figure.draw();
    expect(engine.planes.at(-1)?.view).toBe(null);
  });

  it("when the run has come to rest beyond what was seen of it, unless that takes long", async () => {
    for (const [milliseconds, atOnce, rested] of [
      [10, 4, 4],
      [1000, 3, 4],
      [6000, 3, 3],
    ] as const) {
      const store = storeOf(PATH, 2, planeNames);
      const { figure, engine } = setUp(store, null);
      const clock = vi.spyOn(performance, "now").mockReturnValue(0);
      let steps = 3;
      const goOn = (): void => {
        const sent = delta(rows([1, 0.5]), { start: steps });
        steps += 1;
        store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
      };
      const answer = async (now: number): Promise<void> => {
        clock.mockReturnValue(now);
        await settled();
        store.showPlane(sliced());
      };
      figure.draw();
      await answer(60_000);
      store.play();
      goOn();
      figure.draw();
      expect(engine.planes).toHaveLength(1);
      store.stop();
      figure.draw();
      expect(engine.planes).toHaveLength(2);
      // The fine one is compiled, too.
      await answer(120_000);
      goOn();
      figure.draw();
      expect(engine.planes).toHaveLength(3);
      await answer(120_000 + milliseconds);
      goOn();
      figure.draw();
      expect(engine.planes).toHaveLength(atOnce);
      clock.mockReturnValue(120_000 + milliseconds + 800);
      figure.draw();
      expect(engine.planes).toHaveLength(rested);
    }
  });

  it.each([
    ["components", 1],
    ["random", 2],
  ] as const)("of %s while a run is played %i times in all", async (slice, asked) => {
    const store = storeOf(PATH, 2, planeNames);
    store.view(slice);
    const { figure, engine } = setUp(store, null);
    const draw = async (): Promise<void> => {
      figure.draw();
      await settled();
      store.showPlane(sliced({ slice }));
    };
    await draw();
    store.play();
    const sent = delta(rows(...PATH, ...PATH), { start: 3 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    await draw();
    await draw();
    expect(engine.planes).toHaveLength(asked);
    store.stop();
    await draw();
    expect(engine.planes).toHaveLength(2);
  });

  it("also where the page's clock is a little behind its timers", async () => {
    const store = storeOf(PATH, 2, planeNames);
    const { figure, engine } = setUp(store, null);
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    for (let count = 1; count <= 3; count += 1) {
      figure.redraw();
      figure.draw();
      clock.mockReturnValue(1000 * count);
      await settled();
      store.showPlane(sliced());
    }
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const sent = delta(rows([1, 0.5]), { start: 3 });
    store.apply({ ...sent, run: { ...sent.run, extras: EXTRAS } });
    figure.draw();
    expect(engine.planes).toHaveLength(3);
    let waited = 0;
    const changed = vi.fn(() => clock.mockReturnValue(3000 + 0.9995 * waited));
    store.onChange(changed);
    while (changed.mock.calls.length === 0 && waited < 2000) {
      waited += 1;
      vi.advanceTimersByTime(1);
    }
    vi.useRealTimers();
    figure.draw();
    expect(engine.planes).toHaveLength(4);
  });
});

describe("the start", () => {
  it("is shown where it is dragged", () => {
    const { figure, mark } = setUp(storeOf(PATH));
    figure.dragStart([3, -3]);
    figure.draw();
    expect(mark("start").points).toEqual([[3, -3]]);
    figure.dragStart(undefined);
    figure.draw();
    expect(mark("start").points).toEqual([[8, 4]]);
  });

  it("can be set where both are parameters that have a start of their own", () => {
    expect(setUp(storeOf(PATH)).figure.startable).toBe(true);
    const held = storeOf(PATH, 2, { ...TWO_NAMES, params: ["W"] });
    expect(setUp(held).figure.startable).toBe(false);
    const gone = storeOf(PATH);
    gone.loseKernel(true);
    expect(setUp(gone).figure.startable).toBe(false);
  });
});

describe("the arrow", () => {
  const lengthOf = ({ mark, size }: ReturnType<typeof setUp>): number => {
    const [from, tip] = mark("gradient").points as [number, number][];
    if (!from || !tip) return 0;
    return Math.hypot(
      ((tip[0] - from[0]) * size.width) / 20,
      ((tip[1] - from[1]) * size.height) / 20,
    );
  };

  it("is longer for a steeper slope, by as much for each power of ten", () => {
    const lengths = [8, 0.8, 0.08, 80].map((value) => {
      const store = storeOf([
        [8, 0],
        [value, 0],
      ]);
      store.setRate(1 / value);
      const shown = setUp(store, plane({ low_x: -100, high_x: 100 }));
      shown.figure.draw();
      return lengthOf(shown) / 10;
    });
    expect(lengths.map((length) => Math.round(lengths[0] as number) - Math.round(length))).toEqual([
      0, 10, 20, -10,
    ]);
  });

  it.each([
    [1e-30, 16],
    [1e30, 60],
  ])("is neither too short nor too long for a slope %s times that of the start", (size, length) => {
    expect(arrowLength([size, 0], [1, 0])).toBe(length);
    expect(arrowLength([0, size], [0, 0])).toBe(46);
  });

  it("is neither drawn, named nor told of where the next step is under a pixel", () => {
    const store = storeOf([[0, 0.01]]);
    const shown = setUp(store);
    const { figure, mark } = shown;
    figure.draw();
    expect(mark("gradient").points).toEqual([]);
    expect(mark("numbers").get("text")).not.toContain("downhill");
    expect(figure.describe()).not.toContain("downhill");
    store.setRate(30);
    figure.draw();
    expect(lengthOf(shown)).toBeCloseTo(46, 6);
    expect(mark("numbers").get("text")).toContain("downhill");
    expect(figure.describe()).toContain("downhill");
  });

  it("is as long on the screen in every direction, with its head at the far end", () => {
    for (const along of [
      [1, 0],
      [0, -5],
      [1e-20, 1e-20],
    ] as const) {
      const [from, tip] = arrow([1, 2], along, [40, 2], 46) as [number, number][];
      const across = ((tip?.[0] ?? 0) - (from?.[0] ?? 0)) * 40;
      const up = ((tip?.[1] ?? 0) - (from?.[1] ?? 0)) * 2;
      expect(Math.hypot(across, up)).toBeCloseTo(46, 6);
    }
  });

  it.each([[[0, 0]], [[nan, 1]], [[infinity, 1]]] as [[number, number]][])(
    "has no direction along %s",
    (along) => {
      expect(arrow([1, 2], along, [1, 1], 46)).toEqual([]);
    },
  );
});
