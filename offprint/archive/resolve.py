"""Resolving of all references: from the ``Content`` that was read to the ``Library`` that pages show.

Topics are a controlled vocabulary: a name that is none of theirs is an error. Organizations and authors need
not be registered: they are identified by the slug of their name, a registered alias or an ORCID iD.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeVar

from offprint.archive.events import add_event_days
from offprint.archive.model import Author, Authorship, Library, Moved, Organization, Paper, Topic
from offprint.archive.moves import former_slugs, moved_from
from offprint.archive.names import Organizations, names_of, picture_of
from offprint.archive.order import best_first, newest_first
from offprint.archive.people import Past, People
from offprint.archive.versions import Absent, Former, Versions, join_versions
from offprint.diagnostics import MAX_FAULTS, Diagnostic, Position, nearest, where
from offprint.records import identifiers
from offprint.records.language.names import find_family
from offprint.records.model import (
    Changes,
    Content,
    PageRecord,
    PaperRecord,
    PartialDate,
    Picture,
    Ref,
    Removal,
    RemovedRecord,
    SiteConfig,
    TopicRecord,
)
from offprint.records.slugs import slugify

Faults = list[Diagnostic]
MAX_TOPIC_DEPTH = 8


class _HasSlug(Protocol):
    """Any record: it has a slug and a position."""

    @property
    def slug(self) -> str: ...
    @property
    def position(self) -> Position: ...


_Record = TypeVar("_Record", bound=_HasSlug)
_K = TypeVar("_K", bound=Hashable)


class _Vocabulary:
    """The topics by slug, and by each of their names."""

    def __init__(
        self, records: list[TopicRecord], former: Former, broken: frozenset[str], faults: Faults
    ) -> None:
        self._broken, self._unknown = broken, 0
        self._keys = names_of(records, "topic", faults, former)
        parents = self._parents(records, faults)
        children = defaultdict(list)
        for child, parent in parents.items():
            children[parent].append(child)
        self.topics = {
            record.slug: Topic(
                record.slug,
                record.name,
                record.description,
                parents.get(record.slug, ""),
                tuple(sorted(children[record.slug])),
                record.position.path,
                former.get(record.slug, ()),
            )
            for record in sorted(records, key=lambda each: (each.name.casefold(), each.slug))
        }

    def resolve(self, ref: Ref, faults: Faults) -> Topic | None:
        """Return the topic that a name stands for, or None and a fault.

        There is no fault where the file of that topic could not be read, which has faults of its own.
        """
        slug = self._slug(ref, faults)
        return self.topics[slug] if slug else None

    def _slug(self, ref: Ref, faults: Faults) -> str | None:
        key = slugify(ref.text)
        if key not in self._keys and key not in self._broken:
            message = f"there is no topic {ref.text!r}"
            self._unknown += 1  # finding a similar name takes milliseconds, and there may be thousands
            advice = self._advice(ref, key) if self._unknown <= MAX_FAULTS else ""
            faults.append(Diagnostic(ref.position, message, advice))
        return self._keys.get(key)

    def _advice(self, ref: Ref, key: str) -> str:
        """Return the nearest topic, or how to make the first one."""
        if self._keys:
            return nearest(ref.text, sorted(self._keys.values()))
        file = f"{ref.position.path.partition('/')[0]}/topics/{key or 'a-short-name'}.md"
        return f"no topic is defined yet; make {file} with the three lines ---, name: {ref.text} and ---"

    def _parents(self, records: list[TopicRecord], faults: Faults) -> dict[str, str]:
        """Return each topic's parent by slug; add faults for circles and for topics nested too deep."""
        parents: dict[str, str] = {}
        for record in records:
            if record.parent is None:
                continue
            parent = self._slug(record.parent, faults)
            if parent is None:
                continue
            if _leads_to(parent, record.slug, parents):
                advice = "take out one of the parents in the circle"
                message = f"{record.slug!r} is its own ancestor"
                faults.append(Diagnostic(record.parent.position, message, advice))
            else:
                parents[record.slug] = parent
        for record in records:
            if record.parent and _depth(record.slug, parents) > MAX_TOPIC_DEPTH:
                message = f"topics nested more than {MAX_TOPIC_DEPTH} deep"
                faults.append(Diagnostic(record.parent.position, message, "give it a parent higher up"))
        return parents


def resolve(
    content: Content, history: Mapping[str, Changes] | None = None, removals: Sequence[Removal] = ()
) -> tuple[Library, Faults]:
    """Resolve every reference; return the library and all faults.

    ``history`` has what git knows of each file, by path, and ``removals`` of those that are gone: their
    former names are former addresses. The library is complete only where none of the faults is an error.
    """
    faults: Faults = []
    papers = _unique(content.papers, "paper", faults)
    topics = _unique(content.topics, "topic", faults)
    registered = _unique(content.organizations, "organization", faults)
    authors = _unique(content.authors, "author", faults)
    pages = _unique(content.pages, "page", faults)
    removed = _removed(content, papers, faults)
    past = history or {}
    former = {"papers": former_slugs([*papers, *removed], "paper", past, faults, removals)}
    former |= {"topics": former_slugs(topics, "topic", past, faults)}
    former |= {"organizations": former_slugs(registered, "organization", past, faults)}
    former |= {"authors": former_slugs(authors, "author", past, faults)}
    former |= {"pages": former_slugs(pages, "page", past, faults)}
    absent = Absent(content.drafts, {each.slug for each in removed})
    versions = join_versions(papers, former["papers"], absent, faults)
    _check_ids(papers, versions, faults)
    vocabulary = _Vocabulary(topics, former["topics"], content.broken, faults)
    organizations = Organizations(registered, papers, content.pictures, faults, former["organizations"])
    people = People(authors, papers, Past(past, versions), content.site.min_papers, faults)
    registries = _Registries(vocabulary, organizations, people, content.pictures, former["papers"], versions)
    resolved = sorted((_resolve_paper(record, registries, faults) for record in papers), key=newest_first)
    resolved = add_event_days(resolved, past)
    terms = _Terms(vocabulary.topics.values(), organizations.everyone(), people.everyone(), pages)
    library = _make_library(content, resolved, terms)
    return replace(
        library,
        history=past,
        moved=tuple(sorted((*people.moved, *_moved(former, people)))),
        namesakes=tuple(people.namesakes),
        removed=removed,
        removals=tuple(removals),
    ), faults


def _removed(content: Content, papers: Iterable[PaperRecord], faults: Faults) -> tuple[RemovedRecord, ...]:
    """Return the papers that are gone for good; add a fault for each that has a record all the same."""
    places = {paper.slug: paper.position for paper in papers}
    gone = _unique(content.removed, "removed paper", faults)
    for each in gone:
        if place := places.get(each.slug):
            advice = f"that is {where(place)}; delete it, or take this entry out"
            faults.append(Diagnostic(each.position, f"{each.slug!r} is removed, but has a record", advice))
    return tuple(each for each in gone if each.slug not in places)


def _moved(former: Mapping[str, Former], people: People) -> Iterator[Moved]:
    """Yield the former addresses of records, but for those that authors' names lead to."""
    by_name = {each.old for each in people.moved} | {each.slug for each in people.namesakes}
    by_name.update(each.slug for each in people.everyone())
    for kind, by_slug in former.items():
        for slug, slugs in by_slug.items():
            moved = moved_from(kind, slug, slugs)
            yield from (each for each in moved if kind != "authors" or each.old not in by_name)


class _Registries(NamedTuple):
    """The registries in which the references of papers are looked up."""

    vocabulary: _Vocabulary
    organizations: Organizations
    people: People
    pictures: Mapping[str, Picture]
    former: Former
    versions: Versions


def _resolve_paper(record: PaperRecord, registries: _Registries, faults: Faults) -> Paper:
    """Return a paper with its references resolved; add faults for unknown names and repeated authors."""
    vocabulary, organizations, people, pictures, former, versions = registries
    topics = [vocabulary.resolve(ref, faults) for ref in record.topics]
    authors: dict[str, Authorship] = {}
    for each in record.authors:
        author = people.resolve(each)
        if author.slug in authors:
            message = f"{each.name.text} is an author of this paper twice"
            faults.append(Diagnostic(each.name.position, message, "keep one", "warning"))
            continue
        affiliations = tuple(organizations.resolve(ref) for ref in each.organizations)
        own = author.family if find_family(each.name.text, author.family) is not None else ""
        family = each.family or ("" if each.group else own)
        authors[author.slug] = Authorship(author, each.name.text, affiliations, family, each.group)
    all_organizations = [organizations.resolve(ref) for ref in record.organizations]
    all_organizations += [organization for each in authors.values() for organization in each.organizations]
    listed = record.listed or (record.date.whole if record.date else None)
    return Paper(
        record,
        listed,
        tuple(authors.values()),
        tuple(dict.fromkeys(all_organizations)),
        tuple(dict.fromkeys(topic for topic in topics if topic)),
        picture_of(record.image, pictures, faults),
        former.get(record.slug, ()),
        versions=versions.get(record.slug, ()),
    )


def _unique(records: Iterable[_Record], kind: str, faults: Faults) -> list[_Record]:
    """Return the first record with each slug; add a fault for every other one."""
    first: dict[str, _Record] = {}
    for record in records:
        other = first.setdefault(record.slug, record)
        if other is not record:
            message = f"a second {kind} with the slug {record.slug!r}"
            advice = f"the first is {where(other.position)}; give one of them another name"
            faults.append(Diagnostic(record.position, message, advice))
    return list(first.values())


def _check_ids(papers: Iterable[PaperRecord], versions: Versions, faults: Faults) -> None:
    """Add a fault for each arXiv id and DOI that another paper has already, but for versions of one work."""
    first: dict[tuple[str, str], tuple[str, Ref]] = {}
    for paper in papers:
        for name, ref in (("arXiv id", paper.arxiv), ("DOI", paper.doi)):
            if ref is None:
                continue
            key = identifiers.without_version(ref.text) if ref is paper.arxiv else ref.text.casefold()
            slug, other = first.setdefault((name, key), (paper.slug, ref))
            if other is not ref and slug not in versions.get(paper.slug, ()):
                advice = f"the first is {where(other.position)}; is this the same paper? "
                advice += f"If it is a newer version, add supersedes: {slug}"
                message = f"a second use of the {name} {ref.text}"
                faults.append(Diagnostic(ref.position, message, advice))


def _depth(slug: str, parents: Mapping[str, str]) -> int:
    """Return how many ancestors a topic has, at most one more than MAX_TOPIC_DEPTH."""
    depth = 0
    while slug in parents and depth <= MAX_TOPIC_DEPTH:
        slug, depth = parents[slug], depth + 1
    return depth


def _leads_to(start: str, goal: str, parents: Mapping[str, str]) -> bool:
    """Return whether ``goal`` is the topic ``start`` or one of its ancestors."""
    while start:
        if start == goal:
            return True
        start = parents.get(start, "")
    return False


class _Terms(NamedTuple):
    """What has a page beside papers; organizations and authors in any order."""

    topics: Iterable[Topic]
    organizations: Iterable[Organization]
    people: Iterable[Author]
    pages: Iterable[PageRecord]


def _with_sections(site: SiteConfig, terms: _Terms, *, listed: bool) -> SiteConfig:
    """Return the configuration with the archive's own pages and the sections that hold anything."""
    with_pages = any(each.has_page for each in terms.people)
    sections = {
        "daily": listed,
        "topics": any(terms.topics),
        "organizations": any(terms.organizations),
        "authors": with_pages,
    }
    return replace(
        site,
        own_pages=tuple((page.slug, page.title) for page in terms.pages),
        sections=tuple(name for name, there in sections.items() if there),
    )


def _make_library(content: Content, versions: list[Paper], terms: _Terms) -> Library:
    """Return the library of these papers, the newest versions grouped in every way."""
    papers = [paper for paper in versions if not paper.superseded_by]
    by_topic = _group(papers, lambda paper: [topic.slug for topic in paper.topics])
    by_organization = _group(papers, lambda paper: [each.slug for each in paper.organizations])
    by_author = _group(papers, lambda paper: [each.author.slug for each in paper.authors])
    by_author |= {person.slug: () for person in terms.people if person.slug not in by_author}
    by_organization |= {each.slug: () for each in terms.organizations if each.slug not in by_organization}
    daily = _group(papers, lambda paper: [paper.listed] if paper.listed else [])
    return Library(
        site=_with_sections(content.site, terms, listed=bool(daily)),
        papers=tuple(papers),
        topics=tuple(terms.topics),
        organizations=tuple(sorted(terms.organizations, key=_by_name)),
        authors=tuple(sorted((each for each in terms.people if each.has_page), key=_by_name)),
        pages=tuple(terms.pages),
        by_topic=by_topic,
        by_organization=by_organization,
        by_author=by_author,
        daily={day: tuple(sorted(daily[day], key=best_first)) for day in sorted(daily, reverse=True)},
        periods=_group(papers, lambda paper: periods_of(paper.date)),
        undated=tuple(paper for paper in papers if not paper.date),
        superseded=tuple(paper for paper in versions if paper.superseded_by),
    )


def _by_name(term: Organization | Author) -> tuple[str, str]:
    return term.name.casefold(), term.slug


def _group(papers: Iterable[Paper], keys_of: Callable[[Paper], Iterable[_K]]) -> dict[_K, tuple[Paper, ...]]:
    """Return the papers by each of their keys, in the order in which they come."""
    groups: dict[_K, list[Paper]] = {}
    for paper in papers:
        for key in keys_of(paper):
            groups.setdefault(key, []).append(paper)
    return {key: tuple(group) for key, group in groups.items()}


def periods_of(date: PartialDate | None) -> list[PartialDate]:
    """Return the year, month and day that a date belongs to, as far as it is known."""
    if date is None:
        return []
    return list(dict.fromkeys([PartialDate(date.year), PartialDate(*date[:2]), date]))
