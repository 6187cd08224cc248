"""Write docs/reference.md from the definitions by which records are validated, and docs/templates.md.

Run ``python -m docs.reference``; a test fails where the pages are not what this writes.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from docs import templates
from offprint.build.load import load_messages
from offprint.records import forms
from offprint.records.fields import Kind, Schema
from offprint.records.reader import FORMS
from offprint.site.messages import Messages
from offprint.storage.folders import Overlay

PROJECT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).with_name("reference.md")
_INTRODUCTION = """\
# Reference: records and configuration

This page is written by `python -m docs.reference` from the definitions by which Offprint checks your files.

A record is a `.md` file, whose fields are between two lines `---` and whose text is below them. It can also
be a `.yaml` file with one record, or with a list of records that each have a `slug`. A file's name is its
record's slug.
"""
_HELPS = {  # where a field means something else than in a paper's record, or is not in the form "Add a paper"
    ("authors", "name"): "The name that they prefer.",
    ("authors", "family"): "The family name, where it is not the last word of the name.",
    ("authors", "orcid"): "Their ORCID iD, as in 0000-0002-1825-0097.",
    ("authors", "description"): "Who they are, in a sentence or two of Markdown.",
    ("pages", "title"): "The page's title.",
}
_SETTINGS = {
    "title": "The archive's title.",
    "url": "The address where the site is hosted.",
    "tagline": "A few words below the title.",
    "description": "A sentence or two for search engines and the home page.",
    "short_name": "A short name, for the offline edition's file; by default the title.",
    "language": "The language of the interface, such as `en`, `de` or `zh`.",
    "repository": "The address of the archive's repository, for the links *Edit* and *History*.",
    "edit_url": "Where a file is edited, as in `https://git.example.org/bees/edit/{branch}/{path}`; "
    "not needed for GitHub, GitLab, Codeberg, Forgejo and Gitea.",
    "branch": "The repository's branch that is published.",
    "subscribe": "An e-mail service's form: `action` is its address, `field` the name of its e-mail field.",
    "authors": "`min_papers`: with so many papers an author has a page.",
    "feeds": "`min_papers`: with so many papers an organization or author without a record has a feed.",
    "page_size": "Papers on one page of a list, from 1 to 500.",
    "cards": "Whether a picture of each title is drawn, for sites that show a shared link.",
}
_EXIT_CODES = """\
## Exit codes

| code | meaning |
| --- | --- |
| 0 | success |
| 1 | a fault in content or in publishing: nothing was published |
| 2 | wrong arguments |
| 3 | an import left papers out |
| 130 | interrupted |
"""


def pages() -> dict[Path, str]:
    """Return the text of each page by its path."""
    messages = load_messages(Overlay(PROJECT / "templates", PROJECT / "no own templates"), "en")
    return {PAGE: reference(messages), templates.PAGE: templates.page()}


def reference(messages: Messages) -> str:
    """Return the page as Markdown; ``messages`` have what each field of a record is for."""
    parts = [_INTRODUCTION]
    for kind, form in FORMS.items():
        parts.append(f"## `content/{kind}/`\n")
        about = f"Only `{form.required}` is required; the text below the fields is `{form.body}`.\n"
        helps = {name: _HELPS.get((kind, name)) or messages.texts[f"help_{name}"] for name in form.fields}
        parts += [about, _table(form.fields, helps)]
    parts += ["## `content/site.yaml`\n", "`title` and `url` are required.\n", _table(forms.SITE, _SETTINGS)]
    return "\n".join([*parts, _EXIT_CODES])


def _table(kinds: Mapping[str, Kind[Any]], helps: Mapping[str, str]) -> str:
    """Return a table of fields: name, what may be written, what it is for."""
    rows = [f"| `{name}` | {_values(kind.schema)} | {helps[name]} |\n" for name, kind in kinds.items()]
    return "| field | value | what it is for |\n| --- | --- | --- |\n" + "".join(rows)


def _values(schema: Schema) -> str:
    """Return in words what a JSON Schema accepts."""
    if "enum" in schema:
        return "one of " + ", ".join(f"`{word}`" for word in schema["enum"])
    if "oneOf" in schema:
        return ", or ".join(_values(each) for each in schema["oneOf"])
    return _SHAPES.get(str(schema.get("type")), _text)(schema)


def _list(schema: Schema) -> str:
    most = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
    return f"a list{most}: {_values(schema['items'])}"


def _mapping(schema: Schema) -> str:
    names = ", ".join(f"`{name}`" for name in schema.get("properties", {}))
    return f"a mapping of {names}" if names else "a mapping"


def _text(schema: Schema) -> str:
    if schema.get("format") == "uri":
        return "an address, `https://…`"
    return f"a text of at most {schema['maxLength']:,} characters" if "maxLength" in schema else "a text"


_SHAPES: dict[str, Callable[[Schema], str]] = {
    "array": _list,
    "object": _mapping,
    "boolean": lambda _: "`true` or `false`",
    "integer": lambda _: "a whole number",
}


def main() -> None:
    """Write the pages."""
    for page, text in pages().items():
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
