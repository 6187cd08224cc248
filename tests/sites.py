"""Small sites for tests: each test writes the content that it is about, and builds or reads it."""

import shutil
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
from offprint.storage.folders import Overlay

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = Overlay(PROJECT / "templates", PROJECT / "no own templates")
STATIC = Overlay(PROJECT / "static", PROJECT / "no own static files")
SITE = """\
title: A small archive
url: https://example.org/archive/
repository: https://github.com/example/archive
"""


def write_content(folder: Path, files: dict[str, str]) -> Path:
    """Write files, by path, below ``folder/content``, dedented; return that folder.

    A ``site.yaml`` is added where there is none among them.
    """
    root = folder / "content"
    for path, text in {"site.yaml": SITE, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def read_library(folder: Path, files: dict[str, str]) -> tuple[Library, list[Diagnostic]]:
    """Write files as content; return the library resolved from them, and every fault, sorted by place."""
    content, malformed = load_content(write_content(folder, files))
    library, unresolved = resolve(content)
    related, _ = find_related(subjects_of(library.papers))
    library = replace(library, related=RelatedPapers(library.papers, lambda: related))
    return library, sorted(malformed + unresolved)


def options(folder: Path, *, search: bool = False, jobs: int = 1) -> Options:
    """Return options to build ``folder/content``, with what it has of its own, into ``folder/_site``."""
    return Options(
        content=folder / "content",
        output=folder / "_site",
        templates=Overlay(TEMPLATES.base, folder / "templates"),
        static=Overlay(STATIC.base, folder / "static"),
        cache=folder / ".cache",
        jobs=jobs,
        search=search,
    )


def build_site(folder: Path, files: dict[str, str], *, search: bool = False, jobs: int = 1) -> Built:
    """Write files as content and build the site into ``folder/_site``; return the result of the build."""
    write_content(folder, files)
    return build(options(folder, search=search, jobs=jobs), lambda *_: None)


def page(folder: Path, path: str) -> str:
    """Return the text of a built page."""
    return (folder / "_site" / path).read_text(encoding="utf-8")


def copy_program(folder: Path, *names: str) -> Path:
    """Copy what is named of Offprint, or all of it, to a folder: nothing that belongs to an archive."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or ("build.py", "offprint", "templates", "static"):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "own"))
        else:
            shutil.copy(source, folder)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by path."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}
