"""Former addresses: which slugs a record had before, as it says itself and as git's history knows.

A record lists its former slugs in ``formerly``, the oldest first. The first is in its id in feeds, which
therefore outlasts every rename. A record that takes in another's address (two were one) has its own slug in
the list before that one: it keeps its id, and what follows is no earlier name of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from offprint.archive.model import Moved
from offprint.diagnostics import Diagnostic, Position, where
from offprint.records.model import Changes, Ref, Removal, RemovedRecord
from offprint.records.slugs import slug_fault

Faults = list[Diagnostic]


class _Record(Protocol):
    """Any kind of record that has an address."""

    @property
    def slug(self) -> str: ...
    @property
    def position(self) -> Position: ...
    @property
    def formerly(self) -> tuple[Ref, ...]: ...


def former_slugs(
    records: Sequence[_Record],
    kind: str,
    history: Mapping[str, Changes],
    faults: Faults,
    removals: Sequence[Removal] = (),
) -> dict[str, tuple[str, ...]]:
    """Return the former slugs of each record that has any, the oldest first, by its present slug.

    A slug that another record has or had is a fault where a record claims it, and is ignored where only git
    knows of it. Messages call the records ``kind``. ``removals`` are files that are gone, of which
    some records may tell.
    """
    by_slug = {record.slug: record for record in records}
    gone = {PurePosixPath(each.path).stem: each for each in removals if each.formerly}
    claimed = _claimed(records, by_slug, kind, faults)
    slugs = {}
    for record in records:
        known = []
        for old in _slugs_in_history(record, history, gone.get(record.slug)):
            if old not in by_slug or old == record.slug:  # it may have had its present slug before
                owner = claimed.setdefault(old, (record.slug, record.position))
                known += [old] if owner[0] == record.slug else []
        written = [ref.text for ref in record.formerly if claimed.get(ref.text, ("",))[0] == record.slug]
        joined = _join(written, known)
        if any(old != record.slug for old in joined):
            slugs[record.slug] = joined
    return slugs


def _claimed(
    records: Iterable[_Record], by_slug: Mapping[str, _Record], kind: str, faults: Faults
) -> dict[str, tuple[str, Position]]:
    """Return by each former slug that records list the record's slug and where it is listed; add faults."""
    claimed: dict[str, tuple[str, Position]] = {}
    for record in records:
        for ref in record.formerly:
            other = by_slug.get(ref.text, record)
            if first := claimed.get(ref.text):
                message = f"a second {kind} that was formerly {ref.text!r}"
                advice = f"the first is {where(first[1])}; keep one"
            elif other is not record:
                message = f"{ref.text!r} is the address of another {kind}"
                advice = f"that is {where(other.position)}; take it out here, or give that one another name"
            else:
                claimed[ref.text] = (record.slug, ref.position)
                continue
            faults.append(Diagnostic(ref.position, message, advice))
    return claimed


def first_slug(slug: str, formerly: Sequence[str]) -> str:
    """Return the slug in a record's id in feeds: the first that it ever had."""
    return formerly[0] if formerly else slug


def moved_from(kind: str, slug: str, formerly: Sequence[str]) -> Iterator[Moved]:
    """Yield each former address of a record of ``kind``, a folder of the content."""
    own = formerly.index(slug) if slug in formerly else len(formerly)
    for index, old in enumerate(formerly):
        if old != slug:
            yield Moved(kind, old, slug, old if index > own else formerly[0])


def _slugs_in_history(
    record: _Record, history: Mapping[str, Changes], removal: Removal | None
) -> Iterable[str]:
    """Return the slugs that a record's file had before, the oldest first; none for a record in a list.

    ``removal`` is the file that a record had that is gone, if git knows it.
    """
    path = PurePosixPath(record.position.path)
    past: Changes | Removal | None = history.get(record.position.path)
    if isinstance(record, RemovedRecord):
        past, path = removal, PurePosixPath(removal.path if removal else "")
    if not past or path.stem != record.slug:
        return ()
    names = [PurePosixPath(former) for former in past.formerly]
    stems = (each.stem for each in names if each.parts[:2] == path.parts[:2])
    return dict.fromkeys(stem for stem in stems if not slug_fault(stem))


def _join(written: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the slugs that a record lists and those that git knows, the oldest first.

    What git knows to be older than all that the record lists comes first, what it knows beside that last.
    """
    older = []
    for slug in known:
        if slug in written:
            break
        older.append(slug)
    return tuple(dict.fromkeys([*older, *written, *known]))
