// What exists in JavaScript and in Python is the same: both sides run the cases of tests/contribute/twins.json. The other
// side is tests/contribute/test_twins.py.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { load, plain, TWINS } from "./page.js";

const run = load("record.js", "paste.js", "own.js", "cite.js");
const [fold, record, paste, citations] = ["fold", "record", "paste", "citations"].map(run);
const { slug: slugRule, forbidden, fields } = TWINS.rules;

test("letters are folded", () => {
  for (const [words, folded] of TWINS.fold) assert.equal(fold(words), folded, words);
});

test("a name has a slug", () => {
  for (const [name, slug] of TWINS.slugify) {
    assert.equal(record.slugify(name, slugRule), slug, name);
    assert.equal(record.slugFaultOf(slug, slugRule, new Set()), "", slug);
  }
});

test("a paper is named by its title", () => {
  for (const { title, taken, slug } of TWINS.slug_for) {
    assert.equal(record.slugFor(title, slugRule, new Set(taken)), slug, title);
  }
});

test("what no record may hold is left out", () => {
  for (const [words, cleaned] of TWINS.clean) assert.equal(record.clean(words, forbidden), cleaned);
});

test("a record is written", () => {
  const lists = new Set(["authors", "organizations"]);
  const texts = new Set(["abstract", "summary"]);
  for (const { typed, text } of TWINS.records) {
    const values = Object.fromEntries(Object.entries(typed).map(([name, value]) => {
      const shape = lists.has(name) ? "list" : texts.has(name) ? "text" : "line";
      return [name, typeof value === "string" ? record.valueOfTyped(value, shape, forbidden) : value];
    }));
    assert.equal(record.textOf(values, fields), text);
  }
});

test("what a person pastes is an id", () => {
  for (const [words, arxiv, doi] of TWINS.pasted) assert.deepEqual(plain(paste.idsOf(words)), { arxiv, doi }, words);
});

test("who is typed on a line is written", () => {
  for (const [line, written] of TWINS.people) {
    const authors = record.valueOfTyped(line, "people", forbidden);
    assert.equal(record.textOf({ authors }, fields), `---\nauthors: [${written}]\n---\n`, line);
  }
});

test("a pasted entry fills the form", () => {
  for (const { entry, values, left } of TWINS.bibtex) assert.deepEqual(plain(paste.entryOf(entry)), { values, left }, entry);
  for (const words of ["", "no entry", "@article{a, title={x", "@string{a={b}}", "@comment{x, y={z}}"]) {
    assert.equal(paste.entryOf(words), null, words);
  }
});

test("a paper's citations are in one file", () => {
  for (const [slug, path] of TWINS.citation_files) assert.equal(citations.fileOf(slug), path);
});

test("a hash is SHA-256", () => {
  for (const words of ["", "abc", "é".repeat(200), ...Array.from({ length: 130 }, (_, length) => "x".repeat(length))]) {
    assert.equal(record.sha256(words), createHash("sha256").update(words).digest("hex"));
  }
});
