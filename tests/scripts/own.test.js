// A reader's own list: what storage and files hold is taken where it belongs there, and is never in the way.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const KEY = "offprint:own:https://example.org/";
const WHEN = "2026-11-23T10:00:00.000Z";
const list = load("own.js")("ownList");
const read = (papers) => plain(list.read(JSON.stringify({ offprint: 1, papers })));

test("a list comes back from its text", () => {
  const papers = {
    p1: { title: "One", who: "Ada", date: "2025", star: WHEN, read: true, note: "n" },
    constructor: { title: "", who: "", date: "", read: true },
  };
  assert.deepEqual(plain(list.read(list.write(papers))), papers);
});

test("of an entry only what has the right type is taken", () => {
  const bare = { title: "", who: "", date: "" };
  for (const odd of [[WHEN], { toString: WHEN }, 5, true, null, "yesterday", `${WHEN}\n`.repeat(9), ""]) {
    assert.deepEqual(read({ p1: { star: odd, read: true } }), { p1: { ...bare, read: true } }, JSON.stringify(odd));
    assert.deepEqual(read({ p1: { star: odd } }), {});
  }
  for (const odd of [1, "true", {}, [true]]) assert.deepEqual(read({ p1: { read: odd } }), {});
  for (const odd of [1, {}, ["n"], ""]) assert.deepEqual(read({ p1: { note: odd } }), {});
  for (const odd of [1, {}, ["n"], null]) {
    assert.deepEqual(read({ p1: { title: odd, who: odd, date: odd, star: WHEN } }), { p1: { ...bare, star: WHEN } });
  }
  for (const odd of ["x", 1, null, [], [WHEN]]) assert.deepEqual(read({ p1: odd }), {});
});

test("a slug that there can be none of is set aside", () => {
  const entry = { title: "", who: "", date: "", star: WHEN };
  for (const slug of ["__proto__", "../x", "A", "a--b", "", "é"]) {
    assert.deepEqual(read(JSON.parse(`{${JSON.stringify(slug)}: ${JSON.stringify(entry)}, "p1": ${JSON.stringify(entry)}}`)), { p1: entry });
  }
  assert.deepEqual(read({ constructor: entry }), { constructor: entry });
});

test("a text that is no list is refused", () => {
  for (const content of ["null", "1", "[]", "{}", '{"offprint": 1}', '{"offprint": "1", "papers": {}}', '{"offprint": 1, "papers": []}']) {
    assert.throws(() => list.read(content), /mine_shape/, content);
  }
  assert.throws(() => list.read('{"offprint": 2, "papers": {}}'), /mine_newer/);
  assert.throws(() => list.read("{"), { name: "SyntaxError" });
  assert.deepEqual(plain(list.read("")), {});
});

test("of two lists no mark is lost, and two notes become one", () => {
  const mine = { a: { title: "A", who: "", date: "", note: "Mine." }, b: { title: "B", who: "", date: "", star: WHEN } };
  const added = {
    a: { title: "Old", who: "", date: "", note: "Theirs.", star: WHEN, read: true },
    b: { title: "B", who: "", date: "", star: "2020-01-01T00:00:00Z", note: "n" },
    c: { title: "C", who: "", date: "", read: true },
    constructor: { title: "D", who: "", date: "", read: true },
  };
  const merged = plain(list.merged(list.read(list.write(mine)), added));
  assert.deepEqual(merged, {
    a: { title: "A", who: "", date: "", star: WHEN, read: true, note: "Mine.\n\nTheirs." },
    b: { title: "B", who: "", date: "", star: WHEN, note: "n" },
    c: added.c,
    constructor: added.constructor,
  });
  assert.deepEqual(plain(list.merged(merged, added)), merged);
  assert.equal(plain(list.merged(added, merged)).a.note, "Mine.\n\nTheirs.");
  assert.equal(plain(list.merged(mine, { a: { title: "A", who: "", date: "", note: "Mi" } })).a.note, "Mine.\n\nMi");
});

test("a list that cannot be read is kept aside when another takes its place, and forgotten with it", () => {
  const run = load("own.js");
  const newer = '{"offprint": 2, "papers": {"p1": {}}}';
  run("localStorage").setItem(KEY, newer);
  assert.deepEqual(plain(run("own.all()")), {});
  run(`own.merge({ p2: { title: "", who: "", date: "", star: "${WHEN}" } })`);
  assert.deepEqual(Object.keys(plain(run("own.all()"))), ["p2"]);
  assert.equal(run("localStorage").getItem(`${KEY}:unreadable`), newer);
  run("own.forget()");
  assert.equal(run("localStorage").getItem(KEY), null);
  assert.equal(run("localStorage").getItem(`${KEY}:unreadable`), null);
});
