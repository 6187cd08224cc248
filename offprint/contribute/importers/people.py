"""Names of people and bodies as bibliographies write them → as a reader writes them, with the family known.

Sources: BibTeX's rules for names (Patashnik, Designing BibTeX Styles, section 4), biblatex's name parts
(manual, section 2.3.3), CSL's name variables.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from offprint.contribute.drafts import DraftAuthor

_PART = re.compile(
    r"\s*\"?(?P<name>given|family|prefix|suffix|useprefix|hash|id|orcid|(?:given|family|prefix|suffix)-i)\s*=\s*",
    re.IGNORECASE,
)
_ET_AL = re.compile(
    r"[\s,;]*\b(?:et\.?\s+(?:al\b\.?|alii|aliae|alia)|u\.\s?a\.|(?:and|&|und|et)\s+(?:the\s+)?"
    r"(?:(?:(?P<count>[0-9]{1,4})\s+)(?:more|weitere)|(?:(?P<number>[0-9]{1,4})\s+)?"
    r"(?:others?|colleagues|co-?workers|collaborators|andere|autres))(?:\s+(?:authors?|people))?)\s*$",
    re.IGNORECASE,
)
# Han, Kana and Hangul: names are written without a space, family first.
_WRITTEN_TOGETHER = re.compile("[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+")
_ORCID = re.compile(r"[\s(]*(?:https://orcid\.org/)?([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])\)?$")
SUFFIXES = frozenset("jr sr ii iii iv v phd md esq".split())
MORE = "the authors end in “and others”: how many there are is not said"


def person(family: str, given: str = "", suffix: str = "") -> DraftAuthor:
    """Return a person of known parts, as a reader writes the name.

    In Chinese characters the family comes first.
    """
    if family and given and _WRITTEN_TOGETHER.fullmatch(family + given):
        return DraftAuthor(family + given, family=family)
    name = " ".join(part for part in (given, family, suffix) if part)
    return DraftAuthor(name, family=family if family != name else "")


def group(name: str) -> DraftAuthor:
    """Return a body: a company, a team, an office."""
    return DraftAuthor(name, group=True)


def is_suffix(text: str) -> bool:
    """Tell whether a part of a name is one such as Jr."""
    return text.casefold().rstrip(".") in SUFFIXES


def turned(name: str) -> DraftAuthor | None:
    """Return ``Family, Given`` and ``Family, Given, Jr`` (RIS); None where it has more commas than a name."""
    parts = [part for each in name.split(",") if (part := " ".join(each.split()))]
    if len(parts) > 3 or (len(parts) == 3 and not is_suffix(parts[2])):
        return None
    if len(parts) < 2:
        return DraftAuthor(" ".join(parts))
    if len(parts) == 2 and is_suffix(parts[1]):
        return DraftAuthor(" ".join(parts))  # Grace Hopper, Jr.
    return person(parts[0], parts[1], " ".join(parts[2:]))


def typed(line: str) -> DraftAuthor:
    """Return who is typed on a line: a name, an ORCID iD behind it, a body in braces, or a turned name."""
    orcid = _ORCID.search(line)
    bare = " ".join((line[: orcid.start()] if orcid else line).split()).rstrip(" ,")
    if re.fullmatch(r"\{[^{}]+\}", bare):
        author = group(" ".join(bare[1:-1].split()))
    else:
        parts = [part for each in bare.split(",") if (part := each.strip())]
        if len(parts) == 3 and is_suffix(parts[1]):
            bare = f"{parts[0]}, {parts[2]}, {parts[1]}"
        author = turned(bare) or DraftAuthor(bare)
    return replace(author, orcid=orcid[1] if orcid else "")


def names_in(text: str) -> list[str]:
    """Return the names of a line that should hold one.

    They are parted by semicolons, or by ``and`` between names of the form ``Family, Given``.
    """
    names = [name for each in text.split(";") if (name := each.strip())]
    turned_names = [re.split(r" (?:and|&) ", each) for each in names]
    return [
        name.strip()
        for each, parts in zip(names, turned_names, strict=True)
        for name in (parts if all("," in part for part in parts) else [each])
    ]


def split_list(value: str) -> list[str]:
    """Return the names of a TeX list, parted by ``and`` (in any case) outside of braces.

    Where there is no ``and``, semicolons part them.
    """
    names = [name for name in _split_at_and(value) if name]
    if len(names) == 1 and ";" in names[0]:
        names = [name for each in outside_braces(names[0], ";") if (name := each.strip())]
    return names


def outside_braces(value: str, sign: str) -> list[str]:
    """Return the parts of a text between the signs that stand outside of braces."""
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


def without_et_al(name: str) -> tuple[str, int]:
    """Return a name without its ``et al.``, and how many others it means: 0, -1 for some, or a number."""
    if len(name) > 500:
        return name, 0
    bare = name.strip("{}")
    whole = _ET_AL.fullmatch(bare) or _ET_AL.fullmatch(f"and {bare}")
    match = whole or _ET_AL.search(name)
    if not match:
        return name, 0
    return ("" if whole else name[: match.start()].strip()), int(match["count"] or match["number"] or -1)


def is_all_braced(name: str) -> bool:
    """Tell whether one pair of braces stands around the whole name."""
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"[{}]", name):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end() == len(name)
    return False


def name_parts(name: str) -> dict[str, str] | None:
    """Return biblatex's ``family=…, given=…`` by part, in TeX; None where the name is not written so."""
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
    """Return the words of a name in TeX; what stands in braces is one word with what it touches."""
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
