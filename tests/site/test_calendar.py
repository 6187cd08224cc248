"""The archive over time: heat maps that read as tables, years as bars, statistics that add up."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from offprint.archive.trends import rising_topics
from offprint.site.views.calendars import LEVELS, MARKS, level
from offprint.site.views.shared import Timeline, timeline
from tests.sites import build_site, page, read_library

TOPICS = {f"topics/{slug}.md": f"---\nname: {slug.title()}\n---\n" for slug in ("old", "new", "both")}


def paper(date: str, topics: str = "[]", **fields: str) -> str:
    given = {"title": f"Paper of {date or 'no date'}", "topics": topics, "date": date, **fields}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in given.items()) + "---\n"


def dated(*dates: str, topics: str = "[]") -> dict[str, str]:
    return {f"papers/p{number}.md": paper(date, topics) for number, date in enumerate(dates)}


def heat_maps(text: str) -> list[ET.Element]:
    return [
        ET.fromstring(each)
        for each in re.findall(r'<svg class="heat"[^>]*role="table".*?</svg>', text, re.DOTALL)
    ]


def rows_of(svg: ET.Element) -> dict[str, list[tuple[str, str, str]]]:
    """By month: link, what a screen reader says, and the class of each mark."""
    found = {}
    for row in svg.findall("g[@role='row']"):
        header = row.findtext("text[@role='rowheader']", "")
        cells = [cell.find("a") for cell in row.findall("g[@role='cell']")]
        found[header] = [
            (a.attrib["href"], a.attrib["aria-label"], a.find("rect").attrib["class"])  # type: ignore[union-attr]
            for a in cells
            if a is not None
        ]
    return found


def test_a_heat_map_is_a_table_of_months_whose_days_are_links(tmp_path: Path) -> None:
    build_site(tmp_path, dated("2024-02-29", "2024-02-29", "2024-12-01", "2024-02", "2024"))
    (svg,) = heat_maps(page(tmp_path, "archive.html"))
    assert svg.attrib["aria-label"] == "2024, day by day"
    assert rows_of(svg) == {
        "February": [("2024/02/29.html", "29 February: 2 papers", "q3")],
        "December": [("2024/12/01.html", "1 December: 1 paper", "q2")],
    }
    assert (tmp_path / "_site/2024/02/29.html").exists()
    assert "5 papers; the day is not known of 2" in page(tmp_path, "archive.html")


def test_a_years_own_page_has_its_heat_map_and_the_years_beside_it(tmp_path: Path) -> None:
    build_site(tmp_path, dated("2021-05-05", "2023-06-06", "2024-07-07", "2022"))
    text = page(tmp_path, "2023/calendar.html")
    (svg,) = heat_maps(text)
    (mark,) = rows_of(svg)["June"]
    assert (tmp_path / "_site/2023" / mark[0]).exists()
    assert 'rel="prev" href="../2021/calendar.html"' in text
    assert 'rel="next" href="../2024/calendar.html"' in text
    assert 'href="2023/calendar.html"' in page(tmp_path, "2023.html").replace("../", "")
    assert not (tmp_path / "_site/2022/calendar.html").exists()


def test_years_that_would_make_the_archives_page_heavy_are_only_linked(tmp_path: Path) -> None:
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 10)]
    assert len(days) > MARKS
    build_site(tmp_path, dated("2025-01-01", *days, "2023-01-01"))
    text = page(tmp_path, "archive.html")
    assert [svg.attrib["aria-label"] for svg in heat_maps(text)] == ["2025, day by day"]
    assert '<a href="2024/calendar.html">2024</a> <a href="2023/calendar.html">2023</a>' in text
    assert (
        sum(len(row) for row in rows_of(heat_maps(page(tmp_path, "2024/calendar.html"))[0]).values()) == 108
    )


@pytest.mark.parametrize("most", [1, 4, 53, 10_000])
def test_levels_rise_with_the_papers_and_none_is_none(most: int) -> None:
    levels = [level(count, most) for count in range(most + 1)]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[1] >= 1
    assert levels[-1] == LEVELS


def test_a_topics_years_are_bars_that_lead_into_the_list(tmp_path: Path) -> None:
    build_site(tmp_path, {**TOPICS, **dated("2022-01", "2024", "2024-05-05", "", topics="[old]")})
    text = page(tmp_path, "topics/old.html")
    bars = re.findall(
        r'<li>(?:<a href="([^"]*)">|<span>)(\d+)<.*?width="(\d+)%".*?class="count">(\d+)<', text
    )
    assert bars == [
        ("../topics/old.html?year=2024", "2024", "100", "2"),
        ("", "2023", "0", "0"),
        ("../topics/old.html?year=2022", "2022", "50", "1"),
    ]


def test_a_stray_date_does_not_make_a_thousand_bars(tmp_path: Path) -> None:
    library, _ = read_library(tmp_path, dated("0999", *(str(year) for year in range(1980, 2025)), ""))
    made = timeline(library.papers, "x.html")
    assert len(made.bars) == 25
    assert made.bars[0].name == "2024"
    assert sum(bar.papers for bar in made.bars) + made.earlier == 46
    assert timeline(library.undated, "x.html") == Timeline(())


def test_a_topic_rises_where_its_share_has_grown(tmp_path: Path) -> None:
    files = {f"papers/o{n}.md": paper("2020-01-01", "[old, both]") for n in range(30)}
    files |= {f"papers/n{n}.md": paper("2024-01-01", "[new, both]") for n in range(30)}
    library, _ = read_library(tmp_path, {**TOPICS, **files})
    rising = rising_topics(library)
    assert rising is not None
    assert (rising.recent, rising.before) == ((2024, 2024), (2020, 2020))
    assert [(each.topic.slug, each.recent, each.before) for each in rising.topics] == [("new", 30, 0)]


def test_recent_years_are_as_many_as_make_a_sample(tmp_path: Path) -> None:
    files = {f"papers/a{n}.md": paper("2022-01-01") for n in range(5)}
    files |= {f"papers/b{n}.md": paper("2023-01-01") for n in range(28)}
    files |= {f"papers/c{n}.md": paper("2024-01-01") for n in range(2)}
    rising = rising_topics(read_library(tmp_path, files)[0])
    assert rising is not None
    assert (rising.recent, rising.recent_papers, rising.before_papers) == ((2023, 2024), 30, 5)
    assert rising.topics == ()


@pytest.mark.parametrize("dates", [(), ("",), ("2026-06-30",) * 40])
def test_where_there_is_no_before_nothing_rises(tmp_path: Path, dates: tuple[str, ...]) -> None:
    library, _ = read_library(tmp_path, dated(*dates))
    assert rising_topics(library) is None


def test_the_numbers_as_files_add_up(tmp_path: Path) -> None:
    files = {
        **TOPICS,
        **dated("2022-01", "2024", "2024-05-05", topics="[old, new]"),
        "papers/x.md": paper("", "[old]", organizations="['=Lab']", authors="[Ada, Bo]"),
        "papers/y.md": paper("2024-06-30", links="{code: 'https://example.org/'}"),
    }
    build_site(tmp_path, files)
    made = json.loads(page(tmp_path, "data/statistics.json"))
    assert made["totals"] == {
        "papers": 5, "day": 2, "month": 1, "year": 1, "undated": 1, "listed_days": 2, "topics": 3,
        "organizations": 1, "authors": 2, "abstract": 0, "code": 1, "gone": 0,
    }  # fmt: skip
    assert made["as_of"] == "2024-06-30"
    assert made["years"] == {"2024": 3, "2022": 1}
    assert made["months"] == {"2022-01": 1, "2024-05": 1, "2024-06": 1}
    counted: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(page(tmp_path, "data/statistics.csv"))):
        counted[f"{row['kind']} {row['slug']}".strip()] += int(row["papers"])
    assert counted == {"archive": 4, "topic old": 3, "topic new": 3}
    old = next(each for each in made["topics"] if each["slug"] == "old")
    assert old == {"slug": "old", "name": "Old", "papers": 4, "years": {"2024": 2, "2022": 1}}


def test_the_statistics_page_links_each_number_and_says_how_to_cite_it(tmp_path: Path) -> None:
    build_site(tmp_path, {**TOPICS, **dated("2022-01", "2024-05-05", topics="[old]")})
    text = page(tmp_path, "statistics.html")
    assert '<td class="q4"><a href="topics/old.html?year=2024">1</a></td>' in text
    assert "As of 5 May 2024" in text
    assert "A small archive. Statistics. 5 May 2024. https://example.org/archive/statistics.html" in text
    assert "title = {{A small archive: Statistics}}" in text
    assert 'href="data/statistics.csv"' in text
    assert 'href="statistics.html"' in page(tmp_path, "archive.html")


@pytest.mark.parametrize(
    "files", [{}, dated("", ""), dated("2024", "2023-05"), dated("2026-06-30", "2026-06-30")]
)
def test_an_archive_without_days_or_years_still_has_its_pages(tmp_path: Path, files: dict[str, str]) -> None:
    build_site(tmp_path, files)
    assert "<main" in page(tmp_path, "archive.html")
    assert f"<dd>{len(files)}</dd>" in page(tmp_path, "statistics.html")


def test_no_mark_needs_a_style_that_the_policy_forbids(tmp_path: Path) -> None:
    build_site(tmp_path, dated("2024-02-29"))
    for path in ("archive.html", "statistics.html", "2024/calendar.html"):
        assert " style=" not in page(tmp_path, path)
