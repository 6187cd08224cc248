// The page of the reader's own list: what own.js keeps, shown, taken along, saved to a file and loaded from one.
"use strict";

(() => {
  const list = document.getElementById("mine");
  const status = element("p", { class: "said", role: "status" });
  const shown = element("div");

  // The list is made once and its marks change in place: an unstarred paper stays until the page is left.
  function show() {
    const held = own.all();
    const starred = Object.keys(held).filter((slug) => held[slug].star);
    starred.sort((a, b) => held[b].star.localeCompare(held[a].star));
    const others = Object.keys(held).filter((slug) => !held[slug].star).sort();
    shown.replaceChildren(
      ...section(text("mine_starred"), starred, held),
      ...section(text("mine_others"), others, held),
      ...(starred.length + others.length ? [] : [element("p", {}, text("mine_empty"))]),
    );
  }

  function section(heading, slugs, held) {
    if (!slugs.length) return [];
    return [element("section", {}, element("h2", { class: "part" }, heading), ...slugs.map((slug) => card(slug, held[slug])))];
  }

  function card(slug, { title, who, date }) {
    const meta = element("p", { class: "meta" });
    for (const fact of [who, date]) if (fact) meta.append(element("span", {}, fact));
    const made = element("article", { class: "card" },
      element("h3", {}, element("a", { href: offprint.pageOf(slug) }, title || slug)), meta,
      element("p", { class: "marks" }, own.toggle(slug, { title, who, date }, "read")),
      own.note(slug, { title, who, date }));
    own.dress(made);
    return made;
  }

  const slugs = () => {
    const held = own.all();
    const marked = Object.keys(held);
    const starred = marked.filter((slug) => held[slug].star);
    return starred.length ? starred : marked;
  };

  const chosen = element("input", { type: "file", accept: ".json,application/json", id: "load", hidden: "" });
  chosen.addEventListener("change", async () => {
    if (chosen.files.length) add(await chosen.files[0].text());
    chosen.value = "";
  });

  function add(given) {
    try {
      const read = own.read(given.trim() || "null");
      own.merge(read);
      status.textContent = text("mine_loaded", { count: Object.keys(read).length });
      show();
    } catch (error) {
      status.textContent = text("mine_unreadable", { reason: error.message });
    }
  }

  function forget() {
    if (!confirm(text("mine_sure"))) return;
    own.keep({});
    show();
  }

  list.append(
    element("div", { class: "tools" }, cite.offer(slugs, () => "my-papers"),
      button(text("mine_save"), () => offprint.save("my-papers.json", "application/json", own.write(own.all()))),
      button(text("mine_load"), () => chosen.click()), chosen,
      button(text("mine_forget"), forget)),
    status, shown);
  show();

  // From a folder in Firefox, other pages hand a starred paper over in the address (own.js).
  const added = location.protocol === "file:" && /^#add=(.*)$/.exec(location.hash);
  if (added) {
    history.replaceState(null, "", location.pathname.split("/").pop());
    add(decodeURIComponent(added[1]));
  }
})();
