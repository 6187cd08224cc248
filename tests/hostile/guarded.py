"""Run something many times over, each time in a process of its own with limits that the system keeps.

    python -m tests.hostile.guarded < runs.json > outcomes.json

One process is warmed up and forks for each run, so that a run costs milliseconds, not the third of a second
that imports take. A run that outlives its limits is killed, which its outcome shows as a negative status.
"""

import functools
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, NamedTuple

from offprint.cli import main
from offprint.records import markup
from tests.sites import PROJECT

MEGABYTES = 300
_AT_ONCE = 2  # processes that run one after the other
_HANGS = 60  # seconds by the clock: for a run that waits, on a FIFO for instance


class Outcome(NamedTuple):
    """A run's exit code (negative: the signal that killed it), output, largest memory and processor time."""

    status: int
    said: str
    errors: str
    megabytes: float
    seconds: float


def run_all(what: str, runs: Sequence[Sequence[str]], seconds: int) -> list[Outcome]:
    """The outcome of each run of ``what``, each with so many seconds of processor time at most.

    Processor time, so that a busy machine does not fail a test.
    """
    shares = [runs[start::_AT_ONCE] for start in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = list(threads.map(functools.partial(_run_share, what, seconds), shares))
    return [found[index % _AT_ONCE][index // _AT_ONCE] for index in range(len(runs))]


def _run_share(what: str, seconds: int, runs: Sequence[Sequence[str]]) -> list[Outcome]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.guarded", what, str(seconds)],
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )
    assert not done.returncode, done.stderr
    return [Outcome(*each) for each in json.loads(done.stdout)]


def command_line(*arguments: str) -> int:
    """``offprint`` with these arguments."""
    return main(arguments)


def texts(*sources: str) -> int:
    """Make markup of each text in every way, a second for each; prints which of them Markdown refused."""
    refused = []
    for source in sources:
        signal.setitimer(signal.ITIMER_PROF, 1)  # of processor time; then SIGPROF, which ends the process
        markup.inline(source[:500])
        markup.paragraphs(source[:20_000])
        _, faults = markup.markdown(source)
        refused.append(any(fault.severity == "error" for fault in faults))
    print(json.dumps(refused))  # noqa: T201 - read by the test
    return 0


_WHAT: Mapping[str, Callable[..., int]] = {"command_line": command_line, "texts": texts}


def _run(what: Callable[..., int], arguments: Sequence[str], seconds: int) -> Outcome:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(_HANGS)
            status = 70
            try:
                status = what(*arguments)
            except BaseException:
                sys.excepthook(*sys.exc_info())
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        _, status, used = os.wait4(child, 0)
        status = os.waitstatus_to_exitcode(status)
        spent = used.ru_utime + used.ru_stime
        return Outcome(status, _text(said), _text(errors), used.ru_maxrss / 1024, spent)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    markup.markdown("What is made once *is made* before $x$ the forks.")
    json.dump([_run(_WHAT[sys.argv[1]], each, int(sys.argv[2])) for each in json.load(sys.stdin)], sys.stdout)
