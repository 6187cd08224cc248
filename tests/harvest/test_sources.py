"""OpenAlex, Crossref and feeds are asked and read as they document it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from offprint.harvest.crossref import work_of
from offprint.harvest.http import ServiceError
from tests.harvest.servers import World, serving
from tests.harvest.test_harvest import run, watch

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Rice &amp; tea</title>
<link href="https://arxiv.org/abs/2611.00001v2"/><updated>2026-11-24T00:00:00Z</updated>
<author><name>Ada Lovelace</name></author><summary>Theirs.</summary></entry>
<entry><title>Old</title><link href="https://example.org/old"/>
<updated>2020-01-01T00:00:00Z</updated></entry></feed>"""
RSS = b"""<rss version="2.0"><channel><title>x</title><item><title>Rice &amp; tea</title>
<link>https://doi.org/10.1000/rice</link><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate>
<author>a@example.org (Ada Lovelace)</author></item></channel></rss>"""


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        yield served


@pytest.mark.parametrize(("feed", "found"), [(ATOM, "arxiv: 2611.00001"), (RSS, "doi: 10.1000/rice")])
def test_feeds(tmp_path: Path, world: World, feed: bytes, found: str) -> None:
    world.feeds["/feed"] = feed
    watch(tmp_path, f"watches:\n  f: {{source: feed, url: {world.base}/feed}}\n")
    (path,) = run(tmp_path, world).written
    text = (tmp_path / path).read_text()
    assert 'title: "Rice & tea"\ndate: 2026-11-24\n' in text
    assert "authors: [Ada Lovelace]\n" in text
    assert f"{found}\n" in text
    assert "Theirs" not in text


def test_crossref_by_issn_page_by_page(tmp_path: Path, world: World) -> None:
    world.crossref = [
        {"DOI": f"10.1000/{n}", "title": [f"Paper {n}"], "type": "journal-article" if n else "component"}
        for n in range(700)
    ]
    watch(tmp_path, "watches:\n  c: {source: crossref, venue: 0028-0836}\n")
    report = run(tmp_path, world).report
    assert "| c | crossref | 699 |" in report
    assert len(world.asked) == 2
    assert "filter=from-created-date:2026-11-18,until-created-date:2026-11-25,issn:0028-0836" in unquote_plus(
        world.asked[0]
    )


@pytest.mark.parametrize(
    ("licence", "taken"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", True),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode", True),
        ("https://creativecommons.org/publicdomain/zero/1.0/", True),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", False),
        ("https://www.elsevier.com/tdm/userlicense/1.0/", False),
        ("", False),
    ],
)
def test_crossrefs_abstract_is_taken_where_its_licence_is_open(licence: str, taken: bool) -> None:
    item = {
        "DOI": "10.1000/x", "title": ["Solitons in<mml:math><mml:mi>N</mml:mi></mml:math>"],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Foo H<jats:sub>2</jats:sub>O.</jats:p>",
        "type": "journal-article", "license": [{"URL": licence}],
        "author": [{"given": "J.", "family": "de la Cruz"}],
    }  # fmt: skip
    draft = work_of(item).draft
    assert draft.title == "Solitons in $N$"
    assert (draft.authors[0].name, draft.authors[0].family) == ("J. de la Cruz", "de la Cruz")
    assert draft.abstract == ("Foo H$_{2}$O." if taken else "")


def test_openalex_by_a_venues_name_page_by_page(tmp_path: Path, world: World) -> None:
    world.sources = [{"id": "https://openalex.org/S7", "display_name": "Nature"}]
    world.openalex = [
        {"doi": f"https://doi.org/10.1000/{n}", "title": f"Paper {n}", "is_retracted": n == 0}
        for n in range(250)
    ]
    watch(tmp_path, "watches:\n  o: {source: openalex, venue: nature, words: [bees]}\n")
    report = run(tmp_path, world).report
    assert "| o | openalex | 250 |" in report
    assert "- Paper 0: Retracted, as OpenAlex says" in report
    asked = unquote_plus(world.asked[1])
    assert 'primary_location.source.id:S7,title_and_abstract.search:("bees")' in asked
    assert len(world.asked) == 4
    world.sources = []
    with pytest.raises(ServiceError, match="OpenAlex knows no venue 'nature'"):
        run(tmp_path, world)
