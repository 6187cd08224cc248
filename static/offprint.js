// What scripts add on every page: "/" goes to the search, a citation can be copied with one press, and what was
// read stays readable without a network.
"use strict";

// A text of the interface by its key (static/text.js), with {names} filled in; a count picks its own form.
function text(key, values = {}) {
  const form = values.count === 1 ? "one" : "other";
  const found = TEXTS[key] ?? TEXTS[`${key}.${form}`] ?? TEXTS[`${key}.other`];
  const shown = (value) => value.toLocaleString(document.documentElement.lang);
  return found.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

// The service worker lies at the site's root, as the manifest does; it asks nothing and can be done without.
if (location.protocol.startsWith("http") && navigator.serviceWorker && !navigator.connection?.saveData) {
  const worker = new URL("sw.js", document.querySelector('link[rel="manifest"]').href).href;
  const policy = self.trustedTypes?.createPolicy("offprint", {
    createScriptURL(address) {
      if (address !== worker) throw new TypeError(`not the service worker: ${address}`);
      return address;
    },
  });
  navigator.serviceWorker.register(policy ? policy.createScriptURL(worker) : worker, { updateViaCache: "none" })
    .catch(() => {}); // no secure connection, or a folder that is served without the script
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.getElementById("q") || document.getElementById("find");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

const citation = document.getElementById("bibtex");
if (citation && navigator.clipboard) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text("copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent);
      button.textContent = text("copied");
    } catch {
      button.textContent = text("copy_by_hand");
      getSelection().selectAllChildren(citation);
    }
    setTimeout(() => { button.textContent = text("copy"); }, 2000);
  });
  citation.after(button);
}
