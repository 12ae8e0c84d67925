/** The one entry: listen from the start, draw when there is a place to draw. */

import type { WidgetModel } from "./host.ts";
import { Session } from "./session.ts";
import { show } from "./view.ts";

interface Props {
  model: WidgetModel;
  el: HTMLElement;
  signal?: AbortSignal;
}

export default function gdwidget(): {
  initialize(props: Props): void;
  render(props: Props): () => void;
} {
  let session: Session | undefined;
  return {
    initialize({ model }) {
      session = new Session(model);
    },
    render({ model, el }) {
      session ??= new Session(model);
      const controller = new AbortController();
      show(session, el, controller.signal);
      return () => controller.abort();
    },
  };
}
