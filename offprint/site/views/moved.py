"""Former addresses → small pages that lead on to the present ones, and the data by which filters follow."""

from dataclasses import dataclass

from offprint.site.context import SiteContext
from offprint.site.views.shared import Head, LinkTo


@dataclass(frozen=True, slots=True)
class MovedView:
    """A page at a former address: ``target`` is where its subject is now, ``canonical`` that on the web."""

    head: Head
    target: LinkTo
    canonical: str


def moved_view(context: SiteContext, old: str, new: str, name: str) -> MovedView:
    """Return the page at the path ``old`` of something called ``name`` that is now at the path ``new``."""
    site = context.library.site
    return MovedView(Head(site, old, name, indexed=False), LinkTo(name, new), site.url + new)
