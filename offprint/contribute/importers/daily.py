"""A day of a daily-papers site: its JSON, or its page as text, marked, copied and saved.

As text, a paper is its title on a line, its abstract in a paragraph, and then, on lines of their own or
parted by ``·``: who it is from (handle and name, or ``31 authors``), the date of publication, and the number
of comments. A date without a year is of the page's own year, which the page's day gives::

    Daily Papers
    June 30, 2026

    TV2TV: A Unified Framework for Interleaved Language and Video Generation
    Video generation models are rapidly advancing, but can still struggle with …
    facebook · AI at Meta · Dec 4, 2025 · 2
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers.entry import Entry, Links
from offprint.contribute.importers.source import Source, Unused
from offprint.records import identifiers
from offprint.records.model import Link

_ABSTRACT = 160  # characters from which on a paragraph is an abstract and no title
_DAY = re.compile(
    r"(?:published on |published |on )?([A-Z][a-z]{2,8})\.? (\d{1,2})(?:,? (\d{4}))?", re.IGNORECASE
)
_AUTHORS = re.compile(r"(\d{1,6}) authors?", re.IGNORECASE)
_VOTES = re.compile(r"(?:upvotes?|votes?):? (\d{1,9})|(\d{1,9}) (?:upvotes?|votes?)", re.IGNORECASE)
_COMMENTS = re.compile(r"(\d{1,9})(?: comments?)?", re.IGNORECASE)
_HANDLE = re.compile(r"@?([a-z0-9][\w.-]*)", re.IGNORECASE)


def looks_like_daily(item: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is of a daily list.

    Its fields are its own, or below ``paper`` as in the sites' own answers.
    """
    return isinstance(item.get("paper"), dict) or "title" in item


def entry_of(item: Mapping[str, Any], line: int = 1) -> Entry:
    """Return the paper of one item of a daily list in JSON."""
    outer = Source(dict(item))
    inner = outer["paper"]
    problems: list[str] = []

    def field(*names: str) -> Source:
        """Return the first field of these names that the paper has, or the item around it."""
        sources = (source[name] for name in names for source in (inner, outer))
        return next((source for source in sources if source), Source(None))

    ids = _ids(field)
    owner = field("organization")
    handle = next((owner[key] for key in ("handle", "name", "fullname") if owner[key]), owner)
    title = field("title").text()
    for source in (inner, outer):  # the item repeats some of its paper's values
        if source["title"].peek() == title:
            source["title"].use()
    authors = [each["name"] if each["name"] else each for each in field("authors").items()]
    draft = Draft(
        title=title,
        date=_date(field("date", "publishedAt"), problems),
        listed=_date(field("listed", "submittedOnDailyAt"), problems),
        authors=tuple(DraftAuthor(name) for each in authors if (name := each.text())),
        author_count=_count(field("author_count"), problems) or 0,
        organizations=(handle.text(),) if handle.peek() else (),
        arxiv=ids.arxiv,
        doi=ids.doi,
        links=ids.links,
        upvotes=_count(field("upvotes"), problems),
        comments=_count(field("comments", "numComments"), problems),
        abstract=field("abstract", "summary").text(),
    )
    return Entry(draft, line, title[:60], tuple(outer.unused()), tuple(problems))


def _ids(field: Callable[..., Source]) -> Links:
    ids = Links()
    doi, number = field("doi"), field("arxiv", "id")
    if ids.add_id(identifiers.understand(doi.peek())):
        doi.use()
    if (arxiv := identifiers.understand(number.peek()).arxiv) and ids.add_arxiv(arxiv):
        number.use()
    for each in (*field("urls").items(), field("githubRepo"), field("projectPage")):
        link = shared.link_of(each.peek())
        if link and link.kind == "html":
            if ids.by_kind.setdefault("project", Link("project", link.url)).url == link.url:
                each.use()
        elif each and ids.add(each.peek()):
            each.use()
    return ids


def _date(field: Source, problems: list[str]) -> str:
    """Return a day of an ISO date and time; the hour is nothing that a record holds."""
    text = field.text()
    date = shared.date_of(text)[:10]
    if text and not date:
        problems.append(f"the date {shared.shown(text)} is none")
    elif text != date:
        problems.append(f"of the time {shared.shown(text)} only {date} was taken")
    return date


def _count(field: Source, problems: list[str]) -> int | None:
    text = field.text()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    if text:
        problems.append(f"{shared.shown(text)} is not a count")
    return None


def read_text(text: str) -> list[Entry]:
    """Return the papers of a page saved as text."""
    lines = enumerate((" ".join(line.split()) for line in text.split("\n")), 1)
    rows = [(number, line) for number, line in lines if line]
    long = [len(line) >= _ABSTRACT for _, line in rows]
    starts = [i for i in range(1, len(rows)) if long[i] and not long[i - 1]]
    if not starts:
        return []
    day = next((found for _, row in rows[: starts[0] - 1] if (found := _day(row, ""))), "")
    made = []
    for start, following in zip(starts, [*starts[1:], len(rows) + 1], strict=True):
        line, title = rows[start - 1]
        after = [row for _, row in rows[start : following - 1]]
        abstract = [row for row in after if len(row) >= _ABSTRACT]
        facts = [
            part.strip() for row in after if len(row) < _ABSTRACT for part in row.split("·") if part.strip()
        ]
        made.append(_from_facts(title, "\n\n".join(abstract), facts, line, day))
    dated = [entry for entry in made if entry.draft != _bare(entry.draft)]
    return made if len(dated) * 2 >= len(made) else []  # other texts have long paragraphs, too


def _bare(draft: Draft) -> Draft:
    """Return the draft without a date and numbers, which the papers of a daily list have."""
    return replace(draft, date="", author_count=0, upvotes=None, comments=None)


def _from_facts(title: str, abstract: str, facts: list[str], line: int, day: str) -> Entry:
    draft: dict[str, Any] = {"title": title, "abstract": abstract, "listed": day}
    names, problems = [], []
    for fact in facts:
        if count := _AUTHORS.fullmatch(fact):
            draft["author_count"] = int(count[1])
        elif votes := _VOTES.fullmatch(fact):
            draft["upvotes"] = int(votes[1] or votes[2])
        elif comments := _COMMENTS.fullmatch(fact):
            draft["comments"] = int(comments[1])
        elif _DAY.fullmatch(fact):
            draft["date"] = _day(fact, day[:4])
            if not draft["date"]:
                problems.append(f"the date {fact!r} has no year, and the page names no day")
        elif fact.casefold() != "new":
            names.append(fact)
    if names and (handle := _HANDLE.fullmatch(names[0])):
        draft["organizations"] = (handle[1],)
        names = names[1:]
    elif names:
        draft["organizations"] = (names.pop(0),)
    left = tuple(Unused("line", name) for name in names)
    return Entry(Draft(**draft), line, title[:60], left, tuple(problems))


def _day(text: str, year: str) -> str:
    match = _DAY.fullmatch(text)
    if not match or not shared.month_of(match[1]):
        return ""
    return shared.iso(match[3] or year, match[1], match[2])
