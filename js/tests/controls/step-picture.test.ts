// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { StepPicture } from "../../src/controls/step-picture.ts";
import { LossAgainstStepFigure } from "../../src/figures/loss-against-step.ts";
import { texts } from "../../src/text/texts.ts";
import { descent, storeWith } from "../builders.ts";
import { fakeChildren } from "../fakes.ts";

function open() {
  const store = storeWith(descent(5));
  const size = () => ({ width: 500, height: 300 });
  const figure = new LossAgainstStepFigure(fakeChildren(), store, size);
  const picture = new StepPicture(store.names.recorded, store.texts, figure);
  const select = picture.root.querySelector("select") as HTMLSelectElement;
  const radios = [...picture.root.querySelectorAll<HTMLInputElement>("input")];
  const group = picture.root.querySelector<HTMLElement>("[role=radiogroup]");
  const choose = (name: string) => {
    select.value = name;
    select.dispatchEvent(new Event("change"));
    figure.draw();
    picture.draw();
  };
  figure.draw();
  picture.draw();
  return { figure, picture, select, radios, group, choose };
}

describe("the choice of the second picture", () => {
  it("offers the loss, and each number that learns", () => {
    const { select } = open();
    expect([...select.options].map(({ text }) => text)).toEqual([
      texts.lossOverSteps,
      texts.scalarOverSteps("W"),
    ]);
  });

  it("shows what is chosen, with axes for the loss alone", () => {
    const { figure, group, choose, select } = open();
    expect(group?.hidden).toBe(false);
    choose("W");
    expect([figure.scalar, group?.hidden]).toEqual(["W", true]);
    choose("");
    expect([figure.scalar, group?.hidden, select.value]).toEqual(["", false, ""]);
  });

  it("shows the axis that is chosen", () => {
    const { figure, radios, picture } = open();
    expect(radios.map(({ checked }) => checked)).toEqual([true, false]);
    radios[1]?.dispatchEvent(new Event("change"));
    expect(figure.axis).toBe("logarithmic");
    picture.draw();
    expect(radios.map(({ checked }) => checked)).toEqual([false, true]);
  });
});
