"""Builds that are killed at each of their file-system events, told of by Python's audit hooks.

    python -m tests.hostile.killed FOLDER

FOLDER holds ``old/content`` and ``new/content``. For every n, the site of the old content is published, a
build of the new content is killed just before its n-th event (``SIGKILL``: nothing of it runs any more), and
the next build runs. Prints a line of JSON for each n: the event, how the build ended, which site was there
then, how the next build ended, which site was there after it, and what else lay beside it.

One process has read both contents and rendered both sites' pages; it forks for each build, which then only
does what is tried here: what publish.py does.
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
from tests.sites import options, tree

_EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.dlopen", "ctypes.dlsym")


def kill_at_each_event(folder: Path, say: Callable[[str], object]) -> None:
    """Kill a build at every event, from the first to the last; see above."""
    static = folder / "static"
    static.mkdir()
    (static / "style.css").write_text("p { color: black }")
    site = folder / "site"
    site.mkdir()
    _remember_pages()
    whole: dict[str, dict[str, bytes]] = {}
    for name in ("old", "new"):
        _build(_options(folder, name))
        whole[name] = tree(site / "_site")
        if name == "old":
            shutil.copytree(site, folder / "before")
    event = ""
    for number in range(1, 10_000):
        shutil.rmtree(site)
        shutil.copytree(folder / "before", site)
        told, tell = os.pipe()
        status = _forked(functools.partial(_killed_build, _options(folder, "new"), number, tell))
        os.close(tell)
        with os.fdopen(told, "rb") as pipe:
            event = pipe.read().decode()
        after = _which(site, whole)
        again = _forked(lambda: _build(_options(folder, "new")))
        beside = sorted(each.name for each in site.iterdir() if each.name not in ("_site", ".cache"))
        say(json.dumps([event, status, after, again, _which(site, whole), beside]))
        if status == 0:
            return


def _options(folder: Path, name: str) -> Options:
    """Options that build ``folder/name/content`` into ``folder/site/_site``, with the cache beside it."""
    made, site = options(folder / name), folder / "site"
    return dataclasses.replace(made, output=site / "_site", cache=site / ".cache", static=folder / "static")


def _remember_pages() -> None:
    """Make the same content's press and pages once in this process and its forks."""
    presses: dict[Path, Any] = {}
    texts: dict[tuple[int, str], str | bytes] = {}
    read_really, text_really = read_site, Renderer.text

    def remembered(options: Options, known: Any, cache: Any, comparison: Any) -> Any:
        if options.content not in presses:
            presses[options.content] = read_really(options, known, cache, comparison), comparison.near
        found, comparison.near = presses[options.content]
        return found

    def remembered_text(self: Renderer, page: Any) -> str | bytes:
        key = (id(self._context.library), page.path)
        if key not in texts:
            texts[key] = text_really(self, page)
        return texts[key]

    vars(pipeline)["read_site"] = remembered
    Renderer.text = remembered_text  # type: ignore[method-assign]


def _build(options: Options) -> None:
    build_command.build(options, lambda *_: None)


def _killed_build(options: Options, number: int, tell: int) -> None:
    left = number

    def count(event: str, arguments: Iterable[object]) -> None:
        nonlocal left
        if event.startswith(_EVENTS):
            left -= 1
            if not left:
                os.write(tell, f"{event} {arguments!r}".encode())
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    _build(options)


def _forked(run: Callable[[], None]) -> int:
    """Run in a process of its own; its exit code, negative where a signal ended it."""
    child = os.fork()
    if not child:
        try:
            run()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _which(site: Path, whole: dict[str, dict[str, bytes]]) -> str:
    """The name of the site that is published, every byte of it, or what is the matter."""
    found = tree(site / "_site")
    return next((name for name, files in whole.items() if files == found), f"{len(found)} files of neither")


if __name__ == "__main__":
    kill_at_each_event(Path(sys.argv[1]), print)
