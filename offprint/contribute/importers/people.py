"""Names of people and bodies as bibliographies write them → as a reader writes them, with the family known.

Sources: BibTeX's rules for names (Patashnik, Designing BibTeX Styles, section 4), biblatex's name parts
(manual, section 2.3.3), CSL's name variables.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from offprint.contribute.drafts import DraftAuthor

_PART = re.compile(
    r"\s*\"?(?P<name>given|family|prefix|suffix|useprefix|hash|id|orcid|(?:given|family|prefix|suffix)-i)\s*=\s*",
    re.IGNORECASE,
)
_ET_AL = re.compile(r"[\s,]*\b(?:et\.?\s+al\b\.?|and\s+others|u\.\s?a\.)\s*$", re.IGNORECASE)
SUFFIXES = frozenset("jr sr ii iii iv v phd md esq".split())


class Names(NamedTuple):
    """The authors of a list, whether it says that there are more, and what was unsure in it."""

    people: tuple[DraftAuthor, ...] = ()
    others: bool = False
    doubts: tuple[str, ...] = ()


def person(family: str, given: str = "", suffix: str = "") -> DraftAuthor:
    """A person of known parts, as a reader writes the name."""
    name = " ".join(part for part in (given, family, suffix) if part)
    return DraftAuthor(name, family=family if family != name else "")


def group(name: str) -> DraftAuthor:
    """A body: a company, a team, an office."""
    return DraftAuthor(name, group=True)


def turned(name: str) -> DraftAuthor:
    """``Family, Given`` and ``Family, Given, Jr`` (RIS)."""
    parts = [part for each in name.split(",") if (part := " ".join(each.split()))]
    if len(parts) < 2:
        return DraftAuthor(" ".join(parts))
    if len(parts) == 2 and parts[1].casefold().rstrip(".") in SUFFIXES:
        return DraftAuthor(" ".join(parts))  # Grace Hopper, Jr.
    return person(parts[0], parts[1], " ".join(parts[2:]))


def split_list(value: str) -> list[str]:
    """The names of a TeX list, parted by ``and`` (in any case) outside of braces; else by semicolons."""
    names = [name for name in _split_at_and(value) if name]
    if len(names) == 1 and ";" in names[0]:
        names = [name for each in outside_braces(names[0], ";") if (name := each.strip())]
    return names


def outside_braces(value: str, sign: str) -> list[str]:
    """The parts of a text between the signs that stand outside of braces."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[{{}}{re.escape(sign)}]", value):
        if match[0] == sign and depth == 0:
            parts.append(value[start : match.start()])
            start = match.end()
        elif match[0] != sign:
            depth = max(0, depth + (1 if match[0] == "{" else -1))
    return [*parts, value[start:]]


def _split_at_and(value: str) -> Iterator[str]:
    words: list[str] = []
    depth = 0
    for word in value.split():
        if depth == 0 and word.casefold() == "and":
            yield " ".join(words)
            words = []
        else:
            words.append(word)
        depth = max(0, depth + word.count("{") - word.count("}"))
    yield " ".join(words)


def without_et_al(name: str) -> tuple[str, bool]:
    """A name without the ``et al.`` at its end, and whether it had one."""
    if name.casefold() == "others":
        return "", True
    match = _ET_AL.search(name) if len(name) < 500 else None
    return (name[: match.start()].strip(), True) if match else (name, False)


def is_all_braced(name: str) -> bool:
    """Whether one pair of braces stands around the whole name."""
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"[{}]", name):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end() == len(name)
    return False


def name_parts(name: str) -> dict[str, str] | None:
    """Biblatex's ``family=…, given=…`` by part, in TeX; None where the name is not written so."""
    if not _PART.match(name):
        return None
    parts = {}
    for each in outside_braces(name, ","):
        match = _PART.match(each)
        if not match:
            return None
        parts[match["name"].lower()] = each[match.end() :].strip().strip('"')
    return parts


def words_of(name: str) -> list[str]:
    """The words of a name in TeX; what stands in braces is one word with what it touches."""
    words: list[str] = []
    word: list[str] = []
    depth = 0
    for piece in re.split(r"([{}]|\s+|~)", name):
        if piece in ("{", "}"):
            depth = max(0, depth + (1 if piece == "{" else -1))
        if depth == 0 and (piece == "~" or piece.isspace()):
            words.append("".join(word))
            word = []
        else:
            word.append(piece)
    words.append("".join(word))
    return [word for word in words if word]
