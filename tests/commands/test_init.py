"""An archive that init begins builds at once; an upgrade changes only what the curator left alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import offprint
from offprint.cli import main
from offprint.commands import init
from tests.sites import PROJECT, tree

ANSWERS = ["--title", "Bees", "--url", "https://bees.example/", "--language", "en"]
STARTER = Path(init.__file__).parent / "starter"


def begun(folder: Path, *more: str) -> Path:
    assert main(["init", str(folder), *ANSWERS, *more], folder.parent) == 0
    return folder


@pytest.fixture
def changed_starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starter of another version, to be changed by a test."""
    folder = tmp_path / "starter"
    for path, data in tree(STARTER).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    monkeypatch.setattr(init, "_STARTER", folder)
    return folder


@pytest.mark.parametrize("name", ["bees", "käfer und bienen", "论文"])
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_a_new_archive_has_no_fault_and_builds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, language: str
) -> None:
    folder = begun(tmp_path / name, "--language", language)
    capsys.readouterr()
    assert main(["check"], folder) == 0
    assert capsys.readouterr().out == "1 paper without errors\n"
    assert main(["build", "--no-search"], folder) == 0
    assert "Bees" in (folder / "_site/index.html").read_text("utf-8")
    assert not (folder / "build.py").exists()
    assert list(folder.rglob("*.py")) == []


def test_answers_are_written_whatever_characters_they_have(tmp_path: Path) -> None:
    title = 'Bees: "wild" #1 & \\ <tame> – 蜂'
    repository = "https://github.com/Example/bees"
    command = ["init", str(tmp_path / "a"), "--title", title, "--repository", repository]
    assert main(command, tmp_path) == 0
    text = (tmp_path / "a/content/site.yaml").read_text("utf-8")
    assert "https://example.github.io/bees/" in text
    assert main(["build", "--no-search"], tmp_path / "a") == 0
    assert "Bees: &#34;wild&#34; #1 &amp; \\ &lt;tame&gt; – 蜂" in (
        tmp_path / "a/_site/index.html"
    ).read_text("utf-8")


def test_a_person_is_asked_for_what_is_not_told(tmp_path: Path) -> None:
    questions = []

    def ask(question: str, default: str) -> str:
        questions.append((question.partition(" (")[0], default))
        return {"Address of the repository": "https://github.com/me/ants"}.get(questions[-1][0], default)

    answers = init.ask_answers(tmp_path / "wild-ants", {"title": None, "language": "de"}, ask)
    assert answers == ("Wild ants", "https://me.github.io/ants/", "https://github.com/me/ants", "de")
    assert questions == [
        ("Title", "Wild ants"),
        ("Address of the repository", ""),
        ("Address of the site", "https://me.github.io/ants/"),
    ]


def test_wrong_answers_are_all_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--title", " ", "--url", "bees", "--repository", "x y", "--language", "it"]
    assert main(["init", str(tmp_path / "a"), *wrong], tmp_path) == 1
    said = capsys.readouterr().err
    for words in (
        "needs a title",
        "not a web address: it does not begin",
        "it holds ' '",
        "no texts in 'it'",
    ):
        assert words in said
    assert not (tmp_path / "a").exists()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/README.md").write_text("mine")
    begun(tmp_path / "a")
    assert (tmp_path / "a/README.md").read_text() == "mine"
    assert "README.md was there already and is unchanged" in capsys.readouterr().err
    before = tree(tmp_path / "a")
    assert main(["init", str(tmp_path / "a"), *ANSWERS], tmp_path) == 1
    assert "holds an archive already" in capsys.readouterr().err
    assert tree(tmp_path / "a") == before


def test_an_upgrade_writes_what_the_curator_left_alone(
    tmp_path: Path,
    changed_starter: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = begun(tmp_path / "a")
    (folder / "README.md").write_text("My own words.\n")
    (folder / ".github/dependabot.yml").unlink()
    (folder / ".vscode/settings.json").write_text("{}\n")
    (folder / "content/papers/example.md").unlink()
    pin = (folder / "requirements.txt").read_text()
    (folder / "requirements.txt").write_text(re.sub("==.*", "==0.2.7", pin))  # as Dependabot does
    monkeypatch.setattr(offprint, "__version__", "0.3.0")
    for path in ("README.md", "github/workflows/site.yml", "github/dependabot.yml", "content/pages/about.md"):
        (changed_starter / path).write_text("of the new version\n")
    (changed_starter / "new.txt").write_text("new\n")
    about = (folder / "content/pages/about.md").read_text()
    capsys.readouterr()
    assert main(["init", "--upgrade"], folder) == 0
    said = capsys.readouterr()
    assert (folder / ".github/workflows/site.yml").read_text() == "of the new version\n"
    assert (folder / "new.txt").read_text() == "new\n"
    assert "offprint-archive==0.3.0" in (folder / "requirements.txt").read_text()
    assert (folder / "README.md").read_text() == "My own words.\n"
    assert (
        "--- README.md\n+++ README.md (new)\n@@ -1 +1 @@\n-My own words.\n+of the new version\n" in said.out
    )
    assert "settings.json" not in said.out, "the curator's change stays, and this version brings none"
    assert not (folder / ".github/dependabot.yml").exists()
    assert not (folder / "content/papers/example.md").exists()
    assert (folder / "content/pages/about.md").read_text() == about, "content is the curator's"
    before = tree(folder)
    assert main(["init", "--upgrade"], folder) == 0
    assert tree(folder) == before


@pytest.mark.parametrize("record", [None, "", "[]", '{"answers": {}, "files": {}}', '{"answers": {"x": 1}}'])
def test_without_a_record_nothing_is_upgraded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], record: str | None
) -> None:
    folder = begun(tmp_path / "a")
    (folder / init.RECORD).unlink()
    if record is not None:
        (folder / init.RECORD).write_text(record)
    before = tree(folder)
    assert main(["init", "--upgrade"], folder) == 1
    said = capsys.readouterr().err
    assert ("has no .offprint.json" if record is None else "is damaged") in said
    assert "Traceback" not in said
    assert tree(folder) == before


def test_the_record_names_every_file_but_content(tmp_path: Path) -> None:
    folder = begun(tmp_path / "a")
    record = json.loads((folder / init.RECORD).read_text())
    files = {path for path in tree(folder) if not path.startswith("content/")}
    assert record["files"].keys() == files - {init.RECORD}
    assert record["version"] == offprint.__version__


@pytest.mark.parametrize("name", ["site", "pull-request", "weekly", "harvest", "enrich", "accept"])
def test_the_workflows_of_an_archive_are_ours_with_the_installed_program(name: str) -> None:
    ours = (PROJECT / f".github/workflows/{name}.yml").read_text("utf-8")
    ours = ours.replace("--editable .", "--requirement requirements.txt")
    ours = re.sub(r"python build\.py(?= (build|check|pack|harvest|enrich|new))", "offprint", ours).replace(
        "python build.py", "offprint build"
    )
    ours = ours.replace("may change any code that runs here", "may change any file that is read here")
    assert (STARTER / f"github/workflows/{name}.yml").read_text("utf-8") == ours


def test_what_opens_pull_requests_is_ours() -> None:
    assert (STARTER / "github/propose").read_bytes() == (PROJECT / ".github/propose").read_bytes()


def test_zizmor_finds_nothing_in_a_new_archive(tmp_path: Path) -> None:
    folder = begun(tmp_path / "a")
    command = [str(Path(sys.executable).parent / "zizmor"), "--color=never", "--offline", "--pedantic"]
    command += ["--no-progress", "--min-severity", "low", ".github"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job!\n"), done.stderr
