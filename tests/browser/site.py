"""Built sites as browsers and validators see them: their pages by kind, and a local server.

Nothing here replaces a part of Offprint. A site is the folder that a web host would serve, together with the
library that it was made from, to compare with.
"""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from offprint.archive.model import Library
from offprint.build.options import Options
from offprint.build.pipeline import read_site
from offprint.build.related_step import RelatedStep
from offprint.commands.build import build
from offprint.site.messages import Messages
from offprint.site.pages import Page
from offprint.storage.cache import Cache
from tests import sites


@dataclass(frozen=True, slots=True)
class Site:
    """A built site: its folder, the library and messages that it was made from, and its pages."""

    root: Path
    library: Library
    messages: Messages
    pages: tuple[Page, ...]

    @property
    def html(self) -> list[str]:
        """The paths of all HTML pages."""
        return [page.path for page in self.pages if page.path.endswith(".html")]

    @property
    def mails(self) -> list[str]:
        """The paths of pages that are to be sent by e-mail: plain HTML, without the site around it."""
        return [page.path for page in self.pages if page.template == "mail.html"]

    def kinds(self) -> list[str]:
        """Return the paths of the largest page of each kind, mails aside.

        Pages are of one kind if the same view makes them at the same depth of folders: so a year, a month and
        a day are three kinds, and the later pages of a list are of another kind than its first.
        """
        return self._largest(lambda page: (page.make.__name__, page.path.count("/")))

    def templates(self) -> list[str]:
        """Return the paths of the largest page of each template, mails aside."""
        return self._largest(lambda page: page.template)

    def _largest(self, kind_of: Callable[[Page], object]) -> list[str]:
        largest: dict[object, str] = {}
        mails = frozenset(self.mails)
        for page in self.pages:
            if page.path.endswith(".html") and page.path not in mails:
                kind = kind_of(page)
                largest[kind] = max(largest.get(kind, page.path), page.path, key=self._size)
        return sorted(largest.values())

    def _size(self, path: str) -> int:
        return (self.root / path).stat().st_size


def build_site(folder: Path, files: dict[str, str]) -> Site:
    """Build a site with a search index from content files, by path (``papers/one.md``)."""
    sites.write_content(folder, files)
    return build_options(sites.options(folder, search=True))


def build_options(options: Options) -> Site:
    """Build a site with these options."""
    build(options, lambda *_: None)
    with RelatedStep() as related:
        context, pages, _ = read_site(options, {}, Cache(options.cache), related)
    return Site(options.output, context.library, context.messages, tuple(pages))


@contextmanager
def serve(root: Path, below: str = "/") -> Iterator[str]:
    """Serve a folder under a path of 127.0.0.1, as a static host does; yield the address of its root."""
    handler = functools.partial(_Handler, below, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{below}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder under a path; 404.html with status 404 for anything else."""

    def __init__(self, below: str, *args: Any, **more: Any) -> None:
        self._below = below
        super().__init__(*args, **more)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self._below):
            return str(Path(self.directory) / "outside")
        return super().translate_path("/" + path.removeprefix(self._below))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.read_bytes())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Print nothing: the browser's side of a test checks what was requested."""
