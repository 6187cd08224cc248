"""Why a page is rendered again: what has changed since the published site was built.

This only words the reason. Which pages are rendered is decided by their fingerprints (``publish.py``).
"""

from collections.abc import Mapping

from offprint.build.manifest import Manifest
from offprint.site.pages import Page
from offprint.storage.fingerprint import Fingerprint

_NAMED = 3  # papers named as a reason


def explain(
    page: Page,
    papers: Mapping[str, Fingerprint],
    global_inputs: Mapping[str, Fingerprint],
    published: Manifest | None,
) -> str:
    """Return one line that says what has changed for a page.

    ``papers`` are the fingerprints of all papers by slug, ``global_inputs`` those of what every page is made
    from by a name that a person knows, such as "the templates". ``published`` describes the site to compare
    with.
    """
    if published is None:
        return "nothing is known of a site that this code has made"
    before = published.global_inputs
    if changed := [name for name, value in global_inputs.items() if before.get(name) != value]:
        return f"changed: {', '.join(changed)}"
    if page.path not in published.made_from:
        return "it is new"
    slugs = [paper.slug for paper in page.shows if published.papers.get(paper.slug) != papers[paper.slug]]
    if slugs:
        more = f" and {len(slugs) - _NAMED} more" if len(slugs) > _NAMED else ""
        return f"changed or new: {', '.join(slugs[:_NAMED])}{more}"
    return "papers left it, or what it says beside them has changed: numbers, names, neighbours"
