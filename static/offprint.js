// What scripts on every page stand on: texts, the site's root, data loaded when first needed, elements. Beside
// that, a citation can be copied with one press, and what was read stays readable without a network.
"use strict";

// A text of the interface by its key (static/text.js), with {names} filled in; a count picks its own form.
function text(key, values = {}) {
  const form = values.count === 1 ? "one" : "other";
  const found = TEXTS[key] ?? TEXTS[`${key}.${form}`] ?? TEXTS[`${key}.other`];
  const shown = (value) => value.toLocaleString(document.documentElement.lang);
  return found.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

// An element with attributes and what stands in it; text is text, never markup.
function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function button(label, press, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

const offprint = (() => {
  const root = document.documentElement.dataset.root;
  const promises = new Map(); // path → promise of what the file hands over
  const takers = new Map(); // path → takes it
  const policy = self.trustedTypes?.createPolicy("offprint", { createScriptURL: address })
    ?? { createScriptURL: address };

  // The only addresses that may become scripts: files below the site's root.
  function address(path) {
    if (!/^(?:[\w-]+\/)*[\w-]+\.js$/.test(path)) throw new TypeError(`not a script of this site: ${path}`);
    return root + path;
  }

  // Gives what a data file hands over; a script, since from a folder nothing else can be loaded.
  function load(path) {
    if (!promises.has(path)) {
      promises.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        const done = () => {
          script.remove();
          if (!takers.delete(path)) return;
          promises.delete(path);
          reject(new Error(path));
        };
        takers.set(path, resolve);
        script.addEventListener("load", done);
        script.addEventListener("error", done);
        script.src = policy.createScriptURL(path);
        document.head.append(script);
      }));
    }
    return promises.get(path);
  }

  // Called by data files (offprint/site/client_data.py).
  function receive(path, value) {
    takers.get(path)?.(value);
    takers.delete(path);
  }

  // Hands a file made here to the reader.
  function save(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  // Where a paper's page is, and the paper whose page an address is.
  const pageOf = (slug) => `${root}papers/${slug}.html`;
  const slugOf = (link) => /\/papers\/([a-z0-9-]+)\.html$/.exec(link.pathname)?.[1] ?? "";

  const script = (path) => policy.createScriptURL(path);

  return { root, load, receive, script, save, pageOf, slugOf };
})();

// The service worker lies at the site's root; it asks nothing of the reader and can be done without.
if (location.protocol.startsWith("http") && navigator.serviceWorker && !navigator.connection?.saveData) {
  navigator.serviceWorker.register(offprint.script("sw.js"), { updateViaCache: "none" })
    .catch(() => {}); // no secure connection, or a folder that is served without the script
}

const citation = document.getElementById("bibtex");
if (citation && navigator.clipboard) {
  const copy = button(text("copy"), async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent);
      copy.textContent = text("copied");
    } catch {
      copy.textContent = text("copy_by_hand");
      getSelection().selectAllChildren(citation);
    }
    setTimeout(() => { copy.textContent = text("copy"); }, 2000);
  });
  citation.after(copy);
}
