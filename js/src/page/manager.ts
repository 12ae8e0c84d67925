/** Makes saved widgets live in a page that has no kernel. */

import {
  DOMWidgetModel,
  ErrorWidgetView,
  type IClassicComm,
  JupyterLuminoWidget,
} from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import { find, PageError } from "./modules.ts";
import type { SavedModels } from "./states.ts";

export class PageManager extends ManagerBase {
  /** Makes models; what some of them lack shows when they are shown. */
  async load(models: SavedModels): Promise<void> {
    await this.set_state({ version_major: 2, version_minor: 0, state: models } as never);
  }

  /** Shows a model in a place; returns the element that is its own. */
  async show(id: string, place: HTMLElement): Promise<HTMLElement> {
    const model = await this.get_model(id);
    if (!(model instanceof DOMWidgetModel)) throw new PageError("It is nothing that can be shown.");
    const view = await this.create_view(model);
    const shown: unknown = view;
    if (shown instanceof ErrorWidgetView) throw reason(shown.model.get("error"));
    JupyterLuminoWidget.attach(view.luminoWidget, place);
    return view.el;
  }

  protected override loadClass(
    className: string,
    moduleName: string,
    moduleVersion: string,
  ): Promise<never> {
    return new Promise((resolve) => {
      const made = find(moduleName, moduleVersion)[className];
      if (!made) throw new PageError(`It needs ${className} of ${moduleName}, which is not there.`);
      resolve(made as never);
    });
  }

  protected override _get_comm_info(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }

  /** Widgets that widgets make in the page talk to nobody. */
  protected override _create_comm(_: string, id?: string): Promise<IClassicComm> {
    const silent = (): string => "";
    return Promise.resolve({
      comm_id: id ?? "",
      target_name: this.comm_target_name,
      open: silent,
      send: silent,
      close: silent,
      on_msg: silent,
      on_close: silent,
    });
  }
}

function reason(error: unknown): Error {
  return error instanceof Error ? error : new PageError("It cannot be shown.");
}
