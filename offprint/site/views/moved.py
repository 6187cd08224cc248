"""Former addresses → small pages that lead on to the present ones, or say why there is none."""

from dataclasses import dataclass

from offprint.records.model import RemovedRecord
from offprint.site import routes
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


@dataclass(frozen=True, slots=True)
class RemovedView:
    """The page of a paper that is gone for good: since when, and why."""

    head: Head
    day: str
    reason: str


def removed_view(context: SiteContext, gone: RemovedRecord) -> RemovedView:
    """Return the page of a paper that is gone for good."""
    messages = context.messages
    head = Head(context.library.site, routes.paper(gone.slug), messages("removed"), indexed=False)
    return RemovedView(head, messages.day(gone.day) if gone.day else "", gone.reason)
