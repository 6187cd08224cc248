"""A whole site for a test: written as files, built as anyone would build it, and served on this machine.

Nothing here replaces a part of Offprint. A test gives the text of every content file; what it gets is the
folder that a web server would be given, and the library that the folder was made from, to compare with.
"""

import functools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from offprint.commands import Options
from offprint.commands.build import build
from offprint.commands.check import check
from offprint.model import Library
from offprint.pages import Page

REPOSITORY = Path(__file__).resolve().parents[2]
SITE_YAML = "title: Small Archive\nurl: https://papers.example/archive/\n"


@dataclass(frozen=True, slots=True)
class Site:
    """A built site: its folder, what it was made from, and its pages."""

    root: Path
    library: Library
    pages: tuple[Page, ...]

    @property
    def html(self) -> list[str]:
        """The paths of all HTML pages."""
        return [page.path for page in self.pages if page.path.endswith(".html")]

    def kinds(self) -> list[str]:
        """A page of every kind that this site has, the largest of its kind.

        A kind is what makes the page and how deep it lies: so a year, a month and a day are three kinds,
        and the later pages of a list are another than its first.
        """
        largest: dict[tuple[str, int], str] = {}
        for path, kind in ((p.path, (p.make.__name__, p.path.count("/"))) for p in self.pages):
            if path.endswith(".html"):
                largest[kind] = max(largest.get(kind, path), path, key=self._size)
        return sorted(largest.values())

    def _size(self, path: str) -> int:
        return (self.root / path).stat().st_size


def build_site(folder: Path, files: Mapping[str, str]) -> Site:
    """Write content files (``papers/one.md``; ``site.yaml`` where it is not the small one) and build them."""
    for path, text in {"site.yaml": SITE_YAML, **files}.items():
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return build_content(folder / "content", folder / "site")


def build_content(content: Path, output: Path) -> Site:
    """Build a folder of content with the repository's own templates and static files."""
    options = Options(
        content=content,
        output=output,
        templates=REPOSITORY / "templates",
        static=REPOSITORY / "static",
    )
    build(options, lambda *_: None)
    library, pages, _ = check(options)
    return Site(output, library, tuple(pages))


@contextmanager
def serve(root: Path, below: str = "/") -> Iterator[str]:
    """Serve a folder on this machine below a path, as a static host does; gives the address of its root."""
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
    """Files below a path; 404.html with its status for whatever is not there."""

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
        """Say nothing: what is asked for is for the browser's side to tell."""
