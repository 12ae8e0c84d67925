/** Tells the widgets whether the page is light or dark, in JupyterLab's words. */

const DARK = "(prefers-color-scheme: dark)";
/** Of a background's lightness, from 0 to 1, what is still dark. */
const MOST_DARK = 0.4;

/** Follows the page's background, and so whatever switches it; paper has a style of its own. */
export function followTheme(): void {
  const { body, documentElement: root } = document;
  const look = (): void => {
    if (matchMedia("print").matches) return;
    const light = String(!isDark([body, root]));
    if (root.dataset.jpThemeLight !== light) root.dataset.jpThemeLight = light;
  };
  look();
  matchMedia(DARK).addEventListener("change", look);
  const observer = new MutationObserver(look);
  for (const watched of [root, body]) observer.observe(watched, { attributes: true });
}

function isDark(elements: HTMLElement[]): boolean {
  for (const element of elements) {
    const lightness = lightnessOf(getComputedStyle(element).backgroundColor);
    if (lightness !== undefined) return lightness < MOST_DARK;
  }
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme.includes("dark") && matchMedia(DARK).matches;
}

/** Of a colour as styles are computed, "rgb(18, 20, 24)"; undefined if it is transparent. */
function lightnessOf(color: string): number | undefined {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (
    color.match(/[\d.]+/g) ?? ["0", "0", "0", "0"]
  ).map(Number);
  if (alpha === 0) return undefined;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
