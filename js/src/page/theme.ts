/** Tells the widgets whether the page is light or dark, in JupyterLab's words. */

import { looksDark, onTheme } from "../dom/ground.ts";

/** Follows the page's background, and so whatever switches it; paper has a style of its own. */
export function followTheme(): void {
  const { body, documentElement: root } = document;
  const look = (): void => {
    if (matchMedia("print").matches) return;
    const light = String(!looksDark(body));
    if (root.dataset.jpThemeLight !== light) root.dataset.jpThemeLight = light;
  };
  look();
  onTheme(look);
}
