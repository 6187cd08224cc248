"""The command line: arguments, printing, exit codes. Nothing else in the package prints.

A command's modules are imported only when it is run, so that a build with nothing to do ends quickly.

Exit codes: 0 success, 1 a fault (the last line says what holds), 2 wrong arguments, 130 interrupted. See
docs/exit-codes.md. What is printed last is true then: an exception's note, where it has one, says what was
done before it (``build/pipeline.py``, ``storage/files.py``); where there is none, nothing was.
"""

import argparse
import contextlib
import datetime as dt
import errno
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

from offprint.build.options import Options, overlay
from offprint.commands.build import build
from offprint.diagnostics import SEVERITIES, CommandError, ContentError, Diagnostic, count, format_text
from offprint.storage.files import source_lines

if TYPE_CHECKING:
    from rich.progress import Progress

COMMANDS = ("build", "check", "serve", "pack", "new", "import", "schema")
_UNPUBLISHED = "nothing was published"
_LINES_NAMED = 20  # of the entries with a field that an import has no place for
# By command: what holds where it fails, unless the exception says more, and where it has succeeded.
_FAILED = {
    "build": _UNPUBLISHED,
    "check": _UNPUBLISHED,
    "serve": "serving has ended",
    "pack": "nothing was packed",
    "new": "no record was written",
    "import": "no record was written",
    "schema": "no schema was printed",
}
_DONE = {
    "build": "the site is published",
    "serve": "the site is whole",
    "pack": "the zip is written",
    "new": "the record is written",
    "import": "the records are written",
}
_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room: your share of the disk is used up",
    errno.EACCES: "allow this user to write there, or choose another folder",
    errno.EPERM: "allow this user to write there, or choose another folder",
    errno.EROFS: "choose a folder on a disk that can be written",
    errno.EMFILE: "allow more open files: ulimit -n 4096",
    errno.ENFILE: "close other programs, which hold too many files open",
    errno.ENAMETOOLONG: "shorten that name",
    errno.EIO: "look after the disk, which may be failing",
}


def main(arguments: Sequence[str], project: Path) -> int:
    """Run one command and return its exit code; ``project`` is the folder with templates and static files."""
    # A build makes millions of small frozen objects and no cycles: collecting takes a fifth of its time.
    gc.disable()
    _open_standard_streams()
    line = list(arguments)
    if not line or (line[0] not in COMMANDS and line[0] not in ("-h", "--help")):
        line.insert(0, "build")
    parsed = _parser(project).parse_args(line)
    options = Options(
        content=parsed.content.absolute(),
        output=parsed.output.absolute(),
        templates=overlay("templates", project),
        static=overlay("static", project),
        cache=project / ".cache",
        jobs=parsed.jobs,
        search=parsed.search,
        explain=getattr(parsed, "explain", False),
    )
    if isinstance(sys.stdout, io.TextIOWrapper):  # an odd name of a folder must not end a build that is done
        sys.stdout.reconfigure(errors="backslashreplace")
    screen = _Screen(parsed.quiet)
    try:
        code = _run(parsed, options, screen)
    except KeyboardInterrupt as interrupt:
        screen.error(f"interrupted; {_closing(interrupt, _FAILED[parsed.command])}")
        return 130
    return _close(screen, parsed.command, code)


def _open_standard_streams() -> None:
    """Open standard input, output and error where they are closed, or the first file opened would be one."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for good


def _close(screen: "_Screen", command: str, code: int) -> int:
    """Say where standard output could not be written and return the exit code, 1 if the output was all."""
    failure = screen.failure
    if failure is None or failure.errno == errno.EPIPE:  # nobody listens any more, as with ``| head``
        return code
    done = f"; {_DONE[command]}" if command in _DONE and not code else ""
    screen.error(f"standard output cannot be written ({failure.strerror}){done}")
    return code if command in _DONE else code or 1


def _run(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    runs = {
        "build": _build,
        "check": _check,
        "serve": _serve,
        "pack": _pack,
        "new": _new,
        "import": _import,
        "schema": _schema,
    }
    return _guarded(runs[parsed.command], parsed, options, screen, _FAILED[parsed.command])


def _closing(error: BaseException, outcome: str) -> str:
    """Return what holds after a failure: the exception's last note, or else ``outcome``."""
    return str([outcome, *getattr(error, "__notes__", ())][-1])


def _guarded(
    run: Callable[[argparse.Namespace, Options, "_Screen"], int],
    parsed: argparse.Namespace,
    options: Options,
    screen: "_Screen",
    outcome: str,
) -> int:
    """Run a command and return its exit code.

    Where it fails, print why and what holds now (``outcome``, unless the exception knows better); return 1.
    """
    try:
        return run(parsed, options, screen)
    except ContentError as error:
        screen.diagnostics(error.diagnostics, options)
        screen.error(f"{_tally(error.diagnostics)}; {_closing(error, outcome)}")
    except CommandError as error:
        screen.error(f"{error}; {_closing(error, outcome)}")
    except BrokenExecutor as error:
        screen.error(f"a process was killed; is there too little memory? {_closing(error, outcome)}")
    except MemoryError as error:
        screen.error(f"there is too little memory; {_closing(error, outcome)}")
    except OSError as error:
        screen.error(f"{_reason(error)}; {_closing(error, outcome)}")
    return 1


def _reason(error: OSError) -> str:
    """Return the system's reason, the file it is about, and what a person can do."""
    where = f" ({os.fsdecode(error.filename)})" if isinstance(error.filename, str | bytes) else ""
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{error.strerror or error}{where}" + (f"; {remedy}" if remedy else "")


def _build(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    started = time.perf_counter()
    with screen.progress() as progress:
        built = build(options, progress)
    seconds = time.perf_counter() - started
    screen.diagnostics(built.warnings, options)
    for note in built.notes:
        screen.note(f"note: {note}")
    for path, reason in built.explanations:
        screen.say(f"{path}: {reason}")
    what = f"{_plural(built.papers, 'paper')}, {_plural(built.pages, 'page')}"
    if built.rendered < built.pages:
        what += f", {built.rendered:,} of them made anew" if built.rendered else ", none of which has changed"
    screen.say(f"{what}, in {seconds:.1f} s: {_shown(options.output)}/index.html")
    if getattr(parsed, "verify", False):
        _verify(options, screen)
    return 0


def _verify(options: Options, screen: "_Screen") -> None:
    """Compare the site with a clean build; say so, or raise CommandError with what is published."""
    from offprint.commands.build import verify

    try:
        with screen.progress() as progress:
            count = verify(options, progress)
    except BaseException as error:
        error.add_note("the site is published as it was built")
        raise
    screen.say(f"{_plural(count, 'file')}, each as a clean build makes it")


def _serve(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.serve import serve

    serve(options, parsed.port, functools.partial(_rebuild, parsed, options, screen), screen.say)
    return 0


def _rebuild(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    """Build in a process that lives on; return the exit code, faults printed."""
    code = _guarded(_build, parsed, options, screen, _UNPUBLISHED)
    gc.collect()
    return code


def _check(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.check import examine

    with screen.progress() as progress:
        checked = examine(options, parsed.files, fix=parsed.fix, links=parsed.links, progress=progress)
    diagnostics = checked.diagnostics
    for path, each in checked.fixes:
        screen.note(f"{path}:{each.line}: mended: {each.what}")
    if parsed.format != "text":
        from offprint.contribute import reports

        screen.raw(reports.github(diagnostics) if parsed.format == "github" else reports.as_json(diagnostics))
        return 1 if count(diagnostics, "error") else 0
    screen.diagnostics(diagnostics, options)
    if count(diagnostics, "error"):
        screen.error(f"{_tally(diagnostics)}; {_UNPUBLISHED}")
        return 1
    tally = f"; {_tally(diagnostics)}" if diagnostics else ""
    checked_count = _plural(len(parsed.files), "file") if parsed.files else _plural(checked.papers, "paper")
    screen.say(f"{checked_count} without errors{tally}")
    return 0


def _new(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.new import PaperQuery, new, parse_query

    query = parse_query(parsed.arxiv or parsed.doi or parsed.title or "")
    ask = None
    if query == PaperQuery():
        if not sys.stdin.isatty():
            screen.error("say which paper: --arxiv ID, --doi DOI or its title")
            return 2
        ask = screen.ask
    record = new(options, query, dt.date.today(), ask)
    screen.say(f"{record.path} was written; see it with: python build.py serve")
    for note in record.notes:
        screen.note(note)
    return 0


def _import(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.importing import import_file

    with screen.progress() as progress:
        imported = import_file(options, parsed.file, parsed.listed or "", progress)
    for note in imported.notes:
        screen.note(format_text(note, None))
    for line in imported.skipped:
        screen.note(f"skipped: {line}")
    for field, lines in sorted(imported.unmapped.items(), key=lambda each: (-len(each[1]), each[0])):
        numbers = ", ".join(map(str, lines[:_LINES_NAMED])) + (", …" if len(lines) > _LINES_NAMED else "")
        where = f"{_plural(len(lines), 'entry', 'entries')}, line{'s' if len(lines) > 1 else ''} {numbers}"
        screen.note(f"not taken over, since a record has no place for it: {field} ({where})")
    skipped = f", {len(imported.skipped):,} skipped" if imported.skipped else ""
    refused = f", {imported.refused:,} left out" if imported.refused else ""
    screen.say(f"{_plural(len(imported.written), 'record')} written{skipped}{refused}")
    return 3 if imported.refused else 0


def _schema(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.build.load import load_library, load_messages
    from offprint.site.schema import schema_text

    _, library = load_library(options)
    screen.raw(schema_text(library, load_messages(options.templates, library.site.language), parsed.kind))
    return 0


def _pack(parsed: argparse.Namespace, options: Options, screen: "_Screen") -> int:
    from offprint.commands.pack import pack

    started = time.perf_counter()
    with screen.progress() as progress:
        edition = pack(options, parsed.target, progress)
    seconds = time.perf_counter() - started
    size = f"{_plural(edition.files, 'file')}, {edition.bytes / 1_000_000:.1f} MB in {seconds:.1f} s"
    screen.say(f"{size}: {_shown(edition.path)}")
    return 0


def _tally(diagnostics: Sequence[Diagnostic]) -> str:
    """Return the counts by severity, such as ``2 errors and 1 warning``."""
    counts = ((word, count(diagnostics, word)) for word in SEVERITIES)
    return " and ".join(_plural(number, word) for word, number in counts if number)


def _plural(count: int, word: str, several: str = "") -> str:
    return f"{count:,} {word if count == 1 else several or word + 's'}"


def _shown(path: Path) -> str:
    """Return a path as short as it can be written from the current folder."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _parser(project: Path) -> argparse.ArgumentParser:
    """Return the parser of all commands, whose defaults are folders of ``project``."""
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
    _add_pack(
        commands.add_parser("pack", help="make the offline edition of the built site: one zip"), project
    )
    build = commands.add_parser("build", parents=[common], help="build the site (the default)")
    build.add_argument("--explain", action="store_true", help="say for each page why it is made again")
    build.add_argument("--verify", action="store_true", help="compare the site with that of a clean build")
    _add_check(commands.add_parser("check", parents=[common], help="find every fault in the content"))
    _add_new(commands.add_parser("new", parents=[common], help="write a new record"))
    imports = commands.add_parser("import", parents=[common], help="write a record for each paper of a file")
    imports.add_argument("file", type=Path, metavar="FILE", help="BibTeX, CSL-JSON, RIS or daily papers")
    imports.add_argument(
        "--listed", type=_day, metavar="DATE", help="when the archive lists them (their own date)"
    )
    schema = commands.add_parser(
        "schema", parents=[common], help="print the JSON Schema of a kind of record, for editors"
    )
    kinds = ("paper", "topic", "organization")
    schema.add_argument(
        "kind", nargs="?", choices=kinds, default="paper", help="what the record is of (a paper)"
    )
    serve = commands.add_parser("serve", parents=[common], help="build, show, and rebuild on change")
    serve.add_argument("--port", type=int, default=8000, help="where to serve on 127.0.0.1 (8000)")
    return parser


def _add_pack(parser: argparse.ArgumentParser, project: Path) -> None:
    parser.add_argument(
        "--site", dest="output", type=Path, default=project / "_site", metavar="DIR", help="the built site"
    )
    parser.add_argument(
        "--output",
        dest="target",
        type=Path,
        metavar="PATH",
        help="the folder or .zip file to write (beside the site); in the site itself, the site offers it",
    )
    parser.set_defaults(content=project / "content", search=True)
    _add_general(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="say only what concerns these")
    parser.add_argument("--format", choices=("text", "github", "json"), default="text", help="who reads it")
    parser.add_argument("--fix", action="store_true", help="first mend what can be mended safely")
    parser.add_argument("--links", action="store_true", help="ask every link, and arXiv what was withdrawn")


def _add_new(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument("title", nargs="?", help="the paper's title; without any of these, you are asked")
    source.add_argument("--arxiv", type=_arxiv, metavar="ID", help="fetch it from arXiv, as in 2512.05103")
    source.add_argument("--doi", type=_doi, metavar="DOI", help="fetch it by its DOI, as in 10.1000/xyz123")


def _add_general(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_positive, default=_processors(), metavar="N", help="processes to use")
    parser.add_argument("--quiet", action="store_true", help="say nothing but what is wrong")


def _processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-06-30") from None


def _arxiv(text: str) -> str:
    from offprint.records.identifiers import understand, without_version

    if number := understand(text).arxiv:
        return without_version(number)
    raise argparse.ArgumentTypeError(f"{text!r} is not an arXiv id; write it as 2512.05103")


def _doi(text: str) -> str:
    from offprint.records.identifiers import understand

    if doi := understand(text).doi:
        return doi
    raise argparse.ArgumentTypeError(f"{text!r} is not a DOI; write it as 10.1000/xyz123")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class _Screen:
    """Everything that is printed: results on standard output, faults and progress on standard error.

    No command fails because its words cannot be printed. ``failure`` is the first error of standard output.
    """

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self.failure: OSError | None = None

    def say(self, text: str) -> None:
        if not self._quiet:
            self.raw(f"{text}\n")

    def raw(self, text: str) -> None:
        if self.failure:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            self.failure = error
            with contextlib.suppress(OSError, ValueError):  # what is buffered must not fail once more
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def note(self, text: str) -> None:
        if not self._quiet:
            _print_error(text)

    def ask(self, question: str, default: str) -> str:
        shown = f"{question} [{default}]" if default else question
        try:
            return input(f"{shown}: ") or default
        except EOFError:
            raise KeyboardInterrupt from None

    def error(self, text: str) -> None:
        _print_error(f"error: {text}")

    def diagnostics(self, diagnostics: Sequence[Diagnostic], options: Options) -> None:
        line_at = source_lines(options.content.parent)
        for each in diagnostics:
            _print_error(format_text(each, line_at(each.position)))

    def progress(self) -> "_Progress":
        return _Progress(self._quiet)


def _print_error(text: str) -> None:
    """Print a line on standard error; where that cannot be written, nobody can be told."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


class _Progress:
    """Progress: a bar on a terminal, a line for each stage elsewhere, nothing where ``quiet``."""

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
            _print_error(f"{stage} …")
        self._stage = stage
