"""Views and templates → the text of pages."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from offprint.diagnostics import Diagnostic
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.messages import OWN
from offprint.site.pages import Page
from offprint.site.templates import ROOT, Templates
from offprint.site.views.feeds import Entry
from offprint.site.views.shared import Card, Head, site_card
from offprint.storage.cache import Cache

OWN_STYLE = "own.css"  # in static/own/: linked after ours
_PARALLEL_FROM = 400  # pages; below, starting processes costs more than they save


class Renderer:
    """Renders the pages of one library with the templates of one folder."""

    def __init__(self, context: SiteContext, templates: Path, cache: Cache) -> None:
        self._context, self._own = context, templates / OWN
        self._fragments: dict[tuple[str, ...], Markup] = {}
        self._templates = Templates([self._own, templates], context.messages, cache)
        self._templates.globals |= {
            "card": self._card,
            "entry": self._entry,
            "chrome": self._chrome,
            "words": context.messages,
            "own_style": context.own_style,
            "site_card": site_card(context.library.site) if routes.CARD in context.social_cards else None,
        }

    def faults(self) -> list[Diagnostic]:
        """Return what is wrong with the archive's own templates, each by itself."""
        return self._templates.faults(self._own)

    def text(self, page: Page) -> str | bytes:
        """The page's whole text; bytes where it is put together from such."""
        made: str | bytes = page.make(self._context, *page.args)
        if not page.template:
            return made
        text = self._templates.fill(page.template, view=made)
        return text.replace(ROOT, routes.root_of(page.path, self._context.library.site.url))

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
        made = self._fragments.get(key)
        if made is None:
            made = self._fragments[key] = Markup(self._templates.fill(key[0], **context))  # noqa: S704 - escaped there
        return made
