"""Library → the statistics page, made to be cited, and its numbers as CSV and JSON.

The page shows the largest topics and organizations in the newest years; the files have all of them in all
years. How years and rising topics are counted is decided in ``archive/trends.py``.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offprint.archive.model import Library, Organization, Paper, Topic
from offprint.archive.trends import Rising, rising_topics, years_of
from offprint.records.model import PartialDate
from offprint.site import citations, routes
from offprint.site.context import SiteContext
from offprint.site.views.calendars import level
from offprint.site.views.shared import Head, LinkTo

_YEARS_SHOWN = 10
_TOPICS_SHOWN = 20
_ORGANIZATIONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of publication; ``share`` is its papers in percent of the fullest year's."""

    year: LinkTo
    papers: int
    share: int
    authors: int
    organizations: int
    code: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The papers of one topic or organization in one year; ``level`` is as in a heat map."""

    path: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A topic or organization over the years shown, and its papers in all years."""

    name: LinkTo
    cells: tuple[Cell, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class TrendTable:
    """The largest topics or organizations, year by year; ``more`` leads to all of them."""

    heading: str
    anchor: str
    years: tuple[LinkTo, ...]
    trends: tuple[Trend, ...]
    more: LinkTo


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """The archive in numbers; ``as_of`` is the day of its newest daily list, or empty."""

    head: Head
    as_of: str
    totals: tuple[tuple[str, str], ...]
    years: tuple[YearRow, ...]
    tables: tuple[TrendTable, ...]
    rising: Rising | None
    citation: str
    bibtex: str


def statistics_view(context: SiteContext) -> StatisticsView:
    """Return the view of the statistics page."""
    library, messages = context.library, context.messages
    site, newest = library.site, library.newest_day
    title = messages("statistics")
    as_of = messages.day(newest) if newest else ""
    url = site.url + routes.STATISTICS
    return StatisticsView(
        head=Head(
            site, routes.STATISTICS, title, messages("statistics_description", site=site.title), "archive"
        ),
        as_of=as_of,
        totals=tuple(
            (messages(f"total_{key}"), messages.number(value))
            for key, value in _totals(library).items()
            if value
        ),
        years=_years(library),
        tables=tuple(table for table in _tables(context) if table.trends),
        rising=rising_topics(library),
        citation=". ".join(part for part in (site.title, title, as_of, url) if part),
        bibtex=citations.page_bibtex(site, title, routes.STATISTICS, newest),
    )


def statistics_json(context: SiteContext) -> str:
    """Return all numbers: totals, years, months, topics, organizations and rising topics."""
    library = context.library
    data = {
        "archive": library.site.title,
        "url": library.site.url + routes.STATISTICS,
        "as_of": library.newest_day.isoformat() if library.newest_day else None,
        "totals": _totals(library),
        "years": {f"{year:04}": count for year, count in years_of(library.papers).items()},
        "months": {d.iso: len(library.periods[d]) for d in sorted(library.periods) if d.month and not d.day},
        "topics": _all_years(library.topics, library.by_topic),
        "organizations": _all_years(library.organizations, library.by_organization),
        "rising": _rising_data(rising_topics(library)),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def statistics_csv(context: SiteContext) -> str:
    """Return papers by year of the archive and of each topic and organization, one number a row."""
    library = context.library
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("kind", "slug", "name", "year", "papers"))
    for year, count in years_of(library.papers).items():
        rows.writerow(("archive", "", "", year, count))
    for kind, terms, papers in (
        ("topic", library.topics, library.by_topic),
        ("organization", library.organizations, library.by_organization),
    ):
        for term in terms:
            for year, count in years_of(papers.get(term.slug, ())).items():
                rows.writerow((kind, term.slug, citations.no_formula(term.name), year, count))
    return text.getvalue()


def _totals(library: Library) -> dict[str, int]:
    """Return numbers for the whole archive by name.

    ``day``, ``month``, ``year`` and ``undated`` count papers by the precision of their date.
    """
    papers = library.papers
    precision = Counter(sum(1 for part in paper.date or () if part) for paper in papers)
    return {
        "papers": len(papers),
        "day": precision[3],
        "month": precision[2],
        "year": precision[1],
        "undated": precision[0],
        "listed_days": len(library.daily),
        "topics": len(library.topics),
        "organizations": len(library.organizations),
        "authors": len(_authors(papers)),
        "abstract": sum(1 for paper in papers if paper.record.abstract),
        "code": _with_code(papers),
        "gone": sum(1 for paper in papers if paper.record.status != "published"),
    }


def _years(library: Library) -> tuple[YearRow, ...]:
    """Return a row for each year of publication."""
    counts = years_of(library.papers)
    most = max(counts.values(), default=1)
    rows = []
    for year, count in counts.items():
        papers = library.periods[PartialDate(year)]
        rows.append(
            YearRow(
                year=LinkTo(str(year), routes.period(PartialDate(year))),
                papers=count,
                share=max(1, round(100 * count / most)),
                authors=len(_authors(papers)),
                organizations=len({each.slug for paper in papers for each in paper.organizations}),
                code=_with_code(papers),
            )
        )
    return tuple(rows)


def _authors(papers: Sequence[Paper]) -> set[str]:
    """Return the slugs of all authors of some papers."""
    return {each.author.slug for paper in papers for each in paper.authors}


def _with_code(papers: Sequence[Paper]) -> int:
    """Return how many papers link to code."""
    return sum(1 for paper in papers if any(link.kind == "code" for link in paper.record.links))


def _tables(context: SiteContext) -> tuple[TrendTable, TrendTable]:
    """Return the tables of topics and of organizations."""
    library, messages = context.library, context.messages
    years = list(years_of(library.papers))[:_YEARS_SHOWN]
    return (
        _table(
            messages("topics_over_years"),
            LinkTo(messages("all_topics"), routes.TOPICS),
            _largest(library.topics, library.by_topic, _TOPICS_SHOWN),
            years,
            routes.topic,
        ),
        _table(
            messages("organizations_over_years"),
            LinkTo(messages("all_organizations"), routes.ORGANIZATIONS),
            _largest(library.organizations, library.by_organization, _ORGANIZATIONS_SHOWN),
            years,
            routes.organization,
        ),
    )


_Term = Topic | Organization


def _largest(
    terms: Sequence[_Term], papers: Mapping[str, tuple[Paper, ...]], most: int
) -> list[tuple[_Term, Counter[int], int]]:
    """Return the terms with most papers, each with its papers by year and in all, undated included."""
    counted = [(term, papers.get(term.slug, ())) for term in terms]
    counted = [each for each in counted if each[1]]
    counted.sort(key=lambda each: (-len(each[1]), each[0].name.casefold(), each[0].slug))
    return [(term, years_of(theirs), len(theirs)) for term, theirs in counted[:most]]


def _table(
    heading: str,
    index: LinkTo,
    terms: Sequence[tuple[_Term, Counter[int], int]],
    years: Sequence[int],
    path_of: Callable[[str], str],
) -> TrendTable:
    """Return a table of these terms; ``index`` is the page of all terms of the kind."""
    shown = sorted(years)
    most = max((counts[year] for _, counts, _ in terms for year in shown), default=0)
    trends = tuple(
        Trend(
            LinkTo(term.name, path_of(term.slug)),
            tuple(
                Cell(f"{path_of(term.slug)}?year={year:04}", counts[year], level(counts[year], most))
                for year in shown
            ),
            papers,
        )
        for term, counts, papers in terms
    )
    columns = tuple(LinkTo(str(year), routes.period(PartialDate(year))) for year in shown)
    return TrendTable(heading, index.path.removesuffix(".html"), columns, trends, index)


def _all_years(terms: Sequence[_Term], papers: Mapping[str, tuple[Paper, ...]]) -> list[dict[str, Any]]:
    """Return every term with its papers by year, for JSON."""
    items = []
    for term in terms:
        theirs = papers.get(term.slug, ())
        years = {f"{year:04}": count for year, count in years_of(theirs).items()}
        items.append({"slug": term.slug, "name": term.name, "papers": len(theirs), "years": years})
    return items


def _rising_data(rising: Rising | None) -> dict[str, Any] | None:
    """Return the rising topics for JSON."""
    if rising is None:
        return None
    return {
        "recent": {"years": list(rising.recent), "papers": rising.recent_papers},
        "before": {"years": list(rising.before), "papers": rising.before_papers},
        "topics": [
            {"slug": each.topic.slug, "recent": each.recent, "before": each.before} for each in rising.topics
        ],
    }
