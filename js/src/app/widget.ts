/** The one entry: listen from the start, draw when there is a place to draw. */

import { onChange, type WidgetModel } from "../dom/host.ts";
import { texts as english, type Texts } from "../text/texts.ts";
import { chosenTexts } from "./language.ts";
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
  let texts: Texts = english;
  let begun = false;
  let changing = false;
  /** The texts of another language, while they are on their way: nothing is drawn before them. */
  let awaited: Promise<Texts> | undefined;
  /** The places to draw in, each with what ends what is drawn there. */
  const places = new Map<HTMLElement, AbortController>();

  let views: Views | undefined;

  const draw = (place: HTMLElement): void => {
    const controller = new AbortController();
    places.set(place, controller);
    place.classList.add("gdwidget-place");
    if (awaited) return;
    if (session) show(session, place, controller.signal);
    else refuse(place, texts, controller.signal);
  };

  /** What was saved may be cut or edited: then there is nothing to show but that. */
  const open = (model: WidgetModel): Session | undefined => {
    try {
      return new Session(model, texts);
    } catch (error) {
      console.error(error);
      return undefined;
    }
  };

  const drawAnew = (model: WidgetModel): void => {
    session?.close();
    session = open(model);
    for (const [place, controller] of [...places]) {
      controller.abort();
      place.replaceChildren();
      draw(place);
    }
  };

  /** Another problem has other figures: all begins anew, once for all that changes together. */
  const change = (model: WidgetModel): void => {
    if (changing) return;
    changing = true;
    queueMicrotask(() => {
      changing = false;
      if (!awaited) drawAnew(model);
    });
  };

  /** Takes the texts of the language that is chosen; English is there at once. */
  const speak = (model: WidgetModel): void => {
    const loading = chosenTexts(model);
    awaited = loading;
    texts = english;
    loading?.then((loaded) => {
      if (awaited !== loading) return;
      awaited = undefined;
      texts = loaded;
      drawAnew(model);
    });
  };

  const begin = (model: WidgetModel): void => {
    begun = true;
    onChange(model, ["_names", "_marks", "_questions"], () => change(model));
    model.on("change:language", () => {
      speak(model);
      change(model);
    });
    speak(model);
    if (!awaited) session = open(model);
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
