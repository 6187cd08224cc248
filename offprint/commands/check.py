"""``check``: all that a build does before it renders."""

from offprint.commands import Options
from offprint.content import load_content
from offprint.diagnostics import Diagnostic, stop_on_errors
from offprint.library import resolve
from offprint.pages import collisions, list_pages
from offprint.render import OWN_STYLE, Press
from offprint.wording import OWN, load_wording


def check(options: Options) -> tuple[Press, tuple[Diagnostic, ...]]:
    """All that pages are made from, and the warnings; raises ContentError where anything is an error."""
    content, malformed = load_content(options.content, options.jobs)
    library, unresolved = resolve(content)
    words = load_wording(options.templates, library.site.language)
    pages = list_pages(library, words)
    warnings = stop_on_errors(malformed, unresolved, collisions(library, pages))
    own_style = (options.static / OWN / OWN_STYLE).exists()
    return Press(options.templates, library, words, pages, own_style), warnings
