"""The fields of a paper's record → a JSON Schema, for editors and for the form "Add a paper".

Names and rules come from records.PAPER and its kinds, the very ones that the validator reads by; what an
editor shows with a field is text of the interface (``field_title``, ``help_title``).
"""

import json
from typing import Any

from offprint import records, routes
from offprint.fields import Schema
from offprint.model import Library
from offprint.slugs import MAX_LENGTH, SLUG
from offprint.wording import Wording

SLUG_RULES: Schema = {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": MAX_LENGTH}


def paper_schema(library: Library, words: Wording) -> Schema:
    """The schema of a file of papers: one record, or a list of records that name their slugs."""
    record = record_schema(library, words)
    fields = {"slug": SLUG_RULES, **record["properties"]}
    listed = {**record, "required": ["slug", *record["required"]], "properties": fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": library.site.url + routes.PAPER_SCHEMA,
        "title": library.site.title,
        "oneOf": [record, {"type": "array", "items": listed}],
    }


def record_schema(library: Library, words: Wording) -> Schema:
    """The schema of one record; the archive's topics are an enumeration."""
    properties: dict[str, Any] = {
        name: {**kind.schema, "title": words(f"field_{name}"), "description": words(f"help_{name}")}
        for name, kind in records.PAPER.fields.items()
    }
    properties["topics"]["items"] = {"type": "string", "enum": [topic.slug for topic in library.topics]}
    return {
        "type": "object",
        "required": [records.PAPER.required],
        "additionalProperties": False,
        "properties": properties,
    }


def schema_text(library: Library, words: Wording) -> str:
    """The schema as a file."""
    return json.dumps(paper_schema(library, words), ensure_ascii=False, indent=1) + "\n"
