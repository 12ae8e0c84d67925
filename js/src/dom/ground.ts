/** Whether a widget stands on dark ground: as its host says, else as it looks. */

const DARK = "(prefers-color-scheme: dark)";
const FORCED = "(forced-colors: active)";
/** Of a background's lightness, from 0 to 1, what is still dark. */
const MOST_DARK = 0.4;
/** How hosts say so whose frames are transparent: Colab, marimo, VS Code. */
const SAID = ':is(html, body):is([theme="dark"], [data-theme="dark"], .dark, .vscode-dark)';

/** Has a widget's style know which ground it stands on, now and whenever that changes. */
export function followGround(root: HTMLElement, signal: AbortSignal): void {
  const look = (): void => {
    // Paper has a style of its own.
    if (!root.isConnected || matchMedia("print").matches) return;
    root.classList.toggle("gdwidget-dark", isDark(root.parentElement ?? root));
  };
  look();
  onTheme(look, signal);
  // It stands nowhere before it has a size.
  const observer = new ResizeObserver(look);
  observer.observe(root);
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Calls back when the page may have become light or dark. */
export function onTheme(changed: () => void, signal?: AbortSignal): void {
  for (const query of [DARK, FORCED]) {
    matchMedia(query).addEventListener("change", changed, signal ? { signal } : {});
  }
  const observer = new MutationObserver(changed);
  for (const watched of [document.documentElement, document.body]) {
    observer.observe(watched, { attributes: true });
  }
  signal?.addEventListener("abort", () => observer.disconnect());
}

/**
 * Whether the ground under an element is dark. Colours that the system forces count most, then
 * JupyterLab's word, then how it looks.
 */
function isDark(place: Element): boolean {
  if (matchMedia(FORCED).matches) return matchMedia(DARK).matches;
  for (let node: Element | null = place; node; node = above(node)) {
    const said = (node as HTMLElement).dataset.jpThemeLight;
    if (said) return said === "false";
  }
  return looksDark(place);
}

/** Whether the nearest ground that is not transparent is dark. */
export function looksDark(place: Element): boolean {
  for (let node: Element | null = place; node; node = above(node)) {
    const lightness = lightnessOf(getComputedStyle(node).backgroundColor);
    if (lightness !== undefined) return lightness < MOST_DARK;
  }
  if (document.querySelector(SAID)) return true;
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  return scheme === "dark" || (scheme.includes("dark") && matchMedia(DARK).matches);
}

/** What an element is in, across the border of a shadow tree. */
function above(node: Element): Element | null {
  const root = node.getRootNode();
  return node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** Of a colour as styles are computed, as "rgb(18, 20, 24)"; undefined if it is transparent. */
function lightnessOf(color: string): number | undefined {
  const [space = "", parts = ""] = color.split("(");
  const all = (parts.match(/-?[\d.]+(e-?\d+)?/g) ?? ["0", "0", "0", "0"]).map(Number);
  const [first = 0, second = 0, third = 0, alpha = 1] = all;
  if (alpha === 0) return undefined;
  if (/^(ok)?l(ab|ch)$/.test(space)) return space.startsWith("ok") ? first : first / 100;
  const lightness = 0.2126 * first + 0.7152 * second + 0.0722 * third;
  return space === "color" ? lightness : lightness / 255;
}
