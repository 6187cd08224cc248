// Lists that can be worked: filtered, ordered, taken along. A list of one page is worked from its own cards; a
// longer one from its rows (offprint/site/client_data.py), loaded when first needed. Filters and order live in the
// address. Without a filter and in the given order the page is left as the build made it.
"use strict";

// Rows: what a list is filtered and ordered by, and a card when it is to be shown.
const listRows = (() => {
  const UNDATED = "undated";
  const KINDS = ["topic", "organization", "year"];
  const CHOICES = 150; // values that a filter offers, the most frequent first
  const collator = new Intl.Collator(document.documentElement.lang);
  const undatedLast = (a, b) => (a.date ? 0 : 1) - (b.date ? 0 : 1);
  const ORDERS = new Map(Object.entries({
    newest: (a, b) => undatedLast(a, b) || b.date.localeCompare(a.date),
    oldest: (a, b) => undatedLast(a, b) || a.date.localeCompare(b.date),
    votes: (a, b) => b.votes - a.votes,
    comments: (a, b) => b.comments - a.comments,
    title: (a, b) => collator.compare(a.title, b.title),
  }));

  /**
   * Return words as they are compared: without case and accents, a raised 4 as it is typed, ^4.
   * @param {string} words
   */
  const folded = (words) => fold(words.replace(/[⁰¹²³⁴-⁹⁺⁻]+/g, "^$&")).replaceAll("−", "-");

  /**
   * Return a row of a paper's values, with the values that each kind of filter looks at.
   * @param {RowValues} values
   * @returns {Row}
   */
  function row(values) {
    const year = values.date ? values.date.slice(0, 4) : UNDATED;
    return { ...values, topic: values.topics, organization: values.organizations, year: [year] };
  }

  /**
   * Return the rows that the build hands over (offprint/site/client_data.py).
   * @param {RowsFile} data
   * @returns {Row[]}
   */
  function rowsOf(data) {
    return data.papers.map(([slug, title, who = "", others = "", date, topics = [], organizations = [], votes, comments, status, draft]) => {
      const inTopics = topics.map((number) => data.topics[number]);
      const ofOrganizations = organizations.map((number) => data.organizations[number]);
      const [iso, day] = data.dates[date] ?? ["", text("undated")];
      const names = [...inTopics, ...ofOrganizations].map(([, name]) => name);
      const link = (folder) => ([key, name]) => ({ name, path: `${folder}/${key}.html` });
      let card = null;
      return row({
        slug, title,
        date: iso,
        topics: inTopics.map(([topic]) => topic),
        organizations: ofOrganizations.map(([organization]) => organization),
        votes: votes ?? -1,
        comments: comments ?? -1,
        words: folded([title, who, others, ...names].join("\n")),
        card: () => (card ??= paperCard({
          slug, title, who, votes, comments,
          status: status ? text(`status_${status}`) : "",
          draft: Boolean(draft),
          date: { iso, text: day },
          topics: inTopics.map(link("topics")),
          organizations: ofOrganizations.map(link("organizations")),
        })),
      });
    });
  }

  /**
   * Return the state that an address asks for. An order that there is none of is set aside.
   * @param {string} search the part from the question mark on
   * @returns {ListState}
   */
  function readState(search) {
    const query = new URLSearchParams(search);
    const filters = KINDS.flatMap((kind) => [false, true].flatMap((not) =>
      query.getAll(not ? `not-${kind}` : kind).map((value) => ({ kind, value, not }))));
    const order = query.get("sort") ?? "";
    return { words: query.get("q") ?? "", order: ORDERS.has(order) ? order : "", filters };
  }

  /**
   * Return the address of a state, from the question mark on; empty where it asks for nothing.
   * @param {ListState} state
   */
  function writeState({ words, order, filters }) {
    const query = new URLSearchParams();
    if (words) query.set("q", words);
    for (const { kind, value, not } of filters) query.append(not ? `not-${kind}` : kind, value);
    if (order) query.set("sort", order);
    const written = query.toString();
    return written ? `?${written}` : "";
  }

  /**
   * Return how many cards are shown, from what the browser's history holds of the page.
   * @param {any} entry history.state
   * @param {number} size of a page
   */
  function readShown(entry, size) {
    return Number.isSafeInteger(entry?.shown) && entry.shown > size ? entry.shown : size;
  }

  /**
   * Return the rows that the filters leave, in order. Topics and organizations narrow together; a paper has one
   * year, so any of the chosen will do.
   * @param {Row[]} rows
   * @param {ListState} state
   */
  function select(rows, { words, order, filters }) {
    const wanted = words.split(/\s+/).map(folded).filter(Boolean);
    const only = filters.filter(({ kind, not }) => !not && kind !== "year");
    const years = filters.filter(({ kind, not }) => !not && kind === "year").map(({ value }) => value);
    const without = filters.filter(({ not }) => not);
    const selected = rows.filter((each) =>
      wanted.every((word) => each.words.includes(word))
      && only.every(({ kind, value }) => each[kind].includes(value))
      && !without.some(({ kind, value }) => each[kind].includes(value))
      && (!years.length || years.includes(each.year[0])));
    return ORDERS.has(order) ? selected.sort(ORDERS.get(order)) : selected;
  }

  /**
   * Return the values of a kind that further narrow the rows, with how many rows have each: what is chosen can be
   * chosen once.
   * @param {Row[]} rows
   * @param {string} kind
   * @param {ListFilter[]} filters
   * @returns {[string, number][]}
   */
  function choices(rows, kind, filters) {
    const counts = new Map();
    for (const each of rows) for (const value of each[kind]) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const filter of filters) if (filter.kind === kind) counts.delete(filter.value);
    const byYear = (one, other) => other[0].localeCompare(one[0]);
    const byCount = (one, other) => other[1] - one[1];
    return [...counts].sort(kind === "year" ? byYear : byCount).slice(0, CHOICES);
  }

  /**
   * Return a name, without its ending, for a file of a list's papers.
   * @param {string} pathname
   */
  function fileName(pathname) {
    const path = pathname.split("/").slice(-2).join("-").replace(/\.html$/, "").replace(/[^\w-]+/g, "-");
    return path.replace(/^-+/, "") || "papers";
  }

  return { KINDS, UNDATED, folded, row, rowsOf, readState, writeState, readShown, select, choices, fileName };
})();

// Comfortable or compact, one line a paper; this browser remembers which.
function densityButton() {
  const KEY = `offprint:density:${document.documentElement.dataset.archive}`;
  const set = (compact) => {
    document.body.classList.toggle("compact", compact);
    node.setAttribute("aria-pressed", String(compact));
  };
  const node = button(text("compact"), () => {
    const compact = !document.body.classList.contains("compact");
    set(compact);
    try {
      localStorage.setItem(KEY, compact ? "compact" : "");
    } catch {
      // it holds on this page alone
    }
  }, { class: "density" });
  let kept = "";
  try {
    kept = localStorage.getItem(KEY) ?? "";
  } catch {
    // nothing is kept here
  }
  set(kept === "compact");
  return node;
}

(() => {
  /** @type {HTMLElement} */
  const list = document.querySelector(".list");
  const cards = /** @type {HTMLElement[]} */ (list ? [...list.querySelectorAll(".card")] : []);
  if (!cards.length) return;
  const density = densityButton();

  const { KINDS, UNDATED } = listRows;
  const NAMES = { topic: text("topic"), organization: text("organization"), year: text("year") };
  const SIZE = Number(list.dataset.size ?? 30);
  const ORDER_NAMES = {
    "": "order_given", newest: "newest_first", oldest: "oldest_first", votes: "most_votes",
    comments: "most_comments", title: "order_title",
  };

  /** @type {Row[]} */
  let rows = null; // all papers of the list, once they are needed
  /** @type {Record<string, Map<string, string>>} */
  let names = null; // kind → value → name
  /** @type {Row[]} */
  let selected = []; // the rows that the filters leave, in order
  let shown = SIZE;
  /** @type {ListState} */
  let state = { words: "", order: "", filters: [] };

  function rowOf(card) {
    const number = (name) => Number(card.querySelector(`[data-${name}]`)?.dataset[name] ?? -1);
    const last = (link) => link.pathname.replace(/^.*\//, "").replace(/\.html$/, "");
    const links = [...card.querySelectorAll(".meta a, .tags a:not(.out)")];
    const of = (folder) => links.filter((link) => link.pathname.includes(`/${folder}/`)).map((link) => {
      names[folder === "topics" ? "topic" : "organization"].set(last(link), link.textContent);
      return last(link);
    });
    const title = card.querySelector("h3 a");
    return listRows.row({
      slug: offprint.slugOf(title),
      title: title.dataset.title ?? title.textContent, // the text of math runs together: 104 for 10⁴
      date: card.querySelector("time")?.dateTime ?? "",
      topics: of("topics"),
      organizations: of("organizations"),
      votes: number("votes"),
      comments: number("comments"),
      words: listRows.folded(`${title.dataset.title ?? ""}\n${card.textContent}`),
      card: () => card,
    });
  }

  async function load() {
    if (rows) return;
    /** @type {RowsFile} */
    const data = list.dataset.rows ? await offprint.load(list.dataset.rows) : null;
    names = {
      topic: new Map(data?.topics), organization: new Map(data?.organizations), year: new Map([[UNDATED, text("undated")]]),
    };
    rows = data ? listRows.rowsOf(data) : cards.map(rowOf);
  }

  // Taking along: what the filters leave, or else the whole list.
  async function slugs() {
    if (list.dataset.rows === undefined) return cards.map((card) => card.dataset.slug);
    await load();
    return (active() ? selected : rows).map((each) => each.slug);
  }

  const taking = cite.offer(slugs, () => listRows.fileName(location.pathname));
  if (list.dataset.rows === undefined) {
    const tabs = matchMedia("(min-width: 40.01rem)").matches && document.querySelector(".tabs");
    list.append(element("div", { class: "tools" }, taking, ...(tabs ? [] : [density])));
    if (tabs) tabs.append(density);
    return;
  }

  // The state ↔ the address.
  const active = () => Boolean(state.words || state.order || state.filters.length);

  function readAddress() {
    state = listRows.readState(location.search);
    shown = listRows.readShown(history.state, SIZE);
  }

  const address = () => listRows.writeState(state) || location.pathname.split("/").pop() || "index.html";

  // A choice is a step that Back undoes; typing is one step, written when it pauses (browsers limit how often).
  let writing = 0;
  let typed = false;

  function writeAddress(again) {
    clearTimeout(writing);
    typed = false;
    history[again ? "replaceState" : "pushState"]({ shown }, "", address());
  }

  function writeTyped() {
    clearTimeout(writing);
    writing = setTimeout(() => {
      writeAddress(typed);
      typed = true;
    }, 300);
  }

  // The controls.
  const field = element("input", { type: "search", name: "words", autocomplete: "off", placeholder: text("words_where") });
  const selects = Object.fromEntries(KINDS.map((kind) => [kind, element("select", { name: kind })]));
  const order = element("select", { name: "sort" }, ...Object.entries(ORDER_NAMES).map(([value, key]) => new Option(text(key), value)));
  const chips = element("ul", { class: "chips" });
  const controls = element("form", { class: "panel work" },
    element("label", { class: "words" }, text("words"), " ", field),
    ...KINDS.map((kind) => element("label", {}, NAMES[kind], " ", selects[kind])),
    element("label", {}, text("order"), " ", order));
  const tool = element("details", { class: "tool" }, element("summary", {}, text("work")), controls);
  const status = element("p", { class: "said", role: "status" });
  const results = element("div");
  const worked = element("section", { class: "worked", hidden: "" }, list.querySelector("h2").cloneNode(true), results);
  const more = element("p", { class: "more", hidden: "" }, button(text("show_more"), showMore));
  const plain = /** @type {HTMLElement[]} */ ([...list.children]);
  const homes = cards.map((card) => card.parentElement);
  list.prepend(element("div", { class: "tools" }, tool, taking, density), chips, status);
  list.append(worked, more);

  function showState() {
    if (field.value.trim() !== state.words) field.value = state.words; // a word being typed keeps the space before it
    order.value = state.order;
    chips.replaceChildren(...state.filters.map(chip));
  }

  function chip(filter) {
    const name = nameOf(filter.kind, filter.value);
    const flip = button(text(filter.not ? "without" : "only", { name }), () => {
      filter.not = !filter.not;
      changed({ flipped: filter });
    }, { title: text(filter.not ? "include" : "exclude", { name }) });
    const remove = button("×", () => {
      state.filters = state.filters.filter((each) => each !== filter);
      changed();
      field.focus();
    }, { "aria-label": text("remove", { name }) });
    return element("li", { class: filter.not ? "chip not" : "chip" }, flip, remove);
  }

  function nameOf(kind, value) {
    return names?.[kind].get(value) ?? value;
  }

  // Only what would leave something is offered. A browser measures every choice that it is given, so they wait for a
  // pause.
  let offering = 0;

  function offerSoon() {
    clearTimeout(offering);
    offering = setTimeout(offerChoices, 150);
  }

  function offerChoices() {
    for (const kind of KINDS) {
      if (pending?.kind === kind) continue;
      const offered = listRows.choices(selected, kind, state.filters);
      selects[kind].replaceChildren(new Option(text("any"), ""),
        ...offered.map(([value, count]) => new Option(`${nameOf(kind, value)} (${count.toLocaleString(document.documentElement.lang)})`, value)));
    }
  }

  // By keyboard, a select may change with every arrow: what it shows is then one filter until it is left.
  let stepping = false;
  let pending = null;

  function choose(kind, value) {
    const again = pending !== null;
    state.filters = state.filters.filter((each) => each !== pending);
    const filter = value ? { kind, value, not: false } : null;
    if (filter) state.filters.push(filter);
    pending = stepping ? filter : null;
    changed({ again });
  }

  function settle() {
    if (!pending) return;
    pending = null;
    offerChoices();
  }

  function show() {
    const on = active();
    for (const part of plain) part.hidden = on;
    worked.hidden = !on;
    if (on) {
      results.replaceChildren(...selected.slice(0, shown).map((each) => each.card()));
      status.textContent = selected.length ? text("shown_of", { found: selected.length, count: rows.length }) : text("no_match");
      status.append(" ", button(text("clear"), () => {
        state = { words: "", order: "", filters: [] };
        changed();
        field.focus();
      }));
      if (state.words && among) status.append(" ", text("words_looked_in"), " ", element("a", { href: searchAddress() }, text("search_texts")));
    } else {
      results.replaceChildren();
      cards.forEach((card, index) => homes[index].append(card));
      status.textContent = "";
    }
    more.hidden = !on || selected.length <= shown;
  }

  // Words are looked for in what a list shows, as they are typed; the search looks into texts and knows forms of words.
  const among = /** @type {HTMLAnchorElement} */ (document.querySelector("main > .heading a[href*='search.html?']"));

  function searchAddress() {
    const { search } = among;
    const narrowed = listRows.writeState({ ...state, order: ["newest", "oldest", "votes", "comments"].includes(state.order) ? state.order : "" });
    return `${offprint.root}search.html${search}${narrowed.replace("?", "&")}`;
  }

  function showMore() {
    const from = shown;
    shown += SIZE;
    results.append(...selected.slice(from, shown).map((each) => each.card()));
    more.hidden = selected.length <= shown;
    history.replaceState({ shown }, "", location.href);
    /** @type {HTMLElement} */ (results.children[from]?.querySelector("h3 a"))?.focus();
  }

  async function apply() {
    status.textContent = rows ? "" : text("loading");
    try {
      await load();
      await follow();
    } catch (error) {
      status.textContent = text("list_failed");
      console.error(error);
      return;
    }
    update();
  }

  // A filter for what the list does not have may be a former slug.
  async function follow() {
    for (const filter of state.filters) {
      if (filter.kind !== "year" && !names[filter.kind].has(filter.value)) {
        filter.value = await offprint.present(filter.kind, filter.value);
      }
    }
  }

  function update() {
    if (!rows) return; // apply() is loading them, and then does what was asked meanwhile
    selected = listRows.select(rows, state);
    showState();
    show();
    offerSoon();
  }

  // A filter that was flipped keeps the focus, though its button is a new one.
  function changed({ again = false, flipped = null } = {}) {
    shown = SIZE;
    writeAddress(again);
    update();
    if (flipped) chips.children[state.filters.indexOf(flipped)].querySelector("button").focus();
  }

  controls.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    shown = SIZE;
    state.words = field.value.trim();
    writeTyped();
    update();
  });
  order.addEventListener("change", () => {
    state.order = order.value;
    changed();
  });
  for (const kind of KINDS) {
    selects[kind].addEventListener("pointerdown", () => { settle(); stepping = false; });
    selects[kind].addEventListener("keydown", () => { stepping = true; });
    selects[kind].addEventListener("blur", settle);
    selects[kind].addEventListener("change", () => choose(kind, selects[kind].value));
  }
  tool.addEventListener("toggle", () => { if (tool.open && !rows) apply(); });
  addEventListener("popstate", () => {
    clearTimeout(writing);
    typed = false;
    readAddress();
    apply();
  });

  readAddress();
  if (active()) {
    tool.open = true;
    apply();
  }
})();
