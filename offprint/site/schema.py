"""The fields of a record → a JSON Schema, for editors and for the form "Add a paper".

Names and rules come from ``records/forms.py`` and ``records/fields.py``, the very ones by which records are
validated; titles and descriptions are messages (``field_title``, ``help_title``).
"""

import json
from collections.abc import Mapping
from typing import Any

from offprint.archive.model import Library
from offprint.records import forms
from offprint.records.fields import Schema
from offprint.records.forms import Form
from offprint.records.slugs import MAX_LENGTH, RESERVED, SLUG
from offprint.records.watch.forms import watch_schema
from offprint.site import routes
from offprint.site.messages import Messages

FORMS: Mapping[str, Form] = {
    "paper": forms.PAPER,
    "topic": forms.TOPIC,
    "organization": forms.ORGANIZATION,
}
WATCH = "watch"  # the kind of a file that holds no records
SLUG_RULES: Schema = {
    "type": "string",
    "pattern": f"^{SLUG.pattern}$",
    "maxLength": MAX_LENGTH,
    "not": {"enum": sorted(RESERVED)},
}


def file_schema(library: Library, messages: Messages, kind: str = "paper") -> Schema:
    """Return the schema of a file of records: one record, or a list of records with their slugs."""
    record = record_schema(library, messages, kind)
    fields = {"slug": SLUG_RULES, **record["properties"]}
    listed = {**record, "required": ["slug", *record["required"]], "properties": fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": library.site.url + routes.schema(kind),
        "title": library.site.title,
        "oneOf": [record, {"type": "array", "items": listed}],
    }


def record_schema(library: Library, messages: Messages, kind: str = "paper") -> Schema:
    """Return the schema of one record of a kind; topics in it must be those of the archive."""
    form = FORMS[kind]
    properties: dict[str, Any] = {
        name: {**field.schema, "title": messages(f"field_{name}"), "description": messages(f"help_{name}")}
        for name, field in form.fields.items()
    }
    topics: Schema = {"type": "string", "enum": [topic.slug for topic in library.topics]}
    if kind == "paper":
        properties["topics"]["items"] = topics
    if kind == "topic":
        properties["parent"] |= topics
    return {
        "type": "object",
        "required": [form.required],
        "additionalProperties": False,
        "properties": properties,
    }


def site_schema() -> Schema:
    """Return the schema of ``site.yaml``, which is the same for every archive."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "site.yaml",
        "type": "object",
        "required": list(forms.SITE_REQUIRED),
        "additionalProperties": False,
        "properties": {name: kind.schema for name, kind in forms.SITE.items()},
    }


def as_text(schema: Schema) -> str:
    """Return a schema as JSON text."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def schema_text(library: Library, messages: Messages, kind: str = "paper") -> str:
    """Return the schema of a file of records as JSON text."""
    return as_text(file_schema(library, messages, kind))


def watch_schema_text(library: Library) -> str:
    """Return the schema of ``content/watch.yaml`` as JSON text."""
    about = {"$id": library.site.url + routes.schema(WATCH), "title": library.site.title}
    return as_text({**watch_schema(), **about})
