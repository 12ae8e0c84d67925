const LONGEST_MS = 100;

/** Resolves when the page has nothing better to do, or soon. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => resolve(), { timeout: LONGEST_MS });
    } else setTimeout(resolve, 0);
  });
}
