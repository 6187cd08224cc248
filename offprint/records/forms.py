"""The fields of each kind of record, and how records are read from the text of a file.

The tables of fields also serve the JSON Schema for editors (``site/schema.py``). Files are found and opened
in ``reader.py``; what a record's references mean is resolved in ``archive/resolve.py``.
"""

import re
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from offprint.diagnostics import Diagnostic, Position, nearest
from offprint.records import fields, frontmatter, markup, settings
from offprint.records.characters import is_blank
from offprint.records.fields import Faults, Kind, fault
from offprint.records.frontmatter import Mapping, Node, Scalar, Sequence
from offprint.records.language.names import find_family
from offprint.records.language.synonyms import field_meant, link_meant
from offprint.records.model import (
    AuthorRecord,
    OrganizationRecord,
    PageRecord,
    PaperRecord,
    PersonRecord,
    RemovedRecord,
    SiteConfig,
    Subscription,
    Text,
    TopicRecord,
)
from offprint.records.slugs import slug_fault
from offprint.records.tokens import count_tokens

# Lines of fields between two lines ---, as another record's file begins.
_SECOND_FRONT_MATTER = re.compile(
    r"^---[ \t]*\n[a-z_]+:(?:[ \t].*)?\n(?:[a-z_]+:.*\n|[ \t-].*\n)*?---[ \t]*$", re.MULTILINE
)

Record = PaperRecord | TopicRecord | OrganizationRecord | PersonRecord | PageRecord | RemovedRecord
STATUSES = ("published", "withdrawn", "retracted")
# The item types of CSL 1.0.2.
TYPES = (
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast",
    "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia",
    "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map",
    "motion_picture", "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book",
    "software",
    "song", "speech", "standard", "thesis", "treaty", "webpage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of record: its class, its fields, the required one, and the field that a Markdown body fills."""

    record: type[Record]
    fields: MappingType[str, Kind[Any]]
    required: str
    body: str


class _Place(NamedTuple):
    """A record's slug, the position where it begins, and the text that it is read from."""

    slug: str
    position: Position
    text: str


def read_author(node: Node, faults: Faults) -> AuthorRecord | None:
    """Read an author: a name, or a mapping with name, family or group, orcid and organizations."""
    if isinstance(node, Mapping):
        values = _values(node, _AUTHOR, "an author", faults)
        if "name" not in values:
            fault(faults, node.position, "an author needs a name", "add name: …")
            return None
        family, name = values.get("family", ""), values["name"].text
        if family and values.get("group"):
            place = node.entries["family"][1].position
            fault(faults, place, "a group has no family name", "take out family, or group")
        elif family and find_family(name, family) is None:
            place = node.entries["family"][1].position
            advice = "write it as it is printed there"
            fault(faults, place, f"the family name {family!r} is no part of the name {name!r}", advice)
            del values["family"]
        return AuthorRecord(**values)
    name = fields.read_ref(node, faults)
    return AuthorRecord(name) if name else None


_AUTHOR: dict[str, Kind[Any]] = {
    "name": fields.REF,
    "family": fields.LINE,
    "group": fields.FLAG,
    "orcid": fields.ORCID,
    "organizations": fields.REFS,
}
AUTHOR = Kind(
    read_author,
    {
        "oneOf": [
            fields.REF.schema,
            {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {name: kind.schema for name, kind in _AUTHOR.items()},
            },
        ]
    },
)

PAPER = Form(
    PaperRecord,
    {
        "title": fields.TITLE,
        "date": fields.DATE,
        "listed": fields.DAY,
        "authors": fields.many(AUTHOR, "[Grace Hopper, Ada Lovelace]", 6000),
        "author_count": fields.NUMBER,
        "organizations": fields.many(fields.REF, "[Analytical Society]", 1000),
        "topics": fields.many(fields.REF, "[first-topic, second-topic]", 100),
        "type": fields.choice(*TYPES),
        "venue": fields.LINE,
        "volume": fields.NUMBERING,
        "issue": fields.NUMBERING,
        "pages": fields.NUMBERING,
        "publisher": fields.LINE,
        "editors": fields.many(AUTHOR, "[Grace Hopper, Ada Lovelace]", 1000),
        "arxiv": fields.ARXIV,
        "doi": fields.DOI,
        "links": fields.LINKS,
        "image": fields.IMAGE,
        "image_alt": fields.LINE,
        "upvotes": fields.NUMBER,
        "comments": fields.NUMBER,
        "rank": fields.PLACE,
        "status": fields.choice(*STATUSES),
        "notice": fields.LINE,
        "formerly": fields.SLUGS,
        "supersedes": fields.SLUG_REF,
        "draft": fields.FLAG,
        "abstract": fields.PARAGRAPHS,
        "summary": fields.MARKDOWN,
    },
    required="title",
    body="summary",
)
TOPIC = Form(
    TopicRecord,
    {
        "name": fields.LINE,
        "description": fields.MARKDOWN,
        "parent": fields.REF,
        "aliases": fields.REFS,
        "formerly": fields.SLUGS,
    },
    required="name",
    body="description",
)
ORGANIZATION = Form(
    OrganizationRecord,
    {
        "name": fields.LINE,
        "handle": fields.LINE,
        "description": fields.MARKDOWN,
        "aliases": fields.REFS,
        "ror": fields.ROR,
        "url": fields.URL,
        "logo": fields.IMAGE,
        "formerly": fields.SLUGS,
    },
    required="name",
    body="description",
)
PERSON = Form(
    PersonRecord,
    {
        "name": fields.LINE,
        "family": fields.LINE,
        "aliases": fields.REFS,
        "orcid": fields.ORCID,
        "url": fields.URL,
        "description": fields.MARKDOWN,
        "formerly": fields.SLUGS,
    },
    required="name",
    body="description",
)
REMOVED = Form(
    RemovedRecord,
    {"day": fields.DAY, "reason": fields.LINE, "formerly": fields.SLUGS},
    required="reason",
    body="reason",
)
PAGE = Form(PageRecord, {"title": fields.LINE, "formerly": fields.SLUGS}, required="title", body="body")

_SUBSCRIBE: dict[str, Kind[Any]] = {"action": fields.URL, "field": settings.FORM_FIELD}
_LEAST: dict[str, Kind[Any]] = {"min_papers": fields.NUMBER}


def _nested(kinds: dict[str, Kind[Any]], *required: str) -> Kind[Node]:
    """Return the kind of a mapping whose own fields are read later."""
    properties = {name: kind.schema for name, kind in kinds.items()}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return Kind(lambda node, _: node, {**schema, "required": list(required)})


SITE_REQUIRED = ("title", "url")
SITE: dict[str, Kind[Any]] = {
    "title": fields.SETTING,
    "url": settings.ADDRESS,
    "tagline": fields.SETTING,
    "description": fields.SETTING,
    "short_name": fields.SETTING,
    "language": settings.LANGUAGE,
    "repository": settings.ADDRESS,
    "branch": settings.BRANCH,
    "edit_url": fields.FILE_URL,
    "subscribe": _nested(_SUBSCRIBE, "action"),
    "authors": _nested(_LEAST),
    "feeds": _nested(_LEAST),
    "page_size": settings.PAGE_SIZE,
    "cards": fields.FLAG,
}


def read_markdown_record(
    text: str, form: Form, path: str, slug: str
) -> tuple[Record | None, list[Diagnostic]]:
    """Read the text of a ``.md`` file, front matter and body. The record is None where it is refused."""
    document, faults = frontmatter.split(text, path)
    if not document:
        return None, faults
    node, more = frontmatter.parse(document.front, path, document.front_line)
    faults += more
    if node is None:
        if not faults:
            fault(faults, Position(path, 2, 1), "the front matter is empty", _needs(form))
        return None, faults
    values = _record_values(node, form, faults)
    if document.body.strip():
        if form.body in values and form.body in form.fields:
            place = Position(path, document.body_line, 1)
            message = f"the {form.body} stands twice: as a field and as the text below"
            fault(faults, place, message, "keep one of them")
        values[form.body] = _body(document, form, path, faults)
    elif form is PAGE:
        values["body"] = Text()
    return _make(form, values, _Place(slug, Position(path, 1, 1), text), faults)


def read_yaml_records(text: str, form: Form, path: str, slug: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the text of a ``.yaml`` file: one record, or a list of records that each have a slug field."""
    node, faults = frontmatter.parse(text, path)
    if node is None:
        return [], faults
    if not isinstance(node, Sequence):
        values = _record_values(node, form, faults)
        record, faults = _make(form, values, _Place(slug, node.position, text), faults)
        return [record] if record else [], faults
    records = []
    for item, item_text in zip(node.items, _texts_of(node.items, text), strict=True):
        item_slug = _take_slug(item, faults)
        values = _record_values(item, form, faults, in_list=True)
        if item_slug:
            record, faults = _make(form, values, _Place(item_slug, item.position, item_text), faults)
            if record:
                records.append(record)
    return records, faults


def _texts_of(items: SequenceType[Node], text: str) -> list[str]:
    """Return the text of each item of a list: its lines, up to the first line of the next item."""
    lines = text.split("\n")
    starts = [item.position.line - 1 for item in items]
    ends = [*starts[1:], len(lines)]
    # Items on the same line (in brackets, for example) share its text.
    return ["\n".join(lines[start : max(start + 1, end)]) for start, end in zip(starts, ends, strict=True)]


def read_site(text: str, path: str) -> tuple[SiteConfig | None, list[Diagnostic]]:
    """Read the text of ``site.yaml``; return None for the configuration where it has errors."""
    node, faults = frontmatter.parse(text, path)
    if not isinstance(node, Mapping):
        if not faults:
            place = node.position if node else Position(path, 1, 1)
            fault(faults, place, "the configuration is made of fields", "begin with title: … and url: …")
        return None, faults
    values = _values(node, SITE, "the configuration", faults)
    for key in SITE_REQUIRED:
        entry = node.entries.get(key)
        empty = entry is not None and isinstance(entry[1], Scalar) and not entry[1].text.strip()
        if empty or (key not in values and entry is None):
            fault(faults, node.position, f"the archive needs a {key}", f"add {key}: …")
    if "subscribe" in values:
        values["subscribe"] = _subscription(values["subscribe"], faults)
    if "authors" in values:
        values |= _least(values.pop("authors"), "authors", faults)
    if "feeds" in values:
        least = _least(values.pop("feeds"), "feeds", faults)
        values |= {f"feed_{name}": number for name, number in least.items()}
    if any(each.severity == "error" for each in faults):
        return None, faults
    values["url"] = values["url"].rstrip("/") + "/"
    if "repository" in values:
        values["repository"] = values["repository"].rstrip("/")
    values.setdefault("short_name", values["title"])
    return SiteConfig(**values), faults


def _subscription(node: Node, faults: Faults) -> Subscription | None:
    """Read the field ``subscribe`` of the configuration."""
    if not isinstance(node, Mapping):
        advice = "write subscribe: {action: https://…, field: email}"
        fault(faults, node.position, "subscribe is made of two fields", advice)
        return None
    values = _values(node, _SUBSCRIBE, "subscribe", faults)
    if not values.get("action"):
        fault(faults, node.position, "subscribe needs the form's address", "add action: https://…")
        return None
    place = node.entries["action"][1].position
    # The address goes into every page's Content-Security-Policy, where ; and , separate directives.
    if urlsplit(values["action"]).scheme != "https" or any(mark in values["action"] for mark in ";,'"):
        fault(faults, place, "the form's address begins with https:// and has no ; , or ' in it")
        return None
    return Subscription(values["action"], values.get("field", "email"))


def _least(node: Node, name: str, faults: Faults) -> dict[str, int]:
    """Read the field ``authors`` or ``feeds`` of the configuration: with how many papers there is one."""
    if isinstance(node, Mapping):
        return _values(node, _LEAST, name, faults)
    fault(faults, node.position, f"{name} is made of fields", f"write {name}: {{min_papers: 2}}")
    return {}


def _record_values(node: Node, form: Form, faults: Faults, *, in_list: bool = False) -> dict[str, Any]:
    """Read the fields of one record; add a fault for each that is unknown, malformed or missing."""
    if not isinstance(node, Mapping):
        fault(faults, node.position, "a record is made of fields", _needs(form))
        return {}
    if "slug" in node.entries and not in_list:
        place = node.entries["slug"][0].position
        fault(faults, place, "a file's slug is its name", "take the slug out, rename the file")
        node = Mapping({k: v for k, v in node.entries.items() if k != "slug"}, node.position)
    values = _values(node, form.fields, "a record of this kind", faults)
    entry = node.entries.get(form.required)
    if not entry or (isinstance(entry[1], Scalar) and is_blank(entry[1].text)):
        place = entry[0].position if entry else node.position
        fault(faults, place, f"the record has no {form.required}", _needs(form))
        values.pop(form.required, None)
    return values


def _values(node: Mapping, kinds: MappingType[str, Kind[Any]], owner: str, faults: Faults) -> dict[str, Any]:
    """Read the fields of a mapping. An empty value without quotes counts as absent.

    ``owner`` is what a message calls the mapping, such as "an author".
    """
    values = {}
    for name, (key, value) in node.entries.items():
        kind = kinds.get(name)
        if kind is None:
            fault(faults, key.position, f"{name!r} is not a field of {owner}", _right_field(name, kinds))
        elif not (isinstance(value, Scalar) and value.plain and not value.text):
            field_value = kind.read(value, faults)
            if field_value is not None:
                values[name] = field_value
    return values


def _right_field(name: str, kinds: MappingType[str, Kind[Any]]) -> str:
    """Return advice that names the field which is meant, or else the fields, the most useful first."""
    if meant := field_meant(name, kinds):
        return f"it is called {meant!r} here"
    if "links" in kinds and (kind := link_meant(name, fields.LINK_KINDS)):
        return f"write links: {{{kind}: https://…}}"
    return nearest(name, kinds)


def _take_slug(node: Node, faults: Faults) -> str | None:
    """Remove the slug from the entries of a record in a list and return it, or None and a fault."""
    if not isinstance(node, Mapping):
        return None  # _record_values reports this
    key, value = node.entries.pop("slug", (None, None))
    if key is None or not isinstance(value, Scalar):
        place = value.position if value else node.position
        fault(faults, place, "a record in a list needs a slug", "add slug: a-short-name")
        return None
    if problem := slug_fault(value.text):
        fault(faults, value.position, *problem)
        return None
    return value.text


def _body(document: frontmatter.Document, form: Form, path: str, faults: Faults) -> Text:
    """Read the Markdown below the front matter; its faults have their own line and column."""
    is_page = form is PAGE
    text, text_faults = markup.markdown(document.body, heading=2 if is_page else 3, relative_links=is_page)
    for each in text_faults:
        before = document.body[: each.offset]
        column = each.offset - (before.rfind("\n") + 1) + 1
        place = Position(path, document.body_line + before.count("\n"), column)
        fault(faults, place, each.message, each.advice, each.severity)
    short = len(document.body) <= markup.MAX_MARKDOWN  # else it is refused, and searching it would take long
    if second := short and _SECOND_FRONT_MATTER.search(document.body):
        line = document.body_line + document.body.count("\n", 0, second.start())
        advice = "a file holds one record: move the second one into a file of its own, or take it out"
        fault(faults, Position(path, line, 1), "a second front matter stands in the text", advice, "warning")
    return text


def _make(
    form: Form, values: dict[str, Any], place: _Place, faults: Faults
) -> tuple[Record | None, list[Diagnostic]]:
    """Return the record with these values, None where the required one is missing; add faults about it."""
    if form.required not in values:
        return None, faults
    if values.get("status", "published") != "published" and not values.get("notice"):
        advice = "add notice: why, and since when"
        message = f"a {values['status']} paper has no notice"
        fault(faults, place.position, message, advice, "warning")
    if "image" in values and not values.get("image_alt"):
        advice = "add image_alt: what the picture shows, for readers who cannot see it"
        fault(faults, values["image"].position, "the image has no image_alt", advice)
    if form is PAPER:
        texts = [values[key].source for key in ("summary", "abstract") if key in values]
        values["tokens"] = count_tokens(values["title"].source, " ".join(texts))
    digest = blake2b(place.text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return form.record(slug=place.slug, position=place.position, digest=digest, **values), faults


def _needs(form: Form) -> str:
    """Return the advice to add the required field."""
    return f"add {form.required}: …"
