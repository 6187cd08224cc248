"""A function in a process of its own, with bounded time and memory, for bytes that a stranger made."""

import multiprocessing
import os
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_T = TypeVar("_T")
_SECONDS = 20
_BYTES = 1 << 30  # more than the process has when it begins


class BoundsError(Exception):
    """The function did not return within its bounds: it took too long, too much memory, or crashed."""


def call_bounded(function: Callable[..., _T], *arguments: Any) -> _T:
    """Return what a function returns in a forked process; raises BoundsError, or ValueError as it does."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(sender, function, arguments), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(_SECONDS):
            raise BoundsError("it takes too long")
        try:
            value, refusal = receiver.recv()
        except EOFError:
            raise BoundsError("it takes too much memory, or crashes what reads it") from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if refusal is not None:
        raise ValueError(refusal)
    return value  # type: ignore[no-any-return] # of the function


def _call(sender: Connection, function: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    """Send the function's result and None, or None and why it refuses."""
    _limit(resource.RLIMIT_CPU, _SECONDS)
    _limit(resource.RLIMIT_AS, _address_space() + _BYTES)
    try:
        sender.send((function(*arguments), None))
    except ValueError as error:
        sender.send((None, str(error)))
    except MemoryError:
        os._exit(1)


def _limit(kind: int, most: int) -> None:
    """Lower a limit of this process, unless it is lower already."""
    soft, hard = resource.getrlimit(kind)
    bounds = [each for each in (soft, hard, most) if each != resource.RLIM_INFINITY]
    resource.setrlimit(kind, (min(bounds), hard))


def _address_space() -> int:
    """Return the size of this process's memory in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a file of the system
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 << 30  # macOS: no such file, and processes begin with a large address space
