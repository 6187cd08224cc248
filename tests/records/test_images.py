"""Pictures are decoded once, in bounds: what is broken is named, what is published is upright and bare."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from offprint.records import images
from offprint.records.images import load_pictures, published_bytes
from offprint.storage.bounded import BoundsError, call_bounded
from offprint.storage.cache import Cache


def saved(form: str, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    image = Image.effect_noise(size, 90).convert("RGB")
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "white", "black")]
    file = io.BytesIO()
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=30, loop=0)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Secret camera"
    data.get_ifd(0x8825)[1] = "N"
    return data


def bomb() -> bytes:
    """A PNG of 20,000 × 20,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def refusal(folder: Path, name: str, data: bytes) -> str:
    (folder / "content/images").mkdir(parents=True)
    (folder / "content/images" / name).write_bytes(data)
    pictures, faults = load_pictures(folder / "content", Cache(folder / "cache"))
    assert pictures == {}
    (fault,) = faults
    assert fault.position.path == f"content/images/{name}"
    assert fault.advice
    again, _ = load_pictures(folder / "content", Cache(folder / "cache"))
    assert again == {}
    return fault.message


@pytest.mark.parametrize(("form", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_file_that_was_cut_is_named(tmp_path: Path, form: str, suffix: str, part: float) -> None:
    data = saved(form, (200, 150))
    assert "cannot be read" in refusal(tmp_path, f"a.{suffix}", data[: int(len(data) * part)])


@pytest.mark.parametrize(("form", "suffix"), [("PNG", "png"), ("WEBP", "webp")])
def test_what_moves_is_refused(tmp_path: Path, form: str, suffix: str) -> None:
    assert "moves" in refusal(tmp_path, f"a.{suffix}", moving(form))


def test_a_bomb_is_named(tmp_path: Path) -> None:
    assert "pixels" in refusal(tmp_path, "a.png", bomb())


def test_another_format_under_its_name_is_refused(tmp_path: Path) -> None:
    assert "cannot be read as a PNG" in refusal(tmp_path, "a.png", saved("JPEG"))


def published(folder: Path, name: str, data: bytes) -> tuple[bytes, tuple[int, int]]:
    (folder / "content/images").mkdir(parents=True, exist_ok=True)
    (folder / "content/images" / name).write_bytes(data)
    cache = Cache(folder / "cache")
    pictures, faults = load_pictures(folder / "content", cache)
    assert faults == []
    result = published_bytes(folder / "content", pictures[name], cache)
    assert result is not None
    return result, (pictures[name].width, pictures[name].height)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize(("form", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_published_upright(tmp_path: Path, form: str, suffix: str, orientation: int) -> None:
    data, size = published(tmp_path, f"a.{suffix}", saved(form, exif=exif(orientation)))
    assert size == ((30, 40) if orientation > 4 else (40, 30))
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == size
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", saved("JPEG", exif=exif())),
        ("b.png", saved("PNG", exif=exif())),
        ("c.webp", saved("WEBP", exif=exif())),
        ("d.jpg", saved("JPEG", comment=b"Secret camera")),
        ("e.jpg", saved("JPEG") + b"Secret camera: a film"),
        ("f.png", saved("PNG") + b"Secret camera"),
        ("g.webp", saved("WEBP", xmp=b"<x>Secret camera</x>")),
        ("h.webp", saved("WEBP", lossless=True, exif=exif())),
    ],
)
def test_metadata_is_not_published(tmp_path: Path, name: str, data: bytes) -> None:
    assert b"Secret camera" in data
    result, size = published(tmp_path, name, data)
    assert size == (40, 30)
    assert b"Secret camera" not in result
    with Image.open(io.BytesIO(result)) as image:
        image.load()


def test_texts_of_a_png_are_not_published(tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Secret camera", zip=True)
    result, _ = published(tmp_path, "a.png", saved("PNG", pnginfo=texts))
    with Image.open(io.BytesIO(result)) as image:
        image.load()
        assert getattr(image, "text", {}) == {}


@pytest.mark.parametrize(("form", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_bare_picture_is_published_to_the_byte(tmp_path: Path, form: str, suffix: str) -> None:
    data = saved(form)
    assert published(tmp_path, f"a.{suffix}", data) == (data, (40, 30))


def test_a_picture_that_changed_since_is_not_published(tmp_path: Path) -> None:
    file = tmp_path / "content/images/a.png"
    published(tmp_path, "a.png", saved("PNG"))
    cache = Cache(tmp_path / "cache")
    pictures, _ = load_pictures(tmp_path / "content", cache)
    file.write_bytes(saved("PNG", (50, 30)))
    assert published_bytes(tmp_path / "content", pictures["a.png"], cache) is None


def test_a_picture_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = published(tmp_path, "a.jpg", saved("JPEG", exif=exif(6)))
    monkeypatch.setattr(images, "call_bounded", pytest.fail)
    (tmp_path / "content/images/b.jpg").write_bytes((tmp_path / "content/images/a.jpg").read_bytes())
    cache = Cache(tmp_path / "cache")
    pictures, _ = load_pictures(tmp_path / "content", cache)
    assert {published_bytes(tmp_path / "content", each, cache) for each in pictures.values()} == {data}


def test_bounds_hold() -> None:
    assert call_bounded(sum, [1, 2]) == 3
    with pytest.raises(BoundsError, match="memory"):
        call_bounded(bytes, 4 << 30)
    with pytest.raises(ValueError, match="invalid literal"):
        call_bounded(int, "x")
