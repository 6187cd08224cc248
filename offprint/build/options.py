"""The options of a build, and the result that it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from offprint.diagnostics import Diagnostic

# Called with a stage such as "Rendering", how much of it is done, and of how much (0: unknown).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """The folders to read and write, the number of processes, and what to leave out; for every command."""

    content: Path
    output: Path
    templates: Path
    static: Path
    cache: Path
    jobs: int = 1
    search: bool = True
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build: how many papers and pages the site has, and how many pages were rendered.

    ``explanations`` are pairs of a rendered page's path and the reason, where the options ask for them.
    """

    papers: int
    pages: int
    rendered: int
    warnings: tuple[Diagnostic, ...]
    explanations: tuple[tuple[str, str], ...] = ()
