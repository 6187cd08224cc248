"""A build after a build: only what has changed is made, and whatever happened to the site is repaired."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from offprint.build import render_step
from offprint.build.options import Built
from offprint.commands.build import build
from offprint.diagnostics import ContentError
from offprint.search.pagefind_process import PagefindProcess
from offprint.storage.folders import remove
from tests.sites import PROJECT, build_site, options, page, tree, write_content

_PAPER = "---\ntitle: {title}\ndate: 2026-0{month}-01\ntopics: [{topic}]\n---\n{text}\n"
TOPICS = {f"topics/{slug}.md": f"---\nname: {slug.title()}\n---\n" for slug in ("video", "sound")}


def paper(title: str, *, month: int = 1, topic: str = "video", text: str = "Text.") -> str:
    return _PAPER.format(title=title, month=month, topic=topic, text=text)


FILES = TOPICS | {
    "papers/a.md": paper("Ants"),
    "papers/b.md": paper("Bees", month=2, topic="sound"),
    "papers/c.md": paper("Crabs", month=3, topic="sound"),
}


def rebuild(folder: Path, files: dict[str, str] | None = None, *, search: bool = False) -> Built:
    """Build FILES with these changes, by path, and have each rendered page explained."""
    write_content(folder, FILES | (files or {}))
    return build(replace(options(folder, search=search), explain=True), lambda *_: None)


def explanations(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """Return why each page was rendered, by path, in a build of FILES with these changes."""
    return dict(rebuild(folder, files).explanations)


def test_where_nothing_has_changed_nothing_is_made_and_warnings_are_repeated(tmp_path: Path) -> None:
    doubtful = {"papers/d.md": paper("$\\nosuch{x}$")}
    first = rebuild(tmp_path, doubtful)
    before = {path: (tmp_path / "_site" / path).stat().st_ino for path in tree(tmp_path / "_site")}
    second = rebuild(tmp_path, doubtful)
    assert (first.rendered, second.rendered) == (first.pages, 0)
    assert second.warnings == first.warnings
    assert len(second.warnings) == 1
    assert {path: (tmp_path / "_site" / path).stat().st_ino for path in before} == before


def test_an_edited_text_has_the_pages_made_again_that_show_it_and_no_others(tmp_path: Path) -> None:
    rebuild(tmp_path)
    explained = explanations(tmp_path, {"papers/a.md": paper("Ants", text="Other words.")})
    assert {"papers/a.html", "topics/video.html", "2026/01.html", "feed.xml", "data/papers.bib"} <= set(
        explained
    )
    assert not {"papers/c.html", "topics/sound.html", "2026/03.html", "about.html", "search.html"} & set(
        explained
    )
    assert explained["papers/a.html"] == "changed or new: a"
    assert "Other words." in page(tmp_path, "papers/a.html")


def test_each_page_made_again_has_its_reason(tmp_path: Path) -> None:
    rebuild(tmp_path)
    explained = explanations(tmp_path, {"papers/d.md": paper("Ducks", month=2)})
    assert explained["papers/d.html"] == "it is new"
    assert explained["topics/video.html"] == "changed or new: d"
    assert "neighbours" in explained["papers/a.html"], "the next paper is another now"
    assert "papers/c.html" not in explained
    explained = explanations(tmp_path, {"site.yaml": "title: Another\nurl: https://example.org/\n"})
    assert set(explained.values()) == {"changed: the configuration"}


LISTED = """\
- slug: p
  title: Pigeons
  abstract: One line.
- slug: q
  title: Quails
  authors: [{}]
"""


def test_a_text_of_more_lines_has_nothing_resolved_again(tmp_path: Path) -> None:
    rebuild(tmp_path, {"papers/list.yaml": LISTED.format("Ada Lovelace")})
    longer = LISTED.replace("One line.", "Two\n    lines.").format("Ada Lovelace")
    with patch("offprint.build.plan.resolve", side_effect=AssertionError):
        explained = explanations(tmp_path, {"papers/list.yaml": longer})
    assert "papers/p.html" in explained
    assert "papers/q.html" not in explained
    assert "Two lines." in page(tmp_path, "papers/p.html")


def test_a_warning_names_the_line_where_its_cause_now_stands(tmp_path: Path) -> None:
    doubtful = LISTED.format("Ada Lovelace, Ada Lovelace")
    (first,) = rebuild(tmp_path, {"papers/list.yaml": doubtful}).warnings
    (second,) = rebuild(tmp_path, {"papers/list.yaml": doubtful.replace("One", "Two\n    and one")}).warnings
    assert (first.position.line, second.position.line) == (6, 7)


def test_what_others_have_changed_in_the_site_is_put_right(tmp_path: Path) -> None:
    rebuild(tmp_path)
    site = tmp_path / "_site"
    whole = tree(site)
    (site / "papers/a.html").write_text("not ours")
    (site / "papers/b.html").unlink()
    os.utime(site / "topics.html", (0, 0))
    shutil.rmtree(site / "topics")
    (site / "topics").write_text("not ours")
    (site / "topics").unlink()
    rebuild(tmp_path)
    assert tree(site) == whole
    (site / "papers/c.html").write_text("not ours")
    rebuild(tmp_path, {"papers/a.md": paper("Apes")})
    assert b"not ours" not in b"".join(tree(site).values())
    assert "Crabs" in page(tmp_path, "papers/c.html")


def test_a_site_is_never_written_through_a_link_that_the_standby_tree_shares(tmp_path: Path) -> None:
    rebuild(tmp_path)
    standby = tmp_path / ".cache/standby"
    assert tree(standby) == tree(tmp_path / "_site")
    before = tree(standby)
    rebuild(tmp_path, {"papers/a.md": paper("Apes")})
    assert tree(standby) == before, "the site that was there is the next standby tree"


def test_pagefind_reads_only_the_papers_that_changed(tmp_path: Path) -> None:
    def read_again(edit: dict[str, str]) -> list[str]:
        with patch.object(PagefindProcess, "ask", autospec=True, side_effect=PagefindProcess.ask) as ask:
            rebuild(tmp_path, edit, search=True)
        return sorted(path for call in ask.call_args_list for path, _ in call.args[1])

    more = {f"papers/more{number}.md": paper(f"More {number}") for number in range(10)}
    every = len(FILES) - len(TOPICS) + len(more)
    assert len(read_again(more)) == every + 1, "and a page for Pagefind's script"
    assert read_again(more | {"papers/a.md": paper("Apes")}) == ["papers/a.html"]
    assert read_again(more | {"papers/new.md": paper("New"), "papers/a.md": paper("Apes")}) == [
        "papers/new.html"
    ]
    edited = more | {f"papers/more{number}.md": paper(f"Less {number}") for number in range(5)}
    assert len(read_again(edited)) > len(edited), "where many changed, a shard is read as a whole"


@pytest.mark.parametrize("most", [2, 4, 100])
def test_an_index_made_again_in_part_is_that_of_a_clean_build(tmp_path: Path, most: int) -> None:
    edited = {"papers/a.md": paper("Apes", text="Of bees."), "papers/d.md": paper("Ducks", month=2)}
    sizes, reread = "offprint.search.documents.SIZES", "offprint.search.index._REREAD"
    with patch(sizes, (most, 1, most)), patch(reread, 1):
        rebuild(tmp_path / "again", search=True)
        before = tree(tmp_path / "again/_site/pagefind")
        rebuild(tmp_path / "again", edited, search=True)
        rebuild(tmp_path / "clean", edited, search=True)
    rebuilt = tree(tmp_path / "again/_site/pagefind")
    assert before != rebuilt == tree(tmp_path / "clean/_site/pagefind")


def test_a_cache_that_cannot_be_read_is_no_cache(tmp_path: Path) -> None:
    rebuild(tmp_path)
    whole = tree(tmp_path / "_site")
    for file in (tmp_path / ".cache").rglob("*"):
        if file.is_file() and "standby" not in file.parts:
            file.write_bytes(file.read_bytes()[:-7])
    assert rebuild(tmp_path).rendered > 0
    assert tree(tmp_path / "_site") == whole


def test_on_a_disk_without_room_for_a_cache_builds_go_on(tmp_path: Path) -> None:
    with patch.object(Path, "write_bytes", side_effect=OSError("no space")):
        assert rebuild(tmp_path).rendered > 0
    assert "Ants" in page(tmp_path, "papers/a.html")


@pytest.mark.parametrize("search", [False, True])
def test_several_processes_make_what_one_makes(tmp_path: Path, search: bool) -> None:
    files = TOPICS | {
        f"papers/p{n}.md": paper(f"On {n}", month=1 + n % 9, topic=("video", "sound")[n % 2])
        for n in range(60)
    }
    with (
        patch.object(render_step, "_PARALLEL_FROM", 1),
        patch("offprint.records.reader._PARALLEL_FROM", 1),
        patch("offprint.archive.related._PARALLEL_FROM", 1),
        patch("offprint.build.related_step._PARALLEL_FROM", 1),
    ):
        build_site(tmp_path / "many", files, jobs=3, search=search)
        build_site(tmp_path / "one", files, jobs=1, search=search)
    many, one = (tree(tmp_path / name / "_site") for name in ("many", "one"))
    assert many == one


def test_a_template_of_ones_own_makes_its_pages_anew(tmp_path: Path) -> None:
    rebuild(tmp_path, FILES)
    card = (PROJECT / "templates/card.html").read_text("utf-8")
    own = tmp_path / "templates/card.html"
    own.parent.mkdir()
    own.write_text(card.replace("<article", '<article data-own="yes"'), "utf-8")
    rebuild(tmp_path)
    assert 'data-own="yes"' in page(tmp_path, "topics/video.html")


def test_the_standby_tree_is_not_used_where_it_lies_on_another_disk(tmp_path: Path) -> None:
    other = Path("/dev/shm") / f"offprint-{os.getpid()}"
    if not other.parent.is_dir() or other.parent.stat().st_dev == tmp_path.stat().st_dev:
        other = tmp_path / "cache"
    write_content(tmp_path, FILES)
    try:
        for _ in range(2):
            build(replace(options(tmp_path), cache=other), lambda *_: None)
        assert "Ants" in page(tmp_path, "papers/a.html")
        assert not (tmp_path / "._site.staging").exists()
    finally:
        remove(other)


def test_a_file_that_could_not_be_read_is_looked_at_anew_when_it_is_empty(tmp_path: Path) -> None:
    rebuild(tmp_path)
    file = tmp_path / "content/papers/d.md"
    file.write_bytes(b" " * (4 * 2**20 + 1))
    for message in ("more than 4 MiB", "does not begin with front matter"):
        with pytest.raises(ContentError) as caught:
            rebuild(tmp_path)
        assert message in caught.value.diagnostics[0].message
        file.write_bytes(b"")
