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
  //
  // Pagefind matches the beginnings of words in whatever chunks it has loaded, and shortens a word that it does not
  // know until it matches something. So every search has an engine that has loaded nothing before, and of its answers
  // only those count in which each word stands itself, or another form of it: Pagefind tells which words it matched.
  async function openSearcher(makePagefind, read, entry, language) {
    const KEYS = { newest: ["date", "desc"], oldest: ["date", "asc"], votes: ["votes", "desc"], comments: ["comments", "desc"] };
    const FIRST = 1e6; // what puts a hit before all that only have the words
    const IN_FIELD = { title: 4, by: 2, organizations: 2 }; // a word in the title counts as often as this many in the text
    const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff]/; // Chinese and Japanese, whose words have no ends that one sees
    const BEGUN = 3; // letters from which on the last word may be the beginning of one
    const MOST = 0.5; // of what all words tell is enough
    const FEW = 10; // hits, below which those with a word begun are added

    const missing = [];
    const cached = new Map(); // path → promise of a file of the index, for the engines to come
    let newest = 0; // the id of the newest search
    let waiting = []; // its hits that were not yet taken

    // Stands in for fetch in Pagefind.
    async function get(address) {
      const [, file] = /^\/pagefind\/([^?]+)/.exec(address);
      if (file === "pagefind-entry.json") return new Response(JSON.stringify(entry));
      try {
        if (!cached.has(file)) cached.set(file, read(file));
        return new Response(await cached.get(file));
      } catch (error) {
        cached.delete(file);
        missing.push(error.message); // Pagefind would go on without it, as if nothing had been found
        throw error;
      }
    }

    // It looks for its own address in the document; there is none.
    async function makeEngine() {
      const Pagefind = makePagefind(get, { currentScript: null });
      const index = new Pagefind({ basePath: "/pagefind/", baseUrl: "/", excerptLength: 34, metaCacheTag: "" });
      try {
        await index.init(language, { load_wasm: true });
        await index.enterPlaygroundMode(); // in which it tells the words that it matched
      } finally {
        whole();
      }
      return index;
    }

    let spare = makeEngine();
    await spare;

    // An engine that has loaded nothing; the next one is made once this one's search is over.
    async function withEngine(use) {
      const engine = spare ?? makeEngine();
      spare = null;
      try {
        return await use(await engine);
      } finally {
        setTimeout(() => {
          spare ??= makeEngine();
          spare.catch(() => { spare = null; });
        });
      }
    }

    function whole() {
      if (missing.length) throw new Error(missing.splice(0)[0]);
    }

    async function run(index, words, filters, order = "") {
      const [key, direction] = KEYS[order] ?? [];
      const answer = await index.search(inPairs(words), { filters, sort: key ? { [key]: direction } : {} });
      whole();
      // Those listed last have the highest numbers, so of two that are as good the newer comes first.
      return { hits: answer.results.reverse(), stems: answer.search_keywords ?? [] };
    }

    // Chinese and Japanese words in an archive of another language are indexed as pairs of characters.
    function inPairs(words) {
      if (words === null || /^(?:zh|ja)\b/.test(language)) return words;
      return words.replace(/[\u3040-\u30ff\u3400-\u9fff]{3,}/g, (run_) => Array.from(run_.slice(1), (second, at) => run_[at] + second).join(" "));
    }

    // The papers that have a word or a phrase, in any of its forms: hits by id.
    async function having(index, words, filters = {}) {
      const { hits } = await run(index, `"${words.replaceAll('"', " ")}"`, filters);
      return new Map(hits.map((hit) => [hit.id, { hit, score: hit.words.length }]));
    }

    // The papers that have all words; apart from them, those that have another word that begins with the last.
    async function havingAll(index, words, filters) {
      const short = words.filter((word) => word.length < 2 && !UNSPACED.test(word));
      const long = words.filter((word) => !short.includes(word));
      const exact = new Map();
      const begun = new Map();
      if (!long.length) {
        const first = await having(index, short[0] ?? "", filters);
        for (const [id, value] of first) exact.set(id, value);
      } else {
        const { hits, stems } = await run(index, long.join(" "), filters);
        const last = stems.at(-1);
        const typed = long.at(-1).toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
        for (const hit of hits) {
          const terms = new Map((hit.scores ?? []).map((each) => [each.search_term, each]));
          const has = (stem) => isAmong(stem, [...terms.keys()]);
          const starts = (beginning) => [...terms.keys()].some((term) => term.startsWith(beginning));
          if (stems.every(has)) exact.set(hit.id, { hit, score: scoreOf(hit, terms, stems) });
          else if (typed.length >= BEGUN && stems.every((stem) => has(stem) || (stem === last && starts(typed)))) {
            begun.set(hit.id, { hit, score: scoreOf(hit, terms, stems) });
          }
        }
      }
      for (const word of short.slice(long.length ? 0 : 1)) {
        const others = await having(index, word);
        for (const set of [exact, begun]) keep(set, others);
      }
      return { exact, begun };
    }

    // Whether a stem is among words; of a language without spaces, it may be a part of one.
    function isAmong(stem, terms) {
      return terms.includes(stem) || (UNSPACED.test(stem) && terms.some((term) => term.includes(stem)));
    }

    function scoreOf(hit, terms, stems) {
      const fields = hit.verbose_meta_scores ?? [];
      let score = 0;
      for (const stem of new Set(stems)) {
        const told = terms.get(stem);
        const inFields = fields.filter((field) => field.matched_terms.includes(stem)).map((field) => IN_FIELD[field.field_name] ?? 0);
        score += (told?.idf ?? 0) * ((told?.saturating_tf ?? 0) + Math.max(0, ...inFields));
      }
      return score;
    }

    // The papers in one of whose fields all of some words stand.
    async function inField(index, field, words) {
      const { hits, stems } = await run(index, words, {});
      return new Set(hits.filter((hit) => {
        const told = (hit.verbose_meta_scores ?? []).find((each) => each.field_name === field)?.matched_terms ?? [];
        return stems.every((stem) => isAmong(stem, told));
      }).map((hit) => hit.id));
    }

    // The papers that have all words but one, or else most of what the words tell: a rare word tells more, and one that
    // no paper has nothing. Short ones, which nearly all papers have, are left out.
    async function havingMost(index, all, filters) {
      const long = all.filter((word) => word.length > 3 || UNSPACED.test(word));
      const words = [...new Set(long.length > 1 ? long : all)];
      const total = (await run(index, null, filters)).hits.length;
      const papers = new Map();
      let most = 0;
      for (const word of words) {
        const set = await having(index, word, filters);
        const weight = set.size ? Math.log(1 + total / set.size) : 0;
        most += weight;
        for (const [id, { hit, score }] of set) {
          if (!papers.has(id)) papers.set(id, { hit, told: 0, score: 0, words: [] });
          const paper = papers.get(id);
          paper.told += weight;
          paper.score += weight * (1 + score / (score + 2) / 2);
          paper.words.push(word);
        }
      }
      const butOne = [...papers].filter(([, paper]) => paper.words.length >= words.length - 1);
      const kept = butOne.length ? butOne : [...papers].filter(([, { told }]) => told >= MOST * most);
      return new Map(kept.map(([id, paper]) => [id, { ...paper, missing: words.filter((word) => !paper.words.includes(word)) }]));
    }

    // The hits of a search, none of them loaded yet. Where an order is asked for, they are in that order. `plan` is
    // what a query asks beside its words (static/queries.js).
    async function ask(words, filters, order, plan = {}) {
      return withEngine(async (index) => {
        const alternatives = plan.alternatives ?? (words === null ? [] : [words.split(/\s+/).filter(Boolean)]);
        let found = new Map();
        const begun = new Map();
        const better = (map, [id, value]) => { if (!(map.get(id)?.score >= value.score)) map.set(id, value); };
        if (plan.loose) found = await havingMost(index, alternatives[0], filters);
        for (const each of plan.loose ? [] : alternatives) {
          const sets = await havingAll(index, each, filters);
          sets.exact.forEach((value, id) => better(found, [id, value]));
          sets.begun.forEach((value, id) => better(begun, [id, value]));
          if (each.length > 1 && sets.exact.size > 1) {
            for (const id of (await having(index, each.join(" "), filters)).keys()) {
              if (found.has(id)) found.get(id).score += FIRST;
            }
          }
        }
        if (!alternatives.length) {
          for (const hit of (await run(index, null, filters)).hits) found.set(hit.id, { hit, score: hit.score });
        }
        if (found.size < FEW && !plan.exact) {
          for (const [id, value] of begun) if (!found.has(id)) found.set(id, { ...value, score: value.score - FIRST, begun: true });
        }
        for (const any of plan.phrases ?? []) keep(found, await union(any, (phrase) => having(index, phrase)));
        for (const { any, not } of plan.fields ?? []) {
          const those = await union(any, ({ field, words: inIt }) => inField(index, field, inIt));
          if (not) for (const id of those) found.delete(id);
          else keep(found, those);
        }
        for (const each of plan.without ?? []) for (const id of (await having(index, each)).keys()) found.delete(id);
        for (const each of plan.ids ?? []) {
          for (const [id, { hit }] of await having(index, each, filters)) {
            found.set(id, { hit, score: 10 * FIRST });
          }
        }
        const hits = [...found.values()].sort((a, b) => b.score - a.score);
        return order in KEYS ? ordered(hits, (await run(index, null, filters, order)).hits) : hits;
      });
    }

    async function union(any, idsOf) {
      const all = new Set();
      for (const each of any) for (const id of (await idsOf(each)).keys()) all.add(id);
      return all;
    }

    function keep(hits, set) {
      for (const id of hits.keys()) if (!set.has(id)) hits.delete(id);
    }

    // Where an order is asked for, scores tell that order.
    function ordered(hits, all) {
      const place = new Map(all.sort((a, b) => b.score - a.score).map((hit, index) => [hit.id, index]));
      return hits.sort((a, b) => place.get(a.hit.id) - place.get(b.hit.id));
    }

    async function count(words, filters, plan) {
      return (await ask(words, filters, "", plan)).length;
    }

    // How many papers have each of some words; of one or two letters, at least one.
    async function known(words) {
      return withEngine(async (index) => {
        const counts = [];
        for (const word of words) counts.push(word.length < 3 && !UNSPACED.test(word) ? 1 : (await having(index, word)).size);
        return counts;
      });
    }

    // How many of the hits of a search have each value of a kind of filter: [value, number], the most frequent first.
    async function facet(kind, words, filters, plan) {
      const [all, pages] = await Promise.all([valuesOf(kind), pageNumbers()]);
      const hits = await ask(words, filters, "", plan);
      const found = new Set(hits.map(({ hit }) => pages.get(hit.id)));
      const counted = all.map(([value, numbers]) => [value, numbers.reduce((sum, page) => sum + (found.has(page) ? 1 : 0), 0)]);
      return counted.filter(([, number]) => number).sort((a, b) => b[1] - a[1]);
    }

    // Pagefind's own files (offprint/search/pagefind_format.py), read here: it would count for its hits, not for ours.
    async function dataOf(file) {
      if (!cached.has(file)) cached.set(file, read(file));
      const content = new Response(await cached.get(file).catch((error) => { cached.delete(file); throw error; }));
      const bytes = new Uint8Array(await new Response(content.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
      return readCbor(bytes.subarray(12))();
    }

    const readMeta = () => dataOf(`pagefind.${Object.values(entry.languages)[0].hash}.pf_meta`);

    async function pageNumbers() {
      const [, pages] = await readMeta();
      return new Map(pages.map(([name], number) => [name, number]));
    }

    async function valuesOf(kind) {
      const [, file] = (await readMeta())[3].find(([name]) => name === kind) ?? [];
      return file ? (await dataOf(`filter/${file}.pf_filter`))[1] : [];
    }

    // Reads CBOR (RFC 8949) of arrays, strings and whole numbers, of which those files consist.
    function readCbor(bytes) {
      const decoder = new TextDecoder();
      let at = 0;
      return function next() {
        const head = bytes[at++];
        let value = head & 31;
        if (value > 23) {
          const size = 1 << (value - 24);
          value = 0;
          for (let n = 0; n < size; n++) value = value * 256 + bytes[at++];
        }
        if (head >> 5 === 4) return Array.from({ length: value }, next);
        if (head >> 5 === 3) return decoder.decode(bytes.subarray(at, at += value));
        return head >> 5 === 1 ? -1 - value : value;
      };
    }

    // Returns the number of hits, or null where a newer search was asked for meanwhile.
    async function search(id, words, filters, order, plan) {
      newest = id;
      const hits = await ask(words, filters, order, plan);
      if (id !== newest) return null;
      waiting = [...hits];
      return hits.length;
    }

    // The paths of all hits, in order.
    async function paths(words, filters, order, plan) {
      return (await load(await ask(words, filters, order, plan))).map(({ path }) => path);
    }

    // The next hits of the newest search.
    async function take(id, number) {
      return id === newest ? load(waiting.splice(0, number)) : [];
    }

    async function load(hits) {
      return Promise.all(hits.map(async ({ hit, missing: lacking = [], begun = false }) => {
        const { meta, raw_url, content, excerpt, filters } = await hit.data();
        const card = JSON.parse(filters.card?.[0] ?? "{}");
        return { meta, path: raw_url.replace(/^\/+/, ""), excerpt, content, card, missing: lacking, begun };
      }));
    }

    return { count, facet, known, search, take, paths };
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
    const methods = ["count", "facet", "known", "search", "take", "paths"].map((name) => [name, (...values) => ask(name, ...values)]);
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
    count: (words, filters, plan) => call("count", words, filters, plan),
    facet: (kind, words, filters, plan) => call("facet", kind, words, filters, plan),
    known: (words) => call("known", words),
    search: (id, words, filters, order, plan) => call("search", id, words, filters, order, plan),
    take: (id, number) => call("take", id, number),
    paths: (words, filters, order, plan) => call("paths", words, filters, order, plan),
  };
})();
