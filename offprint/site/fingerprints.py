"""Library → fingerprints of each paper, of each list of papers, and of topics, organizations and authors.

A page is made from a template and from a part of the library. Every such part has a fingerprint here, and a
page whose fingerprints have not changed need not be rendered again; which fingerprints a page depends on is
declared in ``pages.py``. Fingerprints cover what a record says and what its references resolve to, never
times of files.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from offprint.archive.model import Library, Organization, Paper, Topic
from offprint.storage.fingerprint import SIZE, Fingerprint, fingerprint


class Fingerprints:
    """The fingerprints of one library; those of lists are remembered, since many pages show the same list.

    ``shown`` maps the slug of each paper to its fingerprint. ``topics``, ``organizations`` and ``authors``
    are a single fingerprint each, of all topics and so on; ``counted_organizations`` covers their numbers
    of papers, too.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names = {each.slug: repr((each.slug, each.name, each.handle)) for each in library.organizations}
        self._labels = {each.slug: repr((each.slug, each.name)) for each in library.topics}
        self._lists: dict[tuple[int, bool], tuple[Sequence[Paper], Fingerprint]] = {}
        self.shown = {paper.slug: self._shown_of(paper) for paper in library.versions}
        self._listed = {paper.slug: self._listed_of(paper) for paper in library.versions}
        self.topics = fingerprint([self.topic(each) for each in library.topics])
        self.organizations = fingerprint(sorted(self._names.values()))
        self.counted_organizations = fingerprint(
            [(self._names[slug], len(papers)) for slug, papers in sorted(library.by_organization.items())]
        )
        self.authors = fingerprint(
            [
                (each.slug, each.name, library.family_of(each), len(library.by_author[each.slug]))
                for each in library.authors
            ]
        )

    def papers(self, papers: Sequence[Paper]) -> Fingerprint:
        """Return the fingerprint of all that pages can show of these papers; the order counts."""
        return self._of_list(papers, self.shown, shown=True)

    def listed(self, papers: Sequence[Paper]) -> Fingerprint:
        """Return the fingerprint of what is counted or listed of these papers, but not of their texts.

        That is: dates, topics, organizations, authors, status, kinds of links, and whether there is a
        summary, an abstract, an identifier.
        """
        return self._of_list(papers, self._listed, shown=False)

    def topic(self, topic: Topic) -> Fingerprint:
        """Return the fingerprint of a topic as its own page shows it, with its number of papers."""
        papers = len(self._library.by_topic.get(topic.slug, ()))
        parts = (topic.slug, topic.name, topic.description.source, topic.parent, topic.children, topic.source)
        return fingerprint(parts, papers)

    def named_topic(self, slug: str) -> tuple[str, int]:
        """Return a topic's name and its number of papers, as the pages of its neighbours show them."""
        return self._labels[slug], len(self._library.by_topic.get(slug, ()))

    def organization(self, each: Organization) -> Fingerprint:
        """Return the fingerprint of an organization as its own page shows it."""
        return fingerprint(
            self._names[each.slug], each.description.source, each.ror, each.url, each.logo, each.source
        )

    def _of_list(
        self, papers: Sequence[Paper], by_slug: dict[str, Fingerprint], *, shown: bool
    ) -> Fingerprint:
        """Return the fingerprint of a list of papers from those of the papers, by slug."""
        remembered = self._lists.get((id(papers), shown))
        if remembered is None:
            hashed = blake2b(b"".join([by_slug[paper.slug] for paper in papers]), digest_size=SIZE).digest()
            # The list is kept with its fingerprint, so that no other list can get its id.
            remembered = self._lists[id(papers), shown] = (papers, hashed)
        return remembered[1]

    def renew(self, papers: Iterable[Paper]) -> None:
        """Update the fingerprints of papers that changed in nothing but their texts."""
        self._lists.clear()
        self.shown |= {paper.slug: self._shown_of(paper) for paper in papers}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lists": {}}  # their keys are ids, which are valid in this process alone

    def _shown_of(self, paper: Paper) -> Fingerprint:
        """Return the fingerprint of all that pages can show of a paper, but for related papers."""
        record = paper.record
        return fingerprint(
            record.digest,
            record.slug,
            record.position.path,
            paper.formerly,
            paper.taken_in,
            paper.renewed,
            paper.versions,
            [self._names[each.slug] for each in paper.organizations],
            [self._labels[each.slug] for each in paper.topics],
            [
                (each.author.slug, each.shown, each.author.orcid, each.author.has_page)
                for each in paper.authors
            ],
            [[self._names[org.slug] for org in each.organizations] for each in paper.authors],
            paper.picture,
            self._library.history.get(record.position.path),
            self._library.is_new(paper),
        )

    def _listed_of(self, paper: Paper) -> Fingerprint:
        """Return the fingerprint of what is counted or listed of a paper."""
        record = paper.record
        return fingerprint(
            record.slug,
            record.date,
            paper.listed,
            paper.taken_in,
            [self._names[each.slug] for each in paper.organizations],
            [self._labels[each.slug] for each in paper.topics],
            [(each.author.slug, each.author.name, each.shown) for each in paper.authors],
            record.status,
            [link.kind for link in record.links],
            (bool(record.summary), bool(record.abstract), bool(record.arxiv or record.doi)),
        )
