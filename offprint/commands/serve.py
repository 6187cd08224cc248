"""``serve``: show the site on this machine as the content is now, and reload the browser on a change.

An edited page is shown from memory (``build/preview.py``) as soon as the edit is read. Builds run in a
background process; they report faults, and bring what a preview leaves out. Each page is sent to the browser
with one more script, which reloads it when it is told to, and shows over it what is wrong with the content.
"""

import contextlib
import functools
import gc
import http.server
import io
import json
import operator
import os
import socket
import threading
import webbrowser
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from watchfiles import Change, watch
from watchfiles.main import FileChange

from offprint.build.options import Options
from offprint.build.preview import Preview, Snapshot
from offprint.diagnostics import CommandError
from offprint.site.service_worker import WORKER
from offprint.storage.workers import background

_EVENTS, _SCRIPT = "/.offprint/events", "/.offprint/reload.js"
_TAG = f'<script src="{_SCRIPT}"></script></body>'.encode()
_RECORDS = (".md", ".yaml")
_PAUSE = 200  # ms without a change until the next look at whether a build has ended
_NO_SITE = b"<!doctype html><title>Offprint</title><p>There is no site yet.</body>"

Failure = tuple[str, ...]  # the messages of a build that failed, as a person reads them; empty for a success


class Address(NamedTuple):
    """Where to serve: a host, a port (0 for any that is free), and whether to open a browser there."""

    host: str
    port: int
    open: bool


class _State:
    """What all browsers are to show, shared between the threads that answer them.

    ``failure`` is that of the last build; ``version`` counts the times that pages were to be loaded anew.
    """

    def __init__(self, preview: Preview) -> None:
        self.preview = preview
        self.changed = threading.Condition()
        self.failure: Failure = ()
        self.version = 0

    def report(self, failure: Failure) -> None:
        """Show the failure of a build in every browser, or take it away."""
        with self.changed:
            if failure != self.failure:
                self.failure = failure
                self.changed.notify_all()

    def reload(self) -> None:
        """Have every browser load its page anew."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()


def serve(
    options: Options, address: Address, rebuild: Callable[[], Failure], say: Callable[[str], None]
) -> None:
    """Serve until interrupted, whatever happens to builds.

    ``rebuild`` builds once, prints its own faults and returns them; it is called in another process. ``say``
    prints a line. Raises CommandError where the port is taken, before anything is built.
    """
    # The process of builds is forked before there are threads here, or anything large to share with it.
    with _listening(address) as listener, _Builder(rebuild) as builder:
        changes, first = _changes(options), builder.build()
        state = _State(Preview(options))
        handler = functools.partial(_Handler, state, directory=str(options.output))
        with _server(listener, handler) as server:
            where = f"http://{_host(address.host)}:{server.server_port}/"
            say(f"Serving on {where} – press Ctrl-C to stop")
            edited = _wait_for_first(first, changes)
            failure = builder.result(first)
            if state.preview.renew() and not failure:
                state.preview.settle(state.preview.current)
            state.report(failure)
            state.reload()
            gc.freeze()  # the command line has switched collecting off, and this process lives on
            gc.enable()
            if address.open:
                webbrowser.open(where)
            _follow(changes, state, builder, unbuilt=edited)


class _Builder:
    """A background process that builds, one build at a time; where it is killed, another is started."""

    def __init__(self, rebuild: Callable[[], Failure]) -> None:
        self._rebuild = rebuild
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> "_Builder":
        self._start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._resources.__exit__(*error)

    def _start(self) -> None:
        self._submit = self._resources.enter_context(background(2, _lower_priority, self._rebuild))

    def build(self) -> Future[Failure]:
        """Begin a build; return its future result, for ``result()``."""
        try:
            future: Future[Failure] = self._submit(operator.call)
        except BrokenExecutor:
            self._resources.close()
            self._start()
            future = self._submit(operator.call)
        return future

    def result(self, build: Future[Failure]) -> Failure:
        """Return what a build has failed with, whatever that was."""
        try:
            return build.result()
        except BrokenExecutor:
            return ("the process of the build was killed; is there too little memory?",)
        except Exception as error:
            return (f"Offprint has a fault: {type(error).__name__}: {error}",)


class _Build(NamedTuple):
    """A build under way: its future result, and the content that it includes at least.

    With ``reload``, browsers are to reload when it ends: it has something that the preview does not show.
    """

    future: Future[Failure]
    content: Snapshot
    reload: bool


def _follow(changes: Iterator[set[FileChange]], state: _State, builder: _Builder, *, unbuilt: bool) -> None:
    """Show each change and build it, one build at a time; ``unbuilt`` tells whether there is one already."""
    preview = state.preview
    not_shown = unbuilt  # whether there is a change that the preview does not show
    running: _Build | None = None
    for paths in changes:
        if paths:
            unbuilt = True
            if all(path.endswith(_RECORDS) for _, path in paths) and preview.renew():
                state.reload()
            else:
                not_shown = True
        if running and running.future.done():
            failure = builder.result(running.future)
            if not failure:
                preview.settle(running.content)
            state.report(failure)
            if running.reload and not failure:
                state.reload()
            running = None
        if unbuilt and not running:
            running = _Build(builder.build(), preview.current, not_shown)
            unbuilt = not_shown = False


def _changes(options: Options) -> Iterator[set[FileChange]]:
    """Yield the changes of files that a build reads; those between two iterations come with the second.

    A folder that appears, or takes the place of another, is a change itself and is watched from then on.
    """
    folders = (options.content, *options.templates.layers, *options.static.layers)
    watched = _present(folders)
    changes = _watch(watched)
    while True:
        changed = next(changes)
        if (present := _present(folders)) != watched:
            changes.close()
            changes = _watch(present)
            renewed = {folder for folder, _ in present.items() ^ watched.items()}
            # The new watch begins before the change is told, so that nothing happens unseen in between.
            changed |= next(changes) | {(Change.modified, str(folder)) for folder in renewed}
            watched = present
        yield changed


def _watch(folders: Iterable[Path]) -> Generator[set[FileChange], None, None]:
    """Return the changes in folders that are there; an empty set after each pause without one."""
    return watch(*folders, step=20, debounce=100, rust_timeout=_PAUSE, yield_on_timeout=True)


def _present(folders: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Return the folders that are there, each with its device and inode, by which it is told from another."""
    return {
        folder: (state.st_dev, state.st_ino)
        for folder in folders
        if folder.is_dir()
        for state in (folder.stat(),)
    }


def _wait_for_first(first: Future[Failure], changes: Iterator[set[FileChange]]) -> bool:
    """Wait until the first build has ended; return whether anything was changed meanwhile."""
    edited = False
    while not first.done():
        edited |= bool(next(changes))
    return edited


def _lower_priority(rebuild: Callable[[], Failure]) -> Callable[[], Failure]:
    """Return the same function, in a process that leaves the processors to the one that shows an edit."""
    os.nice(10)
    return rebuild


@contextlib.contextmanager
def _listening(address: Address) -> Iterator[socket.socket]:
    """Yield a socket that listens at an address; raises CommandError where it cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listener = socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        where = f"{_host(address.host)}:{address.port}"
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        taken = CommandError(
            f"cannot serve on {where}: {reason}; choose another with --port (0 for any) or --host"
        )
        taken.add_note("nothing was built")
        raise taken from None
    with listener:
        yield listener


@contextlib.contextmanager
def _server(listener: socket.socket, handler: Callable[..., Any]) -> Iterator[http.server.HTTPServer]:
    """Yield a server that answers on a listening socket in threads of its own, until the block ends."""
    server = http.server.ThreadingHTTPServer(listener.getsockname()[:2], handler, bind_and_activate=False)
    server.socket.close()
    server.socket, server.daemon_threads = listener, True
    server.server_name, server.server_port = listener.getsockname()[:2]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()


def _host(host: str) -> str:
    """Return a host as an address has it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The site's files, previewed pages in their place, the reload script, and its stream of events."""

    def __init__(self, state: _State, *args: Any, **more: Any) -> None:
        self._state = state
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        if self.path == f"/{WORKER}":
            self.send_error(404, "pages that change are not kept")
        elif self.path == _EVENTS:
            self._stream()
        elif self.path == _SCRIPT:
            script = Path(__file__).with_name("overlay.js").read_bytes()
            self._answer(script, "text/javascript; charset=utf-8", 200)
        else:
            super().do_GET()

    def send_head(self) -> Any:
        """Send the headers; return the file, a page with the reload script added, or 404.html for neither."""
        address = unquote(urlsplit(self.path).path).lstrip("/")
        name = f"{address}index.html" if not address or address.endswith("/") else address
        path = Path(self.translate_path(self.path))
        if path.is_dir() and name != address:
            path /= "index.html"
        content, status = self._state.preview.content(name), 200
        if content is None:
            if not path.is_file():
                path, status = Path(self.directory) / "404.html", 404
            if path.suffix == ".html" and not path.is_file():
                name, content = path.name, _NO_SITE
            elif path.suffix != ".html":
                return super().send_head()
            else:
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
        """Send an event for each failure and each reload: the failure's messages, as JSON, or ``null``."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        state = self._state
        version = state.version
        failure: Failure | None = None  # of which the browser knows
        try:
            while True:
                with state.changed:
                    if version == state.version and failure == state.failure:
                        state.changed.wait(timeout=10)
                    reload, shown = version != state.version, failure
                    version, failure = state.version, state.failure
                if reload:
                    event = "data: reload\n\n"
                elif failure != shown:
                    event = f"event: failure\ndata: {json.dumps(failure)}\n\n"
                else:
                    event = ": still here\n\n"
                self.wfile.write(event.encode())
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
