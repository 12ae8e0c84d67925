// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import loader from "../../src/app/loader.ts";
import type { ChildModel } from "../../src/dom/host.ts";
import { notLoaded } from "../../src/text/not-loaded.ts";
import { FakeModel } from "../fakes.ts";

const SCRIPT = `
export default () => ({
  initialize({ model }) { model.set("begun", true); },
  render({ el }) { el.append("drawn"); return () => el.replaceChildren("removed"); },
});`;
const STYLE = ".gdwidget { color: red }";

let shared: Record<string, string>;

beforeEach(() => {
  shared = { script: SCRIPT, style: STYLE };
  vi.spyOn(URL, "revokeObjectURL");
  // Gives the blob of a script an address from which Node loads modules, too.
  vi.spyOn(URL, "createObjectURL").mockImplementation(
    () => `data:text/javascript,${encodeURIComponent(shared.script as string)}`,
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  document.head.replaceChildren();
});

/** Widgets of one kernel, whose manager knows what they share. */
function widgets(count: number): FakeModel[] {
  const known = { get: (name: string) => shared[name] } as ChildModel;
  return Array.from({ length: count }, () => {
    const model = new FakeModel({ _shared: "IPY_MODEL_s" });
    model.children.s = known as never;
    return model;
  });
}

async function shown(model: FakeModel, widget = loader()): Promise<HTMLElement> {
  const el = document.createElement("div");
  widget.initialize({ model });
  await widget.render({ model, el });
  return el;
}

describe("the loader", () => {
  it("loads once what the widgets of a kernel share", async () => {
    const models = widgets(3);
    for (const model of models) {
      const el = await shown(model);
      expect(el.textContent).toBe("drawn");
      expect(model.get("begun")).toBe(true);
      expect(model.sent).toEqual([]);
    }
    expect(URL.createObjectURL).toHaveBeenCalledTimes(1);
    const styles = [...document.querySelectorAll("style")];
    expect(styles.map((style) => style.textContent)).toEqual([STYLE]);
  });

  it("puts the style where a widget in a shadow root is", async () => {
    const [model] = widgets(1) as [FakeModel];
    const root = document.createElement("div").attachShadow({ mode: "open" });
    const el = document.createElement("div");
    root.append(el);
    await loader().render({ model, el });
    expect(root.querySelector("style")?.textContent).toBe(STYLE);
    expect(document.querySelectorAll("style")).toHaveLength(0);
  });

  it("asks the kernel where no manager knows it", async () => {
    const model = new FakeModel({ _shared: "IPY_MODEL_s" });
    model.widget_manager.get_model = () => Promise.reject(new Error("widget model not found"));
    const drawn = shown(model);
    await vi.waitFor(() => expect(model.sent).toEqual([{ kind: "shared" }]));
    model.trigger("msg:custom", { kind: "delta" });
    model.trigger("msg:custom", { kind: "shared", ...shared });
    expect((await drawn).textContent).toBe("drawn");
  });

  it("draws nothing in a view that is gone, and returns what removes one", async () => {
    const [model] = widgets(1) as [FakeModel];
    const el = document.createElement("div");
    await loader().render({ model, el, signal: AbortSignal.abort() });
    expect(el.textContent).toBe("");
    (await loader().render({ model, el }))();
    expect(el.textContent).toBe("removed");
  });

  it("says so where the script is damaged", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    shared.script = SCRIPT.slice(0, 50);
    const [model] = widgets(1) as [FakeModel];
    const el = await shown(model);
    expect(el.textContent).toBe(notLoaded(""));
    expect(error).toHaveBeenCalled();
  });

  it("says so while nobody answers", async () => {
    vi.useFakeTimers();
    const model = new FakeModel({ _shared: "IPY_MODEL_s" });
    model.widget_manager.get_model = () => Promise.reject(new Error("widget model not found"));
    const el = document.createElement("div");
    const drawn = loader().render({ model, el });
    await vi.advanceTimersByTimeAsync(5000);
    expect(el.textContent).toBe(notLoaded(""));
    model.trigger("msg:custom", { kind: "shared", ...shared });
    vi.useRealTimers();
    await drawn;
    expect(el.textContent).toBe("drawn");
  });
});
