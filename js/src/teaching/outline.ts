/** Shapes that tell the dots of runs apart, each as one line. */

const RADIUS = 6;
/** Lines that are so far apart, in pixels, fill a shape. */
const APART = 1.2;

/** How many corners, how far they are turned in parts of a circle, and how deep it is between. */
const SHAPES: [corners: number, turn: number, depth: number][] = [
  [4, 1 / 8, 1],
  [3, 1 / 4, 1],
  [4, 0, 1],
  [3, -1 / 4, 1],
  [5, 1 / 4, 0.4],
  [6, 0, 1],
  [4, 1 / 8, 0.3],
];

/** The shape of an earlier run's number about a place in pixels, filled by smaller ones in it. */
export function outline(number: number, [x, y]: readonly [number, number]): [number, number][] {
  const points: [number, number][] = [];
  for (let radius = RADIUS; radius > 0; radius -= APART) {
    for (const [right, up] of shape(number)) points.push([x + radius * right, y + radius * up]);
  }
  return points;
}

/** The same as SVG has it, in a box from -1 to 1; up is down there. */
export function path(number: number): string {
  return `M${shape(number)
    .map(([x, y]) => `${x.toFixed(2)} ${(-y).toFixed(2)}`)
    .join("L")}Z`;
}

function shape(number: number): [number, number][] {
  const [corners, turn, depth] = SHAPES[(number - 1) % SHAPES.length] as (typeof SHAPES)[number];
  const count = depth < 1 ? 2 * corners : corners;
  return Array.from({ length: count + 1 }, (_, at): [number, number] => {
    const angle = 2 * Math.PI * (turn + at / count);
    const radius = depth < 1 && at % 2 ? depth : 1;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}
