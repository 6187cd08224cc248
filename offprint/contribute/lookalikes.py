"""Proposals about organizations: which look like one, and which are but a part of a name."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from offprint.archive.model import Library, Organization
from offprint.contribute.lint import organization_refs
from offprint.diagnostics import Diagnostic
from offprint.records.model import Ref
from offprint.records.slugs import slugify

_UNTOLD = frozenset(
    "a ag and at bv co company corp corporation de der di for gmbh in inc incorporated kg laboratories llc "
    "limited ltd nv of oy plc pte pty sa sarl spa srl the und".split()
)  # words that tell no organization from another
_SHORT = {
    "univ": "university", "uni": "university", "inst": "institute", "lab": "laboratory", "labs": "laboratory",
    "tech": "technology", "natl": "national", "intl": "international", "dept": "department",
}  # fmt: skip
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))


def proposals(library: Library) -> Iterator[Diagnostic]:
    """Yield a warning for each part of a name, and for each name that looks like a more frequent one."""
    places = _places(library)
    alike: dict[str, list[Organization]] = defaultdict(list)
    for each in library.organizations:
        if each.slug in places and not each.source and _is_part(each.name):
            advice = "put a name that has a comma in quotes, and give the whole of it"
            message = f"the organization {each.name!r} looks like a part of a name"
            yield Diagnostic(places[each.slug].position, message, advice, "warning")
        elif key := _key(each.name):
            alike[key].append(each)
    papers = Counter({slug: len(listed) for slug, listed in library.by_organization.items()})
    for group in alike.values():
        best = max(group, key=lambda each: (bool(each.source), papers[each.slug], each.slug))
        for each in group:
            if each is not best and each.slug in places and not each.source:
                file = best.source or f"content/organizations/{best.slug}.md"
                yield Diagnostic(
                    places[each.slug].position,
                    f"the organization {each.name!r} looks like {best.name!r}",
                    f"if they are one, say so in {file}: name: {best.name}, aliases: [{each.name}]",
                    "warning",
                )


def _places(library: Library) -> dict[str, Ref]:
    """Return where each organization is named first, by the slug of its name there."""
    places: dict[str, Ref] = {}
    for ref in organization_refs(paper.record for paper in library.papers):
        places.setdefault(slugify(ref.text), ref)
    return places


def _is_part(name: str) -> bool:
    """Tell whether a name begins or ends as no name does, or has half of a pair of brackets."""
    begins = name[0].isalnum() or name[0] in "([{\"'“‘«„「『"
    return not begins or name[-1] in ",;:(&" or any(name.count(a) != name.count(b) for a, b in _PAIRS)


def _key(name: str) -> str:
    """Return what two names share that may be one organization's: their telling words, in any order."""
    words = (_SHORT.get(word, word) for word in slugify(name).split("-"))
    return " ".join(sorted(word for word in words if word not in _UNTOLD))
