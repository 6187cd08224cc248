"""Library → calendars of publication: months of all years, heat maps of a year's days.

A heat map is drawn at build as SVG and reads as a table: a row for each month that has papers, a cell for
each day that has any, each a link. What is known only to the month or year is counted in the caption.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from offprint.archive.model import Library
from offprint.archive.trends import Rising, rising_topics
from offprint.records.model import PartialDate
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.views.shared import Card, Head, LinkTo, Steps

MARKS = 100  # days marked on archive.html, in whole years; more would make the page too heavy
LEVELS = 4
_FULL = 4  # papers that make a day full where no day has more
_CELL, _LABELS, _TICKS = (
    24,
    92,
    20,
)  # pixels: a finger's width (WCAG 2.5.8), the months' names, the days' numbers
_SHOWN_TICKS = (1, 5, 10, 15, 20, 25, 30)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with papers; ``level`` from 1 to LEVELS says how many for that year, ``x`` is in pixels."""

    path: str
    label: str
    level: int
    x: int


@dataclass(frozen=True, slots=True)
class Row:
    """A month with papers: its name, how far down and how long it is in pixels, its days."""

    name: str
    y: int
    width: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A year, day by day, in pixels; ``left`` is where its days begin, ``ticks`` are their numbers."""

    year: LinkTo
    caption: str
    left: int
    width: int
    height: int
    ticks: tuple[tuple[int, int], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year; ``path`` is empty where it has nothing, ``level`` from 0 to LEVELS says how much."""

    name: str
    path: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year with its twelve months; ``rest`` counts papers known to the year only."""

    name: str
    path: str
    count: int
    months: tuple[Month, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The calendar of publication: months, the newest years' days, the rest's pages, the undated last."""

    head: Head
    count: str
    years: tuple[Year, ...]
    months: tuple[LinkTo, ...]
    maps: tuple[HeatMap, ...]
    further: tuple[LinkTo, ...]
    rising: Rising | None
    undated: tuple[Card, ...]
    more: LinkTo | None


@dataclass(frozen=True, slots=True)
class CalendarView:
    """One year's heat map on a page of its own."""

    head: Head
    map: HeatMap
    steps: Steps


def archive_view(context: SiteContext) -> ArchiveView:
    """Years, months and days of publication, then the undated."""
    library, messages = context.library, context.messages
    size, undated = library.site.page_size, library.undated
    drawn = list(_years_that_fit(library))
    return ArchiveView(
        head=Head(
            library.site, routes.ARCHIVE, messages("archive"), messages("archive_description"), "archive"
        ),
        count=messages.count(len(library.papers), "papers"),
        years=_years(context),
        months=tuple(
            LinkTo(messages.month(n), messages.texts[f"short_months.{n - 1}"]) for n in range(1, 13)
        ),
        maps=tuple(_heat_map(context, year, "") for year in drawn),
        further=tuple(
            LinkTo(str(year), routes.calendar(year)) for year in days_by_year(library) if year not in drawn
        ),
        rising=rising_topics(library),
        undated=context.cards(undated[:size]),
        more=LinkTo(messages("all_undated", count=messages.number(len(undated))), routes.UNDATED)
        if len(undated) > size
        else None,
    )


def calendar_view(context: SiteContext, year: int, around: Steps) -> CalendarView:
    """One year, day by day; ``around`` are the years before and after that have a calendar."""
    title = context.messages("year_by_day", year=year)
    head = Head(context.library.site, routes.calendar(year), title, section="archive")
    return CalendarView(head, _heat_map(context, year, f"{year:04}/"), around)


def days_by_year(library: Library) -> dict[int, list[PartialDate]]:
    """The days of publication, in the calendar's order, by year, the newest year first."""
    days = sorted((date for date in library.periods if date.day), key=lambda date: (-date.year, date))
    return {year: list(inside) for year, inside in groupby(days, key=lambda date: date.year)}


def level(count: int, most: int) -> int:
    """0 for none, else 1 to LEVELS, as the square root of the share of ``most``: few are told apart best."""
    return next(n for n in range(LEVELS + 1) if count * LEVELS * LEVELS <= most * n * n)


def _years_that_fit(library: Library) -> Iterator[int]:
    """The newest years that have at most MARKS days between them."""
    marks = 0
    for year, days in days_by_year(library).items():
        marks += len(days)
        if marks > MARKS:
            return
        yield year


def _heat_map(context: SiteContext, year: int, folder: str) -> HeatMap:
    """A year's days, for a page in ``folder``: links go from there, which keeps a full year light."""
    library, messages = context.library, context.messages
    days = days_by_year(library)[year]
    most = max(_FULL, *(len(library.periods[day]) for day in days))
    rows = []
    for index, (month, inside) in enumerate(groupby(days, key=lambda day: day.month)):
        marks = tuple(_mark(context, day, most, folder) for day in inside)
        rows.append(Row(messages.month(month), _TICKS + index * _CELL, _length(year, month) * _CELL, marks))
    whole = len(library.periods[PartialDate(year)])
    vague = whole - sum(len(library.periods[day]) for day in days)
    caption = messages.count(whole, "papers")
    return HeatMap(
        year=LinkTo(str(year), routes.period(PartialDate(year))),
        caption=messages("without_day", papers=caption, count=messages.number(vague)) if vague else caption,
        left=_LABELS,
        width=_LABELS + 31 * _CELL,
        height=_TICKS + len(rows) * _CELL,
        ticks=tuple((day, _x(day)) for day in _SHOWN_TICKS),
        rows=tuple(rows),
    )


def _mark(context: SiteContext, day: PartialDate, most: int, folder: str) -> Mark:
    messages, count = context.messages, len(context.library.periods[day])
    name = messages("day_of_month", day=day.day, month=messages.month(day.month))
    label = messages("papers_on", day=name, papers=messages.count(count, "papers"))
    return Mark(routes.period(day).removeprefix(folder), label, level(count, most), _x(day.day))


def _x(day: int) -> int:
    return _LABELS + (day - 1) * _CELL


def _length(year: int, month: int) -> int:
    """How many days a month has (Gregorian, as all dates here)."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _years(context: SiteContext) -> tuple[Year, ...]:
    library, messages = context.library, context.messages

    def count(date: PartialDate) -> int:
        return len(library.periods.get(date, ()))

    most = max((count(date) for date in library.periods if date.month and not date.day), default=0)

    def months(year: int) -> Iterable[Month]:
        for number in range(1, 13):
            date = PartialDate(year, number)
            papers = count(date)
            path = routes.period(date) if papers else ""
            yield Month(messages.month(number), path, papers, level(papers, most))

    made = []
    for date in sorted((date for date in library.periods if not date.month), reverse=True):
        inner = tuple(months(date.year))
        rest = count(date) - sum(month.count for month in inner)
        made.append(Year(str(date.year), routes.period(date), count(date), inner, rest))
    return tuple(made)
