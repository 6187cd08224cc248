"""The days on which each file of ``content/`` was added and last changed, read from git's log in one pass.

Dates are those of commits, never of the clock or the file system, so the history is an input of the build.
There are none without git, outside a repository, and for files that are not committed yet. A
renamed file is the same file: it was added when it was added under its first name.
"""

import functools
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.records.model import Changes
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint

_TIMEOUT = 60  # seconds
_COMMIT = "commit "
_SIMILARITY = 75  # percent of a file's bytes that a rename leaves; records are short, and many begin alike


def head(root: Path) -> str:
    """Return whether the repository is shallow, and its HEAD, as git prints them; "" without a history."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD") or ""


def _refused(root: Path) -> bool:
    """Tell whether git refuses to read the repository, because it belongs to another user."""
    process = _run(root, "rev-parse", "HEAD")
    return process is not None and b"safe.directory" in process.stderr


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
        if not _refused(root):
            return {}, []
        advice = f"tell git that you trust it: git config --global --add safe.directory '{root.parent}'"
        message = (
            "git does not read this repository, which another user owns, so no page says when it was added"
        )
        return {}, [Diagnostic(Position(root.name, 1, 1), message, advice, "warning")]
    key = fingerprint(now, str(root))
    return cache.get("history", key, functools.partial(_read_log, root)), []


def add_notice_days(
    root: Path, history: Mapping[str, Changes], paths: Sequence[str], cache: Cache
) -> Mapping[str, Changes]:
    """Return the history with the day on which the status or notice of each of some papers last changed."""
    known = [path for path in paths if path in history]
    if not known:
        return history
    former = {old: path for path in known for old in history[path].formerly}
    key = fingerprint(head(root), str(root), known)
    days = cache.get("notices", key, functools.partial(_read_notice_days, root, [*known, *former]))
    noticed = {former.get(path, path): day for path, day in reversed(days.items())}
    return {**history, **{path: history[path]._replace(noticed=noticed.get(path, "")) for path in known}}


def _read_notice_days(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Return the day of the last commit that changed a line of a status or notice, by path, newest first."""
    log = _git(
        root,
        "log", "-z", "-G", "^(status|notice):", f"--find-renames={_SIMILARITY}%", "--no-show-signature",
        "--name-only", "--relative", f"--format={_COMMIT}%cs", "--", *paths,
    )  # fmt: skip
    days: dict[str, str] = {}
    day = ""
    for entry in (log or "").split("\0"):
        text = entry.lstrip("\n")
        if text.startswith(_COMMIT):
            day = text.removeprefix(_COMMIT)
        elif text:
            days.setdefault(text, day)
    return days


def main_commit(root: Path, branch: str) -> str:
    """Return the last commit on the main branch, of the host's copy where that is known; "" for none."""
    for ref in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}"):
        if commit := _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"):
            return commit.strip()
    return ""


def files_at(root: Path, commit: str, without: str) -> bytes | None:
    """Return the folder ``root`` as a commit has it, as a tar file, but for its inner folder ``without``.

    None where the folder is as that commit has it, or where the commit lacks it.
    """
    same = _run(root, "diff", "--quiet", commit, "--", root.name)
    if same is None or same.returncode == 0:
        return None
    paths = (root.name, f":(exclude){root.name}/{without}")
    process = _run(root, "archive", "--format=tar", commit, "--", *paths)
    return process.stdout if process and process.returncode == 0 else None


def renames_since(root: Path, commit: str) -> list[tuple[str, str]]:
    """Return the path at a commit and the present one of each file that git takes for renamed since."""
    output = _git(
        root,
        "diff", "-z", f"--find-renames={_SIMILARITY}%", "--diff-filter=R", "--name-status", "--relative",
        commit, "--", root.name,
    )  # fmt: skip
    parts = (output or "").split("\0")
    return list(zip(parts[1::3], parts[2::3], strict=False))


def _read_log(root: Path) -> dict[str, Changes]:
    """Read the log of the folder ``root``; return the changes of each file by its path."""
    # Relative to the folder that holds content, so that paths are those of positions.
    log = _git(
        root,
        "log", "-z", f"--find-renames={_SIMILARITY}%", "--no-show-signature", "--name-status", "--relative",
        f"--format={_COMMIT}%cs", "--", root.name,
    )  # fmt: skip
    return _changes(log or "")


def _changes(log: str) -> dict[str, Changes]:
    """Parse a log, newest commit first: ``commit DAY``, then status and path or paths, separated by NUL."""
    added: dict[str, str] = {}  # by present path, as all but the last
    changed: dict[str, str] = {}
    former: dict[str, list[str]] = {}
    present: dict[str, str] = {}  # by a path in older commits; empty where that was another file
    day = ""
    entries = iter(log.split("\0"))
    for entry in entries:
        status = entry.lstrip("\n")
        if status.startswith(_COMMIT):
            day = status.removeprefix(_COMMIT)
            continue
        if not status:
            continue
        old = next(entries, "")
        new = next(entries, "") if status[0] == "R" else old
        path = present.get(new, new)
        if status[0] in "ADR":
            present[new] = ""
        if not path or status[0] == "D":
            continue
        added[path] = day
        if status != "R100":
            changed.setdefault(path, day)
        if status[0] == "R":
            present[old] = path
            former.setdefault(path, []).append(old)
    return {
        path: Changes(day, changed.get(path, day), tuple(reversed(former.get(path, ()))))
        for path, day in added.items()
    }


def _git(root: Path, *arguments: str) -> str | None:
    """Return git's output, or None where git is missing, fails, or there is no repository."""
    process = _run(root, *arguments)
    return process.stdout.decode("utf-8", "replace") if process and process.returncode == 0 else None


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git in the folder that holds ``root``; return None where git is missing or takes too long."""
    command = ["git", "-C", str(root.parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.TimeoutExpired):
        return None
