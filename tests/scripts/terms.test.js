// Lists of names: what typing finds, and in which order.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./page.js";

const termRows = load("terms.js")("termRows");
const terms = termRows.termsOf([
  ["Ångström Institute", "angstrom", 3, "2020"],
  ["Institute of Stars", "stars", 9, "2019-01", "star-lab"],
  ["Zoo, The (London)", "zoo", 1, "2026-06-30"],
]);
const slugs = (typed, order = "") => [...termRows.select(terms, typed, order).map(({ slug }) => slug)];

test("a name is found by any part of it, without accents, in any order of words", () => {
  assert.deepEqual(slugs("angs"), ["angstrom"]);
  assert.deepEqual(slugs("london zoo"), ["zoo"]);
  assert.deepEqual(slugs("star-lab"), ["stars"]);
  assert.deepEqual(slugs("nothing"), []);
});

test("a name that begins as typed comes first", () => {
  assert.deepEqual(slugs("inst"), ["stars", "angstrom"]);
});

test("names are ordered by papers, by the newest, or as listed", () => {
  assert.deepEqual(slugs("", "most"), ["stars", "angstrom", "zoo"]);
  assert.deepEqual(slugs("", "newest"), ["zoo", "angstrom", "stars"]);
  assert.deepEqual(slugs(""), ["angstrom", "stars", "zoo"]);
});
