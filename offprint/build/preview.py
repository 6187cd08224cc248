"""Pages as the content is now, for ``serve``: made when they are asked for, until a build has them.

What a build reads anew each time is held in memory here, so an edit is seen in the time that it takes to look
for what changed and to make the one page that is open. The papers to read next are those of the last build,
and social cards are left out: both come with the next one.
"""

from dataclasses import replace
from typing import NamedTuple

from offprint.build.inputs import hash_files
from offprint.build.options import Options
from offprint.build.pipeline import read_site
from offprint.build.related_step import LastRelated
from offprint.diagnostics import CommandError, ContentError
from offprint.site.pages import Page
from offprint.site.renderer import Renderer
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint, fingerprint


class Seen(NamedTuple):
    """What pages followed from when content was read: all of them, and each by its path."""

    everywhere: Fingerprint
    pages: dict[str, tuple[Fingerprint, Fingerprint]]


_NOTHING = Seen(b"", {})


class Preview:
    """The pages that are not yet built as the content now is.

    ``seen`` is what they follow from.
    """

    def __init__(self, options: Options) -> None:
        # What other processes read would not be in this one's memory.
        self._options = replace(options, jobs=1)
        self._cache = Cache(options.cache, remember=True)
        self._near = LastRelated(Cache(options.cache))
        self._built, self.seen = _NOTHING, _NOTHING
        self._unbuilt: tuple[Renderer | None, dict[str, Page]] = (None, {})

    def renew(self) -> bool:
        """Read what has changed; where there is a fault, leave all as it is and give False."""
        try:
            known = hash_files(self._options.content)
            context, pages, _ = read_site(self._options, known, self._cache, self._near, told=False)
        except (ContentError, CommandError, OSError):
            return False  # a build says what is the matter
        everywhere = fingerprint(
            context.library.site, sorted(context.messages.texts.items()), context.own_style
        )
        self.seen = Seen(everywhere, {page.path: (page.shown, page.rest) for page in pages})
        built = self._built.pages if self._built.everywhere == everywhere else {}
        now = self.seen.pages
        unbuilt = {page.path: page for page in pages if built.get(page.path) != now[page.path]}
        self._unbuilt = (Renderer(context, self._options.templates, self._cache), unbuilt)
        return True

    def settle(self, seen: Seen) -> None:
        """Note that the site has been built from content that was as seen, or newer."""
        self._built, self._near = seen, LastRelated(Cache(self._options.cache))
        if self.seen is seen:
            self._unbuilt = (None, {})

    def content(self, path: str) -> bytes | None:
        """The bytes of a page; None where the built site has it."""
        renderer, unbuilt = self._unbuilt
        if renderer is None or path not in unbuilt:
            return None
        try:
            text = renderer.text(unbuilt[path])
        except ContentError:
            return None  # a build says what is the matter
        return text.encode() if isinstance(text, str) else text
