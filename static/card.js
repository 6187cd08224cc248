// A paper's card drawn from data, for the lists that scripts make; templates/card.html draws it where no script runs.
"use strict";

/**
 * Return the card of a paper, with its star.
 * @param {CardData} paper
 * @param {"article" | "li"} [tag]
 */
function paperCard(paper, tag = "article") {
  /** @param {{ name: string, path?: string }} link */
  const linked = ({ name, path }) => (path ? element("a", { href: offprint.root + path }, name) : name);
  const between = (parts) => parts.flatMap((part, index) => (index ? [", ", part] : [part]));
  const { organizations = [], topics = [], who = "", date = { text: "" } } = paper;

  const heading = element("h3", {}, element("a", { href: offprint.pageOf(paper.slug), dir: "auto" }, paper.heading ?? paper.title));
  if (paper.draft) heading.append(" ", element("span", { class: "status" }, text("draft")));
  if (paper.status) heading.append(" ", element("span", { class: "status" }, paper.status));
  const meta = element("p", { class: "meta" });
  if (organizations.length) meta.append(element("span", {}, ...between(organizations.map(linked))));
  if (who) meta.append(element("span", { class: "who" }, who));
  if (date.iso) {
    const day = element("time", { datetime: date.iso }, date.text);
    meta.append(element("a", { href: `${offprint.root}${date.iso.replaceAll("-", "/")}.html` }, day));
  } else if (date.text) {
    meta.append(element("span", {}, date.text));
  }
  for (const name of ["votes", "comments"]) {
    if (paper[name] !== undefined && paper[name] !== null) {
      meta.append(element("span", {}, text(name, { count: paper[name] })));
    }
  }

  const card = element(tag, { class: paper.status ? "card gone" : "card" }, heading, meta);
  if (paper.lead) card.append(element("p", { class: "lead" }, paper.lead));
  const out = Object.entries(paper.links ?? {}).map(([kind, href]) => element("a", { class: "out", href }, text(`card_${kind}`)));
  if (topics.length || out.length) card.append(element("p", { class: "tags" }, ...topics.map(linked), ...out));
  own.dress(card, { title: paper.title, who, date: date.text });
  return card;
}
