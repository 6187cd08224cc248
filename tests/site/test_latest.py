"""The order of a day, what is marked as new, and the pages of the best of late."""

import re
from pathlib import Path

import pytest

from tests import sites


def paper(title: str, listed: str, more: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2026-01-01\nlisted: {listed}\n{more}---\n"


DAYS = {
    "papers/a.md": paper("Alpha", "2026-07-02", "rank: 4\n"),
    "papers/b.md": paper("Beta", "2026-07-02", "rank: 2\n"),
    "papers/c.md": paper("Gamma", "2026-07-02", "rank: 3\ncomments: 1\n"),
    "papers/d.md": paper("Delta", "2026-07-02", "upvotes: 2\n"),
    "papers/e.md": paper("Epsilon", "2026-07-02", "upvotes: 2\ncomments: 5\nrank: 9\n"),
    "papers/f.md": paper("Older", "2026-07-02").replace("2026-01-01", "2025-01-01"),
    "papers/g.md": paper("Zeta", "2026-07-02"),
    "papers/h.md": paper("Retracted", "2026-07-02", "upvotes: 1\nstatus: retracted\n"),
    "papers/i.md": paper("Early in July", "2026-07-01", "upvotes: 9\n"),
    "papers/j.md": paper("In June", "2026-06-30", "upvotes: 99\n"),
}
BEST_OF_DAY = ["Epsilon", "Delta", "Retracted", "Gamma", "Beta", "Alpha", "Zeta", "Older"]


def titles(text: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', text)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("latest")
    sites.build_site(folder, DAYS)
    return folder


def test_a_day_goes_by_votes_then_comments_then_the_order_of_its_source_then_date(built: Path) -> None:
    assert titles(sites.page(built, "daily/2026-07-02.html")) == BEST_OF_DAY


def test_the_home_page_leads_to_the_week_the_month_and_what_is_trending(built: Path) -> None:
    home = sites.page(built, "index.html")
    tabs = re.search(r'<nav class="tabs".*?</nav>', home, re.DOTALL)
    assert tabs
    assert re.findall(r'href="([^"]*)"', tabs[0]) == ["daily/2026-w27.html", "month.html", "trending.html"]
    assert '<span aria-current="page">Today <span class="count">2 July 2026</span></span>' in tabs[0]
    assert titles(sites.page(built, "month.html")) == ["Early in July", *BEST_OF_DAY]
    trending = titles(sites.page(built, "trending.html"))
    assert trending[:3] == ["In June", "Early in July", "Epsilon"]
    assert "Retracted" not in trending


def test_what_is_new_is_of_the_last_day_and_was_not_taken_back(built: Path) -> None:
    home = sites.page(built, "index.html")
    marked = re.findall(r'">([^<]*)</a> <span class="new">', home)
    assert marked == [title for title in BEST_OF_DAY if title != "Retracted"]
    assert 'class="new"' not in sites.page(built, "papers/h.html")


def test_where_all_papers_are_new_none_is_marked(tmp_path: Path) -> None:
    files = {path: text for path, text in DAYS.items() if "2026-07-02" in text and "status" not in text}
    sites.build_site(tmp_path, files)
    assert [file for file, data in sites.tree(tmp_path / "_site").items() if b'class="new"' in data] == []


def test_on_a_page_of_nothing_but_new_papers_none_is_marked(tmp_path: Path) -> None:
    sites.build_site(tmp_path, {path: text for path, text in DAYS.items() if "status" not in text})
    assert 'class="new"' not in sites.page(tmp_path, "daily/2026-07-02.html")
    assert 'class="new"' in sites.page(tmp_path, "papers/a.html")


def test_an_edit_of_votes_gives_the_pages_of_a_clean_build(tmp_path: Path) -> None:
    sites.build_site(tmp_path / "edited", DAYS)
    files = {**DAYS, "papers/g.md": DAYS["papers/g.md"].replace("---\n", "---\nupvotes: 100\n", 1)}
    sites.build_site(tmp_path / "edited", files)
    sites.build_site(tmp_path / "clean", files)
    assert titles(sites.page(tmp_path / "edited", "trending.html"))[0] == "Zeta"
    assert sites.tree(tmp_path / "edited/_site") == sites.tree(tmp_path / "clean/_site")


def test_an_archive_without_days_has_no_pages_of_days(tmp_path: Path) -> None:
    sites.build_site(tmp_path, {"papers/a.md": "---\ntitle: Undated\n---\n"})
    assert 'class="tabs"' not in sites.page(tmp_path, "index.html")
    assert not (tmp_path / "_site/trending.html").exists()
