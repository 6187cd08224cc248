"""The command line: arguments, printing, exit codes. Nothing else in the package prints.

What a command needs is loaded when it is run: a build with nothing to do ends before most would be.

Exit codes: 0 done, 1 a fault in content or in publishing (nothing was published), 2 arguments that make no
sense, 130 interrupted.
"""

import argparse
import datetime as dt
import functools
import gc
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from offprint.build.options import Options
from offprint.commands.build import build
from offprint.diagnostics import SEVERITIES, CommandError, ContentError, Diagnostic, count, format_text
from offprint.storage.files import source_lines

if TYPE_CHECKING:
    from rich.progress import Progress

COMMANDS = ("build", "check", "serve", "pack", "new", "import", "schema")
_UNPUBLISHED, _UNPACKED, _UNWRITTEN = "nothing was published", "nothing was packed", "no record was written"


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
        explain=getattr(given, "explain", False),
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
    runs = {
        "build": _build,
        "check": _check,
        "serve": _serve,
        "pack": _pack,
        "new": _new,
        "import": _import,
        "schema": _schema,
    }
    outcome = {"new": _UNWRITTEN, "import": _UNWRITTEN, "pack": _UNPACKED}.get(given.command, _UNPUBLISHED)
    return _guarded(runs[given.command], given, options, screen, outcome)


def _guarded(
    run: Callable[[argparse.Namespace, Options, "_Screen"], int],
    given: argparse.Namespace,
    options: Options,
    screen: "_Screen",
    outcome: str,
) -> int:
    """Run, and turn each kind of failure into a message that ends with what then holds."""
    try:
        return run(given, options, screen)
    except ContentError as error:
        screen.diagnostics(error.diagnostics, options)
        screen.error(f"{_tally(error.diagnostics)}; {outcome}")
    except CommandError as error:
        screen.error(f"{error}; {outcome}")
    except BrokenExecutor:
        screen.error(f"a process of the build was killed; is there too little memory? {outcome}")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        screen.error(f"{error.strerror or error}{where}; {outcome}")
    return 1


def _build(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    started = time.perf_counter()
    with screen.progress() as progress:
        built = build(options, progress)
    seconds = time.perf_counter() - started
    screen.diagnostics(built.warnings, options)
    for path, reason in built.explanations:
        screen.say(f"{path}: {reason}")
    what = f"{_plural(built.papers, 'paper')}, {_plural(built.pages, 'page')}"
    if built.rendered < built.pages:
        what += f", {built.rendered:,} of them made anew" if built.rendered else ", none of which has changed"
    screen.say(f"{what}, in {seconds:.1f} s: {_shown(options.output)}/index.html")
    return 0


def _serve(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.serve import serve

    serve(options, given.port, functools.partial(_rebuild, given, options, screen), screen.say)
    return 0


def _rebuild(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    """Build in a process that lives on."""
    code = _guarded(_build, given, options, screen, _UNPUBLISHED)
    gc.collect()
    return code


def _check(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.check import examine

    with screen.progress() as progress:
        checked = examine(options, given.files, fix=given.fix, links=given.links, progress=progress)
    found = checked.diagnostics
    for path, each in checked.mended:
        screen.note(f"{path}:{each.line}: mended: {each.what}")
    if given.format != "text":
        from offprint.contribute import reports

        screen.raw(reports.github(found) if given.format == "github" else reports.as_json(found))
        return 1 if count(found, "error") else 0
    screen.diagnostics(found, options)
    if count(found, "error"):
        screen.error(f"{_tally(found)}; {_UNPUBLISHED}")
        return 1
    tally = f"; {_tally(found)}" if found else ""
    what = _plural(len(given.files), "file") if given.files else _plural(checked.papers, "paper")
    screen.say(f"{what} without errors{tally}")
    return 0


def _new(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.new import Wanted, new, understood

    wanted = understood(given.arxiv or given.doi or given.title or "")
    ask = None
    if wanted == Wanted():
        if not sys.stdin.isatty():
            screen.error("say which paper: --arxiv ID, --doi DOI or its title")
            return 2
        ask = screen.ask
    written = new(options, wanted, dt.date.today(), ask)
    screen.say(f"{written.path} was written; see it with: python build.py serve")
    for note in written.notes:
        screen.note(note)
    return 0


def _import(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.importing import import_file

    with screen.progress() as progress:
        done = import_file(options, given.file, given.listed or "", progress)
    for each in done.notes:
        screen.note(format_text(each, None))
    for line in done.skipped:
        screen.note(f"skipped: {line}")
    if done.left:
        most = sorted(done.left.items(), key=lambda each: (-each[1], each[0]))
        screen.note("not taken over, since a record has no place for it: " + ", ".join(
            f"{what} ({number})" for what, number in most[:40]
        ) + (", …" if len(most) > 40 else ""))  # fmt: skip
    skipped = f", {len(done.skipped):,} skipped" if done.skipped else ""
    screen.say(f"{_plural(len(done.written), 'record')} written{skipped}")
    return 0


def _schema(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.build.load import load_library, load_messages
    from offprint.site.schema import schema_text

    _, library = load_library(options)
    screen.raw(schema_text(library, load_messages(options.templates, library.site.language), given.kind))
    return 0


def _pack(given: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.pack import pack

    started = time.perf_counter()
    with screen.progress() as progress:
        packed = pack(options, given.target, progress)
    seconds = time.perf_counter() - started
    made = f"{_plural(packed.files, 'file')}, {packed.bytes / 1_000_000:.1f} MB in {seconds:.1f} s"
    screen.say(f"{made}: {_shown(packed.path)}")
    return 0


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
    building = commands.add_parser("build", parents=[common], help="build the site (the default)")
    building.add_argument("--explain", action="store_true", help="say for each page why it is made again")
    checking = commands.add_parser("check", parents=[common], help="find every fault in the content")
    checking.add_argument("files", nargs="*", type=Path, metavar="FILE", help="say only what concerns these")
    checking.add_argument("--format", choices=("text", "github", "json"), default="text", help="who reads it")
    checking.add_argument("--fix", action="store_true", help="first mend what can be mended safely")
    checking.add_argument("--links", action="store_true", help="ask every link, and arXiv what was withdrawn")
    making = commands.add_parser("new", parents=[common], help="write a new record")
    source = making.add_mutually_exclusive_group()
    source.add_argument("title", nargs="?", help="the paper's title; without any of these, you are asked")
    source.add_argument("--arxiv", type=_arxiv, metavar="ID", help="fetch it from arXiv, as in 2512.05103")
    source.add_argument("--doi", type=_doi, metavar="DOI", help="fetch it by its DOI, as in 10.1000/xyz123")
    importing = commands.add_parser(
        "import", parents=[common], help="write a record for each paper of a file"
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="BibTeX, CSL-JSON, RIS or daily papers")
    importing.add_argument(
        "--listed", type=_day, metavar="DATE", help="when the archive lists them (their own date)"
    )
    describing = commands.add_parser(
        "schema", parents=[common], help="print the JSON Schema of a kind of record, for editors"
    )
    describing.add_argument(
        "kind",
        nargs="?",
        choices=("paper", "topic", "organization"),
        default="paper",
        help="what the record is of (a paper)",
    )
    serving = commands.add_parser("serve", parents=[common], help="build, show, and rebuild on change")
    serving.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1 (8000)")
    return parser


def _add_general(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_positive, default=_processors(), metavar="N", help="processes to use")
    parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")


def _processors() -> int:
    """As many jobs as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-06-30") from None


def _arxiv(text: str) -> str:
    from offprint.contribute.importers.entry import arxiv_in

    if number := arxiv_in(text):
        return number
    raise argparse.ArgumentTypeError(f"{text!r} is not an arXiv id; write it as 2512.05103")


def _doi(text: str) -> str:
    from offprint.records.fields import DOI_ID

    if match := DOI_ID.search(text):
        return match[0]
    raise argparse.ArgumentTypeError(f"{text!r} is not a DOI; write it as 10.1000/xyz123")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class _Screen:
    """What a person sees: results on standard output, faults and progress on standard error."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def say(self, text: str) -> None:
        if not self._quiet:
            print(text, flush=True)  # noqa: T201

    def raw(self, text: str) -> None:
        sys.stdout.write(text)

    def note(self, text: str) -> None:
        if not self._quiet:
            print(text, file=sys.stderr)  # noqa: T201

    def ask(self, question: str, default: str) -> str:
        shown = f"{question} [{default}]" if default else question
        try:
            return input(f"{shown}: ") or default
        except EOFError:
            raise KeyboardInterrupt from None

    def error(self, text: str) -> None:
        print(f"error: {text}", file=sys.stderr)  # noqa: T201

    def diagnostics(self, diagnostics: Sequence[Diagnostic], options: Options) -> None:
        line_at = source_lines(options.content.parent)
        for each in diagnostics:
            print(format_text(each, line_at(each.position)), file=sys.stderr)  # noqa: T201

    def progress(self) -> "_Progress":
        return _Progress(self._quiet)


class _Progress:
    """A bar where a person watches, a line for each stage where none does, nothing where quiet."""

    _bar: "Progress | None" = None

    def __init__(self, quiet: bool) -> None:
        self._quiet, self._stage = quiet, ""
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

            console = Console(stderr=True, highlight=False)
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
