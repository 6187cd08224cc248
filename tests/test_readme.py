"""What the README shows works as it is shown."""

import re
import shlex
from pathlib import Path

import pytest

from offprint.arguments import parse
from offprint.cli import main
from tests.sites import PROJECT, build_site, page, write_content

README = (PROJECT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
TOPIC = {"topics/wild-bees.md": "---\nname: Wild bees\n---\n"}


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def test_every_block_is_of_a_kind_that_is_run_below() -> None:
    assert {name for name, _ in BLOCKS} == {"sh", "yaml", "markdown", "text"}


def test_continuous_integration_runs_the_two_commands() -> None:
    build, tests, *_ = blocks("sh")
    script = (PROJECT / ".ci/run").read_text("utf-8")
    for step in [*build.strip().split(" && "), tests.strip()]:
        words = shlex.split(step)
        assert any(
            words == [word for word in shlex.split(line) if word != "--disable-pip-version-check"]
            for line in script.splitlines()
            if not line.startswith("#")
        ), step


def test_the_commands_that_begin_an_archive_do(tmp_path: Path) -> None:
    _, _, begin = blocks("sh")
    install, init, enter, serve = map(shlex.split, begin.splitlines())
    assert install[:2] == ["pip", "install"]
    assert f'name = "{install[2]}"' in (PROJECT / "pyproject.toml").read_text("utf-8")
    assert init[:2] == ["offprint", "init"]
    folder = tmp_path / init[2]
    assert main(["init", str(folder), *init[3:]], tmp_path) == 0
    assert enter == ["cd", init[2]]
    assert parse(serve[1:], folder).command == "serve"
    assert main(["build", "--no-search"], folder) == 0


@pytest.mark.parametrize("line", re.findall(r"`offprint ([a-z][^`]*)`", README))
def test_every_command_that_is_named_can_be_given(line: str, tmp_path: Path) -> None:
    words = [word.strip("…") for word in shlex.split(line)]
    if words == ["help", "COMMAND"]:
        words = ["build"]
    assert parse(words, tmp_path).command == words[0]


def test_the_configuration_and_the_record_build(tmp_path: Path) -> None:
    (site,), (record,) = blocks("yaml"), blocks("markdown")
    build_site(tmp_path, {**TOPIC, "site.yaml": site, "papers/2026/a-short-name.md": record})
    text = page(tmp_path, "papers/a-short-name.html")
    assert "A title in quotes, since it may hold a colon" in text
    assert "Papers on Bees" in text


def test_the_message_is_what_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (said,), (record,) = blocks("text"), blocks("markdown")
    wrong = record.replace("[wild-bees]", "[wild-bes]")
    write_content(tmp_path, {**TOPIC, "papers/2026/a-short-name.md": wrong})
    assert main(["check", "--quiet"], tmp_path) == 1
    assert said in capsys.readouterr().err


def test_every_file_that_is_linked_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
