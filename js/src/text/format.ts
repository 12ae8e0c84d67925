/** Digits that every float32 can do with, and that few can do with. */
const MOST_DIGITS = 9;
const FEW_DIGITS = 6;

/** A float32 as numpy shows it: the fewest digits that give the same float32 back. */
export function float32Text(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "nan";
  if (!Number.isFinite(single)) return single > 0 ? "inf" : "-inf";
  if (single === 0) return Object.is(single, -0) ? "-0.0" : "0.0";
  const [mantissa, exponent] = shortest(single);
  const size = Math.abs(single);
  if (size >= 1e-4 && size < 1e6) return positional(mantissa, exponent);
  return scientific(mantissa, exponent);
}

/** A setting as typed: a float64 without needless digits. */
export function settingText(value: number): string {
  return String(value);
}

/** A count with a comma between thousands. */
export function countText(value: number): string {
  return grouped(String(value));
}

/** With a comma between thousands; `toLocaleString` costs a page's first picture a whole frame. */
export function grouped(plain: string): string {
  return plain.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}

/** How many digits wide a text is, about: Chinese characters are as wide as two. */
export function widthOf(text: string): number {
  return text.length + (text.match(/[\u2e80-\uffff]/g)?.length ?? 0);
}

/** A number as precise as a picture shows it. */
export function roundedText(value: number): string {
  if (!Number.isFinite(value)) return float32Text(value);
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) < 1e6 ? String(rounded) : float32Text(rounded);
}

/** Digits with sign but without a point, and the power of ten of the first digit. */
function shortest(single: number): [string, number] {
  const few = isPowerOfTwo(single) || reads(single.toExponential(FEW_DIGITS - 1), single);
  for (let digits = few ? 1 : FEW_DIGITS + 1; digits < MOST_DIGITS; digits += 1) {
    const text = single.toExponential(digits - 1);
    if (reads(text, single)) return parts(evened(text, digits, single));
    const neighbour = isPowerOfTwo(single) ? closeBy(text, single) : undefined;
    if (neighbour !== undefined) return parts(neighbour);
  }
  return parts(single.toExponential(MOST_DIGITS - 1));
}

function reads(text: string, single: number): boolean {
  return Math.fround(Number(text)) === single;
}

/** Half way between two texts numpy takes the one with the even digit, JavaScript the larger. */
function evened(text: string, digits: number, single: number): string {
  if (!/[13579]e/.test(text)) return text;
  const longer = single.toExponential(digits);
  if (!longer.includes("5e") || Number(longer) !== single) return text;
  const smaller = longer.replace(/\.?5e/, "e");
  return reads(smaller, single) ? smaller : text;
}

/** At a power of two the nearest short text may miss where its neighbour hits. */
function closeBy(text: string, single: number): string | undefined {
  const [digits, exponent] = text.split("e") as [string, string];
  const places = (digits.split(".")[1] ?? "").length;
  const unit = 10 ** -places;
  return [unit, -unit]
    .map((move) => `${(Number(digits) + move).toFixed(places)}e${exponent}`)
    .find((moved) => reads(moved, single));
}

function isPowerOfTwo(single: number): boolean {
  return Number.isInteger(Math.log2(Math.abs(single)));
}

function parts(text: string): [string, number] {
  const [mantissa, exponent] = text.split("e") as [string, string];
  const digits = mantissa.replace(".", "").replace(/(?<=\d)0+$/, "");
  return [digits, Number(exponent)];
}

function positional(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace("-", "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

function scientific(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace("-", "");
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${digits[0]}${rest}e${exponent < 0 ? "-" : "+"}${power}`;
}
