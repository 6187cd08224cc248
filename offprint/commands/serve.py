"""``serve``: build, show the site on this machine, build again when something changes, reload the browser.

The served pages are the built ones; only on their way to the browser a script is added to each, which
waits for the word to reload.
"""

import functools
import gc
import http.server
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchfiles import watch

from offprint.commands import Options
from offprint.worker import WORKER

_EVENTS, _SCRIPT = "/.offprint/events", "/.offprint/reload.js"
_RELOAD = b"new EventSource('/.offprint/events').onmessage = () => location.reload();\n"
_TAG = f'<script src="{_SCRIPT}"></script></body>'.encode()


def serve(options: Options, port: int, rebuild: Callable[[bool], int], say: Callable[[str], None]) -> None:
    """Serve on 127.0.0.1 until interrupted.

    ``rebuild(later)`` builds once, tells of its own faults and gives an exit code; with ``later`` it leaves
    the search index as it is, so that an edit is shown before it is found.
    """
    rebuild(False)
    changed = threading.Condition()
    handler = functools.partial(_Handler, changed, directory=str(options.output))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"Serving on http://127.0.0.1:{server.server_port}/ – press Ctrl-C to stop")
        watched = [path for path in (options.content, options.templates, options.static) if path.exists()]
        try:
            for _ in watch(*watched, step=20, debounce=100):
                failed = rebuild(True)
                with changed:
                    changed.notify_all()
                if options.search and not failed:
                    rebuild(False)
                gc.collect()  # the command line has switched it off, and this process lives on
        finally:
            server.shutdown()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the site, the reload script, and the stream of its events."""

    def __init__(self, changed: threading.Condition, *args: Any, **more: Any) -> None:
        self._changed = changed
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        if self.path == f"/{WORKER}":
            self.send_error(404, "pages that change are not kept")
        elif self.path == _EVENTS:
            self._stream()
        elif self.path == _SCRIPT:
            self._answer(_RELOAD, "text/javascript", 200)
        else:
            super().do_GET()

    def send_head(self) -> Any:
        """The file, or for a page a copy with the reload script; 404.html where there is none."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        missing = not path.is_file()
        if missing:
            path = Path(self.directory) / "404.html"
        if path.suffix != ".html" or not path.is_file():
            return super().send_head()
        page = path.read_bytes().replace(b"</body>", _TAG)
        self._head(len(page), "text/html; charset=utf-8", 404 if missing else 200)
        return io.BytesIO(page)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the terminal is for the builds."""

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                with self._changed:
                    word = b"data: reload\n\n" if self._changed.wait(timeout=10) else b": still here\n\n"
                self.wfile.write(word)
                self.wfile.flush()
        except OSError:
            return  # the browser went away

    def _answer(self, body: bytes, kind: str, status: int) -> None:
        self._head(len(body), kind, status)
        self.wfile.write(body)

    def _head(self, length: int, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()
