"""Pictures in ``content/images/``: which files a page may show, and how large they are.

Allowed are PNG, JPEG and WebP, and the file's content must match its name. SVG is refused: it can hold
scripts. Which record shows which picture is found out in ``archive/names.py``.
"""

import os
import stat
import warnings
from pathlib import Path

from offprint.diagnostics import Diagnostic, Position
from offprint.records.fields import IMAGE_NAME
from offprint.records.model import Picture

FOLDER = "images"
MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 25_000_000  # what a phone can still show
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def load_pictures(root: Path) -> tuple[dict[str, Picture], list[Diagnostic]]:
    """Return the pictures of ``root/images`` by file name, and a fault for everything else in that folder."""
    folder = root / FOLDER
    pictures: dict[str, Picture] = {}
    faults = []
    if not os.path.lexists(folder):
        return {}, []
    if folder.is_symlink() or not folder.is_dir():
        place = Position(f"{root.name}/{FOLDER}", 1, 1)
        return {}, [Diagnostic(place, "this is not a folder", "put the pictures themselves here")]
    for name in sorted(file.name for file in folder.iterdir()):
        if name.startswith("."):
            continue
        picture = _read(folder, name)
        if isinstance(picture, Picture):
            pictures[name] = picture
        else:
            faults.append(Diagnostic(Position(f"{root.name}/{FOLDER}/{name}", 1, 1), *picture))
    return pictures, faults


def _read(folder: Path, name: str) -> Picture | tuple[str, str]:
    """Read one picture; return it, or a message and advice where it is refused."""
    match = IMAGE_NAME.fullmatch(name)
    if not match:
        return (
            "this is not a picture's name",
            "call it with lower-case letters, digits and hyphens, ending in .png, .jpg or .webp",
        )
    from PIL import Image  # noqa: PLC0415 - slow to import, and few sites need it

    try:
        with os.fdopen(os.open(folder / name, _OPEN), "rb") as file, warnings.catch_warnings():
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                return "this is not a regular file", "put the picture itself here"
            if info.st_size > MAX_BYTES:
                return f"a picture of more than {MAX_BYTES // 2**20} MiB", "make it smaller"
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MAX_PIXELS is stricter
            with Image.open(file, formats=[_FORMATS[match[1]]]) as image:
                width, height = image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return f"this cannot be read as a {_FORMATS[match[1]]} picture", "save it anew in that format"
    if width * height > MAX_PIXELS:
        return f"a picture of {width} × {height} pixels", "make it smaller"
    return Picture(name, width, height)
