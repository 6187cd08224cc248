"""A pool of processes that ends when the build does: done, interrupted or killed.

A ``ProcessPoolExecutor`` alone leaves its workers waiting for ever where the build is killed (and they would
hold its lock), and lets them take a Ctrl-C each for itself, some of them in the middle of being made.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Made = TypeVar("Made")


@contextmanager
def pool(
    jobs: int, start: Callable[..., None] = lambda *_: None, *arguments: Any
) -> Iterator[ProcessPoolExecutor]:
    """A pool of ``jobs`` processes, each begun with ``start(*arguments)``; what is left undone is dropped."""
    executor = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(os.getpid(), start, arguments))
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


@contextmanager
def beside(jobs: int, work: Callable[..., Made], *given: Any) -> Iterator[Callable[[], Made]]:
    """Do some work in a process beside this one; gives what waits for its end, and with one job does it."""
    if jobs < 2:
        yield lambda: work(*given)
        return
    with pool(1, _Beside.hold, work, given) as worker:
        yield worker.submit(_Beside.do).result


class _Beside:
    """What the process beside holds from its start on: where it is forked, nothing is copied to it."""

    work: Callable[..., Any]
    given: tuple[Any, ...]

    @classmethod
    def hold(cls, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        cls.work, cls.given = staticmethod(work), given

    @classmethod
    def do(cls) -> Any:
        return cls.work(*cls.given)


def _begin(parent: int, start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    start(*arguments)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)
