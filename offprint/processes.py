"""A pool of processes that ends when the build does: done, interrupted or killed.

A ``ProcessPoolExecutor`` alone leaves its workers waiting for ever where the build is killed (and they would
hold its lock), and lets them take a Ctrl-C each for itself, some of them in the middle of being made.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


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
    finally:
        executor.shutdown(cancel_futures=True)


def _begin(parent: int, start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    start(*arguments)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)
