"""``build``: content → a whole site, published in one step or not at all."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from offprint import routes, search, trees
from offprint.cache import Cache, code_print
from offprint.commands import Options, Progress
from offprint.commands.reading import read_all
from offprint.content import survey
from offprint.diagnostics import Diagnostic, Position
from offprint.findable import findable, stretches
from offprint.history import head
from offprint.model import Library, Paper
from offprint.pages import Page
from offprint.pictures import FOLDER
from offprint.prints import SIZE, Print, fold
from offprint.publish import Staging, regular_files
from offprint.reasons import why
from offprint.render import Press, render
from offprint.social import make_cards
from offprint.wording import OWN
from offprint.worker import WORKER, write_worker

_LAST = "last"  # where the cache keeps what the last build was of


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: how many papers and pages there are, how many of those it made, and why if asked."""

    papers: int
    pages: int
    made: int
    warnings: tuple[Diagnostic, ...]
    reasons: tuple[tuple[str, str], ...] = ()


class _Last(NamedTuple):
    """What the last build was of, the tree that it made, and what it told."""

    inputs: Print
    tree: str
    built: Built


class _Work(NamedTuple):
    """What a site is made from: its pages, its files by path, and what all pages follow from."""

    press: Press
    files: dict[str, Path]
    world: dict[str, Print]


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    cache, known = Cache(options.cache), survey(options.content)
    inputs = _inputs(options, known)
    if done := _nothing_to_do(options, cache, inputs):
        return done
    press, warnings = read_all(options, known)
    language = press.library.site.language
    if options.search and not search.understands(language):
        place = Position(f"{options.content.name}/site.yaml", 1, 1)
        message = f"words cannot be searched for in a text in {language!r}"
        warnings += (
            Diagnostic(
                place, message, "install Pagefind's extended build: pip install '.[chinese]'", "warning"
            ),
        )
    files = _files(options, press.library)
    if press.library.site.cards:
        progress("Drawing cards", 0, 0)
        cards = make_cards(press, options.static, options.cache / "cards", options.jobs)
        press = replace(press, social=frozenset(cards))
        files |= cards
    world = _world(options, press)
    with Staging(options.output, cache) as staging:
        made = _make(_Work(press, files, world), options, staging, progress)
        told = made if options.explain else []
        reasons = tuple((page.path, why(page, press.prints.whole, world, staging.live)) for page in told)
        tree = staging.publish(press.prints.whole, world)
    built = Built(len(press.library.papers), len(press.pages), len(made), warnings, reasons)
    if not options.search_later:
        cache.save(_LAST, _Last(inputs, tree.name, replace(built, made=0, reasons=())))
    return built


def _nothing_to_do(options: Options, cache: Cache, inputs: Print) -> Built | None:
    """What was built before, where that was of the same and the site is still as it was left."""
    last, tree = cache.load(_LAST), trees.load(cache, options.output)
    same = isinstance(last, _Last) and last.inputs == inputs and tree and tree.name == last.tree
    return last.built if same and tree and trees.whole(tree, options.output) else None


def _make(work: _Work, options: Options, staging: Staging, progress: Progress) -> list[Page]:
    """Make what the staged site lacks; gives the pages that it lacked."""
    press, files, world = work
    everywhere = fold(*sorted(world.items()))
    parts = stretches(press.library.papers) if options.search else {}
    names = list(parts)
    units = {path: _print_of(source) for path, source in files.items()}
    units |= {page.path: press.fingerprint(page, everywhere) for page in press.pages}
    held = staging.live.folders if staging.live and options.search_later else {}
    for name, part in parts.items():
        folder = f"{search.FOLDER}/{name}/"
        made_from = fold(everywhere, press.prints.papers(part), name == names[0])
        units[folder] = held[folder][0] if folder in held else made_from
    index_files = [f"{search.FOLDER}/{name}" for name in (search.BUNDLES, search.ENGINE)] if parts else []
    wanted = frozenset(staging.plan(units, beside=[*index_files, WORKER]))
    for path in wanted & files.keys():
        staging.copy(files[path], path)
    pages = [page for page in press.pages if page.path in wanted]
    todo = {
        name: functools.partial(_findables, press, part)
        for name, part in parts.items()
        if f"{search.FOLDER}/{name}/" in wanted
    }
    first = names[0] if names else ""
    with search.indexing(todo, first, staging.root, options.cache / "search", options.jobs) as index:
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
    return pages


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


def _inputs(options: Options, known: Mapping[str, Print]) -> Print:
    """One fingerprint of all that a build reads."""
    folders = (options.templates, options.static)
    looks = [[(path, _print_of(file)) for path, file in regular_files(each, "").items()] for each in folders]
    return fold(code_print(), sorted(known.items()), looks, head(options.content), options.search)


def _world(options: Options, press: Press) -> dict[str, Print]:
    """The fingerprints of what every page is made from, by what a person calls it."""
    templates = regular_files(options.templates, "")
    return {
        "the code": code_print(),
        "the templates": fold([(path, _print_of(file)) for path, file in templates.items()]),
        "the configuration": fold(press.library.site, press.own_style, routes.CARD in press.social),
    }


def _print_of(file: Path) -> Print:
    return blake2b(file.read_bytes(), digest_size=SIZE).digest()
