"""RIS, as Zotero, Mendeley, EndNote and publishers' pages write it.

A reader of our own: rispy knows one spelling of a tag (two spaces, no indentation) and keeps but the last of
tags of one meaning, so that ``A1`` is lost beside ``AU``. Source: the RIS format (Reference Manager, 2011).
"""

import re
from collections.abc import Iterator

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers import hypertext, people
from offprint.contribute.importers.entry import Entry, Links
from offprint.contribute.importers.source import Source, Unused
from offprint.diagnostics import Diagnostic, Position
from offprint.records import identifiers

_TAGS = (
    "TY A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CR CT CY DA DB DI DO DP ED EP ER "
    "ET ID IP "
    "IS J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NO NV OP PB PG PP PY RI RN RP SE SN SP SR "
    "ST T1 T2 "
    "T3 TA TI TT U1 U2 U3 U4 U5 UR VL VO WP WT WV Y1 Y2 YR"
).split()
_GAP = r"[ \t\u00a0]"
_TAG = re.compile(
    rf"{_GAP}*({'|'.join(_TAGS)})({_GAP}{{1,6}})[-–](?:{_GAP}(.*)|(?<={_GAP}{_GAP}-)(\S.*)|{_GAP}*$)",
    re.IGNORECASE,
)
START = re.compile(rf"^(?:{_GAP}|\ufeff)*TY{_GAP}{{1,6}}[-–]", re.MULTILINE | re.IGNORECASE)
TYPES = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "article-journal",
    "ABST": "article-journal",
    "INPR": "article-journal", "CONF": "paper-conference", "CPAPER": "paper-conference", "CHAP": "chapter",
    "ECHAP": "chapter", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "THES": "thesis", "RPRT": "report",
    "GEN": "", "DATA": "dataset", "COMP": "software", "ELEC": "webpage", "PAT": "patent",
    "MGZN": "article-magazine", "NEWS": "article-newspaper", "UNPB": "manuscript", "PREPRINT": "article",
}  # fmt: skip
_VENUES = ("T2", "JF", "JO", "BT", "JA", "J2", "J1")
_DATES = ("DA", "PY", "Y1", "YR")

Lines = list[tuple[str, str]]  # a reference's tags and their values, in order


def read(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Return every reference of the file, and a fault for each that cannot be read."""
    entries, faults = [], []
    for number, lines, ended in _references(text):
        if ended:
            entries.append(_Reader(lines, number).entry())
        else:
            name = next((value for tag, value in lines if tag in ("ID", "TI", "T1")), "")
            message = f"{name[:60]}: this reference has no end" if name else "this reference has no end"
            faults.append(Diagnostic(Position(path, number, 1), message, "close it with a line ER  - "))
    return entries, faults


def _references(text: str) -> Iterator[tuple[int, Lines, bool]]:
    """Yield the line on which each reference begins, its tags, and whether it has an end."""
    lines: Lines | None = None
    start, gap, is_upper = 0, 2, True
    for number, line in enumerate(text.split("\n"), 1):
        tag = _TAG.match(line.lstrip("\ufeff"))
        if tag and tag[1].upper() == "TY":
            if lines is not None:
                yield start, lines, False
            lines, start, gap, is_upper = [], number, min(2, len(tag[2])), tag[1].isupper()
        if lines is None:
            continue
        # In a reference with two spaces, "AI - based" is a line of its abstract and no tag; so is "ai".
        if not tag or len(tag[2]) < gap or tag[1].isupper() != is_upper:
            _continue(lines, line.strip())
        elif tag[1].upper() == "ER":
            yield start, lines, True
            lines = None
        else:
            lines.append((tag[1].upper(), (tag[3] or tag[4] or "").strip()))
    if lines is not None:
        yield start, lines, False


def _continue(lines: Lines, text: str) -> None:
    """Add a line without a tag to the value above it."""
    if not lines:
        return
    name, value = lines[-1]
    if name == "KW" and text:  # EndNote writes a keyword a line under one tag
        lines.append((name, text))
    elif text or name in ("AB", "N2"):
        lines[-1] = (name, f"{value}\n{text}" if value else text)


class _Reader:
    """Finds a place for each tag of one reference; what stays unread is left."""

    def __init__(self, lines: Lines, number: int) -> None:
        values: dict[str, dict[str, None]] = {}  # a value that stands twice is one
        for tag, value in lines:
            if value.strip():
                values.setdefault(tag, {})[value.strip()] = None
        self._lines = lines
        self._number = number
        self._tags = Source({tag: list(each) for tag, each in values.items()})
        self._problems: list[str] = []
        self._left: list[Unused] = []
        self._others = 0  # how many authors are not named, -1 where that is not said

    def entry(self) -> Entry:
        ids = self._ids()
        kind = self._tags["TY"].text().upper()
        if kind not in TYPES:
            self._left.append(Unused("TY", kind))
        title_tags = ("TI", "T1", "CT", *(("BT",) if TYPES.get(kind) == "book" else ()))
        authors = tuple(self._people("A1", "AU"))
        draft = Draft(
            title=self._first(*title_tags),
            slug=self._tags["ID"].text(),
            date=self._date(),
            authors=authors,
            author_count=len(authors) + self._others if self._others > 0 else 0,
            topics=tuple(hypertext.plain(each.text()) for each in self._tags["KW"].items()),
            type=TYPES.get(kind, ""),
            venue=self._venue(ids),
            volume=self._first("VL", "VO"),
            issue=self._first("IS", "CP", "IP"),
            pages=self._pages(),
            publisher=self._publisher(ids),
            editors=tuple(self._people("ED", "A2")),
            arxiv=ids.arxiv,
            doi=ids.doi,
            links=ids.links,
            abstract=hypertext.paragraphs(self._text("AB", "N2")),
        )
        left = (*self._left, *self._tags.unused())
        return Entry(draft, self._number, draft.slug or draft.title[:60], left, tuple(self._problems))

    def _text(self, *tags: str) -> str:
        """Return the first value of the first of these tags that the reference has."""
        return next((text for tag in tags if (text := self._tags[tag].text())), "")

    def _first(self, *tags: str) -> str:
        return " ".join(hypertext.plain(self._text(*tags)).split())

    def _people(self, *tags: str) -> Iterator[DraftAuthor]:
        """Yield people in the order of the lines, whichever of the tags each has."""
        seen = set()
        for tag, value in self._lines:
            if tag not in tags or not value or value in seen:
                continue
            seen.add(value)
            for name in people.names_in(" ".join(hypertext.plain(value).split())):
                yield from self._person(name)
        for tag in tags:
            self._tags[tag].use_all()

    def _person(self, name: str) -> Iterator[DraftAuthor]:
        bare, others = people.without_et_al(name)
        if others:
            self._others = others
        if others < 0:
            self._problems.append(people.MORE)
        if not bare:
            return
        if people.is_all_braced(bare):
            yield people.group(bare.strip("{}"))
        elif "," not in bare and " " in bare:
            self._problems.append(f"{bare!r} was read as a body: RIS writes people as Family, Given")
            yield people.group(bare)
        elif author := people.turned(bare):
            yield author
        else:
            self._problems.append(f"{bare} has more commas than a name; it stays as it was written")
            yield DraftAuthor(bare)

    def _date(self) -> str:
        fields = [field for tag in _DATES for field in self._tags[tag].items()]
        dates = [shared.date_in(field.peek()) for field in fields]
        best = max(dates, key=len, default="")
        for field, date in zip(fields, dates, strict=True):
            said = field.peek().rstrip("/")
            if not date:
                self._problems.append(f"the date {shared.shown(field.peek())} is none")
                field.use()
            elif best.startswith(date):
                field.use()
                if shared.date_parts(said) > date.count("-") + 1:
                    self._problems.append(f"of the date {shared.shown(said)} only {date} was taken")
        return best

    def _ids(self) -> Links:
        ids = Links()
        for tag in ("DO", "DI"):
            for field in self._tags[tag].items():
                if not ids.add_id(identifiers.understand(field.peek())):
                    self._problems.append(f"the DOI {shared.shown(field.peek())} is none")
                field.use()
        for tag in ("AN", "M1", "IS", "N1", "PB", "C7", "T2", "JF", "JO"):
            field = self._tags[tag]
            bare = re.sub(r"^arxiv\s+(?:e-?prints?|preprints?),?\s*", "", field.peek(), flags=re.IGNORECASE)
            number = identifiers.understand(bare).arxiv
            if number and re.match("arxiv", field.peek(), re.IGNORECASE) and ids.add_arxiv(number):
                field.use()
        for tag in ("UR", "LK", "L1", "L2", "L3", "L4"):
            for field in self._tags[tag].items():
                self._addresses(tag, field, ids)
        database = self._tags["DB"]
        if ids.arxiv and shared.is_preprint_server(database.peek()):
            database.use()
        return ids

    def _addresses(self, tag: str, field: Source, ids: Links) -> None:
        """Take each address as an id or a link; what is a path on somebody's machine is left."""
        field.use()
        for address in shared.addresses_in(field.peek()):
            whole = shared.whole_address(address)
            if not ids.add(whole):
                self._left.append(Unused(tag, address))
            elif whole != address:
                self._problems.append(f"{address} was read as {whole}")

    def _venue(self, ids: Links) -> str:
        for tag in _VENUES:
            field = self._tags[tag]
            if ids.arxiv and shared.is_preprint_server(field.peek()):
                field.use()
            elif not field.is_used:
                venue = self._first(tag)
                for other in _VENUES:
                    if hypertext.plain(self._tags[other].peek()) == venue:
                        self._tags[other].use()
                return venue
        return ""

    def _pages(self) -> str:
        first, last = self._first("SP"), self._first("EP")
        if first and last and first != last and "-" not in first:
            return f"{first}-{last}"
        return re.sub(r" ?[-–—]+ ?", "-", first or last)

    def _publisher(self, ids: Links) -> str:
        field = self._tags["PB"]
        if field.is_used or (ids.arxiv and shared.is_preprint_server(field.peek())):
            field.use()
            return ""
        return self._first("PB")
