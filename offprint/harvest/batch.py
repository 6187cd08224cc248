"""New files and a changed one that are written together: all of them, or none."""

from collections.abc import Mapping
from pathlib import Path

from offprint.storage.files import create_files, replace_file


def write_all(root: Path, new: Mapping[str, str], replaced: Mapping[str, str]) -> None:
    """Create files and replace others, by path below ``root``; raises OSError, and then none is changed."""
    before = {root / path: (root / path).read_bytes() for path in replaced}
    create_files(root, new)
    try:
        for path, text in replaced.items():
            replace_file(root / path, text.encode())
    except BaseException:
        for path in new:
            (root / path).unlink(missing_ok=True)
        for file, data in before.items():
            if file.read_bytes() != data:
                replace_file(file, data)
        raise
