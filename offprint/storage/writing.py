"""The only writer of ``content/``: new files, never over old ones; mended files, whole or not at all."""

from pathlib import Path


def write_new(root: Path, path: str, text: str) -> None:
    """Write a new file at ``path`` below the folder ``root``; raises FileExistsError where one is there."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)


def rewrite(file: Path, data: bytes) -> None:
    """Put new bytes in a file's place in one step; its mode stays."""
    beside = file.with_name(f".{file.name}.mending")
    try:
        beside.write_bytes(data)
        beside.chmod(file.stat().st_mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
