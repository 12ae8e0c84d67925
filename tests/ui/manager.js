// A notebook with a widget manager of its own, over JupyterLab's page, which lends its connection
// to the kernel, as `notebook`. Whoever has the manager gives it `show(id, message)`.

async (id) => {
  const { kernels } = window.jupyterapp.serviceManager;
  const model = (await (await fetch("/api/kernels")).json()).find((one) => one.id === id);
  const kernel = kernels.connectTo({ model });
  await kernel.info;

  // JupyterLab's own is still being made and would miss its place.
  const body = document.body.appendChild(document.createElement("main"));
  body.style.cssText = "position: fixed; inset: 0; overflow: auto; z-index: 100000";

  window.notebook = {
    kernel,
    body,
    async run(code) {
      const future = kernel.requestExecute({ code });
      const shown = [];
      future.onIOPub = (message) => {
        const view = message.content.data?.["application/vnd.jupyter.widget-view+json"];
        if (view) shown.push(this.show(view.model_id, message));
      };
      await future.done;
      await Promise.all(shown);
    },
  };
};
