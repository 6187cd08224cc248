// The page of the reader's own list: what own.js keeps, shown, taken along, saved to a file and loaded from one.
"use strict";

(() => {
  const list = document.getElementById("mine");
  const status = element("p", { class: "said", role: "status" });
  const shown = element("div");

  // The list is made once and its marks change in place: an unstarred paper stays until the page is left.
  function show() {
    const papers = own.all();
    const starred = Object.keys(papers).filter((slug) => papers[slug].star);
    starred.sort((a, b) => papers[b].star.localeCompare(papers[a].star));
    const others = Object.keys(papers).filter((slug) => !papers[slug].star).sort();
    shown.replaceChildren(
      ...section(text("mine_starred"), starred, papers),
      ...section(text("mine_others"), others, papers),
      ...(starred.length + others.length ? [] : [element("p", {}, text("mine_empty"))]),
    );
  }

  function section(heading, listed, papers) {
    if (!listed.length) return [];
    return [element("section", {}, element("h2", { class: "part" }, heading), ...listed.map((slug) => card(slug, papers[slug])))];
  }

  function card(slug, { title, who, date }) {
    const node = paperCard({ slug, title: title || slug, who, date: { text: date } });
    node.append(element("p", { class: "marks" }, own.toggle(slug, { title, who, date }, "read")),
      own.note(slug, { title, who, date }));
    return node;
  }

  const slugs = () => {
    const papers = own.all();
    const marked = Object.keys(papers);
    const starred = marked.filter((slug) => papers[slug].star);
    return starred.length ? starred : marked;
  };

  const chosen = element("input", { type: "file", accept: ".json,application/json", id: "load", hidden: "" });
  chosen.addEventListener("change", async () => {
    if (chosen.files.length) {
      const content = await chosen.files[0].text();
      add(() => content);
    }
    chosen.value = "";
  });

  // Adds a list; what cannot be read is said, and changes nothing.
  function add(content) {
    try {
      const papers = ownList.read(content().trim() || "null");
      own.merge(papers);
      status.textContent = text("mine_loaded", { count: Object.keys(papers).length });
      show();
    } catch (error) {
      status.textContent = text("mine_unreadable", { reason: error.message });
    }
  }

  function forget() {
    if (!confirm(text("mine_sure"))) return;
    own.forget();
    show();
  }

  list.append(
    element("div", { class: "tools" }, cite.offer(slugs, () => "my-papers"),
      button(text("mine_save"), () => offprint.save("my-papers.json", "application/json", ownList.write(own.all()))),
      button(text("mine_load"), () => chosen.click()), chosen,
      button(text("mine_forget"), forget)),
    status, shown);
  show();

  // From a folder in Firefox, other pages hand a starred paper over in the address (own.js).
  const added = location.protocol === "file:" && /^#add=(.*)$/.exec(location.hash);
  if (added) {
    history.replaceState(null, "", location.pathname.split("/").pop());
    add(() => decodeURIComponent(added[1]));
  }
})();
