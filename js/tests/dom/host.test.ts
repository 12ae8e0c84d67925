// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { childModels, mount } from "../../src/dom/host.ts";
import { FakeResizeObserver } from "../dom.ts";
import { FakeChild, FakeModel, settled } from "../fakes.ts";

const figure = new FakeChild();
let model: FakeModel;
let box: HTMLElement;
let controller: AbortController;
const failed = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  model = new FakeModel();
  box = document.createElement("div");
  controller = new AbortController();
  failed.mockReset();
});

afterEach(() => {
  FakeResizeObserver.active.clear();
  document.body.replaceChildren();
});

/** A view as one of the widget managers makes it. */
function useView<Made extends object>(made: Made = {} as Made) {
  const view = {
    el: document.createElement("p"),
    remove: vi.fn(() => view.el.remove()),
    trigger: vi.fn(),
    ...made,
  };
  model.widget_manager.create_view = vi.fn(() => Promise.resolve(view));
  return view;
}

async function mountInPage(): Promise<void> {
  mount(model.widget_manager, figure, box, controller.signal, failed);
  document.body.append(box);
  FakeResizeObserver.resize(box, 400, 300);
  await settled();
}

describe("the child models", () => {
  it("are found by their names", async () => {
    model = new FakeModel({ _marks: { path: "IPY_MODEL_loss_function.path" } });
    const children = await childModels(model, model.widget_manager);
    expect(children).toEqual({ path: model.children["loss_function.path"] });
  });
});

describe("the size a figure is laid out in", () => {
  const sizes = async (...seen: [number, number][]): Promise<[number, number][]> => {
    const view = useView();
    await mountInPage();
    return seen.map(([width, height]) => {
      Object.defineProperty(view.el, "offsetWidth", { configurable: true, value: width });
      Object.defineProperty(view.el, "offsetHeight", { configurable: true, value: height });
      const size = view.el.getBoundingClientRect();
      return [size.width, size.height];
    });
  };

  it("is never less than its margins: a plot has no size below 0", async () => {
    figure.set_state({ fig_margin: { left: 62, right: 22, top: 10, bottom: 48 } });
    expect(await sizes([400, 300], [7, 316])).toEqual([
      [400, 300],
      [84, 316],
    ]);
  });

  it("is while it is hidden the one it had", async () => {
    expect(await sizes([400, 300], [0, 0], [500, 300])).toEqual([
      [400, 300],
      [400, 300],
      [500, 300],
    ]);
  });
});

describe("a drawing", () => {
  it("can be stretched whole, however large it was laid out, until it goes", async () => {
    figure.set_state({ fig_margin: { left: 62, right: 22, top: 10, bottom: 48 } });
    const view = useView({ renderImpl: () => Promise.resolve() });
    view.el.innerHTML = '<svg><rect class="plotarea_background"></rect></svg>';
    const area = view.el.querySelector("rect") as SVGRectElement;
    await mountInPage();
    await view.renderImpl();
    const seen = (): string | null | undefined =>
      view.el.querySelector("svg")?.getAttribute("viewBox");
    FakeResizeObserver.resize(area, 316, 242);
    expect(seen()).toBe("0 0 400 300");
    FakeResizeObserver.resize(area, 416, 142);
    expect(seen()).toBe("0 0 500 200");
    controller.abort();
    expect(FakeResizeObserver.active.size).toBe(0);
  });
});

describe("mounting a figure", () => {
  it("waits until the box is in the page and has a size", async () => {
    const view = useView();
    mount(model.widget_manager, figure, box, controller.signal, failed);
    FakeResizeObserver.resize(box, 400, 300);
    await settled();
    expect(model.widget_manager.create_view).not.toHaveBeenCalled();
    document.body.append(box);
    FakeResizeObserver.resize(box, 0, 0);
    await settled();
    expect(model.widget_manager.create_view).not.toHaveBeenCalled();
    FakeResizeObserver.resize(box, 400, 300);
    await settled();
    expect(model.widget_manager.create_view).toHaveBeenCalledExactlyOnceWith(figure);
    expect(box.contains(view.el)).toBe(true);
  });

  it("stops waiting for a size once it has one", async () => {
    useView();
    await mountInPage();
    expect(FakeResizeObserver.active.size).toBe(0);
  });

  it.each(["luminoWidget", "pWidget"])("attaches the %s where there is one", async (name) => {
    const attach = vi.fn();
    const widget = { isAttached: false, constructor: { attach } };
    const view = useView({ [name]: widget });
    await mountInPage();
    expect(attach).toHaveBeenCalledExactlyOnceWith(widget, box);
    expect(view.trigger).not.toHaveBeenCalled();
  });

  it("appends the element and says that it is displayed where there is none", async () => {
    const view = useView();
    await mountInPage();
    expect(box.firstElementChild).toBe(view.el);
    expect(view.trigger).toHaveBeenCalledExactlyOnceWith("displayed");
  });
});

describe("a figure that is drawn after it is mounted", () => {
  const drawn = async (renderImpl: () => Promise<void>) => {
    const view = useView({ renderImpl });
    await mountInPage();
    expect(failed).not.toHaveBeenCalled();
    return view;
  };

  it("is told of where it cannot be drawn, and removed", async () => {
    const view = await drawn(() => Promise.reject(new Error("A scale is null.")));
    await view.renderImpl();
    expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("A scale is null."));
    expect(view.remove).toHaveBeenCalledOnce();
    controller.abort();
    expect(view.remove).toHaveBeenCalledOnce();
  });

  it("is told of where the manager shows an error in a part of it", async () => {
    const view = await drawn(() => {
      view.el.innerHTML = "<div class='jupyter-widgets-error-widget'></div>";
      return Promise.resolve();
    });
    await view.renderImpl();
    expect(failed).toHaveBeenCalledOnce();
  });

  it("stays where all goes well, and is not told of when it is gone", async () => {
    const view = await drawn(() => Promise.resolve());
    await view.renderImpl();
    expect(view.remove).not.toHaveBeenCalled();
    const gone = await drawn(() => Promise.reject(new Error("It is gone.")));
    controller.abort();
    await gone.renderImpl();
    expect(failed).not.toHaveBeenCalled();
  });
});

describe("unmounting", () => {
  it("removes the figure once", async () => {
    const view = useView();
    await mountInPage();
    controller.abort();
    expect(view.remove).toHaveBeenCalledTimes(1);
    expect(box.childElementCount).toBe(0);
  });

  it("removes a figure whose box has left the page already, while it is in the page", async () => {
    const view = useView();
    let connected = false;
    view.remove.mockImplementation(() => {
      connected = view.el.isConnected;
      view.el.remove();
    });
    await mountInPage();
    box.remove();
    controller.abort();
    expect(connected).toBe(true);
    expect(document.body.contains(view.el)).toBe(false);
  });

  it("before the box has a size makes no figure", async () => {
    useView();
    mount(model.widget_manager, figure, box, controller.signal, failed);
    controller.abort();
    await settled();
    expect(model.widget_manager.create_view).not.toHaveBeenCalled();
    expect(FakeResizeObserver.active.size).toBe(0);
  });

  it("while the figure is made removes it at once", async () => {
    const view = useView();
    let finish = (): void => {};
    model.widget_manager.create_view = () =>
      new Promise((resolve) => {
        finish = () => resolve(view);
      });
    await mountInPage();
    controller.abort();
    finish();
    await settled();
    expect(view.remove).toHaveBeenCalledTimes(1);
    expect(box.childElementCount).toBe(0);
  });
});
