"""Resolving authors: which person a name in a paper's record is, and under which address.

A person is a record in ``content/authors/``, or an ORCID iD, or else a name. An address depends on nothing
that later papers can change but a namesake: the record's slug, or that of the name under which the archive
first took in a paper of theirs. Every other name that papers print has an address, too, which leads on; where
several people have it, it leads to all of them.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from offprint.archive.events import day_known, first_day
from offprint.archive.model import Author, Moved, Namesakes
from offprint.archive.versions import Versions, work_of
from offprint.diagnostics import Diagnostic, where
from offprint.records.model import AuthorRecord, Changes, PaperRecord, PersonRecord
from offprint.records.slugs import slugify

Faults = list[Diagnostic]


class _Key(NamedTuple):
    """What identifies a person: the slug of a record, an ORCID iD, or the slug of a name."""

    by: Literal["record", "orcid", "name"]
    value: str


@dataclass(slots=True)
class _Person:
    """What papers say of a person: spellings of the name, and their slugs by when each was first taken in."""

    spellings: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[dt.date, str]] = field(default_factory=dict)
    works: set[str] = field(default_factory=set)

    def first_name(self) -> str:
        """Return the slug of the name under which the archive first took in a paper."""
        return min(self.first, key=lambda slug: (self.first[slug], slug))


def most_used(spellings: Mapping[str, int]) -> str:
    """Return the most frequent spelling; among equals, one that is not all capitals, then the first."""
    if len(spellings) == 1:
        return next(iter(spellings))
    return min(spellings, key=lambda each: (-spellings[each], each.isupper(), each))


class Past(NamedTuple):
    """What is known of papers beside their records: what git knows of their files, and versions of a work."""

    history: Mapping[str, Changes]
    versions: Versions


class People:
    """All authors. A name without an iD is the person whose record, or only iD, has it; else one more."""

    def __init__(
        self,
        records: Sequence[PersonRecord],
        papers: Sequence[PaperRecord],
        past: Past,
        min_papers: int,
        faults: Faults,
    ) -> None:
        self._slugs: dict[str, str] = {}
        self._records = {record.slug: record for record in records}
        self._by_orcid: dict[str, PersonRecord] = {}
        self._by_name: dict[str, list[PersonRecord]] = defaultdict(list)
        self._register(records, faults)
        self._orcids: dict[str, set[str]] = defaultdict(set)
        for paper in papers:
            for author in paper.authors:
                if author.orcid:
                    self._orcids[self._slug(author.name.text)].add(author.orcid)
        people, works_of_name = self._gather(papers, past)
        owners: dict[str, list[_Key]] = defaultdict(list)
        for key, person in people.items():
            for slug in {**person.first, **dict.fromkeys(self._names(key))}:
                owners[slug].append(key)
        with_page = _with_page(people, owners, works_of_name, min_papers)
        slugs = self._assign_slugs(people, owners)
        self._people = {
            key: self._author(key, person, slugs, key in with_page) for key, person in people.items()
        }
        self._share_names(owners)

    def resolve(self, record: AuthorRecord) -> Author:
        """Return the person that an author in a paper's record is."""
        return self._people[self._key(record)]

    def everyone(self) -> Iterable[Author]:
        """Return all people that papers or records name."""
        return self._people.values()

    def _register(self, records: Iterable[PersonRecord], faults: Faults) -> None:
        """Enter the records by ORCID iD and by each of their names; add faults for what two of them share."""
        for record in records:
            other = self._by_orcid.setdefault(record.orcid, record) if record.orcid else record
            if other is not record:
                message = f"a second person with the ORCID iD {record.orcid}"
                advice = f"the first is {where(other.position)}; make one record of the two"
                faults.append(Diagnostic(record.position, message, advice))
            names = (record.name, *(alias.text for alias in record.aliases))
            for slug in dict.fromkeys([*map(self._slug, names), *(ref.text for ref in record.formerly)]):
                first = next(
                    (each for each in self._by_name[slug] if not (each.orcid and record.orcid)), None
                )
                if first:
                    message = f"the name {slug!r} is that of another person"
                    advice = f"that is {where(first.position)}; tell them apart by orcid, or make them one"
                    faults.append(Diagnostic(record.position, message, advice))
                self._by_name[slug].append(record)

    def _names(self, key: _Key) -> Iterable[str]:
        """Return the slugs of all names that a person's record lists; none without a record."""
        if key.by != "record":
            return ()
        record = self._records[key.value]
        names = (record.name, *(alias.text for alias in record.aliases))
        return [record.slug, *map(self._slug, names), *(ref.text for ref in record.formerly)]

    def _key(self, author: AuthorRecord) -> _Key:
        """Return what identifies an author of a paper."""
        slug = self._slug(author.name.text)
        records = self._by_name.get(slug, [])
        if author.orcid:
            record = self._by_orcid.get(author.orcid)
            if not record and len(records) == 1 and not records[0].orcid and len(self._orcids[slug]) == 1:
                record = records[0]
            return _Key("record", record.slug) if record else _Key("orcid", author.orcid)
        if len(records) == 1:
            return _Key("record", records[0].slug)
        orcids = self._orcids.get(slug, set())
        if not records and len(orcids) == 1:
            return self._key(author._replace(orcid=next(iter(orcids))))
        return _Key("name", slug)

    def _gather(
        self, papers: Iterable[PaperRecord], past: Past
    ) -> tuple[dict[_Key, _Person], dict[str, set[str]]]:
        """Return what papers say of each person, and the works that print each name, by its slug."""
        people = {_Key("record", slug): _Person() for slug in sorted(self._records)}
        works_of_name: dict[str, set[str]] = defaultdict(set)
        for paper in papers:
            day = day_known(paper, past.history)
            if day is None and not past.history:  # else git does not know it yet, so it comes last
                day = first_day(paper.date)
            when = (day or dt.date.max, paper.slug)
            work = work_of(paper.slug, past.versions)
            for author in paper.authors:
                person, slug = people.setdefault(self._key(author), _Person()), self._slug(author.name.text)
                person.works.add(work)
                works_of_name[slug].add(work)
                person.spellings[author.name.text] += 1
                person.first[slug] = min(when, person.first.get(slug, when))
        return people, works_of_name

    def _assign_slugs(
        self, people: Mapping[_Key, _Person], owners: Mapping[str, Sequence[_Key]]
    ) -> dict[_Key, str]:
        """Return each person's slug: the record's or the name's, with digits of the iD where it is shared."""
        slugs = {key: key.value for key in people if key.by == "record"}
        taken = set(slugs.values())
        for key in sorted(people.keys() - slugs.keys(), key=lambda each: (each.by != "name", each.value)):
            slug = key.value if key.by == "name" else people[key].first_name()
            if key.by == "orcid" and (slug in taken or len(owners[slug]) > 1):
                slug = f"{slug[:75].rstrip('-')}-{key.value[-4:].lower()}"
            while slug in taken:
                slug = slugify(f"{slug} {key.value} again")
            taken.add(slug)
            slugs[key] = slug
        return slugs

    def _author(self, key: _Key, person: _Person, slugs: Mapping[_Key, str], with_page: bool) -> Author:
        """Return a person as the library has them."""
        if key.by == "record":
            record = self._records[key.value]
            orcids = {orcid for slug in self._names(key) for orcid in self._orcids.get(slug, ())}
            orcid = record.orcid or (next(iter(orcids)) if len(orcids) == 1 else "")
            about = (record.url, record.description, record.position.path, record.family)
            return Author(slugs[key], record.name, orcid, with_page, *about)
        orcid = key.value if key.by == "orcid" else ""
        return Author(slugs[key], most_used(person.spellings), orcid, with_page)

    def _share_names(self, owners: Mapping[str, Sequence[_Key]]) -> None:
        """Find where the address of each name leads: on to its bearer, or to all of them."""
        self.moved: list[Moved] = []
        self.namesakes: list[Namesakes] = []
        for slug, keys in sorted(owners.items()):
            bearers = tuple(sorted(each for each in map(self._people.__getitem__, keys) if each.has_page))
            if len(bearers) == 1 and bearers[0].slug != slug:
                self.moved.append(Moved("authors", slug, bearers[0].slug, slug))
            elif len(bearers) > 1:
                self.namesakes.append(Namesakes(slug, bearers[0].name, tuple(each.slug for each in bearers)))
        taken = {each.slug for each in self._people.values()}
        self.moved = [each for each in self.moved if each.old not in taken]

    def _slug(self, name: str) -> str:
        slug = self._slugs.get(name)
        if slug is None:
            slug = self._slugs[name] = slugify(name)
        return slug


def _with_page(
    people: Mapping[_Key, _Person],
    owners: Mapping[str, Sequence[_Key]],
    works_of_name: Mapping[str, set[str]],
    min_papers: int,
) -> set[_Key]:
    """Return who has a page: those with a record or enough papers, and whoever shares a name that has enough.

    So a page does not go where the papers of one name turn out to be those of two people.
    """
    with_page = {key for key, each in people.items() if key.by == "record" or len(each.works) >= min_papers}
    for slug, keys in owners.items():
        if len(works_of_name.get(slug, ())) >= min_papers:
            with_page.update(keys)
    shared = [keys for keys in owners.values() if len(keys) > 1]
    size = -1
    while size != len(with_page):
        size = len(with_page)
        for keys in shared:
            if not with_page.isdisjoint(keys):
                with_page.update(keys)
    return with_page
