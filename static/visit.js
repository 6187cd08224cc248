// What is new on the home page since a reader's last visit. This browser remembers (localStorage, under the archive's
// address) the newest day, how many papers it had and which were shown; a visit lasts until an hour passes without one.
"use strict";

const visits = (() => {
  const VERSION = 1;
  const PAUSE = 60 * 60 * 1000; // ms
  const MOST = 500; // slugs that are remembered
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

  const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /**
   * Return what a browser remembers; null where it is nothing that this function wrote.
   * @param {string | null} content
   * @returns {{ latest: Visit, before: Visit | null } | null}
   */
  function read(content) {
    try {
      const kept = JSON.parse(content ?? "");
      if (!isMapping(kept) || kept.offprint !== VERSION) return null;
      const latest = visitOf(kept.latest);
      return latest && { latest, before: visitOf(kept.before) };
    } catch {
      return null;
    }
  }

  /** @returns {Visit | null} */
  function visitOf(value) {
    if (!isMapping(value) || !Number.isFinite(value.at) || !Number.isSafeInteger(value.papers)) return null;
    if (!DAY.test(value.day) || !Array.isArray(value.seen)) return null;
    const seen = value.seen.filter((slug) => typeof slug === "string" && SLUG.test(slug)).slice(0, MOST);
    return { at: value.at, day: String(value.day), papers: value.papers, seen };
  }

  /**
   * Return what is to be remembered of this visit beside the one before it.
   * @param {{ latest: Visit, before: Visit | null } | null} kept
   * @param {Visit} now
   */
  function next(kept, now) {
    if (!kept) return { latest: now, before: null };
    const pause = now.at - kept.latest.at;
    return { latest: now, before: pause > PAUSE || pause < 0 ? kept.latest : kept.before };
  }

  function write({ latest, before }) {
    return JSON.stringify({ offprint: VERSION, latest, before });
  }

  /**
   * Return how many papers came after a visit; `days` are the newest days, each with its number of papers.
   * @param {Visit} before
   * @param {[string, number][]} days
   */
  function count(before, days) {
    const later = days.filter(([day]) => day > before.day).reduce((sum, [, listed]) => sum + listed, 0);
    const [, papers = 0] = days.find(([day]) => day === before.day) ?? [];
    return later + Math.max(0, papers - before.papers);
  }

  /** Tell whether a paper of a day was not there at a visit. */
  const isNew = (before, day, slug) => day > before.day || (day === before.day && !before.seen.includes(slug));

  return { read, write, next, count, isNew };
})();

(() => {
  const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-days]"));
  if (!list?.dataset.days) return;
  const KEY = `offprint:visit:${document.documentElement.dataset.archive}`;
  /** @type {[string, number][]} */
  const days = list.dataset.days.split(" ").map((each) => [each.slice(0, 10), Number(each.slice(11))]);
  const cards = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-day] .card")]);
  const slugOf = (card) => offprint.slugOf(card.querySelector("h3 a"));
  const now = { at: Date.now(), day: days[0][0], papers: days[0][1], seen: cards.map(slugOf) };

  let kept;
  try {
    kept = visits.next(visits.read(localStorage.getItem(KEY)), now);
    localStorage.setItem(KEY, visits.write(kept));
  } catch {
    return; // this browser remembers nothing
  }
  const { before } = kept;
  const count = before ? visits.count(before, days) : 0;
  if (!count) return;
  const date = new Date(before.at).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  list.prepend(element("p", { class: "notice", role: "status" }, text("since_visit", { count, date })));
  for (const card of cards) {
    const { day } = /** @type {HTMLElement} */ (card.closest("[data-day]")).dataset;
    const heading = card.querySelector("h3");
    if (!visits.isNew(before, day, slugOf(card)) || heading.querySelector(".new")) continue;
    heading.append(" ", element("span", { class: "new" }, text("new")));
  }
})();
