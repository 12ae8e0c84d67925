/** The colours of the page's style, for what is painted on a canvas. */

export interface Ink {
  paper: string;
  loss: string;
}

export class PageInk {
  private known: Ink | undefined;

  /** `box` is an element within the widget, `changed` is called when the page's theme is another. */
  constructor(
    private readonly box: () => Element | undefined,
    private readonly changed: () => void,
  ) {}

  /** The colours now; undefined while nothing is shown. */
  get colors(): Ink | undefined {
    const box = this.box();
    if (this.known || !box?.isConnected) return this.known;
    const style = getComputedStyle(box);
    const color = (name: string): string => style.getPropertyValue(`--gdwidget-${name}`).trim();
    this.known = { paper: color("paper"), loss: color("loss") };
    return this.known;
  }

  /** Looks out for another ground until `signal` aborts: the widget's own class says which. */
  follow(signal: AbortSignal): void {
    const root = this.box()?.closest(".gdwidget");
    if (!root) return;
    const observer = new MutationObserver(() => {
      this.known = undefined;
      this.changed();
    });
    observer.observe(root, { attributeFilter: ["class"] });
    signal.addEventListener("abort", () => observer.disconnect());
  }
}
