/** Which part of a plane is shown in a plot; a part of gdwidget/_landscape/framing.py's mirror. */

export type Ends = [low_x: number, high_x: number, low_y: number, high_y: number];

/** How many times as wide or high a picture is made at most to have equal units. */
const MOST_WIDER = 4;
/** A difference that is not seen. */
const SAME = 0.01;

/** How many times as long as across a unit is up, in a plot of an aspect: width by height. */
export function stretchOf([left, right, bottom, top]: Ends, aspect: number): number {
  return (right - left) / (top - bottom) / aspect;
}

/** Whether that is as good as none. */
export function isSame(stretch: number): boolean {
  return Math.abs(stretch - 1) < SAME;
}

/** The same, wider or higher for equal units on both axes; unchanged where that takes too much. */
export function inEqualUnits(ends: Ends, aspect: number): Ends {
  const stretch = stretchOf(ends, aspect);
  if (isSame(stretch) || !(stretch <= MOST_WIDER && stretch >= 1 / MOST_WIDER)) return ends;
  const wider = (low: number, high: number, times: number): [number, number] => {
    const more = ((Math.max(1, times) - 1) * (high - low)) / 2;
    return [low - more, high + more];
  };
  const [left, right, bottom, top] = ends;
  return [...wider(left, right, 1 / stretch), ...wider(bottom, top, stretch)];
}
