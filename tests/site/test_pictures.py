"""Pictures that records name are checked and shown; social cards are drawn, kept, and the same each time."""

import dataclasses
import io
import json
import os
import re
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from offprint.commands.build import build
from offprint.diagnostics import ContentError
from offprint.site.social_cards import Look, Sheet, draw, find_look
from offprint.storage.folders import Overlay
from tests.sites import (
    SITE,
    STATIC,
    build_site,
    copy_program,
    options,
    page,
    read_library,
    tree,
    write_content,
)

CARDS = {"site.yaml": SITE + "cards: true\n"}
LOOK = find_look(STATIC)


def picture(form: str, size: tuple[int, int] = (30, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, form)
    return file.getvalue()


def paper(title: str = "A paper", **fields: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ntitle: {title!r}\n{more}---\n"


SHOWN = {"papers/x.md": paper(image="figure.png", image_alt="'A red \"field\"'")}


def place(folder: Path, **files: bytes) -> None:
    """Put files into content/images; a double underscore stands for the dot."""
    images = folder / "content/images"
    images.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (images / name.replace("__", ".")).write_bytes(data)


@pytest.mark.parametrize(
    ("form", "name"), [("PNG", "figure.png"), ("JPEG", "figure.jpg"), ("WEBP", "f-1.webp")]
)
def test_a_picture_is_shown_with_its_size_and_what_it_shows(tmp_path: Path, form: str, name: str) -> None:
    place(tmp_path, **{name.replace(".", "__"): picture(form)})
    build_site(tmp_path, {"papers/x.md": SHOWN["papers/x.md"].replace("figure.png", name)})
    text = page(tmp_path, "papers/x.html")
    assert f'<img src="../images/{name}" width="30" height="20" alt="A red &#34;field&#34;"' in text
    assert (tmp_path / "_site/images" / name).read_bytes() == picture(form)
    assert f'<meta property="og:image" content="https://example.org/archive/images/{name}">' in text


def test_an_organization_shows_its_logo_and_is_built_anew_with_it(tmp_path: Path) -> None:
    place(tmp_path, logo__png=picture("PNG"))
    acme = "---\nname: Acme\n{}---\n"
    papers = {"papers/x.md": paper(organizations="[acme]"), "papers/y.md": paper("Y", organizations="[acme]")}
    build_site(tmp_path, papers | {"organizations/acme.md": acme.format("logo: logo.png\n")})
    shown = '<img class="logo" src="../images/logo.png" width="30" height="20" alt=""'
    assert shown in page(tmp_path, "organizations/acme.html")
    assert (tmp_path / "_site/images/logo.png").read_bytes() == picture("PNG")
    place(tmp_path, logo__png=picture("PNG", (60, 20)))
    build_site(tmp_path, {})
    assert shown.replace("30", "60") in page(tmp_path, "organizations/acme.html")
    build_site(tmp_path, {"organizations/acme.md": acme.format("")})
    assert 'class="logo"' not in page(tmp_path, "organizations/acme.html")
    assert not (tmp_path / "_site/images").exists()


def test_a_logo_that_is_not_there_is_a_fault_with_the_nearest_name(tmp_path: Path) -> None:
    place(tmp_path, logo__png=picture("PNG"))
    with pytest.raises(ContentError) as error:
        build_site(tmp_path, {"organizations/acme.md": "---\nname: Acme\nlogo: logos.png\n---\n"})
    (fault,) = error.value.diagnostics
    assert (fault.position.path, fault.position.line) == ("content/organizations/acme.md", 3)
    assert "there is no picture 'logos.png'" in fault.message
    assert "logo.png" in fault.advice


def test_the_json_feed_names_the_picture(tmp_path: Path) -> None:
    place(tmp_path, figure__png=picture("PNG"))
    build_site(
        tmp_path, {"papers/x.md": SHOWN["papers/x.md"].replace("---\n", "---\nlisted: 2026-06-30\n", 1)}
    )
    (item,) = json.loads(page(tmp_path, "feed.json"))["items"]
    assert item["image"] == "https://example.org/archive/images/figure.png"


def test_a_picture_that_no_record_names_is_not_published(tmp_path: Path) -> None:
    place(tmp_path, figure__png=picture("PNG"), secret__png=picture("PNG"))
    build_site(tmp_path, SHOWN)
    assert [file.name for file in (tmp_path / "_site/images").iterdir()] == ["figure.png"]


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("figure.svg", SVG, "this is not a picture's name"),
        ("figure.png", SVG, "cannot be read as a PNG"),
        ("figure.png", picture("JPEG"), "cannot be read as a PNG"),
        ("figure.png", b"", "cannot be read as a PNG"),
        ("figure.webp", picture("PNG")[:40], "cannot be read as a WEBP"),
        ("figure.jpg", picture("JPEG")[:30], "cannot be read as a JPEG"),
        ("Figure 1.png", picture("PNG"), "this is not a picture's name"),
        ("figure.png", png_of(100_000, 100_000), "far too many pixels"),
        ("figure.png", png_of(9_500, 9_500), "9500 × 9500 pixels"),
        ("figure.png", picture("PNG") + bytes(2 * 1024 * 1024), "more than 2 MiB"),
    ],
)
def test_what_is_no_picture_is_refused_in_its_place(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    place(tmp_path, **{name.replace(".", "__"): data})
    _, faults = read_library(tmp_path, {"papers/x.md": paper()})
    (fault,) = faults
    assert said in fault.message
    assert fault.advice
    assert fault.position.path == f"content/images/{name}"


def test_links_folders_and_pipes_are_no_pictures(tmp_path: Path) -> None:
    place(tmp_path, real__png=picture("PNG"))
    images = tmp_path / "content/images"
    (images / "link.png").symlink_to(images / "real.png")
    (images / "folder.png").mkdir()
    os.mkfifo(images / "pipe.png")
    _, faults = read_library(tmp_path, {})
    assert {Path(fault.position.path).name for fault in faults} == {"link.png", "folder.png", "pipe.png"}


def test_a_link_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    place(tmp_path / "elsewhere", figure__png=picture("PNG"))
    (tmp_path / "content").mkdir()
    (tmp_path / "content/images").symlink_to(tmp_path / "elsewhere/content/images")
    _, faults = read_library(tmp_path, SHOWN)
    assert "this is not a folder" in [fault.message for fault in faults]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"image": "figure.png"}, "the image has no image_alt"),
        ({"image": "figur.png", "image_alt": "x"}, "there is no picture 'figur.png'"),
        ({"image": "../site.yaml", "image_alt": "x"}, "'../site.yaml' is not a picture's name"),
        ({"image": "https://example.org/x.png", "image_alt": "x"}, "is not a picture's name"),
        ({"image": "[a.png]", "image_alt": "x"}, "a picture's name is expected here, not a list"),
    ],
)
def test_an_image_needs_a_picture_that_is_there_and_words_for_it(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    place(tmp_path, figure__png=picture("PNG"))
    _, faults = read_library(tmp_path, {"papers/x.md": paper(**fields)})
    (fault,) = faults
    assert said in fault.message
    assert fault.position.path == "content/papers/x.md"
    assert fault.position.line == 3


def test_without_cards_no_page_names_one(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/x.md": paper()})
    assert "og:image" not in page(tmp_path, "papers/x.html")
    assert not (tmp_path / "_site/card.png").exists()


def test_every_page_names_a_card_that_is_there(tmp_path: Path) -> None:
    build_site(tmp_path, {**CARDS, "papers/x.md": paper(), "papers/y.md": paper("长视频")})
    files = tree(tmp_path / "_site")
    named = {}
    for path, data in files.items():
        if path.endswith(".html") and (found := re.search(rb'og:image" content="([^"]*)"', data)):
            named[path] = found[1].decode().removeprefix("https://example.org/archive/")
            assert named[path] in files
            assert b'name="twitter:card" content="summary_large_image"' in data
    assert named["papers/x.html"] == "cards/x.png"
    assert named["papers/y.html"] == "card.png"
    assert named["index.html"] == "card.png"
    with Image.open(io.BytesIO(files["cards/x.png"])) as card:
        assert (card.format, card.size) == ("PNG", (1200, 630))


def test_the_cards_win_over_the_records_own_picture_for_links(tmp_path: Path) -> None:
    place(tmp_path, figure__png=picture("PNG"))
    build_site(tmp_path, {**CARDS, **SHOWN})
    text = page(tmp_path, "papers/x.html")
    assert "archive/cards/x.png" in text
    assert '<img src="../images/figure.png"' in text


def test_a_card_is_drawn_once_and_the_unused_ones_go(tmp_path: Path) -> None:
    def cards() -> dict[str, int]:
        return {file.name: file.stat().st_ino for file in (tmp_path / ".cache/values/cards").iterdir()}

    build_site(tmp_path, {**CARDS, "papers/x.md": paper(), "papers/y.md": paper("Another")})
    first = cards()
    assert len(first) == 3
    build_site(tmp_path, {**CARDS, "papers/y.md": paper("Another title")})
    second = cards()
    assert len(second.items() & first.items()) == 3, "the last build's card is still there"
    build_site(tmp_path, {**CARDS, "papers/y.md": paper("Another title, again")})
    build_site(tmp_path, {**CARDS, "papers/y.md": paper("Yet another title")})
    last = cards()
    assert len(last.items() & first.items()) == 2
    assert len(last) == 4


def test_cards_are_the_same_from_cache_or_anew_and_with_several_processes(tmp_path: Path) -> None:
    files = {f"papers/p{n}.md": paper(f"Paper {n}", authors="[Ada]") for n in range(45)}
    build_site(tmp_path / "one", {**CARDS, **files})
    build_site(tmp_path / "two", {**CARDS, **files}, jobs=2)
    build_site(tmp_path / "one", CARDS)
    assert tree(tmp_path / "one/_site") == tree(tmp_path / "two/_site")


def colours(data: bytes) -> set[tuple[int, int, int]]:
    with Image.open(io.BytesIO(data)) as card:
        return {colour for _, colour in card.convert("RGB").getcolors() or []}  # type: ignore[misc]


def test_a_card_has_the_archives_colours_and_no_more_than_sixteen(tmp_path: Path) -> None:
    made = colours(draw(Sheet("Title", "Archive", "By", "About"), LOOK))
    assert len(made) <= 16
    assert {(0xFB, 0xFA, 0xF7), (0x22, 0x20, 0x1D), (0x67, 0x61, 0x5A), (0x8A, 0x2B, 0x2B)} <= made
    own = tmp_path / "static/own.css"
    own.parent.mkdir()
    own.write_text(":root { --accent: #05f }")
    look = find_look(options(tmp_path).static)
    assert (0x00, 0x55, 0xFF) in colours(draw(Sheet("Title", "Archive"), look))


@pytest.mark.parametrize(
    "title", ["T", "Word " * 100, "W" * 500, "fi ffl 1/2 — “quoted” naïve Łódź", "a\u0301"]
)
def test_every_title_stays_within_the_margins(title: str) -> None:
    data = draw(Sheet(title, "S" * 300, "B" * 300, "A " * 300), LOOK)
    with Image.open(io.BytesIO(data)) as card:
        below = card.convert("RGB").crop((0, 16, 1200, 630))
    box = ImageChops.difference(below, Image.new("RGB", below.size, dict(LOOK.colours)["paper"])).getbbox()
    assert box is not None
    assert box[0] >= 78
    assert box[2] <= 1200 - 78
    assert box[3] <= 614 - 30


def test_a_title_that_the_fonts_cannot_set_has_no_card() -> None:
    assert draw(Sheet("长视频", "Archive"), LOOK) == b""
    assert draw(Sheet("Video", "归档", "李娜"), LOOK) == draw(Sheet("Video", ""), LOOK)


def test_an_archive_without_fonts_builds_without_cards(tmp_path: Path) -> None:
    assert draw(Sheet("Title", ""), Look((), LOOK.colours)) == b""
    shutil.rmtree(copy_program(tmp_path, "static") / "static/fonts")
    write_content(tmp_path, {**CARDS, "papers/x.md": paper()})
    static = Overlay(tmp_path / "static", tmp_path / "own")
    build(dataclasses.replace(options(tmp_path), static=static), lambda *_: None)
    assert "og:image" not in page(tmp_path, "papers/x.html")


def test_cards_are_switched_on_by_true_alone(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        build_site(tmp_path, {"site.yaml": SITE + "cards: maybe\n"})
    (fault,) = caught.value.diagnostics
    assert fault.message == "'maybe' is neither true nor false"


def test_a_cards_picture_is_sized_lazy_and_described_and_a_card_without_one_has_no_room_for_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "content/images"
    folder.mkdir(parents=True)
    (folder / "one.png").write_bytes(picture("PNG", (64, 40)))
    build_site(
        tmp_path,
        {
            "papers/a.md": "---\ntitle: A\nlisted: 2026-06-30\nimage: one.png\nimage_alt: A red field\n---\n",
            "papers/b.md": "---\ntitle: B\nlisted: 2026-06-30\n---\n",
        },
    )
    text = page(tmp_path, "daily/2026-06-30.html")
    assert text.count("<img") == 1
    assert (
        '<img src="../images/one.png" width="64" height="40" alt="A red field" loading="lazy" '
        'decoding="async">'
    ) in text
