"""The command line as a person uses it: what it prints, where, and its exit codes."""

import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.sites import PROJECT, build_site, tree, write_content

GOOD = {"papers/x.md": "---\ntitle: Good\n---\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's code and look, without its content."""
    for name in ("offprint", "templates", "static"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "build.py", tmp_path)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "build.py", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)


def test_without_arguments_it_builds_with_search(project: Path) -> None:
    write_content(project, GOOD)
    done = run(project)
    assert done.returncode == 0
    assert done.stdout.startswith("1 paper, ")
    assert done.stdout.strip().endswith("_site/index.html")
    assert (project / "_site/pagefind/pagefind-entry.json").exists()


def test_build_takes_its_options(project: Path) -> None:
    write_content(project / "else", GOOD)
    done = run(
        project,
        "build",
        "--content",
        "else/content",
        "--output",
        "out",
        "--no-search",
        "--jobs",
        "1",
        "--quiet",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (project / "out/papers/x.html").exists()
    assert not (project / "out/pagefind").exists()


def test_all_faults_of_all_files_are_told_and_nothing_is_published(project: Path) -> None:
    write_content(project, GOOD)
    run(project, "--no-search")
    before = tree(project / "_site")
    write_content(
        project,
        {
            "papers/x.md": "---\ntitle: Good\ndatte: 2025\n---\nText.\n",
            "papers/y.md": "---\ntitle: A: B\n---\n",
            "papers/z.yaml": "title: Z\ntopics: [nothing]\ndate: soon\nsummary: x\n",
        },
    )
    for command in ("build", "check"):
        done = run(project, command)
        assert done.returncode == 1
        assert done.stdout == ""
        for place in ("x.md:3:1", "y.md:2:9", "z.yaml:2:10", "z.yaml:3:7"):
            assert f"content/papers/{place}: error: " in done.stderr
        assert "    datte: 2025\n    ^\n    did you mean 'date'?\n" in done.stderr
        assert done.stderr.endswith("error: 4 errors; nothing was published\n")
        assert "Traceback" not in done.stderr
    assert tree(project / "_site") == before


def test_check_writes_nothing(project: Path) -> None:
    write_content(project, {"papers/x.md": "---\ntitle: x\nstatus: retracted\n---\n"})
    done = run(project, "check")
    assert done.returncode == 0
    assert done.stdout == "1 paper without errors; 1 warning\n"
    assert "x.md:1:1: warning: a retracted paper has no notice" in done.stderr
    assert not (project / "_site").exists()


@pytest.mark.parametrize(
    "arguments", [["--jobs", "0"], ["--jobs", "x"], ["nonsense"], ["check", "--nonsense"]]
)
def test_arguments_without_sense_are_refused(project: Path, arguments: list[str]) -> None:
    done = run(project, *arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_a_missing_content_folder_is_an_ordinary_error(project: Path) -> None:
    done = run(project)
    assert done.returncode == 1
    assert "there is no such folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_output_that_cannot_be_written_is_an_ordinary_error(project: Path) -> None:
    write_content(project, GOOD)
    (project / "file").write_text("x")
    done = run(project, "--output", "file/_site", "--no-search")
    assert done.returncode == 1
    assert "nothing was published" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_is_the_same_however_python_starts_processes(project: Path) -> None:
    write_content(project, GOOD)
    assert run(project, "--jobs", "2").returncode == 0
    whole = tree(project / "_site")
    shutil.rmtree(project / "_site")
    shutil.rmtree(project / ".cache")
    script = (project / "build.py").read_text("utf-8")
    begin = 'if __name__ == "__main__":\n'
    assert begin in script
    spawned = f"{begin}    import multiprocessing\n\n    multiprocessing.set_start_method('spawn')\n"
    (project / "build.py").write_text(script.replace(begin, spawned), "utf-8")
    assert run(project, "--jobs", "2").returncode == 0
    assert tree(project / "_site") == whole


def test_serve_shows_an_edit_and_tells_the_browser(project: Path) -> None:
    write_content(project, GOOD)
    command = [sys.executable, "build.py", "serve", "--port", "0", "--no-search"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            server.stdout.readline()
            address = server.stdout.readline().split()[2]
            assert address.startswith("http://127.0.0.1:")

            def get(path: str) -> str:
                with urllib.request.urlopen(address + path, timeout=10) as answer:
                    return str(answer.read().decode())

            assert "Good" in get("papers/x.html")
            assert '<script src="/.offprint/reload.js"></script>' in get("papers/x.html")
            with urllib.request.urlopen(f"{address}.offprint/events", timeout=30) as events:
                time.sleep(1)
                write_content(project, {"papers/x.md": "---\ntitle: [Bad]\n---\n"})
                assert events.readline() == b"data: reload\n"
                assert "Good" in get("papers/x.html")
                write_content(project, {"papers/x.md": "---\ntitle: Better\n---\n"})
                events.readline()
                assert events.readline() == b"data: reload\n"
            assert "Better" in get("papers/x.html")
        finally:
            server.terminate()


def test_serve_shows_what_was_edited_during_its_first_build(project: Path) -> None:
    write_content(project, GOOD)
    command = [sys.executable, "build.py", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as server:
        try:
            while not (project / ".cache").exists():
                time.sleep(0.01)
            write_content(project, {"papers/x.md": "---\ntitle: Better\n---\n"})
            assert server.stdout
            server.stdout.readline()
            address = server.stdout.readline().split()[2]
            end = time.monotonic() + 30
            shown = ""
            while "Better" not in shown and time.monotonic() < end:
                with urllib.request.urlopen(f"{address}papers/x.html", timeout=10) as answer:
                    shown = answer.read().decode()
            assert "Better" in shown
        finally:
            server.terminate()


def test_warnings_do_not_stop_a_build(tmp_path: Path) -> None:
    built = build_site(tmp_path, {"papers/x.md": "---\ntitle: $\\nosuch{x}$\n---\n"})
    assert [warning.severity for warning in built.warnings] == ["warning"]
