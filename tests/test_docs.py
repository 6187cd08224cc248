"""The pages in docs/ say what the code does."""

import re
import shlex
import tomllib
from pathlib import Path

import yaml

import offprint
from offprint.arguments import parse
from tests.sites import PROJECT


def test_every_file_that_a_page_links_exists() -> None:
    for page in (PROJECT / "docs").glob("*.md"):
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
        assert [link for link in links if not (page.parent / link).exists()] == [], page.name


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == offprint.__version__
    changes = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\S+)", changes, re.MULTILINE)[0] == offprint.__version__


def test_hooks_and_hosts_call_commands_that_there_are(tmp_path: Path) -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    lines = [hook["entry"] for hook in hooks]
    lines += re.findall(r"\boffprint [a-z][^\"`\n&]*", (PROJECT / "docs/hosting.md").read_text("utf-8"))
    assert len(lines) > 4
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "offprint"
        assert parse(arguments, tmp_path).command == arguments[0]


def test_the_files_for_hosts_can_be_read() -> None:
    text = (PROJECT / "docs/hosting.md").read_text("utf-8")
    (gitlab,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (netlify,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert yaml.safe_load(gitlab)["pages"]["artifacts"]["paths"] == ["public"]
    assert tomllib.loads(netlify)["build"]["publish"] == "_site"
