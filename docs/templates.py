"""The page docs/templates.md: what templates see, which blocks they have, style variables, and addresses.

All of it is read from the code, the templates and the style sheet. ``python -m docs.reference`` writes
the page.
"""

import ast
import dataclasses
import datetime as dt
import inspect
import re
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from markupsafe import Markup

from offprint.records.model import PartialDate
from offprint.site import pages, routes
from offprint.site.views import changes, feeds, shared

PROJECT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).with_name("templates.md")
_INTRODUCTION = """\
# Reference: templates, styles and addresses

`python -m docs.reference` writes this page from the code. [Customise](customise.md) shows how to use it.

Templates are written in [Jinja](https://jinja.palletsprojects.com/en/stable/templates/). Offprint adds:

| written | becomes |
| --- | --- |
| `[[key]]` | the text of the interface with that key, from `templates/text/LANGUAGE.yaml` |
| `"~/daily.html"` | an address of the site, seen from the page: `../daily.html` |
| `view` | what the page shows: see below |
| `words("key", name=value)` | a text with `{name}` filled in |
| `words.count(number, "papers")` | a counted text: `1 paper`, `2,000 papers` |
| `card(each)`, `card(each, lead=false)` | a paper's card, with or without the start of its text |
| `{% extends "offprint:paper.html" %}` | Offprint's own template, some of whose blocks you fill |

Text is escaped; markup is HTML that Offprint made, and safe. A view can be read and not changed.
"""
_FRAGMENTS: dict[str, tuple[tuple[str, type], ...]] = {
    "card.html": (("card", shared.Card),),
    "entry.xml": (("entry", feeds.Entry),),
    "masthead.html": (("head", shared.Head),),
    "foot.html": (("head", shared.Head),),
    "changed.html": (("day", changes.ChangeDay),),
}
_FILES = {
    "INDEX": "the newest daily list",
    "ARCHIVE": "all years of publication",
    "DAILY": "all daily lists",
    "MONTH": "the best papers of the newest day's month",
    "TRENDING": "the best papers of the last days",
    "TOPICS": "all topics",
    "ORGANIZATIONS": "all organizations",
    "AUTHORS": "all authors who have a page",
    "SEARCH": "the search; `?q=` has the words",
    "MINE": "the reader's own stars, marks and notes",
    "OFFLINE": "how to read the archive offline",
    "UNDATED": "papers without a date",
    "STATISTICS": "the archive in numbers",
    "STATISTICS_JSON": "these numbers as JSON",
    "STATISTICS_CSV": "these numbers as CSV",
    "NOT_FOUND": "what a server shows where no page is",
    "CARD": "the social card of pages that have none of their own",
    "OPENSEARCH": "the search, for browsers",
    "TEXTS": "the texts that scripts use",
    "EVERY_AUTHOR": "name and slug of every author",
    "WORDS": "the words that searches are corrected by",
    "FEED": "Atom feed of the newest papers",
    "JSON_FEED": "the same as JSON Feed 1.1",
    "DAY_FEED": "Atom feed with an entry for each day",
    "WEEK_FEED": "Atom feed with an entry for each week",
    "OUTLINE": "all feeds, as OPML",
    "PAPERS_JSON": "all papers as CSL-JSON",
    "PAPERS_BIB": "all papers as BibTeX",
    "PAPERS_CSV": "all papers as CSV",
    "SLUGS": "the slugs that are taken, for the page *Add a paper*",
    "ADD": "the form that writes a record",
    "GAPS": "the records from which something is missing",
    "MOVED": "where former addresses lead",
    "CHANGES": "what changed in the archive, day by day",
    "CHANGES_FEED": "Atom feed of what changed, with an entry for each day",
}
_ARGUMENTS: dict[str, Any] = {
    "slug": "SLUG",
    "name": "NAME",
    "year": 2026,
    "number": 27,
    "date": dt.date(2026, 6, 30),
    "kind": "paper",
}
_WORDS = {str: "text", int: "number", bool: "true or false", Markup: "markup", type(None): "none"}
_NOT_PAGES = (
    "page_of",
    "feed_of",
    "rows_of",
    "names_of",
    "terms_of",
    "citations_of",
    "numbered",
    "root_of",
)  # made from other paths


def page() -> str:
    """Return the page as Markdown."""
    seen: dict[str, list[type]] = defaultdict(list)
    for template, view in _views():
        if view not in seen[template]:
            seen[template].append(view)
    values: dict[str, type] = {}
    parts = [_INTRODUCTION, "## Templates\n"]
    for file in sorted((PROJECT / "templates").glob("*.*ml")):
        names = [("view", view) for view in seen.get(file.name, ())]
        parts += _template(file, names or list(_FRAGMENTS.get(file.name, ())), values)
    parts.append("## Values in views\n")
    parts += _value_sections(values)
    parts += [_style_variables(), _addresses()]
    return "\n".join(parts)


def _views() -> Iterator[tuple[str, type]]:
    """Yield each template's name with the class of a view that fills it, as calls of ``Page`` say."""
    for node in ast.walk(ast.parse(inspect.getsource(pages))):
        match node:
            case ast.Call(func=ast.Name(id="Page"), args=[_, ast.Constant(value=str(template)), make, *_]):
                for name in _functions(make):
                    yield template, get_type_hints(name)["return"]


def _functions(node: ast.expr) -> Iterable[Callable[..., Any]]:
    """Return the view function that an expression names; none where it is a variable."""
    match node:
        case ast.Name(id=name) if hasattr(pages, name):
            function = getattr(pages, name)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if hasattr(pages, module):
            function = getattr(getattr(pages, module), name)
        case _:
            return ()
    return (function,) if _returns_view(function) else ()


def _returns_view(function: Callable[..., Any]) -> bool:
    """Tell whether a function returns a view rather than a file's content."""
    return dataclasses.is_dataclass(get_type_hints(function)["return"])


def _template(file: Path, names: list[tuple[str, type]], values: dict[str, type]) -> Iterator[str]:
    """Yield the section of a template: its blocks and what it sees; add the classes in it to ``values``."""
    blocks = dict.fromkeys(re.findall(r"\{% block (\w+)", file.read_text("utf-8")))
    yield f"### `{file.name}`\n"
    if parent := re.search(r'\{% extends "(.*?)"', file.read_text("utf-8")):
        yield f"Extends `{parent[1]}`.\n"
    if blocks:
        yield "Blocks: " + ", ".join(f"`{name}`" for name in blocks) + ".\n"
    for name, view in names:
        yield f"`{name}`: {_first_line(view)}\n\n{_fields(view, values)}"


def _value_sections(values: dict[str, type]) -> Iterator[str]:
    """Yield the section of each class of values, and of those that their fields name in turn."""
    done: set[str] = set()
    while left := sorted(set(values) - done):
        for name in left:
            done.add(name)
            yield f"### {name}\n\n{_first_line(values[name])}\n\n{_fields(values[name], values)}"


def _fields(view: type, values: dict[str, type]) -> str:
    """Return the table of a class's fields and properties."""
    hints = get_type_hints(view)
    names = (
        [each.name for each in dataclasses.fields(view)] if dataclasses.is_dataclass(view) else list(hints)
    )
    rows = [f"| `{name}` | {_kind(hints[name], values)} |\n" for name in names]
    for name, member in inspect.getmembers(view, lambda each: isinstance(each, property)):
        rows.append(f"| `{name}` | {_kind(get_type_hints(member.fget)['return'], values)} |\n")
    return "| field | what it is |\n| --- | --- |\n" + "".join(rows)


def _kind(hint: Any, values: dict[str, type]) -> str:
    """Return in words what a type is."""
    arguments = get_args(hint)
    if get_origin(hint) in (types.UnionType, Union):
        return " or ".join(_kind(each, values) for each in arguments)
    if get_origin(hint) is tuple and arguments[-1] is ...:
        return f"list of {_kind(arguments[0], values)}"
    if arguments:
        return "(" + ", ".join(_kind(each, values) for each in arguments) + ")"
    if isinstance(hint, type) and hint.__module__.startswith("offprint."):
        values[hint.__name__] = hint
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return _WORDS.get(hint) or f"`{hint.__name__}`"


def _first_line(view: type) -> str:
    return (view.__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")


def _style_variables() -> str:
    """Return the table of the style sheet's variables, by day and by night."""
    text = (PROJECT / "static/style.css").read_text("utf-8")
    blocks = re.findall(r":root \{.*?\}", text, re.DOTALL)[:2]
    day, night = (dict(re.findall(r"--([a-z]+): ([^;}]+?)\s*[;}]", block)) for block in blocks)
    rows = [f"| `--{name}` | `{value}` | `{night.get(name, value)}` |\n" for name, value in day.items()]
    return "## Style variables\n\n| variable | by day | by night |\n| --- | --- | --- |\n" + "".join(rows)


def _addresses() -> str:
    """Return the table of the site's pages and files."""
    files = {name: path for name, path in vars(routes).items() if name[0].isupper() and isinstance(path, str)}
    rows = [f"| `{path}` | {_FILES[name]} |\n" for name, path in files.items()]
    for name, function in inspect.getmembers(routes, inspect.isfunction):
        if function.__module__ == routes.__name__ and not name.startswith("_") and name not in _NOT_PAGES:
            rows.append(f"| `{_example(function)}` | {_about(function)} |\n")
    return (
        "## Addresses and data files\n\n| below the site's address | what it is |\n| --- | --- |\n"
        + "".join(rows)
    )


def _example(function: Callable[..., str]) -> str:
    given = {name: _ARGUMENTS[name] for name in inspect.signature(function).parameters}
    if get_type_hints(function).get("date") is PartialDate:
        given["date"] = PartialDate(2026, 6, 30)
    return function(**given)


def _about(function: Callable[..., str]) -> str:
    sentence = (function.__doc__ or "").partition("\n")[0]
    return sentence.removeprefix("Return the path of ").rstrip(".")
