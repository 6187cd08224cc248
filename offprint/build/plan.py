"""The library and its pages, kept from one build to the next while papers change in nothing but their texts.

To resolve 10,000 papers and to list 40,000 pages takes seconds, and no text bears on either. So both are
kept under the fingerprint of all else (``Content.facts_hash``), and a build after an edited text sees to what
that text bears on: its record, and the fingerprints of the pages that tell of it.
"""

import copyreg
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, NamedTuple

from offprint.archive.model import Library, Paper
from offprint.archive.related import Subject, subjects_of
from offprint.archive.resolve import resolve
from offprint.diagnostics import Diagnostic
from offprint.records.model import Changes, Content, PaperRecord
from offprint.records.packed import Packed
from offprint.site.fingerprints import Fingerprints
from offprint.site.messages import Messages
from offprint.site.pages import Page, collisions, list_pages, renewed
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint

_KIND = "plan"  # of state in the cache


@dataclass(slots=True)
class SitePlan:
    """What follows from content whatever the texts of papers are, but for papers to read next."""

    library: Library
    faults: tuple[Diagnostic, ...]
    fingerprints: Fingerprints
    pages: list[Page]


@dataclass(slots=True)
class _Kept:
    """What is kept: what it is of, the subjects but for their records, and the outline.

    ``lines_hash`` is the content's where there are faults, which name lines; without faults, None.

    A process that lives on has the outline unpacked, too, once it was asked for.
    """

    about: Fingerprint
    lines_hash: Fingerprint | None
    subjects: Sequence[tuple[str, tuple[Any, ...]]]
    packed: bytes
    unpacked: SitePlan | None = None

    def outline(self, records: Mapping[str, PaperRecord]) -> SitePlan:
        """The outline, of the records as they are now."""
        if self.unpacked is None:
            self.unpacked = pickle.loads(self.packed)  # noqa: S301 - see cache.py
        return _renewed(self.unpacked, records)


class PlanInputs(NamedTuple):
    """What an outline is made from."""

    content: Content
    history: Mapping[str, Changes]
    words: Messages


def plan_site(
    basis: PlanInputs, cache: Cache, compare: Callable[[Sequence[Subject]], None], *, told: bool = True
) -> SitePlan:
    """The content resolved and its pages listed, or found in the cache.

    ``compare`` is told what to compare of the papers as soon as that is known. Only where the faults are
    ``told`` must the lines be right that they name.
    """
    content, history, words = basis
    about = fingerprint(content.facts_hash, sorted(history.items()), sorted(words.texts.items()))
    kept = cache.state(_KIND)
    if (
        isinstance(kept, _Kept)
        and kept.about == about
        and (not told or kept.lines_hash in (None, content.lines_hash))
    ):
        records = {record.slug: record for record in content.papers}
        compare([Subject(records[slug], *rest) for slug, rest in kept.subjects])
        return kept.outline(records)
    library, unresolved = resolve(content)
    subjects = subjects_of(library.papers)
    compare(subjects)
    library = replace(library, history=history)
    fingerprints = Fingerprints(library)
    pages = list_pages(library, words, fingerprints)
    made = SitePlan(library, (*unresolved, *collisions(library, pages)), fingerprints, pages)
    lines_hash = content.lines_hash if made.faults else None
    about_papers = [(each.record.slug, each[1:]) for each in subjects]
    cache.save_state(_KIND, _Kept(about, lines_hash, about_papers, _packed(made)))
    return made


class _Pickler(pickle.Pickler):
    """Writes a word for each record, which the cache has elsewhere."""

    dispatch_table = copyreg.dispatch_table.copy()


class _StandIn(NamedTuple):
    """What is kept of a record."""

    slug: str
    digest: bytes


def _stand_in(record: PaperRecord) -> tuple[type[_StandIn], tuple[str, bytes]]:
    return _StandIn, (record.slug, record.digest)


def _made_again(paper: Paper) -> tuple[type[Paper], tuple[Any, ...]]:
    """A paper by its values, which is twice as quick as by its state."""
    return Paper, _values(paper)


_values = attrgetter(*(each.name for each in fields(Paper)))
_Pickler.dispatch_table |= {Packed: _stand_in, Paper: _made_again}


def _packed(outline: SitePlan) -> bytes:
    made = io.BytesIO()
    _Pickler(made, pickle.HIGHEST_PROTOCOL).dump(outline)
    return made.getvalue()


def _renewed(outline: SitePlan, records: Mapping[str, PaperRecord]) -> SitePlan:
    """An outline with the records as they are now."""
    changed: list[Paper] = []
    for paper in outline.library.papers:
        before: PaperRecord | _StandIn = paper.record
        record = records[before.slug]
        object.__setattr__(paper, "record", record)  # one paper for all who have it, as it is now
        if record.digest != before.digest:
            changed.append(paper)
    outline.fingerprints.renew(changed)
    outline.pages = renewed(outline.pages, changed, outline.fingerprints)
    return outline
