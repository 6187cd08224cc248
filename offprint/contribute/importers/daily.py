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
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers.entry import Entry
from offprint.records.model import Link

_ABSTRACT = 160  # characters from which on a paragraph is an abstract and no title
_DAY = re.compile(
    r"(?:published on |published |on )?([A-Z][a-z]{2,8})\.? (\d{1,2})(?:,? (\d{4}))?", re.IGNORECASE
)
_AUTHORS = re.compile(r"(\d{1,6}) authors?", re.IGNORECASE)
_VOTES = re.compile(r"(?:upvotes?|votes?):? (\d{1,9})|(\d{1,9}) (?:upvotes?|votes?)", re.IGNORECASE)
_COMMENTS = re.compile(r"(\d{1,9})(?: comments?)?", re.IGNORECASE)
_HANDLE = re.compile(r"@?([a-z0-9][\w.-]*)", re.IGNORECASE)


def read(items: list[Mapping[str, Any]]) -> list[Entry]:
    """The papers of a daily list in JSON: flat, or each below ``paper`` as in the sites' own answers."""
    return [_from_item(item) for item in items]


def is_daily(item: Mapping[str, Any]) -> bool:
    """Whether a JSON item is of a daily list rather than of CSL."""
    return isinstance(item.get("paper"), dict) or (
        "title" in item and "type" not in item and "id" not in item
    )


def _from_item(item: Mapping[str, Any]) -> Entry:
    inner = item.get("paper")
    paper: Mapping[str, Any] = {**item, **inner} if isinstance(inner, dict) else item
    owner = paper.get("organization")
    owner = owner if isinstance(owner, dict) else {}
    names = [a.get("name", "") if isinstance(a, dict) else a for a in _items(paper.get("authors"))]
    urls = [str(url) for url in _items(paper.get("urls"))]
    urls += [str(paper[name]) for name in ("githubRepo", "projectPage") if paper.get(name)]
    links, left = shared.links_of(urls)
    links = tuple(Link("project", link.url) if link.kind == "html" else link for link in links)
    arxiv, doi = shared.ids_of(
        str(paper.get("doi", "")), str(paper.get("arxiv") or paper.get("id") or ""), *urls
    )
    known = {
        "paper", "title", "date", "publishedAt", "author_count", "authors", "organization", "comments",
        "numComments", "urls", "abstract", "summary", "upvotes", "id", "arxiv", "doi", "githubRepo",
        "projectPage", "submittedOnDailyAt",
    }  # fmt: skip
    title = str(paper.get("title", ""))
    draft = Draft(
        title=title,
        date=shared.date_of(str(paper.get("date") or paper.get("publishedAt") or "")),
        listed=shared.date_of(str(paper.get("submittedOnDailyAt", "")))[:10],
        authors=tuple(DraftAuthor(str(name)) for name in names if name),
        author_count=_count(paper.get("author_count")) or 0,
        organizations=tuple(str(owner[key]) for key in ("handle", "fullname", "name") if owner.get(key))[:1],
        arxiv=arxiv,
        doi=doi,
        links=links,
        upvotes=_count(paper.get("upvotes")),
        comments=_count(paper.get("comments", paper.get("numComments"))),
        abstract=str(paper.get("abstract") or paper.get("summary") or ""),
    )
    return Entry(draft, 1, title[:60], (*left, *(name for name in item if name not in known)))


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def read_text(text: str) -> list[Entry]:
    """The papers of a page saved as text."""
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
    """The draft without a date and numbers, which the papers of a daily list have."""
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
        names = names[2:]  # the name behind the handle is for the organization's own record
    elif names:
        draft["organizations"] = (names.pop(0),)
    return Entry(Draft(**draft), line, title[:60], tuple(names), tuple(problems))


def _day(text: str, year: str) -> str:
    match = _DAY.fullmatch(text)
    if not match or not shared.month_of(match[1]):
        return ""
    return shared.iso(match[3] or year, match[1], match[2])
