"""CSL-JSON, as Zotero and Pandoc write it, as DOI registries answer, and our own ``papers.json``."""

import re
from collections.abc import Mapping
from typing import Any

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers.entry import Entry
from offprint.records.fields import LINK_KINDS
from offprint.records.model import Link

_TAG = re.compile(r"</?(?:jats:)?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>")
_PARAGRAPH = re.compile(r"</(?:jats:)?p>\s*<(?:jats:)?p>")
_ARXIV_NOTE = re.compile(r"arxiv:\s*\S+(?:\s*\[[^\]]*\])?(?:\s*version:\s*\d+)?", re.IGNORECASE)
_TAKEN = frozenset(
    "id type title author issued container-title event-title DOI URL number abstract note keyword custom "
    "language source accessed title-short citation-key archive archive_location".split()
)


def read(items: list[Mapping[str, Any]], line: int = 1) -> list[Entry]:
    """Every item as an entry; where an item stands in the file is not known, so ``line`` is said."""
    return [entry_of(item, line) for item in items]


def entry_of(item: Mapping[str, Any], line: int = 1) -> Entry:
    """One CSL item. Types that are not as CSL has them count as left out."""
    problems: list[str] = []
    note = _text(item, "note")
    kept_note = _ARXIV_NOTE.sub("", note).strip()
    arxiv, doi = shared.ids_of(
        _text(item, "DOI"), *(_text(item, name) for name in ("number", "note", "URL", "archive_location"))
    )
    custom = item.get("custom")
    custom = custom if isinstance(custom, dict) else {}
    status = str(custom.get("status", ""))
    date = _date(item.get("issued"))
    if not date and item.get("issued"):
        problems.append("the date issued is none")
    if _text(item, "DOI") and not doi and not arxiv:
        problems.append(f"the DOI {_text(item, 'DOI')!r} is none")
    links, left = _links(item, custom)
    authors = _authors(item, custom)
    venue = _text(item, "container-title") or _text(item, "event-title")
    draft = Draft(
        title=_TAG.sub("", _text(item, "title")),
        slug=_text(item, "id"),
        date=date,
        authors=authors,
        author_count=count if (count := _count(custom.get("author_count"))) > len(authors) else 0,
        organizations=tuple(each for each in _items(custom.get("organizations")) if isinstance(each, str)),
        topics=tuple(word.strip() for word in re.split(r"[,;]", _text(item, "keyword")) if word.strip()),
        venue="" if re.search(r"\barxiv\b", venue, re.IGNORECASE) else venue,
        arxiv=arxiv,
        doi=doi,
        links=links,
        status=status if status in ("withdrawn", "retracted") else "",
        abstract=_without_tags(_text(item, "abstract")),
        summary=kept_note if custom or not arxiv else "",
    )
    left += [name for name in item if name not in _TAKEN]
    if kept_note and not draft.summary:
        left.append("note")
    return Entry(draft, line, draft.slug or draft.title[:60], tuple(left), tuple(problems))


def _text(item: Mapping[str, Any], name: str) -> str:
    """A value as text; Crossref puts some into lists."""
    value = item.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _date(issued: object) -> str:
    if not isinstance(issued, dict):
        return ""
    parts = _items(issued.get("date-parts"))
    if parts and _items(parts[0]):
        return shared.iso(*_items(parts[0])[:3])
    return shared.date_of(str(issued.get("raw") or issued.get("literal") or ""))


def _authors(item: Mapping[str, Any], custom: Mapping[str, Any]) -> tuple[DraftAuthor, ...]:
    known = custom.get("orcid")
    known = known if isinstance(known, dict) else {}
    made = []
    for each in _items(item.get("author")):
        if not isinstance(each, dict):
            continue
        names = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
        name = _text(each, "literal") or _text(each, "name")
        name = name or " ".join(part for part in (_text(each, part) for part in names) if part)
        orcid = _text(each, "ORCID").rpartition("/")[2] or str(known.get(name, ""))
        if name:
            made.append(DraftAuthor(name, orcid))
    return tuple(made)


def _links(item: Mapping[str, Any], custom: Mapping[str, Any]) -> tuple[tuple[Link, ...], list[str]]:
    named = custom.get("links")
    if isinstance(named, dict):
        return tuple(Link(kind, str(url)) for kind, url in named.items() if kind in LINK_KINDS), []
    return shared.links_of([_text(item, "URL")] if _text(item, "URL") else [])


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _without_tags(text: str) -> str:
    """Crossref's abstracts are JATS; their headline “Abstract” is no part of the text."""
    plain = _TAG.sub("", _PARAGRAPH.sub("\n\n", text))
    return re.sub(r"^\s*Abstract\s*:?\s+(?=[A-Z])", "", plain).strip()
