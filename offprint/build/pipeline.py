"""A whole build: read the content, list the targets, make those that are missing or stale, publish.

A build with nothing to do ends before this module is loaded: see ``commands/build.py``.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from offprint.archive.model import Library
from offprint.archive.related import RelatedPapers
from offprint.build.explain import explain
from offprint.build.inputs import HEAD, Inputs
from offprint.build.load import misplaced, read_messages, untranslated
from offprint.build.manifest import Manifest
from offprint.build.options import Built, Options, Progress
from offprint.build.plan import PlanInputs, plan_site
from offprint.build.publish import Staging
from offprint.build.related_step import LastRelated, RelatedStep
from offprint.build.render_step import render_pages
from offprint.build.search_step import SearchStep
from offprint.diagnostics import Diagnostic, Position, stop_on_errors
from offprint.records.git_history import add_notice_days, read_history
from offprint.records.images import FOLDER, published_bytes
from offprint.records.model import Picture, SiteConfig
from offprint.records.reader import load_content
from offprint.search.pagefind_process import finds_words
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.pages import Page, page_fingerprint, with_related
from offprint.site.renderer import OWN_STYLE, Renderer
from offprint.site.service_worker import WORKER, write_worker
from offprint.storage.cache import Cache, code_fingerprint
from offprint.storage.files import hash_file
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.folders import PublishError

if TYPE_CHECKING:
    from offprint.site.social_cards import SocialCard

_COPIES = "this file system has no hard links, so unchanged files are copied; builds take longer"


class _Targets(NamedTuple):
    """Everything that the site is to have: pages, copied files (by path in the site) and social cards.

    ``global_inputs`` are the fingerprints of what every page is made from.
    """

    context: SiteContext
    pages: list[Page]
    files: dict[str, Path]
    pictures: dict[str, Picture]
    cards: Mapping[str, "SocialCard"]
    inputs: Inputs
    global_inputs: dict[str, Fingerprint]
    make_renderer: Callable[[], Renderer]
    picture_data: Callable[[Picture], bytes]

    def hash_of(self, source: Path) -> Fingerprint:
        """Return the hash of a file to copy, as it was read before anything was made."""
        return self.inputs.static.get(str(source)) or hash_file(source)

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Return the fingerprint that each page, file and card is made from, by path."""
        common = fingerprint(*sorted(self.global_inputs.items()))
        social_cards = self.context.social_cards
        return {
            **{path: self.hash_of(source) for path, source in self.files.items()},
            **{path: fingerprint("picture", each.digest) for path, each in self.pictures.items()},
            **{path: card.key for path, card in self.cards.items()},
            **{page.path: page_fingerprint(page, common, social_cards) for page in self.pages},
        }


def make_site(options: Options, progress: Progress, inputs: Inputs) -> tuple[Built, Manifest]:
    """Build and publish the site; return the result and the manifest of the site.

    ``inputs`` afterwards has the hashes of files as they were read. Raises ContentError, PublishError
    or SearchError; then the old site stays. The last note of any exception says what is published.
    """
    cache = Cache(options.cache)
    cache.begin()
    staging = Staging(options.output, cache, options.jobs)
    options = replace(options, templates=options.templates.read())
    try:
        return _make_and_publish(options, progress, inputs, cache, staging)
    except BaseException as error:
        error.add_note(staging.state)
        raise


def _make_and_publish(
    options: Options,
    progress: Progress,
    inputs: Inputs,
    cache: Cache,
    staging: Staging,
) -> tuple[Built, Manifest]:
    """Do what ``make_site()`` says; ``staging.state`` tells how far it came."""
    with RelatedStep() as related, staging:
        context, pages, warnings = read_site(options, inputs.content, cache, related)
        warnings += _unsearchable(options, context.library.site)
        with SearchStep(context, cache, staging, options, progress) as indexing:
            cards = _draw_cards(context, options, inputs, cache, progress)
            context = replace(context, social_cards=frozenset(cards))
            pages = with_related(pages, related.result())
            files, pictures = _files(options), _pictures(context.library)
            picture_data = functools.partial(_picture_data, options, cache)
            make_renderer = functools.partial(Renderer, context, options.templates, cache)
            global_inputs = _global_inputs(options, context)
            targets = _Targets(
                context, pages, files, pictures, cards, inputs, global_inputs, make_renderer, picture_data
            )
            rendered = _make(targets, options.jobs, staging, indexing, progress)
            papers = context.fingerprints.shown
            explained = rendered if options.explain else []
            published = staging.published
            explanations = tuple(
                (page.path, explain(page, papers, global_inputs, published)) for page in explained
            )
            manifest = staging.publish(papers, global_inputs)
    cache.sweep()
    notes = [_COPIES] if staging.copies else []
    if staging.damaged:
        these = "1 file" if staging.damaged == 1 else f"{staging.damaged:,} files"
        notes.append(f"{these} in {staging.root} differed from what a build had left there; made again")
    built = Built(
        len(context.library.versions), len(pages), len(rendered), warnings, explanations, tuple(notes)
    )
    return built, manifest


def read_site(
    options: Options,
    content_hashes: dict[str, Fingerprint],
    cache: Cache,
    related: RelatedStep | LastRelated,
    *,
    exact_lines: bool = True,
) -> tuple[SiteContext, list[Page], tuple[Diagnostic, ...]]:
    """Return the context of all views, the list of pages and the warnings; raises ContentError for any error.

    ``content_hashes`` are the fingerprints of the content's files, by path; afterwards, of the files as they
    were read. ``related`` is started here and
    not waited for, so the pages' fingerprints are not yet complete: see ``with_related()``. Without
    ``exact_lines`` the warnings may name lines of an earlier build, which is quicker.
    """
    content, malformed = load_content(options.content, options.jobs, cache, content_hashes)
    if not options.drafts:
        content = replace(content.published(), facts_hash=fingerprint(content.facts_hash, "published"))
    history, cut_off = read_history(options.content, cache)
    content_hashes[HEAD] = fingerprint(history.head)
    noticed = [paper.position.path for paper in content.papers if paper.has_notice]
    history = add_notice_days(options.content, history, noticed, cache)
    messages, own_faults = read_messages(options.templates, content.site.language)
    start_related = functools.partial(related.start, cache, options.jobs)
    plan = plan_site(PlanInputs(content, history, messages), cache, start_related, exact_lines=exact_lines)
    library = replace(plan.library, related=RelatedPapers(plan.library.papers, related.result))
    own_faults += [*untranslated(options, content.site.language), *misplaced(options)]
    warnings = stop_on_errors(malformed, plan.faults, cut_off, own_faults)
    own_style = (options.static.own / OWN_STYLE).is_file()
    context = SiteContext(library, messages, plan.fingerprints, own_style, memo=cache.get)
    return context, plan.pages, warnings


def _draw_cards(
    context: SiteContext, options: Options, inputs: Inputs, cache: Cache, progress: Progress
) -> Mapping[str, "SocialCard"]:
    """Return the social cards by their paths in the site; none where the configuration has them off."""
    if not context.library.site.cards:
        return {}
    from offprint.site.social_cards import find_look, make_cards  # noqa: PLC0415 - loads Pillow, which few need

    progress("Drawing cards", 0, 0)
    read: dict[str, Fingerprint] = {}
    look = find_look(options.static, read)
    inputs.note(read)
    return make_cards(
        context,
        look,
        cache,
        options.jobs,
        lambda done, of: progress("Drawing cards", done, of),
    )


def _make(
    targets: _Targets,
    jobs: int,
    staging: Staging,
    indexing: SearchStep,
    progress: Progress,
) -> list[Page]:
    """Make every target that the staged site lacks; return the pages among them."""
    missing = frozenset(staging.plan(targets.fingerprints() | indexing.target, always_made=[WORKER]))
    for path in missing & targets.files.keys():
        source = targets.files[path]
        targets.inputs.static[str(source)] = staging.copy(source, path)
    for path in missing & targets.pictures.keys():
        staging.write(path, targets.picture_data(targets.pictures[path]))
    for path in missing & targets.cards.keys():
        staging.write(path, targets.cards[path].data())
    stop_on_errors(targets.make_renderer().faults())
    pages = [page for page in targets.pages if page.path in missing]
    done = 0
    for written in render_pages(targets.make_renderer, pages, staging, jobs):
        done += written
        progress("Rendering", done, len(pages))
    if not missing.isdisjoint(indexing.target):
        progress("Indexing", 0, 0)
        indexing.stage()
    write_worker(staging.root)
    return pages


def _unsearchable(options: Options, site: SiteConfig) -> tuple[Diagnostic, ...]:
    """Return a warning where the installed Pagefind cannot split the language's texts into words."""
    if not options.search or finds_words(site.language):
        return ()
    place = Position(f"{options.content.name}/site.yaml", 1, 1)
    advice = "install the extra 'chinese': pip install 'pagefind-bin-extended>=1.5,<1.6'"
    message = f"the search finds no words in texts in {site.language!r}"
    return (Diagnostic(place, message, advice, "warning"),)


def _files(options: Options) -> dict[str, Path]:
    """Return the files to copy as they are, by path in the site; a curator's own file replaces ours."""
    return dict(options.static.files("static"))


def _pictures(library: Library) -> dict[str, Picture]:
    """Return the pictures that pages show, by path in the site."""
    pictures = (
        *(paper.picture for paper in library.versions),
        *(each.logo for each in library.organizations),
    )
    return {routes.image(picture.name): picture for picture in pictures if picture}


def _picture_data(options: Options, cache: Cache, picture: Picture) -> bytes:
    """Return the bytes to publish of a picture; raises PublishError where its file has changed since."""
    data = published_bytes(options.content, picture, cache)
    if data is None:
        path = f"{options.content.name}/{FOLDER}/{picture.name}"
        raise PublishError(f"{path} was changed while the site was being built; build again")
    return data


def _global_inputs(options: Options, context: SiteContext) -> dict[str, Fingerprint]:
    """Return the fingerprints of what every page is made from, by names that ``--explain`` prints."""
    has_card = routes.CARD in context.social_cards
    return {
        "the code": code_fingerprint(),
        "the templates": fingerprint(options.templates.hashes()),
        "the configuration": fingerprint(context.library.site, context.own_style, has_card),
    }
