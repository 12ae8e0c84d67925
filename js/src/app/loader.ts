/**
 * What stands in every widget: it loads the page part, whose text all widgets of a kernel share.
 * So a page loads it once, and a saved notebook holds it once.
 */

import { dress } from "../dom/dress.ts";
import { FAILED, type Shared, sharedModel, type WidgetModel } from "../dom/host.ts";
import { importText } from "../dom/import-text.ts";
import type { Request } from "../protocol/messages.ts";
import { notLoaded } from "../text/not-loaded.ts";
import type gdwidget from "./widget.ts";

interface Props {
  model: WidgetModel;
  el: HTMLElement;
  signal?: AbortSignal;
}

type PagePart = ReturnType<typeof gdwidget>;
type Module = { default: typeof gdwidget };

const PATIENCE_MS = 4000;

/** What is loaded of each shared model. */
const LOADED = Symbol.for("gdwidget loaded");

export default function loader(): {
  initialize(props: Pick<Props, "model">): void;
  render(props: Props): Promise<() => void>;
} {
  let loading: Promise<{ part: PagePart; shared: Shared }> | undefined;

  const load = (model: WidgetModel): Promise<{ part: PagePart; shared: Shared }> => {
    loading ??= begin(model).catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  return {
    /** What comes before it is loaded is not lost: the page part begins by asking for all. */
    initialize({ model }) {
      load(model).catch(() => {}); // the view says so
    },
    async render({ model, el, signal }) {
      const message = document.createElement("p");
      message.className = "gdwidget-message";
      message.textContent = notLoaded(model.get("language"));
      const timer = setTimeout(() => el.append(message), PATIENCE_MS);
      try {
        const { part, shared } = await load(model);
        message.remove();
        if (signal?.aborted) return () => {};
        dress(el, String(shared.get("style")), "data-gdwidget");
        return part.render({ model, el });
      } catch (error) {
        console.error(error);
        el.append(message);
        el.dispatchEvent(new CustomEvent(FAILED, { bubbles: true }));
        return () => message.remove();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function begin(model: WidgetModel): Promise<{ part: PagePart; shared: Shared }> {
  const shared = await sharedModel(model).catch(() => asked(model));
  const { default: gdwidget } = await moduleOf(shared);
  const part = gdwidget();
  part.initialize({ model });
  return { part, shared };
}

function moduleOf(shared: Shared & { [LOADED]?: Promise<Module> }): Promise<Module> {
  shared[LOADED] ??= importText(String(shared.get("script")));
  return shared[LOADED];
}

/** Asks the kernel for what the manager does not have; it may be busy. */
function asked(model: WidgetModel): Promise<Shared> {
  return new Promise((resolve) => {
    const hear = (content: Record<string, unknown>): void => {
      if (content.kind !== "shared") return;
      model.off("msg:custom", hear);
      resolve({ get: (name) => content[name] });
    };
    model.on("msg:custom", hear);
    model.send({ kind: "shared" } satisfies Request);
  });
}
