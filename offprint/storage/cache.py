"""What makes the next build quick: values kept in one folder, each under a stamp of what made it.

The folder may be deleted at any time; a build that finds nothing there, or what other code has made, makes it
anew. Values are pickled, so the folder is to be trusted like the code itself: it is never part of a site.
What is kept there and under which name is for those who keep it.
"""

import contextlib
import functools
import os
import pickle
import sys
from collections.abc import Collection
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from typing import Any

import offprint
from offprint.site.fingerprints import SIZE, Print, fold

# All that decides over the bytes of a site; others only over how long it takes.
_LIBRARIES = (
    "cbor2", "jinja2", "latex2mathml", "markdown", "markupsafe", "nh3", "pagefind-bin",
    "pagefind-bin-extended", "pillow", "pyyaml",
)  # fmt: skip


@functools.cache
def code_print() -> Print:
    """A fingerprint of this code, of Python and of the libraries that decide over a site's bytes."""
    made = blake2b(
        repr((sys.version_info[:3], [_version(name) for name in _LIBRARIES])).encode(), digest_size=SIZE
    )
    folder = Path(offprint.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        made.update(fold(str(file.relative_to(folder)), file.read_bytes()))
    return made.digest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


class Cache:
    """One folder of kept values; with ``remember`` they are held in memory, too, for a process that lives on.

    What is remembered is the very object that was loaded or saved here; what others save is not looked for.
    """

    def __init__(self, folder: Path, *, remember: bool = False) -> None:
        self.folder = folder
        self._held: dict[str, Any] | None = {} if remember else None

    def load(self, name: str) -> Any:
        """The value kept under a name by this very code, or None."""
        if self._held is None:
            return self._load(name)
        if self._held.get(name) is None:
            self._held[name] = self._load(name)
        return self._held[name]

    def _load(self, name: str) -> Any:
        stamp = code_print()
        try:
            data = (self.folder / name).read_bytes()
            return pickle.loads(memoryview(data)[SIZE:]) if data[:SIZE] == stamp else None  # noqa: S301 - see above
        except (
            OSError,
            pickle.UnpicklingError,
            EOFError,
            AttributeError,
            ValueError,
            TypeError,
            IndexError,
            KeyError,
        ):
            return None

    def save(self, name: str, value: Any) -> None:
        """Keep a value under a name, whole or not at all; where the disk is full, not at all."""
        if self._held is not None:
            self._held[name] = value
        target = self.folder / name
        part = target.with_name(f"{target.name}.{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(code_print() + pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
            part.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()

    def names(self, folder: str) -> frozenset[str]:
        """The names of what is in a folder, of whatever code."""
        with contextlib.suppress(OSError):
            return frozenset(os.listdir(self.folder / folder))  # noqa: PTH208 - names, not paths
        return frozenset()

    def keep_only(self, folder: str, names: Collection[str]) -> None:
        """Drop all values of a folder but those with these names."""
        with contextlib.suppress(OSError):
            for file in (self.folder / folder).iterdir():
                if file.name not in names:
                    file.unlink()
