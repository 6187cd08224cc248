"""Which words name the same thing: registered names and aliases, organizations, people, pictures."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from offprint.archive.model import Author, Organization
from offprint.diagnostics import Diagnostic, nearest
from offprint.records.model import AuthorRecord, OrganizationRecord, PaperRecord, Picture, Ref, TopicRecord
from offprint.records.slugs import slugify

Faults = list[Diagnostic]


def names_of(
    records: Iterable[TopicRecord | OrganizationRecord], kind: str, faults: Faults
) -> dict[str, str]:
    """Every word that may name a record (slug, name, handle, aliases), as a slug → the record's slug."""
    keys: dict[str, str] = {}
    records = list(records)
    for record in records:
        keys.setdefault(record.slug, record.slug)
    for record in records:
        handle = record.handle if isinstance(record, OrganizationRecord) else ""
        words = [Ref(record.name, record.position), Ref(handle, record.position), *record.aliases]
        for word in words:
            if word.text and keys.setdefault(slugify(word.text), record.slug) != record.slug:
                other = keys[slugify(word.text)]
                message = f"{word.text!r} names the {kind} {other!r} already"
                advice = "give one of them another name or alias"
                faults.append(Diagnostic(word.position, message, advice))
    return keys


def picture_of(ref: Ref | None, pictures: Mapping[str, Picture], faults: Faults) -> Picture | None:
    """The picture that a record names, if it names one."""
    if ref is None:
        return None
    if ref.text not in pictures:
        message = f"there is no picture {ref.text!r} in content/images/ that can be shown"
        faults.append(Diagnostic(ref.position, message, nearest(ref.text, pictures)))
    return pictures.get(ref.text)


class Organizations:
    """Registered organizations by every word that names them, and new ones as papers name them.

    A new one is called by the spelling that papers use most.
    """

    def __init__(
        self,
        records: list[OrganizationRecord],
        papers: Iterable[PaperRecord],
        pictures: Mapping[str, Picture],
        faults: Faults,
    ) -> None:
        self._keys = names_of(records, "organization", faults)
        self._slugs: dict[str, str] = {}
        found = {
            r.slug: Organization(
                r.slug,
                r.name,
                r.handle,
                r.description,
                r.ror,
                r.url,
                picture_of(r.logo, pictures, faults),
                r.position.path,
            )
            for r in records
        }
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        for paper in papers:
            for ref in itertools.chain(paper.organizations, *(each.organizations for each in paper.authors)):
                spellings[self._slug(ref)][ref.text] += 1
        for slug, counted in spellings.items():
            if slug not in found:
                found[slug] = Organization(slug, _most_used(counted))
        self._found = found

    def resolve(self, ref: Ref) -> Organization:
        """The organization that a word names."""
        return self._found[self._slug(ref)]

    def _slug(self, ref: Ref) -> str:
        slug = self._slugs.get(ref.text)
        if slug is None:
            key = slugify(ref.text)
            slug = self._slugs[ref.text] = self._keys.get(key, key)
        return slug


def _most_used(spellings: Mapping[str, int]) -> str:
    """The most frequent spelling; of equals one that is not all capitals, then the first in order."""
    if len(spellings) == 1:
        return next(iter(spellings))
    return min(spellings, key=lambda each: (-spellings[each], each.isupper(), each))


class People:
    """People, unified over all papers: by ORCID where one is given, by name where none contradicts.

    Two people of one name with two ORCIDs stay two; the name alone is then neither of them.
    """

    def __init__(self, papers: Iterable[PaperRecord]) -> None:
        self._slugs: dict[str, str] = {}
        spellings: dict[str, dict[str, int]] = {}
        orcids: dict[str, set[str]] = defaultdict(set)
        named: dict[str, str] = {}
        for paper in papers:
            for author in paper.authors:
                slug = self._slug(author.name.text)
                if author.orcid:
                    orcids[slug].add(author.orcid)
                    named.setdefault(author.orcid, slug)
        self._orcids = {slug: next(iter(ids)) for slug, ids in orcids.items() if len(ids) == 1}
        for paper in papers:
            for author in paper.authors:
                used = spellings.setdefault(self._key(author), {})
                used[author.name.text] = used.get(author.name.text, 0) + 1
        self._people: dict[str, Author] = {}
        taken: set[str] = set()
        for key in sorted(spellings):
            name = _most_used(spellings[key])
            orcid = key if key in named else ""
            slug = self._slug(name)
            if orcid and (slug in taken or len(orcids[slug]) > 1):
                slug = f"{slug[:75].rstrip('-')}-{orcid[-4:].lower()}"
            while slug in taken:
                slug = slugify(f"{slug} {orcid or key} again")
            taken.add(slug)
            self._people[key] = Author(slug, name, orcid)

    def resolve(self, record: AuthorRecord) -> Author:
        """The person that an author of some paper is."""
        return self._people[self._key(record)]

    def _key(self, record: AuthorRecord) -> str:
        slug = self._slug(record.name.text)
        return record.orcid or self._orcids.get(slug, slug)

    def _slug(self, name: str) -> str:
        slug = self._slugs.get(name)
        if slug is None:
            slug = self._slugs[name] = slugify(name)
        return slug
