// The page "Read offline": keeps the whole archive in this browser, and takes it back.
"use strict";

(() => {
  const part = document.getElementById("keep");
  const toggle = part.querySelector("button");
  const progress = part.querySelector("progress");
  const said = document.getElementById("kept");
  let kept = false;

  function megabytes(bytes) {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 }; // as the build writes it beside
    const shown = (bytes / 1e6).toLocaleString(document.documentElement.lang, digits);
    return `${shown} MB`;
  }

  // Asks the service worker; progressed(bytes) hears how far it is.
  function ask(worker, wish, progressed = (_bytes) => {}) {
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.error) reject(new Error(data.error));
        else if (data.done) resolve(data.done);
        else progressed(data.bytes);
      };
      worker.postMessage(wish, [port2]);
    });
  }

  function show(state) {
    kept = state.kept;
    part.hidden = !state.size;
    const size = megabytes(state.size);
    toggle.textContent = kept ? text("keep_remove") : text("keep", { size });
    said.textContent = !state.size ? text("keep_none") : kept ? text("kept", { size }) : "";
  }

  async function press(worker, size) {
    toggle.disabled = true;
    progress.hidden = kept;
    try {
      if (!kept) await navigator.storage?.persist?.();
      show(await ask(worker, kept ? "drop" : "keep", (bytes) => {
        progress.value = bytes / size;
        said.textContent = text("keeping", { done: megabytes(bytes), size: megabytes(size) });
      }));
    } catch (error) {
      const reason = error.message.startsWith("keep_") ? text(error.message) : error.message;
      said.textContent = text("keep_failed", { reason });
    }
    toggle.disabled = false;
    progress.hidden = true;
  }

  async function start() {
    if (location.protocol === "file:") {
      said.textContent = text("keep_folder");
      return;
    }
    if (!navigator.serviceWorker || navigator.connection?.saveData) {
      said.textContent = text("keep_never");
      return;
    }
    const { active } = await navigator.serviceWorker.ready;
    const state = await ask(active, "status");
    show(state);
    toggle.addEventListener("click", () => press(active, state.size));
  }

  start();
})();
