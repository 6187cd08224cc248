// What scripts on every page stand on: texts, elements, one folding of letters, the site's root, and data and
// scripts loaded when first needed. Beside that, a citation can be copied with one press, and what was read stays
// readable without a network.
"use strict";

const plurals = new Intl.PluralRules(document.documentElement.lang);

/**
 * Return a text of the interface by its key (static/text.js), with {names} filled in; a count picks its own form.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
function text(key, values = {}) {
  const form = plurals.select(Number(values.count ?? 0));
  const template = TEXTS[key] ?? TEXTS[`${key}.${form}`] ?? TEXTS[`${key}.other`];
  const shown = (value) => value.toLocaleString(document.documentElement.lang);
  return template.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/**
 * Return an element with attributes and what stands in it; text is text, never markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number | boolean>} [attributes]
 * @param {...(Node | string)} inside
 * @returns {HTMLElementTagNameMap[Name]}
 */
function element(name, attributes = {}, ...inside) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...inside);
  return node;
}

/**
 * Return a button that calls `press`.
 * @param {string} label
 * @param {() => unknown} press
 * @param {Record<string, string>} [attributes]
 */
function button(label, press, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", press);
  return node;
}

const SPELLED_OUT = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");

/**
 * Return a text without case, letters that have no accent to lose spelled out; as fold_case() of
 * offprint/records/slugs.py. JavaScript has no case folding: the small letter of each capital is the same, but for
 * Cherokee, whose small letters fold to capitals (Unicode, CaseFolding.txt).
 * @param {string} words
 */
function foldCase(words) {
  const small = (letter) => {
    const capital = letter.toUpperCase();
    return /\p{Script=Cherokee}/u.test(letter) ? capital : capital.toLowerCase();
  };
  const ascii = /^[\0-\x7f]*$/.test(words); // as most texts are, and folded ten times as fast
  const folded = ascii ? words.toLowerCase() : Array.from(words.normalize("NFKC"), small).join("");
  return folded.replace(SPELLED_OUT, (letter) => LETTERS[letter]);
}

/**
 * Return a text without case and accents, by which words are compared; as the slugs of offprint/records/slugs.py are.
 * @param {string} words
 */
function fold(words) {
  return withoutAccents(foldCase(words));
}

/**
 * Return a text without its combining marks, compatibility characters taken apart; as without_accents() there.
 * @param {string} words
 */
function withoutAccents(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "");
}

const offprint = (() => {
  const root = document.documentElement.dataset.root;
  const received = new Map(); // path → what the data file handed over
  const loading = new Map(); // path → promise of it
  const policy = self.trustedTypes?.createPolicy("offprint", { createScriptURL: address })
    ?? { createScriptURL: address };

  // The only addresses that may become scripts: files below the site's root, and workers made by worker().
  function address(path) {
    if (path.startsWith("blob:")) return path;
    if (!/^(?:[\w-]+\/)*[\w.-]+\.js$/.test(path)) throw new TypeError(`not a script of this site: ${path}`);
    return root + path;
  }

  /**
   * Run a script of this site; rejects with its path where it cannot be loaded.
   * @param {string} path
   * @returns {Promise<void>}
   */
  function run(path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.addEventListener("load", () => { script.remove(); resolve(); });
      script.addEventListener("error", () => { script.remove(); reject(new Error(path)); });
      script.src = policy.createScriptURL(path);
      document.head.append(script);
    });
  }

  /**
   * Return what a data file hands over; a script, since from a folder nothing else can be loaded.
   * @param {string} path
   * @returns {Promise<any>}
   */
  function load(path) {
    if (!loading.has(path)) {
      loading.set(path, run(path).then(() => {
        if (!received.has(path)) throw new Error(path);
        return received.get(path);
      }).catch((error) => {
        loading.delete(path); // so that the next call tries anew
        throw error;
      }));
    }
    return loading.get(path);
  }

  // Called by data files (offprint/site/client_data.py).
  function receive(path, value) {
    received.set(path, value);
  }

  /**
   * Return the present slug of a topic, organization or author; former ones are in addresses that people keep.
   * @param {string} kind
   * @param {string} slug
   * @returns {Promise<string>}
   */
  async function present(kind, slug) {
    const moved = await load("data/moved.js").catch(() => ({}));
    return moved[kind]?.[slug] ?? slug;
  }

  /**
   * Start a worker from the text of its script.
   * @param {string} source
   */
  function worker(source) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const started = new Worker(policy.createScriptURL(url));
    return { started, release: () => URL.revokeObjectURL(url) };
  }

  /**
   * Register the service worker, which lies at the site's root; it can be done without.
   * @param {string} path
   */
  function serve(path) {
    navigator.serviceWorker.register(policy.createScriptURL(path), { updateViaCache: "none" })
      .catch(() => {}); // no secure connection, or a folder that is served without the script
  }

  /**
   * Hand a file made here to the reader.
   * @param {string} name
   * @param {string} type
   * @param {string} content
   */
  function save(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /**
   * Copy the text of an element, and say so on the button for two seconds; where the browser lets no script copy,
   * select it instead.
   * @param {HTMLElement} source
   * @param {HTMLButtonElement} pressed
   */
  async function copy(source, pressed) {
    const label = pressed.dataset.label ??= pressed.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent);
      pressed.textContent = text("copied");
    } catch {
      pressed.textContent = text("copy_by_hand");
      getSelection().selectAllChildren(source);
    }
    setTimeout(() => { pressed.textContent = label; }, 2000);
  }

  // Where a paper's page is, and the paper whose page an address is.
  const pageOf = (slug) => `${root}papers/${slug}.html`;
  const slugOf = (link) => /\/papers\/([a-z0-9-]+)\.html$/.exec(link.pathname)?.[1] ?? "";

  return { root, run, load, receive, present, worker, serve, save, copy, pageOf, slugOf };
})();

// The service worker asks nothing of the reader.
if (location.protocol.startsWith("http") && navigator.serviceWorker && !navigator.connection?.saveData) {
  offprint.serve("sw.js");
}

(() => {
  const citation = document.getElementById("bibtex");
  if (!citation || !navigator.clipboard) return;
  const press = button(text("copy"), () => offprint.copy(citation, press));
  citation.after(press);
})();

// A table or a formula that scrolls inside itself can be scrolled by keyboard in every browser.
(() => {
  const wide = document.querySelectorAll(":is(.text, .about) :is(table, math)");
  if (!wide.length) return;
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const each of wide) observer.observe(each);
})();
