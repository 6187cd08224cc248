"""``import``: what another tool exported → one record a paper, skipping what the archive has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from offprint.archive.model import Library
from offprint.archive.names import names_of
from offprint.build.load import load_library
from offprint.build.options import Options, Progress
from offprint.contribute.drafts import Draft, ExistingPapers, path_for, record_text, sanitize, slug_for
from offprint.contribute.importers import read_entries
from offprint.contribute.importers.entry import Entry
from offprint.diagnostics import ContentError, Diagnostic, Position
from offprint.records.slugs import slugify
from offprint.storage.files import create_file


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: records written, papers that the archive had, and what found no place.

    ``left`` counts, for each kind of value that a record has no place for, the entries that had one.
    """

    written: tuple[str, ...]
    skipped: tuple[str, ...]
    left: Mapping[str, int]
    notes: tuple[Diagnostic, ...]


def import_file(options: Options, file: Path, listed: str, progress: Progress) -> Imported:
    """Write a record for each new paper of ``file``; raises ContentError where nothing can be read of it.

    ``listed`` is the day on which the archive takes them in; empty where each one's date shall count.
    """
    progress("Reading", 0, 0)
    content, library = load_library(options)
    entries, faults = read_entries(file.read_bytes(), file.name)
    if not entries:
        raise ContentError(faults)
    known, topics = ExistingPapers(library), names_of(content.topics, "topic", [])
    written, skipped, left, notes = [], [], Counter[str](), list(faults)
    for number, entry in enumerate(entries, 1):
        progress("Importing", number, len(entries))
        place = Position(file.name, entry.line, 1)
        left.update(set(entry.left))
        notes += [_note(place, entry, problem) for problem in entry.problems]
        draft, others = _settled(entry, library, topics, listed)
        left.update(f"keyword {word!r}" for word in others)
        draft, refused = sanitize(draft)
        notes += [_note(place, entry, f"left out: {each.message}") for each in refused]
        if not draft.title or any(each.position.line == 2 for each in refused):
            notes.append(_note(place, entry, "not imported: it has no title that can be used"))
            continue
        if found := known.find(draft):
            skipped.append(f"{entry.name}: {found[1]} has {found[0]}")
            continue
        slug = slug_for(draft, known.slugs)
        path = path_for(draft, slug)
        create_file(options.content, path, record_text(draft))
        known.add(draft, slug, f"{options.content.name}/{path}")
        written.append(f"{options.content.name}/{path}")
    return Imported(tuple(written), tuple(skipped), left, tuple(notes))


def _settled(
    entry: Entry, library: Library, topics: Mapping[str, str], listed: str
) -> tuple[Draft, list[str]]:
    """The draft with the archive's own topics, and the keywords that are none of them."""
    draft = entry.draft
    found = {word: topics.get(slugify(word), "") for word in draft.topics}
    links = tuple(link for link in draft.links if not link.url.startswith(library.site.url))
    draft = replace(
        draft,
        topics=tuple(dict.fromkeys(slug for slug in found.values() if slug)),
        listed=listed or draft.listed,
        links=links,
    )
    return draft, [word for word, slug in found.items() if not slug]


def _note(place: Position, entry: Entry, message: str) -> Diagnostic:
    return Diagnostic(place, f"{entry.name}: {message}", severity="warning")
