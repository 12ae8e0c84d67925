/** The only file that knows the widget manager: reading child models, mounting figures. */

/** What a host calls while the kernel serves a message; not all hosts do. */
export interface Callbacks {
  iopub: { status(message: { content: { execution_state: string } }): void };
}

/** What anywidget hands to `initialize` and `render`, as far as it is used here. */
export interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: Callbacks): void;
  // biome-ignore lint/suspicious/noExplicitAny: the events have arguments of all kinds
  on(event: string, callback: (...values: any[]) => void): void;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: string, callback: (...values: any[]) => void): void;
  /** Not every host has one that can show models; MyST's throws. */
  widget_manager: Pick<Manager, "get_model"> & Partial<Manager>;
}

/** A bqplot model: figure, mark, scale or axis. */
export interface ChildModel {
  readonly comm_live: boolean;
  get(name: string): unknown;
  /** Sets attributes and redraws, without telling the kernel. */
  set_state(state: Record<string, unknown>): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

/** What all widgets of a kernel share; of it only the texts are known. */
export type Shared = Pick<ChildModel, "get">;

export interface Manager {
  get_model(id: string): Promise<ChildModel>;
  create_view(model: ChildModel): Promise<ChildView>;
}

interface LuminoWidget {
  isAttached: boolean;
  constructor: { attach(widget: LuminoWidget, host: HTMLElement): void };
}

interface ChildView {
  el: HTMLElement;
  /** Another than the figure's where the manager shows that it failed. */
  model?: ChildModel;
  luminoWidget?: LuminoWidget;
  pWidget?: LuminoWidget;
  /** Where bqplot draws: once it is displayed, and nobody waits for it. */
  renderImpl?(): Promise<void>;
  remove(): void;
  trigger(event: string): void;
}

/** What the page part shows figures with where its host cannot. */
export interface OwnFigures {
  /** A manager that has the models that a kernel sent, as JSON. */
  manager(states: string): Promise<Manager>;
  /** Their style, for where that of the page does not reach. */
  style(): string;
}

/** Around the plot in a figure. */
export type Margin = Record<"left" | "right" | "top" | "bottom", number>;

/** What the page hears where nothing could be drawn, so that it shows what it has instead. */
export const FAILED = "gdwidget-failed";

export const NO_MARGIN: Margin = { left: 0, right: 0, top: 0, bottom: 0 };

const REFERENCE = "IPY_MODEL_";
const ERROR_VIEW = "ErrorWidgetView";
const ERROR_CONTENT = ".jupyter-widgets-error-widget";

export type Children = Record<string, ChildModel>;

/** A part that cannot be had: it takes what it is told, and shows nothing. */
export class Absent implements ChildModel {
  readonly comm_live = false;
  get(): undefined {}
  set_state(): void {}
  on(): void {}
  off(): void {}
}

/**
 * Resolves the models of all figures, axes, scales and marks, by name; one damaged leaves the
 * others.
 */
export async function childModels(
  model: WidgetModel,
  manager: Pick<Manager, "get_model">,
): Promise<Children> {
  const references = Object.entries(model.get("_marks") as Record<string, string>);
  const models = await Promise.all(
    references.map(async ([name, reference]): Promise<[string, ChildModel]> => {
      try {
        const id = reference.slice(REFERENCE.length);
        const child = await manager.get_model(id);
        return [name, isError(child) ? new Absent() : child];
      } catch (error) {
        console.error(error);
        return [name, new Absent()];
      }
    }),
  );
  return withAbsent(Object.fromEntries(models));
}

/** Calls back when any of some traits changes, each by itself; returns what ends that. */
export function onChange(
  model: Pick<WidgetModel, "on" | "off">,
  names: readonly string[],
  callback: () => void,
): () => void {
  // Not every host reads several events in one text.
  for (const name of names) model.on(`change:${name}`, callback);
  return () => {
    for (const name of names) model.off(`change:${name}`, callback);
  };
}

/** The host's manager, where it has one that can show models. */
export function hostManager(model: WidgetModel): Manager | undefined {
  try {
    const manager = model.widget_manager;
    return typeof manager.create_view === "function" ? (manager as Manager) : undefined;
  } catch {
    return undefined;
  }
}

/** The figures where none of them can be had. */
export function noChildren(model: WidgetModel): Children {
  const names = Object.keys(model.get("_marks") as Record<string, string>);
  return withAbsent(Object.fromEntries(names.map((name) => [name, new Absent()])));
}

/** Resolves the model that all widgets of a kernel share; rejects where there is none. */
export async function sharedModel(model: WidgetModel): Promise<ChildModel> {
  const reference = String(model.get("_shared"));
  const shared = await model.widget_manager.get_model(reference.slice(REFERENCE.length));
  if (!shared.get("script")) throw new Error("The page part is not there.");
  return shared;
}

/** Whether a model, or that of a view, stands in for one that could not be made. */
function isError(model: ChildModel | undefined): boolean {
  return model?.get("_view_name") === ERROR_VIEW;
}

/** Whether the manager shows in a view that it, or a part of it, could not be made. */
function showsError({ el }: ChildView): boolean {
  return el.querySelector(ERROR_CONTENT) !== null;
}

/** Whether a part of a figure cannot be had. */
export function isDamaged(children: Children, figure: string): boolean {
  const parts = Object.entries(children).filter(([name]) => figureOf(name) === figure);
  return parts.length === 0 || parts.some(([, part]) => part instanceof Absent);
}

/** Where one part of a figure is named, those that are not stand there as absent. */
function withAbsent(children: Children): Children {
  const figures = new Set(Object.keys(children).map(figureOf));
  for (const always of ["loss_function", "loss_against_step"]) figures.add(always);
  return new Proxy(children, {
    get: (known, name) => {
      if (typeof name !== "string" || name in known) return Reflect.get(known, name);
      if (figures.has(figureOf(name))) known[name] = new Absent();
      return known[name];
    },
  });
}

function figureOf(name: string): string {
  return name.split(".")[0] as string;
}

/**
 * Shows a figure in a box as soon as the box is in the page and has a size: a figure that is
 * attached before that stays blank. `failed` is called where it turns out later that it cannot
 * be drawn.
 */
export async function mount(
  manager: Manager | undefined,
  figure: ChildModel,
  box: HTMLElement,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  if (!manager) throw new Error("The page has nothing to show figures with.");
  await connected(box, signal);
  if (signal.aborted) return;
  const view = await manager.create_view(figure);
  if (isError(view.model) || showsError(view)) {
    view.remove();
    throw new Error("The page has no view of the figure.");
  }
  // The box may have been hidden meanwhile.
  await connected(box, signal);
  if (signal.aborted) {
    view.remove();
    return;
  }
  const remove = (): void => {
    signal.removeEventListener("abort", remove);
    // Lumino refuses to detach what has left the page already.
    if (!view.el.isConnected) document.body.append(view.el);
    view.remove();
  };
  signal.addEventListener("abort", remove);
  const draw = view.renderImpl;
  if (draw) {
    view.renderImpl = async () => {
      try {
        await draw.call(view);
        stretchable(view.el, figure, signal);
        if (showsError(view)) throw new Error("The page has no view of a part of the figure.");
      } catch (error) {
        if (signal.aborted) return;
        remove();
        failed(error);
      }
    };
  }
  view.el.getBoundingClientRect = sizeOf(view.el, figure);
  const widget = view.luminoWidget ?? view.pWidget;
  if (widget) {
    widget.constructor.attach(widget, box);
  } else {
    box.append(view.el);
    view.trigger("displayed");
  }
}

/** How wide a sheet is between its margins, and how high a figure on it, for its width and at least. */
const SHEET_WIDTH = 718;
const SHEET_SHARE = 0.4;
const SHEET_HEIGHT = 160;

/**
 * The size bqplot lays a figure out in: not the one on the screen, which in slides is another,
 * while it is hidden the one it had, and never less than its margins, for a plot would have a
 * size below 0 then. What is printed before it was ever on a screen, as by nbconvert's webpdf,
 * takes its height from the drawing itself, and is as wide as it will be on the sheet.
 */
function sizeOf(el: HTMLElement, figure: ChildModel): () => DOMRect {
  let [width, height] = [0, 0];
  return () => {
    const { left, right, top, bottom } = marginOf(figure);
    if (matchMedia("print").matches) {
      width = el.offsetWidth * Math.min(1, SHEET_WIDTH / innerWidth);
      height = Math.max(SHEET_HEIGHT, SHEET_SHARE * width);
    } else if (el.offsetWidth > 0 || width === 0) {
      [width, height] = [el.offsetWidth, el.offsetHeight];
    }
    return new DOMRect(0, 0, Math.max(width, left + right), Math.max(height, top + bottom));
  };
}

/** Lets a drawing be shown at another size than it was laid out in, as on paper. */
function stretchable(el: HTMLElement, figure: ChildModel, signal: AbortSignal): void {
  const area = el.querySelector(".plotarea_background");
  if (!area) return;
  const observer = new ResizeObserver(() => {
    const { left, right, top, bottom } = marginOf(figure);
    const width = Number(area.getAttribute("width")) + left + right;
    const height = Number(area.getAttribute("height")) + top + bottom;
    for (const drawing of el.querySelectorAll(":scope > svg")) {
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    }
  });
  observer.observe(area);
  signal.addEventListener("abort", () => observer.disconnect());
}

function marginOf(figure: ChildModel): Margin {
  return (figure.get("fig_margin") as Margin | undefined) ?? NO_MARGIN;
}

/** Resolves when a box is in the page and has a size. */
function connected(box: HTMLElement, signal: AbortSignal): Promise<void> {
  if (box.clientWidth > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      if (!box.isConnected || box.clientWidth === 0) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(box);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      resolve();
    });
  });
}
