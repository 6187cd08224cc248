"""Library → the lists of all topics, organizations and authors.

Organizations and authors are many: they stand under the letters of an alphabet, a page for as many letters as
it has room for, and in a long list those with a single paper are folded away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from offprint.archive.model import Library
from offprint.records.language.alphabet import heading_of, place_of
from offprint.records.language.names import split_name
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.views.shared import Head, LinkTo, Pager, pager

TERMS_A_PAGE = 500
FOLDED_FROM = 100  # terms; in a shorter list, those of one paper stand among the others


@dataclass(frozen=True, slots=True)
class Term:
    """A topic, organization or author in an index; ``depth`` is a topic's level below the top."""

    name: str
    path: str
    count: int
    note: str = ""
    about: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """The terms under one heading; ``folded`` are those of a single paper, where the list is long."""

    name: str
    anchor: str
    terms: tuple[Term, ...]
    folded: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class TermsView:
    """All topics, as a tree without letters, or a page of all organizations or authors.

    ``letters`` lead to each letter of the alphabet, on whatever page it is. ``rows`` is the path of the data
    of all terms for scripts, empty for topics.
    """

    head: Head
    count: str
    groups: tuple[Letter, ...]
    letters: tuple[LinkTo, ...] = ()
    pager: Pager | None = None
    rows: str = ""


def topics_view(context: SiteContext) -> TermsView:
    """Return the view of all topics as a tree, sorted by name."""
    library, messages = context.library, context.messages
    topics = {topic.slug: topic for topic in library.topics}

    def terms_of(slugs: Iterable[str], depth: int) -> list[Term]:
        terms = []
        for slug in sorted(slugs, key=lambda each: (topics[each].name.casefold(), each)):
            topic = topics[slug]
            count = len(library.by_topic.get(slug, ()))
            about = topic.description.plain
            terms.append(Term(topic.name, routes.topic(slug), count, about=about, depth=min(depth, 3)))
            terms += terms_of(topic.children, depth + 1)
        return terms

    tops = tuple(terms_of((topic.slug for topic in library.topics if not topic.parent), 0))
    return TermsView(
        head=Head(library.site, routes.TOPICS, messages("topics"), section="topics"),
        count=messages.count(len(library.topics), "topics_count"),
        groups=(Letter("", "", tops),) if tops else (),
    )


def organizations_view(context: SiteContext, number: int) -> TermsView:
    """Return one page of all organizations, from A to Z."""
    library, messages = context.library, context.messages
    head = Head(library.site, routes.ORGANIZATIONS, messages("organizations"), section="organizations")
    count = messages.count(len(library.organizations), "organizations_count")
    return _alphabet(context, head, count, context.once(organization_pages), number)


def authors_view(context: SiteContext, number: int) -> TermsView:
    """Return one page of all authors that have a page, from A to Z by their family names."""
    library, messages = context.library, context.messages
    description = messages("authors_with", papers=messages.count(library.site.min_papers, "papers"))
    head = Head(library.site, routes.AUTHORS, messages("authors"), description, "authors")
    count = messages.count(len(library.authors), "authors_count")
    return _alphabet(context, head, count, context.once(author_pages), number)


def organization_terms(library: Library) -> list[Term]:
    """Return all organizations, from A to Z."""
    by_slug = library.by_organization
    terms = (
        Term(each.name, routes.organization(each.slug), len(by_slug[each.slug]), each.handle)
        for each in library.organizations
    )
    return sorted(terms, key=_place)


def author_terms(library: Library) -> list[Term]:
    """Return all authors that have a page, with their family names first, from A to Z."""
    terms = (
        Term(
            family_first(each.name, library.family_of(each)),
            routes.author(each.slug),
            len(library.by_author[each.slug]),
        )
        for each in library.authors
    )
    return sorted(terms, key=_place)


def family_first(name: str, family: str) -> str:
    """Return a name as lists by family names have it: ``Hopper, Grace``; one of a single word as it is."""
    if " " not in name:
        return name
    parts = split_name(name, family)
    return ", ".join(part for part in parts if part)


def organization_pages(library: Library) -> list[list[Letter]]:
    """Return the letters of all organizations by page."""
    return _pages_of(organization_terms(library))


def author_pages(library: Library) -> list[list[Letter]]:
    """Return the letters of all authors that have a page, by page of their list."""
    return _pages_of(author_terms(library))


def _pages_of(terms: Sequence[Term]) -> list[list[Letter]]:
    """Return the letters of sorted terms by page: whole letters, about TERMS_A_PAGE terms a page."""
    pages: list[list[Letter]] = [[]]
    room = TERMS_A_PAGE
    for heading, group in groupby(terms, key=lambda term: heading_of(term.name)):
        letter = _letter(heading, list(group), fold=len(terms) >= FOLDED_FROM)
        size = len(letter.terms) + len(letter.folded)
        if pages[-1] and size > room:
            pages.append([])
            room = TERMS_A_PAGE
        pages[-1].append(letter)
        room -= size
    return pages


def _place(term: Term) -> tuple[tuple[int, str, str, str], str]:
    return place_of(term.name), term.path


def _letter(heading: str, terms: list[Term], *, fold: bool) -> Letter:
    """Return the terms under a heading; with ``fold``, those of one paper apart."""
    anchor = "signs" if heading == "#" else heading.lower()
    if not fold:
        return Letter(heading, anchor, tuple(terms))
    several = tuple(term for term in terms if term.count != 1)
    return Letter(heading, anchor, several, tuple(term for term in terms if term.count == 1))


def _alphabet(
    context: SiteContext, head: Head, count: str, pages: list[list[Letter]], number: int
) -> TermsView:
    """Return page ``number`` of the pages of an alphabet; ``head`` is that of the first."""
    letters = (
        LinkTo(letter.name, f"{routes.numbered(head.path, page)}#{letter.anchor}")
        for page, listed in enumerate(pages, 1)
        for letter in listed
    )
    path = routes.numbered(head.path, number)
    return TermsView(
        head=Head(head.site, path, head.title, head.description, head.section),
        count=count,
        groups=tuple(pages[number - 1]),
        letters=tuple(letters),
        pager=pager(head.path, number, len(pages), context.messages, by_date=False),
        rows=routes.terms_of(head.section),
    )
