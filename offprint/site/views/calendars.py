"""Library → calendars of publication: the months of all years, and heat maps of the days of a year.

A heat map is SVG drawn by the build and reads as a table: a row for each month that has papers, a cell for
each day that has any, each a link. Papers dated to a month or year only are counted in the caption.
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
# Pixels: a cell is as wide as a finger (WCAG 2.5.8), then the room for months' names and for days' numbers.
_CELL, _LABELS, _TICKS = 24, 92, 20
_SHOWN_TICKS = (1, 5, 10, 15, 20, 25, 30)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with papers; ``level``, 1 to LEVELS, is relative to the year's other days; ``x`` is in pixels."""

    path: str
    label: str
    level: int
    x: int


@dataclass(frozen=True, slots=True)
class Row:
    """A month with papers: its name, its position and width in pixels, its days."""

    name: str
    y: int
    width: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A year, day by day, in pixels; ``left`` is where days begin, ``ticks`` are (number, x) of days."""

    year: LinkTo
    caption: str
    left: int
    width: int
    height: int
    ticks: tuple[tuple[int, int], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year; ``path`` is empty where it has no papers, ``level`` is 0 to LEVELS."""

    name: str
    path: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year with its twelve months; ``rest`` counts the papers dated to the year only."""

    name: str
    path: str
    count: int
    months: tuple[Month, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The calendar of publication.

    Months of all years, heat maps of the newest years, links to the maps of further years, the undated
    papers.
    """

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
    """Return the view of the calendar of publication."""
    library, messages = context.library, context.messages
    size, undated = library.site.page_size, library.undated
    shown_years = list(_years_that_fit(library))
    return ArchiveView(
        head=Head(
            library.site, routes.ARCHIVE, messages("archive"), messages("archive_description"), "archive"
        ),
        count=messages.count(len(library.papers), "papers"),
        years=_years(context),
        months=tuple(
            LinkTo(messages.month(n), messages.texts[f"short_months.{n - 1}"]) for n in range(1, 13)
        ),
        maps=tuple(_heat_map(context, year, "") for year in shown_years),
        further=tuple(
            LinkTo(str(year), routes.calendar(year))
            for year in days_by_year(library)
            if year not in shown_years
        ),
        rising=rising_topics(library),
        undated=context.cards(undated[:size]),
        more=LinkTo(messages("all_undated", count=messages.number(len(undated))), routes.UNDATED)
        if len(undated) > size
        else None,
    )


def calendar_view(context: SiteContext, year: int, around: Steps) -> CalendarView:
    """Return the view of one year; ``around`` are the years before and after that have a calendar."""
    title = context.messages("year_by_day", year=year)
    head = Head(context.library.site, routes.calendar(year), title, section="archive")
    return CalendarView(head, _heat_map(context, year, f"{year:04}/"), around)


def days_by_year(library: Library) -> dict[int, list[PartialDate]]:
    """Return the days of publication in calendar order, by year, the newest year first."""
    days = sorted((date for date in library.periods if date.day), key=lambda date: (-date.year, date))
    return {year: list(of_year) for year, of_year in groupby(days, key=lambda date: date.year)}


def level(count: int, most: int) -> int:
    """Return 0 for a count of none, else 1 to LEVELS, relative to the largest count.

    It grows as the square root of the share, since small counts are the ones to tell apart.
    """
    return next(n for n in range(LEVELS + 1) if count * LEVELS * LEVELS <= most * n * n)


def _years_that_fit(library: Library) -> Iterator[int]:
    """Yield the newest years that have at most MARKS days between them."""
    marks = 0
    for year, days in days_by_year(library).items():
        marks += len(days)
        if marks > MARKS:
            return
        yield year


def _heat_map(context: SiteContext, year: int, folder: str) -> HeatMap:
    """Return the heat map of a year, for a page in ``folder``.

    Its links start from there, which keeps the page of a full year small.
    """
    library, messages = context.library, context.messages
    days = days_by_year(library)[year]
    most = max(_FULL, *(len(library.periods[day]) for day in days))
    rows = []
    for index, (month, of_month) in enumerate(groupby(days, key=lambda day: day.month)):
        marks = tuple(_mark(context, day, most, folder) for day in of_month)
        rows.append(
            Row(messages.month(month), _TICKS + index * _CELL, _days_in_month(year, month) * _CELL, marks)
        )
    total = len(library.periods[PartialDate(year)])
    without_day = total - sum(len(library.periods[day]) for day in days)
    caption = messages.count(total, "papers")
    return HeatMap(
        year=LinkTo(str(year), routes.period(PartialDate(year))),
        caption=messages("without_day", papers=caption, count=messages.number(without_day))
        if without_day
        else caption,
        left=_LABELS,
        width=_LABELS + 31 * _CELL,
        height=_TICKS + len(rows) * _CELL,
        ticks=tuple((day, _x(day)) for day in _SHOWN_TICKS),
        rows=tuple(rows),
    )


def _mark(context: SiteContext, day: PartialDate, most: int, folder: str) -> Mark:
    """Return a day's mark; ``most`` is the largest count of a day in the year."""
    messages, count = context.messages, len(context.library.periods[day])
    name = messages("day_of_month", day=day.day, month=messages.month(day.month))
    label = messages("papers_on", day=name, papers=messages.count(count, "papers"))
    return Mark(routes.period(day).removeprefix(folder), label, level(count, most), _x(day.day))


def _x(day: int) -> int:
    """Return where a day's cell begins, in pixels."""
    return _LABELS + (day - 1) * _CELL


def _days_in_month(year: int, month: int) -> int:
    """Return how many days a month has (Gregorian, as all dates here)."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _years(context: SiteContext) -> tuple[Year, ...]:
    """Return all years of publication, the newest first."""
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

    years = []
    for date in sorted((date for date in library.periods if not date.month), reverse=True):
        inner = tuple(months(date.year))
        rest = count(date) - sum(month.count for month in inner)
        years.append(Year(str(date.year), routes.period(date), count(date), inner, rest))
    return tuple(years)
