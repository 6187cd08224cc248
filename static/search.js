// The search page over finder.js. The query, the filters and the order live in the address, so that a search
// can be bookmarked and shared. Pagefind hands back titles unescaped: only text nodes are made here.
"use strict";

(() => {
  const form = document.getElementById("search");
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const FILTERS = ["topic", "organization", "year", "author"].filter((name) => form.elements[name]);
  const excludes = (name) => form.elements[`not-${name}`];
  const SHOWN = 10;

  let latest = 0; // the newest search; answers to older ones are dropped
  let found = 0; // how many hits it has, and how many of them are shown
  let shown = 0;
  let asked = []; // what it asked for: words, filters, order

  // What was found can be taken along as citations, all of it.
  const taking = cite.offer(async () => {
    const paths = await finder.paths(...asked);
    return paths.map((path) => path.replace(/^.*\/|\.html$/g, ""));
  }, () => "search");
  taking.hidden = true;
  status.after(taking);

  // The state of the form ↔ the address.
  function read() {
    const given = new URLSearchParams(location.search);
    form.elements.q.value = given.get("q") ?? "";
    for (const name of FILTERS) {
      choose(form.elements[name], given.get(name) ?? given.get(`not-${name}`) ?? "");
      excludes(name).checked = given.has(`not-${name}`);
    }
    form.elements.sort.value = given.get("sort") ?? "";
    if (form.elements.sort.selectedIndex < 0) form.elements.sort.value = "";
  }

  function choose(select, value) {
    // A value that the page does not offer (a small organization, linked from its own page) still works.
    if (value && ![...select.options].some((option) => option.value === value)) {
      select.add(new Option(value, value));
    }
    select.value = value;
  }

  function address() {
    const given = new URLSearchParams();
    for (const name of ["q", ...FILTERS, "sort"]) {
      const value = form.elements[name].value.trim();
      if (value) given.set(excludes(name)?.checked ? `not-${name}` : name, value);
    }
    const query = given.toString();
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
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text("without_filters", { count: unfiltered });
      button.addEventListener("click", () => {
        for (const name of FILTERS) form.elements[name].value = "";
        changed();
      });
      status.append(" ", button);
    }
  }

  function show(count, message) {
    found = count;
    shown = 0;
    results.replaceChildren();
    status.textContent = message;
    more.hidden = true;
    taking.hidden = !count;
  }

  function append(hits) {
    for (const each of hits) {
      const made = item(each);
      results.append(made);
      own.dress(made);
    }
    shown += hits.length;
    more.hidden = shown >= found;
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

  function item(hit) {
    const made = element("li", "card");
    const heading = element("h3");
    const link = element("a", "", hit.meta.title);
    link.href = hit.path;
    heading.append(link);
    if (hit.meta.status) {
      made.classList.add("gone");
      heading.append(" ", element("span", "status", hit.meta.status));
    }
    const meta = element("p", "meta");
    for (const fact of [hit.meta.organizations, hit.meta.by, hit.meta.date]) {
      if (fact) meta.append(element("span", "", fact));
    }
    const lead = element("p", "lead");
    lead.append(excerpt(hit.excerpt));
    made.append(heading, meta, lead);
    return made;
  }

  // Of an excerpt only < and > are escaped, and <mark> stands around what was found.
  function excerpt(found) {
    const made = document.createDocumentFragment();
    let marked = false;
    for (const part of found.split(/(<\/?mark>)/)) {
      if (part === "<mark>" || part === "</mark>") {
        marked = part === "<mark>";
      } else if (part) {
        const plain = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
        made.append(marked ? element("mark", "", plain) : plain);
      }
    }
    return made;
  }

  function element(name, style = "", content = "") {
    const made = document.createElement(name);
    if (style) made.className = style;
    if (content) made.textContent = content;
    return made;
  }

  function changed() {
    history.replaceState(null, "", address());
    return search();
  }

  let typing = 0;
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("change", (event) => { if (event.target.name !== "q") changed(); });
  form.elements.q.addEventListener("focus", () => { finder.open().catch(() => {}); }, { once: true });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, 120);
  });
  more.querySelector("button").addEventListener("click", showMore);
  addEventListener("popstate", () => { read(); search(); });

  read();
  search();
  if (!location.search) form.elements.q.focus();
})();
