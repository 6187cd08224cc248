"""``build``: content → a whole site, published in one step or not at all."""

from dataclasses import dataclass

from offprint.commands import Options, Progress
from offprint.commands.check import check
from offprint.diagnostics import Diagnostic
from offprint.publish import Staging
from offprint.render import render
from offprint.search import index_search


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    papers: int
    pages: int
    warnings: tuple[Diagnostic, ...]


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    library, pages, warnings = check(options)
    with Staging(options.output) as staging:
        staging.copy(options.static, "static")
        done = 0
        for more in render(options.templates, library, pages, staging, options.jobs):
            done += more
            progress("Rendering", done, len(pages))
        if options.search and library.papers:
            progress("Indexing", 0, 0)
            index_search(staging.root)
        staging.publish()
    return Built(len(library.papers), len(pages), warnings)
