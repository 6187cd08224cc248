"""``build``: content → a whole site, published in one step or not at all."""

from dataclasses import dataclass, replace
from pathlib import Path

from offprint import routes
from offprint.commands import Options, Progress
from offprint.commands.check import check
from offprint.diagnostics import Diagnostic
from offprint.model import Library
from offprint.pictures import FOLDER
from offprint.publish import Staging
from offprint.render import render
from offprint.search import index_search
from offprint.social import make_cards
from offprint.wording import OWN
from offprint.worker import write_worker


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    papers: int
    pages: int
    warnings: tuple[Diagnostic, ...]


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    press, warnings = check(options)
    with Staging(options.output) as staging:
        staging.copy(options.static, "static", without=OWN)
        staging.copy(options.static / OWN, "static")
        staging.copy_files(_pictures(press.library, options.content))
        if press.library.site.cards:
            progress("Drawing cards", 0, 0)
            cards = make_cards(press, options.static, options.cache / "cards", options.jobs)
            staging.copy_files(cards)
            press = replace(press, social=frozenset(cards))
        done = 0
        for more in render(press, staging, options.jobs):
            done += more
            progress("Rendering", done, len(press.pages))
        if options.search and press.library.papers:
            progress("Indexing", 0, 0)
            index_search(staging.root)
        write_worker(staging.root)
        staging.publish()
    return Built(len(press.library.papers), len(press.pages), warnings)


def _pictures(library: Library, content: Path) -> dict[str, Path]:
    """The pictures that records show: output path → file."""
    names = {paper.picture.name for paper in library.papers if paper.picture}
    return {routes.image(name): content / FOLDER / name for name in sorted(names)}
