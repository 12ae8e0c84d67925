/** The moment after the next frame has been painted. */

/** A page that is not in sight paints nothing. */
const MOST_MS = 100;

/** Calls back once, then or after so long without a frame. */
export function whenPainted(call: () => void): void {
  let called = false;
  const once = (): void => {
    if (called) return;
    called = true;
    clearTimeout(timer);
    call();
  };
  const timer = setTimeout(once, MOST_MS);
  requestAnimationFrame(() => setTimeout(once));
}
