"""Pictures in ``content/images/``: which files a page may show, how large they are, and what is published.

Allowed are PNG, JPEG and WebP, and the file's content must match its name. SVG is refused: it can hold
scripts; so are animations, which may flash. Each picture is decoded once, in a process of its own: a file
that was cut is found, and a decompression bomb harms nobody. What is published is turned upright and has no
metadata, such as the place where it was taken. Which record shows which picture is found out in
``archive/names.py``.
"""

import functools
import io
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from offprint.diagnostics import Diagnostic, Position
from offprint.records.fields import IMAGE_NAME
from offprint.records.model import Picture
from offprint.storage.bounded import BoundsError, call_bounded
from offprint.storage.cache import Cache
from offprint.storage.files import hash_content, read_bytes
from offprint.storage.fingerprint import Fingerprint

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "images"
MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 25_000_000  # what a phone can still show
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_KIND = "pictures"  # of values in the cache
_ORIENTATION = 0x0112  # EXIF's tag


class _Published(NamedTuple):
    """A picture as it is published: its size in pixels, and its bytes, None where they are the file's own."""

    width: int
    height: int
    data: bytes | None


class _Refused(NamedTuple):
    """Why a picture is refused, and what to do."""

    message: str
    advice: str


def load_pictures(
    root: Path, cache: Cache | None = None, content_hashes: dict[str, Fingerprint] | None = None
) -> tuple[dict[str, Picture], list[Diagnostic]]:
    """Return the pictures of ``root/images`` by file name, and a fault for everything else in that folder.

    What was decoded is in ``cache``; the hashes of what was read are put into ``content_hashes``.
    """
    folder = root / FOLDER
    pictures: dict[str, Picture] = {}
    faults: list[Diagnostic] = []
    if not os.path.lexists(folder):
        return {}, []
    if folder.is_symlink() or not folder.is_dir():
        place = Position(f"{root.name}/{FOLDER}", 1, 1)
        return {}, [Diagnostic(place, "this is not a folder", "put the pictures themselves here")]
    for name in sorted(file.name for file in folder.iterdir()):
        if name.startswith("."):
            continue
        path = f"{root.name}/{FOLDER}/{name}"
        picture, digest = _read(root, name, cache)
        if digest and content_hashes is not None:
            content_hashes[path] = digest
        if isinstance(picture, Picture):
            pictures[name] = picture
        else:
            faults.append(Diagnostic(Position(path, 1, 1), *picture))
    return pictures, faults


def published_bytes(root: Path, picture: Picture, cache: Cache) -> bytes | None:
    """Return the bytes to publish of a picture that was read; None where its file has changed since."""
    data, faults = read_bytes(root / FOLDER, picture.name, MAX_BYTES)
    if data is None or hash_content(data, faults) != picture.digest:
        return None
    published = _publish(picture.name, data, picture.digest, cache)
    return data if isinstance(published, _Refused) or published.data is None else published.data


def _read(root: Path, name: str, cache: Cache | None) -> tuple[Picture | _Refused, Fingerprint | None]:
    """Read one picture; return it, or why it is refused, and the hash of its file."""
    if not IMAGE_NAME.fullmatch(name):
        advice = "call it with lower-case letters, digits and hyphens, ending in .png, .jpg or .webp"
        return _Refused("this is not a picture's name", advice), None
    data, faults = read_bytes(root / FOLDER, name, MAX_BYTES)
    digest = hash_content(data, faults)
    if data is None:
        advice = "make it smaller" if faults[0].message.startswith("a file of") else faults[0].advice
        message = faults[0].message.replace("a file of", "a picture of")
        return _Refused(message, advice or "put the picture itself here"), digest
    published = _publish(name, data, digest, cache)
    if isinstance(published, _Refused):
        return published, digest
    return Picture(name, published.width, published.height, digest), digest


def _publish(name: str, data: bytes, digest: Fingerprint, cache: Cache | None) -> _Published | _Refused:
    """Return what is published of a picture's file, from the cache where it was decoded before."""
    form = _FORMATS[name.rpartition(".")[2]]
    decode = functools.partial(_decode_bounded, data, form)
    return cache.get(f"{_KIND}-{form.lower()}", digest, decode) if cache else decode()


def _decode_bounded(data: bytes, form: str) -> _Published | _Refused:
    """Decode a picture in a process of its own."""
    import PIL.Image  # noqa: F401, PLC0415 - loaded before the process is forked; few sites need it

    try:
        return call_bounded(_decode, data, form)
    except BoundsError as error:
        return _Refused(f"this picture cannot be read: {error}", "save it anew, smaller")


def _decode(data: bytes, form: str) -> _Published | _Refused:
    """Decode a picture of a format; return what is published of it, or why it is refused."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - slow to import, and few sites need it

    unreadable = _Refused(f"this cannot be read as a {form} picture", "save it anew in that format")
    warnings.simplefilter("ignore")  # of Pillow, about bombs (MAX_PIXELS is stricter) and broken metadata
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return _Refused(f"a picture of {width} × {height} pixels", "make it smaller")
            if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":  # a camera's second view
                return _Refused("this picture moves, and may flash", "save one frame of it")
            image.load()
            if image.getexif().get(_ORIENTATION, 1) == 1 and not _has_metadata(image, data):
                return _Published(width, height, None)
            upright = ImageOps.exif_transpose(image)
            return _Published(*upright.size, _encode(upright, image.info, data, form))
    except Image.DecompressionBombError:
        return _Refused("a picture of far too many pixels", "make it smaller")
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, EOFError):
        return unreadable


_HARMLESS = set(
    "adobe adobe_transform aspect background bbox blend chromaticity default_image disposal dpi duration "
    "gamma icc_profile interlace jfif jfif_density jfif_unit jfif_version loop progression progressive srgb "
    "timestamp transparency".split()
)  # keys of Pillow's that say how to show a picture
_ENDS = (b"\xff\xd9", b"IEND\xaeB`\x82")  # of JPEG and PNG: what follows may be a film, or anything


def _has_metadata(image: "Image.Image", data: bytes) -> bool:
    """Tell whether a picture's file says more than how to show it: EXIF, XMP, comments, other texts."""
    more = set(image.info) - _HARMLESS or getattr(image, "text", None)
    return bool(more) or not (data.endswith(_ENDS) or data.startswith(b"RIFF"))


def _encode(upright: "Image.Image", info: Mapping[Any, Any], data: bytes, form: str) -> bytes:
    """Return a picture's file without metadata; the profile of its colours stays."""
    options: dict[str, Any] = {"icc_profile": info.get("icc_profile")}
    if form == "JPEG":
        options |= {"quality": 92, "progressive": "progressive" in info}
    elif form == "WEBP":
        options |= {"quality": 92, "lossless": b"VP8L" in data[:64]}
    elif "transparency" in info:
        options["transparency"] = info["transparency"]
    clean = upright.copy()
    clean.info = {}
    file = io.BytesIO()
    clean.save(file, form, **options)
    return file.getvalue()
