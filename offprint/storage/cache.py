"""What makes the next build quick: values in one folder, each under a fingerprint of what it is made from.

A value is stored behind a stamp of the code that made it and a checksum of its own bytes and name; one that
other code has made, or that has been damaged, is made again. What neither of the last two builds asked for is
swept. The folder may be deleted at any time: a build without it gives the same site.

Values are pickled, so the folder is to be trusted like the code itself: it is never part of a site.
"""

import contextlib
import functools
import os
import pickle
import sys
from collections.abc import Callable
from hashlib import blake2b, sha256
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar, cast

import offprint
from offprint.storage.fingerprint import SIZE, Fingerprint, fingerprint

# All that decides over the bytes of a site; others only over how long it takes.
_LIBRARIES = (
    "cbor2", "jinja2", "latex2mathml", "markdown", "markupsafe", "nh3", "pagefind-bin",
    "pagefind-bin-extended", "pillow", "pyyaml",
)  # fmt: skip
_VALUES = "values"  # below the cache's folder; what lies beside it is not the sweep's
_BUILD = "build"  # a file there, written when a build begins
_T = TypeVar("_T")
_NOTHING = object()


@functools.cache
def code_fingerprint() -> Fingerprint:
    """Return a fingerprint of this package, of Python, and of the libraries that shape a site's bytes."""
    code = blake2b(
        repr((sys.version_info[:3], [_version(name) for name in _LIBRARIES])).encode(), digest_size=SIZE
    )
    package = Path(offprint.__file__).parent  # all of it, wherever this module stands
    for file in sorted(package.rglob("*.py")):
        code.update(fingerprint(str(file.relative_to(package)), file.read_bytes()))
    return code.digest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


class Cache:
    """Values of several kinds, by fingerprint, and states: one value of a kind, replaced by each build.

    With ``remember`` they are held in memory, too, for a process that lives on: what is remembered is the
    very object that was loaded or saved here, and what other processes save is not looked for. ``damaged``
    has the names of values whose bytes were not those that were written.
    """

    def __init__(self, folder: Path, *, remember: bool = False) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        self._memory: dict[str, Any] | None = {} if remember else None
        self._keep_since = 0

    def get(self, kind: str, key: Fingerprint, make: Callable[[], _T]) -> _T:
        """Return the value of a kind under a fingerprint, made and stored where there is none."""
        value = self._load(name := f"{kind}/{key.hex()}")
        if value is _NOTHING:
            value = make()
            self._save(name, value)
        return cast("_T", value)

    def has(self, kind: str, key: Fingerprint) -> bool:
        """Tell whether a value is stored, and mark it as used; its bytes are not looked at."""
        name = f"{kind}/{key.hex()}"
        return (self._memory is not None and name in self._memory) or self._mark(name)

    def state(self, kind: str, name: str = "state") -> Any:
        """Return the state of a kind that was saved last by this very code, or None."""
        value = self._load(f"{kind}/{name}")
        return None if value is _NOTHING else value

    def save_state(self, kind: str, value: Any, name: str = "state") -> None:
        """Store the state of a kind, whole or not at all; where the disk is full, not at all."""
        self._save(f"{kind}/{name}", value)

    def begin(self) -> None:
        """Note that a build begins: ``sweep()`` keeps what it and the one before it ask for."""
        file = self.folder / _VALUES / _BUILD
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                self._keep_since = file.stat().st_mtime_ns  # the disk's own clock, as for the values
            file.write_bytes(b"")

    def sweep(self) -> None:
        """Delete every value that no build has asked for since the one before this began."""
        for kind in self._folders():
            with contextlib.suppress(OSError), os.scandir(kind) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        if entry.stat(follow_symlinks=False).st_mtime_ns < self._keep_since:
                            Path(entry.path).unlink()
                kind.rmdir()  # fails, as it should, where anything is left

    def _folders(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return [each for each in (self.folder / _VALUES).iterdir() if each.is_dir()]
        return []

    def _load(self, name: str) -> Any:
        if self._memory is None:
            return self._read(name)
        if name not in self._memory:
            value = self._read(name)
            if value is _NOTHING:
                return value
            self._memory[name] = value
        return self._memory[name]

    def _read(self, name: str) -> Any:
        try:
            data = memoryview((self.folder / _VALUES / name).read_bytes())
        except OSError:
            return _NOTHING
        stamp, checksum, content = bytes(data[:SIZE]), data[SIZE : 2 * SIZE], data[2 * SIZE :]
        if checksum != _checksum(name, stamp, content):
            self.damaged.append(name)
            return _NOTHING
        if stamp != code_fingerprint():  # other code's: neither damaged nor of any use
            return _NOTHING
        self._mark(name)
        return pickle.loads(content)  # noqa: S301 - as this very code has written it

    def _save(self, name: str, value: Any) -> None:
        if self._memory is not None:
            self._memory[name] = value
        target = self.folder / _VALUES / name
        part = target.with_name(f"{target.name}.{os.getpid()}")
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        stamp = code_fingerprint()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(stamp + _checksum(name, stamp, content))
                file.write(content)
            part.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()

    def _mark(self, name: str) -> bool:
        """Note that a value was asked for, where every process of a build sees it: in its file's time."""
        try:
            os.utime(self.folder / _VALUES / name)
        except OSError:
            return False
        return True


def _checksum(name: str, stamp: bytes, content: bytes | memoryview) -> bytes:
    digest = sha256(stamp + name.encode())  # which processors compute; BLAKE2 takes twice as long here
    digest.update(content)
    return digest.digest()[:SIZE]
