"""The only reader of ``content/``: which files count, what is refused before parsing, and the Content.

Records are read in several processes where there are many, and kept in the cache under their files' bytes:
names, sizes and times tell nothing here. What a file's text means is for forms.py.
"""

import functools
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from offprint.diagnostics import MAX_FAULTS, Diagnostic, Position, TooManyFaultsError
from offprint.records import forms, frontmatter, images
from offprint.records.characters import without_forbidden
from offprint.records.model import Content, PaperRecord, SiteConfig
from offprint.records.packed import Packed, pack
from offprint.records.slugs import slug_fault
from offprint.storage.cache import Cache
from offprint.storage.files import hash_content, hash_file_below, read_bytes
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.workers import pool

MAX_FOLDERS = 8  # one inside the other
_PARALLEL_FROM = 400  # files; below, starting processes costs more than they save
_KIND = "records"  # of states in the cache: a block of files each
_BLOCK = 150  # files kept together: one that changes has so many packed again

FORMS = {
    "papers": forms.PAPER,
    "topics": forms.TOPIC,
    "organizations": forms.ORGANIZATION,
    "pages": forms.PAGE,
}


def load_content(
    root: Path, jobs: int = 1, cache: Cache | None = None, known: Mapping[str, Fingerprint] | None = None
) -> tuple[Content, list[Diagnostic]]:
    """Read every record below ``root`` (the folder ``content``) with up to ``jobs`` processes.

    Gives what could be read and every fault of every file. Paths in positions begin with the folder's
    own name, with ``/``, whatever the system. Files whose bytes the ``cache`` knows are not read again;
    ``known`` are the fingerprints of their bytes, where they were taken already.
    """
    faults: list[Diagnostic] = []
    if not root.is_dir():
        fault = Diagnostic(Position(root.name, 1, 1), "there is no such folder")
        return Content(SiteConfig("", "")), [fault]
    site = _load_site(root, faults)
    shown, unreadable = images.load_pictures(root)
    faults += unreadable
    files = sorted(_files(root, faults))
    found: dict[str, list[forms.Record]] = {name: [] for name in FORMS}
    outlines: list[object] = [site, sorted(shown.items())]
    places: list[object] = []
    for path, (print_, (name, read, more)) in _read_all(root, files, jobs, cache, known or {}):
        found[name] += read
        faults += more
        outlines += [path, *(each.outline if isinstance(each, Packed) else print_ for each in read)]
        places += [each.places for each in read if isinstance(each, Packed)]
    made = {name: tuple(read) for name, read in found.items()}
    # A topic whose file is faulty is there all the same: papers that name it are not at fault.
    broken = {Path(p).stem for p in files if p.split("/")[1] == "topics"} - {
        record.slug for record in found["topics"]
    }
    content = Content(site or SiteConfig("", ""), pictures=shown, broken=frozenset(broken), **made)  # type: ignore[arg-type] # by FORMS
    return replace(
        content, outline=fingerprint(sorted(broken), *outlines), places=fingerprint(places)
    ), faults


def place_of(root: Path, record: Position, field: str) -> Position:
    """Where a field of a record stands; the record's own place where the file cannot tell."""
    text, _ = read_text(root.parent, record.path)
    document, _ = frontmatter.split(text or "", record.path) if record.path.endswith(".md") else (None, [])
    front, line = (document.front, document.front_line) if document else (text or "", 1)
    node, _ = frontmatter.parse(front, record.path, line)
    for each in node.items if isinstance(node, frontmatter.Sequence) else [node]:
        if not isinstance(each, frontmatter.Mapping) or field not in each.entries:
            continue
        if document or each.position == record:
            return each.entries[field][0].position
    return Position(record.path, document.body_line, 1) if document and field == "summary" else record


def _load_site(root: Path, faults: list[Diagnostic]) -> SiteConfig | None:
    path = f"{root.name}/site.yaml"
    if not os.path.lexists(root / "site.yaml"):
        advice = "make it, with title: … and url: …"
        faults.append(Diagnostic(Position(path, 1, 1), "the configuration is missing", advice))
        return None
    text, unreadable = read_text(root.parent, path)
    faults += unreadable
    if text is None:
        return None
    site, more = forms.read_site(text, path)
    faults += more
    return site


def _files(root: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Every record's path, from the folder's own name on; a fault for whatever else lies there."""
    for entry in _entries(str(root), root.name, faults):
        if entry.name.startswith("."):
            continue
        path = f"{root.name}/{entry.name}"
        if entry.name in FORMS and entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, path, faults)
        elif entry.name not in ("site.yaml", images.FOLDER):
            advice = f"records live in {', '.join(FORMS)}, pictures in images; the configuration is site.yaml"
            faults.append(Diagnostic(Position(path, 1, 1), "this has no place here", advice))


def _walk(folder: str, path: str, faults: list[Diagnostic], depth: int = 1) -> Iterator[str]:
    for entry in _entries(folder, path, faults):
        inner = f"{path}/{entry.name}"
        if entry.name.startswith("."):
            continue
        problem = _entry_fault(entry, depth)
        if problem:
            faults.append(Diagnostic(Position(inner, 1, 1), *problem))
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, inner, faults, depth + 1)
        else:
            yield inner


def _entries(folder: str, path: str, faults: list[Diagnostic]) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError as error:
        faults.append(Diagnostic(Position(path, 1, 1), f"cannot be read: {error.strerror}"))
        return []


def _entry_fault(entry: os.DirEntry[str], depth: int) -> tuple[str, str] | None:
    """What keeps something below content from being a folder or a record's file, and what to do."""
    record = entry.name.endswith((".md", ".yaml"))
    if not entry.name.isprintable():  # nor are bytes that are not UTF-8, which Python reads as surrogates
        return "a name of characters that cannot be shown", "rename it"
    if entry.is_dir(follow_symlinks=False):
        if record:
            return "this is a folder, not a file", "rename it, or put the file itself here"
        if depth == MAX_FOLDERS:
            return f"folders nested more than {MAX_FOLDERS} deep", "put it higher up"
    elif not entry.is_file(follow_symlinks=False):
        return "this is a link or a device, not a file", "put the file itself here"
    elif not record:
        return "this is not a record", "a record's file ends in .md or .yaml"
    return None


_Read = tuple[str, list[forms.Record], list[Diagnostic]]
_Known = tuple[Fingerprint, _Read]  # what a file says, under the fingerprint of its bytes
_Block = dict[str, _Known]


def _read_all(
    root: Path, files: list[str], jobs: int, cache: Cache | None, known: Mapping[str, Fingerprint]
) -> Iterator[tuple[str, _Known]]:
    """What each file says, in the files' order. Files are read, and kept in the cache, by blocks."""
    base = root.parent
    blocks: dict[str, list[str]] = {}
    number = max(1, len(files) // _BLOCK)
    for path in files:
        blocks.setdefault(f"{zlib.crc32(path.encode()) % number:04x}", []).append(path)
    found: _Block = {}
    stale = {}
    for name, paths in blocks.items():
        kept: _Block = (cache.state(_KIND, name) if cache else None) or {}
        same = (kept[path][0] == (known.get(path) or hash_file_below(base, path)) for path in paths)
        if kept.keys() == set(paths) and all(same):
            found |= kept
        else:
            stale[name] = paths
    if jobs < 2 or sum(map(len, stale.values())) < _PARALLEL_FROM:
        for name, paths in stale.items():
            found |= _read_block(base, cache, name, paths)
    elif cache is None:
        with pool(jobs) as workers:
            for block in workers.map(functools.partial(_read_block, base, None), stale, stale.values()):
                found |= block
    else:
        with pool(jobs) as workers:
            read = workers.map(functools.partial(_keep_block, base, cache), stale, stale.values())
            for name, _ in zip(stale, read, strict=True):
                # What a process reads comes through the cache, so that it is packed once.
                found |= cache.state(_KIND, name) or _read_block(base, None, name, stale[name])
    return ((path, found[path]) for path in files)


def _keep_block(base: Path, cache: Cache, name: str, paths: list[str]) -> None:
    _read_block(base, cache, name, paths)


def _read_block(base: Path, cache: Cache | None, name: str, paths: list[str]) -> _Block:
    """Read some files, but for those that the cache knows, and keep what they say there."""
    kept: _Block = (cache.state(_KIND, name) if cache else None) or {}
    block: _Block = {}
    for path in paths:
        data, unreadable = read_bytes(base, path)
        made = hash_content(data, unreadable)
        known = kept.get(path)
        block[path] = known if known and known[0] == made else (made, _read_file(path, data, unreadable))
    if cache:
        block = {path: (made, _packed(read)) for path, (made, read) in block.items()}
        cache.save_state(_KIND, block, name)
    return block


def _packed(read: _Read) -> _Read:
    kind, found, faults = read
    return kind, [pack(each) if type(each) is PaperRecord else each for each in found], faults


def _read_file(path: str, data: bytes | None, unreadable: list[Diagnostic]) -> _Read:
    """Read the records of one file, whose bytes are given or why they are not."""
    kind = path.split("/")[1]
    try:
        return kind, *_read_records(path, kind, *_text_of(path, data, unreadable))
    except TooManyFaultsError as error:
        last = error.diagnostics[-1].position
        more = Diagnostic(last, f"more than {MAX_FAULTS} faults in this file; mend those first")
        return kind, [], [*error.diagnostics, more]


def _read_records(
    path: str, kind: str, text: str | None, faults: list[Diagnostic]
) -> tuple[list[forms.Record], list[Diagnostic]]:
    form, name = FORMS[kind], path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    if text is None:
        return [], faults
    listed = suffix == "yaml" and text.lstrip().startswith("-")
    if not listed and (problem := slug_fault(stem)):
        # A list names its own slugs, so any file name will do for it.
        message, advice = problem
        advice = advice.replace("call it", "rename the file to").rstrip("'") + f".{suffix}'"
        faults.append(Diagnostic(Position(path, 1, 1), message, advice))
    if suffix == "md":
        record, more = forms.read_markdown_record(text, form, path, stem)
        return [record] if record else [], faults + more
    read, more = forms.read_yaml_records(text, form, path, stem)
    return read, faults + more


def read_text(base: Path, path: str) -> tuple[str | None, list[Diagnostic]]:
    """A file's text, line ends as ``\\n``; None where it is too large, not UTF-8 or no regular file."""
    return _text_of(path, *read_bytes(base, path))


def _text_of(path: str, data: bytes | None, faults: list[Diagnostic]) -> tuple[str | None, list[Diagnostic]]:
    if data is None:
        return None, faults
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Position(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        advice = "save the file as UTF-8"
        return None, [Diagnostic(place, "this is not UTF-8 text", advice)]
    return without_forbidden(text.replace("\r\n", "\n"), path)
