/** The height of a page, told to the page that shows it in a frame. */

/** As learning platforms understand it: Canvas sizes a frame by this message. */
const SUBJECT = "lti.frameResize";

/** Tells it now and whenever it changes. */
export function tellHeight(): void {
  if (window.parent === window) return;
  const { documentElement } = document;
  new ResizeObserver(() => {
    const height = Math.ceil(documentElement.getBoundingClientRect().height);
    window.parent.postMessage({ subject: SUBJECT, height }, "*");
  }).observe(documentElement);
}
