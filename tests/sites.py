"""A whole small site, written in the test that speaks of it."""

import textwrap
from dataclasses import replace
from pathlib import Path

from offprint.archive.model import Library
from offprint.archive.related import RelatedPapers, find_related, subjects_of
from offprint.archive.resolve import resolve
from offprint.build.options import Built, Options
from offprint.commands.build import build
from offprint.diagnostics import Diagnostic
from offprint.records.reader import load_content

PROJECT = Path(__file__).resolve().parent.parent
SITE = """\
title: A small archive
url: https://example.org/archive/
repository: https://github.com/example/archive
"""


def write_content(folder: Path, files: dict[str, str]) -> Path:
    """Write files below ``folder/content``, indentation taken off; site.yaml is added where none is given."""
    root = folder / "content"
    for path, text in {"site.yaml": SITE, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def read_library(folder: Path, files: dict[str, str]) -> tuple[Library, list[Diagnostic]]:
    """The library of a content folder, and everything found wrong with it."""
    content, malformed = load_content(write_content(folder, files))
    library, unresolved = resolve(content)
    near, _ = find_related(subjects_of(library.papers))
    library = replace(library, related=RelatedPapers(library.papers, lambda: near))
    return library, sorted(malformed + unresolved)


def options(folder: Path, *, search: bool = False, jobs: int = 1) -> Options:
    """Options that build ``folder/content`` into ``folder/_site`` with the project's own look."""
    return Options(
        content=folder / "content",
        output=folder / "_site",
        templates=PROJECT / "templates",
        static=PROJECT / "static",
        cache=folder / ".cache",
        jobs=jobs,
        search=search,
    )


def build_site(folder: Path, files: dict[str, str], *, search: bool = False, jobs: int = 1) -> Built:
    """Build a site from files; its pages are then below ``folder/_site``."""
    write_content(folder, files)
    return build(options(folder, search=search, jobs=jobs), lambda *_: None)


def page(folder: Path, path: str) -> str:
    """The text of a built page."""
    return (folder / "_site" / path).read_text(encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path below it."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}
