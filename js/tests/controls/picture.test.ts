// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { PictureChoice } from "../../src/controls/picture.ts";
import { Store } from "../../src/model/store.ts";
import { texts } from "../../src/text/texts.ts";
import { NAMES, TWO_NAMES } from "../builders.ts";

const MANY = { ...NAMES, recorded: ["a", "b", "c"], learning: "a", count: 3 };

function open(names: Store["names"], planes = true) {
  const store = new Store(names);
  const choice = new PictureChoice(store, planes);
  const draw = () => choice.draw();
  const select = (label: string) =>
    choice.root.querySelector(`select[aria-label="${label}"]`) as HTMLSelectElement;
  const pick = (label: string, value: string) => {
    select(label).value = value;
    select(label).dispatchEvent(new Event("change"));
    draw();
  };
  const kinds = () => [...select(texts.picture).options].map(({ value }) => value);
  draw();
  return { store, choice, select, pick, kinds };
}

describe("the choice of the picture", () => {
  it("is the title alone where one parameter learns", () => {
    const { root } = open(NAMES).choice;
    expect(root.textContent).toBe("Loss alongW");
    expect(root.querySelector("select")).toBeNull();
  });

  it("is one or two where two learn, at first two", () => {
    const { kinds, store } = open(TWO_NAMES);
    expect(kinds()).toEqual(["one", "two"]);
    expect(store.picture).toBe("two");
    expect(store.axes).toEqual(["W", "b"]);
  });

  it("has the slices through many, at first the path's components", () => {
    const { kinds, store } = open(MANY);
    expect(kinds()).toEqual(["one", "two", "components", "random"]);
    expect(store.picture).toBe("components");
  });

  it("has no planes where there is no figure for them", () => {
    expect(open(MANY, false).kinds()).toEqual(["one"]);
  });

  it("shows the parameters it is about, and no others", () => {
    const { select, pick } = open(MANY);
    const shown = () =>
      [texts.shownParameter, texts.across, texts.up].filter((label) => !select(label).hidden);
    expect(shown()).toEqual([]);
    pick(texts.picture, "two");
    expect(shown()).toEqual([texts.across, texts.up]);
    pick(texts.picture, "one");
    expect(shown()).toEqual([texts.shownParameter]);
  });

  it("chooses which", () => {
    const { store, pick } = open(MANY);
    pick(texts.picture, "one");
    pick(texts.shownParameter, "c");
    expect([store.picture, store.shown]).toEqual(["one", "c"]);
    pick(texts.picture, "two");
    pick(texts.up, "c");
    expect(store.axes).toEqual(["a", "c"]);
  });

  it("swaps two rather than show one twice", () => {
    const { store, pick } = open(MANY);
    pick(texts.picture, "two");
    pick(texts.across, "b");
    expect(store.axes).toEqual(["b", "a"]);
    pick(texts.up, "b");
    expect(store.axes).toEqual(["a", "b"]);
  });
});

describe("without a kernel", () => {
  it("only what is there can be chosen", () => {
    const { store, choice, select } = open(MANY);
    store.loseKernel(true);
    choice.draw();
    const usable = [...select(texts.picture).options].filter(({ disabled }) => !disabled);
    expect(usable.map(({ value }) => value)).toEqual(["one"]);
  });

  it("planes over two parameters can be chosen where the page computes", () => {
    const { store, choice, select } = open(MANY);
    store.computeHere();
    choice.draw();
    const usable = [...select(texts.picture).options].filter(({ disabled }) => !disabled);
    expect(usable.map(({ value }) => value)).toEqual(["one", "two"]);
  });
});
