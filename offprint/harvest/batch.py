"""Files that are written together: all of them, or none.

Their text is known to be sound before the first is written. Where the disk refuses, or a person interrupts,
what was written is taken back.
"""

from collections.abc import Mapping
from pathlib import Path

from offprint.storage.files import create_file, replace_file


def write_all(root: Path, new: Mapping[str, str], replaced: Mapping[str, str]) -> None:
    """Create files and replace others, by path below ``root``; raises OSError, and then none is written."""
    created: list[Path] = []
    before: dict[Path, bytes] = {}
    try:
        for path, text in new.items():
            create_file(root, path, text)
            created.append(root / path)
        for path, text in replaced.items():
            file = root / path
            old = file.read_bytes()
            replace_file(file, text.encode())
            before[file] = old
    except BaseException:
        for file in created:
            file.unlink(missing_ok=True)
        for file, old in before.items():
            replace_file(file, old)
        raise
