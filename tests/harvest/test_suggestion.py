"""An accepted issue becomes the record that ``new`` makes of it, whatever its text tries."""

from pathlib import Path

import pytest

from offprint.cli import main
from offprint.contribute.suggestion import suggested
from tests.contribute.test_workflows import run, script, workflow
from tests.harvest.test_workflow import clone  # noqa: F401 - a fixture
from tests.sites import write_content

FORM = "### Title\n\n{title}\n\n### Where it is\n\n{place}\n\n### Why it belongs here\n\n{why}\n"


def issue(title: str = "On rice", place: str = "_No response_", why: str = "_No response_") -> str:
    return FORM.format(title=title, place=place, why=why)


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        (issue(place="2512.05103v2"), "2512.05103"),
        (issue(place="https://arxiv.org/pdf/2512.05103v2.pdf").replace("\n", "\r\n"), "2512.05103"),
        (issue(place="see https://doi.org/10.1000/Rice please"), "10.1000/Rice"),
        (issue(place="https://example.org/paper"), "On rice"),
        (issue(), "On rice"),
        (issue(title="_No response_"), ""),
        (issue(title="  On\n  rice  "), "On rice"),
        (issue(why="### Title\n\nAnother\n\n### Where it is\n\n2512.00001"), "On rice"),
        ("", ""),
        ("A text of its own, 2512.05103", ""),
        ("### Title", ""),
        ("### Title\n\n" + "x" * 100_000, "x" * 500),
    ],
)
def test_the_paper_is_understood(text: str, paper: str) -> None:
    assert suggested(text) == paper


def test_an_issue_without_a_paper_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_content(tmp_path, {})
    (tmp_path / "issue.txt").write_text("hello")
    line = ["new", "--suggestion", str(tmp_path / "issue.txt")]
    assert main(line, tmp_path) == 1
    assert (
        "names no paper: it has no title, arXiv id or DOI; no record was written" in capsys.readouterr().err
    )


HOSTILE = [
    "$(touch {harm}) `touch {harm}`",
    "'; touch {harm}; '",
    '"; touch {harm}; "',
    "${{{{ github.token }}}} && touch {harm}",
    "--arxiv=2512.00001 ../../{harm}",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_the_issues_text_is_data_in_every_step(clone: Path, title: str) -> None:  # noqa: F811
    harm = clone / "harm"
    title = title.format(harm=harm)
    done = run(script("accept", "write", "Write"), clone, BODY=issue(title=title), NUMBER="12")
    assert done.returncode == 0, done.stderr + done.stdout
    assert not harm.exists()
    (record,) = (clone / "content/papers").rglob("*/*.md")
    assert title in record.read_text().replace("''", "'")
    assert (clone / "report.md").read_text().startswith("Suggested in #12. Closes #12.\n")
    assert (clone / "changes.patch").read_text().count("\ndiff --git") == 0


def test_only_the_label_of_a_curator_starts_it() -> None:
    made = workflow("accept")
    assert made[True] == {"issues": {"types": ["labeled"]}}
    assert made["jobs"]["write"]["if"] == "github.event.label.name == 'accepted'"
    assert made["jobs"]["write"]["permissions"] == {"contents": "read"}
