"""Pages → their text, from views and templates. Writing files is left to ``build/``."""

from typing import Any, cast

from markupsafe import Markup

from offprint.diagnostics import Diagnostic
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.pages import Page
from offprint.site.templates import ROOT, Templates
from offprint.site.views.feeds import Entry
from offprint.site.views.shared import Card, Head, site_card
from offprint.storage.cache import Cache
from offprint.storage.folders import Overlay

OWN_STYLE = "own.css"  # in an archive's own folder: linked after ours
_PARALLEL_FROM = 400  # pages; below, starting processes costs more than they save


class Renderer:
    """Renders the pages of one library with ours or an archive's own templates."""

    def __init__(self, context: SiteContext, templates: Overlay, cache: Cache) -> None:
        self._context = context
        self._fragments: dict[tuple[str, ...], Markup] = {}
        self._templates = Templates(templates, context.messages, cache)
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
        return self._templates.faults()

    def text(self, page: Page) -> str | bytes:
        """Return a page's whole text, or bytes where its view function returns bytes."""
        view: Any = page.make(self._context, *page.args)
        if not page.template:
            return cast("str | bytes", view)
        text = self._templates.fill(page.template, view=view)
        return text.replace(ROOT, routes.root_of(page.path, self._context.library.site.url))

    def _card(self, card: Card, lead: bool = True) -> Markup:
        """Return a paper's card with or without the start of its text; made once, for it is in many lists."""
        return self._once(("card.html", card.slug, str(lead), str(card.new)), card=card, lead=lead)

    def _entry(self, entry: Entry) -> Markup:
        """Return a paper's entry in Atom feeds; made once, for it is in many feeds."""
        return self._once(("entry.xml", entry.slug), entry=entry)

    def _chrome(self, template: str, head: Head) -> Markup:
        """Return the header or footer of a page, which differs only between sections.

        Pages at the site's root have one each, since they can be the current page in the navigation.
        """
        return self._once((template, head.section, head.path if "/" not in head.path else ""), head=head)

    def _once(self, key: tuple[str, ...], **context: Any) -> Markup:
        """Return the fragment of a key, whose first part names its template; it is rendered once."""
        fragment = self._fragments.get(key)
        if fragment is None:
            fragment = self._fragments[key] = Markup(self._templates.fill(key[0], **context))  # noqa: S704 - escaped there
        return fragment
