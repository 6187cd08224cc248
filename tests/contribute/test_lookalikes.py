"""``check`` tells which organizations look like one, and which names are but a part of one."""

from pathlib import Path

import pytest

from offprint.contribute.lookalikes import proposals
from tests.sites import read_library


def told(folder: Path, *papers: str, **records: str) -> list[str]:
    """Return the messages about papers, each with these organizations, and records of organizations."""
    files = {
        f"papers/{n}.md": f"---\ntitle: Paper {n}\norganizations: [{each}]\n---\n"
        for n, each in enumerate(papers)
    }
    files |= {f"organizations/{slug}.md": f"---\n{text}\n---\n" for slug, text in records.items()}
    library, faults = read_library(folder, files)
    assert not faults
    return [each.message for each in proposals(library)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("NVIDIA Corporation", "Nvidia"),
        ("The University of Tokyo", "Tokyo University"),
        ("Univ. of Toronto", "University of Toronto"),
        ("Zürich Institute of Technology, Inc.", "Zurich Institute of Technology"),
        ("Bell Labs", "Bell Laboratory"),
    ],
)
def test_spellings_that_look_alike_are_told_once(tmp_path: Path, one: str, two: str) -> None:
    assert told(tmp_path, f'"{one}"', f'"{two}"', f'"{two}"') == [
        f"the organization {one!r} looks like {two!r}"
    ]


def test_what_a_record_settles_is_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, "Nvidia", "NVIDIA Corp", nvidia="name: Nvidia\naliases: [NVIDIA Corp]") == []
    assert told(tmp_path, "MIT", "MIT Media Lab", "Stanford University", "University of Oxford") == []


@pytest.mark.parametrize("part", [") Institute", "*Star Lab", "Institute of Science (KAIST", "; Berlin"])
def test_a_part_of_a_name_is_told(tmp_path: Path, part: str) -> None:
    (message,) = told(tmp_path, f'"{part}"')
    assert message == f"the organization {part!r} looks like a part of a name"


def test_a_whole_name_with_a_comma_or_brackets_is_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, '"University of California, Berkeley"', '"“Quoted” Labs"', '"KAIST (AI)"') == []
