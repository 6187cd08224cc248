"""One small archive in all the forms that a reader meets, and a server that can be stopped."""

import functools
import http.server
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from offprint.offline.edition import pack
from tests.sites import TEMPLATES, build_site

ODD = "two words #1 100% %41 读"  # a folder whose name must be escaped in an address
PAPERS = 90
_WORDS = "video language model frame token clip caption motion retrieval question answer scene".split()
SITE = """\
title: Small archive
url: https://example.org/archive/
short_name: Small
page_size: 20
"""


def content() -> dict[str, str]:
    """Papers whose words, dates, votes, topics and organizations differ in ways that a search can tell."""
    files = {"site.yaml": SITE}
    files |= {f"topics/{name}.md": f"---\nname: {name.title()}\n---\n" for name in ("video", "text", "sound")}
    for n in range(PAPERS):
        words = " ".join(_WORDS[(n * 7 + i * (1 + n % 3)) % len(_WORDS)] for i in range(40))
        date = f"date: 20{20 + n % 6}-{1 + n % 12:02}-{1 + n % 27:02}\n" if n % 11 else ""
        status = "status: retracted\nnotice: The data were lost.\n" if n % 29 == 5 else ""
        files[f"papers/p{n:03}.md"] = (
            f'---\ntitle: "Paper {n} on {_WORDS[n % 12]} & <{_WORDS[(n + 5) % 12]}>"\n{date}{status}'
            f"listed: 2026-06-{1 + n % 30:02}\nupvotes: {n * 37 % 101}\n"
            f"authors: [Grace Hopper, Author {n % 9}]\norganizations: [Lab {n % 4}, Étude {n % 2}]\n"
            f"topics: [{('video', 'text', 'sound')[n % 3]}]\n---\n"
            f"The exact phrase number{n % 5} stands here. {words}. Naïve Bayes, 读书, $x^{n % 7}$.\n"
        )
    return files


def build_hosted(folder: Path) -> Path:
    """The archive as it is hosted."""
    build_site(folder, content(), search=True)
    return folder / "_site"


def unpack(site: Path, folder: Path) -> Path:
    """Pack a site and unpack the zip as a reader would; gives its one top folder."""
    packed = pack(site, folder, TEMPLATES, 1, lambda *_: None)
    with zipfile.ZipFile(packed.path) as archive:
        archive.extractall(folder)
    (top,) = (path for path in folder.iterdir() if path.is_dir())
    return top


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, asked: list[str], *args: Any, **more: Any) -> None:
        self._asked = asked
        super().__init__(*args, **more)

    def translate_path(self, path: str) -> str:
        """The site lies below ``/repository/``, as a project's does on GitHub Pages."""
        self._asked.append(path)
        return super().translate_path(
            path.removeprefix("/repository") if "/repository/" in path else "/nothing"
        )

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *given: Any) -> None:
        self.accepted: list[socket.socket] = []
        super().__init__(*given)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.accepted.append(connection)
        return connection, address


class Server:
    """Serves a folder at ``http://localhost:port/repository/``; stop() leaves nothing that answers."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.asked: list[str] = []
        handler = functools.partial(_Handler, self.asked, directory=str(folder))
        self._server = _Listener(("127.0.0.1", port), handler)
        self.port = self._server.server_port
        self.address = f"http://localhost:{self.port}/repository/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        # A browser opens connections before it needs them; those would still be answered.
        for connection in self._server.accepted:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[Server]:
    """A server for as long as the context lasts."""
    server = Server(folder, port)
    try:
        yield server
    finally:
        server.stop()
