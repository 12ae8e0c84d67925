import { describe, expect, it } from "vitest";
import fixture from "../../../tests/fixtures/float32.json";
import {
  countText,
  float32Text,
  grouped,
  roundedText,
  settingText,
} from "../../src/text/format.ts";

const numpy = fixture.values as [bits: number, text: string][];

function fromBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
}

describe("float32Text", () => {
  it("writes every number of the fixture as numpy writes it", () => {
    const ours = numpy.map(([bits]) => [bits, float32Text(fromBits(bits))]);
    expect(numpy.length).toBeGreaterThan(2000);
    expect(ours.filter(([, text], index) => text !== numpy[index]?.[1])).toEqual([]);
  });

  it("writes digits that give the same float32 back", () => {
    const finite = numpy.map(([bits]) => fromBits(bits)).filter(Number.isFinite);
    const lost = finite.filter((value) => !Object.is(Math.fround(+float32Text(value)), value));
    expect(lost).toEqual([]);
  });

  it("takes the even digit half way between two texts, as numpy does", () => {
    expect(float32Text(1986011.25)).toBe("1.9860112e+06");
    expect(float32Text(-2631270.25)).toBe("-2.6312702e+06");
    expect(float32Text(1986011.75)).toBe("1.9860118e+06");
  });

  it("writes a power of ten from a million on, and below a ten-thousandth", () => {
    expect(float32Text(999_999)).toBe("999999.0");
    expect(float32Text(1_000_000)).toBe("1e+06");
    expect(float32Text(2e-4)).toBe("0.0002");
    expect(float32Text(9.5e-5)).toBe("9.5e-05");
  });

  it("rounds a float64 to float32 first", () => {
    expect(float32Text(0.1 + 0.2)).toBe("0.3");
    expect(float32Text(1e300)).toBe("inf");
    expect(float32Text(-1e-300)).toBe("-0.0");
  });
});

describe("settingText", () => {
  it("writes a setting as it was typed", () => {
    expect(settingText(0.01)).toBe("0.01");
    expect(settingText(50)).toBe("50");
    expect(settingText(1e-7)).toBe("1e-7");
  });
});

describe("countText", () => {
  it("puts a comma between thousands, whatever the page's language", () => {
    expect(countText(999)).toBe("999");
    expect(countText(100_000)).toBe("100,000");
    expect(countText(1_000_000)).toBe("1,000,000");
  });
});

describe("roundedText", () => {
  it("has four digits at the most, and none that say nothing", () => {
    expect(roundedText(Math.fround(0.1))).toBe("0.1");
    expect(roundedText(-1234.567)).toBe("-1235");
    expect(roundedText(999_940)).toBe("999900");
    expect(roundedText(-1.28884e17)).toBe("-1.289e+17");
    expect(roundedText(2)).toBe("2");
    expect(roundedText(1.23456e-9)).toBe("1.235e-9");
  });

  it("writes what is not finite as numpy does", () => {
    expect(roundedText(Number.NaN)).toBe("nan");
    expect(roundedText(Number.NEGATIVE_INFINITY)).toBe("-inf");
  });
});

describe("a plain number", () => {
  it.each([
    ["0", "0"],
    ["999", "999"],
    ["1000", "1,000"],
    ["-1234567", "-1,234,567"],
    ["12345.678901", "12,345.678901"],
    ["0.0012345", "0.0012345"],
  ])("%s has commas between its thousands alone: %s", (plain, text) => {
    expect(grouped(plain)).toBe(text);
  });
});
