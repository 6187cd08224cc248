"""A pool of processes that ends when the build does: done, interrupted or killed.

A ``ProcessPoolExecutor`` alone leaves its workers waiting for ever where the build is killed (and they would
hold its lock), and lets them take a Ctrl-C each for itself, some of them in the middle of being made.

Processes are forked, whatever a Python's own way is (on macOS, and on Linux from Python 3.14, it is another):
they share what was read, which is too large to be sent to each.
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

Made = TypeVar("Made")


@contextmanager
def pool(jobs: int, make: Callable[..., object] = object, *arguments: Any) -> Iterator[ProcessPoolExecutor]:
    """A pool of ``jobs`` processes that hold ``make(*arguments)`` each; what is left undone is dropped.

    ``on_held`` is how work gets at what they hold.
    """
    executor = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("fork"), _begin, (os.getpid(), make, arguments)
    )
    try:
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the workers inherit this
        try:
            executor.submit(int)  # makes the workers
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        yield executor
    except BaseException:
        for child in multiprocessing.active_children():  # nobody waits for what they make
            child.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def call_held(work: Callable[..., Made], *given: Any) -> Made:
    """In a process of a pool: some work on what the process holds."""
    return work(_Process.held, *given)


def identity(held: Made) -> Made:
    """For a pool whose processes hold what is there already."""
    return held


@contextmanager
def background(
    jobs: int, make: Callable[..., object], *arguments: Any
) -> Iterator[Callable[..., Future[Any]]]:
    """A process beside this one that holds ``make(*arguments)``; with one job, this process does.

    Gives what asks for work on that, as ``on_held`` does, and gives the work's future. One work begins after
    the other, from when it is asked for.
    """
    if jobs < 2:
        held = make(*arguments)

        def here(work: Callable[..., Made], *given: Any) -> Future[Made]:
            done: Future[Made] = Future()
            done.set_result(work(held, *given))
            return done

        yield here
        return
    with pool(1, make, *arguments) as worker:

        def there(work: Callable[..., Made], *given: Any) -> Future[Made]:
            return worker.submit(call_held, work, *given)

        yield there


class _Process:
    """What this process holds, where it is one of a pool."""

    held: Any


def _begin(parent: int, make: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _Process.held = make(*arguments)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)
