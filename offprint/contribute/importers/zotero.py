"""Zotero's own JSON: items of its web API, and of Better BibTeX's export.

Source: Zotero's schema (zotero.org/support/dev/web_api/v3/types_and_fields).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers import hypertext, people
from offprint.contribute.importers.entry import Entry, Links
from offprint.contribute.importers.source import Source, Unused
from offprint.records import identifiers

TYPES = {
    "journalArticle": "article-journal", "conferencePaper": "paper-conference", "book": "book",
    "bookSection": "chapter", "thesis": "thesis", "report": "report", "preprint": "article",
    "webpage": "webpage", "blogPost": "post-weblog", "dataset": "dataset", "computerProgram": "software",
    "patent": "patent", "magazineArticle": "article-magazine", "newspaperArticle": "article-newspaper",
    "manuscript": "manuscript", "presentation": "speech", "document": "document", "standard": "standard",
    "encyclopediaArticle": "entry-encyclopedia", "dictionaryEntry": "entry-dictionary",
}  # fmt: skip
_VENUES = ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "websiteTitle", "blogTitle")
_NO_PAPERS = ("attachment", "note", "annotation")


def looks_like_zotero(item: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is an item of Zotero, as such or below ``data``."""
    data = item.get("data")
    return "itemType" in item or (isinstance(data, dict) and "itemType" in data)


def entry_of(item: Mapping[str, Any], line: int = 1) -> Entry:
    """Return one item of Zotero's; attachments and notes are refused, since they are no papers."""
    data = item.get("data")
    fields = Source(dict(data if isinstance(data, dict) else item))
    kind = fields["itemType"].peek()
    name = fields["citationKey"].peek() or fields["key"].peek() or fields["title"].peek()[:60]
    if kind in _NO_PAPERS:
        return Entry(
            Draft(title=fields["title"].peek()), line, name or kind, refused=f"Zotero calls it a {kind}"
        )
    problems: list[str] = []
    left: list[Unused] = []
    if kind in TYPES:
        fields["itemType"].use()
    ids = _ids(fields, problems, left)
    fields["key"].use()
    draft = Draft(
        title=_line(fields["title"]),
        slug=fields["citationKey"].text(),
        date=_date(fields["date"], problems),
        authors=tuple(_people(fields, "author", "presenter", "programmer", "inventor")),
        organizations=tuple(filter(None, (_line(fields[each]) for each in ("institution", "university")))),
        topics=tuple(word for tag in fields["tags"].items() if (word := _tag(tag))),
        type=TYPES.get(kind, ""),
        venue=_venue(fields, ids),
        volume=_line(fields["volume"]),
        issue=_line(fields["issue"]),
        pages=re.sub(r" ?[-–—]+ ?", "-", _line(fields["pages"])),
        publisher=_line(fields["publisher"]),
        editors=tuple(_people(fields, "editor")),
        arxiv=ids.arxiv,
        doi=ids.doi,
        links=ids.links,
        abstract=hypertext.paragraphs(fields["abstractNote"].text()),
    )
    return Entry(draft, line, name or draft.title[:60], (*left, *fields.unused()), tuple(problems))


def _tag(tag: Source) -> str:
    tag["type"].use()  # whether a person or a program set it
    return (tag["tag"] or tag).text()


def _line(field: Source) -> str:
    return " ".join(hypertext.plain(field.text()).split())


def _without_subject(text: str) -> str:
    """Return an arXiv id without the subject behind it: ``arXiv:2512.05103 [cs]``."""
    return re.sub(r"\s*\[[^\]]*\]\s*$", "", text[:300]).strip()


def _extra(field: Source, ids: Links, left: list[Unused]) -> None:
    """Read Zotero's field for what has none.

    It has a line for each thing, such as ``DOI: …`` and ``arXiv:… [cs]``.
    """
    for line in field.text().splitlines():
        bare = _without_subject(line)
        named = re.match("arxiv|doi", bare, re.IGNORECASE)
        if line.strip() and not (named and ids.add_id(identifiers.understand(bare))):
            left.append(Unused("extra", line.strip()))


def _ids(fields: Source, problems: list[str], left: list[Unused]) -> Links:
    ids = Links()
    doi = fields["DOI"]
    if doi:
        if not ids.add_id(identifiers.understand(doi.peek())):
            problems.append(f"the DOI {shared.shown(doi.peek())} is none")
        doi.use()
    _extra(fields["extra"], ids, left)
    for name in ("archiveID", "number"):
        bare = _without_subject(fields[name].peek())
        found = identifiers.understand(bare)
        if re.match("arxiv", bare, re.IGNORECASE) and found.arxiv and ids.add_arxiv(found.arxiv):
            fields[name].use()
    if fields["url"] and ids.add(fields["url"].peek()):
        fields["url"].use()
    for name in ("repository", "libraryCatalog", "archive"):
        if ids.arxiv and shared.is_preprint_server(fields[name].peek().removesuffix(".org")):
            fields[name].use()
    return ids


def _date(field: Source, problems: list[str]) -> str:
    """Return a date; Zotero leaves it as it was typed, and Better BibTeX writes it twice."""
    text = field.text()
    date = shared.date_in(text)
    if text and not date:
        problems.append(f"the date {shared.shown(text)} is none")
    elif shared.date_parts(text) > date.count("-") + 1:
        problems.append(f"of the date {shared.shown(text)} only {date} was taken")
    return date


def _people(fields: Source, *kinds: str) -> Iterator[DraftAuthor]:
    for each in fields["creators"].items():
        if each["creatorType"].peek() not in kinds:
            continue
        each["creatorType"].use()
        name, family, given = _line(each["name"]), _line(each["lastName"]), _line(each["firstName"])
        if name or (each["fieldMode"].peek() == "1" and family):
            each["fieldMode"].use()
            yield people.group(name or family)
        elif family or given:
            yield people.person(family, given)


def _venue(fields: Source, ids: Links) -> str:
    for name in _VENUES:
        if ids.arxiv and shared.is_preprint_server(fields[name].peek()):
            fields[name].use()
        elif fields[name]:
            return _line(fields[name])
    return ""
