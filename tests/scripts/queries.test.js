// Queries: what is read of them, how words are corrected and hits ranked, which part of a text is shown.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const queries = load("queries.js")("queries");
const parse = (words) => plain(queries.parse(words));

test("words, phrases and what must not be there are told apart, in quotes of any kind", () => {
  for (const quoted of ['"visual slam"', "“visual slam”", "„visual slam“", "«visual slam»", '"visual slam']) {
    const { words, phrases } = parse(`maps ${quoted}`);
    assert.deepEqual([words, phrases], [["maps", "visual", "slam"], [["visual slam"]]], quoted);
  }
  assert.deepEqual(parse('slam -visual -"loop closure" state-of-the-art').without, ["visual", "loop closure"]);
  assert.deepEqual(parse("slam -visual state-of-the-art").words, ["slam", "state-of-the-art"]);
  assert.deepEqual(parse("+slam - / … ?").words, ["slam"]);
});

test("fields and filters are read, and what is none is not searched for", () => {
  const fieldsOf = (words) => parse(words).fields.map(({ any, not }) => [not, ...any.map(({ field, words: inIt }) => [field, inIt])]);
  const fields = [[false, ["by", "Roland Siegwart"]], [false, ["organizations", "ETH"]], [false, ["title", "maps"]]];
  assert.deepEqual(fieldsOf('author:"Roland Siegwart" org:ETH Title:maps'), fields);
  assert.deepEqual(fieldsOf("author: Siegwart OR org:ETH -title:maps"),
    [[false, ["by", "Siegwart"], ["organizations", "ETH"]], [true, ["title", "maps"]]]);
  assert.deepEqual(parse("author:Siegwart").words, []);
  for (const [typed, years] of [
    ["year:2020", [2020, 2020]], ["year:2020..2022", [2020, 2022]], ["year:2020-2022", [2020, 2022]], ["year:2020..", [2020, 9999]],
    ["year:..2020", [0, 2020]], ["year:>2020", [2021, 9999]], ["year:<=2020", [0, 2020]], ["before:2020", [0, 2019]], ["after:2020", [2021, 9999]],
  ]) {
    assert.deepEqual(parse(typed).filters.map(({ any }) => any[0].years), [years], typed);
  }
  assert.deepEqual(parse("year:soon colour:red maps").unknown, ["year:soon", "colour:red"]);
  assert.deepEqual(parse("year:soon colour:red maps").words, ["maps"]);
  for (const odd of ["author:", "slam~2", "title:slam~2", "---", '""', "slam OR author:Siegwart", "year:2020 OR topic:maps"]) {
    const { words, fields: restricted, filters, unknown } = parse(odd);
    assert.deepEqual([words, restricted, filters, unknown], [[], [], [], [odd]], odd);
  }
  assert.deepEqual(parse("BERT: language models").words, ["BERT", "language", "models"]);
});

test("OR is a choice, and short words are joined as compounds are written", () => {
  const sets = (words) => plain(queries.alternatives(queries.parse(words)));
  assert.deepEqual(sets("visual slam OR lidar"), [["visual", "slam"], ["visual", "lidar"]]);
  assert.deepEqual(sets("gpt 4"), [["gpt", "4"], ["gpt4"]]);
  assert.deepEqual(sets("vit l 14"), [["vit", "l", "14"], ["vitl14"]]);
  assert.deepEqual(sets("u net segmentation"), [["u", "net", "segmentation"], ["unet", "segmentation"]]);
  assert.deepEqual(sets("C++ c#"), [["Cplusplus", "csharp"]]);
  assert.deepEqual(sets("OR"), [["OR"]]);
  assert.deepEqual(sets("slam | lidar"), [["slam"], ["lidar"]]);
  assert.deepEqual(parse('visual OR "loop closure"').phrases, [["visual", "loop closure"]]);
  for (const without of ["maps NOT slam", "maps -slam"]) assert.deepEqual(parse(without).without, ["slam"]);
});

test("a power is one word, however it is typed", () => {
  for (const typed of ["10^-4", "10^{-4}", "10^(-4)", "10⁻⁴"]) {
    assert.deepEqual(parse(typed).words, ["10powminus4"], typed);
    assert.equal(queries.written("10powminus4, Cplusplus"), "10^-4, C++");
  }
  assert.deepEqual(parse("O(n^2) R^d n²").words, ["O", "npow2", "Rpowd", "npow2"]);
});

test("an identifier is known in every form in which it is copied", () => {
  for (const words of [
    "2512.05103", "2512.05103v3", "arXiv:2512.05103", " https://arxiv.org/abs/2512.05103v1 ", "https://doi.org/10.48550/arXiv.2512.05103",
  ]) {
    assert.deepEqual(plain(queries.identifierOf(words)), { id: "arxiv2512051030", alone: true }, words);
  }
  for (const words of ["10.1000/Xyz.1", "doi:10.1000/xyz.1", "https://dx.doi.org/10.1000/xyz.1"]) {
    assert.deepEqual(plain(queries.identifierOf(words)), { id: "doi101000xyz10", alone: true }, words);
  }
  assert.deepEqual(plain(queries.identifierOf("0000-0002-1825-009X")), { id: "orcid000000021825009x0", alone: true });
  assert.deepEqual(plain(queries.identifierOf("self-supervised")), { id: "slugselfsupervised0", alone: false });
  for (const words of ["", "maps", "2512", "self supervised", "GPT-4", "1.5"]) assert.equal(queries.identifierOf(words), null, words);
});

test("a mistyped word is corrected by the nearest, the most frequent first", () => {
  const vocabulary = ["learning", "transformer", "transform", "leaning", "diffusion"];
  assert.equal(queries.nearest("transfomer", vocabulary)[0], "transformer");
  assert.equal(queries.nearest("lerning", vocabulary)[0], "learning");
  assert.equal(queries.nearest("diffu", vocabulary)[0], "diffusion");
  assert.deepEqual(plain(queries.nearest("orchid", vocabulary)), []);
  assert.deepEqual(plain(queries.nearest("xyz", vocabulary)), []);
  assert.equal(queries.distance("from", "form", 2), 1);
  assert.equal(queries.distance("kitten", "sitting", 3), 3);
});

test("hits with the words as typed come first: in the title, in a name, in a row", () => {
  const hit = (title, authors = [], content = "") => ({ meta: { title }, card: { authors }, content, path: "", missing: [], begun: false });
  const titles = (hits, words) => Array.from(queries.rank(hits, words), (each) => each.meta.title);
  assert.equal(titles([hit("Local maps"), hit("Localization")], ["localization"])[0], "Localization");
  assert.equal(titles([hit("Colombia"), hit("Maps", ["Ana Colomé"])], ["Colome"])[0], "Maps");
  assert.equal(titles([hit("Maps", ["Jan Mull"]), hit("More", ["Eva Müller"])], ["Mueller"])[0], "More");
  assert.equal(titles([hit("Slam that is visual"), hit("On visual slam")], ["visual", "slam"])[0], "On visual slam");
  assert.equal(titles([hit("Visual slam and more"), hit("Visual SLAM")], ["visual", "slam"])[0], "Visual SLAM");
});

test("an excerpt holds the words, begins and ends where it is cut with an ellipsis", () => {
  const long = `${"Nothing is here to see at all. ".repeat(12)}A heron stands in the water. ${"More of it follows here now. ".repeat(12)}`;
  const shown = queries.excerpt(long, ["heron"]);
  assert.match(shown, /^… .*A heron stands.* …$/);
  assert.equal(queries.excerpt("A heron stands.", ["heron"]), "A heron stands.");
  assert.match(queries.excerpt(long, []), /^Nothing .* …$/);
});

test("words and their forms are marked", () => {
  const marks = (words, wanted) => Array.from(queries.mark(words, wanted)).filter(([, on]) => on).map(([part]) => part);
  assert.deepEqual(marks("Streaming a stream of streams; stress.", ["streaming"]), ["Streaming", "stream", "streams"]);
  assert.deepEqual(marks("Ana Colomé of Colombia", ["Colome"]), ["Colomé"]);
  assert.deepEqual(marks("使用网络检索图像", ["网络", "图像"]), ["网络", "图像"]);
});
