"""``check``: every fault that a build would find, and a second look at what is no error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from offprint.archive.names import names_of
from offprint.archive.resolve import resolve
from offprint.build.load import load_messages
from offprint.build.options import Options, Progress
from offprint.contribute import linkcheck, lint
from offprint.contribute.fix import Fix, Names, fix_text
from offprint.diagnostics import Diagnostic, Position
from offprint.records.model import Content
from offprint.records.reader import FORMS, load_content, place_of
from offprint.site.fingerprints import Fingerprints
from offprint.site.pages import collisions, list_pages
from offprint.storage.cache import Cache
from offprint.storage.files import replace_file


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: how many papers there are, every diagnostic, and what was mended in which file."""

    papers: int
    diagnostics: tuple[Diagnostic, ...]
    mended: tuple[tuple[str, Fix], ...]


def examine(
    options: Options, files: Sequence[Path], *, fix: bool, links: bool, progress: Progress
) -> Checked:
    """Everything that can be said about the content, or about ``files`` of it; errors are not raised.

    What is said of ``files`` includes what another file's diagnostic says of them, as a second use of an id.
    With ``fix``, mend what is safe first; with ``links``, ask every address and arXiv.
    """
    progress("Reading", 0, 0)
    chosen, elsewhere = _below(options.content, files)
    content, found = load_content(options.content, options.jobs, Cache(options.cache))
    mended: list[tuple[str, Fix]] = []
    if fix:
        mended = _mend(options.content, content, chosen)
        if mended:
            content, found = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    looks = list(lint.findings(content))
    if links:
        asked = [paper for paper in content.papers if not files or paper.position.path in chosen]
        looks += linkcheck.dead_links(asked, progress)
        looks += linkcheck.withdrawn_papers(asked, progress)
    messages = load_messages(options.templates, library.site.language)
    pages = list_pages(library, messages, Fingerprints(library))
    found += [*unresolved, *collisions(library, pages), *_warnings(options.content, looks)]
    found += _doubts(content)
    if files:
        found = [each for each in found if _concerns(each, chosen)]
    return Checked(len(content.papers), tuple(sorted([*elsewhere, *found])), tuple(mended))


def _below(root: Path, files: Sequence[Path]) -> tuple[frozenset[str], list[Diagnostic]]:
    """The files' paths as positions have them, and a fault for each that is none of the content's."""
    chosen, faults = set(), []
    base = root.resolve()
    for file in files:
        whole = file.resolve()
        if not whole.is_file():
            faults.append(Diagnostic(Position(str(file), 1, 1), "there is no such file"))
        elif not whole.is_relative_to(base):
            faults.append(Diagnostic(Position(str(file), 1, 1), f"this is not below {root.name}/"))
        else:
            chosen.add(f"{root.name}/{whole.relative_to(base).as_posix()}")
    return frozenset(chosen), faults


def _concerns(found: Diagnostic, chosen: frozenset[str]) -> bool:
    return found.position.path in chosen or any(path in found.advice for path in chosen)


def _warnings(root: Path, looks: Sequence[lint.Finding]) -> Iterator[Diagnostic]:
    for each in looks:
        place = place_of(root, each.record, each.field) if each.field else each.record
        yield Diagnostic(place, each.message, each.advice, "warning")


def _doubts(content: Content) -> Iterator[Diagnostic]:
    for ref, known in lint.doubtful_names(content):
        message = f"the organization {ref.text!r} looks like {known!r}"
        advice = "use one name for both, or add an alias to its file in content/organizations/"
        yield Diagnostic(ref.position, message, advice, "warning")


def _mend(root: Path, content: Content, chosen: frozenset[str]) -> list[tuple[str, Fix]]:
    names = Names(names_of(content.topics, "topic", []), names_of(content.organizations, "organization", []))
    done = []
    for file in sorted(root.rglob("*")):
        path = f"{root.name}/{file.relative_to(root).as_posix()}"
        kind = path.split("/")[1]
        record = kind in FORMS and file.suffix in (".md", ".yaml") and file.is_file()
        if not record or file.is_symlink() or (chosen and path not in chosen):
            continue
        data = file.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue  # load_content says so
        made, mended = fix_text(text, FORMS[kind], file.suffix == ".md", names)
        if mended:
            mark = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
            replace_file(file, mark + made.encode())
            done += [(path, each) for each in mended]
    return done
