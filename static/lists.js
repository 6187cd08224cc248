// Lists that can be worked: filtered, ordered, taken along. A list of one page is worked from its own cards; a
// longer one from its rows (offprint/site/client_data.py), loaded when first needed. Filters and order live in the
// address. Without a filter and in the given order the page is left as the build made it.
"use strict";

(() => {
  const list = document.querySelector(".list");
  const cards = list ? [...list.querySelectorAll(".card")] : [];
  if (!cards.length) return;

  const KINDS = ["topic", "organization", "year"];
  const NAMES = { topic: text("topic"), organization: text("organization"), year: text("year") };
  const CHOICES = 150; // values that a filter offers, the most frequent first
  const SIZE = Number(list.dataset.size ?? 30);
  const UNDATED = "undated";
  const collator = new Intl.Collator(document.documentElement.lang);
  const ORDERS = {
    newest: (a, b) => undatedLast(a, b) || b.date.localeCompare(a.date),
    oldest: (a, b) => undatedLast(a, b) || a.date.localeCompare(b.date),
    votes: (a, b) => b.votes - a.votes,
    comments: (a, b) => b.comments - a.comments,
    title: (a, b) => collator.compare(a.title, b.title),
  };
  const ORDER_NAMES = {
    "": "order_given", newest: "newest_first", oldest: "oldest_first", votes: "most_votes",
    comments: "most_comments", title: "order_title",
  };

  let rows = null; // all papers of the list, once they are needed
  let names = null; // kind → value → name
  let found = []; // the rows that the filters leave, in order
  let shown = SIZE;
  let state = { words: "", order: "", filters: [] }; // a filter: kind, value, not

  function undatedLast(a, b) {
    return (a.date ? 0 : 1) - (b.date ? 0 : 1);
  }

  // Rows: what is filtered and ordered by, and a card when it is to be shown.
  const fold = (words) => words.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const last = (link) => link.pathname.replace(/^.*\//, "").replace(/\.html$/, "");
  const yearOf = (date) => (date ? date.slice(0, 4) : UNDATED);

  function row(fields) {
    return { ...fields, topic: fields.topics, organization: fields.organizations, year: [yearOf(fields.date)] };
  }

  function rowOf(card) {
    const number = (name) => Number(card.querySelector(`[data-${name}]`)?.dataset[name] ?? -1);
    const links = [...card.querySelectorAll(".meta a, .tags a:not(.out)")];
    const of = (folder) => links.filter((link) => link.pathname.includes(`/${folder}/`)).map((link) => {
      names[folder === "topics" ? "topic" : "organization"].set(last(link), link.textContent);
      return last(link);
    });
    const title = card.querySelector("h3 a");
    return row({
      slug: offprint.slugOf(title),
      title: title.textContent,
      date: card.querySelector("time")?.dateTime ?? "",
      topics: of("topics"),
      organizations: of("organizations"),
      votes: number("votes"),
      comments: number("comments"),
      words: fold(card.textContent),
      card: () => card,
    });
  }

  function rowsOf(data) {
    data.topics.forEach(([slug, name]) => names.topic.set(slug, name));
    data.organizations.forEach(([slug, name]) => names.organization.set(slug, name));
    return data.papers.map(([slug, title, who = "", others = "", date, topics = [], organizations = [], votes, comments, status]) => {
      const inTopics = topics.map((number) => data.topics[number]);
      const ofOrganizations = organizations.map((number) => data.organizations[number]);
      const [iso, day] = data.dates[date] ?? ["", text("undated")];
      let made = null;
      return row({
        slug, title,
        date: iso,
        topics: inTopics.map(([topic]) => topic),
        organizations: ofOrganizations.map(([organization]) => organization),
        votes: votes ?? -1,
        comments: comments ?? -1,
        words: fold([title, who, others, ...[...inTopics, ...ofOrganizations].map(([, name]) => name)].join("\n")),
        card: () => (made ??= makeCard({ slug, title, who, iso, day, inTopics, ofOrganizations, votes, comments, status })),
      });
    });
  }

  function makeCard(paper) {
    const link = (folder) => ([slug, name]) => element("a", { href: `${offprint.root}${folder}/${slug}.html` }, name);
    const between = (links) => links.flatMap((each, index) => (index ? [", ", each] : [each]));
    const heading = element("h3", {}, element("a", { href: offprint.pageOf(paper.slug) }, paper.title));
    const meta = element("p", { class: "meta" });
    if (paper.ofOrganizations.length) {
      meta.append(element("span", {}, ...between(paper.ofOrganizations.map(link("organizations")))));
    }
    if (paper.who) meta.append(element("span", { class: "who" }, paper.who));
    meta.append(paper.iso
      ? element("a", { href: `${offprint.root}${paper.iso.replaceAll("-", "/")}.html` }, element("time", { datetime: paper.iso }, paper.day))
      : element("span", {}, paper.day));
    for (const name of ["votes", "comments"]) {
      if (paper[name] !== undefined && paper[name] !== null) meta.append(element("span", {}, text(name, { count: paper[name] })));
    }
    const made = element("article", { class: "card" }, heading, meta);
    if (paper.status) {
      made.classList.add("gone");
      heading.append(" ", element("span", { class: "status" }, text(`status_${paper.status}`)));
    }
    if (paper.inTopics.length) made.append(element("p", { class: "tags" }, ...paper.inTopics.map(link("topics"))));
    own.dress(made);
    return made;
  }

  async function load() {
    if (rows) return;
    const data = list.dataset.rows ? await offprint.load(list.dataset.rows) : null;
    names = { topic: new Map(), organization: new Map(), year: new Map([[UNDATED, text("undated")]]) };
    rows = data ? rowsOf(data) : cards.map(rowOf);
  }

  // Taking along: what the filters leave, or else the whole list.
  async function slugs() {
    if (list.dataset.rows === undefined) return cards.map((card) => card.dataset.slug);
    await load();
    return (active() ? found : rows).map((each) => each.slug);
  }

  const fileName = () => {
    const path = location.pathname.split("/").slice(-2).join("-").replace(/\.html$/, "").replace(/[^\w-]+/g, "-");
    return path.replace(/^-+/, "") || "papers";
  };
  const taking = cite.offer(slugs, fileName);
  if (list.dataset.rows === undefined) {
    list.append(element("div", { class: "tools" }, taking));
    return;
  }

  // The state ↔ the address.
  const active = () => Boolean(state.words || state.order || state.filters.length);

  function readAddress() {
    const given = new URLSearchParams(location.search);
    const filters = KINDS.flatMap((kind) => [false, true].flatMap((not) =>
      given.getAll(not ? `not-${kind}` : kind).map((value) => ({ kind, value, not }))));
    const order = given.get("sort") ?? "";
    state = { words: given.get("q") ?? "", order: order in ORDERS ? order : "", filters };
    shown = Number(history.state?.shown) || SIZE;
  }

  function address() {
    const given = new URLSearchParams();
    if (state.words) given.set("q", state.words);
    for (const { kind, value, not } of state.filters) given.append(not ? `not-${kind}` : kind, value);
    if (state.order) given.set("sort", state.order);
    const query = given.toString();
    return query ? `?${query}` : location.pathname.split("/").pop() || "index.html";
  }

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
  const field = element("input", { type: "search", name: "words", autocomplete: "off" });
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
  const plain = [...list.children];
  const homes = cards.map((card) => card.parentElement);
  list.prepend(element("div", { class: "tools" }, tool, taking), chips, status);
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

  // What is chosen can be chosen once; only what would leave something is offered. A browser measures every
  // choice that it is given, so they wait for a pause.
  let offering = 0;

  function offerSoon() {
    clearTimeout(offering);
    offering = setTimeout(offerChoices, 150);
  }

  function offerChoices() {
    for (const kind of KINDS) {
      if (pending?.kind === kind) continue;
      const counts = new Map();
      for (const each of found) for (const value of each[kind]) counts.set(value, (counts.get(value) ?? 0) + 1);
      for (const filter of state.filters) if (filter.kind === kind) counts.delete(filter.value);
      const by = kind === "year" ? ([a], [b]) => b.localeCompare(a) : ([, a], [, b]) => b - a;
      const offered = [...counts].sort(by).slice(0, CHOICES);
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

  // Topics and organizations narrow together; a paper has one year, so any of the chosen will do.
  function matches(each, words, only, without, years) {
    return words.every((word) => each.words.includes(word))
      && only.every(({ kind, value }) => each[kind].includes(value))
      && !without.some(({ kind, value }) => each[kind].includes(value))
      && (!years.length || years.includes(each.year[0]));
  }

  function filter() {
    const words = fold(state.words).split(/\s+/).filter(Boolean);
    const only = state.filters.filter(({ kind, not }) => !not && kind !== "year");
    const years = state.filters.filter(({ kind, not }) => !not && kind === "year").map(({ value }) => value);
    const without = state.filters.filter(({ not }) => not);
    found = rows.filter((each) => matches(each, words, only, without, years));
    if (state.order) found.sort(ORDERS[state.order]);
  }

  function show() {
    const on = active();
    for (const part of plain) part.hidden = on;
    worked.hidden = !on;
    if (on) {
      results.replaceChildren(...found.slice(0, shown).map((each) => each.card()));
      status.textContent = found.length ? text("shown_of", { found: found.length, count: rows.length }) : text("no_match");
      status.append(" ", button(text("clear"), () => {
        state = { words: "", order: "", filters: [] };
        changed();
        field.focus();
      }));
    } else {
      results.replaceChildren();
      cards.forEach((card, index) => homes[index].append(card));
      status.textContent = "";
    }
    more.hidden = !on || found.length <= shown;
  }

  function showMore() {
    const from = shown;
    shown += SIZE;
    results.append(...found.slice(from, shown).map((each) => each.card()));
    more.hidden = found.length <= shown;
    history.replaceState({ shown }, "", location.href);
    results.children[from]?.querySelector("h3 a").focus();
  }

  async function apply() {
    status.textContent = rows ? "" : text("loading");
    try {
      await load();
    } catch (error) {
      status.textContent = text("list_failed");
      console.error(error);
      return;
    }
    update();
  }

  function update() {
    if (!rows) return; // apply() is loading them, and then does what was asked meanwhile
    filter();
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
