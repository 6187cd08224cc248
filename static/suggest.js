// Suggestions under the search box of every page: topics, organizations, authors and titles that may be meant. Their
// names come in files by the letters that words begin with (offprint/archive/name_index.py), loaded as one types. The
// box is a combobox with a list box: arrows, Enter, Escape. Without this script the form does as ever.
"use strict";

// What touches no page.
const suggestions = (() => {
  const MOST = 8;
  const MOST_TERMS = 5; // of these; the rest are titles, where there are any
  const OTHER = /[":|]|(?:^|\s)[-+]/; // the language of search

  /**
   * Return the words of a text as names are looked up by them.
   * @param {string} typed
   * @returns {string[]}
   */
  const wordsOf = (typed) => fold(typed).match(/[\p{L}\p{N}]+/gu) ?? [];

  /**
   * Return the deepest node of the index that a word begins with; empty for its root.
   * @param {string} word
   * @param {Set<string>} nodes
   */
  function nodeOf(word, nodes) {
    const letters = Array.from(word);
    for (let length = letters.length; length; length--) {
      const node = letters.slice(0, length).join("");
      if (nodes.has(node)) return node;
    }
    return "";
  }

  /**
   * Return the path of a node's file, as names_of() of offprint/site/routes.py.
   * @param {string} node
   */
  function fileOf(node) {
    const letters = Array.from(node, (each) => (/[\0-\x7f]/.test(each) ? each : `_${each.codePointAt(0).toString(16)}`));
    return node ? `data/names/${letters.join("")}.js` : "data/names.js";
  }

  /**
   * Return the names that words may be the beginning of: each word begins one of the name's.
   * @param {string} typed
   * @param {SuggestedName[]} names those with most papers first
   */
  function matching(typed, names) {
    const wanted = wordsOf(typed);
    if (!wanted.length || OTHER.test(typed)) return [];
    const seen = new Set();
    const all = names.filter(([kind, name, slug]) => {
      const key = `${kind}/${slug}`;
      const words = wordsOf(name);
      const fits = !seen.has(key) && wanted.every((word) => words.some((other) => other.startsWith(word)));
      seen.add(key);
      return fits;
    });
    const titles = all.filter(([kind]) => kind === "papers");
    const terms = all.filter(([kind]) => kind !== "papers").sort((a, b) => b[3] - a[3]);
    const shown = terms.slice(0, Math.max(MOST_TERMS, MOST - titles.length));
    return [...shown, ...titles.slice(0, MOST - shown.length)];
  }

  return { MOST, wordsOf, nodeOf, fileOf, matching };
})();

(() => {
  const box = /** @type {HTMLInputElement} */ (document.getElementById("q") ?? document.getElementById("find"));
  if (!box) return;
  const KINDS = { topics: "topic", organizations: "organization", authors: "author", "": "author" };
  const MOST = box.id === "q" ? 4 : suggestions.MOST; // in a row above the hits there is room for few
  const list = element("div", { id: "suggestions", class: "suggestions", role: "listbox", "aria-label": text("suggestions"), hidden: "" });
  const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(combobox)) box.setAttribute(name, value);
  (box.closest("p") ?? box.form.lastElementChild).after(list);

  let latest = 0; // the newest call of suggest()
  let chosen = -1;

  const options = () => /** @type {HTMLAnchorElement[]} */ ([...list.children]);

  function show(names) {
    choose(-1);
    list.replaceChildren(...names.slice(0, MOST).map(option));
    list.hidden = !names.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  function option([kind, name, slug, papers], index) {
    const href = kind ? `${offprint.root}${kind}/${slug}.html` : `${offprint.root}search.html?author=${slug}`;
    const count = papers.toLocaleString(document.documentElement.lang);
    const about = kind === "papers" ? [] : [element("span", { class: "kind" }, `${text(KINDS[kind])} · ${count}`)];
    const attributes = { id: `suggestion-${index}`, role: "option", "aria-selected": false, tabindex: -1, href };
    return element("a", attributes, element("span", {}, name), ...about);
  }

  function choose(index) {
    options()[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    options()[chosen]?.setAttribute("aria-selected", "true");
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", options()[chosen].id);
  }

  async function suggest() {
    const mine = ++latest;
    const typed = box.value;
    try {
      /** @type {NamesFile} */
      const root = await offprint.load(suggestions.fileOf(""));
      const all = new Set(root.nodes.split(" "));
      const nodes = new Set(suggestions.wordsOf(typed).map((word) => suggestions.nodeOf(word, all)).filter(Boolean));
      const files = /** @type {NamesFile[]} */ (await Promise.all([...nodes].map((node) => offprint.load(suggestions.fileOf(node)))));
      if (mine !== latest || document.activeElement !== box) return;
      const names = [root, ...files].flatMap((each) => each.names);
      show(suggestions.matching(typed, box.id === "q" ? names.filter(([kind]) => kind !== "papers") : names)); // hits are titles
    } catch {
      if (mine === latest) show([]); // they can be done without
    }
  }

  // Down from the last leads on, on the search page into the hits.
  function step(event) {
    const last = options().length - 1;
    const to = chosen + (event.key === "ArrowDown" ? 1 : -1);
    if (event.key === "ArrowUp" && chosen < 0) return;
    if (to > last) {
      show([]);
      return;
    }
    event.preventDefault();
    choose(to);
  }

  box.addEventListener("focus", () => { offprint.load(suggestions.fileOf("")).catch(() => {}); }, { once: true });
  box.addEventListener("input", suggest);
  box.addEventListener("blur", () => show([]));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
    else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Enter") {
      latest += 1;
      show([]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      show([]);
    }
  });
})();
