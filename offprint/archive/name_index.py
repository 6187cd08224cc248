"""The names of a library by the letters that their words begin with, for suggestions while a reader types.

It is a trie whose nodes become files of a bounded size (static/suggest.js): a leaf has all names with a word
that begins so, and a node with others below it only those with most papers. A title is found by its first
word alone, so that it is in few files.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from offprint.archive.model import Library
from offprint.records.slugs import fold_case, without_accents

LEAF_SIZE = 300  # names, about 15 kB
TOP = 30  # names that a node has that is no leaf
_DEEPEST = 3  # letters
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset("a an the ein eine der die das".split())


class Named(NamedTuple):
    """A topic, organization, author or paper: its kind, name, slug and number of papers.

    ``kind`` is the folder of its page; empty for an author without one.
    """

    kind: str
    name: str
    slug: str
    papers: int


class NameIndex(NamedTuple):
    """All names, those with most papers first and titles last, and their numbers by node of the trie."""

    names: list[Named]
    nodes: dict[str, list[int]]

    def of_node(self, node: str) -> list[Named]:
        """Return the names of a node."""
        return [self.names[number] for number in self.nodes[node]]

    def every_author(self) -> list[Named]:
        """Return all authors, also those without a page."""
        return [each for each in self.names if each.kind in ("authors", "")]


def name_index(library: Library) -> NameIndex:
    """Return the index of all topics, organizations and authors that papers have, and of all titles."""
    terms = sorted(_terms(library), key=lambda each: (-each.papers, each.name.casefold(), each.slug))
    titles = [Named("papers", paper.record.title.plain, paper.slug, 0) for paper in library.papers]
    names = [*terms, *titles]
    words = [(word, number) for number, each in enumerate(names) for word in _words(each)]
    return NameIndex(names, dict(sorted(_nodes("", words))))


def _terms(library: Library) -> Iterator[Named]:
    for topic in library.topics:
        yield Named("topics", topic.name, topic.slug, len(library.by_topic.get(topic.slug, ())))
    for each in library.organizations:
        yield Named("organizations", each.name, each.slug, len(library.by_organization.get(each.slug, ())))
    authors = {each.author.slug: each.author for paper in library.papers for each in paper.authors}
    for slug, author in authors.items():
        yield Named("authors" if author.has_page else "", author.name, slug, len(library.by_author[slug]))


def _words(named: Named) -> Iterable[str]:
    """Return the words by which a name is found, folded."""
    words: list[str] = _WORD.findall(without_accents(fold_case(named.name)))
    if named.kind != "papers":
        return set(words)
    return [word for word in words if word not in _ARTICLES][:1] or words[:1]


def _nodes(node: str, words: Sequence[tuple[str, int]]) -> Iterator[tuple[str, list[int]]]:
    """Yield a node and those below it, each with the numbers of its names."""
    numbers = sorted({number for _, number in words})
    if len(numbers) <= LEAF_SIZE or len(node) == _DEEPEST:
        yield node, numbers
        return
    yield node, numbers[:TOP]
    below: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for word, number in words:
        if len(word) > len(node):
            below[word[: len(node) + 1]].append((word, number))
    for deeper, some in below.items():
        yield from _nodes(deeper, some)
