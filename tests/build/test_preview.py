"""What serve shows before a build has it is, byte for byte, what the build then makes."""

from pathlib import Path

import pytest

from offprint.build.preview import Preview
from offprint.commands.build import build
from tests.sites import SITE, build_site, options, tree, write_content

# Papers that share no word and no topic: those to read next come with the build.
FILES = {
    "papers/a.md": "---\ntitle: Ants\ndate: 2026-01-01\norganizations: [Forest]\n---\nThey march.\n",
    "papers/b.md": "---\ntitle: Bees\ndate: 2026-02-03\nauthors: [Ada Lovelace]\n---\nHoney.\n",
    "papers/c.md": "---\ntitle: Crabs\n---\nSideways.\n",
}


def begun(folder: Path) -> Preview:
    build_site(folder, FILES)
    preview = Preview(options(folder))
    assert preview.renew()
    preview.settle(preview.current)
    return preview


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"papers/a.md": FILES["papers/a.md"].replace("march", "rest")}, "papers/a.html"),
        ({"papers/a.md": FILES["papers/a.md"].replace("Ants", "Wasps")}, "2026/01.html"),
        ({"papers/b.md": FILES["papers/b.md"].replace("2026", "2025")}, "2025/02/03.html"),
        ({"papers/d.md": "---\ntitle: Dogs\ndate: 2026-03-03\n---\nBark.\n"}, "papers/d.html"),
        ({"site.yaml": SITE.replace("small", "large")}, "archive.html"),
    ],
)
def test_every_page_is_shown_as_the_next_build_makes_it(
    tmp_path: Path, files: dict[str, str], path: str
) -> None:
    preview = begun(tmp_path)
    assert {preview.content(each) for each in preview.current.pages} == {None}
    write_content(tmp_path, files)
    assert preview.renew()
    shown = {each: preview.content(each) for each in preview.current.pages}
    assert shown[path] is not None
    before = tree(tmp_path / "_site")
    build(options(tmp_path), lambda *_: None)
    built = tree(tmp_path / "_site")
    assert shown.keys() <= built.keys()
    for each, content in shown.items():
        assert (before[each] if content is None else content) == built[each], each


def test_pages_are_shown_from_the_site_again_once_it_has_them(tmp_path: Path) -> None:
    preview = begun(tmp_path)
    write_content(tmp_path, {"papers/a.md": "---\ntitle: Wasps\n---\n"})
    preview.renew()
    first = preview.current
    write_content(tmp_path, {"papers/b.md": "---\ntitle: Hornets\n---\n"})
    preview.renew()
    preview.settle(first)
    assert b"Hornets" in (preview.content("papers/b.html") or b"")
    preview.settle(preview.current)
    assert {preview.content(each) for each in preview.current.pages} == {None}


def test_what_a_build_would_refuse_is_not_shown(tmp_path: Path) -> None:
    preview = begun(tmp_path)
    write_content(tmp_path, {"papers/a.md": "---\ntitle: Wasps\n---\n"})
    assert preview.renew()
    shown = preview.content("papers/a.html")
    write_content(tmp_path, {"papers/a.md": "---\ntitle: [Hornets]\n---\n"})
    assert not preview.renew()
    assert preview.content("papers/a.html") == shown
    assert b"Wasps" in (shown or b"")
