"""Feeds and the home page tell what happened in the archive, whatever the age of the paper."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.records.test_git_history import commit
from tests.sites import PROJECT, build_site, page, write_content

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def record(title: str, *fields: str) -> str:
    more = "".join(f"{field}\n" for field in fields)
    return f"---\ntitle: {title}\n{more}---\nWhat {title} found, in words enough to know the record again.\n"


def entries(folder: Path, path: str = "feed.xml") -> list[tuple[str, str, str]]:
    """Return the title of each entry, and the days on which it was published and updated."""
    feed = ET.fromstring(page(folder, path))
    assert feed.findtext("a:updated", "", ATOM) == max(
        (each.findtext("a:updated", "", ATOM) for each in feed.findall("a:entry", ATOM)), default=""
    )
    names = ("title", "published", "updated")
    return [
        tuple(each.findtext(f"a:{name}", "", ATOM).partition("T00:")[0] for name in names)  # type: ignore[misc]
        for each in feed.findall("a:entry", ATOM)
    ]


def test_a_feed_is_in_the_order_in_which_the_archive_took_papers_in(tmp_path: Path) -> None:
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-05", {"content/papers/git.md": record("By git", "date: 1999-01-01")})
    build_site(
        tmp_path,
        {
            "papers/listed.md": record("Listed", "date: 2017", "listed: 2026-03-01"),
            "papers/dated.md": record("Dated", "date: 2026-02-01"),
            "papers/month.md": record("Month", "date: 2025-12"),
            "papers/year.md": record("Year", "date: 2025"),
            "papers/never.md": record("Never"),
        },
    )
    assert entries(tmp_path) == [
        ("Listed", "2026-03-01", "2026-03-01"),
        ("Dated", "2026-02-01", "2026-02-01"),
        ("By git", "2026-01-05", "2026-01-05"),
        ("Month", "2025-12-01", "2025-12-01"),
        ("Year", "2025-01-01", "2025-01-01"),
    ]


def test_a_notice_renews_the_entry_and_is_in_it_however_old_the_paper_is(tmp_path: Path) -> None:
    papers = {
        f"content/papers/p{n:02}.md": record(f"Paper {n}", f"listed: 2026-01-{n % 28 + 1:02}")
        for n in range(60)
    }
    old = record("Old", "listed: 2017-06-30")
    commit(tmp_path, "2026-02-01", {**papers, "content/papers/old.md": old})
    write_content(tmp_path, {})
    build_site(tmp_path, {})
    assert "Old" not in page(tmp_path, "feed.xml")
    retracted = old.replace("---\nWhat", "status: retracted\nnotice: The data were <made up>.\n---\nWhat")
    commit(tmp_path, "2026-03-04", {"content/papers/old.md": retracted})
    commit(tmp_path, "2026-05-05", {"content/papers/old.md": retracted.replace("enough", "quite enough")})
    build_site(tmp_path, {})
    assert entries(tmp_path)[0] == ("[RETRACTED] Old", "2017-06-30", "2026-03-04")
    feed = ET.fromstring(page(tmp_path, "feed.xml"))
    content = feed.findtext("a:entry/a:content", "", ATOM)
    assert content.startswith(
        "<p><strong>This paper was retracted.</strong> The data were &lt;made up&gt;.</p>"
    )
    item = json.loads(page(tmp_path, "feed.json"))["items"][0]
    assert item["date_modified"] == "2026-03-04T00:00:00Z"
    assert "The data were" in item["content_html"]


def test_the_day_that_a_notice_names_is_its_day(tmp_path: Path) -> None:
    notice = "notice: 'Figure 2 was exchanged on 2026-04-01.'"
    build_site(
        tmp_path,
        {
            "papers/a.md": record("A", "listed: 2026-01-01", notice),
            "papers/b.md": record("B", "listed: 2026-02-01"),
            "papers/c.md": record("C", "listed: 2026-01-01", "status: withdrawn", "notice: By its authors."),
        },
    )
    assert [(title, updated) for title, _, updated in entries(tmp_path)] == [
        ("A", "2026-04-01"),
        ("B", "2026-02-01"),
        ("[WITHDRAWN] C", "2026-01-01"),  # nobody knows the day, and none is guessed
    ]
    text = page(tmp_path, "papers/a.html")
    assert "<strong>Correction:</strong> Figure 2 was exchanged on 2026-04-01." in text


def test_papers_dated_by_month_or_year_are_on_the_home_page(tmp_path: Path) -> None:
    build_site(
        tmp_path,
        {
            "papers/day.md": record("Of a day", "date: 2026-05-02"),
            "papers/month.md": record("Of a month", "date: 2026-06"),
            "papers/year.md": record("Of a year", "date: 2026"),
        },
    )
    text = page(tmp_path, "index.html")
    assert re.findall(r"<h2>\s*<a href=\"([^\"]*)\">", text) == [
        "2026/06.html",
        "daily/2026-05-02.html",
        "2026.html",
    ]
    assert all(title in text for title in ("Of a day", "Of a month", "Of a year"))


def test_import_lists_papers_today_unless_told_otherwise(tmp_path: Path) -> None:
    write_content(tmp_path, {})
    (tmp_path / "a.bib").write_text("@article{a, title={First}, year=2019, month=jun}\n")
    (tmp_path / "b.bib").write_text("@article{b, title={Second}, year=2019}\n")
    run = [sys.executable, "-m", "offprint", "import", "--project", str(tmp_path)]
    for arguments in (["a.bib"], ["b.bib", "--listed", "2026-01-02"]):
        command = [*run, str(tmp_path / arguments[0]), *arguments[1:]]
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    first, second = (next(tmp_path.rglob(f"{name}.md")).read_text() for name in ("a", "b"))
    assert re.search(r"^listed: 20\d\d-\d\d-\d\d$", first, re.MULTILINE)
    assert "listed: 2026-01-02\n" in second
    build_site(tmp_path, {})
    assert {title for title, *_ in entries(tmp_path)} == {"First", "Second"}
    assert all(title in page(tmp_path, "index.html") for title in ("First", "Second"))
