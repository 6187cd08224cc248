"""Library → fingerprints: of each paper, of each list of papers, of each taxonomy.

A page is made from a template and from some of the library. Whatever it is made from has a fingerprint here,
and a page whose fingerprints have not changed need not be made again (``pages.py`` says which those are, and
``publish.py`` what follows). Fingerprints are of what was written and of what it resolved to, never of when.
"""

import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from offprint.records.model import Library, Organization, Paper, Topic

SIZE = 12  # bytes of a fingerprint: among 10^9 of them two are equal with a chance of 10^-11
Print = bytes

# Papers of a stretch: the fewest, how many more come as a rule, and the most.
_LEAST, _MORE, _MOST = 64, 32, 256


def fold(*parts: object) -> Print:
    """One fingerprint of several things whose ``repr`` tells them apart."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()


def stretches(papers: Iterable[Paper]) -> list[list[Paper]]:
    """A list of papers in stretches, so that what is made from one can be kept under its fingerprint.

    Where a stretch ends is for the CRC-32 of the next paper's slug, within bounds: so a paper that comes or
    goes moves the ends of few stretches beside its own.
    """
    found: list[list[Paper]] = [[]]
    for paper in papers:
        size = len(found[-1])
        if size == _MOST or (size >= _LEAST and zlib.crc32(paper.slug.encode()) % _MORE == 0):
            found.append([])
        found[-1].append(paper)
    return [stretch for stretch in found if stretch]


class Prints:
    """The fingerprints of one library; lists are remembered, since many pages show the same one."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names = {each.slug: repr((each.slug, each.name, each.handle)) for each in library.organizations}
        self._labels = {each.slug: repr((each.slug, each.name)) for each in library.topics}
        self._lists: dict[tuple[int, bool], tuple[Sequence[Paper], Print]] = {}
        least = library.site.min_papers
        self._with_page = {slug for slug, papers in library.by_author.items() if len(papers) >= least}
        self.whole = {paper.slug: self._whole(paper) for paper in library.papers}
        self._facts = {paper.slug: self._fact(paper) for paper in library.papers}
        self.topics = fold([self.topic(each) for each in library.topics])
        self.organizations = fold(sorted(self._names.values()))
        self.counted_organizations = fold(
            [(self._names[slug], len(papers)) for slug, papers in sorted(library.by_organization.items())]
        )
        self.authors = fold(
            [(each.slug, each.name, len(library.by_author[each.slug])) for each in library.authors]
        )

    def papers(self, papers: Sequence[Paper]) -> Print:
        """Of all that cards, entries and pages can show of these papers, in this order."""
        return self._of(papers, self.whole, whole=True)

    def facts(self, papers: Sequence[Paper]) -> Print:
        """Of what is counted: dates, terms, votes, status, what a record has, but not its texts."""
        return self._of(papers, self._facts, whole=False)

    def topic(self, topic: Topic) -> Print:
        """Of a topic as its own page shows it, with the number of papers."""
        papers = len(self._library.by_topic.get(topic.slug, ()))
        parts = (topic.slug, topic.name, topic.description.source, topic.parent, topic.children, topic.source)
        return fold(parts, papers)

    def named_topic(self, slug: str) -> tuple[str, int]:
        """A topic's name and its number of papers, as its neighbours show them."""
        return self._labels[slug], len(self._library.by_topic.get(slug, ()))

    def organization(self, each: Organization) -> Print:
        """Of an organization as its own page shows it."""
        return fold(
            self._names[each.slug], each.description.source, each.ror, each.url, each.logo, each.source
        )

    def _of(self, papers: Sequence[Paper], prints: dict[str, Print], *, whole: bool) -> Print:
        held = self._lists.get((id(papers), whole))
        if held is None:
            made = blake2b(b"".join([prints[paper.slug] for paper in papers]), digest_size=SIZE).digest()
            # The list is kept with its fingerprint, so that no other list can get its id.
            held = self._lists[id(papers), whole] = (papers, made)
        return held[1]

    def renew(self, papers: Iterable[Paper]) -> None:
        """See to papers of which nothing has changed but their texts."""
        self._lists.clear()
        self.whole |= {paper.slug: self._whole(paper) for paper in papers}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lists": {}}  # by ids that hold for this process

    def _whole(self, paper: Paper) -> Print:
        record = paper.record
        return fold(
            record.digest,
            record.slug,
            record.position.path,
            [self._names[each.slug] for each in paper.organizations],
            [self._labels[each.slug] for each in paper.topics],
            [
                (each.author.slug, each.author.name, each.author.orcid, each.author.slug in self._with_page)
                for each in paper.authors
            ],
            [[self._names[org.slug] for org in each.organizations] for each in paper.authors],
            paper.picture,
            self._library.history.get(record.position.path),
            paper.listed is not None and paper.listed == self._library.newest_day,
        )

    def _fact(self, paper: Paper) -> Print:
        record = paper.record
        return fold(
            record.slug,
            record.date,
            paper.listed,
            [self._names[each.slug] for each in paper.organizations],
            [self._labels[each.slug] for each in paper.topics],
            [(each.author.slug, each.author.name) for each in paper.authors],
            record.status,
            [link.kind for link in record.links],
            (bool(record.summary), bool(record.abstract), bool(record.arxiv or record.doi)),
        )
