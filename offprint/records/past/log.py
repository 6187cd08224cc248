"""Git's log of a folder → what happened to each file: the days, the former paths, the commits.

Source: ``git log -z --raw --no-abbrev``, whose entries are ``:mode mode blob blob STATUS`` and one or two
paths (git-diff, "raw output format"). Nothing here runs git.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from offprint.records.model import Changes, Event, Removal
from offprint.records.past.evidence import are_one_record, telling_fields

HEADER = "commit "  # begins a commit's line: its hash, and its moment as RFC 3339 has it
EVENTS = 20  # of a file: its newest, beside its beginning
REMOVALS = 300
Blobs = Callable[[Iterable[str]], Mapping[str, str]]  # texts by their blobs' ids


class Entry(NamedTuple):
    """One file in one commit: git's letter for what happened, its paths before and after, and their blobs."""

    status: str
    old: str
    new: str
    old_blob: str
    new_blob: str


class Commit(NamedTuple):
    """A commit: its hash, its moment as RFC 3339 has it, and what it did to files."""

    name: str
    moment: str
    entries: tuple[Entry, ...]


def parse(log: str) -> list[Commit]:
    """Return the commits of a log, the newest first."""
    commits: list[tuple[str, str, list[Entry]]] = []
    parts = iter(log.split("\0"))
    for part in parts:
        line = part.lstrip("\n")
        if line.startswith(HEADER):
            _, name, moment = line.split(" ")
            commits.append((name, moment, []))
        elif line.startswith(":") and commits:
            commits[-1][2].append(_entry(line, parts))
    return [Commit(name, moment, tuple(entries)) for name, moment, entries in commits]


def _entry(line: str, parts: Iterator[str]) -> Entry:
    _, _, old_blob, new_blob, status = line.split(" ")
    old = next(parts, "")
    return Entry(status, old, next(parts, "") if status[0] in "RC" else old, old_blob, new_blob)


def parse_entries(diff: str) -> list[Entry]:
    """Return the entries of the raw output of ``git diff -z``."""
    parts = iter(diff.split("\0"))
    return [_entry(line, parts) for line in parts if line.startswith(":")]


def sure_renames(commits: Iterable[Commit], blobs: Blobs) -> list[Commit]:
    """Return the commits with each rename between two records as what it is: one gone, one added."""
    commits = list(commits)
    entries = (each for commit in commits for each in commit.entries)
    doubtful = [each for each in entries if is_doubtful(each)]
    if not doubtful:
        return commits
    texts = blobs({blob for each in doubtful for blob in (each.old_blob, each.new_blob)})
    false = {
        each
        for each in doubtful
        if not are_one_record(texts.get(each.old_blob, ""), texts.get(each.new_blob, ""))
    }
    return [
        commit._replace(entries=tuple(two for each in commit.entries for two in _apart(each, each in false)))
        for commit in commits
    ]


def is_doubtful(entry: Entry) -> bool:
    """Tell whether git takes two files of different names and texts for one."""
    return entry.status[0] == "R" and entry.status != "R100" and _stem(entry.old) != _stem(entry.new)


def _apart(entry: Entry, is_false: bool) -> tuple[Entry, ...]:
    if not is_false:
        return (entry,)
    gone = entry._replace(status="D", new=entry.old)
    return gone, entry._replace(status="A", old=entry.new)


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


class _Past:
    """What happened to one file so far, while the log is read from its newest commit back."""

    __slots__ = ("added", "changed", "events", "former")

    def __init__(self) -> None:
        self.added = self.changed = ""
        self.former: list[str] = []
        self.events: list[Event] = []

    def add(self, commit: Commit, entry: Entry) -> None:
        """Add what an earlier commit did."""
        self.added = commit.moment[:10]
        if entry.status != "R100":
            self.changed = self.changed or self.added
        if entry.status[0] == "R":
            self.former.append(entry.old)
        renamed = entry.status[0] == "R" and _stem(entry.old) != _stem(entry.new)
        what = "renamed" if renamed else "added" if entry.status[0] == "A" else "changed"
        if entry.status == "R100" and not renamed:
            return  # it is in another folder, which no reader sees
        event = Event(commit.moment, commit.name, what, _stem(entry.old) if renamed else "")
        if len(self.events) > EVENTS:
            self.events[-1] = event
        else:
            self.events.append(event)

    def changes(self) -> Changes:
        """Return all of it."""
        former = tuple(reversed(self.former))
        return Changes(self.added, self.changed or self.added, former, events=tuple(self.events))


def changes_of(commits: Iterable[Commit]) -> dict[str, Changes]:
    """Return what happened to each file that is still there, by its present path."""
    past: dict[str, _Past] = {}
    present: dict[str, str] = {}  # by a path in older commits; empty where that was another file
    for commit in commits:
        for entry in commit.entries:
            path = present.get(entry.new, entry.new)
            if entry.status[0] in "ADR":
                present[entry.new] = ""
            if not path or entry.status[0] == "D":
                continue
            past.setdefault(path, _Past()).add(commit, entry)
            if entry.status[0] == "R":
                present[entry.old] = path
    return {path: each.changes() for path, each in past.items()}


def removals_of(commits: Iterable[Commit], files: Mapping[str, Changes], blobs: Blobs) -> tuple[Removal, ...]:
    """Return the newest files that are gone, the newest first, but for drafts, which nobody saw."""
    gone: dict[str, tuple[Commit, Entry]] = {}
    former: dict[str, list[str]] = {}
    last: dict[str, str] = {}  # by a path in older commits, the one at which the file was when it went
    renamed = {old for changes in files.values() for old in changes.formerly}
    for commit in commits:
        for entry in commit.entries:
            is_gone = entry.status[0] == "D" and entry.old not in files and entry.old not in renamed
            if is_gone and len(gone) < REMOVALS and entry.old not in gone:
                gone[entry.old] = (commit, entry)
                last[entry.old] = entry.old
            elif entry.status[0] == "R" and (path := last.pop(entry.new, "")):
                former.setdefault(path, []).insert(0, entry.old)
                last[entry.old] = path
    texts = blobs(entry.old_blob for _, entry in gone.values())
    told = []
    for path, (commit, entry) in gone.items():
        fields = telling_fields(texts.get(entry.old_blob, ""))
        title = fields.get("title") or fields.get("name") or _stem(path)
        if fields.get("draft") != "true":
            event = Event(commit.moment, commit.name, "removed")
            told.append(Removal(path, title, event, tuple(former.get(path, ()))))
    return tuple(told)
