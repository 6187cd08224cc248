"""What no build made is in the output after every build, or the build names it and publishes nothing."""

import errno
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from offprint.build import publish
from offprint.build.manifest import STAMP_FILE
from offprint.commands.build import build
from offprint.storage.folders import PublishError, exchange, remove
from tests.sites import build_site, options, tree

ONE = {"papers/x.md": "---\ntitle: One\n---\n"}
OTHER = {"papers/x.md": "---\ntitle: Other\n---\n", "papers/y.md": "---\ntitle: New\n---\n"}
FOREIGN = {
    "CNAME": b"papers.example.org\n",
    ".nojekyll": b"",
    ".well-known/security.txt": b"Contact: me",
    "notes/a/b.txt": b"mine",
    "papers/.DS_Store": b"\0\1",
    "papers/mine.html": b"mine",
    "static/mine.css": b"p {}",
}


def add_foreign(site: Path) -> None:
    for path, data in FOREIGN.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    (site / "empty/folder").mkdir(parents=True)
    (site / "link").symlink_to("nowhere")


def foreign_of(site: Path) -> dict[str, bytes]:
    assert (site / "empty/folder").is_dir()
    assert (site / "link").is_symlink()
    return {path: (site / path).read_bytes() for path in FOREIGN if (site / path).is_file()}


@pytest.mark.parametrize("lost", ["", ".cache", ".cache/standby", ".cache/values/manifests"])
def test_it_stays_over_builds_with_and_without_a_cache(tmp_path: Path, lost: str) -> None:
    site = tmp_path / "_site"
    build_site(tmp_path, ONE)
    add_foreign(site)
    for files in (ONE, OTHER, ONE, OTHER):
        if lost:
            remove(tmp_path / lost)
        for paper in (tmp_path / "content/papers").iterdir():
            paper.unlink()
        build_site(tmp_path, files)
        assert foreign_of(site) == FOREIGN
        clean = tmp_path / "clean"
        build_site(clean, files)
        built = {path: data for path, data in tree(site).items() if path not in FOREIGN}
        assert built == tree(clean / "_site"), "a page that is gone is not taken for a foreign file"
        shutil.rmtree(clean)
        assert not set(FOREIGN) & set(tree(tmp_path / ".cache/standby"))


def test_a_repository_in_the_output_stays_one(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(
            command, cwd=tmp_path / "_site", check=True, capture_output=True, text=True
        ).stdout

    build_site(tmp_path, ONE)
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "first")
    (tmp_path / "_site/CNAME").write_text("x")
    build_site(tmp_path, OTHER)
    assert git("log", "--format=%s") == "first\n"
    assert "papers/y.html" in git("status", "--porcelain", "--untracked-files=all")
    git("fsck", "--strict")
    assert (tmp_path / "_site/CNAME").read_text() == "x"


def test_what_is_written_while_a_build_runs_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_site(tmp_path, ONE)
    (tmp_path / "_site/CNAME").write_text("before")

    def write_then_exchange(staged: Path, output: Path) -> None:
        (output / "CNAME").unlink()
        (output / "CNAME").write_text("after")
        (output / "late").write_text("late")
        exchange(staged, output)

    monkeypatch.setattr(publish, "exchange", write_then_exchange)
    build_site(tmp_path, OTHER)
    assert (tmp_path / "_site/CNAME").read_text() == "after"
    assert (tmp_path / "_site/late").read_text() == "late"


@pytest.mark.parametrize("path", ["papers/y.html", "papers/y.html/inside", "papers/y.html/"])
def test_where_the_new_site_needs_its_place_the_build_names_it(tmp_path: Path, path: str) -> None:
    build_site(tmp_path, ONE)
    mine = tmp_path / "_site" / path
    mine.parent.mkdir(parents=True, exist_ok=True)
    if path.endswith("/"):
        mine.mkdir()
    else:
        mine.write_text("mine")
    before = tree(tmp_path / "_site")
    with pytest.raises(PublishError, match=r"papers/y\.html"):
        build_site(tmp_path, OTHER)
    assert tree(tmp_path / "_site") == before
    assert mine.exists()


@pytest.mark.parametrize("damage", [b"", b"This folder was built by Offprint", b"[1]", b"\xff\0"])
def test_where_nothing_says_what_was_built_the_build_names_what_may_be_foreign(
    tmp_path: Path, damage: bytes
) -> None:
    build_site(tmp_path, ONE)
    site = tmp_path / "_site"
    shutil.rmtree(tmp_path / ".cache")
    (site / STAMP_FILE).write_bytes(damage)
    (site / "CNAME").write_text("x")
    build_site(tmp_path, ONE)
    assert (site / "CNAME").read_text() == "x"
    (site / STAMP_FILE).write_bytes(damage)
    shutil.rmtree(tmp_path / ".cache")
    (site / "notes.txt").write_text("mine")
    with pytest.raises(PublishError, match=r"notes\.txt"):
        build_site(tmp_path, ONE)
    assert (site / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP])
def test_without_hard_links_builds_copy_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(number, os.strerror(number), source)

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "_site").mkdir()
    notes: list[str] = []
    for files in (ONE, OTHER, ONE):
        if (tmp_path / "content/papers").exists():
            shutil.rmtree(tmp_path / "content/papers")
        notes += build_site(tmp_path, files).notes
        build_site(tmp_path / "clean", files)
        here = {path: data for path, data in tree(tmp_path / "_site").items() if path not in FOREIGN}
        assert here == tree(tmp_path / "clean/_site")
        shutil.rmtree(tmp_path / "clean")
        if files is ONE and not (tmp_path / "_site/CNAME").exists():
            add_foreign(tmp_path / "_site")
        assert foreign_of(tmp_path / "_site") == FOREIGN
    assert any("no hard links" in note for note in notes)


def test_a_build_without_a_cache_on_the_same_disk_keeps_it_too(tmp_path: Path) -> None:
    other = Path("/dev/shm") / tmp_path.name
    try:
        build_site(tmp_path, ONE)
        add_foreign(tmp_path / "_site")
        for title in ("Two", "Three"):
            (tmp_path / "content/papers/x.md").write_text(f"---\ntitle: {title}\n---\n")
            build(replace(options(tmp_path), cache=other), lambda *_: None)
            assert foreign_of(tmp_path / "_site") == FOREIGN
            assert f'<h1 dir="auto">{title}' in (tmp_path / "_site/papers/x.html").read_text("utf-8")
    finally:
        remove(other)


def test_a_site_of_the_first_version_whose_stamp_has_no_list_is_replaced(tmp_path: Path) -> None:
    build_site(tmp_path, ONE, search=True)
    stamp = tmp_path / "_site" / STAMP_FILE
    stamp.write_text("".join(stamp.read_text().splitlines(keepends=True)[:2]))
    remove(tmp_path / ".cache")
    (tmp_path / "_site/pagefind/index/en_0000000.pf_index").write_text("of the last build")
    (tmp_path / "_site/CNAME").write_text("x")
    build_site(tmp_path, ONE, search=True)
    assert not (tmp_path / "_site/pagefind/index/en_0000000.pf_index").exists()
    assert (tmp_path / "_site/CNAME").read_text() == "x"
