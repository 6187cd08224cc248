"""The command line as a person uses it: what it prints, where, and its exit codes."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import offprint
from offprint.arguments import COMMANDS
from offprint.cli import main
from offprint.screen import Screen
from tests.sites import build_site, copy_program, tree, write_content

GOOD = {"papers/x.md": "---\ntitle: Good\n---\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's code and look, without its content."""
    return copy_program(tmp_path)


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
        outcome = "; nothing was published" if command == "build" else ""
        assert done.stderr.endswith(f"error: 4 errors{outcome}\n")
        assert "Traceback" not in done.stderr
    assert tree(project / "_site") == before


def test_check_writes_nothing(project: Path) -> None:
    write_content(project, {"papers/x.md": "---\ntitle: x\nstatus: retracted\n---\n"})
    done = run(project, "check")
    assert done.returncode == 0
    assert done.stdout == "1 paper without errors; 1 warning\n"
    assert "x.md:1:1: warning: a retracted paper has no notice" in done.stderr
    assert not (project / "_site").exists()


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said on arguments that are refused."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: offprint")
    return said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--jobs", "0"], "'0' is not a number of processes, a whole number from 1 to 1024"),
        (["--jobs", "x"], "'x' is not a number of processes"),
        (["serve", "--port", "80000"], "'80000' is not a port, a whole number from 0 to 65535"),
        (["check", "--nonsense"], "--nonsense"),
        (["import"], "FILE"),
        (["new", "--arxiv", "x"], "'x' is not an arXiv id"),
        (["biuld"], "there is no command 'biuld'; did you mean 'build'?"),
        (["chekc", "--fix"], "there is no command 'chekc'; did you mean 'check'?"),
        (["help", "imprt"], "there is no command 'imprt'; did you mean 'import'?"),
        (["nonsense"], "there is no command 'nonsense'; valid are: build, check"),
    ],
)
def test_arguments_without_sense_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in refused(arguments, capsys)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    texts = []
    for arguments in (["help", command], [command, "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    assert f"offprint {command}" in texts[0]
    with pytest.raises(SystemExit):
        main(["help"])
    assert f"\n    {command}" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"offprint {offprint.__version__}\n"


@pytest.mark.parametrize(("shell", "check"), [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")])
def test_a_shell_can_read_its_completion(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shell: str, check: str
) -> None:
    assert main(["completion", shell], tmp_path) == 0
    script = capsys.readouterr().out
    assert all(command in script for command in COMMANDS)
    if shutil.which(shell):
        done = subprocess.run([shell, check], input=script, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_an_archive_is_found_from_a_folder_inside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path / "content/papers")
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "1 paper without errors; 1 warning\n"
    monkeypatch.chdir(tmp_path.parent)
    assert main(["check"]) == 1
    assert (
        "name it with --project DIR, or begin an archive with: offprint init DIR" in capsys.readouterr().err
    )
    assert main(["check", "--project", str(tmp_path)]) == 0


def test_nothing_is_written_beside_content_with_a_cache_and_an_output_elsewhere(tmp_path: Path) -> None:
    project = tmp_path / "an archive 论文"
    write_content(project, GOOD)
    before = tree(project)
    assert (
        main(["--cache", str(tmp_path / "c"), "--output", str(tmp_path / "o"), "--no-search"], project) == 0
    )
    assert main(["check", "--cache", str(tmp_path / "c")], project) == 0
    assert tree(project) == before
    assert (tmp_path / "o/papers/x.html").exists()


def test_check_takes_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "---\ntitle: {}\ndatte: 1\n---\n"
    write_content(
        tmp_path,
        {
            "papers/a/x.md": bad.format("Ants"),
            "papers/b/y.md": bad.format("Bees"),
            "topics/t.md": "---\nname: T\n---\n",
        },
    )
    folder = tmp_path / "content/papers/a"
    assert main(["check", str(folder)], tmp_path) == 1
    said = capsys.readouterr().err
    assert "papers/a/x.md:3:1: error" in said
    assert "papers/b/y.md" not in said
    assert main(["check", str(tmp_path / "content/topics")], tmp_path) == 0
    (tmp_path / "content/empty").mkdir()
    assert main(["check", str(tmp_path / "content/empty")], tmp_path) == 1
    assert "this folder holds no file" in capsys.readouterr().err


def test_import_takes_several_files_folders_and_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, {})
    for number, name in enumerate(("one.bib", "more/two.bib", "more/deep/three.bib")):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"@article{{k{number}, title = {{Paper {number}}}, year = 2026}}\n")
    given = b"@article{k, title = {From a pipe}, year = 2026}\n@article{l, title = {Paper 0}, year = 2026}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    files = [str(tmp_path / "one.bib"), str(tmp_path / "more"), "-"]
    assert main(["import", *files], tmp_path) == 0
    assert capsys.readouterr().out == "4 records written, 1 skipped\n"
    assert len(list((tmp_path / "content/papers").rglob("*.md"))) == 4
    (tmp_path / "empty").mkdir()
    assert main(["import", str(tmp_path / "empty")], tmp_path) == 1
    assert "there is no file to import in" in capsys.readouterr().err


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_faults_have_colours_where_they_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    write_content(tmp_path, {"papers/x.md": "---\ntitle: [x]\n---\n"})
    assert main(["check", "--quiet"], tmp_path) == 1
    said = terminal.getvalue()
    assert ("\033[" in said) == (not environment)
    assert "error: " in said


def test_progress_counts_what_takes_long_and_says_how_long_each_stage_took(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0, 0, 2, 6, 7, 12, 12, 20])
    monkeypatch.setattr("offprint.screen.time.monotonic", lambda: next(seconds))
    with Screen(quiet=False, verbose=True).progress() as progress:
        for done in (0, 10, 30, 31):
            progress("Drawing cards", done, 100)
        progress("Rendering", 0, 0)
    assert capsys.readouterr().err == (
        "Drawing cards …\n"
        "Drawing cards 30 of 100, about 14 s left\n"
        "Drawing cards: 12.00 s\n"
        "Rendering …\n"
        "Rendering: 8.00 s\n"
    )


def test_a_missing_content_folder_is_an_ordinary_error(project: Path) -> None:
    done = run(project)
    assert done.returncode == 1
    assert "there is no archive here: content is missing" in done.stderr
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


def test_warnings_do_not_stop_a_build(tmp_path: Path) -> None:
    built = build_site(tmp_path, {"papers/x.md": "---\ntitle: $\\nosuch{x}$\n---\n"})
    assert [warning.severity for warning in built.warnings] == ["warning"]
