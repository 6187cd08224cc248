"""The fields of ``content/watch.yaml`` and ``content/watch/seen.yaml``, and how their text is read."""

import re
from typing import Any

from offprint.diagnostics import Diagnostic, Position, nearest
from offprint.records import fields, frontmatter
from offprint.records.fields import Faults, Kind, fault
from offprint.records.frontmatter import Mapping, Node, Scalar, Sequence
from offprint.records.slugs import SLUG, slug_fault
from offprint.records.watch.model import Seen, SeenPaper, Watch, WatchList

MAX_LIMIT = 500
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Za-z]{2}|[a-z]+(?:-[a-z]+)*|\*))?")
_EMAIL = re.compile(r"[^\s@<>,;&?#%]{1,100}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SOURCES = ("arxiv", "openalex", "crossref", "daily", "feed")
# What each source can be asked for. A watch without any of the first list would ask for everything.
_FIELDS_OF = {
    "arxiv": (("categories", "words", "authors"), ("exclude",)),
    "openalex": (("venue", "words", "institution"), ("exclude",)),
    "crossref": (("venue", "words", "institution"), ("exclude",)),
    "daily": ((), ("votes", "words", "exclude", "url")),
    "feed": (("url",), ("words", "exclude")),
}


def _read_category(node: Node, faults: Faults) -> str | None:
    """Read an arXiv category, such as ``cs.CV``, or a whole archive, such as ``cs.*``."""
    value = fields.scalar(node, faults, "a category")
    if value and not _CATEGORY.fullmatch(value.text):
        fault(faults, value.position, f"{value.text[:60]!r} is not a category of arXiv", "write it as cs.CV")
        return None
    return value.text if value else None


def _read_email(node: Node, faults: Faults) -> str | None:
    """Read an e-mail address."""
    value = fields.scalar(node, faults, "an e-mail address")
    if value and not _EMAIL.fullmatch(value.text):
        advice = "write it as editor@example.org"
        fault(faults, value.position, f"{value.text[:60]!r} is not an e-mail address", advice)
        return None
    return value.text if value else None


def _read_word(node: Node, faults: Faults) -> str | None:
    """Read a word or phrase to look for."""
    text = fields.read_line(node, faults)
    if text is not None and not re.search(r"\w", text):
        fault(faults, node.position, "a word to look for has a letter or digit")
        return None
    if text is not None and '"' in text:
        fault(faults, node.position, 'a word to look for holds no "', "a phrase needs none: it is kept whole")
        return None
    return text


_WORD = Kind(
    _read_word, {"type": "string", "minLength": 1, "maxLength": fields.MAX_LINE, "pattern": r'^[^"]+$'}
)
_CATEGORY_KIND = Kind(_read_category, {"type": "string", "pattern": f"^(?:{_CATEGORY.pattern})$"})
_EMAIL_KIND = Kind(_read_email, {"type": "string", "pattern": f"^{_EMAIL.pattern}$"})
_NODE = Kind(lambda node, _: node, {"type": "object"})

WATCH: dict[str, Kind[Any]] = {
    "source": fields.choice(*_SOURCES),
    "categories": fields.many(_CATEGORY_KIND, "[cs.CV, cs.CL]", 50),
    "words": fields.many(_WORD, '["video language model", captioning]', 50),
    "authors": fields.many(_WORD, "[Grace Hopper]", 50),
    "exclude": fields.many(_WORD, "[survey]", 50),
    "venue": _WORD,
    "institution": fields.ROR,
    "votes": fields.NUMBER,
    "url": fields.URL,
}
WATCH_LIST: dict[str, Kind[Any]] = {"contact": _EMAIL_KIND, "limit": fields.NUMBER, "watches": _NODE}
SEEN: dict[str, Kind[Any]] = {
    "day": fields.DAY,
    "title": fields.LINE,
    "arxiv": fields.ARXIV,
    "doi": fields.DOI,
}


def watch_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``content/watch.yaml``."""
    watch = {
        "type": "object",
        "required": ["source"],
        "additionalProperties": False,
        "properties": {name: kind.schema for name, kind in WATCH.items()},
        "oneOf": [_source_schema(source) for source in _SOURCES],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["watches"],
        "additionalProperties": False,
        "properties": {
            "contact": _EMAIL_KIND.schema,
            "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
            "watches": {
                "type": "object",
                "propertyNames": {"pattern": f"^{SLUG.pattern}$"},
                "additionalProperties": watch,
            },
        },
    }


def _source_schema(source: str) -> dict[str, Any]:
    """Return the schema of what a watch of one source may hold, and what it needs."""
    needed, optional = _FIELDS_OF[source]
    schema: dict[str, Any] = {
        "properties": {
            "source": {"const": source},
            **{name: False for name in WATCH if name not in ("source", *needed, *optional)},
        },
    }
    if needed:
        schema["anyOf"] = [{"required": [name]} for name in needed]
    return schema


def read_watches(text: str, path: str) -> tuple[WatchList | None, list[Diagnostic]]:
    """Read the text of ``watch.yaml``; return None for the list where it has errors."""
    node, faults = frontmatter.parse(text, path)
    if not isinstance(node, Mapping):
        if not faults:
            place = node.position if node else Position(path, 1, 1)
            fault(faults, place, "the file has no watches", "begin with watches: and name one below it")
        return None, faults
    values = read_fields(node, WATCH_LIST, "the list of watches", faults)
    if not 1 <= values.get("limit", 1) <= MAX_LIMIT:
        fault(faults, node.entries["limit"][1].position, f"limit is between 1 and {MAX_LIMIT}")
    named = values.pop("watches", None)
    if isinstance(named, Mapping) and named.entries:
        watches = [_watch(key, value, faults) for key, value in named.entries.values()]
        values["watches"] = tuple(watch for watch in watches if watch)
    elif all(name in WATCH_LIST for name in node.entries):
        place = named.position if named else node.position
        advice = "write a name below watches:, and below that source: arxiv"
        fault(faults, place, "the file has no watches", advice)
    if any(each.severity == "error" for each in faults):
        return None, faults
    return WatchList(**values), faults


def _watch(key: Scalar, node: Node, faults: Faults) -> Watch | None:
    """Read one watch; return None where it cannot be asked for."""
    if problem := slug_fault(key.text):
        fault(faults, key.position, *problem)
    if not isinstance(node, Mapping):
        fault(faults, node.position, f"the watch {key.text!r} has no fields", "add source: arxiv below it")
        return None
    values = read_fields(node, WATCH, "a watch", faults)
    source = values.get("source")
    if source is None:
        if "source" not in node.entries:
            fault(faults, key.position, "a watch needs a source", f"add source: one of {', '.join(_SOURCES)}")
        return None
    needed, optional = _FIELDS_OF[source]
    for name, (place, _) in node.entries.items():
        if name in WATCH and name not in ("source", *needed, *optional):
            message = f"{source} cannot be asked for {name!r}"
            fault(faults, place.position, message, f"it takes {', '.join([*needed, *optional])}")
    mistyped = any(name not in WATCH for name in node.entries)  # the field may be there, under another name
    if needed and not mistyped and not any(name in node.entries for name in needed):
        advice = f"add {' or '.join(needed)}"
        fault(faults, key.position, f"the watch {key.text!r} would take everything", advice)
    return Watch(key.text, position=key.position, **values)


def read_fields(node: Mapping, kinds: dict[str, Kind[Any]], owner: str, faults: Faults) -> dict[str, Any]:
    """Read the fields of a mapping; an empty value without quotes counts as absent."""
    values = {}
    for name, (key, value) in node.entries.items():
        kind = kinds.get(name)
        if kind is None:
            fault(faults, key.position, f"{name!r} is not a field of {owner}", nearest(name, kinds))
        elif not (isinstance(value, Scalar) and value.plain and not value.text):
            field_value = kind.read(value, faults)
            if field_value is not None:
                values[name] = field_value
    return values


def read_seen(text: str, path: str) -> tuple[Seen, list[Diagnostic]]:
    """Read the text of a file of proposed papers: a list, each with its day and at least a title."""
    node, faults = frontmatter.parse(text, path)
    if node is None:
        return Seen(), faults
    if not isinstance(node, Sequence):
        advice = "write - {day: 2026-06-30, title: …} on a line for each"
        fault(faults, node.position, "this is a list of papers that were proposed", advice)
        return Seen(), faults
    papers = []
    for item in node.items:
        if not isinstance(item, Mapping):
            fault(faults, item.position, "a paper that was proposed has fields", "write {day: …, title: …}")
            continue
        values = read_fields(item, SEEN, "a paper that was proposed", faults)
        for name in ("day", "title"):
            if name not in values and name not in item.entries:
                fault(faults, item.position, f"a paper that was proposed needs its {name}")
        if "day" in values and "title" in values:
            ids = {name: values[name].text for name in ("arxiv", "doi") if name in values}
            papers.append(SeenPaper(values["day"], values["title"], **ids))
    return Seen(tuple(papers)), faults
