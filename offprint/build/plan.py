"""The plan of a site: the library and its list of pages, cached while papers change in nothing but texts.

To resolve 10,000 papers and to list 40,000 pages takes seconds, and neither depends on any text. So both are
cached under a fingerprint of all the rest (``Content.facts_hash``). After an edited text, the cached plan
gets the new record, and new fingerprints for the pages that show it.
"""

import copyreg
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, NamedTuple

from offprint.archive.model import Library, Paper
from offprint.archive.related import Subject, subjects_of
from offprint.archive.resolve import resolve
from offprint.diagnostics import Diagnostic
from offprint.records.git_history import History
from offprint.records.model import Content, PaperRecord
from offprint.records.packed import Packed
from offprint.site.fingerprints import Fingerprints
from offprint.site.messages import Messages
from offprint.site.pages import Page, collisions, list_pages, renewed
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint

_KIND = "plan"  # of state in the cache


@dataclass(slots=True)
class SitePlan:
    """All that is derived from records except their texts and related papers.

    That is the library, the faults found while it was resolved, the fingerprints and the list of pages.
    """

    library: Library
    faults: tuple[Diagnostic, ...]
    fingerprints: Fingerprints
    pages: list[Page]


@dataclass(slots=True)
class _CachedPlan:
    """A plan in the cache: pickled without its records, under the fingerprint of its inputs.

    ``lines_hash`` guards the positions in its warnings; None where there are no warnings. ``subjects`` has
    the slug of each paper to compare, and the fields of its ``Subject`` but the record. The ``plan`` is
    unpickled when it is first asked for; a process that lives on keeps it.
    """

    inputs: Fingerprint
    lines_hash: Fingerprint | None
    subjects: Sequence[tuple[str, tuple[Any, ...]]]
    pickled: bytes
    plan: SitePlan | None = None

    def with_records(self, records: Mapping[str, PaperRecord]) -> SitePlan:
        """Return the plan with these records, by slug, in place of those that it was made from."""
        if self.plan is None:
            self.plan = pickle.loads(self.pickled)  # noqa: S301 - see cache.py
        return _update(self.plan, records)


class PlanInputs(NamedTuple):
    """All that a plan is made from; ``history`` is what git knows of the records."""

    content: Content
    history: History
    messages: Messages


def plan_site(
    inputs: PlanInputs,
    cache: Cache,
    start_related: Callable[[Sequence[Subject]], None],
    *,
    exact_lines: bool = True,
) -> SitePlan:
    """Resolve the content and list its pages, or take both from the cache.

    ``start_related`` is called with the papers to compare as soon as they are known. Without ``exact_lines``
    a cached plan is used even if its faults name lines of an earlier build.
    """
    content, history, messages = inputs
    past = (sorted(history.files.items()), history.removals)
    key = fingerprint(content.facts_hash, past, sorted(messages.texts.items()))
    cached = cache.state(_KIND)
    if (
        isinstance(cached, _CachedPlan)
        and cached.inputs == key
        and (not exact_lines or cached.lines_hash in (None, content.lines_hash))
    ):
        records = {record.slug: record for record in content.papers}
        start_related([Subject(records[slug], *rest) for slug, rest in cached.subjects])
        return cached.with_records(records)
    library, unresolved = resolve(content, history.files, history.removals)
    subjects = subjects_of(library.papers)
    start_related(subjects)
    fingerprints = Fingerprints(library)
    pages = list_pages(library, messages, fingerprints)
    plan = SitePlan(library, (*unresolved, *collisions(library, pages)), fingerprints, pages)
    lines_hash = content.lines_hash if plan.faults else None
    without_records = [(each.record.slug, each[1:]) for each in subjects]
    cache.save_state(_KIND, _CachedPlan(key, lines_hash, without_records, _pickle(plan)))
    return plan


class _Pickler(pickle.Pickler):
    """A pickler that writes a stand-in for each record, since the cache has the records elsewhere."""

    dispatch_table = copyreg.dispatch_table.copy()


class _StandIn(NamedTuple):
    """What a pickled plan has in place of a record."""

    slug: str
    digest: bytes


def _stand_in(record: PaperRecord) -> tuple[type[_StandIn], tuple[str, bytes]]:
    return _StandIn, (record.slug, record.digest)


def _reduce_paper(paper: Paper) -> tuple[type[Paper], tuple[Any, ...]]:
    """Return how to pickle a paper: by its values, which is twice as quick as by its state."""
    return Paper, _values(paper)


_values = attrgetter(*(each.name for each in fields(Paper)))
_Pickler.dispatch_table |= {Packed: _stand_in, Paper: _reduce_paper}


def _pickle(plan: SitePlan) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(plan)
    return buffer.getvalue()


def _update(plan: SitePlan, records: Mapping[str, PaperRecord]) -> SitePlan:
    """Give a plan's papers these records, by slug; return the same plan, its fingerprints up to date."""
    changed: list[Paper] = []
    for paper in plan.library.versions:
        before: PaperRecord | _StandIn = paper.record
        record = records[before.slug]
        object.__setattr__(paper, "record", record)  # in place: many lists of the library share the paper
        if record.digest != before.digest:
            changed.append(paper)
    plan.fingerprints.renew(changed)
    plan.pages = renewed(plan.pages, changed, plan.fingerprints)
    return plan
