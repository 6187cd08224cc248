"""The parts of a personal name: as a record says them, else by the rules of the field.

A record may say an author's ``family`` name, as it is printed in the name, or that the author is a ``group``.
Where it says neither, the last word is the family name, or all words from the first particle on, as BibTeX
has it (Patashnik, Designing BibTeX Styles, section 4). That is unsure for names that put the family first
(Chinese, Korean, Vietnamese) and for those with two family names (Spanish, Portuguese): ``guess_doubt`` says
so.
"""

import functools
import re
import unicodedata
from typing import NamedTuple

SUFFIXES = frozenset("jr sr ii iii iv".split())
_PARTICLES = frozenset(
    "af al bin da das de del della den der di do dos du el ibn la le ten ter van vom von zu zum zur".split()
)
_BETWEEN_FAMILIES = frozenset("y i e".split())
_COMPANIES = frozenset("co corp gmbh inc llc ltd".split())
# The most frequent family names, without marks; each is rare as a given name.
_FAMILY_FIRST = frozenset(
    "nguyen tran pham huynh hoang phan vu vo dang bui do duong ngo le ly "
    "wang zhang liu chen yang huang zhao wu zhou xu sun zhu guo lin luo liang song zheng xie deng cao "
    "peng zeng "
    "xiao tian dong yuan jiang cai wei ye pan du dai xia zhong fan ren fu gong yao lu qian cui tan liao shi "
    "kim park choi jung kang cho yoon jang lim han shin seo kwon hwang ahn jeong".split()
)
_SECOND_OF_TWO = re.compile(r"(?:[a-z]{2,}(?:ez|es|az))$")


class NameParts(NamedTuple):
    """The parts of a name; ``given`` and ``suffix`` are empty where there are none."""

    family: str
    given: str = ""
    suffix: str = ""


@functools.lru_cache(1000)  # a paper is cited in many ways, one after the other
def split_name(name: str, family: str = "", group: bool = False) -> NameParts:
    """Split a name into its parts; ``family`` and ``group`` are what a record says about it.

    A name written "Family, Given" is taken at its word. One that ends in "Inc." is a company's, and one part.
    """
    if group:
        return NameParts(name)
    if family and (place := find_family(name, family)) is not None:
        before, after = name[:place].rstrip(" ,"), name[place + len(family) :].strip(" ,")
        if _bare(after) in SUFFIXES:
            return NameParts(family, before, after)
        return NameParts(family, " ".join(part for part in (before, after) if part))
    if "," in name:
        first, _, rest = (part.strip() for part in name.partition(","))
        if _bare(rest) in _COMPANIES:
            return NameParts(name)
        if _bare(rest) not in SUFFIXES:
            return NameParts(first, rest)
    return _guess(name)


def find_family(name: str, family: str) -> int | None:
    """Return where the family name begins in a name, as whole words, as late as it can; None if nowhere."""
    matches = list(re.finditer(rf"(?<![^\s,]){re.escape(family)}(?![^\s,])", name)) if family else []
    if matches:
        return matches[-1].start()
    # Names in scripts without spaces: 王小明.
    return 0 if family and not family.isascii() and name.startswith(family) and " " not in name else None


def _guess(name: str) -> NameParts:
    words = name.replace(",", " ").split()
    suffix = words.pop() if len(words) > 2 and _bare(words[-1]) in SUFFIXES else ""
    last = len(words) - 1
    start = next((at for at in range(1, last) if words[at] in _PARTICLES), last)
    if start == last and last > 2 and words[-2] in _BETWEEN_FAMILIES:  # José Ortega y Gasset
        start -= 2
    return NameParts(" ".join(words[start:]), " ".join(words[: max(0, start)]), suffix)


def guess_doubt(name: str) -> str:
    """Return why the family name of a name is unsure where a record does not say it; empty if it is sure."""
    written = [word for word in name.split() if _bare(word) not in SUFFIXES]
    words = [_folded(word) for word in written]
    if "," in name or len(words) < 2:
        return ""
    if words[0] in _FAMILY_FIRST and words[-1] not in _FAMILY_FIRST and len(words) <= 4:
        return f"{written[0]!r} is a family name in many names that begin with it"
    if len(words) > 2 and words[-2] not in _PARTICLES and _SECOND_OF_TWO.search(words[-2]):
        return f"{written[-2]!r} may be the first of two family names"
    return ""


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold().replace("đ", "d"))
    return "".join(character for character in apart if not unicodedata.combining(character))


def _bare(word: str) -> str:
    return word.casefold().rstrip(".")
