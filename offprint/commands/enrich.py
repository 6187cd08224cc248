"""``enrich``: what records lack and arXiv, Crossref, DataCite or OpenAlex know is written into them.

What is missing, and where sources disagree, is for ``harvest/completion.py``; how a file is changed and all
else in it left alone, for ``harvest/mending.py``.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from offprint.build.load import load_library
from offprint.build.options import Options, Progress
from offprint.commands.harvest import web_for
from offprint.diagnostics import CommandError, Diagnostic, Position, stop_on_errors
from offprint.harvest import arxiv, crossref, datacite, openalex
from offprint.harvest.answers import Web, Work
from offprint.harvest.batch import write_all
from offprint.harvest.completion import Answer, Completion, complete
from offprint.harvest.mending import Target, with_fields
from offprint.records import forms, identifiers
from offprint.records.model import Content, PaperRecord
from offprint.records.reader import place_of
from offprint.records.slugs import slugify
from offprint.records.watch.reader import load_watches


@dataclass(frozen=True, slots=True)
class Enriched:
    """The result: the fields added to each file, by its path; the whole difference; and what to look at.

    ``notes`` are disagreements at their places, and records that could not be changed.
    """

    added: Mapping[str, tuple[str, ...]]
    diff: str
    notes: tuple[Diagnostic, ...]
    requests: int


class _Texts:
    """The texts of files, as they are and as they will be."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before: dict[str, str] = {}
        self.after: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        if path not in self.after:
            data = (self.root.parent / path).read_bytes()
            self.before[path] = self.after[path] = data.decode("utf-8")
        return self.after[path]

    def changed(self) -> dict[str, str]:
        """Return the texts that differ from their files, by path from the content folder's name on."""
        return {path: text for path, text in self.after.items() if text != self.before[path]}

    def diff(self) -> str:
        """Return the difference as a patch."""
        lines: list[str] = []
        for path, text in sorted(self.changed().items()):
            one, other = self.before[path].splitlines(keepends=True), text.splitlines(keepends=True)
            lines += difflib.unified_diff(one, other, f"a/{path}", f"b/{path}")
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def enrich(
    options: Options, files: Sequence[Path], progress: Progress, *, dry_run: bool, web: Web | None = None
) -> Enriched:
    """Complete the records of ``files``, or all; with ``dry_run``, write nothing.

    All files are written, or none. Raises CommandError where a service fails or a file is no record,
    ContentError where the content has errors, and OSError.
    """
    progress("Reading", 0, 0)
    content, library = load_library(options)
    watches, faults = load_watches(options.content)
    stop_on_errors(faults)
    web = web or web_for(options, library, watches.contact if watches else "")
    papers = _chosen(options.content, content, files)
    answers = _ask(papers, web, progress)
    texts = _Texts(options.content)
    added: dict[str, list[str]] = defaultdict(list)
    notes: list[Diagnostic] = []
    for paper in papers:
        completion = complete(paper, answers.get(paper.slug, ()))
        path = paper.position.path
        names = [*completion.values, *(["orcid"] if completion.orcids else [])]
        if names and not _mend(texts, paper, completion):
            message = f"the record lacks {', '.join(names)}, and is written so that nothing can be added"
            notes.append(
                Diagnostic(paper.position, message, "write each field on a line of its own", "warning")
            )
        elif names:
            added[path] += names
        notes += [_note(options.content, paper.position, *each) for each in completion.disagreements]
    for path in _add_rors(texts, content, answers.values()) if not files else ():
        added[path].append("ror")
    changed = {path.partition("/")[2]: text for path, text in texts.changed().items()}
    if not dry_run:
        write_all(options.content, {}, changed)
    fields = {path: tuple(names) for path, names in added.items()}
    return Enriched(fields, texts.diff(), tuple(sorted(notes)), web.client.requests)


def _chosen(root: Path, content: Content, files: Sequence[Path]) -> list[PaperRecord]:
    """Return the papers of files, all where there are none; raises CommandError for other files."""
    chosen = set()
    for file in files:
        whole = file.resolve()
        if not whole.is_relative_to(root.resolve()):
            raise CommandError(f"{file} is not below {root.name}/")
        chosen.add(f"{root.name}/{whole.relative_to(root.resolve()).as_posix()}")
    papers = [each for each in content.papers if not files or each.position.path in chosen]
    if missing := chosen - {each.position.path for each in papers}:
        raise CommandError(f"{sorted(missing)[0]} holds no paper")
    return papers


def _ask(papers: Sequence[PaperRecord], web: Web, progress: Progress) -> dict[str, tuple[Answer, ...]]:
    """Return what services say of each paper, by slug, those that are believed first coming first."""
    numbers = {p.slug: identifiers.without_version(p.arxiv.text) for p in papers if p.arxiv}
    progress("Asking arXiv", 0, 0)
    of_arxiv = {work.draft.arxiv: work for work in arxiv.by_ids(sorted(set(numbers.values())), web)}
    for slug, work in _by_titles(papers, web, progress):
        numbers[slug] = work.draft.arxiv
        of_arxiv[work.draft.arxiv] = work
    dois: dict[str, str] = {}
    for paper in papers:
        known = of_arxiv.get(numbers.get(paper.slug, ""))
        if doi := (paper.doi.text if paper.doi else known.published_as if known else ""):
            dois[paper.slug] = doi.casefold()
    asked = sorted(set(dois.values()))
    progress("Asking Crossref", 0, 0)
    of_crossref = _by_doi(crossref.by_dois(asked, web))
    progress("Asking DataCite", 0, 0)
    of_datacite = _by_doi(datacite.by_dois([doi for doi in asked if doi not in of_crossref], web))
    progress("Asking OpenAlex", 0, 0)
    own = {number: f"10.48550/arxiv.{number}".casefold() for number in numbers.values()}
    works = list(openalex.by_dois([*asked, *sorted(own.values())], web))
    of_openalex = _by_doi(works) | {
        own[w.draft.arxiv]: w for w in works if w.draft.arxiv in own and not w.draft.doi
    }
    answers = {}
    for paper in papers:
        number, doi = numbers.get(paper.slug, ""), dois.get(paper.slug, "")
        said = [
            ("arXiv", _without_venue(of_arxiv.get(number)) if doi in of_crossref else of_arxiv.get(number)),
            ("Crossref", of_crossref.get(doi)),
            ("DataCite", of_datacite.get(doi)),
            ("OpenAlex", of_openalex.get(doi) or of_openalex.get(own.get(number, ""))),
        ]
        answers[paper.slug] = tuple(Answer(who, work) for who, work in said if work)
    return answers


def _by_titles(papers: Sequence[PaperRecord], web: Web, progress: Progress) -> Iterator[tuple[str, Work]]:
    """Yield the slug of each paper without ids that arXiv knows by its title, and what it says."""
    without_ids = [paper for paper in papers if not paper.arxiv and not paper.doi]
    for number, paper in enumerate(without_ids, 1):
        progress("Asking arXiv for titles", number, len(without_ids))
        work = arxiv.by_title(paper.title.plain, web)
        if work and _of_its_time(paper, work):
            yield paper.slug, work


def _of_its_time(paper: PaperRecord, work: Work) -> bool:
    """Tell whether a paper found by its title may be the record's: of the same year, or next to it."""
    year = work.draft.date[:4]
    return not paper.date or not year or abs(paper.date.year - int(year)) <= 1


def _without_venue(work: Work | None) -> Work | None:
    """Return what arXiv says without the venue, which its authors write as they like."""
    return work and work._replace(draft=replace(work.draft, venue=""))


def _by_doi(works: Iterable[Work]) -> dict[str, Work]:
    return {work.draft.doi.casefold(): work for work in works if work.draft.doi}


def _mend(texts: _Texts, paper: PaperRecord, completion: Completion) -> bool:
    """Add what a record lacks to the text of its file; tell whether that was possible."""
    path = paper.position.path
    target = Target(paper.slug, forms.PAPER, path.endswith(".md"))
    mended = with_fields(texts[path], target, completion.values, completion.orcids)
    if mended is None:
        return False
    texts.after[path] = mended
    return True


def _add_rors(texts: _Texts, content: Content, answers: Iterable[Sequence[Answer]]) -> list[str]:
    """Add ROR ids to registered organizations that lack one; return the paths of their files."""
    found: dict[str, set[str]] = defaultdict(set)
    for answer in (each for several in answers for each in several):
        for name, ror in answer.work.rors:
            found[slugify(name)].add(ror)
    paths = []
    for organization in content.organizations:
        names = (
            organization.slug,
            slugify(organization.name),
            *(slugify(a.text) for a in organization.aliases),
        )
        rors = set().union(*(found.get(name, set()) for name in names))
        if organization.ror or len(rors) != 1:
            continue
        path = organization.position.path
        target = Target(organization.slug, forms.ORGANIZATION, path.endswith(".md"))
        mended = with_fields(texts[path], target, {"ror": f" {rors.pop()}"})
        if mended is not None:
            texts.after[path] = mended
            paths.append(path)
    return paths


def _note(root: Path, record: Position, field: str, message: str) -> Diagnostic:
    place = place_of(root, record, field)
    return Diagnostic(place, message, "see which is right; nothing was changed", "warning")
