"""Slugs: the lower-case ASCII ids in URLs and file names, and how a name is turned into one.

Two spellings with the same slug count as the same name.
"""

import hashlib
import re
import unicodedata

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_LENGTH = 80

# On Windows these names open a device instead of a file, whatever their extension.
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)

# Letters that Unicode does not take apart into a base letter and a mark, and signs that are spelled out.
# Scripts are handed them in static/text.js, so that they fold as this module does.
LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
    "ı": "i", "ŋ": "n", "'": "", "’": "", "&": " and ", "+": " plus ", "#": " sharp ",
    "\u200c": "", "\u200d": "",  # joiners between letters, which some leave out
}  # fmt: skip
_SPELLED_OUT = str.maketrans(LETTERS)
_GAP = re.compile(r"[^a-z0-9]+")


def slugify(name: str) -> str:
    """Return the slug of a name: ``nvidia-research`` for ``NVIDIA Research`` and ``Nvidia research``.

    Letters outside the Latin script are lost, so a name that has any ends with a short hash of its spelling
    (``x-…`` for ``李娜``), which tells two such names apart. So do names that are too long or reserved.
    """
    folded = fold_case(name)
    if folded.isascii():
        ascii_part, lost = folded, False
    else:
        base = without_accents(folded)
        ascii_part = base.encode("ascii", "ignore").decode()
        lost = any(c.isalnum() and not c.isascii() for c in base)
    slug = _GAP.sub("-", ascii_part).strip("-")
    if lost or not slug or slug in RESERVED or len(slug) > MAX_LENGTH:
        digest = hashlib.sha256(" ".join(folded.split()).encode()).hexdigest()[:8]
        slug = f"{slug[: MAX_LENGTH - 9].strip('-') or 'x'}-{digest}"
    return slug


def fold_case(text: str) -> str:
    """Return a text without case, letters that have no accent to lose spelled out: ``Łódź`` as ``lódź``."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_SPELLED_OUT)


def without_accents(text: str) -> str:
    """Return a text without its combining marks, compatibility characters taken apart."""
    if text.isascii():  # as nearly all words of nearly all archives are, and an edit folds them all
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.category(c).startswith("M"))


def slug_fault(slug: str) -> tuple[str, str] | None:
    """Return what is wrong with a slug that a person chose, and what to do; None where it is valid."""
    if len(slug) > MAX_LENGTH:
        return (
            f"a slug has at most {MAX_LENGTH} characters, this one {len(slug)}",
            "shorten the name",
        )
    if not SLUG.fullmatch(slug):
        suggestion = slugify(slug)
        return f"{slug!r} is not a slug: lower-case letters, digits, single hyphens", (
            f"call it {suggestion!r}"
        )
    if slug in RESERVED:
        return f"{slug!r} is a device's name on Windows", f"call it {slug + '-paper'!r}"
    return None
