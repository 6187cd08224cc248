"""``harvest --renew`` writes the present votes and comments of the last weeks' papers, and nothing else."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from offprint.commands.harvest import Query
from offprint.commands.renew import renew
from offprint.harvest.http import ServiceError
from tests.harvest.servers import Fault, World, serving
from tests.sites import options, tree, write_content

TODAY = dt.date(2026, 11, 25)


def quiet(*_: object) -> None:
    """Show no progress."""


FILES = {
    "papers/a.md": "---\ntitle: A\nlisted: 2026-11-20\narxiv: 2611.00001v2\nupvotes: 3 # so far\n---\nx\n",
    "papers/many.yaml": "- slug: b\n  title: B\n  listed: 2026-11-21\n  arxiv: 2611.00002\n  upvotes: 5\n"
    "  comments: 1\n- slug: old\n  title: Old\n  listed: 2026-01-01\n  arxiv: 2601.00001\n  upvotes: 1\n",
    "papers/c.md": "---\ntitle: C\nlisted: 2026-11-20\narxiv: 2611.00003\n---\nText.\n",
}


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        served.daily = {
            "2026-11-10": [{"paper": {"id": "2611.00001", "title": "A", "upvotes": 40}, "numComments": 2}],
            "2026-11-21": [
                {"paper": {"id": "2611.00002", "title": "B", "upvotes": 5}, "numComments": 7},
                {"paper": {"id": "2611.00003", "title": "C", "upvotes": 9}},
                {"paper": {"id": "2601.00001", "title": "Old", "upvotes": 9}},
            ],
        }
        yield served


def test_votes_and_comments_are_renewed(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, FILES)
    before = tree(tmp_path / "content")
    for dry_run in (True, False):
        result = renew(options(tmp_path), Query(days=28, dry_run=dry_run), TODAY, quiet, world.web())
        assert result.changes == (
            ("content/papers/a.md", "upvotes 3 → 40, comments – → 2"),
            ("content/papers/many.yaml", "comments 1 → 7"),
        )
        assert (tree(tmp_path / "content") == before) == dry_run
    assert (tmp_path / "content/papers/a.md").read_text() == (
        "---\ntitle: A\nlisted: 2026-11-20\narxiv: 2611.00001v2\nupvotes: 40 # so far\ncomments: 2\n---\nx\n"
    )
    assert (tmp_path / "content/papers/many.yaml").read_text() == FILES["papers/many.yaml"].replace(
        "comments: 1", "comments: 7"
    )
    again = renew(options(tmp_path), Query(days=28), TODAY, quiet, world.web())
    assert not again.changes


def test_without_such_papers_nobody_is_asked(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, {"papers/c.md": FILES["papers/c.md"]})
    result = renew(options(tmp_path), Query(days=28), TODAY, quiet, world.web())
    assert result.requests == 0


def test_a_page_that_fails_changes_nothing(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, FILES)
    before = tree(tmp_path / "content")
    world.faults = [None, Fault(body=b"<html>")]
    with pytest.raises(ServiceError, match="the daily-papers page answers something that is not JSON"):
        renew(options(tmp_path), Query(days=28), TODAY, quiet, world.web())
    assert tree(tmp_path / "content") == before
