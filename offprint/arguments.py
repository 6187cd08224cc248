"""The arguments of the command line: which commands there are, what they take, and what is refused."""

import argparse
import datetime as dt
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import offprint
from offprint.build.options import Options, overlay
from offprint.diagnostics import nearest

COMMANDS = (
    "build",
    "check",
    "serve",
    "pack",
    "new",
    "import",
    "harvest",
    "enrich",
    "schema",
    "init",
    "completion",
)
SHELLS = ("bash", "zsh", "fish")
_COMMON = "common options"
_CONFIGURATION = "content/site.yaml"  # what an archive's folder is known by


def parse(arguments: Sequence[str], project: Path | None) -> argparse.Namespace:
    """Return the parsed arguments of a command; print what is wrong with them and exit with code 2.

    Without a command they are those of ``build``. ``project`` is the archive's folder, unless they name
    another; None where it is to be found from the current folder.
    """
    parser, line = make_parser("offprint" if project is None else "build.py"), list(arguments)
    if line[:1] == ["help"]:
        line = [*line[1:2], "--help"]
    if line and line[0] not in COMMANDS and not line[0].startswith("-"):
        parser.error(f"there is no command {line[0]!r}; {nearest(line[0], (*COMMANDS, 'help'))}")
    if not line or (line[0] not in COMMANDS and line[0] not in ("-h", "--help", "--version")):
        line.insert(0, "build")
    parsed = parser.parse_args(line)
    parsed.project = (parsed.project or project or find_project(Path.cwd())).absolute()
    return parsed


def options_of(parsed: argparse.Namespace) -> Options:
    """Return the options of a build that the arguments ask for."""
    project: Path = parsed.project
    return Options(
        content=(getattr(parsed, "content", None) or project / "content").absolute(),
        output=(getattr(parsed, "output", None) or project / "_site").absolute(),
        templates=overlay("templates", project),
        static=overlay("static", project),
        cache=(parsed.cache or project / ".cache").absolute(),
        jobs=parsed.jobs,
        search=getattr(parsed, "search", True),
        explain=getattr(parsed, "explain", False),
        drafts=getattr(parsed, "drafts", False),
    )


def find_project(folder: Path) -> Path:
    """Return the nearest folder from ``folder`` upwards that holds an archive, or ``folder`` itself."""
    return next((each for each in (folder, *folder.parents) if (each / _CONFIGURATION).is_file()), folder)


def make_parser(program: str) -> argparse.ArgumentParser:
    """Return the parser of all commands; ``program`` is what a person types to start it."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Turn a folder of paper records into a dated, searchable archive.",
        epilog=f"Without a command, the site is built. '{program} help COMMAND' lists a command's options.",
    )
    parser.add_argument("--version", action="version", version=f"offprint {offprint.__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")

    def add(name: str, about: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        description = f"{about[0].upper()}{about[1:]}."
        return commands.add_parser(name, help=about, description=description, parents=parents)

    general, content, site = _general(), _content(), _site()
    build = add("build", "build the site (the default)", general, content, site)
    build.add_argument("--drafts", action="store_true", help="publish drafts, too, as serve shows them")
    build.add_argument("--explain", action="store_true", help="say why each page is made again")
    build.add_argument("--verify", action="store_true", help="compare the site with a clean build")
    _add_check(add("check", "find every fault in the content", general, content))
    _add_serve(add("serve", "build, show the site, and rebuild it on every change", general, content, site))
    _add_pack(add("pack", "make the offline edition of the built site: one zip", general))
    _add_new(add("new", "write a new record", general, content))
    _add_import(add("import", "write a record for each paper of a bibliography", general, content))
    about = "write records of new papers that content/watch.yaml looks for"
    _add_harvest(add("harvest", about, general, content))
    about = "fill in what records lack, from arXiv, Crossref, DataCite and OpenAlex"
    _add_enrich(add("enrich", about, general, content))
    schema = add("schema", "print the JSON Schema of a kind of record, for editors", general, content)
    kinds = ("paper", "topic", "organization", "site", "watch")
    schema.add_argument("kind", nargs="?", choices=kinds, default="paper", help="the kind of record (paper)")
    _add_init(add("init", "begin an archive, or update the files that init wrote", general))
    completion = add("completion", "print a script that completes commands in your shell", general)
    completion.add_argument("shell", choices=SHELLS, help="your shell")
    return parser


def _general() -> argparse.ArgumentParser:
    """Return the arguments that every command takes."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group(_COMMON)
    about = "the archive's folder (the nearest one with content/site.yaml)"
    group.add_argument("--project", type=Path, metavar="DIR", help=about)
    group.add_argument(
        "--cache", type=Path, metavar="DIR", help="where results are kept for next time (.cache)"
    )
    about = "processes to use (one for each processor)"
    group.add_argument("--jobs", type=_positive, default=_processors(), metavar="N", help=about)
    group.add_argument("-q", "--quiet", action="store_true", help="print only errors and warnings")
    group.add_argument("-v", "--verbose", action="store_true", help="print how long each stage takes")
    return parser


def _content() -> argparse.ArgumentParser:
    """Return the arguments of commands that read content."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group(_COMMON)
    group.add_argument("--content", type=Path, metavar="DIR", help="the folder of records (content)")
    return parser


def _site() -> argparse.ArgumentParser:
    """Return the arguments of commands that build a site."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group(_COMMON)
    group.add_argument("--output", type=Path, metavar="DIR", help="where to write the site (_site)")
    about = "build without the search index"
    group.add_argument("--no-search", dest="search", action="store_false", help=about)
    return parser


def _add_check(parser: argparse.ArgumentParser) -> None:
    about = "report only on these files and folders"
    parser.add_argument("files", nargs="*", type=Path, metavar="PATH", help=about)
    parser.add_argument(
        "--format", choices=("text", "github", "json"), default="text", help="how faults are written (text)"
    )
    parser.add_argument("--fix", action="store_true", help="mend what can be mended safely, then check")
    parser.add_argument(
        "--links", action="store_true", help="try every link, too, and ask arXiv what was withdrawn"
    )
    # It builds nothing. Scripts may pass what other commands take.
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--no-search", dest="search", action="store_false", help=argparse.SUPPRESS)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, default=8000, help="the port to serve on (8000; 0: any that is free)"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on (127.0.0.1: this machine alone)"
    )
    parser.add_argument("--open", action="store_true", help="open the site in a browser")


def _add_pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", dest="output", type=Path, metavar="DIR", help="the built site (_site)")
    about = "the folder or .zip file to write (beside the site); with _site, the site offers it to readers"
    parser.add_argument("--output", dest="target", type=Path, metavar="PATH", help=about)


def _add_new(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "title", nargs="?", help="the paper's title, address or BibTeX entry; without it, you are asked"
    )
    source.add_argument("--arxiv", type=_arxiv, metavar="ID", help="fetch it from arXiv, as in 2512.05103")
    source.add_argument("--doi", type=_doi, metavar="DOI", help="fetch it by its DOI, as in 10.1000/xyz123")
    about = "find it in a file with the text of an issue from the form Suggest a paper"
    source.add_argument("--suggestion", type=Path, metavar="FILE", help=about)


def _add_import(parser: argparse.ArgumentParser) -> None:
    about = "BibTeX, CSL-JSON, RIS or daily papers: files, folders of them, or - for standard input"
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=about)
    about = "the day on which they are listed (today, unless the file says it)"
    parser.add_argument("--listed", type=_day, metavar="DATE", help=about)


def _add_harvest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", type=_days, default=7, metavar="DAYS", help="how far to look back, as in 7d or 2w (7d)"
    )
    parser.add_argument(
        "--watch", default="", metavar="NAME", help="run only this watch of content/watch.yaml"
    )
    parser.add_argument("--dry-run", action="store_true", help="print the report and write nothing")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report to a file, in Markdown")
    parser.add_argument(
        "--seen", type=Path, metavar="FILE", help="leave out what this file lists, too, as proposed before"
    )
    about = "instead, update votes and comments of records, from the daily pages of that time"
    parser.add_argument("--renew", action="store_true", help=about)


def _add_enrich(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only these records")
    parser.add_argument("--dry-run", action="store_true", help="print what would change and write nothing")


def _add_init(parser: argparse.ArgumentParser) -> None:
    about = "the folder of the new archive; with --upgrade, of the present one"
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=about)
    parser.add_argument("--title", help="the archive's title")
    parser.add_argument("--url", help="the address where it will be hosted")
    parser.add_argument("--repository", help="the address of its repository")
    parser.add_argument("--language", help="the language of its pages, as in en")
    about = "update the files that init wrote to this version of Offprint"
    parser.add_argument("--upgrade", action="store_true", help=about)


def _processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-06-30") from None


def _days(text: str) -> int:
    """Return the number of days of ``7d`` or ``2w``."""
    match = re.fullmatch(r"([1-9][0-9]{0,2})([dw])", text)
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= 366:
        raise argparse.ArgumentTypeError(f"{text!r} is no time to look back; write it as 7d or 2w")
    return days


def _arxiv(text: str) -> str:
    from offprint.records.identifiers import pasted, without_version

    if number := pasted(text).arxiv:
        return without_version(number)
    raise argparse.ArgumentTypeError(f"{text!r} is not an arXiv id; write it as 2512.05103")


def _doi(text: str) -> str:
    from offprint.records.identifiers import pasted

    if doi := pasted(text).doi:
        return doi
    raise argparse.ArgumentTypeError(f"{text!r} is not a DOI; write it as 10.1000/xyz123")


def _whole_number(least: int, most: int, what: str) -> Callable[[str], int]:
    """Return a function that reads a whole number in a range; ``what`` is what a message calls it."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}, a whole number from {least} to {most}")

    return read


_positive = _whole_number(1, 1024, "a number of processes")
_port = _whole_number(0, 65535, "a port")
