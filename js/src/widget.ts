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
  let changing = false;
  /** The places to draw in, each with what ends what is drawn there. */
  const places = new Map<HTMLElement, AbortController>();

  const draw = (place: HTMLElement, shown: Session): void => {
    const controller = new AbortController();
    places.set(place, controller);
    show(shown, place, controller.signal);
  };

  /** Another problem has other figures: all begins anew, once for all that changes together. */
  const change = (model: WidgetModel): void => {
    if (changing) return;
    changing = true;
    queueMicrotask(() => {
      changing = false;
      session?.close();
      session = new Session(model);
      for (const [place, controller] of [...places]) {
        controller.abort();
        place.replaceChildren();
        draw(place, session);
      }
    });
  };

  const begin = (model: WidgetModel): Session => {
    model.on("change:_names change:_marks", () => change(model));
    return new Session(model);
  };

  return {
    initialize({ model }) {
      session = begin(model);
    },
    render({ model, el }) {
      session ??= begin(model);
      draw(el, session);
      return () => {
        places.get(el)?.abort();
        places.delete(el);
      };
    },
  };
}
