"""Versions of one work: which papers supersede which, as their records say."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from offprint.diagnostics import Diagnostic, nearest, where
from offprint.records.model import PaperRecord, Ref

Former = Mapping[str, tuple[str, ...]]  # former slugs, the oldest first, by the present one
Versions = Mapping[str, tuple[str, ...]]  # the slugs of all versions, the newest first, by that of each

_TAKE_OUT = "take supersedes out"


class Absent(NamedTuple):
    """Slugs of papers that readers cannot open: drafts that are left out, and papers that are gone."""

    drafts: Collection[str]
    removed: Collection[str]


def join_versions(
    papers: Iterable[PaperRecord], former: Former, absent: Absent, faults: list[Diagnostic]
) -> Versions:
    """Return the versions of each work that has several; add faults for what is no chain of versions.

    ``former`` are the former slugs of papers, by which a record may call an earlier version, too.
    """
    records = {paper.slug: paper for paper in papers}
    present = {old: slug for slug, slugs in former.items() for old in slugs} | {
        slug: slug for slug in records
    }
    earlier: dict[str, str] = {}
    later: dict[str, Ref] = {}
    for record in records.values():
        ref = record.supersedes
        if ref is None:
            continue
        target = present.get(ref.text, "")
        if not target or (records[target].draft and not record.draft):
            faults.append(_without_page(ref, present, records, absent))
        elif target in later:
            first = later[target]
            advice = f"the first is {where(first.position)}; each version supersedes the one before it"
            faults.append(Diagnostic(ref.position, f"a second paper that supersedes {target!r}", advice))
        elif record.slug in _back_from(target, earlier):
            advice = f"{_TAKE_OUT} in one of them"
            faults.append(Diagnostic(ref.position, f"{record.slug!r} supersedes itself", advice))
        else:
            earlier[record.slug], later[target] = target, ref
    works = [tuple(_back_from(slug, earlier)) for slug in earlier if slug not in later]
    return {slug: work for work in works for slug in work}


def _without_page(
    ref: Ref, present: Mapping[str, str], records: Mapping[str, PaperRecord], absent: Absent
) -> Diagnostic:
    """Return the fault of a reference to a paper that readers cannot open."""
    if ref.text in absent.drafts or ref.text in present:
        advice = f"take draft out there, or {_TAKE_OUT} here"
        return Diagnostic(ref.position, f"{ref.text!r} is a draft, which readers do not see", advice)
    if ref.text in absent.removed:
        return Diagnostic(ref.position, f"{ref.text!r} is removed for good", _TAKE_OUT)
    return Diagnostic(ref.position, f"there is no paper {ref.text!r}", nearest(ref.text, sorted(records)))


def _back_from(slug: str, earlier: Mapping[str, str]) -> Iterator[str]:
    """Yield a paper's slug and those of all versions before it."""
    while slug:
        yield slug
        slug = earlier.get(slug, "")


def work_of(slug: str, versions: Versions) -> str:
    """Return the slug of the first version of a paper's work."""
    return versions.get(slug, (slug,))[-1]
