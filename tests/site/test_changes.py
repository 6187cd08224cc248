"""What changed in the archive, and in each paper: by day, from git, with a link to the difference."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from offprint.commands.build import build
from offprint.records.past.evidence import are_one_record
from tests.records.test_git_history import commit, git
from tests.sites import SITE, build_site, options, page, tree, write_content

ATOM = {"a": "http://www.w3.org/2005/Atom"}
TEXT = "What it asks, what was done, what came out: the same few words as in all others.\n"


def record(title: str, *fields: str) -> str:
    return "\n".join(["---", f"title: {title}", *fields, "---", TEXT])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changes")
    write_content(folder, {})
    papers = {f"content/papers/{x}.md": record(f"Paper {x}") for x in ("a", "b", "c", "d", "e")}
    lists = {"content/papers/list.yaml": "- {slug: x, title: X}\n- {slug: y, title: Y}\n"}
    commit(folder, "2026-01-01", {**papers, **lists, "content/topics/video.md": "---\nname: Video\n---\n"})
    commit(folder, "2026-02-01", {"content/papers/a.md": record("Paper a", "venue: Somewhere")})
    retracted = record("Paper b", "status: retracted", "notice: Data made up.")
    commit(folder, "2026-02-01", {"content/papers/b.md": retracted})
    git(folder, "2026-02-02", "mv", "content/papers/c.md", "content/papers/see.md")
    commit(folder, "2026-02-02", {"content/papers/d.md": None})
    removed = "- {slug: e, day: 2026-02-03, reason: Its publisher asked for it.}\n"
    commit(folder, "2026-02-03", {"content/papers/e.md": None, "content/removed.yaml": removed})
    commit(folder, "2026-02-04", {"content/papers/draft.md": record("A draft", "draft: true")})
    commit(folder, "2026-02-05", {"content/papers/draft.md": None})
    many = {f"content/papers/m{n}.md": record(f"Of many {n:02}") for n in range(40)}
    commit(folder, "2026-02-06", many)
    build_site(folder, {})
    return folder


def told(text: str) -> list[tuple[str, str, list[str]]]:
    """Return (day, kind, names with what stands beside them) of the page, in its order."""
    found = []
    for day, section in re.findall(
        r'<section class="day changes" id="d([\d-]+)">(.*?)</section>', text, re.DOTALL
    ):
        for kind, rows in re.findall(r"<h3>(\w+)</h3>\n<ul>(.*?)</ul>", section, re.DOTALL):
            names = [
                " ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<li.*?</li>", rows)
            ]
            found.append((day, kind, names))
    return found


def test_the_page_tells_each_day_what_happened(site: Path) -> None:
    days = told(page(site, "changes.html"))
    many = [f"Of many {n:02} Difference" for n in range(30)]
    assert days == [
        ("2026-02-06", "Added", [*many, "and 10 more"]),
        ("2026-02-03", "Removed", ["A paper Its publisher asked for it."]),
        ("2026-02-02", "Renamed", ["Paper c formerly c Difference"]),
        ("2026-02-02", "Removed", ["Paper d Difference"]),
        ("2026-02-01", "Retracted", ["Paper b Difference"]),
        ("2026-02-01", "Edited", ["Paper a Difference"]),
        ("2026-01-01", "Added", [
            "Paper a Difference", "Paper b Difference", "Paper c Difference",
            "papers/list.yaml 2 papers Difference", "Video Difference",
        ]),
    ]  # fmt: skip
    head = git_head(site, "HEAD")
    assert f'<a class="difference" href="https://github.com/example/archive/commit/{head}">' in page(
        site, "changes.html"
    )
    assert 'href="papers/see.html">Paper c</a>' in page(site, "changes.html")
    assert 'href="changes.html">Changes</a>' in page(site, "index.html")


def git_head(folder: Path, name: str) -> str:
    return (folder / ".git/refs/heads/main").read_text().strip() if name == "HEAD" else ""


def test_the_feed_has_an_entry_a_day_whose_addresses_are_whole(site: Path) -> None:
    feed = ET.fromstring(page(site, "changes.xml"))
    ids = [each.findtext("a:id", "", ATOM) for each in feed.findall("a:entry", ATOM)]
    assert ids[:2] == [f"https://example.org/archive/changes.html#d2026-02-0{day}" for day in (6, 3)]
    assert feed.findtext("a:updated", "", ATOM).startswith("2026-02-06T12:00:00")
    content = feed.findtext("a:entry[3]/a:content", "", ATOM)
    assert '<a href="https://example.org/archive/papers/see.html">Paper c</a>' in content
    assert 'xmlUrl="https://example.org/archive/changes.xml"' in page(site, "feeds.opml")


def test_a_paper_shows_its_own_changes(site: Path) -> None:
    def own(slug: str) -> list[str]:
        found = re.search(
            r'<details class="changes">(.*?)</details>', page(site, f"papers/{slug}.html"), re.DOTALL
        )
        return re.findall(r"<time[^>]*>(.*?)</time>", found[1]) if found else []

    assert own("a") == ["1 February 2026: Edited", "1 January 2026: Added"]
    assert own("b") == ["1 February 2026: Retracted", "1 January 2026: Added"]
    assert own("see") == ["2 February 2026: Renamed (formerly c)", "1 January 2026: Added"]
    assert own("m1") == own("x") == []


def test_a_build_after_a_commit_is_a_clean_build(site: Path) -> None:
    commit(site, "2026-03-01", {"content/papers/a.md": record("Paper a", "venue: Elsewhere")})
    build_site(site, {})
    build(replace(options(site), output=site / "clean", cache=site / "clean-cache"), lambda *_: None)
    assert tree(site / "_site") == tree(site / "clean")
    assert told(page(site, "changes.html"))[0] == ("2026-03-01", "Edited", ["Paper a Difference"])


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("https://gitlab.com/a/b", "https://gitlab.com/a/b/-/commit/"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b/commit/"),
        ("", None),
    ],
)
def test_the_difference_is_where_the_forge_shows_it(
    tmp_path: Path, repository: str, address: str | None
) -> None:
    config = SITE.replace("repository: https://github.com/example/archive\n", "")
    config += f"repository: {repository}\n" if repository else ""
    files = {"content/site.yaml": config, "content/papers/a.md": record("Paper a")}
    commit(tmp_path, "2026-01-01", files)
    build_site(tmp_path, {"site.yaml": config})
    text = page(tmp_path, "changes.html")
    assert "Paper a" in text
    assert (f'href="{address}' in text) if address else ("difference" not in text)


def test_without_git_the_page_has_what_records_say(tmp_path: Path) -> None:
    build_site(
        tmp_path,
        {
            "papers/a.md": record("Paper a", "listed: 2026-01-02"),
            "papers/b.md": record(
                "Paper b", "listed: 2026-01-01", "notice: Figure 1 was exchanged on 2026-05-01."
            ),
            "papers/c.md": record("Paper c", "date: 1999-01-01"),
            "removed.yaml": "- {slug: e, day: 2026-02-03, reason: Asked for.}\n",
        },
    )
    assert told(page(tmp_path, "changes.html")) == [
        ("2026-05-01", "Corrected", ["Paper b"]),
        ("2026-02-03", "Removed", ["A paper Asked for."]),
        ("2026-01-02", "Added", ["Paper a"]),
        ("2026-01-01", "Added", ["Paper b"]),
    ]


def test_two_records_from_one_template_are_no_rename(tmp_path: Path) -> None:
    common = (
        "authors: [Ada Lovelace, Grace Hopper]\norganizations: [Analytical Society]\nvenue: Workshop 2026\n"
    )
    old, new = (f"---\ntitle: Report {n}\n{common}---\n{TEXT}" for n in (1, 2))
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-01", {"content/papers/one.md": old})
    commit(tmp_path, "2026-02-01", {"content/papers/one.md": None, "content/papers/two.md": new})
    build_site(tmp_path, {})
    assert not (tmp_path / "_site/papers/one.html").exists()
    assert "papers/two.html</id>" in page(tmp_path, "feed.xml")
    assert ("2026-02-01", "Removed", ["Report 1 Difference"]) in told(page(tmp_path, "changes.html"))


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("---\ntitle: A\n---\nText.", "---\ntitle: 'A'\nvenue: X\n---\nOther.", True),
        ("---\ntitle: A\narxiv: 2406.1v1\n---\n", "---\ntitle: B\narxiv: '2406.1'\n---\n", True),
        ("---\ntitle: A\ndoi: 10.1/x\n---\n", "---\ntitle: A\ndoi: 10.1/y\n---\n", False),
        ("---\ntitle: A\n---\nTo come.", "---\ntitle: B\n---\nTo come.", False),
        (f"---\ntitle: A\n---\n{TEXT * 3}", f"---\ntitle: B\n---\n{TEXT * 3}", True),
        ("name: A\nror: x\n", "name: B\nror: x\n", True),
        ("title: >-\n  A\n  title\n", "title: A title # as printed\n", True),
        ("title: >-\n  A\n", "title: >-\n  B\n", False),
        ("title: A\ndoi: 10.1000/x\n", "title: B\ndoi: https://doi.org/10.1000/X\n", True),
        ("- slug: a\n  title: A\n", "- slug: b\n  title: A\n", True),
    ],
)
def test_what_makes_two_texts_one_record(old: str, new: str, same: bool) -> None:
    assert are_one_record(old, new) == same
