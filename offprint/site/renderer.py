"""Views and templates → the bytes of pages, in as many processes as there are jobs.

A worker begins with the library and the list of pages, which are not copied to it, and is told only which
stretch of the list to make; it writes its pages into the staged tree itself.
"""

from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from markupsafe import Markup

from offprint.build.publish import Staging
from offprint.records.model import Library
from offprint.site import routes
from offprint.site.fingerprints import SIZE, Print, Prints
from offprint.site.messages import OWN, Wording
from offprint.site.pages import Page
from offprint.site.templates import ROOT, Templates
from offprint.site.views.feeds import Entry
from offprint.site.views.shared import Card, Head, Shelf, site_card
from offprint.storage.cache import Cache
from offprint.storage.workers import on_held, pool

OWN_STYLE = "own.css"  # in static/own/: linked after ours
_PARALLEL_FROM = 400  # pages; below, starting processes costs more than they save


class Renderer:
    """The templates over one library."""

    def __init__(self, press: "Press") -> None:
        self._shelf = Shelf(press.library, press.words, press.kept, press.social)
        self._made: dict[tuple[str, ...], Markup] = {}
        self._templates = Templates([press.templates / OWN, press.templates], press.words, press.kept)
        self._templates.globals |= {
            "card": self._card,
            "entry": self._entry,
            "chrome": self._chrome,
            "words": press.words,
            "own_style": press.own_style,
            "site_card": site_card(press.library.site) if routes.CARD in press.social else None,
        }

    def text(self, page: Page) -> str | bytes:
        """The page's whole text; bytes where it is put together from such."""
        made: str | bytes = page.make(self._shelf, *page.args)
        if not page.template:
            return made
        text = self._templates.fill(page.template, view=made)
        return text.replace(ROOT, routes.root_of(page.path, self._shelf.library.site.url))

    def _card(self, card: Card, lead: bool = True) -> Markup:
        """A paper's card, with the start of its text or without: made once, since it stands in many lists."""
        return self._once(("card.html", card.slug, str(lead)), card=card, lead=lead)

    def _entry(self, entry: Entry) -> Markup:
        """A paper's entry in Atom feeds: one, likewise."""
        return self._once(("entry.xml", entry.slug), entry=entry)

    def _chrome(self, template: str, head: Head) -> Markup:
        """What stands above or below every page: one for each section, and for pages in the navigation."""
        return self._once((template, head.section, head.path if "/" not in head.path else ""), head=head)

    def _once(self, key: tuple[str, ...], **context: Any) -> Markup:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = Markup(self._templates.fill(key[0], **context))  # noqa: S704 - escaped there
        return made


@dataclass(frozen=True, slots=True)
class Press:
    """All that pages are made from.

    ``own_style`` tells whether the curator has a style sheet, ``social`` which social cards there are.
    """

    templates: Path
    library: Library
    words: Wording
    pages: list[Page]
    prints: Prints
    kept: Cache
    own_style: bool = False
    social: frozenset[str] = frozenset()

    def fingerprint(self, page: Page, everywhere: Print) -> Print:
        """A page's fingerprint: of all that its bytes follow from, ``everywhere`` of what all pages do."""
        card = page.template == "paper.html" and routes.card(page.shows[0].slug) in self.social
        parts = (everywhere, page.shown, page.rest or bytes(SIZE), page.path.encode())
        return blake2b(b"".join(parts) + bytes(card), digest_size=SIZE).digest()


def render(press: Press, pages: list[Page], staging: Staging, jobs: int) -> Iterator[int]:
    """Write some pages into the staged tree; gives, from time to time, how many more are written."""
    if jobs < 2 or len(pages) < _PARALLEL_FROM:
        renderer = Renderer(press)
        for page in pages:
            staging.write(page.path, renderer.text(page))
            yield 1
        return
    size = max(20, min(400, len(pages) // (8 * jobs)))
    with pool(jobs, _Writer, press, pages, staging) as workers:
        starts = range(0, len(pages), size)
        tasks = [workers.submit(on_held, _Writer.write, start, start + size) for start in starts]
        for task in as_completed(tasks):
            yield task.result()


class _Writer:
    """What a worker process writes pages with."""

    def __init__(self, press: Press, pages: list[Page], staging: Staging) -> None:
        self._renderer, self._pages, self._staging = Renderer(press), pages, staging

    def write(self, start: int, end: int) -> int:
        """Write a stretch of the pages; gives how many they are."""
        pages = self._pages[start:end]
        for page in pages:
            self._staging.write(page.path, self._renderer.text(page))
        return len(pages)
