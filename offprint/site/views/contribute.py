"""Library → the pages for contributors: the form "Add a paper", and the papers whose records have gaps."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from offprint.archive.model import Library, Paper
from offprint.records import fields, forms
from offprint.records.characters import script_pattern
from offprint.site import routes
from offprint.site.citations import in_script
from offprint.site.context import SiteContext
from offprint.site.forges import edit_address, new_address
from offprint.site.messages import Messages
from offprint.site.schema import SLUG_RULES, WATCH, record_schema, schema_text, watch_schema_text
from offprint.site.views.shared import Head, LinkTo, Pager, count_pages, page_items, pager

GAPS_A_PAGE = 100
_LESS_USED = frozenset(
    "listed author_count type volume issue pages publisher editors image image_alt abstract upvotes comments "
    "status notice formerly supersedes draft".split()
)
_NOT_ASKED = ("rank",)  # what a source says, and nobody types
_WITH_DEFAULT = ("status",)  # choices of which the first stands for a field that is left out
_MAIN_LINKS = ("code", "project", "pdf")
_LONG_TEXTS = (fields.PARAGRAPHS, fields.MARKDOWN)


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form: its name in the record, its texts, and how it is filled in.

    ``shape`` is line, text (several lines), list (an item a line), people (a person a line), topics (boxes),
    choice or links. ``rare`` fields stand apart, hidden until they are asked for.
    """

    name: str
    label: str
    help: str
    shape: str
    required: bool
    choices: tuple[LinkTo, ...]
    rare: bool


@dataclass(frozen=True, slots=True)
class AddView:
    """The form, the rules that its script checks by, and the forge's page to make a file without the form.

    ``topics`` are those of the sample record: slugs of the archive's first topics.
    """

    head: Head
    inputs: tuple[Input, ...]
    rules: Markup
    new: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A paper whose record lacks something: the paper, its title as text, what it lacks, where to edit it."""

    paper: LinkTo
    title: str
    lacks: str
    edit: str


@dataclass(frozen=True, slots=True)
class GapsView:
    """The papers with gaps, those that lack most first, and how many papers lack what."""

    head: Head
    counts: tuple[str, ...]
    gaps: tuple[Gap, ...]
    pager: Pager | None


def add_view(context: SiteContext) -> AddView:
    """Return the view of the form "Add a paper"."""
    library, messages = context.library, context.messages
    site = library.site
    schema = record_schema(library, messages)
    asked = {name: rules for name, rules in schema["properties"].items() if name not in _NOT_ASKED}
    inputs = tuple(_input(name, rules, library, messages) for name, rules in asked.items())
    new = new_address(site)
    rules = {
        "fields": asked,
        "required": schema["required"],
        "slug": SLUG_RULES,
        "forbidden": script_pattern(),
        "new": new,
    }
    return AddView(
        head=Head(
            site, routes.ADD, messages("add_paper"), messages("add_description", site=site.title), "add"
        ),
        inputs=inputs,
        # in_script() writes <, > and & as \u escapes, so that it is safe inside a script element.
        rules=Markup(in_script(json.dumps(rules, ensure_ascii=False))),  # noqa: S704
        new=new,
        topics=tuple(topic.slug for topic in library.topics[:2]),
    )


def _input(name: str, rules: fields.Schema, library: Library, messages: Messages) -> Input:
    """Return a field of the form from the JSON Schema of the field in a record."""
    choices: tuple[LinkTo, ...] = ()
    shape = "text" if forms.PAPER.fields[name] in _LONG_TEXTS else "line"
    if "enum" in rules:
        shape, choices = "choice", tuple(LinkTo(word, word) for word in rules["enum"])
        if name not in _WITH_DEFAULT:
            choices = (LinkTo("–", ""), *choices)
    elif rules.get("type") == "array" and "enum" in rules["items"]:
        shape, choices = "topics", tuple(LinkTo(topic.name, topic.slug) for topic in library.topics)
    elif rules.get("type") == "array":
        shape = "people" if "oneOf" in rules["items"] else "list"
    elif rules.get("type") == "object":
        kinds = [*_MAIN_LINKS, *(kind for kind in rules["properties"] if kind not in _MAIN_LINKS)]
        shape, choices = "links", tuple(LinkTo(messages(f"link_{kind}"), kind) for kind in kinds)
    required = name == forms.PAPER.required
    return Input(name, rules["title"], rules["description"], shape, required, choices, name in _LESS_USED)


def find_gaps(library: Library) -> list[tuple[Paper, tuple[str, ...]]]:
    """Return the published papers that lack something, each with the names of what it lacks.

    Those that lack most come first; among equals, the newest.
    """
    published = (paper for paper in library.papers if paper.record.status == "published")
    gaps = [(paper, lacks) for paper in published if (lacks := _lacks(paper))]
    return sorted(gaps, key=lambda each: -len(each[1]))


def _lacks(paper: Paper) -> tuple[str, ...]:
    """Return the names of what a record lacks."""
    record = paper.record
    values = {
        "summary": record.summary,
        "topic": paper.topics,
        "organization": paper.organizations,
        "id": record.arxiv or record.doi,
    }
    return tuple(name for name, value in values.items() if not value)


def gaps_view(
    context: SiteContext, gaps: Sequence[tuple[Paper, tuple[str, ...]]], totals: Counter[str], number: int
) -> GapsView:
    """Return one page of ``gaps``; ``totals`` counts by name what all papers lack."""
    site, messages = context.library.site, context.messages
    return GapsView(
        head=Head(
            site, routes.numbered(routes.GAPS, number), messages("gaps"), messages("gaps_description"), "gaps"
        ),
        counts=tuple(
            messages("gap_count", what=messages(f"gap_{name}"), count=messages.number(count))
            for name, count in totals.most_common()
        ),
        gaps=tuple(
            Gap(
                LinkTo(paper.record.title.html, routes.paper(paper.slug)),
                paper.record.title.plain,
                ", ".join(messages(f"gap_{name}") for name in lacks),
                edit_address(site, paper.record.position.path),
            )
            for paper, lacks in page_items(gaps, number, GAPS_A_PAGE)
        ),
        pager=pager(routes.GAPS, number, count_pages(len(gaps), GAPS_A_PAGE), messages, by_date=False),
    )


def schema_file(context: SiteContext, kind: str) -> str:
    """Return the JSON Schema of a kind of record, for editors: ``data/paper.schema.json`` and others."""
    if kind == WATCH:
        return watch_schema_text(context.library)
    return schema_text(context.library, context.messages, kind)
