"""What a search costs a reader, by the number of stretches that the index is parted into.

    python -m tests.benchmarks.searching [--papers 10000]

One archive is indexed in one stretch, then in more and more; for each, Chromium opens the search page with an
empty cache and asks for words of every frequency. Told are, as medians over the words: how many requests and
bytes the page and the first answer take, milliseconds from the question to the answer, and how many of the
first ten papers are those that one index finds.
"""

import argparse
import functools
import http.server
import statistics
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from offprint.commands import Options
from offprint.commands.build import build
from tests.benchmarks import corpus
from tests.sites import PROJECT

_PARTS = (1, 2, 4, 8, 16, 32)
_WORDS = 12
_ASK = """async (words) => {
  const started = performance.now();
  const count = await finder.search(-1, words, {}, "");
  const hits = await finder.take(-1, 10);
  return [performance.now() - started, count, hits.map((hit) => hit.path)];
}"""


class Asked(NamedTuple):
    """A first query: requests, bytes, milliseconds, how many papers it found, and the first ten."""

    requests: int
    size: int
    milliseconds: float
    found: int
    first: list[str]


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def ask(browser: Browser, address: str, words: str) -> Asked:
    """Open the search page in a browser that knows nothing of it, and ask."""
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page.goto(f"{address}search.html", wait_until="networkidle")
        milliseconds, count, first = page.evaluate(_ASK, words)
        page.wait_for_load_state("networkidle")
        return Asked(len(sizes), sum(sizes), milliseconds, count, first)


def words_of(made: list[dict[str, str]]) -> list[str]:
    """Words that from two papers to nearly all have, evenly by their rank."""
    counted = Counter(
        word for paper in made for word in set(paper["abstract"].lower().split()) if word.isalpha()
    )
    ranked = [word for word, count in counted.most_common() if count > 1]
    return [ranked[min(len(ranked) - 1, int(len(ranked) ** (n / (_WORDS - 1))))] for n in range(_WORDS)]


def measure(folder: Path, made: list[dict[str, str]], browser: Browser) -> str:
    """The table, a row for each number of stretches."""
    lines = [
        "| stretches | requests | kB | ms | of the first ten | same number found |",
        "| --: | --: | --: | --: | --: | --- |",
    ]
    words, whole = words_of(made), dict[str, Asked]()
    given = Options(
        folder / "content", folder / "_site", PROJECT / "templates", PROJECT / "static", folder / ".cache", 2
    )
    for parts in _PARTS:
        with patch("offprint.findable.MOST", -(-len(made) // parts)):
            (folder / ".cache/last").unlink(missing_ok=True)
            build(given, lambda *_: None)
        handler = functools.partial(_Handler, directory=str(folder / "_site"))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/"
            asked = {word: ask(browser, address, word) for word in words}
            server.shutdown()
        whole = whole or asked
        same = [len(set(asked[w].first) & set(whole[w].first)) / max(1, len(whole[w].first)) for w in words]
        requests = statistics.median(each.requests for each in asked.values())
        size = statistics.median(each.size for each in asked.values())
        milliseconds = statistics.median(each.milliseconds for each in asked.values())
        equal = all(asked[word].found == whole[word].found for word in words)
        lines.append(
            f"| {parts} | {requests:.0f} | {size / 1000:.0f} | {milliseconds:.0f} |"
            f" {10 * statistics.mean(same):.1f} | {'yes' if equal else 'no'} |"
        )
    return "\n".join(lines)


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
