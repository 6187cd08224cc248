"""A paper's page says when its record was added and last changed, as git knows it; else it says nothing."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from offprint.records.git_history import NO_HISTORY, History, read_history
from offprint.records.model import Changes
from offprint.storage.cache import Cache
from tests.sites import build_site, page, tree, write_content


def commit(folder: Path, day: str, files: Mapping[str, str | None]) -> None:
    """Write files below ``folder`` (None: delete), and commit them on a day."""
    if not (folder / ".git").exists():
        git(folder, "2026-01-01", "init", "--quiet", "--initial-branch=main")
    for path, text in files.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    git(folder, day, "add", "--all")
    git(folder, day, "commit", "--quiet", "--message=x")


def git(folder: Path, day: str, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    dates = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z"}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    environment = {**os.environ, **dates, **alone}
    subprocess.run(["git", *who, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def days(history: History) -> dict[str, Changes]:
    """What is known of each file, but for single events."""
    return {path: changes._replace(events=()) for path, changes in history.files.items()}


def test_each_file_has_the_days_of_its_first_and_last_commit(tmp_path: Path) -> None:
    commit(
        tmp_path, "2026-01-01", {"content/papers/a.md": "1", "content/papers/ö b.md": "1", "other/a.md": "x"}
    )
    commit(tmp_path, "2026-02-01", {"content/papers/a.md": "2"})
    commit(tmp_path, "2026-03-01", {"content/papers/ö b.md": None, "content/papers/c.md": "x"})
    commit(tmp_path, "2026-04-01", {"content/papers/ö b.md": "back"})
    (tmp_path / "content/papers/new.md").write_text("not committed")
    history, faults = read_history(tmp_path / "content", Cache(tmp_path / ".cache"))
    assert not faults
    assert days(history) == {
        "content/papers/a.md": Changes("2026-01-01", "2026-02-01"),
        "content/papers/c.md": Changes("2026-03-01", "2026-03-01"),
        "content/papers/ö b.md": Changes("2026-04-01", "2026-04-01"),
    }


def test_content_deeper_in_a_repository_has_its_history(tmp_path: Path) -> None:
    commit(tmp_path, "2026-01-01", {"docs/archive/content/papers/a.md": "1"})
    history, _ = read_history(tmp_path / "docs/archive/content", Cache(tmp_path / ".cache"))
    assert days(history) == {"content/papers/a.md": Changes("2026-01-01", "2026-01-01")}


def test_a_page_tells_the_days_and_links_to_the_history(tmp_path: Path) -> None:
    record = "---\ntitle: x\n---\n"
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-31", {"content/papers/a.md": record, "content/papers/once.md": record})
    commit(tmp_path, "2026-02-28", {"content/papers/a.md": record + "More.\n"})
    build_site(tmp_path, {"papers/uncommitted.md": record})
    text = page(tmp_path, "papers/a.html")
    assert "Record made 31 January 2026" in text
    assert "Last changed 28 February 2026" in text
    assert 'href="https://github.com/example/archive/commits/main/content/papers/a.md">History</a>' in text
    once = page(tmp_path, "papers/once.html")
    assert ("Record made 31 January 2026" in once, "Last changed" in once) == (True, False)
    assert "Added" not in page(tmp_path, "papers/uncommitted.html")
    before = tree(tmp_path / "_site")
    build_site(tmp_path, {})
    assert tree(tmp_path / "_site") == before


def test_a_shallow_clone_says_nothing_rather_than_something_wrong(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    commit(tmp_path / "whole", "2026-01-01", {"content/papers/a.md": "1"})
    commit(tmp_path / "whole", "2026-02-01", {"content/papers/b.md": "1"})
    address = f"file://{tmp_path / 'whole'}"
    git(tmp_path, "2026-03-01", "clone", "--quiet", "--depth=1", address, "shallow")
    history, (warning,) = read_history(tmp_path / "shallow/content", Cache(tmp_path / ".cache"))
    assert (history.files, history.removals) == ({}, ())
    assert (warning.severity, "fetch-depth: 0" in warning.advice) == ("warning", True)


def test_without_a_repository_or_without_git_there_is_no_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, {})
    assert read_history(tmp_path / "content", Cache(tmp_path / ".cache")) == (NO_HISTORY, [])
    commit(tmp_path, "2026-01-01", {})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    assert read_history(tmp_path / "content", Cache(tmp_path / ".cache")) == (NO_HISTORY, [])
