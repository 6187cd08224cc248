"""Whatever ends a build, the site is the old one or the new one, whole, and the next build puts all in order.

``OFFPRINT_KILLS=200 pytest tests/hostile/test_killed.py`` kills more often at random.
"""

import functools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sites import PROJECT, copy_program, tree, write_content

KILLS = int(os.environ.get("OFFPRINT_KILLS", "5"))
_PAPER = "---\ntitle: {}\ndate: 2026-06-30\n---\nText.\n"


PROJECT_FILES = {"build.py", "offprint", "templates", "static", "content", "_site", ".cache"}


def test_killed_at_any_event_of_the_file_system(tmp_path: Path) -> None:
    write_content(
        tmp_path / "old", {"papers/x.md": _PAPER.format("Old"), "papers/gone.md": _PAPER.format("G")}
    )
    write_content(
        tmp_path / "new", {"papers/x.md": _PAPER.format("New"), "papers/come.md": _PAPER.format("C")}
    )
    command = [sys.executable, "-m", "tests.hostile.killed", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, timeout=500, check=False)
    assert done.stderr == ""
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) > 80
    for event, status, after, again, then, beside in rows[:-1]:
        assert status == -signal.SIGKILL
        assert after in ("old", "new"), event
        assert (again, then, beside) == (0, "new", []), event
    found = [row[2] for row in rows]
    assert found == sorted(found, reverse=True), "first the old site, from some event on the new one"
    assert {"old", "new"} == set(found[:-1])


class Archive:
    """A project's folder with content enough for several processes, built as a person does."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_program(folder)
        self.whole: dict[str, dict[str, bytes]] = {}

    def write(self, name: str) -> None:
        shutil.rmtree(self.folder / "content", ignore_errors=True)
        papers = {f"papers/p{n:03}.md": _PAPER.format(f"{name} {n}") for n in range(420)}
        write_content(self.folder, {**papers, f"papers/{name}.md": _PAPER.format(name)})

    def start(self, *more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "build.py", "--jobs", "2", *more]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            # Whatever runs the tests may ignore Ctrl-C itself, as nohup and a shell's & do.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
        )

    def build(self, name: str) -> None:
        self.write(name)
        with self.start() as process:
            _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        self.whole[name] = self.tree()

    def tree(self) -> dict[str, bytes]:
        return tree(self.folder / "_site")

    def which(self) -> str:
        found = self.tree()
        return next((name for name, files in self.whole.items() if files == found), "neither")

    def beside(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - PROJECT_FILES


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    made = Archive(tmp_path_factory.mktemp("archive"))
    made.build("new")
    made.build("old")
    return made


def test_killed_at_any_time(archive: Archive) -> None:
    """With its processes and Pagefind still running, which then may write no more into what comes next."""
    chance = random.Random(6)
    started = time.monotonic()
    archive.build("old")
    seconds = time.monotonic() - started
    names = ["new", "old"]
    for number in range(KILLS):
        archive.write(names[number % 2])
        with archive.start() as process:
            time.sleep(chance.uniform(0.1, 1.0) * seconds)
            process.kill()
        assert archive.which() in names
    archive.build("new")
    assert archive.which() == "new"
    assert not archive.beside()


@pytest.mark.parametrize(
    ("stage", "group"), [("Reading", True), ("Rendering", True), ("Indexing", True), ("Rendering", False)]
)
def test_interrupted(archive: Archive, stage: str, group: bool) -> None:
    """By Ctrl-C, which all processes of a terminal's group get, or by a signal to the build alone."""
    archive.build("new")
    archive.write("old")
    shutil.rmtree(archive.folder / ".cache")  # or there would be nothing left to make
    with archive.start() as process:
        assert process.stderr
        while not process.stderr.readline().startswith(stage):
            assert process.poll() is None
        time.sleep(0.05)
        if group:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        said = [line for line in process.stderr if not line.endswith(" …\n")]
    assert process.returncode == 130
    assert "".join(said).startswith("error: interrupted")
    assert len(said) == 1
    # Papers are indexed while pages are rendered: by then little is left to interrupt.
    assert archive.which() == "new" or (stage == "Indexing" and archive.which() == "old")
    assert not archive.beside()


def test_a_file_that_cannot_be_written_whole_is_not_published(tmp_path: Path) -> None:
    """What a full disk does: the system takes the beginning of a text and no more; see also full_disk.sh."""
    write_content(copy_program(tmp_path), {"papers/x.md": _PAPER.format("x")})
    command = [sys.executable, "build.py", "--no-search", "--jobs", "1"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    before = tree(tmp_path / "_site")
    sizes = sorted({len(data) for path, data in before.items() if not path.startswith("static/")})
    for size in (1, sizes[0], sizes[len(sizes) // 2], sizes[-1] - 1):
        shutil.rmtree(tmp_path / ".cache")
        done = subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)),
            check=False,
        )
        assert done.returncode == 1
        assert "File too large" in done.stderr
        assert "Traceback" not in done.stderr
        assert tree(tmp_path / "_site") == before
        assert {path.name for path in tmp_path.iterdir()} - {".cache"} == PROJECT_FILES - {".cache"}
