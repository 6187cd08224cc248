"""The build cache: one folder of values, each stored under a fingerprint of what it is made from.

Each file begins with a fingerprint of the code that wrote it and a checksum of its name and content. A value
written by other code, or damaged on disk, is made again. Values that neither of the last two builds asked for
are deleted. The folder may be removed at any time: a build without it takes longer and yields the same site.

Values are pickled, so the folder must be trusted like the code itself. It is never part of a site.
"""

import contextlib
import functools
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from hashlib import blake2b, sha256
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar, cast

import offprint
from offprint.storage.fingerprint import SIZE, Fingerprint, fingerprint

# The libraries whose version can change the bytes of a site.
_LIBRARIES = (
    "cbor2", "jinja2", "latex2mathml", "markdown", "markupsafe", "nh3", "pagefind-bin",
    "pagefind-bin-extended", "pillow", "pyyaml",
)  # fmt: skip
_VALUES = "values"  # the subfolder that is swept; anything else in the cache's folder is left alone
_DAMAGED = "damaged"  # a file in it, with a byte for each damaged value that nobody was told of
_BUILD = "build"  # a file in it, written when a build begins
_T = TypeVar("_T")
_MISSING = object()


@functools.cache
def code_fingerprint() -> Fingerprint:
    """Return a fingerprint of this package, of Python, and of the libraries that shape a site's bytes."""
    code = blake2b(
        repr((sys.version_info[:3], [_version(name) for name in _LIBRARIES])).encode(), digest_size=SIZE
    )
    package = Path(offprint.__file__).parent  # the whole package, not only the folder of this module
    for file in sorted(package.rglob("*.py")):
        code.update(fingerprint(str(file.relative_to(package)), file.read_bytes()))
    return code.digest()


def _version(name: str) -> str:
    """Return the version of an installed distribution, "" where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


class Cache:
    """Values grouped by kind: immutable ones under a fingerprint, and named states that builds replace.

    With ``remember``, values stay in memory as well, for a process that runs many builds. It then returns the
    very object that it loaded or saved before, and does not notice what other processes save meanwhile.
    ``damaged`` lists the names of values whose checksum was wrong.
    """

    def __init__(self, folder: Path, *, remember: bool = False) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        self._memory: dict[str, Any] | None = {} if remember else None
        self._keep_since = 0

    def get(self, kind: str, key: Fingerprint, make: Callable[[], _T]) -> _T:
        """Return the value stored under ``key``; where there is none, call ``make`` and store its result."""
        value = self._load(name := f"{kind}/{key.hex()}")
        if value is _MISSING:
            value = make()
            self._save(name, value)
        return cast("_T", value)

    def find(self, kind: str, key: Fingerprint) -> object:
        """Return the value stored under ``key``, or None where there is none."""
        value = self._load(f"{kind}/{key.hex()}")
        return None if value is _MISSING else value

    def has(self, kind: str, key: Fingerprint) -> bool:
        """Return whether a value is stored under ``key``, and mark it as used. Its bytes are not verified."""
        name = f"{kind}/{key.hex()}"
        return (self._memory is not None and name in self._memory) or self._mark(name)

    def state(self, kind: str, name: str = "state") -> Any:
        """Return the state that was saved last, or None where there is none or other code saved it."""
        value = self._load(f"{kind}/{name}")
        return None if value is _MISSING else value

    def save_state(self, kind: str, value: Any, name: str = "state") -> None:
        """Store a state atomically. Errors such as a full disk are ignored: the older state then stays."""
        self._save(f"{kind}/{name}", value)

    def begin(self) -> None:
        """Record that a build begins: ``sweep()`` keeps what this build and the one before it ask for."""
        file = self.folder / _VALUES / _BUILD
        with contextlib.suppress(OSError):
            self._clear_folders()
            file.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                self._keep_since = file.stat().st_mtime_ns  # the file system's clock, as for the values
            file.write_bytes(b"")

    def _clear_folders(self) -> None:
        """Delete files that are in the place of folders: nothing could be stored there ever again."""
        values = self.folder / _VALUES
        if values.exists() and not values.is_dir():
            values.unlink()
        for each in values.iterdir() if values.exists() else ():
            if not each.is_dir() and each.name not in (_BUILD, _DAMAGED):
                each.unlink()

    def sweep(self) -> None:
        """Delete every value that was not asked for since the build before this one began."""
        for kind in self._folders():
            with contextlib.suppress(OSError), os.scandir(kind) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):  # in the place of a value
                            shutil.rmtree(entry.path)
                        elif entry.stat(follow_symlinks=False).st_mtime_ns < self._keep_since:
                            Path(entry.path).unlink()
                kind.rmdir()  # fails, as intended, unless the folder is empty

    def _folders(self) -> list[Path]:
        """Return the folders of all kinds, none where the cache does not exist."""
        with contextlib.suppress(OSError):
            return [each for each in (self.folder / _VALUES).iterdir() if each.is_dir()]
        return []

    def _load(self, name: str) -> Any:
        """Return a value from memory or disk, or _MISSING."""
        if self._memory is None:
            return self._read(name)
        if name not in self._memory:
            value = self._read(name)
            if value is _MISSING:
                return value
            self._memory[name] = value
        return self._memory[name]

    def _read(self, name: str) -> Any:
        """Read a value from disk and mark it as used; return _MISSING where there is no valid one."""
        try:
            data = memoryview((self.folder / _VALUES / name).read_bytes())
        except OSError:
            return _MISSING
        stamp, checksum, content = bytes(data[:SIZE]), data[SIZE : 2 * SIZE], data[2 * SIZE :]
        if checksum != _checksum(name, stamp, content):
            self._report_damage(name)
            return _MISSING
        if stamp != code_fingerprint():  # written by other code: not damaged, but of no use
            return _MISSING
        self._mark(name)
        return pickle.loads(content)  # noqa: S301 - written by this very code

    def _report_damage(self, name: str) -> None:
        """Delete a damaged value, and count it for ``take_damage()``, in whatever process of a build."""
        self.damaged.append(name)
        with contextlib.suppress(OSError):
            (self.folder / _VALUES / name).unlink()
            with (self.folder / _VALUES / _DAMAGED).open("ab") as file:
                file.write(b"!")

    def take_damage(self) -> int:
        """Return how many damaged values were found since this was asked last, by any process."""
        file = self.folder / _VALUES / _DAMAGED
        try:
            count = file.stat().st_size
            file.unlink()
        except OSError:
            return 0
        return count

    def _save(self, name: str, value: Any) -> None:
        """Write a value to a temporary file and move it into place; ignore a disk that refuses."""
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
        """Mark a value as used and return whether it exists.

        The mark is its file's time of modification, which every process of a build sees.
        """
        try:
            os.utime(self.folder / _VALUES / name)
        except OSError:
            return False
        return True


def _checksum(name: str, stamp: bytes, content: bytes | memoryview) -> bytes:
    digest = sha256(stamp + name.encode())  # which processors compute; BLAKE2 takes twice as long here
    digest.update(content)
    return digest.digest()[:SIZE]
