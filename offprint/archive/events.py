"""When things happened to a paper: the archive took it in, and told its readers something about it."""

import contextlib
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from offprint.archive.model import Paper
from offprint.records.model import Changes, PaperRecord, PartialDate

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_known(record: PaperRecord, history: Mapping[str, Changes]) -> dt.date | None:
    """Return the day on which the archive took a paper in, as it says itself or as git knows; else None."""
    changes = history.get(record.position.path)
    return record.listed or (dt.date.fromisoformat(changes.added) if changes else None)


def first_day(date: PartialDate | None) -> dt.date | None:
    """Return the first day that a date may mean."""
    return dt.date(date.year, date.month or 1, date.day or 1) if date else None


def add_event_days(papers: Sequence[Paper], history: Mapping[str, Changes]) -> list[Paper]:
    """Return the papers with the days on which they were taken in, and renewed by a notice.

    The day of a notice is the one that it names, else the one that git knows; what neither knows renews
    nothing, since any other day would be a guess.
    """
    taken_in = [day_known(paper.record, history) or first_day(paper.date) for paper in papers]
    return [
        replace(paper, taken_in=day, renewed=_renewed(paper, day, history))
        for paper, day in zip(papers, taken_in, strict=True)
    ]


def _renewed(paper: Paper, taken_in: dt.date | None, history: Mapping[str, Changes]) -> dt.date | None:
    """Return the day of a paper's notice, but not before it was taken in; the latter where there is none."""
    if not paper.record.has_notice:
        return taken_in
    changes = history.get(paper.record.position.path)
    told = _day_in(paper.record.notice)
    if told is None and changes and changes.noticed:
        told = dt.date.fromisoformat(changes.noticed)
    days = [day for day in (taken_in, told) if day]
    return max(days, default=None)


def _day_in(notice: str) -> dt.date | None:
    """Return the first day in ISO form that a notice names."""
    for match in _DAY.finditer(notice):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(match[0])
    return None
