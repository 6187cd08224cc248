"""``check``: all that a build does before it renders."""

from offprint.commands import Options
from offprint.content import load_content
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.library import resolve
from offprint.model import Library
from offprint.pages import Page, collisions, list_pages


def check(options: Options) -> tuple[Library, list[Page], tuple[Diagnostic, ...]]:
    """The library, its pages, and the warnings; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs)
    library, unresolved = resolve(content)
    pages = list_pages(library)
    warnings = stop_on_errors(malformed, unresolved, collisions(library, pages))
    return library, pages, warnings
