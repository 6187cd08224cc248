"""Whether readers' imperfect queries find their paper, and at what cost; beside plain Pagefind and FTS5.

    python -m tests.benchmarks.searching [--content FOLDER] [--papers 1000] [--queries 12] [--seed 1]

Queries of each class are made from an archive's own records, seeded: from ``--content``, or else from a
made-up archive. Each is asked of the real search page in Chromium, of Pagefind's own order in the same
index, and of SQLite's FTS5 (any of the words, BM25, the title counts five times). Told of each class:
success at 1 and at 5, the mean reciprocal rank among the first ten; and of first queries in a browser that
knows nothing of the site, as medians: requests, bytes of the search, milliseconds until the first hit.
"""

import argparse
import functools
import http.server
import itertools
import random
import re
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, Page, Request, sync_playwright

from offprint.archive.model import Paper
from offprint.archive.resolve import resolve
from offprint.build.options import Options
from offprint.commands.build import build
from offprint.records.reader import load_content
from tests.benchmarks import corpus
from tests.sites import STATIC, TEMPLATES

_COLD = 3  # queries of each class that are asked of a browser with an empty cache
_FIRST = 10  # hits that are looked at
_WORD = re.compile(r"\w[\w-]*")

# Ends once the page has answered what its address asks for.
_ANSWERED = """() => {
  const said = document.querySelector("#status").textContent;
  return said && said !== TEXTS.searching && !document.querySelector("#status[aria-busy=true]");
}"""
_SHOWN = """() => [...document.querySelectorAll("#results > li h3 a")].map((link) => offprint.slugOf(link))"""
_PLAIN = """async (words) => {
  const get = async (address) => fetch(offprint.root + address.replace(/^\\//, ""));
  self.plain ??= (async () => {
    await offprint.run("pagefind/engine.js");
    const Pagefind = self.pagefind.make(get, { currentScript: null });
    const index = new Pagefind({ basePath: "/pagefind/", baseUrl: "/", metaCacheTag: "" });
    await index.init(document.documentElement.lang, { load_wasm: true });
    return index;
  })();
  const { results } = await (await self.plain).search(words, {});
  const first = await Promise.all(results.slice(0, 10).map((hit) => hit.data()));
  return first.map(({ raw_url }) => raw_url.replace(/^.*\\/|\\.html$/g, ""));
}"""


class Query(NamedTuple):
    """Words that a reader types, and the slugs of the papers any of which answers them."""

    words: str
    papers: frozenset[str]


class Cost(NamedTuple):
    """A first query: requests, bytes of the index and its scripts, milliseconds until the first hit shows."""

    requests: int
    size: int
    first_ms: float


class Queries:
    """Makes queries of each class from papers; None where a record lacks what a class needs."""

    def __init__(self, papers: list[Paper], seed: int) -> None:
        self._chance = random.Random(seed)
        self._papers = papers
        self._titles = {paper.slug: _WORD.findall(paper.record.title.plain) for paper in papers}
        self._words = sorted({word for words in self._titles.values() for word in words if len(word) > 4})

    def by_class(self, count: int) -> dict[str, list[Query]]:
        """Return at most ``count`` queries of each class."""
        classes: dict[str, Callable[[Paper], Query | None]] = {
            "whole title": lambda paper: self._of_paper(self._titles[paper.slug], paper),
            "title with one typo": self._typo,
            "title with one wrong word": self._wrong_word,
            "one word of a title": lambda paper: self._title_words(paper, 1),
            "two words of a title": lambda paper: self._title_words(paper, 2),
            "organization": self._organization,
            "author": lambda paper: self._author(paper, str, str),
            "surname without accents": self._accented,
            "surname and a word": self._surname_and_word,
        }
        return {name: self._some(make, count) for name, make in classes.items()}

    def _some(self, make: Callable[[Paper], Query | None], count: int) -> list[Query]:
        order = self._chance.sample(self._papers, len(self._papers))
        return list(itertools.islice(filter(None, map(make, order)), count))

    def _with_words(self, *words: str) -> frozenset[str]:
        wanted = {word.casefold() for word in words}
        return frozenset(
            slug for slug, title in self._titles.items() if wanted <= {word.casefold() for word in title}
        )

    def _long_words(self, paper: Paper) -> list[str]:
        return [word for word in self._titles[paper.slug] if len(word) > 4 and word.isalpha()]

    def _of_paper(self, words: list[str], paper: Paper) -> Query | None:
        return Query(" ".join(words), frozenset([paper.slug])) if len(words) > 3 else None

    def _typo(self, paper: Paper) -> Query | None:
        words, long = list(self._titles[paper.slug]), self._long_words(paper)
        if not long:
            return None
        right = self._chance.choice(long)
        words[words.index(right)] = _mistype(right, self._chance)
        return self._of_paper(words, paper)

    def _wrong_word(self, paper: Paper) -> Query | None:
        words = list(self._titles[paper.slug])
        words[self._chance.randrange(len(words))] = self._chance.choice(self._words)
        return self._of_paper(words, paper)

    def _title_words(self, paper: Paper, number: int) -> Query | None:
        long = list(dict.fromkeys(self._long_words(paper)))
        if len(long) < number:
            return None
        chosen = self._chance.sample(long, number)
        return Query(" ".join(chosen), self._with_words(*chosen))

    def _organization(self, paper: Paper) -> Query | None:
        if not paper.organizations:
            return None
        name = self._chance.choice(paper.organizations).name
        having = (each.slug for each in self._papers if name in {o.name for o in each.organizations})
        return Query(name, frozenset(having))

    def _author(self, paper: Paper, typed: Callable[[str], str], same: Callable[[str], str]) -> Query | None:
        if not paper.authors:
            return None
        name = self._chance.choice(paper.authors).name
        having = (p.slug for p in self._papers if same(name) in {same(each.name) for each in p.authors})
        return Query(typed(name), frozenset(having)) if typed(name) else None

    def _accented(self, paper: Paper) -> Query | None:
        def typed(name: str) -> str:
            surname = _surname(name)
            return "" if _plain(surname) == surname else _plain(surname)

        return self._author(paper, typed, _surname)

    def _surname_and_word(self, paper: Paper) -> Query | None:
        query, long = self._author(paper, _surname, _surname), self._long_words(paper)
        if not query or not long:
            return None
        word = self._chance.choice(long)
        return Query(f"{query.words} {word}", query.papers & self._with_words(word))


def _mistype(word: str, chance: random.Random) -> str:
    """Return a word with a letter left out, doubled, replaced, or two swapped; not its first letter."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kinds = (
        before + after,
        before + letter * 2 + after,
        before + "x" + after,
        before + after[0] + letter + after[1:],
    )
    mistyped = [each for each in kinds if each != word]
    return chance.choice(mistyped)


def _surname(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1]


def _plain(name: str) -> str:
    """Return a name without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def ask_page(page: Page, address: str, words: str) -> list[str]:
    """Open the search page at the address of a query; return the slugs of the hits it shows first."""
    page.goto(f"{address}search.html?q={quote(words)}")
    page.wait_for_function(_ANSWERED)
    slugs: list[str] = page.evaluate(_SHOWN)
    return slugs[:_FIRST]


def ask_cold(browser: Browser, address: str, words: str) -> Cost:
    """Type a query into the search page in a browser that knows nothing of the site."""
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        requests: list[Request] = []
        page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 - it takes no builtin
        page.goto(f"{address}search.html", wait_until="networkidle")
        first_ms = page.evaluate(
            """(words) => new Promise((resolve) => {
              const field = document.querySelector("#q");
              const started = performance.now();
              const end = () => resolve(performance.now() - started);
              const added = (changes) => changes.some((each) => each.addedNodes.length);
              new MutationObserver((changes) => { if (added(changes)) end(); })
                .observe(document.querySelector("#results"), { childList: true });
              field.value = words;
              field.dispatchEvent(new InputEvent("input", { bubbles: true }));
              setTimeout(end, 10000);
            })""",
            words,
        )
        page.wait_for_load_state("networkidle")
        of_search = [each for each in requests if "/pagefind/" in each.url or "/data/" in each.url]
        size = sum(each.sizes()["responseBodySize"] for each in of_search)
        return Cost(len(of_search), size, first_ms)


def fts5(papers: Iterable[Paper]) -> Callable[[str], list[str]]:
    """Return a function that asks SQLite's FTS5 for papers with any of the words."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE paper USING fts5(slug UNINDEXED, title, names, body, tokenize='porter')"
    )
    for paper in papers:
        names = ", ".join([each.name for each in paper.authors] + [each.name for each in paper.organizations])
        texts = f"{paper.record.summary.plain} {paper.record.abstract.plain}"
        base.execute(
            "INSERT INTO paper VALUES (?, ?, ?, ?)", (paper.slug, paper.record.title.plain, names, texts)
        )

    def ask(words: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in _WORD.findall(words))
        order = "SELECT slug FROM paper WHERE paper MATCH ? ORDER BY bm25(paper, 0, 5, 2, 1) LIMIT ?"
        return [slug for (slug,) in base.execute(order, (query, _FIRST))]

    return ask


def score(asked: list[Query], ask: Callable[[str], list[str]]) -> tuple[float, float, float]:
    """Return success at 1, success at 5 and the mean reciprocal rank of the answers to some queries."""
    ranks = []
    for query in asked:
        hits = ask(query.words)
        ranks.append(next((rank for rank, slug in enumerate(hits, 1) if slug in query.papers), 0))
    total = len(ranks)
    at_1, at_5 = sum(rank == 1 for rank in ranks), sum(1 <= rank <= 5 for rank in ranks)
    return at_1 / total, at_5 / total, sum(1 / rank for rank in ranks if rank) / total


def measure(site: Path, papers: list[Paper], count: int, seed: int, browser: Browser) -> Iterable[str]:
    """Yield the lines of the table, a row for each class of queries."""
    handler = functools.partial(_Handler, directory=str(site))
    yield "| | Offprint @1 | @5 | MRR | plain Pagefind @1 | FTS5 @1 | requests | kB | first hit, ms |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"
    asked_of_sqlite = fts5(papers)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, browser.new_page() as page:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"

        def asked_of_page(words: str) -> list[str]:
            return ask_page(page, address, words)

        def asked_of_pagefind(words: str) -> list[str]:
            hits: list[str] = page.evaluate(_PLAIN, words)
            return hits

        for name, asked in Queries(papers, seed).by_class(count).items():
            if not asked:
                continue
            at_1, at_5, mrr = score(asked, asked_of_page)
            plain, fts = score(asked, asked_of_pagefind)[0], score(asked, asked_of_sqlite)[0]
            costs = [ask_cold(browser, address, query.words) for query in asked[:_COLD]]
            requests, size, first = (statistics.median(each) for each in zip(*costs, strict=True))
            yield (
                f"| {name} ({len(asked)}) | {at_1:.2f} | {at_5:.2f} | {mrr:.2f} | {plain:.2f} | {fts:.2f} |"
                f" {requests:.0f} | {size / 1000:.0f} | {first:.0f} |"
            )
        server.shutdown()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searching")
    parser.add_argument("--content", type=Path, help="an archive's content; without it one is made up")
    parser.add_argument("--papers", type=int, default=1_000, help="of the made-up archive")
    parser.add_argument("--queries", type=int, default=12, help="of each class")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        if options.content:
            shutil.copytree(options.content, folder / "content")
        else:
            corpus.write(list(corpus.spoken(corpus.papers(options.papers))), folder / "content", per_file=50)
        site = folder / "_site"
        build(
            Options(folder / "content", site, TEMPLATES, STATIC, folder / ".cache", 2),
            lambda *_: None,
        )
        library, _ = resolve(load_content(folder / "content", 2)[0])
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for line in measure(site, list(library.papers), options.queries, options.seed, browser):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
