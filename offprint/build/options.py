"""The options of a build, and the result that it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import offprint
from offprint.diagnostics import CommandError, Diagnostic
from offprint.storage.folders import OWN, Overlay

# Called with a stage such as "Rendering", how much of it is done, and of how much (0: unknown).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """The folders to read and write, the number of processes, and what to leave out; for every command."""

    content: Path
    output: Path
    templates: Overlay
    static: Overlay
    cache: Path
    jobs: int = 1
    search: bool = True
    explain: bool = False
    drafts: bool = False


def overlay(name: str, project: Path) -> Overlay:
    """Return the folder ``templates`` or ``static`` of Offprint with that of an archive in ``project``.

    Where both would be one folder, as beside ``build.py``, the archive's files are in ``own/`` in it.
    """
    package = Path(offprint.__file__).resolve().parent
    installed, beside = package / name, package.parent / name  # a wheel's, a checkout's
    base = installed if installed.is_dir() else beside
    folder = project / name
    return Overlay(base, folder / OWN if folder.resolve() == base else folder)


def _folders(options: Options) -> dict[str, Path]:
    """Return the folders that builds read, by what they hold."""
    return {
        "content": options.content,
        "templates": options.templates.base,
        "own templates": options.templates.own,
        "static files": options.static.base,
        "own static files": options.static.own,
        "cache": options.cache,
    }


def refuse_inside(path: Path, options: Options) -> None:
    """Raise CommandError where a path to write lies in a folder that builds read."""
    for name, folder in _folders(options).items():
        if _is_within(path, folder):
            message = f"{path} lies in {folder}, the folder of the {name}"
            raise CommandError(f"{message}; choose another --output")


def refuse_overlap(output: Path, options: Options) -> None:
    """Raise CommandError where ``output`` and a folder that builds read lie one in the other."""
    refuse_inside(output, options)
    for name, folder in _folders(options).items():
        if _is_within(folder, output):
            raise CommandError(f"{output} would replace {folder}, the {name}; choose another --output")


def _is_within(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it, on file systems that ignore case, too."""
    path, folder = path.resolve(), folder.resolve()
    if not folder.exists():
        return path.is_relative_to(folder)
    return any(each.exists() and each.samefile(folder) for each in (path, *path.parents))


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build: how many papers and pages the site has, and how many pages were rendered.

    ``explanations`` are pairs of a rendered page's path and the reason, where the options ask for them;
    ``notes`` are sentences about the machine, such as that its cache was damaged.
    """

    papers: int
    pages: int
    rendered: int
    warnings: tuple[Diagnostic, ...]
    explanations: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
