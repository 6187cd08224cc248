"""The guides in docs/ work as they are written: their files are written, their commands run, in that order.

A block below a line with nothing but a path in backquotes is that file.
"""

import datetime as dt
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from offprint.arguments import parse
from offprint.cli import main
from tests.sites import PROJECT, build_site, page

BLOCK = re.compile(r"^(?:`([\w./-]+)`:\n\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = ("start", "customise", "translate", "importing", "records", "readers")
SITE = "title: Papers on Bees\nurl: https://example.org/\n"


def text_of(guide: str) -> str:
    return (PROJECT / f"docs/{guide}.md").read_text("utf-8")


def follow(guide: str, folder: Path) -> Path:
    """Do what a guide says, beginning in a folder; return the folder in which it ends."""
    for path, kind, text in BLOCK.findall(text_of(guide)):
        if path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        elif kind == "sh":
            for line in text.splitlines():
                folder = run(shlex.split(line), folder)
    return folder


def run(words: list[str], folder: Path) -> Path:
    """Run a line of a guide; return the folder in which the next one is run."""
    match words:
        case ["cd", name]:
            return folder / name
        case ["rm", path]:
            (folder / path).unlink()
        case ["offprint", "serve", *_]:
            parse(words[1:], folder)
        case ["offprint", "build", *_]:
            assert main([*words[1:], "--no-search"], folder) == 0
        case ["offprint", *arguments]:
            os.chdir(folder)
            assert main(arguments, folder) == 0
        case ["pip", "install", package]:
            assert f'name = "{package}"' in (PROJECT / "pyproject.toml").read_text("utf-8")
        case _:
            assert words in (["python3", "-m", "venv", ".venv"], [".", ".venv/bin/activate"])
    return folder


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    before = Path.cwd()
    yield
    os.chdir(before)


def test_the_first_archive_is_made_as_the_guide_says(tmp_path: Path) -> None:
    folder = follow("start", tmp_path)
    assert folder.name == "bees"
    text = page(folder, "papers/counting-nests.html")
    assert "Counting nests below roadside hedges" in text
    assert "Wild bees" in text
    assert not (folder / "_site/papers/example.html").exists()


def test_an_archive_is_customised_as_the_guide_says(tmp_path: Path) -> None:
    folder = follow("customise", tmp_path)
    build_site(folder, {"site.yaml": SITE, "papers/x.md": "---\ntitle: A paper\n---\n"})
    assert "Ask about this paper" in page(folder, "papers/x.html")
    assert "This record" in page(folder, "papers/x.html")
    assert '<a href="../guide.html">How we choose papers</a>' in page(folder, "papers/x.html")
    assert '<script src="static/hello.js" defer></script>' in page(folder, "guide.html")
    home = page(folder, "index.html")
    assert "static/own.css" in home
    assert ">Latest</a>" in home
    assert 'placeholder="Search bees"' in home


def test_a_language_is_added_as_the_guide_says(tmp_path: Path) -> None:
    folder = follow("translate", tmp_path)
    (language,) = re.findall(r"say `(language: \w+)`", text_of("translate"))
    (folder / "content/papers").mkdir(parents=True)
    (folder / "content/site.yaml").write_text(f"{SITE}{language}\n")
    paper = "---\ntitle: Uma abelha\ndate: 2026-06-30\n---\n"
    (folder / "content/papers/x.md").write_text(paper)
    assert main(["build", "--no-search", "--quiet"], folder) == 0
    assert 'lang="pt"' in page(folder, "index.html")
    assert "30 de junho de 2026" in page(folder, "papers/x.html")
    assert "1 artigo<" in page(folder, "2026.html")


def test_a_bibliography_is_imported_as_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/site.yaml").write_text(SITE)
    blocks = {kind: text for _, kind, text in BLOCK.findall(text_of("importing"))}
    (tmp_path / "library.bib").write_text(blocks["bibtex"])
    follow("importing", tmp_path)
    (path,) = re.findall(r"becomes `(.*?)`", text_of("importing"))
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    expected = re.sub(r"(?<=listed: ).*", today, blocks["markdown"])
    assert (tmp_path / path).read_text("utf-8") == expected


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_that_a_guide_names_can_be_given(guide: str, tmp_path: Path) -> None:
    for line in re.findall(r"`offprint ([^`]*)`", text_of(guide)):
        assert parse(shlex.split(line), tmp_path).command == line.split()[0]


def test_variables_and_fonts_of_the_guides_are_those_of_the_style_sheet() -> None:
    style = (PROJECT / "static/style.css").read_text("utf-8")
    names = re.findall(r"(--[a-z]+):", text_of("customise"))
    assert names
    assert [name for name in names if f" {name}: " not in style] == []
