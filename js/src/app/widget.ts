/** The one entry: listen from the start, draw when there is a place to draw. */

import type { WidgetModel } from "../dom/host.ts";
import { Session } from "./session.ts";
import { refuse, show } from "./view.ts";
import { Views } from "./views.ts";

interface Props {
  model: WidgetModel;
  el: HTMLElement;
  signal?: AbortSignal;
}

export default function gdwidget(): {
  initialize(props: Pick<Props, "model">): void;
  render(props: Props): () => void;
} {
  let session: Session | undefined;
  let begun = false;
  let changing = false;
  /** The places to draw in, each with what ends what is drawn there. */
  const places = new Map<HTMLElement, AbortController>();

  let views: Views | undefined;

  const draw = (place: HTMLElement): void => {
    const controller = new AbortController();
    places.set(place, controller);
    place.classList.add("gdwidget-place");
    if (session) show(session, place, controller.signal);
    else refuse(place);
  };

  /** What was saved may be cut or edited: then there is nothing to show but that. */
  const open = (model: WidgetModel): Session | undefined => {
    try {
      return new Session(model);
    } catch (error) {
      console.error(error);
      return undefined;
    }
  };

  /** Another problem has other figures: all begins anew, once for all that changes together. */
  const change = (model: WidgetModel): void => {
    if (changing) return;
    changing = true;
    queueMicrotask(() => {
      changing = false;
      session?.close();
      session = open(model);
      for (const [place, controller] of [...places]) {
        controller.abort();
        place.replaceChildren();
        draw(place);
      }
    });
  };

  const begin = (model: WidgetModel): void => {
    begun = true;
    model.on("change:_names change:_marks change:_questions", () => change(model));
    session = open(model);
  };

  return {
    initialize({ model }) {
      begin(model);
    },
    render({ model, el }) {
      if (!begun) begin(model);
      draw(el);
      views ??= new Views(model);
      const leave = views.follow(el);
      return () => {
        leave();
        places.get(el)?.abort();
        places.delete(el);
      };
    },
  };
}
