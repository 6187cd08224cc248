"""The only reader of ``content/``: which files count, what is refused before parsing, and the Content.

Records are read in several processes where there are many. What a file's text means is for records.py.
"""

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from offprint import frontmatter, pictures, records
from offprint.diagnostics import Diagnostic, Position
from offprint.model import Content, Site
from offprint.slugs import slug_fault

MAX_FILE = 16 * 1024 * 1024
_PARALLEL_FROM = 400  # files; below, starting processes costs more than they save

FORMS = {
    "papers": records.PAPER,
    "topics": records.TOPIC,
    "organizations": records.ORGANIZATION,
    "pages": records.PAGE,
}


def load_content(root: Path, jobs: int = 1) -> tuple[Content, list[Diagnostic]]:
    """Read every record below ``root`` (the folder ``content``) with up to ``jobs`` processes.

    Gives what could be read and every fault of every file. Paths in positions begin with the folder's
    own name, with ``/``, whatever the system.
    """
    faults: list[Diagnostic] = []
    if not root.is_dir():
        fault = Diagnostic(Position(root.name, 1, 1), "there is no such folder")
        return Content(Site("", "")), [fault]
    site = _load_site(root, faults)
    shown, unreadable = pictures.load_pictures(root)
    faults += unreadable
    files = sorted(_files(root, faults))
    found: dict[str, list[records.Record]] = {name: [] for name in FORMS}
    for name, read, more in _read_all(root, files, jobs):
        found[name] += read
        faults += more
    made = {name: tuple(read) for name, read in found.items()}
    # A topic whose file is faulty is there all the same: papers that name it are not at fault.
    broken = {Path(p).stem for p in files if p.split("/")[1] == "topics"} - {
        record.slug for record in found["topics"]
    }
    return Content(site or Site("", ""), pictures=shown, broken=frozenset(broken), **made), faults  # type: ignore[arg-type] # by FORMS


def source_line(root: Path, position: Position) -> str | None:
    """The line that a position names, for a message to quote; None where it cannot be had."""
    path = root.parent / position.path
    try:
        text = path.read_bytes()[:MAX_FILE].decode("utf-8-sig", "replace")
    except OSError:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[position.line - 1] if position.line <= len(lines) else None


def _load_site(root: Path, faults: list[Diagnostic]) -> Site | None:
    path = f"{root.name}/site.yaml"
    if not (root / "site.yaml").exists():
        advice = "make it, with title: … and url: …"
        faults.append(Diagnostic(Position(path, 1, 1), "the configuration is missing", advice))
        return None
    text, unreadable = read_text(root.parent, path)
    faults += unreadable
    if text is None:
        return None
    site, more = records.read_site(text, path)
    faults += more
    return site


def _files(root: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Every record's path, from the folder's own name on; a fault for whatever else lies there."""
    for entry in os.scandir(root):
        if entry.name.startswith("."):
            continue
        path = f"{root.name}/{entry.name}"
        if entry.name in FORMS and entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, path, faults)
        elif entry.name not in ("site.yaml", pictures.FOLDER):
            advice = f"records live in {', '.join(FORMS)}, pictures in images; the configuration is site.yaml"
            faults.append(Diagnostic(Position(path, 1, 1), "this has no place here", advice))


def _walk(folder: str, path: str, faults: list[Diagnostic]) -> Iterator[str]:
    for entry in os.scandir(folder):
        inner = f"{path}/{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, inner, faults)
        elif not entry.is_file(follow_symlinks=False):
            message = "this is a link or a device, not a file"
            advice = "put the file itself here"
            faults.append(Diagnostic(Position(inner, 1, 1), message, advice))
        elif entry.name.endswith((".md", ".yaml")):
            yield inner
        else:
            advice = "a record's file ends in .md or .yaml"
            faults.append(Diagnostic(Position(inner, 1, 1), "this is not a record", advice))


_Read = tuple[str, list[records.Record], list[Diagnostic]]


def _read_all(root: Path, files: list[str], jobs: int) -> Iterator[_Read]:
    read = partial(read_file, root.parent)
    if jobs < 2 or len(files) < _PARALLEL_FROM:
        yield from map(read, files)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(read, files, chunksize=max(1, min(200, len(files) // (4 * jobs))))


def read_file(base: Path, path: str) -> _Read:
    """Read the records of one file; ``path`` is relative to ``base``, the folder that holds content."""
    kind = path.split("/")[1]
    form, name = FORMS[kind], path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    text, faults = read_text(base, path)
    if text is None:
        return kind, [], faults
    listed = suffix == "yaml" and text.lstrip().startswith("-")
    if not listed and (problem := slug_fault(stem)):
        # A list names its own slugs, so any file name will do for it.
        message, advice = problem
        advice = advice.replace("call it", "rename the file to").rstrip("'") + f".{suffix}'"
        faults.append(Diagnostic(Position(path, 1, 1), message, advice))
    if suffix == "md":
        record, more = records.read_markdown_record(text, form, path, stem)
        return kind, [record] if record else [], faults + more
    read, more = records.read_yaml_records(text, form, path, stem)
    return kind, read, faults + more


def read_text(base: Path, path: str) -> tuple[str | None, list[Diagnostic]]:
    """A file's text, line ends as ``\\n``; None where it is too large, not UTF-8 or no regular file."""
    start = Position(path, 1, 1)
    try:
        # O_NONBLOCK: a FIFO must not hang the build before fstat can refuse it.
        handle = os.open(base / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                return None, [Diagnostic(start, "this is not a regular file")]
            if info.st_size > MAX_FILE:
                message = f"a file of more than {MAX_FILE // 2**20} MiB"
                return None, [Diagnostic(start, message, "split it")]
            data = file.read()
    except OSError as error:
        return None, [Diagnostic(start, f"cannot be read: {error.strerror}")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Position(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        advice = "save the file as UTF-8"
        return None, [Diagnostic(place, "this is not UTF-8 text", advice)]
    return frontmatter.without_forbidden(text.replace("\r\n", "\n"), path)
