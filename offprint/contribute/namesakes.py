"""Proposals about authors: who looks like one person, and who like two. Nothing is merged by itself."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from offprint.archive.model import Author, Library
from offprint.diagnostics import Diagnostic, Position
from offprint.records.slugs import slugify

_SPELLED_OUT = re.compile("([aou])e")  # as in Mueller for Müller, whose slug is muller


@dataclass(slots=True)
class _Seen:
    """A person as papers have them: where each spelling first stands, and coauthors and organizations."""

    author: Author
    names: dict[str, Position] = field(default_factory=dict)
    company: set[str] = field(default_factory=set)
    papers: int = 0


def proposals(library: Library) -> Iterator[Diagnostic]:
    """Yield a warning for each author who looks like another, and for each who looks like two people."""
    people = _seen(library)
    yield from _look_like_one(people)
    yield from _look_like_two(people, library)


def _seen(library: Library) -> list[_Seen]:
    """Return all authors of papers, in the order in which papers name them."""
    people: dict[str, _Seen] = {}
    for paper in library.versions:
        places = {author.name.text: author.name.position for author in reversed(paper.record.authors)}
        company = {each.author.slug for each in paper.authors} | {f"/{o.slug}" for o in paper.organizations}
        for each in paper.authors:
            seen = people.setdefault(each.author.slug, _Seen(each.author))
            seen.names.setdefault(each.name, places[each.name])
            seen.company |= company - {each.author.slug}
            seen.papers += 1
    return list(people.values())


def _look_like_one(people: Iterable[_Seen]) -> Iterator[Diagnostic]:
    """Yield a warning for each name that is another inverted, abbreviated, or with accents spelled out."""
    alike: dict[str, list[tuple[_Seen, str]]] = defaultdict(list)
    for person in people:
        for name in person.names:
            for key in _keys(slugify(name).split("-")):
                alike[key].append((person, name))
    told = set()
    for key, bearers in alike.items():
        for person, name in bearers:
            others = [each for each, other in bearers if each is not person and _may_be_one(key, name, other)]
            others = [each for each in others if _no_proof_against(person, each)]
            if key.startswith("initial") and len({each.author.slug for each in others}) > 1:
                others = [each for each in others if each.company & person.company]
            for other in others:
                pair = frozenset((person.author.slug, other.author.slug))
                if pair not in told and (person.papers, person.author.slug) <= (
                    other.papers,
                    other.author.slug,
                ):
                    told.add(pair)
                    yield _one(person.names[name], name, other.author)


def _one(place: Position, name: str, other: Author) -> Diagnostic:
    message = f"the author {name!r} looks like {other.name!r}"
    file = other.source or f"content/authors/{other.slug}.md"
    advice = f"if they are one person, say so in {file}: name: {other.name}, aliases: [{name}]"
    return Diagnostic(place, message, advice, "warning")


def _keys(words: list[str]) -> Iterator[str]:
    """Yield what two names share that may be one person's."""
    if len(words) < 2:
        return
    yield f"words {' '.join(sorted(words))}"
    yield "letters " + _SPELLED_OUT.sub(r"\1", " ".join(words))
    yield f"initial {words[0][0]} {words[-1]}"


def _may_be_one(key: str, name: str, other: str) -> bool:
    """Tell whether two names with the same key differ as the names of one person may."""
    one, two = slugify(name).split("-"), slugify(other).split("-")
    if one == two:
        return False
    if not key.startswith("initial"):
        return True
    short, long = sorted((one, two), key=lambda words: len("".join(words[:-1])))
    return len(short[0]) == 1 and all(a[0] == b[0] for a, b in zip(short[:-1], long[:-1], strict=False))


def _no_proof_against(one: _Seen, other: _Seen) -> bool:
    """Tell whether nothing says that two are two: neither a common paper, nor ORCID iDs, nor records."""
    if one.author.slug in other.company:
        return False
    if one.author.source and other.author.source:
        return False
    return not (one.author.orcid and other.author.orcid)


def _look_like_two(people: Iterable[_Seen], library: Library) -> Iterator[Diagnostic]:
    """Yield a warning for an iD whose names share no word, and for a bare name that several people have."""
    shared = {name.slug: name for name in library.namesakes}
    for person in people:
        author, names = person.author, list(person.names.items())
        words = set(slugify(names[0][0]).split("-"))
        for name, place in names[1:]:
            if author.orcid and not author.source and words.isdisjoint(slugify(name).split("-")):
                message = f"the ORCID iD {author.orcid} is that of {names[0][0]!r} and of {name!r}"
                advice = (
                    "if they are two people, one iD is mistaken; if not, give them a file in content/authors/"
                )
                yield Diagnostic(place, message, advice, "warning")
        if not author.orcid and not author.source and author.slug in shared:
            others = [slug for slug in shared[author.slug].people if slug != author.slug]
            message = f"{names[0][0]!r} may be any of {len(others)} people of this name: {', '.join(others)}"
            yield Diagnostic(names[0][1], message, "add the orcid of the one who is meant", "warning")
