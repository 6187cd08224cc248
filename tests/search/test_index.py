"""One search index is put together from parts, and is what Pagefind would have made of all papers at once."""

import gzip
import json
import marshal
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pagefind_bin
import pytest

from offprint.build.load import load_messages
from offprint.search.documents import search_document, shards
from offprint.search.pagefind_format import CARD, ENTRY, PostingsError, Shard, ShardPage, read_shard, select
from offprint.search.pagefind_process import PagefindProcess, SearchError
from tests.offline.editions import content
from tests.sites import TEMPLATES, build_site, read_library


class Index(NamedTuple):
    """What an index says, by the addresses of its pages instead of their numbers in it."""

    fragments: dict[str, Any]
    counts: dict[str, int]
    words: dict[tuple[str, str], dict[str, Any]]
    filters: dict[str, dict[str, set[str]]]
    chunks: list[tuple[str, str, list[str]]]
    orders: dict[str, list[str]]


def read_index(folder: Path) -> Index:
    """Read an index without any code of ours, as far as it goes."""

    def data(path: str) -> bytes:
        return gzip.decompress((folder / path).read_bytes()).removeprefix(b"pagefind_dcd")

    about = json.loads((folder / ENTRY).read_bytes())["languages"]["en"]
    _, pages, chunks, filters, orders, _ = cbor2.loads(data(f"pagefind.{about['hash']}.pf_meta"))
    found = [json.loads(data(f"fragment/{name}.pf_fragment")) for name, _ in pages]
    urls = [each["url"] for each in found]
    assert len(urls) == about["page_count"]
    index = Index(
        dict(zip(urls, found, strict=True)),
        dict(zip(urls, (count for _, count in pages), strict=True)),
        defaultdict(dict),
        {},
        [],
        {key: [urls[number] for number in numbers] for key, numbers in orders},
    )
    for first, last, name in chunks:
        words = cbor2.loads(data(f"index/{name}.pf_index"))[0]
        index.chunks.append((first, last, [word for word, *_ in words]))
        for word, plain, forms in words:
            for form, having in (("", plain), *forms):
                number = 0
                for step, places, in_meta in having:
                    number += step
                    index.words[word, form][urls[number]] = (places, in_meta)
    for key, name in filters:
        named, values = cbor2.loads(data(f"filter/{name}.pf_filter"))
        assert named == key
        index.filters[key] = {value: {urls[number] for number in numbers} for value, numbers in values}
    return index


def run_pagefind(site: Path, folder: Path) -> None:
    command = [pagefind_bin.get_executable(), "--site", str(site), "--silent", "--output-path", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """What Pagefind itself makes of all papers."""
    folder = tmp_path_factory.mktemp("whole")
    library, _ = read_library(folder, content())
    messages = load_messages(TEMPLATES, "en")
    (folder / "site/papers").mkdir(parents=True)
    for paper in library.papers:
        path, text = search_document(paper, "en", messages)
        (folder / "site" / path).write_text(text, encoding="utf-8")
    run_pagefind(folder / "site", folder / "index")
    index = read_index(folder / "index")
    del index.filters[CARD]  # which fragments alone hold
    return index


@pytest.mark.parametrize("most", [1, 7, 10_000])
def test_parts_make_the_index_that_all_papers_make(
    tmp_path: Path, whole: Index, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offprint.search.documents.SIZES", (most, 1, most))
    build_site(tmp_path, content(), search=True, jobs=2)
    made = read_index(tmp_path / "_site/pagefind")
    assert made[:4] == whole[:4]
    assert ("naiv", "naïve") in made.words
    for key, urls in made.orders.items():
        values = [int(made.fragments[url]["filters"][key][0]) for url in urls]
        assert values == sorted(values), key
        assert set(urls) == set(made.fragments)


@pytest.mark.parametrize(
    ("chosen", "changed"),
    [
        ("012345", ""),
        ("012345", "3"),  # an edited page
        ("0x12345y", "xy"),  # pages added
        ("0245", ""),  # removed
        ("5z310", "z"),  # in another order
    ],
)
def test_pages_chosen_of_shards_are_the_shard_that_pagefind_makes_of_them(chosen: str, changed: str) -> None:
    words = {
        each: f"Bees {each} see {'naïve naive' if each in '03' else 'bee'} seeing" for each in "012345xyz"
    }

    def read(process: PagefindProcess, pages: str, mark: str) -> Shard:
        texts = [(f"{each}.html", words[each] + mark * (each in changed)) for each in pages]
        page = '<!doctype html><html lang=en><main data-d=1 data-pagefind-meta="{}"><h1>One</h1><p>{}</main>'
        meta = ",".join(f"{each}[data-d]" for each in ("by", "date", "organizations", "status", "venue"))
        process.ask([(path, page.format(meta, text)) for path, text in texts])
        return read_shard(process.files(), [path for path, _ in texts])

    def told(shard: Shard) -> tuple[list[ShardPage], dict[str, Any]]:
        return shard.pages, {letter: marshal.loads(lists) for letter, lists in shard.postings.items()}

    with PagefindProcess() as process:
        former, new = (
            read(process, "012345", ""),
            read(process, changed, " again") if changed else Shard([], {}),
        )
        places = [(1, changed.index(each)) if each in changed else (0, int(each)) for each in chosen]
        assert told(select([former, new], places)) == told(read(process, chosen, " again"))


def test_every_word_is_between_the_ends_of_its_chunk_and_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offprint.search.pagefind_format._ENOUGH", 300)
    monkeypatch.setattr("offprint.search.pagefind_format._MOST", 900)
    build_site(tmp_path, content(), search=True)
    chunks = read_index(tmp_path / "_site/pagefind").chunks
    assert len(chunks) > 10
    every = [word for *_, words in chunks for word in words]
    assert every == sorted(set(every))
    assert all((first, last) == (words[0], words[-1]) for first, last, words in chunks)


def test_papers_of_a_new_day_change_the_last_part_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offprint.search.documents.SIZES", (7, 3, 256))
    before, after = (
        shards(read_library(tmp_path, content() | more)[0].papers)
        for more in ({}, {"papers/new.md": "---\ntitle: New\nlisted: 2026-07-01\n---\nWords.\n"})
    )
    old, new = ([[paper.slug for paper in part] for part in found] for found in (before, after))
    assert len(old) > 5
    assert new[: len(old) - 1] == old[:-1]
    assert [*new[len(old) - 1 :]] in ([[*old[-1], "new"]], [old[-1], ["new"]])


def test_an_index_of_another_shape_is_refused() -> None:
    with PagefindProcess() as service:
        service.ask([("a.html", "<!doctype html><html lang=en><body data-x=1><h1>One</h1><p>Two.")])
        files = service.files()
    with pytest.raises(PostingsError, match="other meta fields"):
        read_shard(files, ["a.html"])
    (meta,) = (path for path in files if path.endswith(".pf_meta"))
    other = gzip.compress(b"pagefind_dcd" + cbor2.dumps(["1.9", []]))
    with pytest.raises(PostingsError, match="not of the kind known"):
        read_shard(files | {meta: other}, ["a.html"])


def test_pages_that_pagefind_numbers_in_another_order_are_refused(tmp_path: Path) -> None:
    library, _ = read_library(tmp_path, content())
    messages = load_messages(TEMPLATES, "en")
    pages = [search_document(paper, "en", messages) for paper in library.papers[:3]]
    paths = [path for path, _ in pages]
    with PagefindProcess() as service:
        service.ask(pages)
        files = service.files()
    assert len(read_shard(files, paths).pages) == 3
    with pytest.raises(PostingsError, match="where it was given"):
        read_shard(files, paths[::-1])


def test_several_indexes_asked_for_at_once_come_one_after_the_other() -> None:
    with PagefindProcess() as service:
        for word in ("one", "two"):
            service.ask([(f"{word}.html", f"<!doctype html><html lang=en><body><p>{word}")])
        for word in ("one", "two"):
            (fragment,) = (data for path, data in service.files().items() if path.endswith("_fragment"))
            assert json.loads(gzip.decompress(fragment)[12:])["url"] == f"/{word}.html"


def test_a_pagefind_that_fails_or_ends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def index(text: str) -> None:
        with PagefindProcess() as service:
            service.ask([("a.html", text)])
            service.files()

    with pytest.raises(SearchError, match="Pagefind failed: unexpected end of hex escape"):
        index("\ud800")
    monkeypatch.setattr("offprint.search.pagefind_process._executable", lambda: "false")
    with pytest.raises(SearchError, match="ended before its time"):
        index("<!doctype html><html lang=en><body>Text")
