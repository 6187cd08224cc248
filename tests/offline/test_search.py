"""The search gives the same answers hosted, unzipped, and unzipped and served."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.offline.browsers import Browser
from tests.offline.editions import PAPERS, served

STEPS: list[dict[str, str]] = [
    {"q": "video"},
    {"q": "capt"},  # the beginning of a word
    {"q": "retrieval question"},
    {"q": '"exact phrase number3"'},
    {"q": '"phrase exact"'},
    {"q": "naive"},  # without its accent
    {"q": "读书"},
    {"q": "nothinglikeit"},
    {"q": "video", "topic": "text"},
    {"q": "scene", "year": "2023"},
    {"q": "clip", "organization": "lab-2", "author": "grace-hopper"},
    {"topic": "sound"},
    {"year": "undated"},
    {"q": "nothinglikeit", "topic": "sound"},
    {"q": "frame", "sort": "newest"},
    {"q": "frame", "sort": "oldest"},
    {"q": "motion", "topic": "video", "sort": "votes"},
    {"topic": "text", "sort": "votes"},
]
FILTERS: list[dict[str, Any]] = [
    {"topic": {"any": ["video", "sound"]}},
    {"topic": {"not": "video"}},
    {"topic": {"none": ["video", "sound"]}, "year": {"any": ["2021", "2024"]}},
]
ORDERS = ("", "newest", "oldest", "votes")
SHOW = """
const shown = async () => {
  for (let tries = 0; tries < 400; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    if (!/^(Searching|$)/.test(document.getElementById("status").textContent)) break;
  }
  const text = (li, name) => li.querySelector(name)?.textContent ?? null;
  return {
    status: document.getElementById("status").textContent,
    more: !document.getElementById("more").hidden,
    hits: [...document.querySelectorAll("#results > li")].map((li) => ({
      path: li.querySelector("a").getAttribute("href"), title: text(li, "h3 a"), status: text(li, ".status"),
      meta: text(li, ".meta"), excerpt: li.querySelector(".lead").innerHTML,
      marks: li.querySelectorAll("mark").length,
    })),
  };
};
"""


def search(browser: Browser, step: dict[str, str]) -> Any:
    """What the interface shows for an address, without loading the page again."""
    query = json.dumps(f"?{urlencode(step)}")
    change = f'history.replaceState(null, "", {query}); dispatchEvent(new PopStateEvent("popstate"));'
    return browser.run(f"{SHOW} {change} return shown();")


def filtered(browser: Browser, words: str | None, filters: dict[str, Any]) -> Any:
    """What is found with filters that the form does not offer, all of it."""
    given = f"{json.dumps(words)}, {json.dumps(filters)}"
    return browser.run(
        f"const count = await finder.search(-1, {given}, 'newest');"
        f"return [count, await finder.count({given}), await finder.take(-1, {PAPERS})];"
    )


def answers(browser: Browser, root: str) -> list[Any]:
    browser.open(f"{root}search.html")
    steps = [search(browser, step) for step in STEPS]
    return (
        steps + [filtered(browser, "token", each) for each in FILTERS] + [filtered(browser, None, FILTERS[1])]
    )


@pytest.fixture(scope="module")
def expected(browser: Browser, hosted: Path) -> list[Any]:
    with served(hosted) as server:
        return answers(browser, server.address)


def test_the_steps_tell_apart_what_they_should(expected: list[Any]) -> None:
    counts = [answer["status"] for answer in expected[: len(STEPS)]]
    assert counts[0].endswith(" papers")
    assert counts[3] == "18 papers"
    assert counts[7] == "No paper matches."
    assert counts[11] == "30 papers"
    assert all(hit["marks"] for hit in expected[0]["hits"])
    assert len({json.dumps(answer) for answer in expected}) >= len(STEPS) - 2
    (every, counted, hits) = expected[-1]
    assert every == counted == len(hits) == 60


def test_an_unzipped_folder_answers_as_the_hosted_site(
    browser: Browser, unpacked: Path, expected: list[Any]
) -> None:
    assert answers(browser, f"{unpacked.as_uri()}/") == expected


def test_an_unzipped_folder_that_is_served_answers_likewise(
    browser: Browser, unpacked: Path, expected: list[Any]
) -> None:
    with served(unpacked) as server:
        assert answers(browser, server.address) == expected


def all_hits(browser: Browser, words: str, order: str) -> list[Any]:
    script = (
        f"await finder.search(-1, {json.dumps(words)}, {{}}, '{order}'); return finder.take(-1, {PAPERS});"
    )
    hits: list[Any] = browser.run(script)
    return hits


def test_what_is_found_comes_in_the_order_asked_for(browser: Browser, hosted: Path) -> None:
    with served(hosted) as server:
        browser.open(f"{server.address}search.html")
        for words, count in {"video": 52, "exact phrase": PAPERS, "draft": 0}.items():
            for order in ORDERS:
                paths = [hit["path"] for hit in all_hits(browser, words, order)]
                assert len(paths) == len(set(paths)) == count
                keys = [key(path, order) for path in paths] if order else []
                assert keys == sorted(keys, reverse=order != "oldest")


def key(path: str, order: str) -> tuple[int, ...]:
    n = int(path.removeprefix("papers/p").removesuffix(".html"))
    if order == "votes":
        return (n * 37 % 101,)
    return (20 + n % 6, 1 + n % 12, 1 + n % 27) if n % 11 else (0, 0, 0)


def test_show_more_goes_on_where_the_list_ended(browser: Browser, unpacked: Path) -> None:
    browser.open(f"{unpacked.as_uri()}/search.html")
    first = search(browser, {"q": "exact phrase", "sort": "newest"})
    assert first["more"]
    context = 'document.querySelector("#more button").click();'
    wait = "await new Promise((resolve) => setTimeout(resolve, 300));"
    more = browser.run(f"{SHOW} {context} {wait} {context} {wait} return shown();")
    assert len(more["hits"]) == 30
    assert more["hits"][:10] == first["hits"]
    assert len({hit["path"] for hit in more["hits"]}) == 30


def test_the_address_holds_the_search(browser: Browser, unpacked: Path) -> None:
    browser.open(f"{unpacked.as_uri()}/search.html?q=clip&topic=text&sort=votes")
    direct = browser.run(f"{SHOW} return shown();")
    assert direct == search(browser, {"q": "clip", "topic": "text", "sort": "votes"})
    assert direct["hits"]


OPENED = """
const opened = [];
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) {
    if (node.src) opened.push(decodeURIComponent(node.src).split("/pagefind/")[1]);
  }
}).observe(document.head, { childList: true });
"""


def test_only_the_files_that_a_query_needs_are_opened(browser: Browser, unpacked: Path) -> None:
    total = sum(path.is_file() for path in (unpacked / "pagefind").rglob("*"))
    assert total > 15
    browser.open(f"{unpacked.as_uri()}/search.html")
    ask = 'await finder.search(-1, "number3", {}, ""); await finder.take(-1, 3);'
    first = browser.run(f"{OPENED} {ask} return opened;")
    assert first.count("engine.js") <= 1
    others = [path for path in first if path != "engine.js"]
    assert sum(path.startswith("index/") for path in others) == 1
    assert 1 <= sum(path.startswith("fragment/") for path in others) <= 3
    assert len(others) <= 4
    assert browser.run(f"{OPENED} {ask} return opened;") == []


def test_a_filter_without_words_opens_no_index_chunk(browser: Browser, unpacked: Path) -> None:
    browser.open(f"{unpacked.as_uri()}/search.html")
    ask = 'const n = await finder.search(-1, null, { topic: "text" }, ""); '
    count, opened = browser.run(f"{OPENED} {ask} return [n, opened];")
    assert count == 30
    assert not [path for path in opened if path.startswith("index/")]


@pytest.mark.parametrize("missing", ["index/*.js", "filter/*.js", "fragment/*.js", "engine.js"])
def test_a_folder_that_was_not_unpacked_whole_says_so(
    browser: Browser, unpacked: Path, tmp_path: Path, missing: str
) -> None:
    folder = tmp_path / "part"
    shutil.copytree(unpacked, folder)
    for path in (folder / "pagefind").glob(missing):
        path.unlink()
    browser.open(f"{folder.as_uri()}/search.html?q=video&topic=text")
    shown = browser.run(f"{SHOW} return shown();")
    assert shown["status"].startswith("The archive was not unpacked whole: pagefind/")
    assert shown["hits"] == []


def test_a_lost_connection_is_told_and_the_next_search_tries_again(browser: Browser, hosted: Path) -> None:
    site = hosted
    with served(site) as server:
        browser.open(f"{server.address}404.html")
        browser.run(
            "for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();"
        )
        browser.open(f"{server.address}search.html")
        browser.run("await finder.open();")
        port = server.port
    shown = search(browser, {"q": "motion"})
    assert "could not be loaded" in shown["status"]
    with served(site, port):
        assert search(browser, {"q": "motion"})["hits"]


def test_nothing_that_pagefind_hands_back_becomes_markup(browser: Browser, unpacked: Path) -> None:
    browser.open(f"{unpacked.as_uri()}/search.html?q=video")
    shown = browser.run(f"{SHOW} return shown();")
    assert any("<" in hit["title"] and "&" in hit["title"] for hit in shown["hits"])
    allowed = 'document.querySelectorAll("#results :not(li, h3, a, p, span, time, mark, button.star)").length'
    assert browser.run(f"return {allowed};") == 0


def test_pagefind_runs_in_a_worker_under_trusted_types(
    browser: Browser, hosted: Path, unpacked: Path
) -> None:
    with served(hosted) as server:
        for root in (server.address, f"{unpacked.as_uri()}/"):
            browser.open(f"{root}search.html?sort=votes")
            markup = "document.body.innerHTML = '<b>x</b>'"
            refused = browser.run(
                f"try {{ {markup}; return 'taken'; }} catch (error) {{ return error.name; }}"
            )
            assert refused == "TypeError"
            started = browser.run(
                "let count = 0; const Real = Worker;"
                "self.Worker = class extends Real { constructor(...given) { super(...given); count++; } };"
                "await finder.search(-1, 'video', {}, ''); return count;"
            )
            assert started == 1


def test_every_kind_of_page_is_reached_by_links_from_the_unzipped_index(
    browser: Browser, unpacked: Path
) -> None:
    kinds = {
        "paper": "papers/p001.html", "day": "daily/2026-06-02.html", "week": "daily/2026-w23.html",
        "topic": "topics/text.html", "later": "topics/text/2.html", "lab": "organizations/lab-1.html",
        "author": "authors/author-1.html", "year": "2021.html", "month": "2021/02.html",
        "published": "2021/02/02.html", "search": "search.html",
        "offline": "offline.html", "archive": "archive.html", "feed": "feed.xml", "data": "data/papers.bib",
    }  # fmt: skip
    wanted = {f"{unpacked.as_uri()}/{path}" for path in kinds.values()}
    indexes = {"daily.html", "topics.html", "organizations.html", "authors.html"}
    queue, seen = [f"{unpacked.as_uri()}/index.html"], set[str]()
    while queue and not wanted <= seen:
        address = queue.pop(0)
        browser.open(address)
        assert browser.run("return document.querySelector('main') !== null;"), address
        links = browser.run(
            "return [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
            "  .map((href) => new URL(href, document.baseURI).href.split(/[?#]/)[0])"
            "  .filter((href) => href.startsWith('file:'));"
        )
        new = [link for link in dict.fromkeys(links) if link not in seen]
        seen |= set(new)
        queue += [
            link for link in new
            if (link in wanted and link.endswith(".html")) or link.rpartition("/")[2] in indexes
        ]  # fmt: skip
    assert wanted <= seen, wanted - seen
