"""Everything that is printed: results on standard output, faults and progress on standard error."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from offprint.diagnostics import Diagnostic, Position, format_text, gather

if TYPE_CHECKING:
    from rich.progress import Progress

_RED, _YELLOW, _PLAIN = "\033[1;31m", "\033[1;33m", "\033[0m"
_LINE_EVERY = 5  # seconds between two lines on the same stage, where there is no bar


class Screen:
    """What a person sees. ``quiet`` leaves out all but faults, ``verbose`` adds the time of each stage.

    No command fails because its words cannot be printed. ``failure`` is the first error of standard output.
    """

    def __init__(self, quiet: bool, verbose: bool = False) -> None:
        self._quiet, self._verbose = quiet, verbose and not quiet
        terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.failure: OSError | None = None
        self._colours = terminal and not os.environ.get("NO_COLOR")

    def say(self, text: str) -> None:
        """Print a result."""
        if not self._quiet:
            self.raw(f"{text}\n")

    def raw(self, text: str) -> None:
        """Print a text that programs read, as it is."""
        if self.failure:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            self.failure = error
            with contextlib.suppress(OSError, ValueError):  # what is buffered must not fail once more
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def note(self, text: str) -> None:
        """Print what is good to know beside a result."""
        if not self._quiet:
            _print_error(text)

    def ask(self, question: str, default: str) -> str:
        """Return a person's answer; raises KeyboardInterrupt where there is none to come."""
        shown = f"{question} [{default}]" if default else question
        try:
            return input(f"{shown}: ") or default
        except EOFError:
            raise KeyboardInterrupt from None

    def error(self, text: str) -> None:
        """Print why a command failed."""
        _print_error(f"{self._coloured('error: ', _RED)}{text}")

    def diagnostics(
        self, diagnostics: Sequence[Diagnostic], line_at: Callable[[Position], str | None]
    ) -> None:
        """Print faults; ``line_at`` returns the source line at a position."""
        printed, left_out = gather(diagnostics)
        for each in printed:
            word, colour = f": {each.severity}: ", _RED if each.severity == "error" else _YELLOW
            text = format_text(each, line_at(each.position))
            _print_error(text.replace(word, self._coloured(word, colour), 1))
        for line in left_out:
            _print_error(line)

    def progress(self) -> "StageProgress":
        """Return the progress of one run of a command, a context and a function."""
        return StageProgress(self._quiet, self._verbose)

    def _coloured(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self._colours else text


def _print_error(text: str) -> None:
    """Print a line on standard error; where that cannot be written, nobody can be told."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


class Recorder(Screen):
    """Prints what another screen would, and keeps the faults of one run for the browser.

    ``faults`` has errors and their excerpts, without colours.
    """

    def __init__(self, screen: Screen) -> None:
        vars(self).update(vars(screen))
        self.faults: list[str] = []

    def error(self, text: str) -> None:
        """Print and keep why a command failed."""
        self.faults.append(text)
        super().error(text)

    def diagnostics(
        self, diagnostics: Sequence[Diagnostic], line_at: Callable[[Position], str | None]
    ) -> None:
        """Print faults and keep the errors among them."""
        errors = (each for each in diagnostics if each.severity == "error")
        self.faults += [format_text(each, line_at(each.position)) for each in errors]
        super().diagnostics(diagnostics, line_at)


class StageProgress:
    """Progress: a bar on a terminal, lines elsewhere, nothing where ``quiet``.

    With ``verbose``, the time of each stage is printed when it ends.
    """

    _bar: "Progress | None" = None

    def __init__(self, quiet: bool, verbose: bool) -> None:
        self._quiet, self._verbose, self._stage = quiet, verbose, ""
        self._begun = self._printed = time.monotonic()
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                Progress,
                SpinnerColumn,
                TextColumn,
                TimeRemainingColumn,
            )

            bar = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True))
            console = Console(stderr=True, highlight=False)
            text = TextColumn("{task.description}")
            self._bar = Progress(SpinnerColumn(), text, *bar, console=console, transient=True)
            self._task = self._bar.add_task("")

    def __enter__(self) -> "StageProgress":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_stage()
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show a stage, how much of it is done, and of how much (0: unknown)."""
        now = time.monotonic()
        if stage != self._stage:
            self._end_stage()
            self._stage, self._begun, self._printed = stage, now, now
            self._show_stage(stage)
        if self._bar:
            self._bar.update(self._task, completed=done, total=total or None)
        elif total and now - self._printed > _LINE_EVERY and not self._quiet:
            self._printed = now
            left = (now - self._begun) * (total - done) / max(done, 1)
            _print_error(f"{stage} {done:,} of {total:,}, about {left:.0f} s left")

    def _show_stage(self, stage: str) -> None:
        """Begin a stage: in the bar, or with a line."""
        if self._bar:
            self._bar.reset(self._task, description=stage, total=None)
        elif not self._quiet:
            _print_error(f"{stage} …")

    def _end_stage(self) -> None:
        """Print the time of the stage that ends, where it is asked for."""
        if self._stage and self._verbose:
            text = f"{self._stage}: {time.monotonic() - self._begun:.2f} s"
            if self._bar:
                self._bar.console.print(text)
            else:
                _print_error(text)
        self._stage = ""
