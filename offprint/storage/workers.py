"""Worker processes that end when the build does, whether it finishes, is interrupted or is killed.

With ``ProcessPoolExecutor`` alone, the workers of a killed build would wait for ever, and hold its lock; and
each would handle Ctrl-C for itself, some of them while they are still being started.

Workers are always forked, even where that is not Python's default (macOS; Linux from Python 3.14): they share
the content that was read, which is too large to be sent to each of them.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


@contextmanager
def pool(jobs: int, make: Callable[..., object] = object, *arguments: Any) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of ``jobs`` processes, each of which begins by calling ``make(*arguments)``.

    Each process keeps the result; submit ``call_held`` to work on it. Where the block raises, the processes
    are killed; where it ends, work that has not begun is cancelled.
    """
    executor = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("fork"), _begin, (os.getpid(), make, arguments)
    )
    try:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the workers inherit this
        try:
            executor.submit(int)  # starts the workers
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield executor
    except BaseException:
        for child in multiprocessing.active_children():  # nobody waits for their results
            child.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def call_held(function: Callable[..., _T], *arguments: Any) -> _T:
    """Call a function, in a process of a pool, with the value that the process holds and some arguments."""
    return function(_Process.value, *arguments)


def identity(value: _T) -> _T:
    """Return the value itself: the ``make`` of a pool whose processes hold a value that exists already."""
    return value


@contextmanager
def background(
    jobs: int, make: Callable[..., object], *arguments: Any
) -> Iterator[Callable[..., Future[Any]]]:
    """Yield a function that submits work to a background process, or does it at once where ``jobs`` is 1.

    The process begins by calling ``make(*arguments)`` and keeps the result. ``submit(function, *more)`` calls
    ``function`` with that and ``more``, one call after the other, and returns a future.
    """
    if jobs < 2:
        value = make(*arguments)

        def call_here(function: Callable[..., _T], *more: Any) -> Future[_T]:
            future: Future[_T] = Future()
            future.set_result(function(value, *more))
            return future

        yield call_here
        return
    with pool(1, make, *arguments) as worker:

        def submit(function: Callable[..., _T], *more: Any) -> Future[_T]:
            return worker.submit(call_held, function, *more)

        yield submit


class _Process:
    """The state of a worker process: the value that ``make`` returned in it."""

    value: Any


def _begin(parent: int, make: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    """Initialize a worker process: leave Ctrl-C to its parent, watch that, and make the value to hold."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _Process.value = make(*arguments)


def _end_with(parent: int) -> None:
    """Wait for the parent process to end, then end this one."""
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)
