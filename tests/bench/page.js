// What the measurements need in the page, as `bench`.

(() => {
  const bench = { received: 0, copied: "", delay: 0 };
  window.bench = bench;
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        bench.received += typeof data === "string" ? data.length : data.byteLength;
      });
    }
    // A link that takes a while, each way.
    send(data) {
      if (bench.delay > 0) setTimeout(() => super.send(data), bench.delay);
      else super.send(data);
    }
    set onmessage(take) {
      super.onmessage = (event) => {
        if (bench.delay > 0) setTimeout(() => take.call(this, event), bench.delay);
        else take.call(this, event);
      };
    }
  };
  bench.step = (cursor, path) => {
    const root = document.querySelector(".gdwidget");
    const marks = root.querySelector(".gdwidget-box svg.svg-figure > g > g").children;
    const [point, line] = [cursor, path].map(
      (index) => [...marks].filter((mark) => !mark.matches(".g_legend"))[index],
    );
    return {
      root,
      press: [...root.querySelectorAll("button")].find((one) => one.innerText.includes("Step")),
      seen: () => [
        root.querySelector(".gdwidget-update").textContent,
        point.querySelector(".object_grp").getAttribute("transform"),
        line.querySelector("path.line").getAttribute("d"),
      ],
    };
  };
  bench.label = () => {
    const root = document.querySelector(".jp-Notebook .widget-label");
    const press = document.querySelector(".jp-Notebook .jupyter-button");
    return { root, press, seen: () => [root.textContent] };
  };
  // Presses a button and returns the milliseconds until the end of the first frame that shows all
  // of what should change. What is changed while a frame is being made is shown by that frame, the
  // rest by the next; a message posted at the start of a frame arrives when it has been painted.
  bench.drawn = ({ root, press, seen }) => new Promise((resolve) => {
    const before = seen();
    const channel = new MessageChannel();
    let changed = false;
    let began = 0;
    const observer = new MutationObserver(() => {
      changed ||= seen().every((text, index) => text !== before[index]);
    });
    const options = { attributes: true, characterData: true, childList: true, subtree: true };
    observer.observe(root, options);
    const frame = () => channel.port2.postMessage("painted");
    channel.port1.onmessage = () => {
      if (!changed) {
        requestAnimationFrame(frame);
        return;
      }
      observer.disconnect();
      channel.port1.close();
      resolve(performance.now() - began);
    };
    requestAnimationFrame(frame);
    // Anywhere between two frames, as a hand would.
    setTimeout(() => {
      began = performance.now();
      press.click();
    }, 200 + 4 * bench.delay + 50 * Math.random());
  });
  // Runs a cell and returns the milliseconds until the first frame that shows its new picture.
  bench.shown = (cell, selector) => new Promise((resolve) => {
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = cell;
    const old = new Set(document.querySelectorAll(selector));
    const began = performance.now();
    const frame = () => {
      const shown = [...document.querySelectorAll(selector)].some((one) => !old.has(one));
      if (shown) setTimeout(() => resolve(performance.now() - began));
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    window.jupyterapp.commands.execute("notebook:run-cell");
  });
  // Frames a second of an empty animation loop.
  bench.frames = (milliseconds) => new Promise((resolve) => {
    const began = performance.now();
    let frames = 0;
    const frame = () => {
      const passed = performance.now() - began;
      if (passed >= milliseconds) resolve((1000 * frames) / passed);
      else {
        frames += 1;
        requestAnimationFrame(frame);
      }
    };
    requestAnimationFrame(frame);
  });
  // The text that the page's copy button copies.
  bench.copy = () => {
    navigator.clipboard.writeText = async (text) => {
      bench.copied = text;
    };
    document.querySelector(".gdwidget-table-actions button").click();
    return bench.copied;
  };
})();
