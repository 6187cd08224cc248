// The facets of a search: values of topics, organizations, authors, venues and years, with how many hits have each.
// Several values of one kind may be chosen, of which a hit has all, any or none; years also as a span. What is chosen
// lives in the address. static/search.js asks, static/finder.js counts.
"use strict";

// What is chosen, without a page.
const facetState = (() => {
  const KINDS = ["topic", "organization", "author", "venue", "year"];
  const HOW = { all: "", any: "any-", none: "not-" }; // what stands before the kind in the address

  /**
   * Return what an address chooses.
   * @param {URLSearchParams} query
   * @returns {Facets}
   */
  function read(query) {
    const year = (name) => (/^\d{4}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : null);
    const chosen = KINDS.flatMap((kind) => Object.entries(HOW).flatMap(([how, before]) =>
      query.getAll(before + kind).filter(Boolean).map((value) => ({ kind, value, how }))));
    return { chosen, from: year("from"), to: year("to") };
  }

  /**
   * Add to an address what is chosen.
   * @param {Facets} facets
   * @param {URLSearchParams} query
   */
  function write({ chosen, from, to }, query) {
    for (const { kind, value, how } of chosen) query.append(HOW[how] + kind, value);
    if (from !== null) query.set("from", String(from));
    if (to !== null) query.set("to", String(to));
  }

  /**
   * Return filters as Pagefind takes them; of years, of which a paper has one, any will do.
   * Those of which any will do are left out of the kind `left`.
   * @param {Facets} facets
   * @param {string[]} years all years that papers have
   * @param {string} [left] a kind
   */
  function filters({ chosen, from, to }, years, left = "") {
    const of = (how, kind) => chosen.filter((each) => each.how === how && each.kind === kind).map(({ value }) => ({ [kind]: value }));
    const all = [];
    const none = [];
    for (const kind of KINDS) {
      none.push(...of("none", kind));
      const any = kind === "year" ? [...of("any", kind), ...of("all", kind)] : of("any", kind);
      if (kind !== "year") all.push(...of("all", kind));
      if (any.length && kind !== left) all.push({ any });
    }
    if ((from !== null || to !== null) && left !== "year") {
      const within = years.filter((year) => Number(year) >= (from ?? 0) && Number(year) <= (to ?? 9999));
      all.push({ any: within.length ? within.map((year) => ({ year })) : [{ year: "none" }] });
    }
    return { all, none };
  }

  return { KINDS, read, write, filters };
})();

/**
 * Make the facets of the search page.
 * @param {{ count: (kind: string) => Promise<[string, number][]>, changed: () => unknown }} page `count` tells how many
 *   hits have each value of a kind
 */
function searchFacets({ count, changed }) {
  const SHOWN = 8;
  const MORE = 24;
  const OPEN = ["topic", "year"]; // whose counts are small files
  const FILES = { organization: "data/organizations.js", author: "data/every-author.js" };
  const outer = /** @type {HTMLDetailsElement} */ (document.getElementById("facets"));
  const wide = matchMedia("(min-width: 58rem)");
  const number = (value) => value.toLocaleString(document.documentElement.lang);

  /** @type {Facets} */
  let state = { chosen: [], from: null, to: null };
  const names = new Map(); // kind → value → name
  const totals = new Map(); // kind → values of the whole archive with their counts, the largest ones
  const further = new Map(); // kind → whether the archive has more values than those
  const sections = new Map(); // kind → its section and what it shows
  for (const list of /** @type {NodeListOf<HTMLDataListElement>} */ (outer.querySelectorAll("datalist"))) {
    const options = [...list.options];
    names.set(list.dataset.kind, new Map(options.map(({ value, label }) => [value, label])));
    further.set(list.dataset.kind, Number(list.dataset.total) > options.length);
    totals.set(list.dataset.kind, options.map((option) => [option.value, Number(option.dataset.count)]));
  }
  const kinds = facetState.KINDS.filter((kind) => names.has(kind));
  const years = () => [...(names.get("year")?.keys() ?? [])];

  const nameOf = (kind, value) => names.get(kind)?.get(value) ?? value;

  // Loads the names of all values of a kind; the page has those of the most frequent.
  async function loadNames(kind) {
    if (!FILES[kind]) return;
    for (const [name, value] of await offprint.load(FILES[kind])) names.get(kind).set(value, name);
  }

  function makeSection(kind) {
    const find = element("input", { type: "search", "aria-label": `${text("facet_find")}: ${text(kind)}`, autocomplete: "off" });
    find.placeholder = text("facet_find");
    const how = element("select", { "aria-label": text(kind) }, ...["all", "any", "none"].map((each) => new Option(text(`facet_${each}`), each)));
    const list = element("ul");
    const more = button(text("facet_more"), () => { section.most += MORE; complete(kind); });
    const years_ = element("div");
    const node = element("details", { class: "facet", "data-kind": kind },
      element("summary", {}, text(kind)), how, ...(kind === "year" ? [years_] : [find]), list, more);
    const section = { node, find, how, list, more, years: years_, values: totals.get(kind), most: SHOWN, asked: -1, all: -1 };
    find.addEventListener("input", () => complete(kind));
    how.addEventListener("change", () => {
      for (const each of state.chosen) if (each.kind === kind) each.how = how.value;
      changed();
    });
    node.open = OPEN.includes(kind);
    node.addEventListener("toggle", () => refresh(kind));
    sections.set(kind, section);
    return node;
  }

  // Shows a facet that has all of its values, with their names.
  async function complete(kind) {
    const section = sections.get(kind);
    const mine = searches;
    try {
      await loadNames(kind);
      if (whole && further.get(kind) && section.all !== searches) {
        const values = await count(kind);
        if (mine === searches) [section.values, section.all] = [values, mine];
      }
    } catch (error) {
      console.error(error); // then those that are known are all that can be shown
    }
    showValues(kind);
  }

  // The values that are shown: what is chosen, then those that most hits have, or whose names begin as typed.
  function valuesOf(kind) {
    const { values, find } = sections.get(kind);
    const counts = new Map(values);
    const chosen = state.chosen.filter((each) => each.kind === kind).map(({ value }) => value);
    const wanted = suggestions.wordsOf(find.value);
    const fits = ([value]) => !chosen.includes(value) && wanted.every((word) =>
      suggestions.wordsOf(nameOf(kind, value)).some((other) => other.startsWith(word)));
    return [...chosen.map((value) => [value, counts.get(value) ?? 0]), ...values.filter(fits)];
  }

  function showValues(kind) {
    const { node, find, how, list, more, values, most } = sections.get(kind);
    const chosen = state.chosen.filter((each) => each.kind === kind);
    const all = kind === "year" ? valuesOf(kind).filter(([value]) => !/^\d+$/.test(value)) : valuesOf(kind);
    const kept = document.activeElement?.closest("[data-value]")?.getAttribute("data-value"); // has the focus
    list.replaceChildren(...all.slice(0, Math.max(most, chosen.length)).map(([value, papers]) => row(kind, value, papers)));
    if (kept) /** @type {HTMLElement} */ (list.querySelector(`[data-value="${CSS.escape(kept)}"] input`))?.focus();
    const isPart = whole && further.get(kind) && sections.get(kind).all !== searches;
    more.hidden = all.length <= most && !isPart;
    find.hidden = values.length <= SHOWN && !find.value && !isPart;
    how.hidden = !chosen.length || kind === "year";
    how.value = chosen[0]?.how ?? sections.get(kind).how.value;
    node.hidden = !totals.get(kind).length;
    if (kind === "year") showYears();
  }

  function row(kind, value, papers) {
    const box = element("input", { type: "checkbox" });
    box.checked = state.chosen.some((each) => each.kind === kind && each.value === value);
    box.addEventListener("change", () => {
      state.chosen = state.chosen.filter((each) => each.kind !== kind || each.value !== value);
      if (box.checked) state.chosen.push({ kind, value, how: sections.get(kind).how.value });
      changed();
    });
    return element("li", { "data-value": value }, element("label", {}, box, " ", element("span", {}, nameOf(kind, value))),
      element("span", { class: "count" }, number(papers)));
  }

  // A bar for each year, to press, and the first and the last year, to type.
  function showYears() {
    const { values, years: place } = sections.get("year");
    const counts = new Map(values.map(([year, papers]) => [Number(year), papers]));
    const all = years().filter((year) => /^\d+$/.test(year)).map(Number).sort((a, b) => a - b);
    if (!all.length) return;
    const highest = Math.max(1, ...all.map((year) => counts.get(year) ?? 0));
    const within = (year) => year >= (state.from ?? 0) && year <= (state.to ?? 9999);
    const bars = Array.from({ length: all.at(-1) - all[0] + 1 }, (_, index) => all[0] + index).map((year) => {
      const papers = counts.get(year) ?? 0;
      const bar = button("", () => {
        const alone = state.from === year && state.to === year;
        [state.from, state.to] = alone ? [null, null] : [year, year];
        changed();
      }, { "aria-label": `${year}: ${text("found", { count: papers })}`, title: `${year}: ${number(papers)}`, "data-year": String(year) });
      bar.setAttribute("aria-pressed", String((state.from !== null || state.to !== null) && within(year)));
      bar.style.setProperty("--share", String(papers / highest));
      return bar;
    });
    const field = (key) => {
      const input = element("input", { type: "number", min: all[0], max: all.at(-1), name: key });
      input.placeholder = String(key === "from" ? all[0] : all.at(-1));
      input.value = state[key] ?? "";
      input.addEventListener("change", () => {
        state[key] = input.value ? Number(input.value) : null;
        changed();
      });
      return element("label", {}, text(`facet_${key}`), " ", input);
    };
    const focused = document.activeElement?.getAttribute("data-year");
    place.replaceChildren(element("div", { class: "bars" }, ...bars), element("p", { class: "span" }, field("from"), field("to")));
    if (focused) /** @type {HTMLElement} */ (place.querySelector(`[data-year="${focused}"]`))?.focus();
  }

  let searches = 0;
  let whole = true; // whether all papers are found

  async function refresh(kind) {
    const section = sections.get(kind);
    if (!outer.open || !section.node.open || section.asked === searches) return;
    const mine = section.asked = searches;
    section.node.setAttribute("aria-busy", "true");
    try {
      const values = !whole ? await count(kind) : section.all === searches ? section.values : totals.get(kind);
      if (FILES[kind] && values.slice(0, SHOWN).some(([value]) => !names.get(kind).has(value))) await loadNames(kind);
      if (mine !== searches) return;
      section.values = values;
    } catch (error) {
      section.asked = -1; // the search itself tells what is missing
      console.error(error);
    }
    section.node.removeAttribute("aria-busy");
    showValues(kind);
  }

  /**
   * Show the counts of a new search.
   * @param {boolean} ofAll whether it finds all papers
   */
  function update(ofAll) {
    searches += 1;
    whole = ofAll;
    for (const kind of kinds) {
      showValues(kind);
      refresh(kind);
    }
  }

  outer.append(...kinds.map(makeSection));
  outer.open = wide.matches;
  wide.addEventListener("change", () => { outer.open = wide.matches; });
  outer.addEventListener("toggle", () => { for (const kind of kinds) refresh(kind); });

  return {
    update, nameOf, loadNames, years,
    has: (kind) => names.has(kind),
    known: (kind) => [...names.get(kind)],
    isNamed: (kind, value) => !FILES[kind] || names.get(kind)?.has(value),
    get state() { return state; },
    set state(value) { state = value; },
  };
}
