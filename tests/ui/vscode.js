// What VS Code's notebook does with a widget: its manager, one output for a cell.

async ({ script, dark }) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  (await import(url)).activate();
  window.vscIPyWidgets8.load();

  const { notebook } = window;
  notebook.body.style.background = dark ? "rgb(31, 31, 31)" : "white";
  notebook.body.style.color = dark ? "rgb(204, 204, 204)" : "black";
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
  const { kernel, body } = notebook;
  const manager = new window.vscIPyWidgets.WidgetManager(kernel, body, loader, () => {});

  notebook.show = async (id, message) => {
    const node = body.appendChild(document.createElement("div"));
    // In every theme: what a widget draws is taken to be made for white.
    node.style.background = "white";
    const view = await manager.create_view(await manager.get_model(id), {});
    await manager.display_view(message, view, { node });
  };
};
