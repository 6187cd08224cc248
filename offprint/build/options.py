"""Where a build finds things and how it works; what it reports."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from offprint.diagnostics import Diagnostic

Progress = Callable[[str, int, int], None]  # what is being done, how much of it, of how much (0: unknown)


@dataclass(frozen=True, slots=True)
class Options:
    """Where things are and how to build: what every command may need."""

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
    """What a build made: how many papers and pages there are, how many of those it made, and why if asked."""

    papers: int
    pages: int
    made: int
    warnings: tuple[Diagnostic, ...]
    reasons: tuple[tuple[str, str], ...] = ()
