"""``check`` proposes who may be one person, and who may be two, and is silent where that is settled."""

from pathlib import Path

import pytest

from offprint.contribute.namesakes import proposals
from tests.sites import read_library

A, B = "0000-0002-1825-0097", "0000-0001-5109-3700"


def told(folder: Path, *papers: str, **records: str) -> list[str]:
    """Return the messages about papers, each with these authors, and records of people."""
    files = {
        f"papers/{n}.md": f"---\ntitle: Paper {n}\nauthors: [{each}]\n---\n" for n, each in enumerate(papers)
    }
    files |= {f"authors/{slug}.md": f"---\n{text}\n---\n" for slug, text in records.items()}
    library, faults = read_library(folder, files)
    assert not faults
    return [each.message for each in proposals(library)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("J. Chen", "Jian Chen"),
        ("J. B. Chen", "Jian Chen"),
        ("Chen Jian", "Jian Chen"),
        ("Grace B. Hopper", "Hopper Grace B."),
        ("Mueller Ada", "Müller Ada"),
        ("G. Hopper", "Grace Brewster Hopper"),
    ],
)
def test_names_that_may_be_one_persons_are_told_once(tmp_path: Path, one: str, two: str) -> None:
    (message,) = told(tmp_path, one, two, two)
    assert message == f"the author {one!r} looks like {two!r}"


@pytest.mark.parametrize(
    "papers",
    [
        ("Jian Chen", "Jing Chen"),
        ("J. Chen, Jian Chen",),
        ("K. Chen", "Jian Chen"),
        (f"{{name: J. Chen, orcid: {A}}}", f"{{name: Jian Chen, orcid: {B}}}"),
        ("Ada", "Bo"),
        ("J. Chen", "Jian Chen", "Jing Chen"),
    ],
)
def test_names_that_are_two_peoples_or_could_be_anybodys_are_not(
    tmp_path: Path, papers: tuple[str, ...]
) -> None:
    assert told(tmp_path, *papers) == []


def test_of_several_candidates_the_one_with_a_common_coauthor_is_told(tmp_path: Path) -> None:
    messages = told(tmp_path, "J. Chen, Bo Li", "Jian Chen, Bo Li", "Jing Chen, Ada Day")
    assert messages == ["the author 'J. Chen' looks like 'Jian Chen'"]


def test_records_end_the_question(tmp_path: Path) -> None:
    assert told(tmp_path, "J. Chen", "Jian Chen", chen="name: Jian Chen\naliases: [J. Chen]") == []
    assert told(tmp_path, "J. Chen", "Jian Chen", chen="name: Jian Chen", jc="name: J. Chen") == []


def test_an_id_with_names_that_share_nothing_looks_like_two_people(tmp_path: Path) -> None:
    (message,) = told(tmp_path, f"{{name: Ada Day, orcid: {A}}}", f"{{name: Bo Li, orcid: {A}}}")
    assert message == f"the ORCID iD {A} is that of 'Ada Day' and of 'Bo Li'"


def test_a_bare_name_that_two_people_have_is_told(tmp_path: Path) -> None:
    papers = [f"{{name: Jian Chen, orcid: {each}}}" for each in (A, B)]
    (message,) = told(tmp_path, *papers, "Jian Chen")
    assert message == "'Jian Chen' may be any of 2 people of this name: jian-chen-0097, jian-chen-3700"
