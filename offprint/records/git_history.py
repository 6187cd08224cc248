"""When each file of ``content/`` was added and last changed: one pass over git's log, no clock.

A file's dates are those of the commits that git knows, so the history is part of a build's input. Without
git, outside a repository, and for files that are not committed yet there are none.
"""

import functools
import subprocess
from collections.abc import Mapping
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.records.model import Changes
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint

_SECONDS = 60
_COMMIT = "commit "


def head(root: Path) -> str:
    """What git knows of the folder's repository now, in a word; empty where there is no history to read."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD") or ""


def read_history(root: Path, cache: Cache) -> tuple[Mapping[str, Changes], list[Diagnostic]]:
    """The first and last commit's day of each file below the folder ``root``, by path from its name on.

    A clone without its older commits would date every file to the oldest commit that it has: then there is
    no history, and a warning. The log is read once for each commit that the branch stands at.
    """
    now = head(root)
    if now.startswith("true"):
        advice = "fetch it whole: git fetch --unshallow, or fetch-depth: 0 in a workflow"
        message = "this clone lacks older commits, so pages do not say when records were added"
        return {}, [Diagnostic(Position(root.name, 1, 1), message, advice, "warning")]
    if not now:
        return {}, []
    key = fingerprint(now, str(root))
    return cache.get("history", key, functools.partial(_read_log, root)), []


def _read_log(root: Path) -> dict[str, Changes]:
    # Relative to the folder that holds content, so that paths are those of positions. Renames count as new
    # files: a record's name is its address.
    log = _git(
        root,
        "log", "-z", "--no-renames", "--no-show-signature", "--name-status", "--relative",
        f"--format={_COMMIT}%cs", "--", root.name,
    )  # fmt: skip
    return _changes(log or "")


def _changes(log: str) -> dict[str, Changes]:
    """The log, newest first: ``commit DAY``, then pairs of a status and a path, all parted by NUL."""
    found: dict[str, Changes] = {}
    traced: set[str] = set()
    day = ""
    words = iter(log.split("\0"))
    for word in words:
        status = word.lstrip("\n")
        if status.startswith(_COMMIT):
            day = status.removeprefix(_COMMIT)
        elif status:
            path = next(words, "")
            if path in traced:
                continue  # an older file of that name, deleted since
            changed = found[path].changed if path in found else day
            if status == "D":
                traced.add(path)
            else:
                found[path] = Changes(day, changed)
                if status == "A":
                    traced.add(path)
    return found


def _git(root: Path, *arguments: str) -> str | None:
    """What git answers, or None where it is missing, refuses, or there is no repository."""
    command = ["git", "-C", str(root.parent), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - fixed words
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
