"""Whatever ends a command that writes records or files, each file is the old one or the new one, whole.

One harness for all: each file-system event of the command fails once, and once is its last (SIGKILL). After a
failure the last line is true; after a kill the command, run again, does what it was to do.
"""

import datetime as dt
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offprint.cli import main
from offprint.commands import enrich, harvest
from offprint.storage.folders import remove
from tests.harvest.servers import World, arxiv_paper, serving
from tests.hostile.failing import fail_at_each_event
from tests.records.test_git_history import commit
from tests.sites import copy_program, tree, write_content

_TEXT = "Words that make the record long enough to be known again under another name.\n"
_TALLY = re.compile(r"error: \d+ errors?( and \d+ warnings?)?")
_INIT = [
    "init",
    "{project}/begun",
    "--title=T",
    "--url=https://example.org/",
    "--repository=",
    "--language=en",
]


@dataclass(frozen=True)
class Writer:
    """A command, the files that it finds, and what its last line says where nothing was written."""

    arguments: list[str]
    nothing: str
    files: dict[str, str] = field(default_factory=dict)
    partly: str = ""  # begins what the line says where only some files were written


WRITERS = {
    "init": Writer(_INIT, "no file was written"),
    "harvest": Writer(
        ["harvest", "--report={project}/.report"],
        "no record was written",
        {"content/watch.yaml": "watches:\n  rice: {source: arxiv, categories: [cs.CV]}\n"},
        "2 records written",
    ),
    "enrich": Writer(["enrich"], "no record was changed", {
        f"content/papers/{x}.md": f"---\ntitle: Paper {x}\narxiv: 2606.0000{n}\n---\n{_TEXT}"
        for n, x in ((1, "a"), (2, "b"))
    }),
    "check --fix": Writer(["check", "--fix"], "no file was mended", {
        f"content/papers/{x}.md": f"---\ntitle: Paper {x}\ndoi: https://doi.org/10.1000/{x}\n---\n{_TEXT}"
        for x in "ab"
    }, "these files were mended before: "),
    "new": Writer(["new", "A new one"], "no record was written"),
    "import": Writer(["import", "{project}/more.bib"], "no record was written", {
        "more.bib": "@article{a, title={Alpha}, year=2020}\n@article{b, title={Beta}, year=2021}\n",
    }),
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with serving() as served:
        today = dt.date.today().isoformat()
        served.arxiv = [arxiv_paper(f"2606.0000{n}", f"Paper {x}", today) for n, x in ((1, "a"), (2, "b"))]
        yield served


class Scene:
    """A project as a command finds it, and as it leaves it where nothing fails."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self.project, self._before, self._writer = folder / "project", folder / "before", writer
        write_content(self._before, {"papers/old.md": f"---\ntitle: Old\n---\n{_TEXT}"})
        for path, text in writer.files.items():
            (self._before / path).parent.mkdir(parents=True, exist_ok=True)
            (self._before / path).write_text(text)
        self.arguments = [each.format(project=self.project) for each in writer.arguments]
        self.arguments += [] if writer.arguments[0] == "init" else ["--quiet", "--jobs=1"]
        self.reset()
        self.old = self.files()
        assert main(self.arguments, self.project) == 0
        self.new = self.files()
        assert self.new != self.old

    def reset(self) -> None:
        remove(self.project)
        shutil.copytree(self._before, self.project, ignore=shutil.ignore_patterns(".cache"))

    def files(self) -> dict[str, bytes]:
        """What the command may write, but for what it had written aside when it ended."""
        found = {}
        for path, data in tree(self.project).items():
            name = path.rpartition("/")[2]
            aside = name.startswith(".") and name.endswith(".new")
            if path.startswith(("content/", "begun/")) and not aside:
                found[path] = data
        return found

    def records(self, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
        """The files but for the list of what was proposed, where a record stands for itself."""
        found = self.files() if files is None else files
        return {path: data for path, data in found.items() if not path.endswith("seen.yaml")}

    def each_is_old_or_new(self) -> bool:
        return all(
            data in (self.old.get(path), self.new.get(path)) for path, data in self.files().items()
        ) and all(path in self.files() for path in self.old)


@pytest.fixture
def scene(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Scene]:
    for module in (harvest, enrich):
        monkeypatch.setattr(module, "web_for", lambda *_: world.web())
    return lambda name: Scene(tmp_path, WRITERS[name])


@pytest.mark.parametrize("name", WRITERS)
def test_where_writing_fails_the_last_line_says_what_was_written(
    scene: Callable[[str], Scene], name: str
) -> None:
    here, writer = scene(name), WRITERS[name]
    count = 0
    for event, code, line in fail_at_each_event(here.arguments, here.project, here.reset):
        found = here.files()
        if code == 0:
            assert found == here.new, event
        elif line.endswith(f"; {writer.nothing}"):
            assert found == here.old, (event, line)
        elif _TALLY.fullmatch(line):  # of faults, where a file could not be read: what was mended is listed
            assert here.each_is_old_or_new(), event
        else:
            assert writer.partly, (event, line)
            assert writer.partly in line, (event, line)
            assert found != here.old, (event, line)
            assert here.each_is_old_or_new(), event
        count += 1
    assert count > 5


@pytest.mark.parametrize("name", WRITERS)
def test_killed_while_it_writes_each_file_is_whole_and_the_next_run_does_it(
    scene: Callable[[str], Scene], name: str
) -> None:
    here = scene(name)
    count = 0
    for event, code, _ in fail_at_each_event(here.arguments, here.project, here.reset, kill=True):
        assert code == -signal.SIGKILL, event
        assert here.each_is_old_or_new(), event
        main(here.arguments, here.project)  # which may say that the paper is there already
        assert here.records() == here.records(here.new), event
        count += 1
    assert count > 5


def test_a_pack_that_is_killed_with_its_workers_leaves_the_site_and_the_older_zip(tmp_path: Path) -> None:
    project = copy_program(tmp_path / "project")
    papers = {f"papers/p{n}.md": f"---\ntitle: Paper {n}\n---\n{_TEXT}" for n in range(150)}
    write_content(project, papers)
    assert main(["--jobs=1", "--quiet"], project) == 0
    command = [sys.executable, "build.py", "pack", "--output", "_site", "--jobs", "2", "--quiet"]
    started = time.monotonic()
    subprocess.run(command, cwd=project, check=True)
    seconds, whole = time.monotonic() - started, tree(project / "_site")
    for part in (0.5, 0.7, 0.9):
        with subprocess.Popen(command, cwd=project, start_new_session=True) as process:
            time.sleep(part * seconds)
            process.kill()
        assert tree(project / "_site") == whole
    subprocess.run(command, cwd=project, check=True)
    assert tree(project / "_site") == whole
    assert not [path for path in project.iterdir() if "staging" in path.name or path.suffix == ".part"]


def test_a_rename_that_was_mended_is_told_where_the_rest_fails(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_content(project, {})
    old = f"---\ntitle: A\n---\n{_TEXT}"
    commit(project, "2026-01-01", {"content/papers/a.md": old})
    (project / "content/papers/a.md").rename(project / "content/papers/b.md")
    saved = tmp_path / "saved"
    shutil.copytree(project, saved)
    arguments = ["check", "--fix", "--quiet", "--jobs=1"]

    def reset() -> None:
        remove(project)
        shutil.copytree(saved, project)

    told = set()
    for event, code, line in fail_at_each_event(arguments, project, reset):
        text = (project / "content/papers/b.md").read_text()
        if code == 1 and not _TALLY.fullmatch(line):
            mended = "formerly: [a]" in text
            assert line.endswith("mended before: content/papers/b.md" if mended else "no file was mended"), (
                event,
                line,
            )
            told.add(mended)
    assert False in told
