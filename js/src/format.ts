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
  return value.toLocaleString("en-US");
}

/** Digits with sign but without a point, and the power of ten of the first digit. */
function shortest(single: number): [string, number] {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = rounded(single, digits);
    if (Math.fround(Number(text)) === single) return parts(text);
    const neighbour = closeBy(single, text);
    if (neighbour !== undefined) return parts(neighbour);
  }
  return parts(single.toExponential(8));
}

/** Half way between two texts numpy takes the one with the even digit, JavaScript the larger. */
function rounded(single: number, digits: number): string {
  const text = single.toExponential(digits - 1);
  const longer = single.toExponential(digits);
  const halfWay = longer.includes("5e") && Number(longer) === single;
  return halfWay && /[13579]e/.test(text) ? longer.replace(/\.?5e/, "e") : text;
}

/** Next to a power of two the nearest short decimal may miss where its neighbour hits. */
function closeBy(single: number, text: string): string | undefined {
  const [digits, exponent] = text.split("e") as [string, string];
  const places = (digits.split(".")[1] ?? "").length;
  const unit = 10 ** -places;
  for (const move of [unit, -unit]) {
    const moved = `${(Number(digits) + move).toFixed(places)}e${exponent}`;
    if (Math.fround(Number(moved)) === single) return moved;
  }
  return undefined;
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
