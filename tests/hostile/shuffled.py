"""``build.py`` where folders list their files in another order, and few are enough for several processes.

python -m tests.hostile.shuffled SEED ARGUMENTS…
"""

import os
import pathlib
import random
import sys
from collections.abc import Iterator
from typing import Any

from offprint.archive import related
from offprint.build import related_step, render_step
from offprint.cli import main
from offprint.records import reader


def shuffle_listings(seed: str) -> None:
    """Let ``os.scandir``, ``os.listdir`` and pathlib give names in an order of chance."""
    chance = random.Random(seed)
    scandir, listdir, iterdir, rglob = os.scandir, os.listdir, pathlib.Path.iterdir, pathlib.Path.rglob

    def shuffled(found: Any) -> list[Any]:
        names = list(found)
        chance.shuffle(names)
        return names

    class Entries:
        """What scandir gives: an iterator that is also a context."""

        def __init__(self, *arguments: Any) -> None:
            with scandir(*arguments) as found:
                self._names = iter(shuffled(found))

        def __iter__(self) -> Iterator[Any]:
            return self._names

        def __next__(self) -> Any:
            return next(self._names)

        def __enter__(self) -> "Entries":
            return self

        def __exit__(self, *_: object) -> None:
            pass

    def some_iterdir(self: pathlib.Path) -> Iterator[pathlib.Path]:
        return iter(shuffled(iterdir(self)))

    def some_rglob(self: pathlib.Path, *arguments: Any) -> Iterator[pathlib.Path]:
        return iter(shuffled(rglob(self, *arguments)))

    vars(os)["scandir"] = Entries
    vars(os)["listdir"] = lambda *arguments: shuffled(listdir(*arguments))
    pathlib.Path.iterdir = some_iterdir  # type: ignore[method-assign,assignment]
    pathlib.Path.rglob = some_rglob  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    shuffle_listings(sys.argv[1])
    for module in (reader, related, related_step, render_step):
        vars(module)["_PARALLEL_FROM"] = 1
    sys.exit(main(sys.argv[2:], pathlib.Path.cwd()))
