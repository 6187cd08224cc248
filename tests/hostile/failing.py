"""Have each file-system event of a command fail with "No space left on device", or be its last, one by one.

Python's audit hooks report an event before it happens, and may raise or kill. Each run is a fork.
"""

import errno
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from offprint.cli import main

_EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.dlsym")
_SAME = 3  # events of one name in one folder that are made to fail; the rest would tell nothing new


class Outcome(NamedTuple):
    """One run: the event that failed, the exit code (negative for a signal), the last line of its errors."""

    event: str
    code: int
    last_line: str


def fail_at_each_event(
    arguments: Sequence[str], project: Path, reset: Callable[[], None], *, kill: bool = False
) -> Iterator[Outcome]:
    """Yield what comes of a command for each event that fails; ``reset`` is called before each run.

    With ``kill``, the command is killed (SIGKILL) just before the event instead.
    """
    reset()
    events = _run(arguments, project, 0)[0]
    seen: Counter[str] = Counter()
    for number, event in enumerate(events, 1):
        kind = event.rpartition("/")[0] or event
        seen[kind] += 1
        if seen[kind] <= _SAME:
            reset()
            _, code, errors = _run(arguments, project, number, kill=kill)
            yield Outcome(event, code, errors.strip().rpartition("\n")[2])


def _run(
    arguments: Sequence[str], project: Path, failing: int, *, kill: bool = False
) -> tuple[list[str], int, str]:
    """Run a command in a fork; return its events, its exit code and its standard error."""
    log, errors = project / ".events", project / ".errors"
    child = os.fork()
    if not child:
        code = 99
        try:
            sys.stderr = errors.open("w", encoding="utf-8")
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the fork ends
            with log.open("w", encoding="utf-8") as file:
                _fail_at(failing, str(project), file.write, kill=kill)
                code = main(arguments, project)
                _fail_at.active = False  # type: ignore[attr-defined]
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return log.read_text("utf-8").splitlines(), code, errors.read_text("utf-8")


def _fail_at(number: int, folder: str, say: Callable[[str], object], *, kill: bool) -> None:
    """Log each event that concerns a path below ``folder``; have one, by number, fail or be the last."""
    count = 0
    _fail_at.active = True  # type: ignore[attr-defined]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if not event.startswith(_EVENTS) or not _fail_at.active:  # type: ignore[attr-defined]
            return
        paths = [os.fsdecode(each) for each in arguments if isinstance(each, str | bytes | os.PathLike)]
        is_ours = any(path.startswith(folder) for path in paths) or event == "ctypes.dlsym"
        if is_ours and "__pycache__" not in paths[0] if paths else is_ours:
            count += 1
            say(f"{event} {paths[0] if paths else ''}\n")
            if count == number and kill:
                os.kill(os.getpid(), signal.SIGKILL)
            if count == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), paths[0] if paths else None)

    sys.addaudithook(hook)
