"""Library → fingerprints: of each paper, of each list of papers, of each taxonomy.

A page is made from a template and from some of the library. Whatever it is made from has a fingerprint here,
and a page whose fingerprints have not changed need not be rendered again (``pages.py`` says which those are).
Fingerprints cover what was written and what it resolved to, never when.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from offprint.archive.model import Library, Organization, Paper, Topic
from offprint.storage.fingerprint import SIZE, Fingerprint, fingerprint


class Fingerprints:
    """The fingerprints of one library; lists are remembered, since many pages show the same one."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names = {each.slug: repr((each.slug, each.name, each.handle)) for each in library.organizations}
        self._labels = {each.slug: repr((each.slug, each.name)) for each in library.topics}
        self._lists: dict[tuple[int, bool], tuple[Sequence[Paper], Fingerprint]] = {}
        least = library.site.min_papers
        self._with_page = {slug for slug, papers in library.by_author.items() if len(papers) >= least}
        self.shown = {paper.slug: self._shown_of(paper) for paper in library.papers}
        self._listed = {paper.slug: self._listed_of(paper) for paper in library.papers}
        self.topics = fingerprint([self.topic(each) for each in library.topics])
        self.organizations = fingerprint(sorted(self._names.values()))
        self.counted_organizations = fingerprint(
            [(self._names[slug], len(papers)) for slug, papers in sorted(library.by_organization.items())]
        )
        self.authors = fingerprint(
            [(each.slug, each.name, len(library.by_author[each.slug])) for each in library.authors]
        )

    def papers(self, papers: Sequence[Paper]) -> Fingerprint:
        """Of all that cards, entries and pages can show of these papers, in this order."""
        return self._of(papers, self.shown, shown=True)

    def listed(self, papers: Sequence[Paper]) -> Fingerprint:
        """Of what is counted: dates, terms, votes, status, what a record has, but not its texts."""
        return self._of(papers, self._listed, shown=False)

    def topic(self, topic: Topic) -> Fingerprint:
        """Of a topic as its own page shows it, with the number of papers."""
        papers = len(self._library.by_topic.get(topic.slug, ()))
        parts = (topic.slug, topic.name, topic.description.source, topic.parent, topic.children, topic.source)
        return fingerprint(parts, papers)

    def named_topic(self, slug: str) -> tuple[str, int]:
        """A topic's name and its number of papers, as its neighbours show them."""
        return self._labels[slug], len(self._library.by_topic.get(slug, ()))

    def organization(self, each: Organization) -> Fingerprint:
        """Of an organization as its own page shows it."""
        return fingerprint(
            self._names[each.slug], each.description.source, each.ror, each.url, each.logo, each.source
        )

    def _of(self, papers: Sequence[Paper], prints: dict[str, Fingerprint], *, shown: bool) -> Fingerprint:
        held = self._lists.get((id(papers), shown))
        if held is None:
            made = blake2b(b"".join([prints[paper.slug] for paper in papers]), digest_size=SIZE).digest()
            # The list is kept with its fingerprint, so that no other list can get its id.
            held = self._lists[id(papers), shown] = (papers, made)
        return held[1]

    def renew(self, papers: Iterable[Paper]) -> None:
        """See to papers of which nothing has changed but their texts."""
        self._lists.clear()
        self.shown |= {paper.slug: self._shown_of(paper) for paper in papers}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lists": {}}  # by ids that hold for this process

    def _shown_of(self, paper: Paper) -> Fingerprint:
        record = paper.record
        return fingerprint(
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

    def _listed_of(self, paper: Paper) -> Fingerprint:
        record = paper.record
        return fingerprint(
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
