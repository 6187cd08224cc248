"""``serve``: show the site on this machine as the content is now, and reload the browser on a change.

An edited page is shown from memory (``build/preview.py``) as soon as the edit is read. Builds run in a
background process; they report faults, and bring what a preview leaves out. Each page is sent to the browser
with one more script, which reloads it when it is told to.
"""

import functools
import gc
import http.server
import io
import operator
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from watchfiles import watch
from watchfiles.main import FileChange

from offprint.build.options import Options
from offprint.build.preview import Preview, Snapshot
from offprint.diagnostics import CommandError
from offprint.site.service_worker import WORKER
from offprint.storage.workers import background

_EVENTS, _SCRIPT = "/.offprint/events", "/.offprint/reload.js"
_RELOAD = b"new EventSource('/.offprint/events').onmessage = () => location.reload();\n"
_TAG = f'<script src="{_SCRIPT}"></script></body>'.encode()
_RECORDS = (".md", ".yaml")
_PAUSE = 200  # ms without a change until the next look at whether a build has ended


def serve(options: Options, port: int, rebuild: Callable[[], int], say: Callable[[str], None]) -> None:
    """Serve on 127.0.0.1 until interrupted.

    ``rebuild`` builds once, prints its own faults and returns an exit code; it is called in another process.
    ``say`` prints a line. Raises CommandError where the port is taken, before anything is built.
    """
    preview, changed = Preview(options), threading.Condition()
    handler = functools.partial(_Handler, changed, preview, directory=str(options.output))
    # That process is forked before there are threads here, or anything large to share with it.
    with _listen(port, handler) as server, background(2, _lower_priority, rebuild) as submit:
        build = functools.partial(submit, operator.call)
        folders = (options.content, *options.templates.layers, *options.static.layers)
        watched = [folder for folder in folders if folder.exists()]
        # Changes between two iterations are reported by the second.
        changes = watch(*watched, step=20, debounce=100, rust_timeout=_PAUSE, yield_on_timeout=True)
        first, edited = build(), False
        while not first.done():
            edited |= bool(next(changes))
        if preview.renew() and not first.result():
            preview.settle(preview.current)
        gc.freeze()  # the command line has switched collecting off, and this process lives on
        gc.enable()
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"Serving on http://127.0.0.1:{server.server_port}/ – press Ctrl-C to stop")
        try:
            _follow(changes, preview, build, changed, unbuilt=edited)
        finally:
            server.shutdown()


def _listen(port: int, handler: Callable[..., "_Handler"]) -> http.server.ThreadingHTTPServer:
    """Return a server that listens on the port, and answers when it is started."""
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        taken = CommandError(f"port {port} cannot be used ({reason}); choose another with --port")
        taken.add_note("nothing was built")
        raise taken from None


def _lower_priority(rebuild: Callable[[], int]) -> Callable[[], int]:
    """Return the same function, in a process that leaves the processors to the one that shows an edit."""
    os.nice(10)
    return rebuild


class _Build(NamedTuple):
    """A build under way: its future exit code, and the content that it includes at least.

    With ``reload``, browsers are to reload when it ends: it has something that the preview does not show.
    """

    code: Future[int]
    content: Snapshot
    reload: bool


def _follow(
    changes: Iterable[set[FileChange]],
    preview: Preview,
    build: Callable[[], Future[int]],
    changed: threading.Condition,
    *,
    unbuilt: bool,
) -> None:
    """Show each change and build it, one build at a time; ``unbuilt`` tells whether there is one already."""
    not_shown = unbuilt  # whether there is a change that the preview does not show
    running: _Build | None = None
    for paths in changes:
        if paths:
            unbuilt = True
            if all(path.endswith(_RECORDS) for _, path in paths) and preview.renew():
                _reload(changed)
            else:
                not_shown = True
        if running and running.code.done():
            if not running.code.result():
                preview.settle(running.content)
            if running.reload:
                _reload(changed)
            running = None
        if unbuilt and not running:
            running = _Build(build(), preview.current, not_shown)
            unbuilt = not_shown = False


def _reload(changed: threading.Condition) -> None:
    """Have every browser reload its page."""
    with changed:
        changed.notify_all()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The site's files, previewed pages in their place, the reload script, and its stream of events."""

    def __init__(self, changed: threading.Condition, preview: Preview, *args: Any, **more: Any) -> None:
        self._changed, self._preview = changed, preview
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
        """Send the headers; return the file, a page with the reload script added, or 404.html for neither."""
        address = unquote(urlsplit(self.path).path).lstrip("/")
        name = f"{address}index.html" if not address or address.endswith("/") else address
        path = Path(self.translate_path(self.path))
        if path.is_dir() and name != address:
            path /= "index.html"
        content, status = self._preview.content(name), 200
        if content is None:
            if not path.is_file():
                path, status = Path(self.directory) / "404.html", 404
            if path.suffix != ".html" or not path.is_file():
                return super().send_head()
            name, content = path.name, path.read_bytes()
        if name.endswith(".html"):
            content = content.replace(b"</body>", _TAG)
        self._head(len(content), self.guess_type(name), status)
        return io.BytesIO(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Print nothing: the terminal is for the builds."""

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                with self._changed:
                    event = b"data: reload\n\n" if self._changed.wait(timeout=10) else b": still here\n\n"
                self.wfile.write(event)
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
