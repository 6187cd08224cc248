"""A site is replaced whole or not at all, and nothing that is not ours is replaced."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from offprint.build.manifest import STAMP_FILE
from offprint.build.publish import Staging
from offprint.diagnostics import ContentError
from offprint.storage.folders import PublishError, regular_files
from tests.sites import build_site, page, tree

GOOD = {"papers/x.md": "---\ntitle: Good\n---\n"}


def test_a_fault_leaves_the_old_site_and_nothing_else(tmp_path: Path) -> None:
    build_site(tmp_path, GOOD)
    before = tree(tmp_path / "_site")
    with pytest.raises(ContentError):
        build_site(tmp_path, {"papers/x.md": "---\ntitle: [Bad]\n---\n"})
    assert tree(tmp_path / "_site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "_site", "content"]


def test_an_exception_while_writing_discards_what_was_staged(tmp_path: Path) -> None:
    build_site(tmp_path, GOOD)
    staging = Staging(tmp_path / "_site").__enter__()
    staging.write("index.html", b"half")
    staging.__exit__(RuntimeError, RuntimeError(), None)
    assert "Good" in page(tmp_path, "papers/x.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "_site", "content"]


def test_pages_of_papers_that_are_gone_go_too(tmp_path: Path) -> None:
    build_site(tmp_path, GOOD)
    (tmp_path / "content/papers/x.md").unlink()
    build_site(tmp_path, {"papers/y.md": "---\ntitle: Other\n---\n"})
    assert not (tmp_path / "_site/papers/x.html").exists()


@pytest.mark.parametrize("name", ["notes.txt", ".git"])
def test_a_folder_that_no_build_has_made_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site" / name).write_text("mine")
    with pytest.raises(PublishError, match="no build has made"):
        build_site(tmp_path, GOOD)
    assert (tmp_path / "_site" / name).read_text() == "mine"


def test_a_link_or_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "_site").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishError, match="not a folder"):
        build_site(tmp_path, GOOD)


def test_an_empty_folder_may_be_published_into(tmp_path: Path) -> None:
    (tmp_path / "_site").mkdir()
    build_site(tmp_path, GOOD)
    assert (tmp_path / "_site" / STAMP_FILE).exists()


def test_two_builds_do_not_write_beside_each_other(tmp_path: Path) -> None:
    with Staging(tmp_path / "_site"), pytest.raises(PublishError, match="another build"):
        Staging(tmp_path / "_site").__enter__()


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "._site.staging"
    left.mkdir()
    (left / "index.html").write_text("half")
    build_site(tmp_path, GOOD)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "_site", "content"]


def test_links_in_static_are_refused(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static/passwd").symlink_to("/etc/passwd")
    with pytest.raises(PublishError, match="static/passwd is a link"):
        regular_files(tmp_path / "static", "static")


def test_a_reader_always_finds_a_whole_site_while_builds_replace_it(tmp_path: Path) -> None:
    build_site(tmp_path, GOOD)
    script = (
        "import sys; from pathlib import Path; from offprint.build.publish import Staging\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    with Staging(Path(sys.argv[1])) as staging:\n"
        "        staging.plan({'index.html': b'%d' % n, 'papers/x.html': b'%d' % n})\n"
        "        staging.write('index.html', b'%d' % n); staging.write('papers/x.html', b'%d' % n)\n"
        "        staging.publish()\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "_site")])
    try:
        started = time.monotonic()
        while page(tmp_path, "index.html").startswith("<") and time.monotonic() < started + 60:
            time.sleep(0.01)
        end = time.monotonic() + 2
        reads = 0
        while time.monotonic() < end:
            folder = os.open(tmp_path / "_site", os.O_RDONLY | os.O_DIRECTORY)
            os.close(folder)
            reads += 1
        assert reads > 100
        assert builder.poll() is None
    finally:
        builder.send_signal(signal.SIGKILL)
        builder.wait()
    assert int(page(tmp_path, "index.html")) > 1
    assert page(tmp_path, "index.html") == page(tmp_path, "papers/x.html")
