"""Pages as the content is now, for ``serve``: rendered on request, until a build has published them.

Everything that a build loads from disk stays in memory here, so after an edit it takes only as long as
finding what has changed, and rendering the one page that is open. Related papers are those of the last build
and there are no social cards; the next build brings both up to date.
"""

from dataclasses import replace
from typing import NamedTuple

from offprint.build.inputs import hash_files
from offprint.build.options import Options
from offprint.build.pipeline import read_site
from offprint.build.related_step import LastRelated
from offprint.site.pages import Page
from offprint.site.renderer import Renderer
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint


class Snapshot(NamedTuple):
    """The fingerprints of all pages at one reading of the content.

    ``global_inputs`` is of what every page is made from; ``pages`` are of each page's papers and of all else
    that it shows, by its path.
    """

    global_inputs: Fingerprint
    pages: dict[str, tuple[Fingerprint, Fingerprint]]


_NOTHING = Snapshot(b"", {})


class Preview:
    """The pages that the published site does not have as the content now is.

    ``current`` is the snapshot of all pages as they were read last.
    """

    def __init__(self, options: Options) -> None:
        # One process, since what others read would not be in this one's memory.
        self._options = replace(options, jobs=1)
        self._cache = Cache(options.cache, remember=True)
        self._related = LastRelated(Cache(options.cache))
        self._built, self.current = _NOTHING, _NOTHING
        self._unbuilt: tuple[Renderer | None, dict[str, Page]] = (None, {})

    def renew(self) -> bool:
        """Read what has changed; return False, and keep the pages as they are, where that fails."""
        try:
            hashes = hash_files(self._options.content)
            context, pages, _ = read_site(
                self._options, hashes, self._cache, self._related, exact_lines=False
            )
        except Exception:
            return False  # a build says what is the matter
        global_inputs = fingerprint(
            context.library.site, sorted(context.messages.texts.items()), context.own_style
        )
        self.current = Snapshot(global_inputs, {page.path: (page.shown, page.rest) for page in pages})
        built = self._built.pages if self._built.global_inputs == global_inputs else {}
        current = self.current.pages
        unbuilt = {page.path: page for page in pages if built.get(page.path) != current[page.path]}
        self._unbuilt = (Renderer(context, self._options.templates, self._cache), unbuilt)
        return True

    def settle(self, built: Snapshot) -> None:
        """Record that a build has published the site from the content of this snapshot, or newer content."""
        self._built, self._related = built, LastRelated(Cache(self._options.cache))
        if self.current is built:
            self._unbuilt = (None, {})

    def content(self, path: str) -> bytes | None:
        """Return the bytes of a page; None where the published site has it up to date."""
        renderer, unbuilt = self._unbuilt
        if renderer is None or path not in unbuilt:
            return None
        try:
            text = renderer.text(unbuilt[path])
        except Exception:
            return None  # a build says what is the matter
        return text.encode() if isinstance(text, str) else text
