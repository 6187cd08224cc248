"""The command line: arguments, printing, exit codes. Nothing else in the package prints.

Exit codes: 0 done, 1 a fault in content or in publishing (nothing was published), 2 arguments that make no
sense, 130 interrupted.
"""

import argparse
import gc
import io
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from offprint.commands import Options
from offprint.commands.build import Built, build
from offprint.commands.check import check
from offprint.commands.pack import pack
from offprint.commands.serve import serve
from offprint.content import source_line
from offprint.diagnostics import SEVERITIES, ContentError, Diagnostic, count, format_text
from offprint.offline import PackError
from offprint.publish import PublishError
from offprint.search import SearchError

COMMANDS = ("build", "check", "serve", "pack")


def main(arguments: Sequence[str], project: Path) -> int:
    """Run one command; ``project`` is the folder with content, templates and static. Gives the exit code."""
    # A build makes millions of small frozen objects and no cycles: collecting takes a fifth of its time.
    gc.disable()
    words = list(arguments)
    if not words or (words[0] not in COMMANDS and words[0] not in ("-h", "--help")):
        words.insert(0, "build")
    given = _parser(project).parse_args(words)
    options = Options(
        content=given.content.absolute(),
        output=given.output.absolute(),
        templates=project / "templates",
        static=project / "static",
        cache=project / ".cache",
        jobs=given.jobs,
        search=given.search,
    )
    if isinstance(sys.stdout, io.TextIOWrapper):  # an odd name of a folder must not end a build that is done
        sys.stdout.reconfigure(errors="backslashreplace")
    screen = _Screen(given.quiet)
    try:
        return _run(given, options, screen)
    except KeyboardInterrupt:
        screen.error("interrupted; the site is the old one or the new one, whole")
        return 130


def _run(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    if given.command == "serve":
        serve(
            options,
            given.port,
            lambda: _guarded(lambda: _build(options, screen), options, screen),
            screen.say,
        )
        return 0
    if given.command == "pack":
        return _guarded(lambda: _pack(given, options, screen), options, screen)
    run = _check if given.command == "check" else _build
    return _guarded(lambda: run(options, screen), options, screen)


def _guarded(run: Any, options: Options, screen: "_Screen") -> int:
    """Run, and turn each kind of failure into a message."""
    try:
        run()
    except ContentError as error:
        screen.diagnostics(error.diagnostics, options)
        screen.error(f"{_tally(error.diagnostics)}; nothing was published")
    except PackError as error:
        screen.error(f"{error}; nothing was packed")
    except (PublishError, SearchError) as error:
        screen.error(f"{error}; nothing was published")
    except BrokenProcessPool:
        screen.error("a process of the build was killed; is there too little memory? nothing was published")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        screen.error(f"{error.strerror or error}{where}; nothing was published")
    else:
        return 0
    return 1


def _build(options: Options, screen: "_Screen") -> None:
    started = time.perf_counter()
    with screen.progress() as progress:
        built: Built = build(options, progress)
    seconds = time.perf_counter() - started
    screen.diagnostics(built.warnings, options)
    made = f"{_plural(built.papers, 'paper')}, {_plural(built.pages, 'page')} in {seconds:.1f} s"
    screen.say(f"{made}: {_shown(options.output)}/index.html")


def _check(options: Options, screen: "_Screen") -> None:
    press, warnings = check(options)
    screen.diagnostics(warnings, options)
    tally = f"; {_tally(warnings)}" if warnings else ""
    screen.say(f"{_plural(len(press.library.papers), 'paper')} without errors{tally}")


def _pack(given: argparse.Namespace, options: Options, screen: "_Screen") -> None:
    started = time.perf_counter()
    with screen.progress() as progress:
        packed = pack(options, given.target, progress)
    seconds = time.perf_counter() - started
    made = f"{_plural(packed.files, 'file')}, {packed.bytes / 1_000_000:.1f} MB in {seconds:.1f} s"
    screen.say(f"{made}: {_shown(packed.path)}")


def _tally(diagnostics: Sequence[Diagnostic]) -> str:
    """``2 errors and 1 warning``."""
    counts = ((word, count(diagnostics, word)) for word in SEVERITIES)
    return " and ".join(_plural(number, word) for word, number in counts if number)


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _shown(path: Path) -> str:
    """A path as short as it can be written from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _parser(project: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Turn a folder of paper records into a dated, searchable archive.",
        epilog="Without a command, build.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--content", type=Path, default=project / "content", metavar="DIR", help="the records"
    )
    common.add_argument(
        "--output", type=Path, default=project / "_site", metavar="DIR", help="the built site"
    )
    common.add_argument("--no-search", dest="search", action="store_false", help="leave out the search index")
    _add_general(common)
    packing = commands.add_parser("pack", help="make the offline edition of the built site: one zip")
    packing.add_argument(
        "--site", dest="output", type=Path, default=project / "_site", metavar="DIR", help="the built site"
    )
    packing.add_argument(
        "--output",
        dest="target",
        type=Path,
        metavar="PATH",
        help="the folder or .zip file to write (beside the site); in the site itself, the site offers it",
    )
    packing.set_defaults(content=project / "content", search=True)
    _add_general(packing)
    commands.add_parser("build", parents=[common], help="build the site (the default)")
    commands.add_parser("check", parents=[common], help="find every fault in the content; write nothing")
    serving = commands.add_parser("serve", parents=[common], help="build, show, and rebuild on change")
    serving.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1 (8000)")
    return parser


def _add_general(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_positive, default=_processors(), metavar="N", help="processes to use")
    parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")


def _processors() -> int:
    """As many jobs as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class _Screen:
    """What a person sees: results on standard output, faults and progress on standard error."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._errors = Console(stderr=True, highlight=False)

    def say(self, text: str) -> None:
        if not self._quiet:
            print(text, flush=True)  # noqa: T201

    def error(self, text: str) -> None:
        print(f"error: {text}", file=sys.stderr)  # noqa: T201

    def diagnostics(self, diagnostics: Sequence[Diagnostic], options: Options) -> None:
        for each in diagnostics:
            line = source_line(options.content, each.position)
            print(format_text(each, line), file=sys.stderr)  # noqa: T201

    def progress(self) -> "_Progress":
        return _Progress(self._errors, self._quiet)


class _Progress:
    """A bar where a person watches, a line for each stage where none does, nothing where quiet."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self._quiet, self._stage = quiet, ""
        self._bar = None
        if console.is_terminal and not quiet:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=console, transient=True)
            self._task = self._bar.add_task("")

    def __enter__(self) -> "_Progress":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bar:
            self._bar.update(self._task, description=stage, completed=done, total=total or None)
        elif stage != self._stage and not self._quiet:
            print(f"{stage} …", file=sys.stderr, flush=True)  # noqa: T201
        self._stage = stage
