/** Style sheets that come with what they are for. */

/**
 * Puts a style where it holds for a view, unless it is there: in a page, or in a shadow. What
 * belongs together has one mark.
 */
export function dress(view: HTMLElement, style: string, mark: string): void {
  const root = view.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  const known = [...place.querySelectorAll(`style[${mark}]`)];
  if (known.some(({ textContent }) => textContent === style)) return;
  const sheet = document.createElement("style");
  sheet.setAttribute(mark, "");
  sheet.textContent = style;
  place.append(sheet);
}
