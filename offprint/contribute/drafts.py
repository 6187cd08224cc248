"""A record about to be written: its values, its text, its file's name, and whether the archive has the paper.

Whoever makes drafts (``new``, ``import``) need not know YAML, and whatever they were given, what is written
here is a record without errors: ``sound`` leaves out what our own reader refuses. Nothing here reads or
writes files. The form on the page "Add a paper" writes the same text (static/record.js).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from offprint.archive.model import Library
from offprint.diagnostics import Diagnostic, TooManyFaultsError
from offprint.records import forms, frontmatter, identifiers
from offprint.records.characters import first_forbidden, without_forbidden
from offprint.records.language.names import split_name
from offprint.records.model import Link
from offprint.records.slugs import RESERVED, slug_fault, slugify

_PLAIN = re.compile(r"[^\W_](?:[^\W_]|[ ._'()/+-])*")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~%/=+@-]+")
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/()-]*")
_GAP = re.compile(r"\n\s*\n")  # between paragraphs
_WIDTH = 100  # characters of a list that stands on one line
_TITLE_WORDS = 6  # words of a title that make a slug


@dataclass(frozen=True, slots=True)
class DraftAuthor:
    """An author or editor as a draft knows one: the name as a reader writes it, the family name in it.

    ``family`` is empty where no one says which part it is; ``group`` marks a body: a team, an office.
    """

    name: str
    orcid: str = ""
    family: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper's record before it is a file: fields as in forms.PAPER, dates in ISO form, texts as written.

    ``slug`` is the name that is wished for; empty where the title shall give it.
    """

    title: str = ""
    slug: str = ""
    date: str = ""
    listed: str = ""
    authors: tuple[DraftAuthor, ...] = ()
    author_count: int = 0
    organizations: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    type: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    editors: tuple[DraftAuthor, ...] = ()
    arxiv: str = ""
    doi: str = ""
    links: tuple[Link, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    rank: int | None = None
    status: str = ""
    notice: str = ""
    abstract: str = ""
    summary: str = ""


_LISTS = ("authors", "editors", "organizations", "topics")
_EMPTY: dict[str, Any] = {field.name: field.default for field in fields(Draft)}


class _Paper(NamedTuple):
    arxiv: str
    doi: str
    path: str


class ExistingPapers:
    """The papers that an archive has, by arXiv id, DOI and title.

    A title alone is no proof: papers of one title whose ids of one kind differ are two.
    """

    def __init__(self, library: Library) -> None:
        self._arxiv: dict[str, str] = {}
        self._doi: dict[str, str] = {}
        self._titles: dict[str, list[_Paper]] = defaultdict(list)
        self.slugs = {each.old for each in library.moved if each.kind == "papers"}
        self.slugs.update(each.slug for each in library.removed)
        for paper in library.versions:
            record = paper.record
            arxiv = record.arxiv.text if record.arxiv else ""
            doi = record.doi.text if record.doi else ""
            draft = Draft(title=record.title.source, arxiv=arxiv, doi=doi)
            self.add(draft, paper.slug, record.position.path)

    def find(self, draft: Draft) -> tuple[str, str] | None:
        """Return what a draft shares with a known paper, and that paper's file; None where it is new."""
        doi = draft.doi.casefold()
        arxiv = identifiers.without_version(draft.arxiv)
        if path := self._arxiv.get(arxiv):
            return f"the arXiv id {arxiv}", path
        if path := self._doi.get(doi):
            return f"the DOI {doi}", path
        for paper in self._titles.get(title_key(draft.title), ()):
            pairs = ((paper.arxiv, arxiv), (paper.doi, doi))
            if not any(one and other and one != other for one, other in pairs):
                return f"the title {draft.title!r}", paper.path
        return None

    def add(self, draft: Draft, slug: str, path: str) -> None:
        """Count a draft as known from now on."""
        self.slugs.add(slug)
        paper = _Paper(identifiers.without_version(draft.arxiv), draft.doi.casefold(), path)
        if paper.arxiv:
            self._arxiv.setdefault(paper.arxiv, path)
        if paper.doi:
            self._doi.setdefault(paper.doi, path)
        if title := title_key(draft.title):
            self._titles[title].append(paper)


class Ranks:
    """The next place of each day's list: after those of the papers that the archive has."""

    def __init__(self, library: Library) -> None:
        self._last: dict[str, int] = defaultdict(int)
        for paper in library.papers:
            if paper.record.listed and paper.record.rank:
                day = paper.record.listed.isoformat()
                self._last[day] = max(self._last[day], paper.record.rank)

    def ranked(self, draft: Draft) -> Draft:
        """Return the draft with the next place of the day that it is listed on."""
        self._last[draft.listed] += 1
        return replace(draft, rank=self._last[draft.listed])


def title_key(title: str) -> str:
    """Return a title's letters and digits: equal for spellings that differ in case, marks or TeX alone."""
    apart = unicodedata.normalize("NFKD", re.sub(r"\\[a-zA-Z]+", "", title)).casefold()
    return "".join(character for character in apart if character.isalnum())


def slug_for(draft: Draft, taken: Iterable[str]) -> str:
    """Return a free slug: the one wished for, the title up to a colon, or the title's first words."""
    wish = draft.slug if draft.slug and not slug_fault(draft.slug) else ""
    if not wish:
        before = draft.title.partition(":")[0] if ":" in draft.title else ""
        words = [word for word in draft.title.split() if any(map(str.isalnum, word))]
        wish = slugify(before if 0 < len(before.split()) <= 4 else " ".join(words[:_TITLE_WORDS]))
    slug, number = wish, 2
    held = taken if isinstance(taken, set) else set(taken)
    while slug in held or slug in RESERVED:
        slug, number = f"{wish[:70].rstrip('-')}-{number}", number + 1
    return slug


def path_for(draft: Draft, slug: str) -> str:
    """Return where the record goes, below ``content``: the folder of its year."""
    return f"papers/{draft.date[:4] or 'undated'}/{slug}.md"


def clean(text: str) -> str:
    """Return text without what no record may hold, ligatures taken apart (PDF extraction leaves both)."""
    return without_forbidden(_normal(text), "")[0].replace("\ufffd", "").strip()


def _normal(text: str) -> str:
    """Return text with white space and ligatures as records have them."""
    if text.isascii() and "\r" not in text and "\t" not in text:
        return text
    text = re.sub("[\ufb00-\ufb06]", lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u2028", "\n")
    return re.sub("[\u00ad\u200b\ufeff]", "", text)  # hyphens and gaps that are not seen


def sanitize(draft: Draft) -> tuple[Draft, list[Diagnostic]]:
    """Return the draft without the fields that our reader refuses, and its complaints about those.

    What is wrong with the title cannot be left out; a complaint about line 2 is then among the rest.
    """
    draft = _cleaned(draft)
    refused: list[Diagnostic] = []
    while True:
        text = record_text(draft)
        try:
            _, faults = forms.read_markdown_record(text, forms.PAPER, "draft", "draft")
        except TooManyFaultsError as error:
            faults = error.diagnostics
        errors = [each for each in faults if each.severity == "error"]
        named = {_field_at(text, each.position.line) for each in errors}
        bare = replace(draft, **{name: _accepted(draft, name) for name in named - {"title"}})
        if len(bare.authors) < len(draft.authors):
            bare = replace(bare, author_count=max(draft.author_count, len(draft.authors)))
        refused += errors
        if bare == draft:
            return draft, refused
        draft = bare


def hidden_characters(draft: Draft) -> list[str]:
    """Return what ``sanitize`` takes out of texts since no record may hold it: a line for each field."""
    return [
        f"{field.name}: {forbidden} is not allowed"
        for field in fields(Draft)
        if (forbidden := first_forbidden(_normal(_texts(getattr(draft, field.name)))))
    ]


def _accepted(draft: Draft, name: str) -> Any:
    """Return what our reader takes of a value that it refuses as a whole: of a list, single items."""
    value = getattr(draft, name)
    if name not in _LISTS:
        return _EMPTY[name]
    alone = [replace(Draft("x"), **dict[str, Any]({name: (item,)})) for item in value]
    items = tuple(item for item, each in zip(value, alone, strict=True) if _is_accepted(each))
    return items if items != value else ()


def _is_accepted(draft: Draft) -> bool:
    _, faults = forms.read_markdown_record(record_text(draft), forms.PAPER, "draft", "draft")
    return all(each.severity != "error" for each in faults)


def _cleaned(draft: Draft) -> Draft:
    one_line: dict[str, Any] = {
        name: " ".join(clean(getattr(draft, name)).split())
        for name in ("title", "venue", "volume", "issue", "pages", "publisher", "notice")
    }
    return replace(
        draft,
        **one_line,
        abstract="\n\n".join(" ".join(p.split()) for p in _GAP.split(clean(draft.abstract)) if p.strip()),
        summary=clean(draft.summary),
        authors=tuple(map(_cleaned_author, draft.authors)),
        editors=tuple(map(_cleaned_author, draft.editors)),
        organizations=tuple(" ".join(clean(each).split()) for each in draft.organizations),
    )


def _texts(value: Any) -> str:
    """Return all texts that a value holds, one below the other."""
    if isinstance(value, tuple):
        return "\n".join(map(_texts, value))
    if isinstance(value, DraftAuthor):
        return value.name
    return value if isinstance(value, str) else ""


def _cleaned_author(author: DraftAuthor) -> DraftAuthor:
    name, family = (" ".join(clean(text).split()) for text in (author.name, author.family))
    return replace(author, name=name, family=family)


def _field_at(text: str, line: int) -> str:
    """Return the field that a line of a record's text belongs to."""
    document, _ = frontmatter.split(text, "")
    if not document or line >= document.body_line:
        return "summary"
    names = [row.partition(":")[0] for row in text.split("\n")[1:line] if row[:1].isalpha()]
    return names[-1] if names and names[-1] in forms.PAPER.fields else "title"


def record_text(draft: Draft, notes: Mapping[str, str] | None = None) -> str:
    """Return the record's file; ``notes`` are comments for the ends of some fields' lines."""
    made = {
        "title": quote(draft.title),
        "date": draft.date,
        "listed": draft.listed,
        "authors": _authors(draft.authors),
        "author_count": str(draft.author_count or ""),
        "organizations": _list([plain(each) for each in draft.organizations]),
        "topics": _list([plain(each) for each in draft.topics]),
        "type": draft.type,
        "venue": plain(draft.venue) if draft.venue else "",
        "volume": plain(draft.volume) if draft.volume else "",
        "issue": plain(draft.issue) if draft.issue else "",
        "pages": plain(draft.pages) if draft.pages else "",
        "publisher": plain(draft.publisher) if draft.publisher else "",
        "editors": _authors(draft.editors),
        "arxiv": draft.arxiv and _id(draft.arxiv),
        "doi": draft.doi and _id(draft.doi),
        "links": _links(draft.links),
        "upvotes": "" if draft.upvotes is None else str(draft.upvotes),
        "comments": "" if draft.comments is None else str(draft.comments),
        "rank": str(draft.rank or ""),
        "status": draft.status,
        "notice": quote(draft.notice) if draft.notice else "",
        "abstract": _block(draft.abstract),
    }
    lines = [
        f"{name}:{value if value.startswith(chr(10)) else ' ' + value}{_note(notes, name)}"
        for name, value in made.items()
        if value
    ]
    return "\n".join(["---", *lines, "---", *([draft.summary] if draft.summary else []), ""])


def quote(text: str) -> str:
    """Return a text in quotes: double ones, or single where the text has a backslash or a double quote."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def plain(text: str) -> str:
    """Return a text bare where nothing in it means anything to YAML, else in quotes."""
    return text if _PLAIN.fullmatch(text) and not text.endswith(" ") else quote(text)


def _id(text: str) -> str:
    return text if _PLAIN_ID.fullmatch(text) else quote(text)


def _note(notes: Mapping[str, str] | None, name: str) -> str:
    return f"  # {notes[name]}" if notes and name in notes else ""


def _list(items: list[str]) -> str:
    if not items:
        return ""
    line = f"[{', '.join(items)}]"
    return line if len(line) <= _WIDTH else "".join(f"\n  - {item}" for item in items)


def _authors(authors: tuple[DraftAuthor, ...]) -> str:
    return _list([_author(each) for each in authors if each.name])


def _author(author: DraftAuthor) -> str:
    """Return an author as a name, or as a mapping where more is said than the name does by itself."""
    parts = {"name": plain(author.name)}
    if author.group:
        parts["group"] = "true"
    elif author.family and split_name(author.name).family != author.family:
        parts["family"] = plain(author.family)
    if author.orcid:
        parts["orcid"] = author.orcid
    if len(parts) == 1:
        return parts["name"]
    return f"{{{', '.join(f'{name}: {value}' for name, value in parts.items())}}}"


def _links(links: tuple[Link, ...]) -> str:
    made = [f"{kind}: {url if _PLAIN_URL.fullmatch(url) else quote(url)}" for kind, url in links]
    if not made:
        return ""
    line = f"{{{', '.join(made)}}}"
    return line if len(line) <= _WIDTH else "".join(f"\n  {each}" for each in made)


def _block(text: str) -> str:
    """Return a text of one or more paragraphs as a literal block."""
    if not text:
        return ""
    return "|-" + "".join(f"\n  {line}" if line else "\n" for line in text.split("\n"))
