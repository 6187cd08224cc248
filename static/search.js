// The search page over finder.js. The query, the filters and the order live in the address, so that a search
// can be bookmarked and shared. Pagefind hands back titles unescaped: only text nodes are made here.
"use strict";

(() => {
  const form = /** @type {HTMLFormElement & { elements: Record<string, any> }} */ (document.getElementById("search"));
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const FILTERS = ["topic", "organization", "year", "author"].filter((name) => form.elements[name]);
  const excludes = (name) => form.elements[`not-${name}`];
  const SHOWN = 10;

  let latest = 0; // the newest search; answers to older ones are dropped
  let hitCount = 0; // how many hits it has, and how many of them are shown
  let shown = 0;
  let asked = []; // what it asked for: words, filters, order

  // What was found can be taken along as citations, all of it.
  const taking = cite.offer(async () => {
    const paths = await finder.paths(...asked);
    return paths.map(slugOf);
  }, () => "search");
  taking.hidden = true;
  status.after(taking);

  const slugOf = (path) => path.replace(/^.*\/|\.html$/g, "");

  // The state of the form ↔ the address.
  function read() {
    const query = new URLSearchParams(location.search);
    form.elements.q.value = query.get("q") ?? "";
    for (const name of FILTERS) {
      choose(form.elements[name], query.get(name) ?? query.get(`not-${name}`) ?? "");
      excludes(name).checked = query.has(`not-${name}`);
    }
    form.elements.sort.value = query.get("sort") ?? "";
    if (form.elements.sort.selectedIndex < 0) form.elements.sort.value = "";
  }

  function choose(select, value) {
    // A value that the page does not offer (a small organization, linked from its own page) still works.
    if (value && ![...select.options].some((option) => option.value === value)) {
      const option = new Option(value, value);
      option.dataset.added = "";
      select.add(option);
    }
    select.value = value;
  }

  function address() {
    const state = new URLSearchParams();
    for (const name of ["q", ...FILTERS, "sort"]) {
      const value = form.elements[name].value.trim();
      if (value) state.set(excludes(name)?.checked ? `not-${name}` : name, value);
    }
    const query = state.toString();
    return query ? `?${query}` : location.pathname.split("/").pop() || "search.html";
  }

  async function search() {
    const mine = ++latest;
    const words = form.elements.q.value.trim();
    const filters = {};
    const none = [];
    for (const name of FILTERS) {
      const { value } = form.elements[name];
      if (value && excludes(name).checked) none.push({ [name]: value });
      else if (value) filters[name] = value;
    }
    if (none.length) filters.none = none;
    if (!words && !Object.keys(filters).length) {
      show(0, "");
      return;
    }
    status.textContent = text("searching");
    try {
      asked = [words || null, filters, form.elements.sort.value];
      const count = await finder.search(mine, ...asked);
      if (mine !== latest) return;
      const first = await finder.take(mine, SHOWN);
      const unfiltered = count || !words ? 0 : await finder.count(words, {});
      if (mine !== latest) return;
      show(count, text("found", { count }));
      append(first);
      if (!count) nothing(unfiltered);
    } catch (error) {
      if (mine !== latest) return;
      show(0, "");
      failed(error);
    }
  }

  // What is missing is said, never taken for an empty answer.
  function failed(error) {
    const file = location.protocol === "file:";
    const torn = finder.packed() || (file && error.message === "pagefind/engine.js");
    const key = torn ? "search_torn" : file ? "search_needs_web" : "search_failed";
    status.textContent = text(key, { file: error.message });
    console.error(error);
  }

  function nothing(unfiltered) {
    status.textContent = text("no_match");
    if (unfiltered) {
      status.append(" ", button(text("without_filters", { count: unfiltered }), () => {
        for (const name of FILTERS) form.elements[name].value = "";
        changed();
      }));
    }
  }

  function show(count, message) {
    hitCount = count;
    shown = 0;
    results.replaceChildren();
    status.textContent = message;
    more.hidden = true;
    taking.hidden = !count;
  }

  function append(hits) {
    results.append(...hits.map(item));
    shown += hits.length;
    more.hidden = shown >= hitCount;
  }

  async function showMore() {
    const mine = latest;
    if (more.hidden) return; // a second press, while the first one's hits are on their way
    more.hidden = true;
    try {
      const next = await finder.take(mine, SHOWN);
      if (mine === latest) append(next);
    } catch (error) {
      if (mine === latest) failed(error);
    }
  }

  function item({ meta, path, excerpt }) {
    return paperCard({
      slug: slugOf(path),
      title: meta.title,
      status: meta.status,
      organizations: meta.organizations ? [{ name: meta.organizations }] : [],
      who: meta.by,
      date: { text: meta.date ?? "" },
      lead: marked(excerpt),
    }, "li");
  }

  // Of an excerpt only < and > are escaped, and <mark> stands around what was found.
  function marked(excerpt) {
    const fragment = document.createDocumentFragment();
    let within = false;
    for (const part of excerpt.split(/(<\/?mark>)/)) {
      if (part === "<mark>" || part === "</mark>") {
        within = part === "<mark>";
      } else if (part) {
        const plain = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
        fragment.append(within ? element("mark", {}, plain) : plain);
      }
    }
    return fragment;
  }

  function changed() {
    history.replaceState(null, "", address());
    return search();
  }

  let typing = 0;
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("change", (event) => { if (event.target !== form.elements.q) changed(); });
  form.elements.q.addEventListener("focus", () => { finder.open().catch(() => {}); }, { once: true });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, 120);
  });
  more.querySelector("button").addEventListener("click", showMore);
  addEventListener("popstate", () => { read(); follow().then(search); });

  // Filters that the page does not offer may be former slugs.
  async function follow() {
    for (const name of FILTERS) {
      const select = form.elements[name];
      const option = select.selectedOptions[0];
      if (option?.dataset.added === undefined) continue;
      const slug = await offprint.present(name, select.value);
      if (slug === select.value) continue;
      choose(select, slug);
      option.remove();
      history.replaceState(null, "", address());
    }
  }

  read();
  follow().then(search);
  if (!location.search) form.elements.q.focus();
})();
