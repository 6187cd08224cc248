"""The workflows ask for little and trust nothing; their steps, as far as they go here, do what they say."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.records.test_git_history import commit, git
from tests.sites import PROJECT

WORKFLOWS = sorted((PROJECT / ".github/workflows").glob("*.yml"))
STARTER = sorted((PROJECT / "offprint/commands/starter/github/workflows").glob("*.yml"))
EVERY_WORKFLOW = [*WORKFLOWS, *STARTER]
GOOD = "---\ntitle: Good\n---\nA summary.\n"


def workflow(name: str) -> dict[Any, Any]:
    """A workflow as YAML has it; its key ``on`` is then True."""
    made = yaml.safe_load((PROJECT / f".github/workflows/{name}.yml").read_text("utf-8"))
    assert isinstance(made, dict)
    return made


def script(name: str, job: str, step: str) -> str:
    """What a step runs."""
    (found,) = (each for each in workflow(name)["jobs"][job]["steps"] if each["name"] == step)
    return str(found["run"])


def run(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, with this Python for ``python``."""
    python = Path(sys.executable).parent
    path = os.pathsep.join([str(folder.parent / "tools"), str(python), os.environ["PATH"]])
    command = ["bash", "--noprofile", "--norc", "-e", "-c", text]
    known = {**os.environ, "PATH": path, "PYTHONPATH": str(PROJECT), **environment}
    return subprocess.run(
        command, cwd=folder, env=known, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_workflow_is_pinned_asks_for_little_and_cannot_run_for_ever(path: Path) -> None:
    text = path.read_text("utf-8")
    made = workflow(path.stem)
    assert made["permissions"] == {}
    assert "secrets." not in text
    assert "pull_request_target" not in text
    for use in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use), use
    for job in made["jobs"].values():
        assert job["timeout-minutes"] <= 120
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "a value belongs into env, where it is no code"
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_a_pull_request_can_write_nothing() -> None:
    rights = [job["permissions"] for job in workflow("pull-request")["jobs"].values()]
    assert rights == [{"contents": "read"}]


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    command = [str(zizmor), "--color=never", "--offline", "--pedantic", "--no-progress"]
    command += ["--min-severity", "low", ".github"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job!\n"), done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of its own with an archive and a branch ``main``."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copy(PROJECT / "build.py", folder)
    site = "title: x\nurl: https://example.org/\n"
    faulty = "---\ntitle: Here before\n---\n"
    commit(
        folder,
        "2026-01-01",
        {"content/site.yaml": site, "content/papers/a.md": GOOD, "content/papers/b.md": faulty},
    )
    return folder


def merged(repository: Path, files: dict[str, str | None]) -> None:
    """Check out the merge of a pull request with these files, as GitHub makes it."""
    git(repository, "2026-01-02", "checkout", "--quiet", "-b", "theirs")
    commit(repository, "2026-01-02", files)
    git(repository, "2026-01-03", "checkout", "--quiet", "main")
    commit(repository, "2026-01-03", {"other.txt": "meanwhile"})
    git(repository, "2026-01-03", "merge", "--quiet", "--no-ff", "theirs")


CHECK = script("pull-request", "check", "Check the changed records")


def test_a_faulty_record_is_annotated_at_its_line(repository: Path) -> None:
    merged(repository, {"content/papers/2026/new one.md": "---\ntitle: x\ndatte: 2026\n---\nText.\n"})
    done = run(CHECK, repository)
    assert done.returncode == 1, done.stderr
    name, field = done.stdout.splitlines()
    assert name.startswith(
        "::error file=content/papers/2026/new one.md,line=1,col=1::'new one' is not a slug"
    )
    assert name.endswith("%0Arename the file to 'new-one.md'")
    assert field.startswith(
        "::error file=content/papers/2026/new one.md,line=3,col=1::'datte' is not a field"
    )
    assert field.endswith("%0Adid you mean 'date'?")


def test_a_good_record_hears_of_its_own_gaps_alone(repository: Path) -> None:
    merged(repository, {"content/papers/2026/new.md": "---\ntitle: New\n---\n", "content/papers/a.md": None})
    done = run(CHECK, repository)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"::warning file=content/papers/2026/new\.md,.*no summary.*\n", done.stdout)


def test_a_pull_request_without_records_is_not_checked_for_them(repository: Path) -> None:
    merged(repository, {"README.md": "x"})
    done = run(CHECK, repository)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_site_is_built_with_its_history(repository: Path) -> None:
    done = run(script("pull-request", "check", "Build"), repository)
    assert done.returncode == 0, done.stderr
    assert "Record made 1 January 2026" in (repository / "_site/papers/a.html").read_text("utf-8")


def test_what_a_pull_request_breaks_in_other_records_is_annotated_there(repository: Path) -> None:
    topic = "---\nname: Bees\n---\n"
    about = "---\ntitle: About bees\ntopics: [bees]\n---\n"
    commit(repository, "2026-01-01", {"content/topics/bees.md": topic, "content/papers/about.md": about})
    merged(repository, {"content/topics/bees.md": None})
    assert run(CHECK, repository).returncode == 0
    done = run(script("pull-request", "check", "Build"), repository)
    assert done.returncode == 1
    assert re.fullmatch(
        r"::error file=content/papers/about.md,line=3,col=10::there is no topic 'bees'.*\n", done.stdout
    )


FAKE_GH = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$1 $2" in
  "release view") exit "$KNOWN" ;;
  "issue list") echo "$ISSUE" ;;
  "run download") echo "- x" >report.md ;;
esac
"""


def with_gh(folder: Path, text: str, **answers: str) -> list[str]:
    """Run a step with a gh that only notes what it is asked for."""
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "gh").write_text(FAKE_GH)
    (tools / "gh").chmod(0o755)
    calls = folder.parent / "calls"
    done = run(text, folder, CALLS=str(calls), GITHUB_RUN_ID="7", GITHUB_SHA="abc", TITLE="Links", **answers)
    assert done.returncode == 0, done.stderr
    return calls.read_text().splitlines()


def test_the_site_offers_the_offline_edition_and_hands_it_to_the_release(repository: Path) -> None:
    (pack,) = (s["name"] for s in workflow("site")["jobs"]["build"]["steps"] if s["name"].startswith("Pack"))
    for step in ("Build", pack):
        done = run(script("site", "build", step), repository)
        assert done.returncode == 0, done.stderr
    (offered,) = (repository / "_site").glob("*.zip")
    digest = hashlib.sha256(offered.read_bytes()).hexdigest()
    assert (repository / "edition/SHA256SUMS").read_text() == f"{digest}  {offered.name}\n"
    assert (repository / "edition" / offered.name).exists()


def test_a_reviewer_gets_the_offline_edition(repository: Path) -> None:
    for step in ("Build", "Pack the offline edition"):
        done = run(script("pull-request", "check", step), repository)
        assert done.returncode == 0, done.stderr
    (preview,) = (repository / "preview").glob("*.zip")
    assert any(name.endswith("index.html") for name in zipfile.ZipFile(preview).namelist())


@pytest.mark.parametrize("path", EVERY_WORKFLOW, ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_no_cache_that_a_pull_request_could_write_reaches_the_build_of_main(path: Path) -> None:
    text = path.read_text("utf-8")
    events = set(yaml.safe_load(text)[True])
    caches = "actions/cache" in text or re.search(r"^\s+cache:", text, re.MULTILINE)
    assert not caches or events <= {"push", "schedule", "workflow_dispatch"}
    if "push" in events and caches:
        assert yaml.safe_load(text)[True]["push"] == {"branches": ["main"]}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("papers-on-bees-2026-06-30", "edition-2026-06-30"),
        ("bees-of-1999-01-02-2026-06-30", "edition-2026-06-30"),
        ("papers-on-bees-undated", "edition-undated"),
    ],
)
def test_the_tag_of_a_release_is_its_date_whatever_the_archive_is_called(
    tmp_path: Path, name: str, tag: str
) -> None:
    edition = tmp_path / "work/edition"
    edition.mkdir(parents=True)
    (edition / f"{name}.zip").write_bytes(b"zip")
    (edition / "SHA256SUMS").write_text(f"{hashlib.sha256(b'zip').hexdigest()}  {name}.zip\n")
    text = script("site", "release", "Attach it to the release of its day")
    seen, asked = with_gh(edition.parent, text, KNOWN="1")
    assert seen == f"release view {tag}"
    assert asked.startswith(f"release create {tag} ")


@pytest.mark.parametrize(("known", "verb"), [("1", "release create"), ("0", "release upload")])
def test_the_offline_edition_joins_the_release_of_its_day(tmp_path: Path, known: str, verb: str) -> None:
    edition = tmp_path / "work/edition"
    edition.mkdir(parents=True)
    (edition / "offprint-2026-06-30.zip").write_bytes(b"zip")
    (edition / "SHA256SUMS").write_text(f"{hashlib.sha256(b'zip').hexdigest()}  offprint-2026-06-30.zip\n")
    text = script("site", "release", "Attach it to the release of its day")
    seen, asked = with_gh(edition.parent, text, KNOWN=known)
    assert seen == "release view edition-2026-06-30"
    assert asked.startswith(f"{verb} edition-2026-06-30 ")
    assert asked.endswith("-- offprint-2026-06-30.zip SHA256SUMS")
    (edition / "offprint-2026-06-30.zip").write_bytes(b"tampered with")
    assert run(text, edition.parent).returncode == 1


@pytest.mark.parametrize(("issue", "verb"), [("", "issue create"), ("12", "issue edit 12")])
def test_the_weekly_report_becomes_one_issue(tmp_path: Path, issue: str, verb: str) -> None:
    (tmp_path / "work").mkdir()
    calls = with_gh(tmp_path / "work", script("weekly", "tell", "Tell"), ISSUE=issue)
    assert calls[-1].startswith(verb)
    assert (tmp_path / "work/body.md").read_text() == "- x\n"


def test_the_weekly_report_names_dead_links_and_nothing_else(repository: Path) -> None:
    dead = '---\ntitle: Dead\nlinks: {code: "http://nowhere.invalid/x"}\n---\n'
    commit(repository, "2026-01-02", {"content/papers/dead.md": dead})
    output = repository.parent / "output"
    done = run(script("weekly", "look", "Ask"), repository, GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    assert (repository / "report.md").read_text() == (
        "- `content/papers/dead.md:3:1` http://nowhere.invalid/x leads nowhere: there is no such host\n"
    )
    assert output.read_text() == "found=1\n"
