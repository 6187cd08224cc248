"""What pages declare that they depend on is true: no page's bytes change whose fingerprint has not.

Each field of each kind of record is changed, one at a time, in a small archive in which everything occurs;
all pages are rendered before and after. What the random edits of ``tests/hostile/test_incremental.py`` find
by chance is proved here field by field, and a field that nobody has thought of fails the first test.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from offprint.archive.model import Library
from offprint.archive.related import RelatedPapers, find_related, subjects_of
from offprint.archive.resolve import resolve
from offprint.build.load import load_messages
from offprint.diagnostics import Position
from offprint.records import model
from offprint.records.model import Content, PaperRecord, PartialDate, Picture, Ref, Text
from offprint.records.reader import load_content
from offprint.records.tokens import TokenCounts
from offprint.site.context import SiteContext
from offprint.site.fingerprints import Fingerprints
from offprint.site.pages import Page, list_pages, page_fingerprint, with_related
from offprint.site.renderer import Renderer
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint
from tests.browser.everything import EVERYTHING
from tests.sites import TEMPLATES, write_content

NOWHERE = Position("content/elsewhere.md", 9, 9)
OTHER = Text(
    "Other *words* on entropy", Markup("<p>Other <em>words</em> on entropy</p>"), "Other words on entropy"
)
FILES = EVERYTHING | {
    "papers/full-twin.md": (
        "---\ntitle: Twin of the full paper\ndate: 2026-06-29\nauthors: [Ada Lovelace, Grace Hopper]\n"
        "organizations: [big-lab, Small Lab]\ntopics: [narrow, other]\n---\nWords on entropy and video.\n"
    ),
    "organizations/small-lab.md": "---\nname: Small Lab\n---\n",
    "authors/grace.md": "---\nname: Grace B. Hopper\naliases: [Grace Hopper]\n---\nText.\n",
}


def ref(text: str) -> Ref:
    return Ref(text, NOWHERE)


def with_author(**change: Any) -> Callable[[PaperRecord], Any]:
    """The authors of a record, the first of them with something else."""
    return lambda record: (record.authors[0]._replace(**change), *record.authors[1:])


# What each field is changed to: a value, or a function of the record. Whatever changes, so does the text that
# the record was read from, and with it the ``digest``.
PAPER: dict[str, Any] = {
    "slug": "a-new-slug",
    "position": NOWHERE,
    "title": Text("Another title", Markup("Another title"), "Another title"),
    "date": PartialDate(2019, 3, 2),
    "listed": dt.date(2026, 7, 9),
    "rank": 42,
    "authors": lambda record: (model.AuthorRecord(ref("Somebody Else")), *record.authors[1:]),
    "authors: orcid": with_author(orcid="0000-0002-1825-0097"),
    "authors: organizations": with_author(organizations=(Ref("Small Lab", NOWHERE),)),
    "author_count": 97,
    "organizations": (ref("Small Lab"),),
    "topics": (ref("other"),),
    "authors: family": with_author(family="Lovelace"),
    "authors: group": with_author(group=True),
    "type": "thesis",
    "venue": "Another Conference 2031",
    "volume": "77",
    "issue": "88",
    "pages": "99-111",
    "publisher": "Another Press",
    "editors": (model.AuthorRecord(ref("Another Editor")),),
    "arxiv": ref("1901.00001"),
    "doi": ref("10.9999/other"),
    "links": (model.Link("code", "https://example.org/other"),),
    "image": None,
    "image_alt": "Another picture in words",
    "upvotes": 4321,
    "comments": 8765,
    "status": "retracted",
    "notice": "Another notice",
    "formerly": (ref("an-old-slug"),),
    "supersedes": ref("full-twin"),
    "draft": True,
    "abstract": OTHER,
    "summary": OTHER,
    "tokens": TokenCounts("entropy diffusion", b"\x02\x01"),
}
TOPIC: dict[str, Any] = {
    "slug": "renamed-topic",
    "position": NOWHERE,
    "name": "Another name",
    "description": OTHER,
    "parent": None,
    "aliases": (ref("another-alias"),),
    "formerly": (ref("an-old-slug"),),
}
ORGANIZATION: dict[str, Any] = {
    "slug": "renamed-lab",
    "position": NOWHERE,
    "name": "Another Lab",
    "handle": "another",
    "description": OTHER,
    "aliases": (ref("Another alias"),),
    "ror": "https://ror.org/000000000",
    "url": "https://example.org/another",
    "logo": ref("logo.png"),
    "formerly": (ref("an-old-slug"),),
}
AUTHOR: dict[str, Any] = {
    "slug": "renamed-person",
    "position": NOWHERE,
    "name": "Another Name",
    "family": "Name",
    "aliases": (ref("Grace Hopper"), ref("Another Alias")),
    "orcid": "0000-0002-1825-0097",
    "url": "https://example.org/another",
    "description": OTHER,
    "formerly": (ref("an-old-slug"),),
}
PAGE: dict[str, Any] = {
    "slug": "renamed-page",
    "position": NOWHERE,
    "title": "Another title",
    "body": OTHER,
    "formerly": (ref("an-old-slug"),),
}
KINDS: dict[str, tuple[type, str, Callable[[Any], bool], dict[str, Any]]] = {
    "papers": (PaperRecord, "papers", lambda record: record.slug in ("full", "plain-3"), PAPER),
    "topics": (model.TopicRecord, "topics", lambda record: record.slug == "narrow", TOPIC),
    "organizations": (
        model.OrganizationRecord,
        "organizations",
        lambda record: record.slug == "big-lab",
        ORGANIZATION,
    ),
    "authors": (model.PersonRecord, "authors", lambda record: record.slug == "grace", AUTHOR),
    "pages": (model.PageRecord, "pages", lambda record: True, PAGE),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_of_record_is_changed_below(kind: str) -> None:
    record, _, _, changes = KINDS[kind]
    assert {name.partition(":")[0] for name in changes} == {
        field.name for field in dataclasses.fields(record)
    } - {"digest"}


class Rendered:
    """An archive's pages with their fingerprints; each is rendered when its bytes are asked for."""

    def __init__(
        self, content: Content, folder: Path, change: Callable[[Library], Library] = lambda each: each
    ) -> None:
        messages = load_messages(TEMPLATES, "en")
        library, _ = resolve(content)
        related, _ = find_related(subjects_of(library.papers))
        library = dataclasses.replace(library, related=RelatedPapers(library.papers, lambda: related))
        library = change(library)
        context = SiteContext(library, messages, Fingerprints(library))
        pages = with_related(list_pages(library, messages, context.fingerprints), related)
        common = fingerprint(library.site)
        self.pages: dict[str, Page] = {page.path: page for page in pages}
        self.fingerprints = {page.path: page_fingerprint(page, common, frozenset()) for page in pages}
        self._renderer = Renderer(context, TEMPLATES, Cache(folder / "cache"))
        self._texts: dict[str, str | bytes] = {}

    def text(self, path: str) -> str | bytes:
        if path not in self._texts:
            self._texts[path] = self._renderer.text(self.pages[path])
        return self._texts[path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dependencies")


@pytest.fixture(scope="module")
def content(folder: Path) -> Content:
    read, faults = load_content(write_content(folder, FILES))
    assert [fault for fault in faults if fault.severity == "error"] == []
    return dataclasses.replace(read, pictures={"logo.png": Picture("logo.png", 20, 10)})


@pytest.fixture(scope="module")
def before(content: Content, folder: Path) -> Rendered:
    return Rendered(content, folder)


def undeclared(before: Rendered, after: Rendered) -> list[str]:
    """The pages whose bytes have changed, but not their fingerprints."""
    same = [path for path, made in after.fingerprints.items() if before.fingerprints.get(path) == made]
    return [path for path in same if before.text(path) != after.text(path)]


def with_records(content: Content, name: str, records: tuple[Any, ...]) -> Content:
    replaced: Any = {name: records}
    return dataclasses.replace(content, **replaced)


def changed(content: Content, kind: str, field: str) -> Content:
    """The content with one field of one or two records changed."""
    _, name, chosen, changes = KINDS[kind]
    value = changes[field]

    def change(record: Any) -> Any:
        if not chosen(record):
            return record
        now = value(record) if callable(value) else value
        if field == "slug":
            now = f"{now}-{record.slug}"
        return dataclasses.replace(
            record, **{field.partition(":")[0]: now, "digest": fingerprint(record.digest, field)}
        )

    return with_records(content, name, tuple(map(change, getattr(content, name))))


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, (*_, changes) in KINDS.items() for field in changes]
)
def test_no_page_changes_whose_fingerprint_has_not(
    content: Content, before: Rendered, folder: Path, kind: str, field: str
) -> None:
    assert undeclared(before, Rendered(changed(content, kind, field), folder)) == []


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(model.SiteConfig)])
def test_the_configuration_is_of_every_page(field: str) -> None:
    """Its fingerprint is part of what all pages follow from, so that all are made anew."""
    site = model.SiteConfig("A", "https://example.org/")
    other = {"subscribe": model.Subscription("a", "b"), "own_pages": (("a", "b"),)}
    value = other.get(field, "x" if isinstance(getattr(site, field), str) else 7)
    changes: Any = {field: value}
    assert fingerprint(site) != fingerprint(dataclasses.replace(site, **changes))


@pytest.mark.parametrize("kind", ["papers", "topics", "organizations", "authors", "pages"])
def test_a_record_that_goes_changes_only_pages_that_follow_from_it(
    content: Content, before: Rendered, folder: Path, kind: str
) -> None:
    _, name, chosen, _ = KINDS[kind]
    left = tuple(record for record in getattr(content, name) if not chosen(record))
    assert undeclared(before, Rendered(with_records(content, name, left), folder)) == []


@pytest.mark.parametrize("part", ["added", "changed"])
def test_a_day_of_the_history_changes_only_the_pages_of_its_paper(
    content: Content, before: Rendered, folder: Path, part: str
) -> None:
    file = next(record.position.path for record in content.papers if record.slug == "full")

    def dated(library: Library) -> Library:
        days: Mapping[str, model.Changes] = {file: model.Changes("2026-01-01", "2026-01-02")}
        return dataclasses.replace(library, history=days)

    def otherwise(library: Library) -> Library:
        added, changed = ("2026-02-03" if each == part else "2026-01-01" for each in ("added", "changed"))
        return dataclasses.replace(library, history={file: model.Changes(added, changed)})

    one, two = Rendered(content, folder, dated), Rendered(content, folder, otherwise)
    assert undeclared(before, one) == []
    assert undeclared(one, two) == []


def test_a_page_with_a_wrong_fingerprint_is_seen(content: Content, before: Rendered, folder: Path) -> None:
    after = Rendered(changed(content, "papers", "title"), folder)
    after.fingerprints = dict(before.fingerprints)
    assert "papers/full.html" in undeclared(before, after)
