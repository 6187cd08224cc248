"""New files and a changed one that are written together: all of them, or none."""

from collections.abc import Mapping
from pathlib import Path

from offprint.storage.files import create_files, replace_file


def write_all(root: Path, new: Mapping[str, str], replaced: Mapping[str, str]) -> None:
    """Create files and replace others, by path below ``root``; raises OSError, and then none is changed.

    Should some refuse to be as they were, a note to the exception names them.
    """
    before = {root / path: (root / path).read_bytes() for path in replaced}
    create_files(root, new)
    try:
        for path, text in replaced.items():
            replace_file(root / path, text.encode())
    except BaseException as error:
        changed = [*(path for path in new if not _deleted(root / path))]
        changed += [str(file.relative_to(root)) for file, data in before.items() if not _restored(file, data)]
        if changed:
            error.add_note(f"only these files were written: {', '.join(changed)}")
        raise


def _deleted(file: Path) -> bool:
    """Delete a file and tell whether it is gone."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _restored(file: Path, data: bytes) -> bool:
    """Give a file its bytes back and tell whether it has them."""
    try:
        if file.read_bytes() != data:
            replace_file(file, data)
    except OSError:
        return False
    return True
