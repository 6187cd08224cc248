"""Content → Library: every reference resolved, taxonomies gathered, papers put in order by date.

Topics are a controlled vocabulary: a word that names none is an error. Organizations and authors may be
new names; spellings that give the same slug, a registered alias or an ORCID make one of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeVar

from offprint.archive.model import Authorship, Library, Paper, Topic
from offprint.archive.names import Organizations, People, names_of, picture_of
from offprint.diagnostics import MAX_FAULTS, Diagnostic, Position, nearest
from offprint.records.model import Content, PaperRecord, PartialDate, Picture, Ref, TopicRecord
from offprint.records.slugs import slugify

Faults = list[Diagnostic]
MAX_TOPIC_DEPTH = 8


class _Placed(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def position(self) -> Position: ...


_P = TypeVar("_P", bound=_Placed)
_K = TypeVar("_K", bound=Hashable)


class _Vocabulary:
    """The topics by slug, and by every word that names one."""

    def __init__(self, records: list[TopicRecord], broken: frozenset[str], faults: Faults) -> None:
        self._broken, self._unknown = broken, 0
        self._keys = names_of(records, "topic", faults)
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
            )
            for record in sorted(records, key=lambda each: (each.name.casefold(), each.slug))
        }

    def resolve(self, ref: Ref, faults: Faults) -> Topic | None:
        """The topic that a word names; a fault and None where none does."""
        slug = self._slug(ref, faults)
        return self.topics[slug] if slug else None

    def _slug(self, ref: Ref, faults: Faults) -> str | None:
        key = slugify(ref.text)
        if key not in self._keys and key not in self._broken:
            message = f"there is no topic {ref.text!r}"
            self._unknown += 1  # looking for what was meant takes milliseconds, and there may be thousands
            advice = nearest(ref.text, self._keys.values()) if self._unknown <= MAX_FAULTS else ""
            faults.append(Diagnostic(ref.position, message, advice))
        return self._keys.get(key)

    def _parents(self, records: list[TopicRecord], faults: Faults) -> dict[str, str]:
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


def resolve(content: Content) -> tuple[Library, Faults]:
    """Resolve every reference. The library is whole only where no diagnostic is an error."""
    faults: Faults = []
    papers = _unique(content.papers, "paper", faults)
    _check_ids(papers, faults)
    vocabulary = _Vocabulary(_unique(content.topics, "topic", faults), content.broken, faults)
    registered = _unique(content.organizations, "organization", faults)
    organizations = Organizations(registered, papers, content.pictures, faults)
    named = _Named(vocabulary, organizations, People(papers), content.pictures)
    resolved = sorted((_resolve_paper(record, named, faults) for record in papers), key=_newest_first)
    library = _gather(content, resolved, vocabulary.topics.values(), faults)
    return library, faults


class _Named(NamedTuple):
    """What the words of a paper's record may name."""

    vocabulary: _Vocabulary
    organizations: Organizations
    people: People
    pictures: Mapping[str, Picture]


def _resolve_paper(record: PaperRecord, named: _Named, faults: Faults) -> Paper:
    vocabulary, organizations, people, pictures = named
    topics = [vocabulary.resolve(ref, faults) for ref in record.topics]
    authors: dict[str, Authorship] = {}
    for each in record.authors:
        author = people.resolve(each)
        if author.slug in authors:
            message = f"{each.name.text} is an author of this paper twice"
            faults.append(Diagnostic(each.name.position, message, "keep one", "warning"))
            continue
        theirs = tuple(organizations.resolve(ref) for ref in each.organizations)
        authors[author.slug] = Authorship(author, each.name.text, theirs)
    whose = [organizations.resolve(ref) for ref in record.organizations]
    whose += [organization for each in authors.values() for organization in each.organizations]
    listed = record.listed or (record.date.whole if record.date else None)
    return Paper(
        record,
        listed,
        tuple(authors.values()),
        tuple(dict.fromkeys(whose)),
        tuple(dict.fromkeys(topic for topic in topics if topic)),
        picture_of(record.image, pictures, faults),
    )


def _unique(records: Iterable[_P], kind: str, faults: Faults) -> list[_P]:
    """The records whose slug is first used by them; slugs are lower-case ASCII, so equality is enough."""
    first: dict[str, _P] = {}
    for record in records:
        other = first.setdefault(record.slug, record)
        if other is not record:
            message = f"a second {kind} with the slug {record.slug!r}"
            advice = f"the first is {_where(other.position)}; give one of them another name"
            faults.append(Diagnostic(record.position, message, advice))
    return list(first.values())


def _check_ids(papers: Iterable[PaperRecord], faults: Faults) -> None:
    """An arXiv id or DOI belongs to one paper."""
    first: dict[tuple[str, str], Ref] = {}
    for paper in papers:
        for name, ref in (("arXiv id", paper.arxiv), ("DOI", paper.doi)):
            if ref is None:
                continue
            other = first.setdefault((name, ref.text.casefold()), ref)
            if other is not ref:
                advice = f"the first is {_where(other.position)}; is this the same paper?"
                message = f"a second use of the {name} {ref.text}"
                faults.append(Diagnostic(ref.position, message, advice))


def _depth(slug: str, parents: Mapping[str, str]) -> int:
    """How many topics lie above one, counted no further than matters."""
    depth = 0
    while slug in parents and depth <= MAX_TOPIC_DEPTH:
        slug, depth = parents[slug], depth + 1
    return depth


def _leads_to(start: str, goal: str, parents: Mapping[str, str]) -> bool:
    while start:
        if start == goal:
            return True
        start = parents.get(start, "")
    return False


def _gather(content: Content, papers: list[Paper], topics: Iterable[Topic], faults: Faults) -> Library:
    by_topic = _by(papers, lambda paper: [topic.slug for topic in paper.topics])
    by_organization = _by(papers, lambda paper: [each.slug for each in paper.organizations])
    by_author = _by(papers, lambda paper: [each.author.slug for each in paper.authors])
    organizations = {each.slug: each for paper in papers for each in paper.organizations}
    authors = {each.author.slug: each.author for paper in papers for each in paper.authors}
    pages = tuple(_unique(content.pages, "page", faults))
    daily = _by(papers, lambda paper: [paper.listed] if paper.listed else [])
    return Library(
        site=replace(content.site, own_pages=tuple((page.slug, page.title) for page in pages)),
        papers=tuple(papers),
        topics=tuple(topics),
        organizations=tuple(sorted(organizations.values(), key=lambda o: (o.name.casefold(), o.slug))),
        authors=tuple(
            author
            for author in sorted(authors.values(), key=lambda a: (a.name.casefold(), a.slug))
            if len(by_author[author.slug]) >= content.site.min_papers
        ),
        pages=pages,
        by_topic=by_topic,
        by_organization=by_organization,
        by_author=by_author,
        daily={day: tuple(sorted(daily[day], key=_votes_first)) for day in sorted(daily, reverse=True)},
        periods=_by(papers, lambda paper: _periods_of(paper.date)),
        undated=tuple(paper for paper in papers if not paper.date),
    )


def _by(papers: Iterable[Paper], keys_of: Callable[[Paper], Iterable[_K]]) -> dict[_K, tuple[Paper, ...]]:
    groups: dict[_K, list[Paper]] = {}
    for paper in papers:
        for key in keys_of(paper):
            groups.setdefault(key, []).append(paper)
    return {key: tuple(group) for key, group in groups.items()}


def _periods_of(date: PartialDate | None) -> list[PartialDate]:
    """The year, the month and the day that a date lies in, as far as it is known."""
    if date is None:
        return []
    return list(dict.fromkeys([PartialDate(date.year), PartialDate(*date[:2]), date]))


def _newest_first(paper: Paper) -> tuple[int, int, int, int, str, str]:
    """By date, the undated last; what is known only to the month or year after what is known better."""
    date = paper.date
    title = paper.record.title.source.casefold()
    if date is None:
        return (1, 0, 0, 0, title, paper.slug)
    return (0, -date.year, -date.month, -date.day, title, paper.slug)


def _votes_first(paper: Paper) -> tuple[int, str, str]:
    """The order of a daily list: by votes, then title."""
    return (-(paper.record.upvotes or 0), paper.record.title.source.casefold(), paper.slug)


def _where(position: Position) -> str:
    return f"{position.path}:{position.line}"
