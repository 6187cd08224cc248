"""Kill a build at each of its file-system events, which Python's audit hooks report.

    python -m tests.hostile.killed FOLDER

FOLDER holds ``old/content`` and ``new/content``. For every n, the site of the old content is published, a
build of the new content is killed just before its n-th event (``SIGKILL``: nothing of it runs any more), and
the next build runs. Prints a line of JSON for each n: the event, the killed build's exit status, which site
was published then ("old" or "new"), the next build's exit status, which site was published after it, and the
names of whatever else lay beside the site.

One process reads both contents and renders the pages of both sites. It forks for each build, which then does
only what is tested here: what ``build/publish.py`` does.
"""

import dataclasses
import functools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from offprint.build import pipeline
from offprint.build.options import Options
from offprint.build.pipeline import read_site
from offprint.commands import build as build_command
from offprint.site.renderer import Renderer
from offprint.storage.folders import Overlay
from tests.sites import options, tree

_EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.dlopen", "ctypes.dlsym")


def kill_at_each_event(folder: Path, say: Callable[[str], object]) -> None:
    """Kill a build at every event, from the first to the last; call ``say`` with each line of JSON."""
    static = folder / "static"
    static.mkdir()
    (static / "style.css").write_text("p { color: black }")
    site = folder / "site"
    site.mkdir()
    _remember_pages()
    sites: dict[str, dict[str, bytes]] = {}
    for name in ("old", "new"):
        _build(_options(folder, name))
        sites[name] = tree(site / "_site")
        if name == "old":
            shutil.copytree(site, folder / "before")
    event = ""
    for number in range(1, 10_000):
        shutil.rmtree(site)
        shutil.copytree(folder / "before", site)
        reader, writer = os.pipe()
        status = _fork(functools.partial(_killed_build, _options(folder, "new"), number, writer))
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            event = pipe.read().decode()
        after = _published(site, sites)
        next_status = _fork(lambda: _build(_options(folder, "new")))
        others = sorted(each.name for each in site.iterdir() if each.name not in ("_site", ".cache"))
        say(json.dumps([event, status, after, next_status, _published(site, sites), others]))
        if status == 0:
            return


def _options(folder: Path, name: str) -> Options:
    """Return options to build ``folder/name/content`` into ``folder/site/_site``, with a cache."""
    common, site = options(folder / name), folder / "site"
    static = Overlay(folder / "static", folder / "no own")
    return dataclasses.replace(common, output=site / "_site", cache=site / ".cache", static=static)


def _remember_pages() -> None:
    """Have each content read, and each page rendered, only once in this process and its forks."""
    sites: dict[Path, Any] = {}
    texts: dict[tuple[int, str], str | bytes] = {}
    original_text = Renderer.text

    def read_once(options: Options, hashes: Any, cache: Any, related: Any) -> Any:
        if options.content not in sites:
            sites[options.content] = read_site(options, hashes, cache, related), related.result
        site, related.result = sites[options.content]
        return site

    def render_once(self: Renderer, page: Any) -> str | bytes:
        key = (id(self._context.library), page.path)
        if key not in texts:
            texts[key] = original_text(self, page)
        return texts[key]

    vars(pipeline)["read_site"] = read_once
    Renderer.text = render_once  # type: ignore[method-assign]


def _build(options: Options) -> None:
    build_command.build(options, lambda *_: None)


def _killed_build(options: Options, number: int, writer: int) -> None:
    """Build until just before the event of this number; write that event to the pipe and be killed."""
    left = number

    def count(event: str, arguments: Iterable[object]) -> None:
        nonlocal left
        if event.startswith(_EVENTS):
            left -= 1
            if not left:
                os.write(writer, f"{event} {arguments!r}".encode())
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    _build(options)


def _fork(run: Callable[[], None]) -> int:
    """Run in a process of its own; return its exit code, negative where a signal ended it."""
    child = os.fork()
    if not child:
        try:
            run()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _published(site: Path, sites: dict[str, dict[str, bytes]]) -> str:
    """Return the name of the site that is published, equal in every byte, or say that it is neither."""
    published = tree(site / "_site")
    same = (name for name, files in sites.items() if files == published)
    return next(same, f"{len(published)} files of neither")


if __name__ == "__main__":
    kill_at_each_event(Path(sys.argv[1]), print)
