/** What happy-dom lacks of the DOM, as far as the page uses it. */

if (!("rows" in HTMLTableSectionElement.prototype)) {
  Object.defineProperty(HTMLTableSectionElement.prototype, "rows", {
    get(this: HTMLTableSectionElement) {
      return this.children;
    },
  });
}

/** A ResizeObserver that tells of a change only when a test says so. */
export class FakeResizeObserver implements ResizeObserver {
  static readonly active = new Set<FakeResizeObserver>();
  private readonly observed = new Set<Element>();

  constructor(private readonly callback: ResizeObserverCallback) {}

  observe(target: Element): void {
    this.observed.add(target);
    FakeResizeObserver.active.add(this);
  }

  unobserve(target: Element): void {
    this.observed.delete(target);
  }

  disconnect(): void {
    this.observed.clear();
    FakeResizeObserver.active.delete(this);
  }

  /** Gives an element a size and tells all who observe it. */
  static resize(target: Element, width: number, height: number): void {
    sized(target, width, height);
    for (const observer of [...FakeResizeObserver.active]) {
      if (observer.observed.has(target)) observer.callback([], observer);
    }
  }
}

/** Gives an element, or a rectangle of SVG, a place and a size: happy-dom lays nothing out. */
export function sized(target: Element, width: number, height: number, left = 0, top = 0): void {
  target.setAttribute("width", String(width));
  target.setAttribute("height", String(height));
  Object.defineProperty(target, "clientWidth", { configurable: true, value: width });
  Object.defineProperty(target, "clientHeight", { configurable: true, value: height });
  target.getBoundingClientRect = () => new DOMRect(left, top, width, height);
}
