// Lists: what addresses ask for, and what filters and orders leave.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const lists = load("own.js", "cite.js", "card.js", "lists.js")("listRows");

const DATA = {
  dates: [["2025-12-04", "4 December 2025"], ["2026", "2026"]],
  topics: [["video", "Video"], ["graphs", "Graphs"]],
  organizations: [["meta", "Meta"], ["univ", "Univ. of Łódź"]],
  papers: [
    ["a", "Ångström & C++", "Grace Hopper", "", 0, [0], [0, 1], 3, 1],
    ["b", "beta", "Ada Lovelace", "Éva", 1, [0, 1], [], null, 7],
    ["c", "Gone", "", "", null, [1], [1], 9, null, "withdrawn"],
    ["d", "Bare"],
  ],
};
const rows = lists.rowsOf(DATA);
const slugs = (search) => plain(lists.select(rows, lists.readState(search)).map(({ slug }) => slug));

test("a row without values that the build left out is whole", () => {
  const { card, ...row } = rows[3];
  assert.equal(typeof card, "function");
  assert.deepEqual(plain(row), {
    slug: "d", title: "Bare", date: "", topics: [], organizations: [], votes: -1, comments: -1,
    words: "bare\n\n", topic: [], organization: [], year: ["undated"],
  });
});

test("words are found whatever their case, accents and letters, in titles, names and topics", () => {
  for (const search of ["?q=angstrom", "?q=ÅNGSTRÖM", "?q=c%2B%2B", "?q=%26", "?q=lodz+hopper", "?q=%20%20LODZ%20angs%20"]) {
    assert.deepEqual(slugs(search).slice(0, 1), ["a"], search);
  }
  assert.deepEqual(slugs("?q=eva"), ["b"]);
  assert.deepEqual(slugs("?q=eva+hopper"), []);
});

test("math is found as it is typed and as it is written", () => {
  const [paper] = lists.rowsOf({ ...DATA, papers: [["m", "10⁴ frames, 10⁻⁴ loss, CO₂"]] });
  for (const search of ["?q=10^4", "?q=10⁴", "?q=10^-4", "?q=10⁻⁴", "?q=co2", "?q=CO₂"]) {
    assert.equal(lists.select([paper], lists.readState(search)).length, 1, search);
  }
  assert.equal(lists.select([paper], lists.readState("?q=104")).length, 0);
});

test("topics and organizations narrow together, years do not, and each can be left out", () => {
  assert.deepEqual(slugs("?topic=video&topic=graphs"), ["b"]);
  assert.deepEqual(slugs("?topic=graphs&not-organization=univ"), ["b"]);
  assert.deepEqual(slugs("?year=2025&year=2026"), ["a", "b"]);
  assert.deepEqual(slugs("?year=undated"), ["c", "d"]);
  assert.deepEqual(slugs("?not-year=undated"), ["a", "b"]);
  assert.deepEqual(slugs("?topic=__proto__"), []);
});

test("every order has the undated, uncounted last, and changes no row's place otherwise", () => {
  assert.deepEqual(slugs("?sort=newest"), ["b", "a", "c", "d"]);
  assert.deepEqual(slugs("?sort=oldest"), ["a", "b", "c", "d"]);
  assert.deepEqual(slugs("?sort=votes"), ["c", "a", "b", "d"]);
  assert.deepEqual(slugs("?sort=comments"), ["b", "a", "c", "d"]);
  assert.deepEqual(slugs("?sort=title"), ["a", "d", "b", "c"]);
});

test("an order that there is none of is the list's own", () => {
  for (const order of ["__proto__", "constructor", "toString", "hasOwnProperty", "", "Newest", "newest ", "0"]) {
    assert.equal(lists.readState(`?sort=${order}`).order, "", order);
    assert.deepEqual(slugs(`?sort=${order}`), ["a", "b", "c", "d"], order);
    assert.deepEqual(plain(lists.select(rows, { words: "", order, filters: [] }).length), 4);
  }
});

test("a state comes back from its address", () => {
  for (const search of ["", "?q=a+b%26c&topic=video&not-topic=graphs&not-year=2025&sort=votes"]) {
    assert.equal(lists.writeState(lists.readState(search)), search);
  }
  assert.equal(lists.writeState(lists.readState("?sort=constructor&other=1&q=%E0%A4")), "?q=%EF%BF%BD");
});

test("how many cards are shown is a page's size where the history holds no such number", () => {
  assert.equal(lists.readShown({ shown: 90 }, 30), 90);
  for (const entry of [null, undefined, {}, 7, "x", { shown: -1 }, { shown: "90" }, { shown: NaN }, { shown: 1e99 }, { shown: [60] }]) {
    assert.equal(lists.readShown(entry, 30), 30);
  }
});

test("choices are the most frequent first, years the newest, and what is chosen is not offered again", () => {
  assert.deepEqual(plain(lists.choices(rows, "topic", [])), [["video", 2], ["graphs", 2]]);
  assert.deepEqual(plain(lists.choices(rows, "organization", [])), [["univ", 2], ["meta", 1]]);
  assert.deepEqual(plain(lists.choices(rows, "year", [])), [["undated", 2], ["2026", 1], ["2025", 1]]);
  const chosen = [{ kind: "topic", value: "video", not: true }];
  assert.deepEqual(plain(lists.choices(rows, "topic", chosen)), [["graphs", 2]]);
});

test("a file is named after its list", () => {
  for (const [path, name] of [
    ["/archive/topics/video.html", "topics-video"], ["/index.html", "index"], ["/", "papers"], ["/a/%E4%B8%AD.html", "a--E4-B8-AD"],
  ]) {
    assert.equal(lists.fileName(path), name, path);
  }
});
