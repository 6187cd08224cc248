"""``build``: content → a whole site, published in one step or not at all."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from offprint import routes, search
from offprint.cache import Cache, code_print
from offprint.commands import Options, Progress
from offprint.commands.check import check
from offprint.diagnostics import Diagnostic
from offprint.findable import findable, stretches
from offprint.model import Library, Paper
from offprint.pictures import FOLDER
from offprint.prints import SIZE, Print, fold
from offprint.publish import Staging, regular_files
from offprint.render import Press, render
from offprint.social import make_cards
from offprint.wording import OWN
from offprint.worker import WORKER, write_worker


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: of how many papers, how many pages there are, and how many of them were made."""

    papers: int
    pages: int
    made: int
    warnings: tuple[Diagnostic, ...]


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    press, warnings = check(options)
    files = _files(options, press.library)
    if press.library.site.cards:
        progress("Drawing cards", 0, 0)
        cards = make_cards(press, options.static, options.cache / "cards", options.jobs)
        press = replace(press, social=frozenset(cards))
        files |= cards
    world = _world(options, press)
    everywhere = fold(*sorted(world.items()))
    parts = stretches(press.library.papers) if options.search else {}
    names = list(parts)
    with Staging(options.output, Cache(options.cache)) as staging:
        units = {path: _print_of(source) for path, source in files.items()}
        units |= {page.path: press.fingerprint(page, everywhere) for page in press.pages}
        units |= {
            f"{search.FOLDER}/{name}/": fold(everywhere, press.prints.papers(part), name == names[0])
            for name, part in parts.items()
        }
        index_files = [f"{search.FOLDER}/{name}" for name in (search.BUNDLES, search.ENGINE)] if parts else []
        missing = staging.plan(units, beside=[*index_files, WORKER])
        for path in missing:
            if path in files:
                staging.copy(files[path], path)
        wanted = frozenset(missing)
        pages = [page for page in press.pages if page.path in wanted]
        todo = {
            name: functools.partial(_findables, press, part)
            for name, part in parts.items()
            if f"{search.FOLDER}/{name}/" in wanted
        }
        work = options.cache / "search"
        with search.indexing(todo, names[0] if names else "", staging.root, work, options.jobs) as index:
            if len(todo) <= options.jobs:
                index.start()
            done = 0
            for more in render(press, pages, staging, options.jobs):
                done += more
                progress("Rendering", done, len(pages))
            if todo:
                progress("Indexing", 0, 0)
                index.start()
                index.finish()
        if names:
            search.list_bundles(staging.root, names)
        write_worker(staging.root)
        staging.publish(press.prints.whole, world)
    return Built(len(press.library.papers), len(press.pages), len(pages), warnings)


def _findables(press: Press, papers: list[Paper]) -> Iterator[tuple[str, str]]:
    language = press.library.site.language
    return (findable(paper, language, press.words) for paper in papers)


def _files(options: Options, library: Library) -> dict[str, Path]:
    """The files that are copied as they are, the curator's own over ours: output path → file."""
    names = {paper.picture.name for paper in library.papers if paper.picture}
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
        "the templates": fold(sorted((path, _print_of(source)) for path, source in templates.items())),
        "the configuration": fold(press.library.site, press.own_style, routes.CARD in press.social),
    }


def _print_of(file: Path) -> Print:
    return blake2b(file.read_bytes(), digest_size=SIZE).digest()
