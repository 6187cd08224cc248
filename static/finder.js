// Finds papers: runs Pagefind over the index, in a worker where the browser gives one. The same file serves the
// hosted site, where data is fetched, and the offline edition, where each data file is a script that hands it over
// (pagefind.packed says so; offprint/offline/edition.py makes them).
"use strict";

const finder = (() => {
  const FOLDER = "pagefind/";
  const scripts = new Map(); // path → promise of its having run
  const files = new Map(); // path → content, as scripts of the offline edition hand it over
  let opened = null;

  function script(path) {
    if (!scripts.has(path)) {
      scripts.set(path, offprint.run(FOLDER + path).catch((error) => {
        scripts.delete(path);
        throw error;
      }));
    }
    return scripts.get(path);
  }

  // Returns a data file of the index, as bytes or as text; rejects with its name where it cannot be had.
  async function readFile(path) {
    if (!self.pagefind.packed) {
      const answer = await fetch(offprint.root + FOLDER + path).catch(() => null);
      if (!answer?.ok) throw new Error(`pagefind/${path}`);
      return answer.arrayBuffer();
    }
    const hash = /^fragment\/[^/]*_([0-9a-f]+)\.pf_fragment$/.exec(path)?.[1];
    const twin = hash ? `fragment/${hash.slice(0, self.pagefind.packed.digits)}.js` : `${path}.js`;
    if (!files.has(path)) await script(twin);
    if (!files.has(path)) throw new Error(`pagefind/${twin}`);
    const content = files.get(path);
    return hash ? `pagefind_dcd${content}` : Uint8Array.from(atob(content), (each) => each.charCodeAt(0)).buffer;
  }

  async function readEntry() {
    if (self.pagefind.packed) return self.pagefind.packed.entry;
    const answer = await fetch(`${offprint.root}${FOLDER}pagefind-entry.json`, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) throw new Error("pagefind/pagefind-entry.json");
    return answer.json();
  }

  // Searches the index. It runs in the worker, where only its text arrives: it uses nothing around it.
  async function openSearcher(makePagefind, read, entry, language) {
    const KEYS = { newest: ["date", "desc"], oldest: ["date", "asc"], votes: ["votes", "desc"], comments: ["comments", "desc"] };
    const missing = [];
    let newest = 0; // the id of the newest search
    let waiting = []; // its hits that were not yet taken

    // Stands in for fetch in Pagefind.
    async function get(address) {
      const [, file] = /^\/pagefind\/([^?]+)/.exec(address);
      if (file === "pagefind-entry.json") return new Response(JSON.stringify(entry));
      try {
        return new Response(await read(file));
      } catch (error) {
        missing.push(error.message); // Pagefind would go on without it, as if nothing had been found
        throw error;
      }
    }

    // It looks for its own address in the document; there is none.
    const Pagefind = makePagefind(get, { currentScript: null });
    const index = new Pagefind({ basePath: "/pagefind/", baseUrl: "/", excerptLength: 34, metaCacheTag: "" });
    try {
      await index.init(language, { load_wasm: true });
    } finally {
      whole();
    }

    function whole() {
      if (missing.length) throw new Error(missing[0]);
    }

    // The hits, none of them loaded yet. Where an order is asked for, their scores tell that order. Those listed
    // last have the highest numbers, so of two that are as good the newer comes first.
    async function ask(words, filters, order) {
      const [key, direction] = KEYS[order] ?? [];
      const { results } = await index.search(words, { filters, sort: key ? { [key]: direction } : {} });
      whole();
      return results.reverse().sort((a, b) => b.score - a.score);
    }

    async function count(words, filters) {
      return (await ask(words, filters, "")).length;
    }

    // Returns the number of hits, or null where a newer search was asked for meanwhile.
    async function search(id, words, filters, order) {
      newest = id;
      const hits = await ask(words, filters, order);
      if (id !== newest) return null;
      waiting = [...hits];
      return hits.length;
    }

    // The paths of all hits, in order.
    async function paths(words, filters, order) {
      return (await load(await ask(words, filters, order))).map(({ path }) => path);
    }

    // The next hits of the newest search.
    async function take(id, number) {
      return id === newest ? load(waiting.splice(0, number)) : [];
    }

    async function load(hits) {
      const loaded = await Promise.all(hits.map((hit) => hit.data()));
      return loaded.map(({ meta, raw_url, excerpt }) => ({ meta, path: raw_url.replace(/^\/+/, ""), excerpt }));
    }

    return { count, search, take, paths };
  }

  // The worker: it asks the page for data, and answers the page's calls. Only its text arrives there, too.
  function worker(makePagefind, makeSearcher) {
    const read = (path) => new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.value));
      postMessage(path, { transfer: [port2] });
    });
    let searcher = null;
    onmessage = async ({ data: [method, ...values], ports: [port] }) => {
      try {
        if (method === "open") searcher = await makeSearcher(makePagefind, read, ...values);
        port.postMessage({ value: method === "open" || await searcher[method](...values) });
      } catch (error) {
        port.postMessage({ error: error.message });
      }
    };
  }

  // A searcher in a worker, whose requests for data this page answers.
  async function openWorker(about, language) {
    const source = `"use strict";(${worker})(${self.pagefind.make}, ${openSearcher});`;
    const { started: running, release } = offprint.worker(source);
    running.onmessage = async ({ data: path, ports: [port] }) => {
      try {
        const value = await readFile(path);
        port.postMessage({ value }, typeof value === "string" ? [] : [value]);
      } catch (error) {
        port.postMessage({ error: error.message });
      }
    };
    const ask = (...message) => new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.value));
      running.postMessage(message, [port2]);
    });
    const broken = new Promise((_, reject) => { running.onerror = () => reject(new NoWorker()); });
    const methods = ["count", "search", "take", "paths"].map((name) => [name, (...values) => ask(name, ...values)]);
    try {
      await Promise.race([ask("open", about, language), broken]);
    } catch (error) {
      running.terminate();
      throw error;
    } finally {
      release();
    }
    return { ...Object.fromEntries(methods), close: () => running.terminate() };
  }

  class NoWorker extends Error {}

  async function start() {
    await script("engine.js");
    for (const [path, content] of Object.entries(self.pagefind.packed?.files ?? {})) files.set(path, content);
    const about = await readEntry();
    const language = document.documentElement.lang;
    try {
      return await openWorker(about, language);
    } catch (error) {
      if (!(error instanceof NoWorker) && error.name !== "SecurityError") throw error;
      const searcher = await openSearcher(self.pagefind.make, readFile, about, language);
      return { ...searcher, close() {} };
    }
  }

  // What a script of the offline edition calls with its files.
  self.offprintFiles = (contents) => {
    for (const [path, content] of Object.entries(contents)) files.set(path, content);
  };

  function open() {
    opened ??= start().catch((error) => { forget(); throw error; });
    return opened;
  }

  // What failed is forgotten, so that the next call tries anew; the engine too, since the service worker may
  // answer from the other edition by then.
  function forget() {
    opened = null;
    scripts.delete("engine.js");
  }

  async function call(method, ...values) {
    const searcher = await open();
    try {
      return await searcher[method](...values);
    } catch (error) {
      forget();
      searcher.close();
      throw error;
    }
  }

  return {
    open,
    packed: () => Boolean(self.pagefind?.packed),
    count: (words, filters) => call("count", words, filters),
    search: (id, words, filters, order) => call("search", id, words, filters, order),
    take: (id, number) => call("take", id, number),
    paths: (words, filters, order) => call("paths", words, filters, order),
  };
})();
