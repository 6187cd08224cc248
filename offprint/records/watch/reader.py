"""Reading of ``content/watch.yaml`` and of the files in ``content/watch/``."""

import os
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position, TooManyFaultsError
from offprint.records.reader import read_text
from offprint.records.watch.forms import read_seen, read_watches
from offprint.records.watch.model import Seen, SeenPaper, WatchList

FOLDER, SEEN_FILE = "watch", "watch/seen.yaml"


def load_watches(root: Path) -> tuple[WatchList | None, list[Diagnostic]]:
    """Return the watches of ``root``, the folder ``content``; None where it has errors or is missing."""
    if not os.path.lexists(root / "watch.yaml"):
        return None, []
    path = f"{root.name}/watch.yaml"
    text, faults = read_text(root.parent, path)
    if text is None:
        return None, faults
    try:
        watches, more = read_watches(text, path)
    except TooManyFaultsError as error:
        return None, faults + error.diagnostics
    return watches, faults + more


def load_seen(root: Path) -> tuple[Seen, list[Diagnostic]]:
    """Return every paper that a file in ``root/watch`` says was proposed, and the faults of these files."""
    papers: list[SeenPaper] = []
    faults: list[Diagnostic] = []
    if not os.path.lexists(root / FOLDER):
        return Seen(), []
    if not (root / FOLDER).is_dir():
        place = Position(f"{root.name}/{FOLDER}", 1, 1)
        return Seen(), [
            Diagnostic(place, "this is not a folder", "harvest keeps seen.yaml in it; rename this")
        ]
    for name in sorted(each.name for each in (root / FOLDER).iterdir()):
        path = f"{root.name}/{FOLDER}/{name}"
        if name.startswith("."):
            continue
        if not name.endswith(".yaml"):
            advice = "files of proposed papers end in .yaml"
            faults.append(Diagnostic(Position(path, 1, 1), "this has no place here", advice))
            continue
        seen, more = read_seen_file(root.parent, path)
        papers += seen.papers
        faults += more
    return Seen(tuple(papers)), faults


def read_seen_file(base: Path, path: str) -> tuple[Seen, list[Diagnostic]]:
    """Return the papers of one file of proposed papers, at ``path`` below ``base``."""
    text, faults = read_text(base, path)
    if text is None:
        return Seen(), faults
    try:
        seen, more = read_seen(text, path)
    except TooManyFaultsError as error:
        return Seen(), faults + error.diagnostics
    return seen, faults + more
