// Citations: packed by the build, unpacked here, laid out for Zotero.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load, plain } from "./page.js";

const citations = load("own.js", "cite.js")("citations");

test("marks in a packed citation stand for its texts and its slug", () => {
  const packed = ["@misc{\ue005, a={\ue001}, b={\ue002}", "TI  - \ue003", { id: "\ue005", note: "\ue001" }, 'A "q"\\', "S", "$& $1", "u"];
  assert.deepEqual(plain(citations.unpack("slug", packed)), [
    '@misc{slug, a={A "q"\\}, b={S}', "TI  - $& $1", '{"id":"slug","note":"A \\"q\\"\\\\"}',
  ]);
});

test("a context object says what RIS says, its type last", () => {
  const ris = [
    "TY  - CONF", "TI  - C++ & co", "AU  - Hopper, Grace", "DA  - 2025/12//", "DO  - 10.1000/x", "N1  - Own words", "ZZ  - no",
  ].join("\r\n");
  const pairs = citations.contextObject(ris).split("&").map((pair) => pair.split("=").map(decodeURIComponent));
  assert.deepEqual(pairs, [
    ["ctx_ver", "Z39.88-2004"], ["rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"], ["rft.title", "C＋＋ & co"],
    ["rft.creator", "Hopper, Grace"], ["rft.date", "2025-12"], ["rft_id", "info:doi/10.1000/x"],
    ["rft.description", "Own words"], ["rft.type", "conferencePaper"],
  ]);
  const abstract = citations.contextObject("TY  - GEN\r\nAB  - A\r\nN1  - N");
  assert.match(abstract, /rft\.description=A&rft\.type=preprint$/);
});
