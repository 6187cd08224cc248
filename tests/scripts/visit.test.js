// What a reader has not seen yet, by what the browser remembers of the last visit.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const run = load("own.js", "visit.js");
const call = (name, ...values) => plain(run(`visits.${name}(...${JSON.stringify(values)})`));
const visit = (at, day, papers, seen = []) => ({ at, day, papers, seen });
const HOUR = 3_600_000;

test("what was written is read; whatever else storage holds is set aside", () => {
  const kept = { latest: visit(5, "2026-06-30", 2, ["a", "b-c"]), before: visit(1, "2026-06-29", 1) };
  assert.deepEqual(call("read", call("write", kept)), kept);
  const good = { offprint: 1, latest: kept.latest };
  const wrong = [
    null, "", "{", "null", "[]", "7", '"x"', "{}", JSON.stringify({ ...good, offprint: 2 }), JSON.stringify({ offprint: 1, latest: [] }),
    ...[{ at: "1" }, { at: null }, { papers: 1.5 }, { day: "yesterday" }, { day: 7 }, { seen: "a" }, { seen: {} }].map((change) =>
      JSON.stringify({ offprint: 1, latest: { ...kept.latest, ...change } })),
  ];
  for (const text of wrong) assert.equal(call("read", text), null, text);
  const mixed = { ...good, before: "x", latest: { ...kept.latest, seen: ["a", 7, "__proto__", "<b>", null] } };
  assert.deepEqual(call("read", JSON.stringify(mixed)), { latest: { ...kept.latest, seen: ["a"] }, before: null });
});

test("a visit lasts until an hour has passed: a page loaded again still tells what is new", () => {
  const first = call("next", null, visit(0, "2026-06-30", 2));
  assert.equal(first.before, null);
  const again = call("next", first, visit(HOUR / 2, "2026-06-30", 2));
  assert.equal(again.before, null);
  const later = call("next", again, visit(3 * HOUR, "2026-07-01", 5));
  assert.deepEqual(later.before, again.latest);
  assert.deepEqual(call("next", later, visit(3.5 * HOUR, "2026-07-01", 5)).before, again.latest);
  assert.deepEqual(call("next", later, visit(1, "2026-07-01", 5)).before, later.latest, "a clock that was set back");
});

test("new is what came on later days, and what came later on the day that was the newest", () => {
  const before = visit(0, "2026-06-30", 2, ["a", "b"]);
  assert.equal(call("count", before, [["2026-07-02", 3], ["2026-06-30", 4], ["2026-06-29", 9]]), 5);
  assert.equal(call("count", before, [["2026-06-30", 2]]), 0);
  assert.equal(call("count", before, [["2026-06-30", 1]]), 0);
  assert.equal(call("isNew", before, "2026-07-02", "a"), true);
  assert.equal(call("isNew", before, "2026-06-30", "c"), true);
  assert.equal(call("isNew", before, "2026-06-30", "a"), false);
  assert.equal(call("isNew", before, "2026-06-29", "z"), false);
});
