"""Reading of the folder ``content/``: finds its files, refuses unsuitable ones, and returns a ``Content``.

Many files are read in several processes. Records are cached under a fingerprint of their file's bytes, never
its size or time. What the text of a file means is defined in ``forms.py``.
"""

import functools
import itertools
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from offprint.diagnostics import MAX_FAULTS, Diagnostic, Position, TooManyFaultsError
from offprint.records import forms, frontmatter, images
from offprint.records.characters import without_forbidden
from offprint.records.model import Content, PaperRecord, RemovedRecord, SiteConfig
from offprint.records.packed import Packed, pack
from offprint.records.slugs import slug_fault
from offprint.records.watch.forms import read_watches
from offprint.storage.cache import Cache
from offprint.storage.files import hash_content, hash_file_below, read_bytes
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.workers import pool

MAX_FOLDERS = 8  # levels of nesting
_PARALLEL_FROM = 400  # files; below, starting processes costs more than they save
_KIND = "records"  # of states in the cache, one for each block of files
_BLOCK = 150  # files cached as one value, on average: a change to one has all of them written again

_MERGE_BEGIN = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
_MERGE_MARKER = re.compile(r"^(?:<{7}|\|{7}|>{7})(?: .*)?$|^={7}$", re.MULTILINE)

FORMS = {
    "papers": forms.PAPER,
    "topics": forms.TOPIC,
    "organizations": forms.ORGANIZATION,
    "authors": forms.PERSON,
    "pages": forms.PAGE,
}


def load_content(
    root: Path,
    jobs: int = 1,
    cache: Cache | None = None,
    content_hashes: dict[str, Fingerprint] | None = None,
) -> tuple[Content, list[Diagnostic]]:
    """Read every record below ``root``, the folder ``content``, with up to ``jobs`` processes.

    Return all that could be read, and the faults of all files. Paths in positions begin with the name of
    ``root``, separated by ``/`` on every system. Files with records in ``cache`` are not parsed again.
    ``content_hashes``, fingerprints by path as far as they are known, gets those of the files that are read.
    """
    if not root.is_dir():
        return Content(SiteConfig("", "")), [Diagnostic(Position(root.name, 1, 1), "there is no such folder")]
    content_hashes = {} if content_hashes is None else content_hashes
    faults: list[Diagnostic] = []
    site = _load_site(root, faults, content_hashes)
    pictures, unreadable = images.load_pictures(root, cache, content_hashes)
    faults += [*_watch_faults(root), *unreadable]
    files = sorted(_files(root, faults))
    removed = _load_removed(root, faults, content_hashes)
    by_kind: dict[str, list[forms.Record]] = {kind: [] for kind in FORMS}
    facts: list[object] = [site, sorted(pictures.items()), removed]
    lines: list[object] = []
    for path, (file_hash, (kind, records, more)) in _read_all(root, files, jobs, cache, content_hashes):
        content_hashes[path] = file_hash
        by_kind[kind] += records
        faults += more
        facts += [path, *(each.facts_hash if isinstance(each, Packed) else file_hash for each in records)]
        lines += [each.lines_hash for each in records if isinstance(each, Packed)]
    broken = _broken_topics(files, by_kind["topics"])
    return Content(
        site or SiteConfig("", ""),
        pictures=pictures,
        broken=broken,
        removed=removed,
        facts_hash=fingerprint(sorted(broken), *facts),
        lines_hash=fingerprint(lines),
        **{kind: tuple(records) for kind, records in by_kind.items()},  # type: ignore[arg-type] # see FORMS
    ), faults


def _broken_topics(files: list[str], records: list[forms.Record]) -> frozenset[str]:
    """Return the slugs of topics whose file yields no record: papers that refer to them are not at fault."""
    slugs = {Path(path).stem for path in files if path.split("/")[1] == "topics"}
    return frozenset(slugs - {record.slug for record in records})


def place_of(root: Path, record: Position, field: str) -> Position:
    """Return the position of a field of a record, or the record's own where the field is not found."""
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


def _load_removed(
    root: Path, faults: list[Diagnostic], content_hashes: dict[str, Fingerprint]
) -> tuple[RemovedRecord, ...]:
    """Read ``removed.yaml`` in ``root``, where there is one: the papers that are gone for good.

    The hash of what was read is put into ``content_hashes``.
    """
    if not os.path.lexists(root / "removed.yaml"):
        return ()
    path = f"{root.name}/removed.yaml"
    data, unreadable = read_bytes(root.parent, path)
    content_hashes[path] = hash_content(data, unreadable)
    text, unreadable = _text_of(path, data, unreadable)
    faults += unreadable
    if text is None or not text.strip():
        return ()
    records, more = forms.read_yaml_records(text, forms.REMOVED, path, "removed")
    faults += more
    if not text.lstrip().startswith(("-", "#", "[")):
        advice = "write - slug: …, and below it day: … and reason: …"
        faults.append(Diagnostic(Position(path, 1, 1), "this is a list of the papers that are gone", advice))
    for record in records:
        if isinstance(record, RemovedRecord) and record.day is None:
            advice = "add day: 2026-06-30"
            faults.append(Diagnostic(record.position, "it does not say since when", advice))
    return tuple(each for each in records if isinstance(each, RemovedRecord))


def _load_site(
    root: Path, faults: list[Diagnostic], content_hashes: dict[str, Fingerprint]
) -> SiteConfig | None:
    """Read ``site.yaml`` in ``root``; add faults and return None where it is missing or has errors.

    The hash of what was read is put into ``content_hashes``.
    """
    path = f"{root.name}/site.yaml"
    if not os.path.lexists(root / "site.yaml"):
        advice = "make it, with title: … and url: …"
        faults.append(Diagnostic(Position(path, 1, 1), "the configuration is missing", advice))
        return None
    data, unreadable = read_bytes(root.parent, path)
    content_hashes[path] = hash_content(data, unreadable)
    text, unreadable = _text_of(path, data, unreadable)
    faults += unreadable
    if text is None:
        return None
    site, more = forms.read_site(text, path)
    faults += more
    return site


def _watch_faults(root: Path) -> list[Diagnostic]:
    """Return the faults of ``watch.yaml`` in ``root``, which ``harvest`` follows and a build ignores."""
    path = f"{root.name}/watch.yaml"
    if not os.path.lexists(root / "watch.yaml"):
        return []
    text, unreadable = read_text(root.parent, path)
    try:
        return unreadable + (read_watches(text, path)[1] if text is not None else [])
    except TooManyFaultsError as error:
        return unreadable + error.diagnostics


def _files(root: Path, faults: list[Diagnostic]) -> Iterator[str]:
    """Yield the paths of all record files, from the name of ``root`` on; add a fault for anything else."""
    for entry in _entries(str(root), root.name, faults):
        if entry.name.startswith("."):
            continue
        path = f"{root.name}/{entry.name}"
        if entry.name in FORMS and entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, path, faults)
        elif entry.name not in ("site.yaml", "removed.yaml", "watch.yaml", "watch", images.FOLDER):
            advice = f"records live in {', '.join(FORMS)}, pictures in images; the configuration is site.yaml"
            faults.append(Diagnostic(Position(path, 1, 1), "this has no place here", advice))


def _walk(folder: str, path: str, faults: list[Diagnostic], depth: int = 1) -> Iterator[str]:
    """Yield the paths of the record files in a folder and its subfolders; add a fault for anything else."""
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
    """Return the entries of a folder; add a fault at ``path`` where it cannot be read."""
    try:
        return list(os.scandir(folder))
    except OSError as error:
        faults.append(Diagnostic(Position(path, 1, 1), f"cannot be read: {error.strerror}"))
        return []


def _entry_fault(entry: os.DirEntry[str], depth: int) -> tuple[str, str] | None:
    """Return the message and advice for an entry that is neither a folder nor a record file, else None."""
    record = entry.name.endswith((".md", ".yaml"))
    if not entry.name.isprintable():  # surrogates, which stand for bytes that are not UTF-8, are not either
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


_FileContent = tuple[str, list[forms.Record], list[Diagnostic]]  # the kind of record, the records, the faults
_Entry = tuple[Fingerprint, _FileContent]  # the fingerprint of a file's bytes, and what it contains
_Block = dict[str, _Entry]  # by path


def _read_all(
    root: Path, files: list[str], jobs: int, cache: Cache | None, content_hashes: Mapping[str, Fingerprint]
) -> Iterator[tuple[str, _Entry]]:
    """Yield each file's path and entry, in the order of ``files``. Files are read and cached in blocks."""
    base = root.parent
    blocks: dict[str, list[str]] = {}
    number = max(1, len(files) // _BLOCK)
    for path in files:
        blocks.setdefault(f"{zlib.crc32(path.encode()) % number:04x}", []).append(path)
    entries: _Block = {}
    stale = {}
    for name, paths in blocks.items():
        cached: _Block = (cache.state(_KIND, name) if cache else None) or {}
        unchanged = (
            cached[path][0] == (content_hashes.get(path) or hash_file_below(base, path)) for path in paths
        )
        if cached.keys() == set(paths) and all(unchanged):
            entries |= cached
        else:
            stale[name] = paths
    if jobs < 2 or sum(map(len, stale.values())) < _PARALLEL_FROM:
        for name, paths in stale.items():
            entries |= _read_block(base, cache, name, paths)
    elif cache is None:
        with pool(jobs) as workers:
            for block in workers.map(functools.partial(_read_block, base, None), stale, stale.values()):
                entries |= block
    else:
        with pool(jobs) as workers:
            finished = workers.map(functools.partial(_cache_block, base, cache), stale, stale.values())
            for name, _ in zip(stale, finished, strict=True):
                # Workers hand over what they read through the cache, so that it is pickled only once.
                entries |= cache.state(_KIND, name) or _read_block(base, None, name, stale[name])
    return ((path, entries[path]) for path in files)


def _cache_block(base: Path, cache: Cache, name: str, paths: list[str]) -> None:
    """Read a block into the cache, in a worker process; return nothing, so that nothing is sent back."""
    _read_block(base, cache, name, paths)


def _read_block(base: Path, cache: Cache | None, name: str, paths: list[str]) -> _Block:
    """Return the entries of some files, parsing only those that have changed, and cache them."""
    cached: _Block = (cache.state(_KIND, name) if cache else None) or {}
    block: _Block = {}
    for path in paths:
        data, unreadable = read_bytes(base, path)
        file_hash = hash_content(data, unreadable)
        entry = cached.get(path)
        if not entry or entry[0] != file_hash:
            entry = (file_hash, _read_file(path, data, unreadable))
        block[path] = entry
    if cache:
        block = {path: (file_hash, _packed(content)) for path, (file_hash, content) in block.items()}
        cache.save_state(_KIND, block, name)
    return block


def _packed(content: _FileContent) -> _FileContent:
    """Return the content of a file with its papers as they are cached."""
    kind, records, faults = content
    return kind, [pack(each) if type(each) is PaperRecord else each for each in records], faults


def _read_file(path: str, data: bytes | None, unreadable: list[Diagnostic]) -> _FileContent:
    """Parse one file: ``data`` are its bytes, or None, and ``unreadable`` the reason why."""
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
    """Parse the text of one file; ``faults`` are those of reading it."""
    form, name = FORMS[kind], path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    if text is None:
        return [], faults
    if markers := list(_merge_markers(path, text)):
        return [], [*faults, *markers]  # of two versions in one, nothing else can be said
    listed = suffix == "yaml" and text.lstrip().startswith("-")
    if not listed and (problem := slug_fault(stem)):
        # The records of a list have their own slugs, so its file may have any name.
        message, advice = problem
        advice = advice.replace("call it", "rename the file to").rstrip("'") + f".{suffix}'"
        faults.append(Diagnostic(Position(path, 1, 1), message, advice))
    if suffix == "md":
        record, more = forms.read_markdown_record(text, form, path, stem)
        return [record] if record else [], faults + more
    records, more = forms.read_yaml_records(text, form, path, stem)
    return records, faults + more


def _merge_markers(path: str, text: str) -> Iterator[Diagnostic]:
    """Yield an error for each line with which Git marks where two versions of a file differ."""
    if not _MERGE_BEGIN.search(text):
        return
    for marker in itertools.islice(_MERGE_MARKER.finditer(text), MAX_FAULTS):
        place = Position(path, text.count("\n", 0, marker.start()) + 1, 1)
        advice = (
            "keep one of the two versions, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
        )
        yield Diagnostic(place, "Git left two versions of the text here", advice)


def read_text(base: Path, path: str) -> tuple[str | None, list[Diagnostic]]:
    """Return a file's text, with ``\\n`` as line ends, or None and a fault where it is refused."""
    return _text_of(path, *read_bytes(base, path))


def _text_of(path: str, data: bytes | None, faults: list[Diagnostic]) -> tuple[str | None, list[Diagnostic]]:
    """Decode a file's bytes and replace forbidden characters; return None where it is not UTF-8."""
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
