"""``pack``: the offline edition is one zip, whole, the same for the same site, or refused with a word."""

import datetime as dt
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest

from offprint.offline.edition import PackError, ZipFile, pack
from offprint.offline.zip import write_zip
from offprint.search.pagefind_script import ScriptError, make_script
from offprint.storage.folders import PublishError, lock
from tests.commands.test_cli import project, run
from tests.sites import TEMPLATES, build_site, page, tree, write_content

FILES = {
    "site.yaml": "title: Bees & Words\nurl: https://example.org/bees/\nshort_name: The Bees\n",
    "papers/a.md": "---\ntitle: One bee\nlisted: 2026-06-29\n---\nA bee dances.\n",
    "papers/b.md": "---\ntitle: Two bees\nlisted: 2026-06-30\n---\nBees dance.\n",
}
__all__ = ["project"]


def packed(site: Path, output: Path | None = None, jobs: int = 1) -> ZipFile:
    return pack(site, output, TEMPLATES, jobs, lambda *_: None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build_site(folder, FILES, search=True)
    return folder / "_site"


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "_site")
    return tmp_path / "_site"


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        return opened.namelist()


def test_the_zip_has_the_archives_name_and_newest_day_and_one_top_folder(site: Path) -> None:
    made = packed(site)
    assert made.path == site.parent / "the-bees-2026-06-30.zip"
    inside = names(made.path)
    assert len(inside) == made.files
    assert {name.split("/")[0] for name in inside} == {"the-bees-2026-06-30"}
    read_me = zipfile.ZipFile(made.path).read("the-bees-2026-06-30/READ ME FIRST.txt").decode("utf-8-sig")
    assert read_me.startswith("Bees & Words\r\n30 June 2026\r\n")
    assert "https://example.org/bees/offline.html" in read_me


def test_the_pages_are_those_of_the_site(site: Path) -> None:
    before = tree(site)
    made = packed(site)
    assert tree(site) == before
    with zipfile.ZipFile(made.path) as opened:
        held = {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}
    left_out = {"404.html", "robots.txt", "sitemap.xml", "sw.js", ".offprint"}
    pages = {path: data for path, data in before.items() if not path.startswith("pagefind/")}
    changed = {path for path, data in pages.items() if held.get(path) != data}
    assert changed == left_out | {"offline.html"}
    added = {path for path in held if path not in pages}
    assert {path for path in added if not path.startswith("pagefind/")} == {"READ ME FIRST.txt"}
    assert all(path.endswith(".js") for path in added if path.startswith("pagefind/"))
    assert b"This is the edition of 30 June 2026." in held["offline.html"]


def test_the_same_site_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    one = packed(site, tmp_path / "one").path.read_bytes()
    copy = tmp_path / "elsewhere" / "other"
    shutil.copytree(site, copy)
    for path in copy.rglob("*"):
        path.chmod(0o700)
    two = packed(copy, tmp_path / "two.zip", jobs=2)
    assert two.path == tmp_path / "two.zip"
    assert two.path.read_bytes() == one
    with zipfile.ZipFile(io.BytesIO(one)) as opened:
        infos = opened.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(2026, 6, 30, 0, 0, 0)}
    assert {stat.filemode(info.external_attr >> 16) for info in infos} == {"-rw-r--r--"}


def test_in_the_site_itself_the_page_offers_the_zip_and_packing_again_changes_nothing(site: Path) -> None:
    beside = packed(site, site.parent / "beside").path.read_bytes()
    made = packed(site, site)
    text = (site / "offline.html").read_text()
    assert '<a href="the-bees-2026-06-30.zip" download>' in text
    assert f"{made.bytes / 1e6:.1f} MB" in text
    assert "the edition of 30 June 2026" in text
    edition = json.loads((site / "sw.js").read_text().partition("=")[2].partition(";\n")[0])
    assert edition["archive"]["size"] == made.bytes
    assert edition["archive"]["sha256"] in text
    before = tree(site)
    packed(site, site)
    assert tree(site) == before
    assert made.path.read_bytes() == beside


def test_files_that_no_build_made_are_not_packed_and_stay(site: Path) -> None:
    before = packed(site, site.parent / "before").path.read_bytes()
    for path in ("CNAME", ".git/config", "notes/a.txt", "pagefind/.DS_Store"):
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text("mine")
    assert packed(site, site.parent / "after").path.read_bytes() == before
    packed(site, site)
    for path in ("CNAME", ".git/config", "notes/a.txt", "pagefind/.DS_Store"):
        assert (site / path).read_text() == "mine"


def test_no_build_changes_a_site_that_is_being_packed(site: Path) -> None:
    refused = []

    def build_meanwhile(*_: int) -> None:
        with pytest.raises(PublishError, match="another build or pack is at work"):
            lock(site.parent)
        refused.append(True)

    pack(site, site.parent / "beside", TEMPLATES, 1, build_meanwhile)
    pack(site, site, TEMPLATES, 1, build_meanwhile)
    assert len(refused) >= 2
    os.close(lock(site.parent))


@pytest.mark.parametrize("output", ["_site/sub", "_site/papers/x.zip"])
def test_a_zip_lies_at_the_top_of_the_site_or_outside(site: Path, output: str) -> None:
    before = tree(site)
    with pytest.raises(PackError, match="lies in the site"):
        packed(site, site.parent / output)
    assert tree(site) == before


def test_killed_workers_and_all(project: Path) -> None:
    """The processes that compress, and hold its lock, end with the one that was killed."""
    papers = {f"papers/p{n}.md": f"---\ntitle: Paper {n}\n---\nText.\n" for n in range(450)}
    write_content(project, papers)
    assert run(project, "--quiet").returncode == 0
    before = tree(project / "_site")
    command = [sys.executable, "build.py", "pack", "--output", "_site", "--jobs", "2"]
    with subprocess.Popen(command, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        part = project / "._site.staging"
        while process.poll() is None and not any(part.glob(".*.part")):
            time.sleep(0.01)
        process.kill()
    assert tree(project / "_site") == before
    assert run(project, "pack", "--output", "_site", "--quiet").returncode == 0


def test_an_archive_where_nothing_is_listed_packs_too(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/x.md": "---\ntitle: Undated\n---\n"}, search=True)
    made = packed(tmp_path / "_site", tmp_path / "_site")
    assert made.path.name.endswith("-undated.zip")
    assert "<!-- zip --><p><a href" in page(tmp_path, "offline.html")


def test_an_empty_archive_packs_too(tmp_path: Path) -> None:
    build_site(tmp_path, {}, search=True)
    assert "pagefind" not in " ".join(names(packed(tmp_path / "_site").path))


def test_the_zips_texts_are_in_the_archives_language(tmp_path: Path) -> None:
    build_site(tmp_path, FILES | {"site.yaml": FILES["site.yaml"] + "language: de\n"}, search=True)
    made = packed(tmp_path / "_site", tmp_path / "_site")
    read_me = zipfile.ZipFile(made.path).read("the-bees-2026-06-30/READ ME FIRST.txt").decode("utf-8-sig")
    assert "Entpacke die ganze Zip-Datei" in read_me
    assert re.search(r"zip</a>: \d,\d MB, Ausgabe vom 30\. Juni 2026", page(tmp_path, "offline.html"))


def test_what_cannot_be_packed_is_told_with_the_way_out(site: Path, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"no built site in .*nothing; build it first"):
        packed(tmp_path / "nothing")
    (site / "pagefind/index/strange.new").write_bytes(b"")
    with pytest.raises(PackError, match=r"strange.new is no data file of Pagefind 1.5, the version known"):
        packed(site)
    entry = site / "pagefind/pagefind-entry.json"
    entry.write_text(entry.read_text().replace('"version": "1.5', '"version": "1.6'))
    with pytest.raises(PackError, match=r"of Pagefind 1.6.*, and only 1.5 is known"):
        packed(site)
    shutil.rmtree(site / "pagefind")
    with pytest.raises(PackError, match="build it again without --no-search"):
        packed(site)
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".*.part"))


def test_a_script_of_another_shape_stops_the_build(tmp_path: Path) -> None:
    build_site(tmp_path, FILES, search=True)
    root = tmp_path / "_site/pagefind"
    script = (root / "engine.js").read_text().partition("make: function (fetch, document) {\n")[2]
    words = "this.backend.request_indexes(ptr,term)"
    script = script.replace(f'(filter_only?"[]":{words})', words)
    script = script.partition("\nreturn PagefindInstance;")[0] + "export{init,search};"
    assert make_script(script) == (root / "engine.js").read_text()
    for old, new in (
        ("var PagefindInstance=class{", "var PagefindIndex=class{"),
        ("await fetch(queued.input)", "await self.fetch(queued.input)"),
        ("export{init,search};", ""),
        (words, "this.backend.request(ptr,term)"),
        ('const pagefind_version="1.5.2";', ""),
        ("var x;", "var x = import('./more.js');"),
    ):
        assert old in script
        with pytest.raises(ScriptError, match=r"Known is 1.5; install 'pagefind-bin==1.5.\*'"):
            make_script(script.replace(old, new))


def test_a_zip_of_more_files_than_the_old_format_counts_can_be_read() -> None:
    count = 66_000
    file = io.BytesIO()
    sources = {f"{n:05}": partial(bytes, n % 3) for n in range(count)}
    assert sum(write_zip(file, sources, dt.date(2026, 6, 30), 1)) == count
    with zipfile.ZipFile(file) as opened:
        assert len(opened.namelist()) == count
        assert [len(opened.read(f"{n:05}")) for n in (0, 1, 65_999)] == [0, 1, 65_999 % 3]


def test_pack_from_the_command_line(project: Path) -> None:
    for path, text in FILES.items():
        (project / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (project / "content" / path).write_text(text)
    failed = run(project, "pack")
    assert failed.returncode == 1
    assert failed.stderr.endswith("_site; build it first; nothing was packed\n")
    assert run(project, "--quiet").returncode == 0
    done = run(project, "pack", "--output", "_site")
    assert done.returncode == 0
    assert re.fullmatch(r"\d+ files, \d+\.\d MB in \d+\.\d s: _site/the-bees-2026-06-30\.zip\n", done.stdout)
    assert run(project, "pack", "--quiet").stdout == ""
    assert (project / "the-bees-2026-06-30.zip").exists()
    assert run(project, "--quiet").returncode == 0  # a build replaces what was packed into the site
    assert not list((project / "_site").glob("*.zip"))
