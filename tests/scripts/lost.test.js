// The page for an unknown address: what it was asked for, and which papers are nearest.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const run = load("queries.js", "own.js", "cite.js", "lost.js");
const asked = (...values) => plain(run(`lostPage.asked(...${JSON.stringify(values)})`));
const nearest = (words, slugs) => plain(run(`lostPage.nearest(${JSON.stringify(words.split("-"))}, ${JSON.stringify(slugs)})`));

test("an address is read below the site's root, however deep, encoded or broken", () => {
  assert.deepEqual(asked("/repository/papers/Old-Name.html", "/repository/"), { folder: "papers", words: ["old", "name"] });
  assert.deepEqual(asked("/papers/2024/m%C3%BCller_net", "/"), { folder: "papers", words: ["muller", "net"] });
  assert.deepEqual(asked("/r/100%25-of-%E4", "/r/"), { folder: "", words: ["100", "25", "of", "e4"] });
  assert.deepEqual(asked("/r/", "/r/"), { folder: "", words: [] });
});

test("papers are near by words, by letters and by beginnings; common words say little", () => {
  const slugs = ["video-generation-with-trees", "video-models", "attention-is-all-you-need", "a", "the-video-of-video", "tv2tv"];
  assert.deepEqual(nearest("atention-is-all-you-ned", slugs)[0], "attention-is-all-you-need");
  assert.deepEqual(nearest("tv2t", slugs), ["tv2tv"]);
  assert.deepEqual(nearest("generation-trees-video", slugs)[0], "video-generation-with-trees");
  assert.deepEqual(nearest("zebra", slugs), []);
  assert.deepEqual(nearest("zebra", []), []);
});

test("of ten thousand slugs at most five are offered, the nearest first", () => {
  const slugs = Array.from({ length: 10_000 }, (_, n) => `paper-${n}-on-${["bees", "graphs", "video"][n % 3]}-number-${n * 7}`);
  const found = nearest("paper-77-on-graph-number-539", slugs);
  assert.equal(found.length <= 5, true);
  assert.equal(found[0], "paper-77-on-video-number-539");
});
