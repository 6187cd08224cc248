// The search page over Pagefind's own API. The query, the filters and the order live in the address, so that
// a search can be bookmarked and shared. Pagefind hands back titles unescaped: only text nodes are made here.
"use strict";

(() => {
  const form = document.getElementById("search");
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const FILTERS = ["topic", "organization", "year", "author"].filter((name) => form.elements[name]);
  const ORDERS = {
    newest: { date: "desc" }, oldest: { date: "asc" }, votes: { votes: "desc" }, comments: { comments: "desc" },
  };
  const excludes = (name) => form.elements[`not-${name}`];
  const SHOWN = 10;

  let loading = null; // Pagefind, once asked for
  let latest = 0; // the newest search; answers to older ones are dropped
  let found = []; // all hits of the newest search
  let shown = 0;
  let showing = 0; // the search whose next hits are being loaded, so that a second press does not load them too

  const taking = cite.offer(async () => {
    const hits = await Promise.all(found.map((hit) => hit.data()));
    return hits.map((hit) => hit.raw_url.replace(/^.*\/|\.html$/g, ""));
  }, () => "search");
  taking.hidden = true;
  status.after(taking);

  function load() {
    loading ??= import(new URL("pagefind/pagefind.js", document.baseURI).href)
      .then(async (pagefind) => {
        await pagefind.options({ baseUrl: "/", excerptLength: 34 });
        return pagefind;
      })
      .catch((error) => { loading = null; throw error; });
    return loading;
  }

  // The state of the form ↔ the address.
  function read() {
    const given = new URLSearchParams(location.search);
    form.elements.q.value = given.get("q") ?? "";
    for (const name of FILTERS) {
      choose(form.elements[name], given.get(name) ?? given.get(`not-${name}`) ?? "");
      excludes(name).checked = given.has(`not-${name}`);
    }
    form.elements.sort.value = given.get("sort") in ORDERS ? given.get("sort") : "";
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
      show([], "");
      return;
    }
    status.textContent = text("searching");
    try {
      const pagefind = await load();
      const sort = ORDERS[form.elements.sort.value];
      const answer = await pagefind.search(words || null, { filters, ...(sort && { sort }) });
      if (mine !== latest) return;
      const count = answer.results.length;
      await show(answer.results, text("found", { count }));
      if (!count) nothing(answer.unfilteredResultCount);
    } catch (error) {
      if (mine !== latest) return;
      await show([], "");
      failed(error);
    }
  }

  function failed(error) {
    status.textContent = text(location.protocol === "file:" ? "search_needs_web" : "search_failed");
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

  async function show(hits, message) {
    found = hits;
    shown = 0;
    results.replaceChildren();
    status.textContent = message;
    taking.hidden = !hits.length;
    await showMore();
  }

  async function showMore() {
    const mine = latest;
    if (showing === mine) return;
    showing = mine;
    try {
      const next = await Promise.all(found.slice(shown, shown + SHOWN).map((hit) => hit.data()));
      if (mine !== latest) return;
      for (const each of next) results.append(item(each));
      shown += next.length;
      more.hidden = shown >= found.length;
    } finally {
      if (showing === mine) showing = 0;
    }
  }

  function item(hit) {
    const made = element("li", "card");
    const heading = element("h3");
    const link = element("a", "", hit.meta.title);
    link.href = hit.raw_url.replace(/^\/+/, "");
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
    own.dress(made);
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
  form.elements.q.addEventListener("focus", () => { load().catch(() => {}); }, { once: true });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(changed, 120);
  });
  more.querySelector("button").addEventListener("click", () => { showMore().catch(failed); });
  addEventListener("popstate", () => { read(); search(); });

  read();
  search();
  if (!location.search) form.elements.q.focus();
})();
