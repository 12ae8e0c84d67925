/** Tells the kernel whether somebody may see a widget in this page: it keeps what is seen. */

import type { WidgetModel } from "../dom/host.ts";
import type { Request } from "../protocol/messages.ts";

export class Views {
  private readonly page = Math.random().toString(36).slice(2);
  private readonly seen = new Set<HTMLElement>();
  private listening = new AbortController();
  private turn = 0;

  constructor(private readonly model: WidgetModel) {}

  /**
   * Follows a view; returns what is to be called when it goes.
   *
   * It counts from when it has a size in the document: a host makes views for outputs that were
   * replaced meanwhile, and neither shows nor removes them ever.
   */
  follow(el: HTMLElement): () => void {
    const placed = new ResizeObserver(() => {
      if (!el.isConnected) return;
      placed.disconnect();
      this.seen.add(el);
      if (this.seen.size === 1) this.begin();
    });
    placed.observe(el);
    return () => {
      placed.disconnect();
      if (this.seen.delete(el) && this.seen.size === 0) this.end();
    };
  }

  private begin(): void {
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener("pagehide", () => this.leave(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.tell(true), {
      signal,
    });
    this.tell(true);
  }

  private end(): void {
    this.listening.abort();
    this.leave();
  }

  private leave(): void {
    try {
      this.tell(false);
    } catch {
      // A kernel that is gone or restarts keeps nothing that it should be told of.
    }
  }

  private tell(shown: boolean): void {
    this.turn += 1;
    const { page, turn } = this;
    this.model.send({ kind: "shown", page, turn, shown } satisfies Request);
  }
}
