"""What readers are not to see: papers that are gone for good, and drafts."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from offprint.commands.build import build
from offprint.diagnostics import ContentError
from tests.sites import build_site, options, page, tree, write_content

PAPER = (
    "---\ntitle: The {0} paper\nlisted: 2026-06-30\nauthors: [Ada, Bo]\ntopics: [video]\n{1}---\n"
    "Text on {0}.\n"
)
FILES = {
    "papers/one.md": PAPER.format("first", ""),
    "papers/two.md": PAPER.format("second", ""),
    "topics/video.md": "---\nname: Video\n---\n",
}
REMOVED = "- slug: gone\n  day: 2026-05-04\n  reason: Its publisher asked for it.\n  formerly: [before]\n"


def naming(folder: Path, word: str) -> set[str]:
    """Return the paths of all text files of a site that hold a word."""
    files = tree(folder / "_site").items()
    return {
        path
        for path, data in files
        if not path.startswith(("static/", ".offprint")) and word.encode() in data
    }


def test_a_removed_paper_has_a_page_that_says_so_and_nothing_else(tmp_path: Path) -> None:
    build_site(tmp_path, {**FILES, "removed.yaml": REMOVED}, search=True)
    text = page(tmp_path, "papers/gone.html")
    assert "<h1>Removed</h1>" in text
    assert "4 May 2026: Its publisher asked for it." in text
    assert '<meta name="robots" content="noindex">' in text
    assert "url=../papers/gone.html" in page(tmp_path, "papers/before.html")
    assert naming(tmp_path, "gone.html") == {"papers/before.html"}


@pytest.mark.parametrize(
    ("removed", "message", "line"),
    [
        ("- slug: one\n  day: 2026-05-04\n  reason: x\n", "'one' is removed, but has a record", 1),
        ("- slug: a\n  reason: x\n", "it does not say since when", 1),
        ("- slug: a\n  day: 2026-05-04\n", "the record has no reason", 1),
        (
            "- slug: a\n  day: 2026-05-04\n  reason: x\n  why: y\n",
            "'why' is not a field of a record of this kind",
            4,
        ),
        ("slug: a\nday: 2026-05-04\nreason: x\n", "this is a list of the papers that are gone", 1),
        (
            "- {slug: a, day: 2026-05-04, reason: x}\n- {slug: a, day: 2026-05-04, reason: x}\n",
            "a second removed paper with the slug 'a'",
            2,
        ),
    ],
)
def test_what_is_wrong_with_the_list_is_told(tmp_path: Path, removed: str, message: str, line: int) -> None:
    with pytest.raises(ContentError) as error:
        build_site(tmp_path, {**FILES, "removed.yaml": removed})
    faults = [
        (each.message, each.position.line) for each in error.value.diagnostics if each.severity == "error"
    ]
    assert (message, line) in faults


def test_a_removed_address_is_nobodys_former_one(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as error:
        build_site(
            tmp_path,
            {
                "papers/a.md": PAPER.format("x", "formerly: [gone]\n").replace("topics: [video]\n", ""),
                "removed.yaml": REMOVED,
            },
        )
    (fault,) = error.value.diagnostics
    assert fault.position.path == "content/papers/a.md"
    assert "content/removed.yaml:1" in fault.advice


def test_a_draft_is_left_out_of_a_build_and_marked_where_it_is_asked_for(tmp_path: Path) -> None:
    write_content(tmp_path, {**FILES, "papers/new.md": PAPER.format("zebra", "draft: true\n")})
    settings = options(tmp_path, search=True)
    build(settings, lambda *_: None)
    assert naming(tmp_path, "zebra") == set()
    without = tree(tmp_path / "_site")
    build(replace(settings, drafts=True), lambda *_: None)
    text = page(tmp_path, "papers/new.html")
    assert "A draft: readers do not see it yet." in text
    assert '<meta name="robots" content="noindex">' in text
    assert re.search(r'zebra paper</a>.* <span class="status">Draft</span>', page(tmp_path, "index.html"))
    build(settings, lambda *_: None)
    assert tree(tmp_path / "_site") == without


def test_a_draft_that_is_published_needs_no_more_than_that(tmp_path: Path) -> None:
    build_site(tmp_path, {**FILES, "papers/new.md": PAPER.format("zebra", "draft: true\n")})
    build_site(tmp_path, {"papers/new.md": PAPER.format("zebra", "draft: false\n")})
    assert "zebra" in page(tmp_path, "index.html")
    assert "Draft" not in page(tmp_path, "papers/new.html")
