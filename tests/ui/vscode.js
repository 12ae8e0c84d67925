// What VS Code's notebook does with a widget, as `editor`: its manager, one output for a cell.

async ({ script, id, dark }) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  (await import(url)).activate();
  window.vscIPyWidgets8.load();

  const { kernels } = window.jupyterapp.serviceManager;
  const model = (await (await fetch("/api/kernels")).json()).find((one) => one.id === id);
  const kernel = kernels.connectTo({ model });
  await kernel.info;

  // Over JupyterLab's own, which is still being made and would miss its place.
  const body = document.body.appendChild(document.createElement("main"));
  const colors = dark ? "rgb(31, 31, 31); color: rgb(204, 204, 204)" : "white; color: black";
  body.style.cssText =
    `position: fixed; inset: 0; overflow: auto; z-index: 100000; background: ${colors}`;
  document.body.className = dark ? "vscode-dark" : "vscode-light";

  const loader = {
    widgetsRegisteredInRequireJs: new Set(),
    successHandler() {},
    errorHandler() {},
    loadWidgetScript(name, range) {
      const version = range.match(/\d+(\.\d+)*/)[0];
      window.requirejs.config({
        paths: { [name]: `https://unpkg.com/${name}@${version}/dist/index` },
      });
      return new Promise((resolve, reject) => window.requirejs([name], resolve, reject));
    },
  };
  const manager = new window.vscIPyWidgets.WidgetManager(kernel, body, loader, () => {});

  window.editor = {
    run(code) {
      const output = body.appendChild(document.createElement("div"));
      // In every theme: what a widget draws is taken to be made for white.
      output.style.background = "white";
      const future = kernel.requestExecute({ code });
      const shown = [];
      future.onIOPub = (message) => {
        const view = message.content.data?.["application/vnd.jupyter.widget-view+json"];
        if (view) shown.push(show(message, view.model_id, output));
      };
      return future.done.then(() => Promise.all(shown)).then(() => {});
    },
  };

  async function show(message, id, node) {
    const view = await manager.create_view(await manager.get_model(id), {});
    await manager.display_view(message, view, { node });
  }
};
