// The search page over finder.js. The query, the filters and the order live in the address, so that a search
// can be bookmarked and shared. Pagefind hands back titles unescaped: only text nodes are made here.
"use strict";

(() => {
  const form = /** @type {HTMLFormElement & { elements: Record<string, any> }} */ (document.getElementById("search"));
  const status = document.getElementById("status");
  const results = document.getElementById("results");
  const more = document.getElementById("more");
  const facets = searchFacets({
    count: (kind) => finder.facet(kind, asked[0], filtersOf(parsed, kind), asked[3]),
    changed: () => changed(),
  });
  const SHOWN = 10;
  const RANKED = 30; // hits that are ranked again by the words as they were typed
  const FEW = 10;

  let latest = 0; // the newest search; answers to older ones are dropped
  let hitCount = 0; // how many hits it has, and how many of them are shown
  let shown = 0;
  let goal = SHOWN; // how many are to be shown, as the address says
  let loaded = []; // hits that are loaded and not shown yet
  let asked = []; // what it asked for: words, filters, order, plan
  let parsed = null; // the query that this follows from
  let words = []; // the words that its hits were found by
  let exactly = false; // whether nothing but the words as typed will do

  const chips = element("ul", { class: "chips" });
  const notes = element("p", { class: "notice", role: "status", hidden: "" });
  document.getElementById("search-help").after(chips, notes);

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
    exactly = query.has("exact");
    goal = Math.max(SHOWN, Math.min(1000, Number.parseInt(query.get("shown") ?? "", 10) || SHOWN));
    facets.state = facetState.read(query);
    for (const each of facets.state.chosen) each.value = known(each.kind, each.value);
    form.elements.sort.value = query.get("sort") ?? "";
    if (form.elements.sort.selectedIndex < 0) form.elements.sort.value = "";
  }

  // The value of a filter that is meant by its name, its slug in other letters, or itself; null where there is none.
  function meant(kind, value) {
    if (!facets.has(kind)) return null;
    const values = facets.known(kind);
    const [found] = values.find(([each]) => each === value)
      ?? values.find(([each, name]) => fold(each) === fold(value.trim()).replace(/\s+/g, "-") || fold(name) === fold(value.trim())) ?? [];
    return found ?? null;
  }

  const known = (kind, value) => meant(kind, value) ?? value;

  function address(changes = {}) {
    const state = new URLSearchParams();
    const { q = form.elements.q.value, exact = exactly } = changes;
    if (q.trim()) state.set("q", q.trim());
    facetState.write(facets.state, state);
    if (form.elements.sort.value) state.set("sort", form.elements.sort.value);
    if (exact) state.set("exact", "1");
    if (!("q" in changes) && goal > SHOWN) state.set("shown", String(goal));
    const query = state.toString();
    return query ? `?${query}` : location.pathname.split("/").pop() || "search.html";
  }

  /**
   * Return what the facets and the query restrict the hits to, as Pagefind takes it.
   * @param {Query} query
   * @param {string} [left] a kind of facet whose choice is left out where a hit has but one of it
   */
  function filtersOf(query, left = "") {
    const { all, none } = facetState.filters(facets.state, facets.years(), left);
    for (const { any, not } of query.filters) {
      const clauses = any.flatMap((each) => (valuesOf(each) ?? []).map((value) => ({ [each.kind]: value })));
      if (!any.some(valuesOf)) continue;
      if (not) none.push(...clauses);
      else all.push({ any: clauses.length ? clauses : [{ year: "none" }] });
    }
    return { ...(all.length && { all }), ...(none.length && { none }) };
  }

  // The values that a restriction of a query means; null where it means none that there is.
  function valuesOf({ kind, value, years }) {
    if (kind === "year") return facets.years().filter((year) => Number(year) >= years[0] && Number(year) <= years[1]);
    const found = meant(kind, value);
    return found === null ? null : [found];
  }

  async function search(typing = false) {
    const mine = ++latest;
    const typed = form.elements.q.value.trim();
    const query = queries.parse(typed);
    const filters = filtersOf(query);
    query.unknown.push(...query.filters.flatMap(({ any }) => any.filter((each) => !valuesOf(each)).map(({ key, value }) => `${key}:${value}`)));
    showChips(query);
    const { phrases, without, fields, ids } = query;
    const plan = { alternatives: queries.alternatives(query), phrases, without, fields, ids, exact: exactly };
    parsed = query;
    ({ words } = query);
    if (!Object.keys(filters).length && ![plan.alternatives, fields, ids, without].some((each) => each.length)) {
      show(0, query.unknown.length ? text("no_match") : "", unknownNotes(query));
      asked = [null, {}, "", plan];
      facets.update(!query.unknown.length);
      return;
    }
    if (!plan.alternatives.length && ids.length) plan.alternatives = [[ids[0]]];
    status.textContent = text("searching");
    status.setAttribute("aria-busy", "true");
    try {
      asked = [words.length ? words.join(" ") : null, filters, form.elements.sort.value, plan];
      let count = await finder.search(mine, ...asked);
      if (mine !== latest) return;
      const said = unknownNotes(query);
      const filtered = Object.keys(filters).length > 0;
      const unfiltered = count || !filtered || !plan.alternatives.length ? 0 : await finder.count(asked[0], {}, plan);
      if (!unfiltered && !exactly && words.length) count = await widen(mine, query, count, said, typing);
      if (mine !== latest) return;
      const head = await finder.take(mine, Math.max(RANKED, goal));
      if (mine !== latest) return;
      loaded = asked[2] ? head : [...queries.rank(head.slice(0, RANKED), words), ...head.slice(RANKED)];
      if (loaded[0]) said.unshift(...notesOn(loaded, typed, typing));
      show(count, text("found", { count }), said);
      append(loaded.splice(0, goal));
      if (!count) nothing(unfiltered);
      restorePlace();
      facets.update(false);
    } catch (error) {
      if (mine !== latest) return;
      show(0, "");
      failed(error);
    }
  }

  /**
   * Look for other words where those typed find nothing or little: without the plain words around a question, words that
   * begin so, compounds taken apart, the archive's own words that are nearest, then all words but one. Returns the number
   * of hits and adds what is to be said of them.
   * @param {number} mine
   * @param {Query} query
   * @param {number} count
   * @param {(Node | string)[][]} said
   * @param {boolean} typing
   */
  async function widen(mine, query, count, said, typing) {
    const plan = asked[3];
    const again = async (alternatives, changes = {}) => {
      asked = [alternatives[0].join(" "), asked[1], asked[2], { ...plan, phrases: [], ...changes, alternatives }];
      return finder.search(mine, ...asked);
    };
    const plain = new Set(text("plain_words").split(" "));
    const telling = query.phrases.length ? words : words.filter((word) => !plain.has(fold(word)));
    const aside = words.filter((word) => !telling.includes(word));
    const isShort = telling.length && aside.length;
    if (count) {
      if (count >= FEW || query.phrases.length) return count;
      if (isShort) {
        const all = await again([...plan.alternatives, telling]);
        if (all > count) said.push([text("also_without", { words: listed(aside) }), " ", asTyped()]);
        return all;
      }
      if (words.length > 1 || words[0].length < 4) return count;
      const word = fold(words[0]);
      const begun = (await vocabulary()).filter((other) => other !== word && other.startsWith(word)).slice(0, 3);
      if (!begun.length) return count;
      const more_ = await again([...plan.alternatives, ...begun.map((other) => [other])]);
      if (more_ > count && !typing) said.push([text("also_begun", { words: begun.join(", ") })]);
      return more_;
    }
    if (query.phrases.length) {
      const apart = await again(plan.alternatives);
      if (apart) said.unshift([text("no_phrase", { words: query.phrases.map((any) => any.join(" OR ")).join(", ") }), " ", asTyped()]);
      if (apart !== 0) return apart;
    }
    if (isShort) {
      const without = await again([telling]);
      if (without) {
        said.unshift([text("set_aside", { words: listed(aside) }), " ", asTyped()]);
        words = telling;
      }
      if (without !== 0) return without;
    }
    const parts = queries.partsOf(words);
    if (parts.length > words.length) {
      const apart = await again([parts]);
      if (apart) said.unshift([text("no_phrase", { words: listed(words.filter((word) => !parts.includes(word))) }), " ", asTyped()]);
      words = parts;
      if (apart !== 0) return apart;
    }
    const counts = await finder.known(words);
    const unknown = words.filter((_, index) => !counts[index]);
    const near = new Map();
    if (unknown.length) for (const word of unknown) near.set(word, queries.nearest(word, await vocabulary()));
    for (let choice = 0; choice < Math.max(0, ...[...near.values()].map((each) => each.length)); choice++) {
      const corrected = words.map((word) => (near.has(word) ? near.get(word)[choice] ?? near.get(word)[0] : word)).filter(Boolean);
      const times = await again([corrected, ...(isShort ? [corrected.filter((word) => !plain.has(fold(word)))] : [])]);
      if (times) {
        const lost = unknown.filter((word) => !near.get(word).length);
        const begun = typing && unknown.length === 1 && corrected.at(-1).startsWith(fold(words.at(-1))); // not typed out yet
        if (!begun) said.unshift([text("corrected", { words: listed(unknown) }), " ", corrections(corrected), " · ", asTyped()]);
        if (lost.length) said.push([text("without_words", { words: listed(lost) })]);
        words = corrected;
        return times;
      }
      if (times === null) return null;
    }
    const found = words.length > 1 ? await again([words], { loose: true }) : 0;
    if (found === 0 && unknown.length) said.unshift([text("no_paper_has", { words: listed(unknown) })]);
    return found;
  }

  const listed = (some) => queries.written(some.join(", "));

  // What was looked for instead, as a link to a search for it.
  const corrections = (corrected) =>
    element("a", { href: address({ q: queries.written(corrected.join(" ")), exact: false }) }, queries.written(corrected.join(" ")));

  const asTyped = () => element("a", { href: address({ q: form.elements.q.value, exact: true }) }, text("as_typed"));

  /** @returns {Promise<string[]>} */
  async function vocabulary() {
    const { words: all } = await offprint.load("data/words.js").catch(() => ({ words: "" }));
    return all.split(" ");
  }

  // What is to be said of hits that do not have all that was typed.
  function notesOn(hits, typed, typing) {
    const lacking = new Set(hits.flatMap((hit) => hit.missing));
    if (lacking.size) {
      const same = hits.every((hit) => hit.missing.length === lacking.size);
      return [[same ? text("shown_without", { words: listed([...lacking]) }) : text("shown_some"), " ", asTyped()]];
    }
    const begun = hits.filter((hit) => hit.begun);
    if (!begun.length || typing) return [];
    const last = typed.split(/\s+/).at(-1);
    return [[text(begun.length === hits.length ? "only_begun" : "also_begun_with", { word: last })]];
  }

  function unknownNotes(query) {
    return query.unknown.map((piece) => [text("not_understood", { piece }), " ", ...helpLink()]);
  }

  const helpLink = () => (document.getElementById("search-help") ? [element("a", { href: "#search-help" }, text("search_help"))] : []);

  // What a query restricts, each to be taken off.
  function showChips(query) {
    const takeOff = (label, not, off) => element("li", { class: not ? "chip not" : "chip" },
      element("span", {}, label),
      button("×", () => { off(); changed(); form.elements.q.focus(); }, { "aria-label": text("remove", { name: label }) }));
    const pieces = query.pieces.map(({ piece, kind, value, not }) => takeOff(
      kind === "word" ? text("without", { name: value }) : `${not ? "−" : ""}${kind}: ${value}`, not,
      () => { form.elements.q.value = withoutPiece(form.elements.q.value, piece); }));
    const { state } = facets;
    const others = state.chosen.map((each) => {
      const name = facets.nameOf(each.kind, each.value);
      const label = each.how === "any" ? `${text(each.kind)}: ${name}` : text(each.how === "none" ? "without" : "only", { name });
      return takeOff(label, each.how === "none", () => { state.chosen = state.chosen.filter((one) => one !== each); });
    });
    if (state.from !== null || state.to !== null) {
      const span = state.from === state.to ? String(state.from) : `${state.from ?? ""}–${state.to ?? ""}`;
      others.push(takeOff(text("only", { name: span }), false, () => { Object.assign(state, { from: null, to: null }); }));
    }
    chips.replaceChildren(...pieces, ...others);
  }

  const withoutPiece = (typed, piece) => typed.replace(piece, "").replace(/\s+/g, " ").trim()
    .replace(/^(?:OR|\|) | (?:OR|NOT|\|)$/g, "").replace(/ (?:OR|\|) (?=(?:OR|\|) )/g, " ");

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
        facets.state = { chosen: [], from: null, to: null };
        changed();
      }));
    }
  }

  function show(count, message, said = []) {
    hitCount = count;
    shown = 0;
    results.replaceChildren();
    notes.replaceChildren(...said.flatMap((line, index) => (index ? [element("br"), ...line] : line)));
    notes.hidden = !said.length;
    status.removeAttribute("aria-busy");
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
      loaded.push(...await finder.take(mine, Math.max(0, SHOWN - loaded.length)));
      if (mine !== latest) return;
      append(loaded.splice(0, SHOWN));
      goal = shown;
      history.replaceState(history.state, "", address());
    } catch (error) {
      if (mine === latest) failed(error);
    }
  }

  function item({ meta, path, content, card }) {
    const [, body = ""] = content.split("\ue000");
    return paperCard({
      slug: slugOf(path),
      title: meta.title,
      heading: marked(meta.title),
      status: meta.status,
      draft: card.draft,
      organizations: (card.organizations ?? []).map(([slug, name]) => ({ name, path: `organizations/${slug}.html` })),
      who: card.who,
      date: card.date,
      votes: card.votes,
      comments: card.comments,
      lead: body.trim() ? marked(queries.excerpt(body, words)) : undefined,
      topics: (card.topics ?? []).map(([slug, name]) => ({ name, path: `topics/${slug}.html` })),
      links: card.links,
    }, "li");
  }

  function marked(plain) {
    const fragment = document.createDocumentFragment();
    for (const [part, within] of queries.mark(plain, words)) fragment.append(within ? element("mark", {}, part) : part);
    return fragment;
  }

  function changed(typing = false) {
    exactly = false;
    goal = SHOWN;
    history.replaceState(null, "", address());
    return search(typing);
  }

  // Back from a paper leads to the place that was left, once its hits are there again.
  function rememberPlace() {
    history.replaceState({ ...history.state, place: scrollY }, "");
  }

  function restorePlace() {
    const { place } = history.state ?? {};
    if (!place) return;
    scrollTo(0, place);
    history.replaceState({ ...history.state, place: 0 }, "");
  }

  // The arrows lead from the words into the hits and back.
  function step(event) {
    if (event.defaultPrevented || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const links = /** @type {HTMLElement[]} */ ([...results.querySelectorAll("h3 a")]);
    const place = links.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + (event.key === "ArrowDown" ? 1 : -1);
    if (event.currentTarget === form.elements.q && event.key === "ArrowUp") return;
    const next = place < 0 ? form.elements.q : links[place];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  let pause = 0;
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("change", (event) => { if (event.target !== form.elements.q) changed(); });
  form.elements.q.addEventListener("focus", () => { finder.open().catch(() => {}); }, { once: true });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => changed(true), 120);
  });
  form.elements.q.addEventListener("keydown", step);
  results.addEventListener("keydown", step);
  results.addEventListener("click", rememberPlace);
  addEventListener("pagehide", rememberPlace);
  more.querySelector("button").addEventListener("click", showMore);
  addEventListener("popstate", () => { read(); follow().then(() => search()); });

  // What is chosen and not among the most frequent has its name loaded; what has none may be a former slug.
  async function follow() {
    for (const each of facets.state.chosen) {
      if (meant(each.kind, each.value) === null) await facets.loadNames(each.kind).catch(() => {});
      if (meant(each.kind, each.value) !== null) continue;
      const slug = await offprint.present(each.kind, each.value);
      if (slug === each.value) continue;
      each.value = slug;
      history.replaceState(null, "", address());
    }
  }

  read();
  follow().then(() => search());
  if (!location.search) form.elements.q.focus();
})();
