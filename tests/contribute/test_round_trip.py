"""A record that leaves through BibTeX, CSL-JSON or RIS comes back equal, as far as the format can hold it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.archive.model import Library
from offprint.contribute.drafts import Draft, DraftAuthor, record_text
from offprint.contribute.importers import read_entries
from offprint.contribute.importers.people import person
from offprint.records import forms, markup
from offprint.records.language.names import split_name
from offprint.records.model import Link
from offprint.records.slugs import slugify
from offprint.site.citations import bibtex, csl, ris
from tests.sites import read_library

WORDS = st.sampled_from(
    "Deep O'Hara Łódź C# R&D 50% a_b <i>x</i> 10^4 x~y &amp; “q” Ünïcode and Analysis, et al.: 東京 – --"
    .split()
)  # fmt: skip
LINES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
MATH = st.sampled_from([r"$x_1$", r"$10^4$", r"$\frac{1}{2}$", r"$O(n \log n)$", r"\$5"])
TITLES = st.lists(WORDS | MATH, min_size=1, max_size=5).map(lambda words: " ".join(["T", *words]))
FAMILIES = st.sampled_from(
    [
        "Smith",
        "García Márquez",
        "van der Berg",
        "O'Neill",
        "Łukasz",
        "Jimeno Yepes",
        "de la Cruz",
        "Nguyễn",
        "李",
    ]
)
GIVEN = st.sampled_from(["Ada", "J.", "Jean-Pierre", "Anna Maria", "Đỗ", "Do Xuan", "T. S."])
PEOPLE = st.builds(person, FAMILIES, GIVEN, st.sampled_from(["", "", "Jr.", "III"]))
FAMILY_FIRST = st.builds(
    lambda family, given: DraftAuthor(f"{family} {given}", family=family), st.just("Do Xuan"), st.just("Long")
)
GROUPS = st.sampled_from(["World Health Organization", "Kimi Team", "A and B", "CERN & Friends"]).map(
    lambda name: DraftAuthor(name, group=True)
)
ORCIDS = st.sampled_from(["", "0000-0002-1825-0097"])
NUMBERS = st.sampled_from(["", "3", "12a", "S1"])
PAGES = st.sampled_from(["", "1-12", "e1234", "S1-S12"])
ARXIV = st.sampled_from(["", "2512.05103", "2512.05103v2", "hep-th/9901001", "math.GT/0309136v1"])
DOIS = st.sampled_from(
    ["", "10.1000/xyz_1", "10.1002/(SICI)1521-3862(199901)5:1<21::AID-CVDE21>3.0.CO;2-9", "10.1000/a%2Fb#c?d"]
)
DRAFTS = st.builds(
    Draft,
    title=TITLES,
    date=st.sampled_from(["", "1999", "2020-07", "2025-12-04"]),
    authors=st.lists(PEOPLE | GROUPS | FAMILY_FIRST, max_size=4, unique_by=lambda each: each.name).map(tuple),
    organizations=st.lists(LINES, max_size=2, unique_by=slugify).map(tuple),
    type=st.sampled_from(forms.TYPES),
    venue=st.just("") | LINES.map(lambda line: f"Conference on {line}"),
    volume=NUMBERS,
    issue=NUMBERS,
    pages=PAGES,
    publisher=st.just("") | LINES,
    editors=st.lists(PEOPLE, max_size=2, unique_by=lambda each: each.name).map(tuple),
    arxiv=ARXIV,
    doi=DOIS,
    links=st.sampled_from(
        [(), (Link("code", "https://github.com/a/b_c"),), (Link("pdf", "https://e.org/x.pdf"),)]
    ),
    upvotes=st.sampled_from([None, 0, 7]),
    comments=st.sampled_from([None, 3]),
    abstract=st.just("") | TITLES,
    summary=st.just("") | TITLES,
)


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round")


def library_of(folder: Path, draft: Draft) -> Library:
    library, faults = read_library(folder, {"papers/x.md": record_text(draft)})
    assert [each for each in faults if each.severity == "error"] == []
    return library


def read_back(text: str) -> Draft:
    """The draft of the one entry of an export, from which nothing may be left but what the site adds."""
    (entry,), faults = read_entries(text.encode(), "export")
    assert not faults
    assert not entry.problems
    assert {each.name for each in entry.left} <= {"LA", "DP", "N1", "csl-type"}
    return replace(entry.draft, slug="", summary=entry.draft.summary.strip())


def plain(draft: Draft) -> Draft:
    """A draft whose texts are as a page shows them: ``5\\%`` and ``5%`` are one text."""

    def shown(text: str) -> str:
        return str(markup.inline(text)[0].html)

    families = tuple(replace(each, family="") for each in draft.authors)
    return replace(draft, title=shown(draft.title), abstract=shown(draft.abstract), authors=families,
                   editors=tuple(replace(each, family="") for each in draft.editors))  # fmt: skip


def families(draft: Draft) -> list[tuple[str, str]]:
    """What each author is cited under."""
    return [split_name(each.name, each.family, each.group)[:2] for each in (*draft.authors, *draft.editors)]


def sorted_links(draft: Draft, archive: str) -> Draft:
    """A draft without the link to the archive's own page, which an import leaves out."""
    return replace(draft, links=tuple(link for link in draft.links if not link.url.startswith(archive)))


@settings(deadline=None, max_examples=150)
@given(DRAFTS)
def test_through_bibtex(somewhere: Path, draft: Draft) -> None:
    library = library_of(somewhere, draft)
    back = sorted_links(read_back(bibtex(library.papers[0], library.site, whole=True)), library.site.url)
    assert plain(back) == plain(draft)
    assert families(back) == families(draft)


@settings(deadline=None, max_examples=150)
@given(DRAFTS)
def test_through_csl_json(somewhere: Path, draft: Draft) -> None:
    library = library_of(somewhere, draft)
    back = sorted_links(read_back(json.dumps([csl(library.papers[0], library.site)])), library.site.url)
    assert plain(back) == plain(draft)
    assert families(back) == families(draft)


# RIS has no place for links' kinds, votes and organizations, for math and for names printed family first, nor
# a way to say that <i> is no tag.
OF_RIS = ("title", "date", "volume", "issue", "pages", "publisher", "venue", "arxiv", "doi", "editors")


@settings(deadline=None, max_examples=150)
@given(DRAFTS)
def test_through_ris(somewhere: Path, draft: Draft) -> None:
    authors = tuple(each for each in draft.authors if each.family != "Do Xuan")
    venue, publisher = (re.sub("</?i>|amp;", "", text) for text in (draft.venue, draft.publisher))
    draft = replace(draft, title="A title", authors=authors, venue=venue, publisher=publisher)
    library = library_of(somewhere, draft)
    (entry,), faults = read_entries(ris(library.papers[0], library.site).encode(), "export")
    assert not faults
    back = entry.draft
    assert {name: getattr(plain(back), name) for name in OF_RIS} == {
        name: getattr(plain(draft), name) for name in OF_RIS
    }
    assert [(each.name, each.group) for each in back.authors] == [(e.name, e.group) for e in draft.authors]
    assert families(back) == families(draft)
