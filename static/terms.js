// Lists of all organizations or authors: a reader finds a name by typing any part of it, or orders them by number of
// papers or by the newest one. All names are loaded when first asked for (offprint/site/client_data.py).
"use strict";

const termRows = (() => {
  const ORDERS = new Map(Object.entries({
    most: (a, b) => b.count - a.count,
    newest: (a, b) => b.newest.localeCompare(a.newest) || b.count - a.count,
  }));

  /**
   * Return the terms that the build hands over.
   * @param {[string, string, number, string, string?][]} data
   */
  function termsOf(data) {
    return data.map(([name, slug, count, newest, note = ""]) => ({ name, slug, count, newest, note, words: fold(`${name} ${note}`) }));
  }

  /**
   * Return the terms that have every typed word or part of one, in order; those that begin as typed come first.
   * @param {Term[]} terms
   * @param {string} typed
   * @param {string} order most, newest, or as listed
   */
  function select(terms, typed, order) {
    const words = fold(typed).split(/\s+/).filter(Boolean);
    const found = terms.filter((term) => words.every((word) => term.words.includes(word)));
    if (ORDERS.has(order)) return found.sort(ORDERS.get(order));
    const begins = (term) => (term.words.startsWith(words[0] ?? "") ? 0 : 1);
    return found.sort((a, b) => begins(a) - begins(b));
  }

  return { termsOf, select };
})();

(() => {
  const SHOWN = 120;
  /** @type {HTMLElement} */
  const place = document.querySelector(".finding");
  if (!place) return;
  const folder = place.dataset.rows.replace(/^data\/|\.js$/g, "");
  const field = element("input", { type: "search", autocomplete: "off", placeholder: text("find_name"), "aria-label": text("find_name") });
  const order = element("select", { "aria-label": text("order") },
    new Option(text("order_name"), ""), new Option(text("order_most"), "most"), new Option(text("order_newest"), "newest"));
  const status = element("p", { class: "said", role: "status" });
  const list = element("ul", { class: "terms" });
  const found = element("section", { class: "group", hidden: "" }, list);
  const rest = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main > .letters, main > .group, main > .pager")]);
  place.append(field, order, status);
  place.after(found);

  function item({ name, slug, count, note }) {
    const link = element("a", { href: `${offprint.root}${folder}/${slug}.html` }, name);
    const handle = note ? [" ", element("span", { class: "handle" }, note)] : [];
    return element("li", {}, link, ...handle, " ", element("span", { class: "count" }, count.toLocaleString(document.documentElement.lang)));
  }

  async function show() {
    const typed = field.value.trim();
    const on = Boolean(typed || order.value);
    const query = new URLSearchParams([["q", typed], ["sort", order.value]].filter(([, value]) => value)).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname.split("/").pop());
    try {
      const terms = on ? termRows.select(termRows.termsOf(await offprint.load(place.dataset.rows)), typed, order.value) : [];
      if (typed !== field.value.trim()) return; // more was typed while the names came
      list.replaceChildren(...terms.slice(0, SHOWN).map(item));
      const counts = { shown: Math.min(SHOWN, terms.length), total: terms.length };
      status.textContent = on ? text(terms.length ? "names_found" : "no_name", counts) : "";
      for (const part of rest) part.hidden = on;
      found.hidden = !on;
    } catch (error) {
      status.textContent = text("list_failed");
      console.error(error);
    }
  }

  field.addEventListener("input", show);
  order.addEventListener("change", show);
  const asked = new URLSearchParams(location.search);
  field.value = asked.get("q") ?? "";
  order.value = ["most", "newest"].includes(asked.get("sort")) ? asked.get("sort") : "";
  if (field.value || order.value) show();
})();
