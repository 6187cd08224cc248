"""Resolving names: which organization or picture a name in a record stands for.

Topics, which also have a hierarchy, are resolved in ``resolve.py``, people in ``people.py``.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from offprint.archive.model import Organization
from offprint.archive.people import most_used
from offprint.diagnostics import Diagnostic, nearest, where
from offprint.records.model import OrganizationRecord, PaperRecord, Picture, Ref, TopicRecord
from offprint.records.slugs import slugify

Faults = list[Diagnostic]


def names_of(
    records: Iterable[TopicRecord | OrganizationRecord],
    kind: str,
    faults: Faults,
    former: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, str]:
    """Map each slugified name of a record (slug, name, handle, aliases, former slugs) to the record's slug.

    ``former`` are the former slugs by slug; without it, those that the records list count.

    A name that two records share is a fault, and the first of them keeps it. Messages call them ``kind``.
    """
    keys: dict[str, str] = {}
    records = list(records)
    for record in records:
        keys.setdefault(record.slug, record.slug)
    for record in records:
        handle = record.handle if isinstance(record, OrganizationRecord) else ""
        names = [Ref(record.name, record.position), Ref(handle, record.position), *record.aliases]
        for name in names:
            if name.text and keys.setdefault(slugify(name.text), record.slug) != record.slug:
                other = keys[slugify(name.text)]
                message = f"{name.text!r} names the {kind} {other!r} already"
                advice = "give one of them another name or alias"
                faults.append(Diagnostic(name.position, message, advice))
    by_slug = {record.slug: record for record in records}
    for record in records:
        written = {ref.text: ref for ref in record.formerly}
        for old in written if former is None else former.get(record.slug, ()):
            other = keys.setdefault(old, record.slug)
            if other not in (record.slug, old) and old in written and former is not None:
                message = f"{old!r} names the {kind} {other!r}"
                advice = f"that is {where(by_slug[other].position)}; take it out in one of the two"
                faults.append(Diagnostic(written[old].position, message, advice))
    return keys


def picture_of(ref: Ref | None, pictures: Mapping[str, Picture], faults: Faults) -> Picture | None:
    """Return the picture that a record refers to, None where there is none; add a fault if it is missing."""
    if ref is None:
        return None
    if ref.text not in pictures:
        message = f"there is no picture {ref.text!r} in content/images/ that can be shown"
        faults.append(Diagnostic(ref.position, message, nearest(ref.text, sorted(pictures))))
    return pictures.get(ref.text)


class Organizations:
    """All organizations: the registered ones, and those that only papers name.

    An organization that is not registered gets the most frequent spelling of its name.
    """

    def __init__(
        self,
        records: list[OrganizationRecord],
        papers: Iterable[PaperRecord],
        pictures: Mapping[str, Picture],
        faults: Faults,
        former: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._keys = names_of(records, "organization", faults, former)
        self._slugs: dict[str, str] = {}
        self._by_slug = {
            r.slug: Organization(
                r.slug,
                r.name,
                r.handle,
                r.description,
                r.ror,
                r.url,
                picture_of(r.logo, pictures, faults),
                r.position.path,
                former.get(r.slug, ()),
            )
            for r in records
        }
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for paper in papers:
            for ref in itertools.chain(paper.organizations, *(each.organizations for each in paper.authors)):
                spellings[self._slug(ref)][ref.text] += 1
        for slug, counted in spellings.items():
            if slug not in self._by_slug:
                self._by_slug[slug] = Organization(slug, most_used(counted))

    def resolve(self, ref: Ref) -> Organization:
        """Return the organization that a name stands for."""
        return self._by_slug[self._slug(ref)]

    def everyone(self) -> Iterable[Organization]:
        """Return all organizations that are registered or that papers name."""
        return self._by_slug.values()

    def _slug(self, ref: Ref) -> str:
        slug = self._slugs.get(ref.text)
        if slug is None:
            key = slugify(ref.text)
            slug = self._slugs[ref.text] = self._keys.get(key, key)
        return slug
