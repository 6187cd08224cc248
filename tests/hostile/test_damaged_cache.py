"""Whatever befalls ``.cache``, the site is that of a clean build, and a damaged value is told once.

``OFFPRINT_DAMAGES=1000 pytest tests/hostile/test_damaged_cache.py`` damages it more often.
"""

import os
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from offprint.build.manifest import STAMP_FILE
from offprint.cli import main
from offprint.commands.build import build
from offprint.storage.folders import remove
from tests.hostile.test_words import project
from tests.sites import build_site, options, tree, write_content

DAMAGES = int(os.environ.get("OFFPRINT_DAMAGES", "20"))
__all__ = ["project"]

_BEFORE = {f"papers/p{n}.md": f"---\ntitle: Paper {n}\nauthors: [Ada, Bo]\n---\nText.\n" for n in range(6)}
_AFTER = _BEFORE | {"papers/p3.md": "---\ntitle: Changed\nauthors: [Bo]\n---\nOther text.\n"}


def flip(file: Path, others: list[Path], chance: random.Random) -> None:
    data = bytearray(file.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.unlink()  # a standby tree's file is a link to the site's
        file.write_bytes(data)


def cut(file: Path, others: list[Path], chance: random.Random) -> None:
    data = file.read_bytes()
    file.unlink()
    file.write_bytes(data[: chance.randrange(len(data) + 1)])


def swap(file: Path, others: list[Path], chance: random.Random) -> None:
    same_size = [each for each in others if each.stat().st_size == file.stat().st_size and each != file]
    other = chance.choice(same_size or others)
    aside = file.with_name("aside")
    file.rename(aside)
    if other.exists():
        other.rename(file)
    aside.rename(other)


def delete(file: Path, others: list[Path], chance: random.Random) -> None:
    file.unlink()


def replace_by_folder(file: Path, others: list[Path], chance: random.Random) -> None:
    file.unlink()
    file.mkdir()


def empty_folder(file: Path, others: list[Path], chance: random.Random) -> None:
    remove(file.parent)


def replace_folder_by_file(file: Path, others: list[Path], chance: random.Random) -> None:
    remove(file.parent)
    file.parent.write_bytes(b"x")


KINDS = (flip, flip, cut, swap, swap, delete, replace_by_folder, empty_folder, replace_folder_by_file)


def test_no_damage_is_believed(tmp_path: Path) -> None:
    chance = random.Random(17)
    for name, content in (("before", _BEFORE), ("after", _AFTER)):
        build_site(tmp_path / name, content)
    expected = {name: tree(tmp_path / name / "_site") for name in ("before", "after")}
    here = tmp_path / "here"
    build_site(here, _AFTER)
    build_site(here, _BEFORE)
    seen: Counter[str] = Counter()
    for number in range(DAMAGES):
        cache = here / ".cache"
        places = (cache / "values", cache / "standby", cache)
        files = [file for file in places[number % 3].rglob("*") if file.is_file()]
        damage = chance.choice(KINDS)
        victim = chance.choice(files)
        damage(victim, files, chance)
        name = "after" if number % 2 else "before"
        write_content(here, _AFTER if number % 2 else _BEFORE)
        build(options(here), lambda *_: None)
        assert tree(here / "_site") == expected[name], (damage.__name__, victim)
        seen[damage.__name__] += 1
    assert sum(seen.values()) == DAMAGES


def test_a_damaged_value_is_told_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tree(project / "_site")
    values = [file for file in (project / ".cache/values").glob("*/*") if file.is_file()]
    for file in values:
        data = file.read_bytes()
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    arguments = ["--no-search", "--jobs=1"]
    assert main(arguments, project) == 0
    told = capsys.readouterr().err
    assert "damaged values in" in told
    assert "were made again" in told
    assert main(arguments, project) == 0
    assert "damaged" not in capsys.readouterr().err
    assert tree(project / "_site") == site


def test_a_damaged_standby_tree_is_told_once(tmp_path: Path) -> None:
    for files in (_BEFORE, _AFTER):
        assert build_site(tmp_path, files).notes == ()
    page = tmp_path / ".cache/standby/index.html"
    page.unlink()  # it may be a link to the site's
    page.write_text("damaged")
    (note,) = build_site(tmp_path, _BEFORE).notes
    assert note.startswith(f"1 file in {tmp_path}/.cache/standby differed")
    assert "damaged" not in (tmp_path / "_site/index.html").read_text("utf-8")
    assert build_site(tmp_path, _AFTER).notes == ()


def test_a_cache_that_was_copied_with_its_times_still_saves_work(tmp_path: Path) -> None:
    build_site(tmp_path, _BEFORE)
    shutil.copytree(tmp_path / ".cache", tmp_path / "copy")
    remove(tmp_path / ".cache")
    remove(tmp_path / "_site")
    (tmp_path / "copy").rename(tmp_path / ".cache")
    built = build_site(tmp_path, _AFTER)
    assert 0 < built.rendered < built.pages, "as in continuous integration, which restores the cache alone"


def test_verify_finds_what_is_not_as_a_clean_build_makes_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", "--no-search", "--jobs=1", "--verify"]
    (project / "_site/CNAME").write_text("x")
    assert main(arguments, project) == 0
    assert "each as a clean build makes it" in capsys.readouterr().out
    page = project / "_site/papers/x.html"
    info = page.stat()
    page.write_bytes(page.read_bytes().replace(b"Old", b"Odd"))
    os.utime(page, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert main(arguments, project) == 1
    errors = capsys.readouterr().err
    assert "1 files are not those of a clean build (papers/x.html)" in errors
    assert errors.endswith("and build again; the site is published as it was built\n")
    assert not (project / ".cache/verify").exists()
    assert (project / "_site" / STAMP_FILE).exists()
