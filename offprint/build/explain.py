"""Why a page is made again: what has changed since the site that is there was made.

Only tells; which pages are made is decided by their fingerprints (``publish.py``).
"""

from collections.abc import Mapping

from offprint.build.manifest import Manifest
from offprint.site.pages import Page
from offprint.storage.fingerprint import Fingerprint

_NAMED = 3  # papers named as a reason


def explain(
    page: Page, papers: Mapping[str, Fingerprint], world: Mapping[str, Fingerprint], before: Manifest | None
) -> str:
    """What has changed for a page, in words.

    ``papers`` and ``world`` are the fingerprints of all papers by slug and of what all pages are made from by
    its name; ``before`` is the site that is there.
    """
    if before is None:
        return "nothing is known of a site that this code has made"
    if changed := [name for name, made in world.items() if before.world.get(name) != made]:
        return f"changed: {', '.join(changed)}"
    if page.path not in before.made:
        return "it is new"
    slugs = [paper.slug for paper in page.shows if before.papers.get(paper.slug) != papers[paper.slug]]
    if slugs:
        more = f" and {len(slugs) - _NAMED} more" if len(slugs) > _NAMED else ""
        return f"changed or new: {', '.join(slugs[:_NAMED])}{more}"
    return "papers left it, or what it says beside them has changed: numbers, names, neighbours"
