"""A build that has something to do: all that the site is to have, made where the last one lacks it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from offprint.build.explain import why
from offprint.build.manifest import Tree
from offprint.build.publish import Staging
from offprint.build.reading import Comparison, read_all
from offprint.build.search_step import Indexing
from offprint.commands import Built, Options, Progress
from offprint.diagnostics import Diagnostic, Position
from offprint.records.images import FOLDER
from offprint.records.model import Library, Site
from offprint.search.pagefind_process import understands
from offprint.site import routes
from offprint.site.fingerprints import Print, fold
from offprint.site.messages import OWN
from offprint.site.pages import Page, with_related
from offprint.site.renderer import Press, render
from offprint.site.service_worker import WORKER, write_worker
from offprint.storage.cache import Cache, code_print
from offprint.storage.files import file_print
from offprint.storage.folders import regular_files


class _Work(NamedTuple):
    """What a site is made from: its pages, its files by path, and what all pages follow from."""

    press: Press
    files: dict[str, Path]
    world: dict[str, Print]


def make(options: Options, progress: Progress, known: Mapping[str, Print]) -> tuple[Built, Tree]:
    """Build and publish the site; ``known`` are the fingerprints of the content's files.

    Raises ContentError, PublishError, SearchError, and the old site stays.
    """
    cache = Cache(options.cache)
    with Comparison() as comparison, Staging(options.output, cache, options.jobs) as staging:
        press, warnings = read_all(options, known, cache, comparison)
        warnings += _unsearchable(options, press.library.site)
        with Indexing(press, staging, options, progress) as indexing:
            files = _files(options, press.library)
            if press.library.site.cards:
                from offprint.site.social_cards import make_cards  # noqa: PLC0415 - loads Pillow, which few builds need

                progress("Drawing cards", 0, 0)
                cards = make_cards(press, options.static, options.cache / "cards", options.jobs)
                press = replace(press, social=frozenset(cards))
                files |= cards
            world = _world(options, press)
            press = replace(press, pages=with_related(press.pages, comparison.near()))
            made = _make(_Work(press, files, world), options, staging, indexing, progress)
            told = made if options.explain else []
            reasons = tuple((page.path, why(page, press.prints.whole, world, staging.live)) for page in told)
            tree = staging.publish(press.prints.whole, world)
        built = Built(len(press.library.papers), len(press.pages), len(made), warnings, reasons)
        return built, tree


def _make(
    work: _Work, options: Options, staging: Staging, indexing: Indexing, progress: Progress
) -> list[Page]:
    """Make what the staged site lacks; gives the pages that it lacked."""
    press, files, world = work
    everywhere = fold(*sorted(world.items()))
    units = {path: file_print(source) for path, source in files.items()}
    units |= {page.path: press.fingerprint(page, everywhere) for page in press.pages}
    wanted = frozenset(staging.plan(units | indexing.unit, beside=[WORKER]))
    for path in wanted & files.keys():
        staging.copy(files[path], path)
    pages = [page for page in press.pages if page.path in wanted]
    done = 0
    for more in render(press, pages, staging, options.jobs):
        done += more
        progress("Rendering", done, len(pages))
    if not wanted.isdisjoint(indexing.unit):
        progress("Indexing", 0, 0)
        indexing.put()
    write_worker(staging.root)
    return pages


def _unsearchable(options: Options, site: Site) -> tuple[Diagnostic, ...]:
    if not options.search or understands(site.language):
        return ()
    place = Position(f"{options.content.name}/site.yaml", 1, 1)
    advice = "install Pagefind's extended build: pip install '.[chinese]'"
    message = f"the search finds no words in texts in {site.language!r}"
    return (Diagnostic(place, message, advice, "warning"),)


def _files(options: Options, library: Library) -> dict[str, Path]:
    """The files that are copied as they are, the curator's own over ours: output path → file."""
    shown = (*(paper.picture for paper in library.papers), *(each.logo for each in library.organizations))
    names = {picture.name for picture in shown if picture}
    return {
        **regular_files(options.static, "static", without=OWN),
        **regular_files(options.static / OWN, "static"),
        **{routes.image(name): options.content / FOLDER / name for name in sorted(names)},
    }


def _world(options: Options, press: Press) -> dict[str, Print]:
    """The fingerprints of what every page is made from, by what a person calls it."""
    templates = regular_files(options.templates, "")
    return {
        "the code": code_print(),
        "the templates": fold([(path, file_print(file)) for path, file in templates.items()]),
        "the configuration": fold(press.library.site, press.own_style, routes.CARD in press.social),
    }
