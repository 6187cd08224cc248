"""Whatever fails, the last line that a command prints is true."""

import functools
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from offprint.arguments import COMMANDS
from offprint.cli import main
from offprint.storage.folders import remove
from tests.hostile.failing import fail_at_each_event
from tests.sites import PROJECT, copy_program, tree, write_content


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a published site."""
    folder = copy_program(tmp_path / "project")
    remove(folder / "static")
    (folder / "static").mkdir()
    (folder / "static/style.css").write_text("p { color: black }")
    write_content(folder, {"papers/x.md": "---\ntitle: Old\n---\n"})
    assert main(["--no-search", "--jobs=1", "--quiet"], folder) == 0
    return folder


def restore(project: Path, saved: Path) -> None:
    for name in ("content", "_site", ".cache"):
        remove(project / name)
        shutil.copytree(saved / name, project / name)


def saved(project: Path) -> Path:
    copy = project.parent / "saved"
    for name in ("content", "_site", ".cache"):
        shutil.copytree(project / name, copy / name)
    return copy


def test_a_build_that_fails_anywhere_says_what_is_published(project: Path) -> None:
    (project / "_site/CNAME").write_text("x")
    old = tree(project / "_site")
    before = saved(project)
    write_content(before, {"papers/x.md": "---\ntitle: New\n---\n", "papers/y.md": "---\ntitle: More\n---\n"})
    reset = functools.partial(restore, project, before)
    reset()
    arguments = ["--no-search", "--jobs=1", "--quiet"]
    assert main(arguments, project) == 0
    new = tree(project / "_site")
    count = 0
    for event, code, line in fail_at_each_event(arguments, project, reset):
        site = tree(project / "_site")
        if code == 0:
            assert (site, line) == (new, ""), event
        elif line.endswith("; the new site is published"):
            assert (site, code) == (new, 1), event
        else:
            assert line.startswith("error: "), (event, line)
            assert line.endswith("; nothing was published"), (event, line)
            assert (site, code) == (old, 1), event
        count += 1
    assert count > 60


def test_a_pack_that_fails_anywhere_leaves_the_old_edition_or_the_new_one_whole(project: Path) -> None:
    assert main(["--jobs=1", "--quiet"], project) == 0
    (project / "_site/CNAME").write_text("x")
    before = saved(project)
    reset = functools.partial(restore, project, before)
    old = tree(project / "_site")
    arguments = ["pack", "--output", str(project / "_site"), "--jobs=1", "--quiet"]
    assert main(arguments, project) == 0
    new = tree(project / "_site")
    assert any(path.endswith(".zip") for path in new)
    beside = {path.name for path in project.iterdir()} | {".events", ".errors"}
    for event, code, line in fail_at_each_event(arguments, project, reset):
        site = tree(project / "_site")
        assert {path.name for path in project.iterdir()} - {"._site.staging"} <= beside, event
        if code == 0:
            assert (site, line) == (new, ""), event
        elif line.endswith("; the new site is published"):
            assert (site, code) == (new, 1), event
        else:
            assert line.endswith("; nothing was packed"), (event, line)
            assert (site, code) == (old, 1), event


def test_every_command_has_its_places_in_the_table() -> None:
    table = (PROJECT / "docs/exit-codes.md").read_text("utf-8")
    first = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    told = {name.partition(" ")[0] for cell in first for name in re.findall("`([^`]*)`", cell)}
    assert told == set(COMMANDS)


@pytest.mark.parametrize(
    ("stdout", "closing"),
    [("| true", ""), ("> /dev/full", "the site is published"), (">&-", ""), (">&- 2>&- <&-", "")],
)
def test_a_report_that_nobody_can_read_does_not_deny_the_site(
    project: Path, stdout: str, closing: str
) -> None:
    write_content(project, {"papers/x.md": "---\ntitle: Told\n---\n"})
    command = f"{sys.executable} build.py --no-search {stdout}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "nothing" not in done.stderr
    assert done.stderr.strip().endswith(closing)
    assert '<h1 dir="auto">Told' in (project / "_site/papers/x.html").read_text("utf-8")


def test_a_taken_port_is_said_before_anything_is_built(project: Path) -> None:
    before = tree(project / "_site")
    write_content(project, {"papers/x.md": "---\ntitle: Not yet\n---\n"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "build.py", "serve", "--port", port]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"cannot serve on 127.0.0.1:{port}: " in done.stderr
    assert done.stderr.endswith("; nothing was built\n")
    assert tree(project / "_site") == before


@pytest.mark.parametrize("output", ["content/sub", "content", ".", "static/x", "templates", ".cache/x"])
def test_an_output_that_overlaps_what_is_read_is_refused(
    project: Path, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(project)
    assert main(["--output", str(project / output)], project) == 1
    assert "choose another --output; nothing was published" in capsys.readouterr().err
    assert tree(project) == before


def test_a_named_pipe_is_no_file_to_import(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "pipe.bib")
    assert main(["import", str(project / "pipe.bib")], project) == 1
    assert "not a regular file" in capsys.readouterr().err
