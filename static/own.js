// What a reader marks: stars, what was read, notes. It is kept in this browser (localStorage) under the archive's
// address, since other archives may share an origin; each paper keeps its title, so that the list can be shown
// (mine.js) without asking for anything.
"use strict";

const own = (() => {
  const KEY = `offprint:own:${document.documentElement.dataset.archive}`;
  const VERSION = 1;
  const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
  // Firefox keeps one storage for each file opened from a folder: stars are then kept on the list's page alone.
  const apart = location.protocol === "file:" && /Firefox\//.test(navigator.userAgent)
    && !document.getElementById("mine");

  function all() {
    try {
      return read(localStorage.getItem(KEY) ?? "");
    } catch {
      return {};
    }
  }

  function keep(papers) {
    try {
      if (Object.keys(papers).length) localStorage.setItem(KEY, write(papers));
      else localStorage.removeItem(KEY);
    } catch {
      alert(text("not_kept"));
    }
    document.dispatchEvent(new Event("own"));
  }

  // Papers ↔ text, for the storage and for files alike. Whatever the text holds, only what belongs there is taken.
  function write(papers) {
    return JSON.stringify({ offprint: VERSION, papers }, null, 1);
  }

  function read(given) {
    if (!given) return {};
    let held;
    try {
      held = JSON.parse(given);
    } catch (error) {
      throw new Error(error.message);
    }
    if (held?.offprint > VERSION) throw new Error(text("mine_newer"));
    if (held?.offprint !== VERSION || typeof held.papers !== "object" || !held.papers) {
      throw new Error(text("mine_shape"));
    }
    const papers = {};
    for (const [slug, entry] of Object.entries(held.papers)) {
      const made = SLUG.test(slug) && typeof entry === "object" && entry ? clean(entry) : null;
      if (made) papers[slug] = made;
    }
    return papers;
  }

  // A paper's entry; null where nothing is marked.
  function clean(entry) {
    const string = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");
    const made = { title: string(entry.title, 2000), who: string(entry.who, 2000), date: string(entry.date, 100) };
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(entry.star)) made.star = entry.star; // when it was starred
    if (entry.read === true) made.read = true;
    if (string(entry.note, 1)) made.note = string(entry.note, 100_000);
    return made.star || made.read || made.note ? made : null;
  }

  // Changes what is kept of a paper; `about` is its title, who wrote it and its date.
  function change(slug, about, changes) {
    const papers = all();
    const made = clean({ ...papers[slug], ...about, ...changes });
    if (made) papers[slug] = made;
    else delete papers[slug];
    keep(papers);
  }

  // Adds papers to those that are kept: no mark is lost, and two notes become one.
  function merge(papers) {
    const held = all();
    for (const [slug, entry] of Object.entries(papers)) {
      const mine = held[slug] ?? {};
      const notes = [...new Set([mine.note, entry.note].filter(Boolean))];
      held[slug] = clean({
        ...entry, ...mine,
        star: mine.star ?? entry.star,
        read: mine.read || entry.read,
        note: notes.join("\n\n"),
      });
    }
    keep(held);
  }

  const now = () => new Date().toISOString();

  function star(slug, about) {
    if (apart) {
      const entry = { papers: { [slug]: { ...about, star: now() } }, offprint: VERSION };
      location.assign(`${offprint.root}mine.html#add=${encodeURIComponent(JSON.stringify(entry))}`);
      return;
    }
    change(slug, about, { star: all()[slug]?.star ? undefined : now() });
  }

  // A button that always shows what is kept of its paper.
  function toggle(slug, about, mark) {
    const made = mark === "star"
      ? button("", () => star(slug, about), { class: "star" })
      : button("", () => change(slug, about, { read: !all()[slug]?.read }), { class: "read" });
    const show = (papers) => {
      const on = Boolean(papers[slug]?.[mark]);
      if (mark === "star") {
        made.setAttribute("aria-pressed", on);
        made.textContent = on ? "★" : "☆";
        made.setAttribute("aria-label", text("star_paper", { title: about.title }));
        made.title = text(on ? "starred" : "star");
      } else {
        made.textContent = on ? `✓ ${text("is_read")}` : text("mark_read");
      }
    };
    shows.set(made, show);
    show(all());
    return made;
  }

  const shows = new Map(); // button → shows what is kept of its paper

  function refresh() {
    const papers = all();
    for (const [made, show] of shows) {
      if (made.isConnected) show(papers);
      else shows.delete(made);
    }
    for (const card of document.querySelectorAll(".card[data-slug]")) seen(card, papers);
  }

  function seen(card, papers) {
    card.classList.toggle("seen", Boolean(papers[card.dataset.slug]?.read));
  }

  // Puts a star on a paper's card.
  function dress(card, papers = all()) {
    const link = card.querySelector("h3 a");
    const slug = link && offprint.slugOf(link);
    if (!slug || card.dataset.slug) return;
    card.dataset.slug = slug;
    const about = {
      title: link.textContent,
      who: card.querySelector(".who")?.textContent ?? "",
      date: card.querySelector("time")?.textContent ?? "",
    };
    card.querySelector("h3").after(toggle(slug, about, "star"));
    seen(card, papers);
  }

  // The part of a paper's page that is the reader's own.
  function panel(section) {
    const { slug, who, date } = section.dataset;
    const about = { title: document.querySelector("meta[property='og:title']").content, who, date };
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
    section.hidden = false;
  }

  function note(slug, about) {
    const area = element("textarea", { rows: 3 });
    area.value = all()[slug]?.note ?? "";
    area.addEventListener("input", () => change(slug, about, { note: area.value.trim() ? area.value : "" }));
    return element("label", { class: "note" }, text("note"), area);
  }

  const papers = all();
  for (const card of document.querySelectorAll(".card")) dress(card, papers);
  const yours = document.getElementById("yours");
  if (yours) panel(yours);
  document.addEventListener("own", refresh);
  addEventListener("storage", (event) => { if (event.key === KEY) refresh(); });
  addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });

  return { all, merge, keep, read, write, toggle, note, dress };
})();
