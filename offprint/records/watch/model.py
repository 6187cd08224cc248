"""Watches and proposed papers as frozen data."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from offprint.diagnostics import Position

SourceName = Literal["arxiv", "openalex", "crossref", "daily", "feed"]


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look for at one source. A paper must fit every field that is filled, and none of ``exclude``.

    ``words`` and ``exclude`` are looked for in title and abstract, one of them is enough; ``venue`` is a
    journal's name or ISSN, ``institution`` a ROR address, ``votes`` the fewest that a daily page must show.
    """

    name: str
    source: SourceName
    position: Position
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    venue: str = ""
    institution: str = ""
    votes: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class WatchList:
    """All watches; the e-mail address that services may write to, and how many papers one run proposes."""

    watches: tuple[Watch, ...] = ()
    contact: str = ""
    limit: int = 25


class SeenPaper(NamedTuple):
    """A paper that was proposed on a day: its ids, empty where it has none, and its title."""

    day: dt.date
    title: str
    arxiv: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Every paper that was ever proposed, in the order of the files."""

    papers: tuple[SeenPaper, ...] = field(default=())
