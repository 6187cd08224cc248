// Suggestions: which file has the names that words may be the beginning of, and which names those are.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./page.js";

const suggestions = load("suggest.js")("suggestions");

test("words are looked up in the deepest node that begins them", () => {
  const nodes = ["v", "vi", "z", "zh", "zha", "王"];
  for (const [word, node] of [["visual", "vi"], ["v", "v"], ["vo", "v"], ["zhang", "zha"], ["zhi", "zh"], ["eth", ""], ["王小明", "王"]]) {
    assert.equal(suggestions.nodeOf(word, new Set(nodes)), node, word);
  }
  assert.equal(suggestions.fileOf(""), "data/names.js");
  assert.equal(suggestions.fileOf("zha"), "data/names/zha.js");
  assert.equal(suggestions.fileOf("王"), "data/names/_738b.js");
});

test("names are offered that words begin, in any order and without accents", () => {
  const named = ["Visual SLAM", "ETH Zürich", "Vision"].map((name, index) => ["topics", name, name, 9 - index]);
  const titles = Array.from({ length: 9 }, (_, index) => ["papers", `Vision ${index}`, `v${index}`, 0]);
  const names = (words) => Array.from(suggestions.matching(words, [...named, ...titles]), ([, name]) => name);
  assert.deepEqual(names("vis").slice(0, 3), ["Visual SLAM", "Vision", "Vision 0"]);
  assert.equal(names("vis").length, 8);
  assert.deepEqual(names("zur eth"), ["ETH Zürich"]);
  assert.deepEqual(names("ETH Z"), ["ETH Zürich"]);
  for (const words of ["visual eth", "", "topic:vis", '"vis', "-vis"]) assert.deepEqual(names(words), [], words);
});
