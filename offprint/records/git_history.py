"""What happened to each file of ``content/``, and when, read from git's log in one pass.

Dates are those of commits, never of the clock or the file system, so the history is an input of the build.
There are none without git, outside a repository, and for files that are not committed yet. A
renamed file is the same file: it was added when it was added under its first name; but only where it is the
same record, too (``past/evidence.py``).
"""

import functools
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from offprint.diagnostics import Diagnostic, Position
from offprint.records.model import Changes, Removal
from offprint.records.past import log
from offprint.records.past.evidence import are_one_record
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import fingerprint

_TIMEOUT = 60  # seconds
_COMMIT = log.HEADER
_SIMILARITY = 75  # percent of a file's bytes that a rename leaves; what it is of is looked at, too


class History(NamedTuple):
    """What git knows of the files that are there, by path, and of those that are gone, the newest first.

    ``head`` is the state of the repository that it was read at, as ``head()`` returns it.
    """

    files: Mapping[str, Changes]
    removals: tuple[Removal, ...] = ()
    head: str = ""


NO_HISTORY = History({})


def head(root: Path) -> str:
    """Return whether the repository is shallow, and its HEAD, as git prints them; "" without a history."""
    return _git(root, "rev-parse", "--is-shallow-repository", "HEAD") or ""


def _refused(root: Path) -> bool:
    """Tell whether git refuses to read the repository, because it belongs to another user."""
    process = _run(root, "rev-parse", "HEAD")
    return process is not None and b"safe.directory" in process.stderr


def read_history(root: Path, cache: Cache) -> tuple[History, list[Diagnostic]]:
    """Return what git knows of each file, by its path from the name of ``root`` on.

    A shallow clone would date every file to the oldest commit that it has, so it yields no history and a
    warning instead. The result is cached under the commit that is checked out.
    """
    now = head(root)
    if now.startswith("true"):
        advice = "fetch it whole: git fetch --unshallow, or fetch-depth: 0 in a workflow"
        message = "this clone lacks older commits, so pages do not say when records were added"
        return NO_HISTORY._replace(head=now), [
            Diagnostic(Position(root.name, 1, 1), message, advice, "warning")
        ]
    if not now:
        if not _refused(root):
            return NO_HISTORY, []
        advice = f"tell git that you trust it: git config --global --add safe.directory '{root.parent}'"
        message = (
            "git does not read this repository, which another user owns, so no page says when it was added"
        )
        return NO_HISTORY, [Diagnostic(Position(root.name, 1, 1), message, advice, "warning")]
    key = fingerprint(now, str(root))
    return cache.get("history", key, functools.partial(_read_log, root, now)), []


def add_notice_days(root: Path, history: History, paths: Sequence[str], cache: Cache) -> History:
    """Return the history with the day on which the status or notice of each of some papers last changed."""
    files = history.files
    known = [path for path in paths if path in files]
    if not known:
        return history
    former = {old: path for path in known for old in files[path].formerly}
    key = fingerprint(history.head, str(root), known)
    read = functools.partial(_read_notice_days, root, history.head, [*known, *former])
    days = cache.get("notices", key, read)
    noticed = {former.get(path, path): day for path, day in reversed(days.items())}
    renewed = {path: files[path]._replace(noticed=noticed.get(path, "")) for path in known}
    return history._replace(files={**files, **renewed})


def _commit_of(state: str) -> str:
    """Return the commit in a state of the repository, as ``head()`` returns it."""
    return state.strip().rpartition("\n")[2]


def _read_notice_days(root: Path, state: str, paths: Sequence[str]) -> dict[str, str]:
    """Return the day of the last commit that changed a line of a status or notice, by path, newest first."""
    written = _git(
        root,
        "log", "-z", "-G", "^(status|notice):", f"--find-renames={_SIMILARITY}%", "--no-show-signature",
        "--name-only", "--relative", f"--format={_COMMIT}%cs", _commit_of(state), "--", *paths,
    )  # fmt: skip
    days: dict[str, str] = {}
    day = ""
    for entry in (written or "").split("\0"):
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
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", "--", root.name)
    if same is None or (same.returncode == 0 and not unknown):
        return None
    paths = (root.name, f":(exclude){root.name}/{without}")
    process = _run(root, "archive", "--format=tar", commit, "--", *paths)
    return process.stdout if process and process.returncode == 0 else None


def renames_since(root: Path, commit: str) -> list[tuple[str, str]]:
    """Return the path at a commit and the present one of each file that git takes for renamed since."""
    output = _git(
        root,
        "diff", "-z", f"--find-renames={_SIMILARITY}%", "--diff-filter=R", "--raw", "--no-abbrev",
        "--relative", commit, "--", root.name,
    )  # fmt: skip
    entries = log.parse_entries(output or "")
    texts = _read_blobs(root, {each.old_blob for each in entries if log.is_doubtful(each)})
    return [
        (each.old, each.new)
        for each in entries
        if not log.is_doubtful(each) or are_one_record(texts.get(each.old_blob, ""), _text(root, each.new))
    ]


def _text(root: Path, path: str) -> str:
    """Return the text of a file as it is now; empty where it cannot be read."""
    try:
        return (root.parent / path).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _read_log(root: Path, state: str) -> History:
    """Read the log of the folder ``root``, from the commit of a state of the repository back."""
    # Relative to the folder that holds content, so that paths are those of positions.
    written = _git(
        root,
        "log", "-z", f"--find-renames={_SIMILARITY}%", "--no-show-signature", "--raw", "--no-abbrev",
        "--relative", f"--format={log.HEADER}%H %cI", _commit_of(state), "--", root.name,
    )  # fmt: skip
    blobs = functools.partial(_read_blobs, root)
    commits = log.sure_renames(log.parse(written or ""), blobs)
    files = log.changes_of(commits)
    return History(files, log.removals_of(commits, files, blobs), state)


def _read_blobs(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the texts of blobs by their ids; those that git does not have are left out."""
    wanted = "".join(f"{name}\n" for name in names)
    process = _run(root, "cat-file", "--batch", data=wanted.encode()) if wanted else None
    rest, texts = (process.stdout if process else b""), {}
    while rest:
        header, _, rest = rest.partition(b"\n")
        name, kind, *size = header.decode().split(" ")
        if kind == "blob":
            texts[name] = rest[: int(size[0])].decode("utf-8", "replace")
        rest = rest[int(size[0]) + 1 :] if size else rest
    return texts


def _git(root: Path, *arguments: str) -> str | None:
    """Return git's output, or None where git is missing, fails, or there is no repository."""
    process = _run(root, *arguments)
    return process.stdout.decode("utf-8", "replace") if process and process.returncode == 0 else None


def _run(root: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """Run git in the folder that holds ``root``; return None where git is missing or takes too long."""
    command = ["git", "-C", str(root.parent), *arguments]
    try:
        return subprocess.run(command, input=data, capture_output=True, timeout=_TIMEOUT, check=False)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.TimeoutExpired):
        return None
