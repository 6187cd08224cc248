"""Whether two texts are one record under two names.

Git takes files for renamed that are alike to the byte, as records from one template are, too. A record is
the same where its title or an id is, or a text long enough that no template has it.
"""

import re

from offprint.records import identifiers

_FIELD = re.compile(
    r"^(title|name|arxiv|doi|orcid|ror|draft):[ \t]*(?:[|>][^\n]*\n((?:[ \t]+[^\n]*\n?|\n)+)|(\S[^\n]*))",
    re.MULTILINE,
)
_IDS = ("arxiv", "doi", "orcid", "ror")
_TEXT = 200  # characters of a text that stands for itself
_COMMENT = re.compile(r"[ \t]#.*$")


def telling_fields(text: str) -> dict[str, str]:
    """Return a record's title or name, its ids and whether it is a draft, as they can be compared."""
    found: dict[str, str] = {}
    for name, block, line in _FIELD.findall(text):
        value = " ".join((block or _COMMENT.sub("", line)).split())
        if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]:
            value = value[1:-1]
        if name == "arxiv":
            value = identifiers.without_version(identifiers.understand(value).arxiv or value)
        elif name == "doi":
            value = identifiers.understand(value).doi or value
        if value:
            found.setdefault(name, value)
    return found


def are_one_record(old: str, new: str) -> bool:
    """Tell whether two texts are one record: by an id, else by its title or name, else by a long text."""
    if old == new:
        return True
    one, other = telling_fields(old), telling_fields(new)
    if not one and not other:
        return True  # lists of records, of which nobody knows the files' names
    both = [name for name in _IDS if name in one and name in other]
    if both:
        return any(one[name].casefold() == other[name].casefold() for name in both)
    if any(
        name in one and one[name].casefold() == other.get(name, "").casefold() for name in ("title", "name")
    ):
        return True
    body = _body(old)
    return len(body) >= _TEXT and body == _body(new)


def _body(text: str) -> str:
    """Return what stands below a record's fields."""
    parts = text.split("\n---", 1)
    return " ".join(parts[1].split()) if text.startswith("---") and len(parts) > 1 else ""
