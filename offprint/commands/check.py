"""``check``: every fault that a build would find, warnings about likely mistakes, and safe fixes.

The checks themselves are in ``contribute/lint.py`` and ``contribute/linkcheck.py``, and fixes in
``contribute/fix.py``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from offprint.archive.model import Paper
from offprint.archive.names import names_of
from offprint.archive.resolve import resolve
from offprint.build.load import misplaced, read_messages, untranslated
from offprint.build.options import Options, Progress
from offprint.contribute import addresses, linkcheck, lint, lookalikes, namesakes, plausible
from offprint.contribute.fix import Fix, Names, add_former, fix_text
from offprint.diagnostics import CommandError, Diagnostic, Position
from offprint.records.language.names import guess_doubt
from offprint.records.model import Content, PaperRecord, Ref
from offprint.records.reader import FORMS, load_content, place_of
from offprint.records.watch.reader import load_seen
from offprint.site.fingerprints import Fingerprints
from offprint.site.pages import collisions, list_pages
from offprint.storage.cache import Cache
from offprint.storage.files import replace_file

_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check: the number of papers, every diagnostic, and each fix with its file's path."""

    papers: int
    diagnostics: tuple[Diagnostic, ...]
    fixes: tuple[tuple[str, Fix], ...]


def examine(
    options: Options, files: Sequence[Path], *, fix: bool, links: bool, progress: Progress
) -> Checked:
    """Return every diagnostic of the content, or of ``files`` alone; content's errors are not raised.

    Diagnostics of ``files`` include those of other files that name one of them, as for a second use of an id,
    and in any case each published address that would lead nowhere.
    With ``fix``, first fix what is safe to fix; with ``links``, request every link, and ask arXiv which
    papers were withdrawn. Raises OSError.
    """
    fixes: list[tuple[str, Fix]] = []
    try:
        return _examine(options, files, fixes if fix else None, progress, links=links)
    except BaseException as error:
        if fix:
            mended = ", ".join(dict.fromkeys(path for path, _ in fixes))
            error.add_note(f"these files were mended before: {mended}" if fixes else "no file was mended")
        raise


def _examine(
    options: Options,
    files: Sequence[Path],
    fixes: list[tuple[str, Fix]] | None,
    progress: Progress,
    *,
    links: bool,
) -> Checked:
    """Do what ``examine()`` says; with a list of ``fixes``, mend what is safe to mend and add each to it."""
    progress("Reading", 0, 0)
    chosen, outside = _chosen_paths(options.content, files)
    content, diagnostics = load_content(options.content, options.jobs, Cache(options.cache))
    renames = addresses.renamed_files(options.content, content, content.site.branch)
    if fixes is not None:
        _write_former(options.content, content, renames, fixes)
        _fix_files(options.content, content, chosen, fixes)
        if fixes:
            content, diagnostics = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    findings = [*lint.findings(content), *plausible.implausible(content, dt.date.today())]
    if links:
        papers = [paper for paper in content.papers if not files or paper.position.path in chosen]
        asked = linkcheck.addresses_of(content)
        asked = (each for each in asked if not files or each.record.path in chosen)
        findings += linkcheck.dead_links(asked, progress, known=options.cache / "links.json")
        diagnostics += _withdrawn(options.content, papers, findings, progress)
    messages, own_faults = read_messages(options.templates, library.site.language)
    pages = list_pages(library, messages, Fingerprints(library))
    diagnostics += [*own_faults, *untranslated(options, library.site.language), *misplaced(options)]
    diagnostics += [*unresolved, *collisions(library, pages), *_warnings(options.content, findings)]
    diagnostics += [*_doubtful_names(content), *namesakes.proposals(library)]
    diagnostics += lookalikes.proposals(library)
    diagnostics += _unsure_families(
        [paper for paper in library.versions if not files or paper.record.position.path in chosen]
    )
    lost = _lost_addresses(options, content, renames)
    diagnostics += load_seen(options.content)[1]
    if files:
        diagnostics = [each for each in diagnostics if _concerns(each, chosen)]
    return Checked(len(content.papers), tuple(sorted([*outside, *lost, *diagnostics])), tuple(fixes or ()))


def _withdrawn(
    root: Path, papers: Sequence[PaperRecord], findings: list[lint.Finding], progress: Progress
) -> Iterator[Diagnostic]:
    """Add a finding for each withdrawn paper; where arXiv does not answer, yield a warning instead."""
    try:
        findings += linkcheck.withdrawn_papers(papers, progress)
    except CommandError as error:
        place = Position(f"{root.name}/site.yaml", 1, 1)
        yield Diagnostic(place, f"which papers were withdrawn is not known: {error}", severity="warning")


def _chosen_paths(root: Path, files: Sequence[Path]) -> tuple[frozenset[str], list[Diagnostic]]:
    """Return the paths of files, also in folders, as positions have them; and errors for those outside."""
    chosen: set[str] = set()
    faults = []
    base = root.resolve()
    for file in files:
        whole = file.resolve()
        inside = [each for each in whole.rglob("*") if each.is_file()] if whole.is_dir() else [whole]
        if not whole.exists():
            faults.append(Diagnostic(Position(str(file), 1, 1), "there is no such file or folder"))
        elif not whole.is_relative_to(base):
            faults.append(Diagnostic(Position(str(file), 1, 1), f"this is not below {root.name}/"))
        elif not inside:
            faults.append(Diagnostic(Position(str(file), 1, 1), "this folder holds no file"))
        else:
            chosen |= {f"{root.name}/{each.relative_to(base).as_posix()}" for each in inside}
    return frozenset(chosen), faults


def _concerns(diagnostic: Diagnostic, chosen: frozenset[str]) -> bool:
    """Tell whether a diagnostic stands in one of the chosen files, or its advice names one."""
    return diagnostic.position.path in chosen or any(path in diagnostic.advice for path in chosen)


def _warnings(root: Path, findings: Sequence[lint.Finding]) -> Iterator[Diagnostic]:
    """Yield a warning for each finding, at its field where it has one."""
    for each in findings:
        place = place_of(root, each.record, each.field) if each.field else each.record
        yield Diagnostic(place, each.message, each.advice, "warning")


def _doubtful_names(content: Content) -> Iterator[Diagnostic]:
    """Yield a warning for each organization's name that looks like another spelling of a known one."""
    for ref, known in lint.doubtful_names(content):
        message = f"the organization {ref.text!r} looks like {known!r}"
        advice = "use one name for both, or add an alias to its file in content/organizations/"
        yield Diagnostic(ref.position, message, advice, "warning")


def _unsure_families(papers: Sequence[Paper]) -> Iterator[Diagnostic]:
    """Yield one warning for all authors whose family name no record says and a rule may get wrong."""
    refs: dict[str, Ref] = {}
    for paper in papers:
        said = {each.name for each in paper.authors if each.family}
        for author in (*paper.record.authors, *paper.record.editors):
            name = author.name.text
            if not (author.family or author.group or name in said) and guess_doubt(name):
                refs.setdefault(name, author.name)
    if refs:
        first = next(iter(refs.values()))
        some = ", ".join(map(repr, [*refs][:_NAMES_SHOWN]))
        more = ", …" if len(refs) > _NAMES_SHOWN else ""
        message = f"{len(refs)} family names are guessed and may be wrong: those of {some}{more}"
        if len(refs) == 1:
            message = f"the family name of {some} is guessed and may be wrong: {guess_doubt(first.text)}"
        advice = (
            "where it is not the last word, write {name: …, family: …}; for a body, {name: …, group: true}"
        )
        yield Diagnostic(first.position, message, advice, "warning")


def _lost_addresses(options: Options, content: Content, renames: Mapping[str, str]) -> list[Diagnostic]:
    """Return what readers of the main branch's last commit would miss or see twice."""
    published = addresses.published_library(options.content, content.site.branch, options.jobs)
    if published is None:
        return []
    drafts = {paper.slug: paper.position for paper in content.papers if paper.draft}
    library, _ = resolve(content.published())
    lost = addresses.lost_addresses(published, library, renames, drafts)
    feeds = addresses.lost_feeds(published, library)
    return [*lost, *feeds, *addresses.changed_ids(published, library)]


def _write_former(
    root: Path, content: Content, renames: Mapping[str, str], fixes: list[tuple[str, Fix]]
) -> None:
    """Write the former slug of each record that git knows to be renamed; add each fix with its path."""
    records = addresses.records_with_slugs(content)
    known = {each.position.path: [ref.text for ref in each.formerly] for each in records}
    for old, path in renames.items():
        slug, present, former = PurePosixPath(old).stem, PurePosixPath(path).stem, known[path]
        if slug in former and (slug == former[-1] or present in former):
            continue
        data = (root.parent / path).read_bytes()
        text, line = add_former(data.decode("utf-8-sig"), slug, present)
        if line:
            byte_order_mark = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
            replace_file(root.parent / path, byte_order_mark + text.encode())
            fixes.append((path, Fix(line, f"formerly has {slug}, as git knows")))


def _fix_files(root: Path, content: Content, chosen: frozenset[str], fixes: list[tuple[str, Fix]]) -> None:
    """Fix what is safe in the chosen files, or in all where none is; add each fix with its file's path."""
    names = Names(names_of(content.topics, "topic", []), names_of(content.organizations, "organization", []))
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
        fixed, of_file = fix_text(text, FORMS[kind], file.suffix == ".md", names)
        if of_file:
            byte_order_mark = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
            replace_file(file, byte_order_mark + fixed.encode())
            fixes += [(path, each) for each in of_file]
