"""What a search costs a reader, and whether it finds what Pagefind's own index of all papers would.

    python -m tests.benchmarks.searching [--papers 10000]

Chromium opens the search page with an empty cache and asks for words of every frequency, once of the index
that is put together from parts, once of one that Pagefind made of all papers at once. Told are, as medians
over the words: how many requests and bytes the page and the first answer take, of which the search itself;
milliseconds from the first key typed until the first result shows, and for words asked later; and how many of
the first ten papers are those of Pagefind's own index.
"""

import argparse
import functools
import http.server
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pagefind_bin
from playwright.sync_api import Browser, sync_playwright

from offprint.archive.resolve import resolve
from offprint.build.load import load_messages
from offprint.build.options import Options
from offprint.commands.build import build
from offprint.records.reader import load_content
from offprint.search.documents import search_document
from tests.benchmarks import corpus
from tests.sites import STATIC, TEMPLATES

_WORDS = 12
_TYPE = """async ([words, again]) => {
  const field = document.querySelector("input[name=q]");
  const hits = document.querySelector("#results");
  const type = (text) => new Promise((resolve) => {
    const started = performance.now();
    new MutationObserver((changes, seen) => {
      if (!changes.some((each) => each.addedNodes.length)) return;
      seen.disconnect();
      resolve(performance.now() - started);
    }).observe(hits, { childList: true, subtree: true });
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  const times = [await type(words), await type(again)];
  const count = await finder.search(-1, words, {}, "");
  const first = await finder.take(-1, 10);
  return [...times, count, first.map((hit) => hit.path)];
}"""


class Asked(NamedTuple):
    """A first query: requests, bytes, and those of the search alone; milliseconds of it and of a later one;
    how many papers it found, and the first ten.
    """

    requests: int
    size: int
    search_size: int
    first_ms: float
    later_ms: float
    found: int
    first: list[str]


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def ask(browser: Browser, address: str, words: str, again: str) -> Asked:
    """Open the search page in a browser that knows nothing of it, and type."""
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        sizes: list[tuple[str, int]] = []
        page.on(
            "requestfinished",
            lambda request: sizes.append((request.url, request.sizes()["responseBodySize"])),
        )
        page.goto(f"{address}search.html", wait_until="networkidle")
        first_ms, later_ms, count, first = page.evaluate(_TYPE, [words, again])
        page.wait_for_load_state("networkidle")
        of_search = sum(size for url, size in sizes if "/pagefind/" in url)
        total = sum(size for _, size in sizes)
        return Asked(len(sizes), total, of_search, first_ms, later_ms, count, first)


def words_of(made: list[dict[str, Any]]) -> list[str]:
    """Words that from two papers to nearly all have, evenly by their rank."""
    counted = Counter(
        word for paper in made for word in set(paper["abstract"].lower().split()) if word.isalpha()
    )
    ranked = [word for word, count in counted.most_common() if count > 1]
    return [ranked[min(len(ranked) - 1, int(len(ranked) ** (n / (_WORDS - 1))))] for n in range(_WORDS)]


def measure(folder: Path, made: list[dict[str, Any]], browser: Browser) -> str:
    """The table, a row for each of the two indexes."""
    lines = [
        "| index | requests | kB | of the search | first result, ms | later | of the first ten | papers |",
        "| --- | --: | --: | --: | --: | --: | --: | --- |",
    ]
    words, site = words_of(made), folder / "_site"
    build(
        Options(folder / "content", site, TEMPLATES, STATIC, folder / ".cache", 2),
        lambda *_: None,
    )
    ours = _ask_all(browser, site, words)
    _index_at_once(folder, site / "pagefind")
    theirs = _ask_all(browser, site, words)
    for name, asked in (("from parts", ours), ("Pagefind's own", theirs)):
        same = [len(set(one.first) & set(two.first)) for one, two in zip(asked, theirs, strict=True)]
        of = [len(each.first) for each in theirs]
        equal = all(one.found == two.found for one, two in zip(asked, theirs, strict=True))
        requests = statistics.median(each.requests for each in asked)
        size = statistics.median(each.size for each in asked)
        of_search = statistics.median(each.search_size for each in asked)
        first_ms = statistics.median(each.first_ms for each in asked)
        later_ms = statistics.median(each.later_ms for each in asked)
        lines.append(
            f"| {name} | {requests:.0f} | {size / 1000:.0f} | {of_search / 1000:.0f} | {first_ms:.0f} |"
            f" {later_ms:.0f} | {10 * sum(same) / sum(of):.1f} | {'the same' if equal else 'others'} |"
        )
    return "\n".join(lines)


def _ask_all(browser: Browser, site: Path, words: list[str]) -> list[Asked]:
    handler = functools.partial(_Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        asked = [ask(browser, address, word, words[index - 1]) for index, word in enumerate(words)]
        server.shutdown()
    return asked


def _index_at_once(folder: Path, index: Path) -> None:
    """Let Pagefind index all papers at once, in the place of the index that was put together."""
    content, _ = load_content(folder / "content", 2)
    library, _ = resolve(content)
    wording = load_messages(TEMPLATES, "en")
    (folder / "bare/papers").mkdir(parents=True)
    for paper in library.papers:
        path, text = search_document(paper, "en", wording)
        (folder / "bare" / path).write_text(text, encoding="utf-8")
    engine = (index / "engine.js").read_bytes()
    shutil.rmtree(index)
    command = [pagefind_bin.get_executable(), "--site", str(folder / "bare"), "--output-path", str(index)]
    subprocess.run(command, check=True, capture_output=True)
    (index / "engine.js").write_bytes(engine)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searching")
    parser.add_argument("--papers", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        made = list(corpus.papers(given.papers))
        corpus.write(made, Path(name) / "content")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        sys.stdout.write(f"{measure(Path(name), made, browser)}\n")
        browser.close()


if __name__ == "__main__":
    main()
