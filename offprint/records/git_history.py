"""The days on which each file of ``content/`` was added and last changed, read from git's log in one pass.

Dates are those of commits, never of the clock or the file system, so the history is an input of the build.
There are none without git, outside a repository, and for files that are not committed yet.
"""

import functools
import subprocess
from collections.abc import Mapping
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.records.model import Changes
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint

_TIMEOUT = 60  # seconds
_COMMIT = "commit "


def head(root: Path) -> str:
    """Return whether the repository is shallow, and its HEAD, as git prints them; "" without a history."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD") or ""


def read_history(root: Path, cache: Cache) -> tuple[Mapping[str, Changes], list[Diagnostic]]:
    """Return the days of each file's first and last commit, by its path from the name of ``root`` on.

    A shallow clone would date every file to the oldest commit that it has, so it yields no history and a
    warning instead. The result is cached under the commit that is checked out.
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
    """Read the log of the folder ``root``; return the changes of each file by its path."""
    # Relative to the folder that holds content, so that paths are those of positions. Renames count as new
    # files: a record's name is its address.
    log = _git(
        root,
        "log", "-z", "--no-renames", "--no-show-signature", "--name-status", "--relative",
        f"--format={_COMMIT}%cs", "--", root.name,
    )  # fmt: skip
    return _changes(log or "")


def _changes(log: str) -> dict[str, Changes]:
    """Parse a log, newest commit first: ``commit DAY``, then pairs of status and path, separated by NUL."""
    changes: dict[str, Changes] = {}
    complete: set[str] = set()  # paths whose older commits are of no interest
    day = ""
    entries = iter(log.split("\0"))
    for entry in entries:
        status = entry.lstrip("\n")
        if status.startswith(_COMMIT):
            day = status.removeprefix(_COMMIT)
        elif status:
            path = next(entries, "")
            if path in complete:
                continue  # an older file of that name, deleted since
            changed = changes[path].changed if path in changes else day
            if status == "D":
                complete.add(path)
            else:
                changes[path] = Changes(day, changed)
                if status == "A":
                    complete.add(path)
    return changes


def _git(root: Path, *arguments: str) -> str | None:
    """Return git's output, or None where git is missing, fails, or there is no repository."""
    command = ["git", "-C", str(root.parent), *arguments]
    try:
        process = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process.stdout.decode("utf-8", "replace") if process.returncode == 0 else None
