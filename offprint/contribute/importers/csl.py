"""CSL-JSON, as Zotero and Pandoc write it, as DOI registries answer, and our own ``papers.json``.

Crossref's own JSON differs in a few names and has lists where CSL has texts; it is read here, too. Sources:
CSL 1.0.2 (its schema csl-data.json), Crossref's REST API.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers import hypertext, people
from offprint.contribute.importers.entry import Entry, Links
from offprint.contribute.importers.source import Source, Unused
from offprint.records import forms, identifiers
from offprint.records.fields import LINK_KINDS
from offprint.records.model import Link

CROSSREF_TYPES = {
    "journal-article": "article-journal", "proceedings-article": "paper-conference",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter", "monograph": "book", "edited-book": "book",
    "reference-book": "book", "proceedings": "book", "posted-content": "article", "preprint": "article",
    "dissertation": "thesis", "report-component": "report", "peer-review": "review",
    "reference-entry": "entry-encyclopedia",
}  # fmt: skip
# What CSL items have and lists of daily papers do not.
_OF_CSL = frozenset(
    "author issued container-title DOI URL editor page publisher volume abstract-note".split()
)
_OPEN = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses/by(?:-sa)?|publicdomain/(?:zero|mark))/",
    re.IGNORECASE,
)
_NAME_PARTS = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")


def looks_like_csl(item: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is an item of CSL.

    What has neither id nor type must have one of its fields.
    """
    return "title" in item and (
        ("type" in item and "id" in item) or not _OF_CSL.isdisjoint(item) or "type" in item
    )


def entry_of(item: Mapping[str, Any], line: int = 1) -> Entry:
    """Return one CSL item. Types that are not as CSL has them count as left out."""
    return _Reader(Source(dict(item)), line).entry()


def is_open(item: Mapping[str, Any]) -> bool:
    """Tell whether Crossref names a licence that lets anyone copy a work: CC BY, CC BY-SA or CC0."""
    licences = item.get("license")
    urls = (
        [each.get("URL") for each in licences if isinstance(each, dict)] if isinstance(licences, list) else []
    )
    return any(isinstance(url, str) and _OPEN.match(url) for url in urls)


class _Reader:
    """Finds a place for each value of one item; what stays unread is left."""

    def __init__(self, item: Source, line: int) -> None:
        self._item = item
        self._number = line
        self._custom = item["custom"]
        # Our own items hold plain texts, in which a tag is meant as it stands.
        self._line: Callable[[str], str] = str if self._custom["type"] else hypertext.plain
        self._text: Callable[[str], str] = str if self._custom["type"] else hypertext.paragraphs
        self._problems: list[str] = []
        self._left: list[Unused] = []

    def entry(self) -> Entry:
        item, custom = self._item, self._custom
        ids = self._ids()
        authors = tuple(self._people("author"))
        count = _count(custom["author_count"])
        status, notice = self._status()
        draft = Draft(
            title=self._title(),
            slug=item["id"].text(),
            date=self._date(),
            listed=shared.date_of(custom["listed"].text()),
            authors=authors,
            author_count=count or 0 if (count or 0) > len(authors) else 0,
            organizations=self._organizations(),
            topics=self._keywords(),
            type=self._type(),
            venue=self._venue(ids),
            volume=self._plain("volume"),
            issue=self._plain("issue"),
            pages=re.sub(r" ?[-–—]+ ?", "-", self._plain("page")),
            publisher=self._publisher(ids),
            editors=tuple(self._people("editor")),
            arxiv=ids.arxiv,
            doi=ids.doi,
            links=ids.links,
            upvotes=_count(custom["upvotes"]),
            comments=_count(custom["comments"]),
            status=status,
            notice=notice,
            abstract=custom["abstract"].text() or self._text(item["abstract"].text()),
            summary=self._summary(),
        )
        if custom["abstract"]:
            item["abstract"].use()
        left = (*self._left, *item.unused())
        name = draft.slug or draft.title[:60]
        return Entry(draft, self._number, name, left, tuple(self._problems))

    def _plain(self, name: str) -> str:
        return " ".join(self._line(self._item[name].text()).split())

    def _title(self) -> str:
        title, subtitle = self._plain("title"), self._plain("subtitle")
        if own := self._custom["title"].text():
            return own  # with math as a record writes it
        return f"{title}: {subtitle}" if subtitle and not title.endswith(subtitle) else title

    def _summary(self) -> str:
        """Return our own summary; another program's note is none, and is left."""
        if summary := self._custom["summary"].text():
            self._item["note"].use()
            return summary
        return self._item["note"].text() if self._custom else ""

    def _status(self) -> tuple[str, str]:
        status, notice = self._custom["status"].peek(), self._custom["notice"].text()
        if status in ("withdrawn", "retracted"):
            self._custom["status"].use()
            return status, notice
        for update in self._item["updated-by"].items():
            kind = update["type"].peek().casefold()
            if kind in ("retraction", "withdrawal", "removal"):
                update.use_all()
                return _updated(update, "retracted" if kind == "retraction" else "withdrawn")
        return "", ""

    def _type(self) -> str:
        kind, own = self._item["type"].peek(), self._custom["type"].peek()
        if own == "none" or own in forms.TYPES:  # our own exports say what their record says
            self._item["type"].use()
            self._custom["type"].use()
            return own if own != "none" else ""
        kind = CROSSREF_TYPES.get(kind, kind)
        if kind in forms.TYPES:
            self._item["type"].use()
            return kind
        return ""

    def _ids(self) -> Links:
        item = self._item
        named = self._custom["links"]
        ids = Links(links=[Link(kind, named[kind].text()) for kind in named.names() if kind in LINK_KINDS])
        for field in item["DOI"].items():
            if not ids.add_id(identifiers.understand(field.peek())):
                self._problems.append(f"the DOI {shared.shown(field.peek())} is none")
            field.use()
        for name in ("number", "archive_location", "archive-location"):
            if (
                re.match(r"arxiv", item[name].peek(), re.IGNORECASE)
                or item["archive"].peek().casefold() == "arxiv"
            ):
                found = identifiers.understand(item[name].peek())
                if found.arxiv and ids.add_arxiv(found.arxiv):
                    item[name].use()
        self._arxiv_note(ids)
        for field in item["URL"].items():
            if ids.add(field.peek()):
                field.use()
        if ids.arxiv and item["archive"].peek().casefold() == "arxiv":
            item["archive"].use()
        return ids

    def _arxiv_note(self, ids: Links) -> None:
        """Take what Zotero notes of a preprint.

        ``arXiv:2405.00001 [cs]`` and, on the next line, ``version: 2``.
        """
        note = self._item["note"]
        match = re.fullmatch(
            r"arxiv:\s?(\S{1,40})(?:\s?\[[^\]\n]{1,40}\])?(?:(?:\n|\\n|\s)version:\s?([0-9]{1,3}))?",
            note.peek()[:200],
            re.IGNORECASE,
        )
        found = identifiers.understand(match[1]).arxiv if match and len(note.peek()) <= 200 else ""
        if (
            match
            and found
            and ids.add_arxiv(found if "v" in found or not match[2] else f"{found}v{match[2]}")
        ):
            note.use()

    def _date(self) -> str:
        for name in ("issued", "published", "published-print", "published-online"):
            issued = self._item[name]
            if date := _date_of_parts(issued["date-parts"]):
                for part in issued["date-parts"][0].items()[: date.count("-") + 1]:
                    part.use()
                return date
            if date := _date_of_fields(issued) or self._date_in_words(issued):
                return date
            if issued:
                text = next((each.peek() for each in _words_of(issued) if each.peek()), name)
                self._problems.append(f"the date {shared.shown(text)} is none")
                issued.use_all()
        return ""

    def _date_in_words(self, issued: Source) -> str:
        for words in _words_of(issued):
            if date := shared.date_in(words.peek()):
                if shared.date_parts(words.peek()) > date.count("-") + 1:
                    self._problems.append(f"of the date {shared.shown(words.peek())} only {date} was taken")
                words.use()
                return date
        return ""

    def _people(self, name: str) -> Iterator[DraftAuthor]:
        orcids = self._custom["orcid"]
        for each in self._item[name].items():
            if each.peek():  # a mere text
                yield DraftAuthor(self._line(each.text()))
                continue
            said = each["literal"].text() or each["name"].text()
            parts = {part: self._line(each[part].text()) for part in _NAME_PARTS}
            if not said and not parts["given"]:
                said = parts["family"] if people.without_et_al(parts["family"])[1] else ""
            others = people.without_et_al(said)[1] if said else 0
            if others and not people.without_et_al(said)[0]:
                self._others(others)
                continue
            if said:
                person = people.group(self._line(said))
            else:
                family = " ".join(filter(None, (parts["non-dropping-particle"], parts["family"])))
                given = " ".join(filter(None, (parts["given"], parts["dropping-particle"])))
                person = people.person(family, given, parts["suffix"])
            printed = self._custom["printed_names"][person.name].text()
            orcid = each["ORCID"].text().rpartition("/")[2] or orcids[printed or person.name].text()
            for part in ("sequence", "authenticated-orcid", "parse-names", "static-ordering", "comma-suffix"):
                each[part].use_all()  # they say how to read the parts, or repeat their order
            if person.name:
                yield DraftAuthor(printed or person.name, orcid, person.family, person.group)

    def _others(self, others: int) -> None:
        """Note that there are more people than are named; how many is in ``custom`` of our own items."""
        if not self._custom["author_count"]:
            number = "how many" if others < 0 else f"{others}, but who"
            self._problems.append(f"there are more people than are named: {number} there are is not said")

    def _organizations(self) -> tuple[str, ...]:
        own = [each.text() for each in self._custom["organizations"].items()]
        authors = self._item["author"].items()
        affiliations = [place["name"].text() for each in authors for place in each["affiliation"].items()]
        return tuple(dict.fromkeys(filter(None, own + [self._line(each) for each in affiliations])))

    def _keywords(self) -> tuple[str, ...]:
        if topics := tuple(each.text() for each in self._custom["topics"].items()):
            self._item["keyword"].use_all()
            return topics
        words = [each.text() for each in self._item["keyword"].items()]
        words = [part for word in words for part in re.split(r"[,;]", word)]
        words += [each.text() for each in self._item["subject"].items()]
        return tuple(word.strip() for word in words if word.strip())

    def _venue(self, ids: Links) -> str:
        for name in ("container-title", "event-title", "event"):
            field = self._item[name]
            if ids.arxiv and shared.is_preprint_server(field.peek()):
                field.use()
            elif field and (venue := self._plain(name)):
                return venue
        return ""

    def _publisher(self, ids: Links) -> str:
        field = self._item["publisher"]
        if ids.arxiv and shared.is_preprint_server(field.peek()):
            field.use()
            return ""
        return self._plain("publisher")


def _updated(update: Source, status: str) -> tuple[str, str]:
    """Return a status and a sentence that says so, with the day, the publisher's own word and its place."""
    day, label = _date_of_parts(update["updated"]["date-parts"]), update["label"].peek()
    when = f" on {day}" if day.count("-") == 2 else f" in {day}" if day else ""
    named = f": {label}" if label.casefold() not in ("", "retraction", "withdrawal", "removal") else ""
    where = f" ({identifiers.doi_address(update['DOI'].peek())})" if update["DOI"] else ""
    return status, f"{status.capitalize()} by its publisher{when}{named}{where}"


def _date_of_parts(parts: Source) -> str:
    """Return a date of CSL's ``date-parts``, of a span its beginning."""
    first = [part.peek() for part in parts[0].items()]
    return shared.iso(*first[:3]) if first else ""


def _date_of_fields(issued: Source) -> str:
    """Return a date of Pandoc's fields ``year``, ``month`` and ``day``, of several its first."""
    first = issued.items()[0] if issued else issued
    date = shared.iso(*(first[name].peek() for name in ("year", "month", "day")))
    for name in ("year", "month", "day")[: date.count("-") + 1] if date else ():
        first[name].use()
    return date


def _words_of(issued: Source) -> tuple[Source, ...]:
    """Return where a date may stand in words."""
    return issued["raw"], issued["literal"], issued


def _count(field: Source) -> int | None:
    text = field.peek()
    if not re.fullmatch(r"[0-9]{1,9}", text):
        return None
    field.use()
    return int(text)
