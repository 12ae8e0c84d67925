// What Colab's notebook does with a widget: a frame for each output, in it the manager, which gets
// the state of models from the notebook around it and hears of them by channels.

({ script, dark }) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const models = new Map();
  const shown = [];
  const { kernel, body } = window.notebook;
  body.style.background = dark ? "#383838" : "white";

  function copied(buffer) {
    const { buffer: whole = buffer, byteOffset = 0, byteLength } = buffer;
    return whole.slice(byteOffset, byteOffset + byteLength);
  }

  /** Messages for any number of readers, each of which gets all of them. */
  class Channel {
    #told = [];
    #over = false;
    #waiting = new Set();

    constructor(comm) {
      this.comm = comm;
      comm.onMsg = ({ content, buffers }) => this.#tell({ data: content.data, buffers });
      comm.onClose = () => {
        this.#over = true;
        this.#wake();
      };
    }

    /** The channel as a frame has it, which gets copies of its own. */
    in({ structuredClone: cloned }) {
      return {
        send: async (data, { buffers = [] } = {}) => {
          this.comm.send(structuredClone(data), undefined, structuredClone(buffers));
        },
        close: () => this.comm.close(),
        messages: { [Symbol.asyncIterator]: () => this.#read(cloned) },
      };
    }

    async *#read(cloned) {
      for (let next = 0; ; next += 1) {
        while (next === this.#told.length) {
          if (this.#over) return;
          await new Promise((resolve) => this.#waiting.add(resolve));
        }
        yield cloned(this.#told[next]);
      }
    }

    #tell({ data, buffers }) {
      const model = models.get(this.comm.commId);
      if (data.method === "update" && model) Object.assign(model.state, structuredClone(data.state));
      this.#told.push({ data, buffers: buffers.map(copied) });
      this.#wake();
    }

    #wake() {
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    }
  }

  const environment = (frame) => ({
    async getModelState(modelId) {
      const model = models.get(modelId);
      if (!model) return undefined;
      const { state, channel } = model;
      return {
        modelName: state._model_name,
        modelModule: state._model_module,
        modelModuleVersion: state._model_module_version,
        state: frame.structuredClone(state),
        comm: channel.in(frame),
      };
    },
    async openCommChannel(target, data, buffers) {
      const comm = kernel.createComm(target);
      const channel = new Channel(comm);
      comm.open(structuredClone(data), undefined, structuredClone(buffers));
      return channel.in(frame);
    },
  });

  kernel.registerCommTarget("jupyter.widget", (comm, { content, buffers }) => {
    const channel = new Channel(comm);
    const state = structuredClone(content.data.state);
    (content.data.buffer_paths ?? []).forEach((path, index) => {
      const holder = path.slice(0, -1).reduce((value, key) => value[key], state);
      holder[path.at(-1)] = copied(buffers[index]);
    });
    models.set(comm.commId, { state, channel });
    // The manager has no use for buffers here: colab-cdn-widget-manager#33.
    for (const { manager, frame } of shown) {
      const data = frame.structuredClone(content.data);
      manager.commChannelOpened(comm.commId, channel.in(frame), data);
    }
  });

  window.notebook.show = async (modelId) => {
    const output = body.appendChild(document.createElement("iframe"));
    output.style.cssText = "width: 100%; height: 700px; border: 0";
    const { contentDocument: page, contentWindow: frame } = output;
    if (dark) page.documentElement.setAttribute("theme", "dark");
    page.documentElement.style.cssText = dark
      ? "--colab-primary-text-color: #d5d5d5; --colab-secondary-surface-color: #383838"
      : "--colab-primary-text-color: #212121; --colab-secondary-surface-color: white";
    const imported = frame.eval("(url) => import(url)");
    const manager = (await imported(url)).createWidgetManager(environment(frame));
    shown.push({ manager, frame });
    await manager.render(modelId, page.body);
  };
};
