"""The command line: runs a command and turns its failures into messages and exit codes.

A command's modules are imported only when it is run, so that a build with nothing to do ends quickly.

Exit codes: 0 success, 1 a fault (the last line says what holds), 2 wrong arguments, 3 an import that left
papers out, 130 interrupted. See docs/exit-codes.md. What is printed last is true then: an exception's note,
where it has one, says what was done before it (``build/pipeline.py``, ``storage/files.py``); where there is
none, nothing was.
"""

import argparse
import datetime as dt
import errno
import functools
import gc
import io
import os
import shlex
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from offprint.arguments import make_parser, options_of, parse
from offprint.build.options import Options
from offprint.commands.build import build
from offprint.diagnostics import (
    SEVERITIES,
    CommandError,
    ContentError,
    Diagnostic,
    Position,
    count,
    format_text,
)
from offprint.screen import Recorder, Screen
from offprint.storage.files import source_lines

if TYPE_CHECKING:
    from offprint.commands.harvest import Query

_LINES_NAMED = 20  # of the entries with a field that an import has no place for
_UNPUBLISHED = "nothing was published"
# By command: what holds where it fails, unless the exception says more, and where it has succeeded.
_FAILED = {
    "build": _UNPUBLISHED,
    "serve": "serving has ended",
    "pack": "nothing was packed",
    "new": "no record was written",
    "import": "no record was written",
    "harvest": "no record was written",
    "enrich": "no record was changed",
    "init": "no file was written",
}
_DONE = {
    "build": "the site is published",
    "serve": "the site is whole",
    "pack": "the zip is written",
    "new": "the record is written",
    "import": "the records are written",
    "harvest": "the records are written",
    "enrich": "the records are written",
}
_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room: your share of the disk is used up",
    errno.EACCES: "see to the permissions of that file or folder",
    errno.EPERM: "see to the permissions of that file or folder",
    errno.EROFS: "choose a folder on a disk that can be written",
    errno.EMFILE: "allow more open files: ulimit -n 4096",
    errno.ENFILE: "close other programs, which hold too many files open",
    errno.ENAMETOOLONG: "shorten that name",
    errno.EIO: "look after the disk, which may be failing",
}


def run(arguments: Sequence[str] | None = None, project: Path | None = None) -> None:
    """Run one command and end this process with its exit code; the installed program is this function."""
    code = main(sys.argv[1:] if arguments is None else arguments, project)
    os._exit(code)  # a large archive is millions of objects: taking each apart would take half a second


def main(arguments: Sequence[str], project: Path | None = None) -> int:
    """Run one command and return its exit code.

    ``project`` is the archive's folder; without it, the nearest one from the current folder upwards.
    """
    # A build makes millions of small frozen objects and no cycles: collecting takes a fifth of its time.
    gc.disable()
    _open_standard_streams()
    parsed = parse(arguments, project)
    options, screen = options_of(parsed), Screen(parsed.quiet, parsed.verbose)
    if isinstance(sys.stdout, io.TextIOWrapper):  # an odd name of a folder must not end a build that is done
        sys.stdout.reconfigure(errors="backslashreplace")
    runs = {
        "build": _build,
        "check": _check,
        "serve": _serve,
        "pack": _pack,
        "new": _new,
        "import": _import,
        "harvest": _harvest,
        "enrich": _enrich,
        "schema": _schema,
        "init": _init,
        "completion": _completion,
    }
    outcome = _FAILED.get(parsed.command, "")
    try:
        code = _guarded(runs[parsed.command], parsed, options, screen, outcome)
    except KeyboardInterrupt as interrupt:
        screen.error(f"interrupted{_closing(interrupt, outcome)}")
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


def _close(screen: Screen, command: str, code: int) -> int:
    """Say where standard output could not be written and return the exit code, 1 if the output was all."""
    failure = screen.failure
    if failure is None or failure.errno == errno.EPIPE:  # nobody listens any more, as with ``| head``
        return code
    done = f"; {_DONE[command]}" if command in _DONE and not code else ""
    screen.error(f"standard output cannot be written ({failure.strerror}){done}")
    return code if command in _DONE else code or 1


def _closing(error: BaseException, outcome: str) -> str:
    """Return how a message of failure ends: with the exception's last note, or else with ``outcome``."""
    holds = [outcome, *getattr(error, "__notes__", ())][-1]
    return f"; {holds}" if holds else ""


def _guarded(
    command: Callable[[argparse.Namespace, Options, Screen], int],
    parsed: argparse.Namespace,
    options: Options,
    screen: Screen,
    outcome: str,
) -> int:
    """Run a command and return its exit code.

    Where it fails, print why and what holds now (``outcome``, unless the exception knows better); return 1.
    """
    try:
        _require_archive(parsed, options)
        return command(parsed, options, screen)
    except ContentError as error:
        _print_faults(error.diagnostics, options, parsed.project, screen)
        screen.error(f"{_tally(error.diagnostics)}{_closing(error, outcome)}")
    except CommandError as error:
        screen.error(f"{error}{_closing(error, outcome)}")
    except BrokenExecutor as error:
        screen.error(f"a process was killed; is there too little memory?{_closing(error, outcome)}")
    except MemoryError as error:
        screen.error(f"there is too little memory{_closing(error, outcome)}")
    except OSError as error:
        screen.error(f"{_reason(error)}{_closing(error, outcome)}")
    except Exception as error:  # a fault of ours, not of the content
        if parsed.verbose:
            screen.note(traceback.format_exc())
        about = "" if parsed.verbose else ", with the traceback that --verbose prints"
        what = f"Offprint has a fault, please report it{about}: {type(error).__name__}: {error}"
        screen.error(f"{what}{_closing(error, outcome)}")
    return 1


def _reason(error: OSError) -> str:
    """Return the system's reason, the file it is about, and what a person can do."""
    where = f" ({os.fsdecode(error.filename)})" if isinstance(error.filename, str | bytes) else ""
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{error.strerror or error}{where}" + (f"; {remedy}" if remedy else "")


def _require_archive(parsed: argparse.Namespace, options: Options) -> None:
    """Raise CommandError where a command needs an archive's content and there is none."""
    if parsed.command in ("init", "completion", "pack") or os.path.lexists(options.content):
        return
    raise CommandError(
        f"there is no archive here: {_shown(options.content)} is missing; go to the archive's folder, "
        "name it with --project DIR, or begin an archive with: offprint init DIR"
    )


def _print_faults(diagnostics: Sequence[Diagnostic], options: Options, project: Path, screen: Screen) -> None:
    """Print faults, each with its line of the content or of the archive's other files."""
    in_content, in_project = source_lines(options.content.parent), source_lines(project)

    def line_at(position: Position) -> str | None:
        inside = position.path.startswith(f"{options.content.name}/")
        return (in_content if inside else in_project)(position)

    screen.diagnostics(diagnostics, line_at)


def _build(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    started = time.perf_counter()
    with screen.progress() as progress:
        built = build(options, progress)
    seconds = time.perf_counter() - started
    _print_faults(built.warnings, options, parsed.project, screen)
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


def _verify(options: Options, screen: Screen) -> None:
    """Compare the site with a clean build; say so, or raise CommandError with what is published."""
    from offprint.commands.build import verify

    try:
        with screen.progress() as progress:
            count = verify(options, progress)
    except BaseException as error:
        error.add_note("the site is published as it was built")
        raise
    screen.say(f"{_plural(count, 'file')}, each as a clean build makes it")


def _serve(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands.serve import Address, serve

    options = replace(options, drafts=True)
    address = Address(parsed.host, parsed.port, parsed.open)
    serve(options, address, functools.partial(_rebuild, parsed, options, screen), screen.say)
    return 0


def _rebuild(parsed: argparse.Namespace, options: Options, screen: Screen) -> tuple[str, ...]:
    """Build in a process that lives on; print the faults and return them, or an empty tuple."""
    recorder = Recorder(screen)
    failed = _guarded(_build, parsed, options, recorder, _UNPUBLISHED)
    gc.collect()
    return tuple(recorder.faults) if failed else ()


def _check(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
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
    _print_faults(diagnostics, options, parsed.project, screen)
    if count(diagnostics, "error"):
        screen.error(_tally(diagnostics))
        return 1
    tally = f"; {_tally(diagnostics)}" if diagnostics else ""
    checked_count = _plural(len(parsed.files), "file") if parsed.files else _plural(checked.papers, "paper")
    screen.say(f"{checked_count} without errors{tally}")
    return 0


def _new(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands.new import PaperQuery, new, parse_query
    from offprint.contribute.suggestion import suggested

    words = parsed.arxiv or parsed.doi or parsed.title or ""
    if parsed.suggestion:
        words = suggested(parsed.suggestion.read_text(encoding="utf-8", errors="replace"))
        if not words:
            raise CommandError(f"{parsed.suggestion} names no paper: it has no title, arXiv id or DOI")
    query = parse_query(words)
    ask = None
    if query == PaperQuery():
        if not sys.stdin.isatty():
            screen.error("say which paper: --arxiv ID, --doi DOI or its title")
            return 2
        ask = screen.ask
    record = new(options, query, dt.date.today(), ask)
    screen.say(f"{record.path} was written; the command serve shows it")
    for note in record.notes:
        screen.note(note)
    return 0


def _import(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands.importing import import_files

    with screen.progress() as progress:
        today = dt.date.today().isoformat()
        imported = import_files(options, parsed.files, parsed.listed or "", progress, today)
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


def _harvest(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands.harvest import Query, harvest

    query = Query(parsed.watch, parsed.since, parsed.dry_run, parsed.seen)
    if parsed.renew:
        return _renew(query, options, screen)
    with screen.progress() as progress:
        harvested = harvest(options, query, dt.date.today(), progress)
    written = (
        "nothing was written" if parsed.dry_run else f"{_plural(len(harvested.written), 'record')} written"
    )
    if parsed.report:
        try:
            parsed.report.write_text(harvested.report, encoding="utf-8")
        except BaseException as error:
            error.add_note(f"{written}, without a report")
            raise
    else:
        screen.raw(harvested.report)
    screen.note(f"{written}; {_plural(harvested.requests, 'request')} sent")
    return 0


def _renew(query: "Query", options: Options, screen: Screen) -> int:
    from offprint.commands.renew import renew

    with screen.progress() as progress:
        renewed = renew(options, query, dt.date.today(), progress)
    for path, change in renewed.changes:
        screen.note(f"{path}: {change}")
    verb = "would be renewed" if query.dry_run else "renewed"
    requests = _plural(renewed.requests, "request")
    screen.note(f"{_plural(len(renewed.changes), 'record')} {verb}; {requests} sent")
    return 0


def _enrich(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands.enrich import enrich

    with screen.progress() as progress:
        enriched = enrich(options, parsed.files, progress, dry_run=parsed.dry_run)
    screen.diagnostics(enriched.notes, source_lines(options.content.parent))
    if parsed.dry_run:
        screen.raw(enriched.diff)
    for path, fields in sorted(enriched.added.items()):
        screen.note(f"{path}: {', '.join(dict.fromkeys(fields))}")
    verb = "would be completed" if parsed.dry_run else "completed"
    requests = _plural(enriched.requests, "request")
    screen.note(f"{_plural(len(enriched.added), 'file')} {verb}; {requests} sent")
    return 0


def _schema(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.build.load import load_library, load_messages
    from offprint.site.schema import WATCH, as_text, schema_text, site_schema, watch_schema_text

    if parsed.kind == "site":
        screen.raw(as_text(site_schema()))
        return 0
    _, library = load_library(options)
    if parsed.kind == WATCH:
        screen.raw(watch_schema_text(library))
        return 0
    screen.raw(schema_text(library, load_messages(options.templates, library.site.language), parsed.kind))
    return 0


def _pack(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
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


def _init(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    from offprint.commands import init

    if parsed.upgrade:
        return _upgrade(parsed, screen)
    if parsed.folder is None:
        raise CommandError("say where to begin an archive, as in: offprint init my-archive")
    known = {name: getattr(parsed, name) for name in init.Answers._fields}
    answers = init.ask_answers(parsed.folder, known, screen.ask if sys.stdin.isatty() else None)
    begun = init.begin(parsed.folder, answers, options.templates.base, dt.date.today())
    for path in begun.present:
        screen.note(f"{path} was there already and is unchanged")
    screen.say(f"{_plural(len(begun.written), 'file')} written; next: cd {shlex.quote(str(parsed.folder))}")
    screen.say("then see the site with: offprint serve --open")
    return 0


def _upgrade(parsed: argparse.Namespace, screen: Screen) -> int:
    from offprint.commands import init

    upgraded = init.upgrade(parsed.folder or parsed.project, dt.date.today())
    for diff in upgraded.diffs:
        screen.raw(diff)
    for path in upgraded.written:
        screen.say(f"{path} is up to date now")
    if upgraded.diffs:
        files = _plural(len(upgraded.diffs), "file")
        screen.note(f"{files} that you have changed: left alone; above is what this version would change")
    elif not upgraded.written:
        screen.say("everything that init wrote is up to date")
    return 0


def _completion(parsed: argparse.Namespace, options: Options, screen: Screen) -> int:
    import shtab

    screen.raw(shtab.complete(make_parser("offprint"), parsed.shell) + "\n")
    return 0
