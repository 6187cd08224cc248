"""The addresses that readers know: what the main branch published and the records at hand no longer have.

The main branch is read as its last commit has it, with the very reader that a build uses, so that whatever
has an address is seen: a record renamed or deleted, a slug in a list, a name that was corrected.
"""

import io
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from offprint.archive.model import Author, Library, Organization, Topic
from offprint.archive.moves import first_slug
from offprint.archive.resolve import resolve
from offprint.contribute.lint import organization_refs
from offprint.diagnostics import Diagnostic, Position, where
from offprint.records.forms import Record
from offprint.records.git_history import files_at, main_commit, renames_since
from offprint.records.images import FOLDER
from offprint.records.model import Content
from offprint.records.reader import load_content
from offprint.site import routes
from offprint.site.views.feeds import authors_with_feed, has_feed

Address = tuple[str, str]  # the kind of record, which is a folder of the content, and the slug


def published_library(root: Path, branch: str, jobs: int) -> Library | None:
    """Return the library of the last commit on the main branch.

    None where there is no such branch, or where the content is as it has it.
    """
    commit = main_commit(root, branch)
    archive = files_at(root, commit, without=FOLDER) if commit else None
    if not archive:
        return None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        content, _ = load_content(Path(folder) / root.name, jobs)
    return resolve(content.published())[0]


def addresses(library: Library) -> dict[Address, Position]:
    """Return every address of a record, present or former, and where it comes from."""
    positions = _of_papers(library)
    terms: tuple[tuple[str, Sequence[Topic | Organization | Author]], ...] = (
        ("topics", library.topics),
        ("organizations", library.organizations),
        ("authors", library.authors),
    )
    for kind, of_kind in terms:
        for term in of_kind:
            if term.source or (kind, term.slug) not in positions:
                positions[kind, term.slug] = Position(term.source, 1, 1)
    for page in library.pages:
        positions["pages", page.slug] = page.position
    for name in library.namesakes:
        positions.setdefault(("authors", name.slug), positions["authors", name.people[0]])
    for gone in library.removed:
        positions["papers", gone.slug] = gone.position
    for each in library.moved:
        positions[each.kind, each.old] = positions[each.kind, each.new]
    return positions


def _of_papers(library: Library) -> dict[Address, Position]:
    """Return the addresses of papers, and of the organizations and authors that they name."""
    positions: dict[Address, Position] = {}
    with_page = {author.slug for author in library.authors}
    for paper in library.versions:
        record = paper.record
        positions["papers", paper.slug] = record.position
        refs = list(organization_refs([record]))
        for organization in paper.organizations:
            named = (ref.position for ref in refs if ref.text == organization.name)
            positions.setdefault(("organizations", organization.slug), next(named, record.position))
        for author, ref in zip(paper.authors, record.authors, strict=False):
            if author.author.slug in with_page:
                positions.setdefault(("authors", author.author.slug), ref.name.position)
    return positions


def lost_addresses(
    published: Library, library: Library, renames: Mapping[str, str], drafts: Mapping[str, Position]
) -> Iterator[Diagnostic]:
    """Yield a warning for each published address that no record has or had.

    ``renames`` are the present paths of files that git knows to be renamed, by their former ones, ``drafts``
    the places of papers that are not published, by slug.
    """
    now = addresses(library)
    for (kind, slug), position in sorted(addresses(published).items()):
        if (kind, slug) in now:
            continue
        message = f"{routes.page_of(kind, slug)}, which readers know, leads nowhere now"
        if kind == "papers" and (draft := drafts.get(slug)):
            advice = f"take draft out of {where(draft)}, or delete it and say why in content/removed.yaml"
        elif new := renames.get(position.path):
            advice = f"write formerly: [{slug}] into {new}, or have check --fix do it"
        else:
            advice = f"write formerly: [{slug}] into the record that takes its place"
            if kind == "papers":
                advice += ", or say in content/removed.yaml why there is none"
            elif kind in ("organizations", "authors"):
                advice += f", or keep the page: write content/{kind}/{slug}.md with its name"
        yield Diagnostic(position, message, advice, "warning")


def lost_feeds(published: Library, library: Library) -> Iterator[Diagnostic]:
    """Yield a warning for each feed that readers follow and that goes though its page stays."""
    now, pages = _feeds(library), addresses(library)
    for kind, slug in sorted(_feeds(published) - now):
        if place := pages.get((kind, slug)):
            feed = routes.feed_of(routes.page_of(kind, slug))
            message = f"{feed}, which feed readers follow, is gone: fewer papers than a feed needs are left"
            advice = f"to keep it, write content/{kind}/{slug}.md with its name"
            yield Diagnostic(place, message, advice, "warning")


def _feeds(library: Library) -> set[Address]:
    """Return what has a feed among organizations and authors, by present and former addresses."""
    by_slug = library.by_organization
    named = {
        each.slug for each in library.organizations if has_feed(library, each.source, by_slug[each.slug])
    }
    found = {("organizations", slug) for slug in named} | {("authors", s) for s in authors_with_feed(library)}
    found |= {("authors", name.slug) for name in library.namesakes}
    return found | {(each.kind, each.old) for each in library.moved if (each.kind, each.new) in found}


def changed_ids(published: Library, library: Library) -> Iterator[Diagnostic]:
    """Yield a warning for each record that feed readers would show once more, since its id would change."""
    known = {paper.slug: first_slug(paper.slug, paper.formerly) for paper in published.versions}
    for paper in library.versions:
        slug = next((each for each in (paper.slug, *reversed(paper.formerly)) if each in known), None)
        now = first_slug(paper.slug, paper.formerly)
        if slug is not None and known[slug] != now:
            message = (
                f"feeds would show this paper once more: its id there would be {now!r}, not {known[slug]!r}"
            )
            advice = f"begin formerly with {known[slug]}"
            refs = paper.record.formerly
            yield Diagnostic(refs[0].position if refs else paper.record.position, message, advice, "warning")


def renamed_files(root: Path, content: Content, branch: str) -> dict[str, str]:
    """Return the present paths of records that git knows to be renamed, by their paths on the main branch."""
    commit = main_commit(root, branch)
    if not commit:
        return {}
    paths = {record.position.path for record in records_with_slugs(content)}
    return {
        old: new
        for old, new in renames_since(root, commit)
        if new in paths
        and PurePosixPath(old).stem != PurePosixPath(new).stem
        and old.split("/")[:2] == new.split("/")[:2]
    }


def records_with_slugs(content: Content) -> Iterator[Record]:
    """Yield every record that has an address."""
    yield from content.papers
    yield from content.topics
    yield from content.organizations
    yield from content.authors
    yield from content.pages
