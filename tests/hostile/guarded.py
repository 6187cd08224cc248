"""Run the command line many times over, each time in a process of its own with limits that the system keeps.

    python -m tests.hostile.guarded < runs.json > outcomes.json

One process is warmed up and forks for each run, so that a run costs milliseconds, not the third of a second
that imports take. A run that outlives its limits is killed, which its outcome shows as a negative status.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from offprint import markup
from offprint.cli import main
from tests.sites import PROJECT

SECONDS = 2  # of processor time, so that a busy machine does not fail the test
MEGABYTES = 300
_HANGS = 60  # seconds by the clock: for a run that waits, on a FIFO for instance


class Outcome(NamedTuple):
    """A run's exit code (negative: the signal that killed it), output, largest memory and processor time."""

    status: int
    said: str
    errors: str
    megabytes: float
    seconds: float


def run_all(runs: Sequence[Sequence[str]]) -> list[Outcome]:
    """The outcome of ``build.py`` with each list of arguments."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.guarded"],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )
    assert not done.returncode, done.stderr
    return [Outcome(*each) for each in json.loads(done.stdout)]


def _run(arguments: Sequence[str]) -> Outcome:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(_HANGS)
            status = 70
            try:
                status = main(arguments, Path(PROJECT))
            except BaseException:
                sys.excepthook(*sys.exc_info())
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, status, used = os.wait4(child, 0)
        status = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        return Outcome(status, _text(said), _text(errors), used.ru_maxrss / 1024, seconds)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    markup.markdown("What is made once *is made* before $x$ the forks.")
    given: list[Any] = json.load(sys.stdin)
    json.dump([_run(each) for each in given], sys.stdout)
