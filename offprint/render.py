"""Views and templates → the bytes of pages, in as many processes as there are jobs.

A worker is started with the library and the list of pages (by fork where the system has it, so that nothing
is copied) and told only which stretch of the list to make; it writes its pages into the staged tree itself.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from offprint import routes
from offprint.feeds import Entry
from offprint.model import Library
from offprint.pages import Page, list_pages
from offprint.publish import Staging
from offprint.views import Card, Head, Shelf, plural

_PARALLEL_FROM = 400  # pages; below, starting processes costs more than they save
_ROOT = "\ue000"  # stands for the way up to the root until a page is whole; content cannot hold it


class _RootLinks(Extension):
    """Templates write ``~/`` for the site's root: what they make can then be shared by pages at any depth."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return source.replace('"~/', f'"{_ROOT}')


class Renderer:
    """The templates of one folder over one library."""

    def __init__(self, templates: Path, library: Library) -> None:
        self._shelf = Shelf(library)
        self._made: dict[tuple[str, ...], Markup] = {}
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=[_RootLinks],
        )
        self._environment.globals |= {
            "card": self._card,
            "entry": self._entry,
            "chrome": self._chrome,
            "plural": plural,
        }

    def text(self, page: Page) -> str:
        """The page's whole text."""
        made = page.make(self._shelf, *page.args)
        if not page.template:
            return str(made)
        text = self._environment.get_template(page.template).render(view=made)
        return text.replace(_ROOT, routes.root_of(page.path, self._shelf.library.site.url))

    def _card(self, card: Card) -> Markup:
        """A paper's card: one, since a paper stands in many lists."""
        return self._once(("card.html", card.slug), card=card)

    def _entry(self, entry: Entry) -> Markup:
        """A paper's entry in Atom feeds: one, likewise."""
        return self._once(("entry.xml", entry.slug), entry=entry)

    def _chrome(self, template: str, head: Head) -> Markup:
        """What stands above or below every page: one for each section, and for pages in the navigation."""
        return self._once((template, head.section, head.path if "/" not in head.path else ""), head=head)

    def _once(self, key: tuple[str, ...], **context: Any) -> Markup:
        made = self._made.get(key)
        if made is None:
            text = self._environment.get_template(key[0]).render(**context)
            made = self._made[key] = Markup(text)  # noqa: S704 - made by an escaping template
        return made


def render(
    templates: Path, library: Library, pages: list[Page], staging: Staging, jobs: int
) -> Iterator[int]:
    """Write all pages into the staged tree; gives, from time to time, how many more are written."""
    staging.make_folders(page.path for page in pages)
    if jobs < 2 or len(pages) < _PARALLEL_FROM:
        renderer = Renderer(templates, library)
        for page in pages:
            staging.write(page.path, renderer.text(page))
            yield 1
        return
    size = max(20, min(400, len(pages) // (8 * jobs)))
    stretches = [(start, min(start + size, len(pages))) for start in range(0, len(pages), size)]
    arguments = (templates, library, staging)
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=arguments) as pool:
        tasks = [pool.submit(_write_stretch, *stretch) for stretch in stretches]
        for task in as_completed(tasks):
            yield task.result()


class _Worker:
    """What a worker process holds from its start on."""

    renderer: Renderer
    pages: list[Page]
    staging: Staging


def _start(templates: Path, library: Library, staging: Staging) -> None:
    _Worker.renderer = Renderer(templates, library)
    _Worker.pages = list_pages(library)
    _Worker.staging = staging


def _write_stretch(start: int, end: int) -> int:
    for page in _Worker.pages[start:end]:
        _Worker.staging.write(page.path, _Worker.renderer.text(page))
    return end - start
