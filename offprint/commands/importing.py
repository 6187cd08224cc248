"""``import``: another tool's export → one new record for each paper that the archive does not have.

Formats are read by ``contribute/importers``; what a record's file looks like is for ``contribute/drafts.py``.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from offprint.archive.model import Library
from offprint.archive.names import names_of
from offprint.build.load import load_library
from offprint.build.options import Options, Progress
from offprint.contribute.drafts import (
    Draft,
    ExistingPapers,
    Ranks,
    hidden_characters,
    path_for,
    record_text,
    sanitize,
    slug_for,
)
from offprint.contribute.importers import read_entries
from offprint.contribute.importers.entry import Entry
from offprint.diagnostics import CommandError, ContentError, Diagnostic, Position
from offprint.records.slugs import slugify
from offprint.storage.files import create_files, read_bytes

_MOST_BYTES = 64 * 2**20  # of a file to import


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import: paths of the records written, and a line for each paper that was skipped.

    ``unmapped`` maps each field that a record has no place for to the lines of the entries that had it;
    ``notes`` are faults at lines of the imported file. ``refused`` counts the entries of which
    no record was written, other than skipped ones.
    """

    written: tuple[str, ...]
    skipped: tuple[str, ...]
    unmapped: Mapping[str, tuple[int, ...]]
    notes: tuple[Diagnostic, ...]
    refused: int = 0


def import_files(
    options: Options, paths: Sequence[Path], listed: str, progress: Progress, today: str = ""
) -> Imported:
    """Import each of some files, and each file in folders among them; ``-`` is standard input.

    Raises what ``import_file()`` does, and CommandError where a folder holds no file.
    """
    files = [file for path in paths for file in _files_of(path)]
    results: list[Imported] = []
    for file in files:
        try:
            results.append(import_file(options, file, listed, progress, today))
        except BaseException as error:
            if written := sum(len(each.written) for each in results):
                error.add_note(f"the files before {file.name} were imported: {written} records")
            raise
    return Imported(
        tuple(path for each in results for path in each.written),
        tuple(line for each in results for line in each.skipped),
        {
            field if len(files) == 1 else f"{file.name}: {field}": lines
            for file, each in zip(files, results, strict=True)
            for field, lines in each.unmapped.items()
        },
        tuple(note for each in results for note in each.notes),
        sum(each.refused for each in results),
    )


def _files_of(path: Path) -> list[Path]:
    """Return the files of a folder, hidden ones left out, or else the path itself."""
    if not path.is_dir():
        return [path]
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    if not files:
        raise CommandError(f"there is no file to import in {path}")
    return files


def _bytes_of(file: Path) -> tuple[bytes | None, list[Diagnostic]]:
    """Return the bytes of a file, or of standard input where it is ``-``; None and the reason otherwise."""
    if str(file) == "-":
        return sys.stdin.buffer.read(), []
    whole = file.resolve()
    return read_bytes(whole.parent, whole.name, _MOST_BYTES)


def import_file(options: Options, file: Path, listed: str, progress: Progress, today: str = "") -> Imported:
    """Write a record for each paper of ``file`` that is new to the archive: all of them, or none.

    ``listed`` is the day (ISO) on which the archive lists them; if it is empty, each entry's own day counts,
    and ``today`` for an entry without one.
    Raises ContentError where no entry can be read or the archive's own content has errors, and OSError.
    """
    progress("Reading", 0, 0)
    content, library = load_library(options)
    entries, faults = _entries_of(file)
    known, topics = ExistingPapers(library), names_of(content.topics, "topic", [])
    ranks, texts = Ranks(library), dict[str, str]()
    skipped, notes = [], list(faults)
    refused_count = sum(1 for each in faults if each.severity == "error")
    unmapped: dict[str, dict[int, None]] = {}
    for number, entry in enumerate(entries, 1):
        progress("Importing", number, len(entries))
        place = Position(file.name, entry.line, 1)
        draft, keywords = _complete(entry, library, topics, listed or entry.draft.listed or today)
        draft, problems, why = _usable(entry, draft)
        notes += [_note(place, entry, problem) for problem in problems]
        if why:
            refused_count += 1
            notes.append(_note(place, entry, f"not imported: {why}"))
            continue
        if existing := known.find(draft):
            skipped.append(f"{file.name}:{entry.line}: {entry.name}: {existing[1]} has {existing[0]}")
            continue
        for name in (*(each.name for each in entry.left), *(f"keyword {word!r}" for word in keywords)):
            unmapped.setdefault(name, {})[entry.line] = None
        slug = slug_for(draft, known.slugs)
        path = path_for(draft, slug)
        texts[path] = record_text(ranks.ranked(draft))
        known.add(draft, slug, f"{options.content.name}/{path}")
    create_files(options.content, texts)
    written = tuple(f"{options.content.name}/{path}" for path in texts)
    lines = {name: tuple(each) for name, each in unmapped.items()}
    return Imported(written, tuple(skipped), lines, tuple(notes), refused_count)


def _entries_of(file: Path) -> tuple[list[Entry], list[Diagnostic]]:
    """Return the entries of a file and its faults; raises ContentError where it has no entry."""
    data, refused = _bytes_of(file)
    if data is None:
        raise ContentError(refused)
    entries, faults = read_entries(data, file.name)
    if not entries:
        raise ContentError(faults)
    return entries, faults


def _usable(entry: Entry, draft: Draft) -> tuple[Draft, list[str], str]:
    """Return what a record can hold of a draft, what is to be told of the rest, and why the entry is refused.

    The last is empty where it is not.
    """
    problems = [*entry.problems, *(f"left out: {each}" for each in hidden_characters(draft))]
    draft, refused = sanitize(draft)
    problems += [f"left out: {each.message}" for each in refused]
    why = entry.refused
    if not why and (not draft.title or any(each.position.line == 2 for each in refused)):
        why = "it has no title that can be used"
    return draft, problems, why


def _complete(
    entry: Entry, library: Library, topics: Mapping[str, str], listed: str
) -> tuple[Draft, list[str]]:
    """Return an entry's draft with topics of the archive, and its keywords that name none of them.

    ``topics`` maps slugified names and aliases to slugs. Links into the archive's own site are dropped.
    """
    draft = entry.draft
    slugs = {word: topics.get(slugify(word), "") for word in draft.topics}
    links = tuple(link for link in draft.links if not link.url.startswith(library.site.url))
    draft = replace(
        draft,
        topics=tuple(dict.fromkeys(slug for slug in slugs.values() if slug)),
        listed=listed,
        links=links,
    )
    return draft, [word for word, slug in slugs.items() if not slug]


def _note(place: Position, entry: Entry, message: str) -> Diagnostic:
    return Diagnostic(place, f"{entry.name}: {message}", severity="warning")
