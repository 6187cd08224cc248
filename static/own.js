// What a reader marks: stars, what was read, notes. It is kept in this browser (localStorage) under the archive's
// address, since other archives may share an origin; each paper keeps its title, so that the list can be shown
// (mine.js) without asking for anything.
"use strict";

// The list as text, for the storage and for files alike. Whatever a text holds, only what belongs in a list is taken.
const ownList = (() => {
  const VERSION = 1;
  const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
  const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

  /** @param {OwnPapers} papers */
  function write(papers) {
    return JSON.stringify({ offprint: VERSION, papers }, null, 1);
  }

  /**
   * Return the papers of a list; throws an Error that says why a text is none.
   * @param {string} content
   * @returns {OwnPapers}
   */
  function read(content) {
    if (!content) return papersOf([]);
    const list = JSON.parse(content);
    if (list?.offprint > VERSION) throw new Error(text("mine_newer"));
    if (list?.offprint !== VERSION || !isMapping(list.papers)) throw new Error(text("mine_shape"));
    const entries = Object.entries(list.papers).map(([slug, entry]) => [slug, SLUG.test(slug) ? entryOf(entry) : null]);
    return papersOf(entries.filter(([, entry]) => entry));
  }

  // Without Object's own properties: "constructor" may be a paper.
  const papersOf = (entries) => Object.assign(Object.create(null), Object.fromEntries(entries));
  const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /**
   * Return a paper's entry with the values that can be read; null where nothing is marked.
   * @param {any} value
   * @returns {OwnEntry | null}
   */
  function entryOf(value) {
    if (!isMapping(value)) return null;
    const string = (part, most) => (typeof part === "string" ? part.slice(0, most) : "");
    /** @type {OwnEntry} */
    const entry = { title: string(value.title, 2000), who: string(value.who, 2000), date: string(value.date, 100) };
    const star = string(value.star, 100); // when it was starred
    const note = string(value.note, 100_000);
    if (TIME.test(star)) entry.star = star;
    if (value.read === true) entry.read = true;
    if (note) entry.note = note;
    return entry.star || entry.read || entry.note ? entry : null;
  }

  /**
   * Return the papers of two lists: no mark is lost, and two notes become one.
   * @param {OwnPapers} papers
   * @param {OwnPapers} added
   */
  function merged(papers, added) {
    const all = papersOf(Object.entries(papers));
    for (const [slug, entry] of Object.entries(added)) {
      const mine = all[slug] ?? {};
      all[slug] = entryOf({
        ...entry, ...mine,
        star: mine.star ?? entry.star,
        read: mine.read || entry.read,
        note: bothNotes(mine.note ?? "", entry.note ?? ""),
      });
    }
    return all;
  }

  // A note that is part of the other already, as where a file is loaded twice, is not added again.
  function bothNotes(one, other) {
    const within = (whole, part) => `\n\n${whole}\n\n`.includes(`\n\n${part}\n\n`);
    if (!other || within(one, other)) return one;
    return !one || within(other, one) ? other : `${one}\n\n${other}`;
  }

  return { read, write, entryOf, merged };
})();

const own = (() => {
  const KEY = `offprint:own:${document.documentElement.dataset.archive}`;
  // Firefox keeps one storage for each file opened from a folder: stars are then kept on the list's page alone.
  const apart = location.protocol === "file:" && /Firefox\//.test(navigator.userAgent)
    && !document.getElementById("mine");

  /** @returns {OwnPapers} */
  function all() {
    try {
      return ownList.read(localStorage.getItem(KEY) ?? "");
    } catch {
      return ownList.read("");
    }
  }

  /** @param {OwnPapers} papers */
  function keep(papers) {
    try {
      setAside();
      if (Object.keys(papers).length) localStorage.setItem(KEY, ownList.write(papers));
      else localStorage.removeItem(KEY);
    } catch {
      alert(text("not_kept"));
    }
    document.dispatchEvent(new Event("own"));
  }

  // A list that cannot be read, such as a newer version's, is not lost where another takes its place.
  function setAside() {
    const content = localStorage.getItem(KEY) ?? "";
    try {
      ownList.read(content);
    } catch {
      localStorage.setItem(`${KEY}:unreadable`, content);
    }
  }

  // Removes everything that is kept.
  function forget() {
    keep({});
    try {
      localStorage.removeItem(`${KEY}:unreadable`);
      localStorage.removeItem(KEY.replace(":own:", ":visit:")); // what the home page remembers (visit.js)
    } catch {
      // keep() has said so
    }
  }

  // Changes what is kept of a paper; `about` is its title, who wrote it and its date.
  function change(slug, about, changes) {
    const papers = all();
    const entry = ownList.entryOf({ ...papers[slug], ...about, ...changes });
    if (entry) papers[slug] = entry;
    else delete papers[slug];
    keep(papers);
  }

  // Adds papers to those that are kept.
  function merge(papers) {
    keep(ownList.merged(all(), papers));
  }

  const now = () => new Date().toISOString();

  function star(slug, about) {
    if (apart) {
      const list = ownList.write({ [slug]: { ...about, star: now() } });
      location.assign(`${offprint.root}mine.html#add=${encodeURIComponent(list)}`);
      return;
    }
    change(slug, about, { star: all()[slug]?.star ? undefined : now() });
  }

  // A button that always shows what is kept of its paper.
  function toggle(slug, about, mark) {
    const node = mark === "star"
      ? button("", () => star(slug, about), { class: "star" })
      : button("", () => change(slug, about, { read: !all()[slug]?.read }), { class: "read" });
    const show = (papers) => {
      const on = Boolean(papers[slug]?.[mark]);
      if (mark === "star") {
        node.setAttribute("aria-pressed", String(on));
        node.textContent = on ? "★" : "☆";
        node.setAttribute("aria-label", text("star_paper", { title: about.title }));
        node.title = text(on ? "starred" : "star");
      } else {
        node.textContent = on ? `✓ ${text("is_read")}` : text("mark_read");
      }
    };
    shows.set(node, show);
    show(all());
    return node;
  }

  const shows = new Map(); // button → shows what is kept of its paper

  function refresh() {
    const papers = all();
    for (const [node, show] of shows) {
      if (node.isConnected) show(papers);
      else shows.delete(node);
    }
    for (const card of document.querySelectorAll(".card[data-slug]")) seen(card, papers);
  }

  function seen(card, papers) {
    card.classList.toggle("seen", Boolean(papers[card.dataset.slug]?.read));
  }

  /**
   * Put a star on a paper's card. `about` is what the list keeps of the paper, else taken from the card.
   * @param {HTMLElement} card
   * @param {OwnEntry} [about]
   * @param {OwnPapers} [papers]
   */
  function dress(card, about = aboutOf(card), papers = all()) {
    const link = card.querySelector("h3 a");
    const slug = link && offprint.slugOf(link);
    if (!slug || card.dataset.slug) return;
    card.dataset.slug = slug;
    card.querySelector("h3").after(toggle(slug, about, "star"));
    seen(card, papers);
  }

  function aboutOf(card) {
    const words = (selector) => card.querySelector(selector)?.textContent ?? "";
    const title = card.querySelector("h3 a")?.dataset.title ?? words("h3 a"); // math runs together in the link's text
    return { title, who: words(".who"), date: words("time") };
  }

  // The part of a paper's page that is the reader's own.
  function panel(section) {
    const { slug, who, date } = section.dataset;
    const meta = /** @type {HTMLMetaElement} */ (document.querySelector("meta[property='og:title']"));
    const about = { title: meta.content, who, date };
    const list = element("a", { href: `${offprint.root}mine.html` }, text("mine"));
    const marks = element("p", { class: "marks" }, toggle(slug, about, "star"));
    section.append(element("h2", {}, text("yours")), marks);
    if (apart) {
      section.append(element("p", { class: "where" }, text("yours_apart"), " ", list));
    } else {
      marks.append(toggle(slug, about, "read"));
      section.append(note(slug, about), element("p", { class: "where" }, text("yours_where"), " ", list));
      if (all()[slug]) change(slug, about, {}); // its title may have changed since
    }
  }

  function note(slug, about) {
    const area = element("textarea", { rows: 3 });
    area.value = all()[slug]?.note ?? "";
    area.addEventListener("input", () => change(slug, about, { note: area.value.trim() ? area.value : "" }));
    return element("label", { class: "note" }, text("note"), area);
  }

  const marked = all();
  const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".card")]);
  for (const card of cards) dress(card, undefined, marked);
  const yours = document.getElementById("yours");
  if (yours) panel(yours);
  document.addEventListener("own", refresh);
  addEventListener("storage", (event) => { if (event.key === KEY) refresh(); });
  addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });

  return { all, merge, forget, toggle, note, dress };
})();
