"""The weekly workflow runs ``enrich`` where a curator asked for machines, and shows what it says as text."""

from pathlib import Path

from tests.contribute.test_workflows import run, script
from tests.harvest.test_workflow import clone  # noqa: F401 - a fixture


def test_a_record_with_a_short_title_and_no_id_is_asked_of_nobody(clone: Path) -> None:  # noqa: F811
    output = clone.parent / "output"
    done = run(script("enrich", "ask", "Enrich"), clone, GITHUB_OUTPUT=str(output))
    assert (done.returncode, output.read_text()) == (0, "found=0\n"), done.stderr
    assert (clone / "report.md").read_text().endswith("\n    0 files completed; 0 requests sent\n")


def test_without_watches_nobody_is_asked(clone: Path) -> None:  # noqa: F811
    (clone / "content/watch.yaml").unlink()
    output = clone.parent / "output"
    done = run(script("enrich", "ask", "Enrich"), clone, GITHUB_OUTPUT=str(output))
    assert (done.returncode, output.read_text()) == (0, "found=0\n")
    assert not (clone / "report.md").exists()
