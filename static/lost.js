// The page for an address that there is none of: it offers the papers whose slugs are nearest, and a search for the
// words of the address. The page is served at any depth, so the site's root is the path that the build knows.
"use strict";

const lostPage = (() => {
  const MOST = 5;

  /**
   * Return what an address asks for: the folder, as papers or topics, and the words of the file's name.
   * @param {string} pathname
   * @param {string} root the site's path, which ends with a slash
   */
  function asked(pathname, root) {
    const below = pathname.startsWith(root) ? pathname.slice(root.length) : pathname;
    const parts = below.split("/").filter(Boolean).map(decoded);
    const name = (parts.pop() ?? "").replace(/\.\w+$/, "");
    return { folder: parts[0] ?? "", words: fold(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean) };
  }

  function decoded(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return part; // a stray percent sign
    }
  }

  /**
   * Return the slugs that are nearest to some words, the best first; only those that share what tells them apart.
   * @param {string[]} words
   * @param {string[]} slugs
   */
  function nearest(words, slugs) {
    const whole = words.join("-");
    const among = new Map(); // word → how many slugs have it: what many have says little
    const parts = slugs.map((slug) => slug.split("-"));
    for (const each of parts) for (const part of new Set(each)) among.set(part, (among.get(part) ?? 0) + 1);
    const weight = (part) => Math.log(1 + slugs.length / (among.get(part) ?? 1));
    const near = words.map((word) => {
      const likes = new Map();
      for (const part of among.keys()) likes.set(part, likeness(word, part));
      return likes;
    });
    const all = words.reduce((sum, word) => sum + weight(word), 0);
    const scored = slugs.map((slug, index) => {
      const shared = near.reduce((sum, likes) => sum + Math.max(0, ...parts[index].map((part) => (likes.get(part) ?? 0) * weight(part))), 0);
      const far = queries.distance(whole, slug, 3);
      return { slug, score: shared / (all || 1) + (far <= 3 ? 1 - far / 4 : 0) };
    });
    const good = scored.filter(({ score }) => score >= 0.3).sort((a, b) => b.score - a.score || (a.slug < b.slug ? -1 : 1));
    return good.filter(({ score }) => score >= good[0].score / 2).slice(0, MOST).map(({ slug }) => slug);
  }

  function likeness(word, part) {
    if (word === part) return 1;
    if (word.length < 4 || part.length < 4) return 0;
    return queries.distance(word, part, 1) <= 1 ? 0.8 : part.startsWith(word) || word.startsWith(part) ? 0.6 : 0;
  }

  /**
   * Return a paper's title, from its citations; null for one that is not to be cited.
   * @param {string} slug
   * @returns {Promise<string | null>}
   */
  async function titleOf(slug) {
    const files = await offprint.load(citations.fileOf(slug));
    const [, , , , , title = null] = files[slug] ?? []; // after the three formats, abstract and summary
    return title;
  }

  return { asked, nearest, titleOf };
})();

(async () => {
  const place = document.getElementById("nearest");
  if (!place) return;
  const { folder, words } = lostPage.asked(location.pathname, new URL(offprint.root, location.href).pathname);
  if (!words.length) return;
  const search = element("a", { href: `${offprint.root}search.html?q=${encodeURIComponent(words.join(" "))}` }, words.join(" "));
  place.append(element("p", {}, `${text("lost_search")} `, search));
  place.hidden = false;
  if (folder && folder !== "papers") return;
  const papers = await offprint.load("data/slugs.js").catch(() => []);
  const slugs = lostPage.nearest(words, papers.map(([slug]) => slug));
  const titles = await Promise.all(slugs.map((slug) => lostPage.titleOf(slug).catch(() => null)));
  if (!slugs.length) return;
  const items = slugs.map((slug, index) => element("li", {}, element("a", { href: offprint.pageOf(slug) }, titles[index] ?? slug)));
  place.prepend(element("p", {}, text("lost_nearest")), element("ul", {}, ...items));
})();
