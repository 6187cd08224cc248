"""The daily workflow opens one pull request, renews it, and never proposes again what was declined."""

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offprint.commands.harvest import Query, harvest
from tests.contribute.test_workflows import run, script
from tests.harvest.servers import World, arxiv_paper, serving
from tests.records.test_git_history import commit, git
from tests.sites import PROJECT, copy_program, options

FILES = {
    "content/site.yaml": "title: x\nurl: https://example.org/\n",
    "content/watch.yaml": "watches:\n  all: {source: arxiv, categories: [cs.CV]}\n",
    "content/papers/a.md": "---\ntitle: A\n---\nText.\n",
    "README.md": "x\n",
}
GH = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$1 $2" in
  "pr list") echo "$OPEN" ;;
  "pr view") echo "The reasons of yesterday." ;;
esac
for word in "$@"; do [ -f "$word" ] && [ "${word%.md}" != "$word" ] && cp "$word" "$CALLS.body"; done
true
"""
Propose = Callable[..., list[str]]


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        yield served


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of a repository with an archive; gh only notes its calls there."""
    origin = tmp_path / "origin"
    origin.mkdir()
    copy_program(origin, "build.py", "templates", "static")
    commit(origin, "2026-11-01", {**FILES})
    git(origin, "2026-11-01", "checkout", "--quiet", "--detach")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    return fresh(tmp_path)


def fresh(folder: Path) -> Path:
    """Clone main anew, as each job does."""
    shutil.rmtree(folder / "work", ignore_errors=True)
    git(folder, "2026-11-02", "clone", "--quiet", "--branch", "main", str(folder / "origin"), "work")
    return folder / "work"


def patch(work: Path) -> str:
    """Run the end of the step that harvests."""
    text = script("harvest", "ask", "Harvest").partition("python build.py harvest")[2].partition("\n")[2]
    output = work.parent / "output"
    output.write_text("")
    done = run(text, work, GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    return output.read_text().strip()


def day(folder: Path, world: World, date: str, number: str) -> tuple[str, list[str]]:
    """Run both jobs as on one day, with an open pull request of a number; return the count and calls."""
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    work = fresh(folder)
    known = {"CALLS": str(calls), "OPEN": number}
    done = run(script("harvest", "ask", "Begin where the last proposal stands"), work, **known)
    assert done.returncode == 0, done.stderr
    seen = work / "earlier.yaml"
    query = Query(seen=seen if seen.exists() else None)
    result = harvest(options(work), query, dt.date.fromisoformat(date), lambda *_: None, world.web())
    (work / "report.md").write_text(result.report)
    found = patch(work)
    if found == "found=0":
        return found, []
    proposal = folder / "proposal"
    shutil.rmtree(proposal, ignore_errors=True)
    proposal.mkdir()
    for name in ("changes.patch", "report.md"):
        shutil.copy(work / name, proposal)
    calls.unlink(missing_ok=True)
    return found, propose(folder, proposal, number)


def propose(folder: Path, proposal: Path, number: str = "") -> list[str]:
    work = fresh(folder)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(folder / "tools"), os.environ["PATH"]]),
        "CALLS": str(folder / "calls"),
        "OPEN": number,
        "BRANCH": "harvest",
        "TITLE": "Papers",
        "CHANGES": str(proposal),
    }
    command = [str(PROJECT / ".github/propose")]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "calls").read_text().splitlines()


def said_by_git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def papers(folder: Path, branch: str = "harvest") -> list[str]:
    """Return the names of the records on a branch of the origin."""
    listed = said_by_git(folder / "origin", "ls-tree", "-r", "--name-only", branch, "content/papers")
    return [Path(path).stem for path in listed.splitlines()]


def review(folder: Path, *deleted: str) -> None:
    """Delete records on the branch of the pull request."""
    origin = folder / "origin"
    git(origin, "2026-11-03", "checkout", "--quiet", "harvest")
    commit(origin, "2026-11-03", dict.fromkeys(f"content/papers/2026/{name}.md" for name in deleted))
    git(origin, "2026-11-03", "checkout", "--quiet", "--detach")


def merge(folder: Path) -> None:
    """Merge the pull request into main."""
    origin = folder / "origin"
    git(origin, "2026-11-04", "checkout", "--quiet", "main")
    git(origin, "2026-11-04", "merge", "--quiet", "--no-ff", "--message", "merged", "harvest")
    git(origin, "2026-11-04", "checkout", "--quiet", "--detach")


def test_a_week_of_harvests(clone: Path, world: World) -> None:
    """Declined, withdrawn and double papers; a request renewed, merged, and one closed."""
    folder = clone.parent
    rice, tea = (
        arxiv_paper("2611.00001", "Rice", "2026-11-16"),
        arxiv_paper("2611.00002", "Tea", "2026-11-16"),
    )
    world.arxiv = [rice, tea, {**tea, "title": "Tea, once more"}]

    found, calls = day(folder, world, "2026-11-16", "")  # Monday: two papers, one of them listed twice
    assert found == "found=3"
    assert calls[-1].startswith("pr create --head harvest --title Papers --body-file ")
    assert sorted(papers(folder)) == ["a", "rice", "tea"]

    review(folder, "rice")
    bread = arxiv_paper("2611.00003", "Bread", "2026-11-17")
    world.arxiv += [bread]
    _, calls = day(folder, world, "2026-11-17", "7")  # Tuesday: rice was declined, bread is new
    assert calls[-1].startswith("pr edit 7 --body-file ")
    body = (folder / "calls.body").read_text()
    assert "# 1 paper proposed on 2026-11-17" in body
    assert body.endswith("The reasons of yesterday.\n")
    assert sorted(papers(folder)) == ["a", "bread", "tea"]

    assert day(folder, world, "2026-11-18", "7") == ("found=0", [])  # Wednesday: nothing new

    merge(folder)
    soup = arxiv_paper("2611.00004", "Soup", "2026-11-19", comment="This paper has been withdrawn")
    world.arxiv += [soup]
    assert day(folder, world, "2026-11-19", "") == ("found=0", [])  # Thursday: one paper, withdrawn

    world.arxiv += [arxiv_paper("2611.00005", "Salad", "2026-11-20")]
    _, calls = day(folder, world, "2026-11-20", "")  # Friday: a new request, which is closed
    assert calls[-1].startswith("pr create")
    assert sorted(papers(folder)) == ["a", "bread", "salad", "tea"]

    assert day(folder, world, "2026-11-21", "") == ("found=0", [])  # Saturday: closed counts as declined

    world.arxiv += [arxiv_paper("2611.00006", "Cake", "2026-11-22")]
    day(folder, world, "2026-11-22", "")  # Sunday
    assert sorted(papers(folder)) == ["a", "bread", "cake", "tea"]
    merge(folder)
    assert day(folder, world, "2026-11-23", "") == ("found=0", [])


def test_nothing_outside_content_is_proposed(clone: Path) -> None:
    folder = clone.parent
    (clone / "build.py").write_text("evil\n")
    (clone / "content/papers/b.md").write_text("---\ntitle: B\n---\nText.\n")
    (clone / "report.md").write_text("x\n")
    git(clone, "2026-11-05", "add", "build.py", "content")
    text = said_by_git(clone, "diff", "--cached", "--binary")
    proposal = folder / "proposal"
    proposal.mkdir()
    (proposal / "changes.patch").write_text(text)
    (proposal / "report.md").write_text("x\n")
    propose(folder, proposal)
    changed = said_by_git(folder / "origin", "diff", "--name-only", "main", "harvest")
    assert changed.split() == ["content/papers/b.md"]


def test_a_proposal_is_checked_and_built_like_any_other(clone: Path) -> None:
    step = script("harvest", "ask", "Check and build, as for any pull request")
    (clone / "content/papers/b.md").write_text("---\ntitle: B\ndatte: x\n---\nText.\n")
    git(clone, "2026-11-05", "add", "content")
    done = run(step, clone)
    assert done.returncode == 1
    assert "'datte' is not a field" in done.stdout
    (clone / "content/papers/b.md").write_text("---\ntitle: B\n---\nText.\n")
    git(clone, "2026-11-05", "add", "content")
    assert run(step, clone).returncode == 0


def test_an_archive_without_watches_asks_nobody(clone: Path) -> None:
    (clone / "content/watch.yaml").unlink()
    output = clone.parent / "output"
    done = run(script("harvest", "ask", "Harvest"), clone, GITHUB_OUTPUT=str(output))
    assert (done.returncode, output.read_text()) == (0, "found=0\n")
