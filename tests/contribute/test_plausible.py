"""``check`` warns of what is well-formed and surely wrong, at its place, and of nothing that is right."""

import datetime as dt
from pathlib import Path

import pytest

from offprint.contribute.plausible import implausible
from offprint.records.reader import load_content
from tests.sites import read_library, write_content

TODAY = dt.date(2026, 11, 25)


def said(folder: Path, *records: str) -> list[str]:
    """The messages about records, each given as the lines after its title."""
    files = {f"papers/p{n}.md": f"---\ntitle: Paper {n}\n{each}\n---\n" for n, each in enumerate(records)}
    content, faults = load_content(write_content(folder, files))
    assert not faults
    return [each.message for each in implausible(content, TODAY)]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("date: 2062-11-21", "the year 2062 cannot be right"),
        ("date: 1026-11-21", "the year 1026 cannot be right"),
        ("date: '0026'", "the year 0026 cannot be right"),
        ("listed: 2206-01-01", "the year 2206 cannot be right"),
        (
            "date: 2026-07\nlisted: 2026-06-30",
            "the date 2026-07 is after the day on which the paper was listed",
        ),
        ("authors: [Wei Du†]", "the author 'Wei Du†' holds a mark: †"),
        ("authors: ['Ann Other*']", "the author 'Ann Other*' holds a mark: *"),
        ("authors: ['Wei Du1,2']", "the author 'Wei Du1,2' holds a mark: 1,2"),
        ("authors: [Wei Du²]", "the author 'Wei Du²' holds a mark: ²"),
        ("authors: [A B, et al.]", "the author 'et al.' stands for others"),
        ("authors: [Ada Lovelace et al]", "the author 'Ada Lovelace et al' stands for others"),
        ("authors: [Ann Roe and Jo Doe]", "the author 'Ann Roe and Jo Doe' looks like two"),
        ("authors: ['Hopper, G. & Lovelace, A.']", "the author 'Hopper, G. & Lovelace, A.' looks like two"),
        ("authors: [Smith J; Doe J]", "the author 'Smith J; Doe J' looks like two"),
        ("authors: ['ada@example.org']", "the author 'ada@example.org' holds an e-mail address"),
        ("authors: [Dr. Ada Lovelace]", "the author 'Dr. Ada Lovelace' holds a title: Dr."),
        ("authors: [Prof Ada Lovelace]", "the author 'Prof Ada Lovelace' holds a title: Prof"),
        ("authors: ['Ada Lovelace, PhD']", "the author 'Ada Lovelace, PhD' holds a title: PhD"),
        ("authors: [Lovelace, A.]", "the author 'A.' has initials and no family name"),
        (
            "authors: [Müller, Anna, Schmidt, Bernd]",
            "family and given names stand as authors of their own: 'Müller', 'Anna'",
        ),
        ("editors: [Dr. Ada Lovelace]", "the author 'Dr. Ada Lovelace' holds a title: Dr."),
        ("authors: [A B, C D]\nauthor_count: 1", "author_count is 1, but 2 authors are named"),
        (
            "organizations: [MIT; Stanford]",
            "the organization 'MIT; Stanford' looks like several, or like an address",
        ),
        (
            "organizations: ['Google, MIT, Stanford']",
            "the organization 'Google, MIT, Stanford' looks like several, or like an address",
        ),
        (
            "organizations: [Lund University and Umeå University]",
            "the organization 'Lund University and Umeå University' looks like several, or like an address",
        ),
        ("organizations: [A* Lab, A Lab]", "the organization 'A Lab' is taken for 'A* Lab'"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said(tmp_path: Path, record: str, message: str) -> None:
    assert said(tmp_path, record) == [message]


@pytest.mark.parametrize(
    "record",
    [
        "date: 1665\nlisted: 2026-06-30",
        "date: 2027",
        "date: 2026-06-30\nlisted: 2026-06-30",
        "date: 2026\nlisted: 2026-06-30",
        "authors: [Ann Other, 'Sammy Davis, Jr.', Anderson Sand, Et Alan, Drew Drum]",
        "authors: [Andy Y. And, Y Hoang, 'O''Neil, Éva', José Ortega y Gasset, Drude Paul]",
        "authors: [Centers for Disease Control and Prevention, World Health Organization, H1 Collaboration]",
        "authors: [Plato, Sukarno, OpenAI]",
        "authors: [{name: ATLAS and CMS Collaborations 2, group: true}]",
        "authors: [A B]\nauthor_count: 12",
        "organizations: ['University of California, Berkeley', College of Arts and Sciences of Łódź]",
        "organizations: [C Lab, C++ Lab, C# Lab]",
        "organizations: [Yahoo!, 'Johnson & Johnson', 'Google, Inc.', L'Oréal, L’Oréal]",
    ],
)
def test_what_is_right_is_passed_over(tmp_path: Path, record: str) -> None:
    assert said(tmp_path, record) == []


def test_an_inverted_name_beside_its_plain_form_is_told_once(tmp_path: Path) -> None:
    records = [
        "authors: ['Müller, Anna']",
        "authors: [Anna Müller]",
        "authors: ['Müller, Anna', 'Roe, Jane']",
    ]
    assert said(tmp_path, *records) == ["the author 'Müller, Anna' is 'Anna Müller' elsewhere"]


def test_names_that_differ_in_plus_and_sharp_are_three(tmp_path: Path) -> None:
    library, _ = read_library(
        tmp_path, {"papers/x.md": "---\ntitle: x\norganizations: [C Lab, C++ Lab, C# Lab]\n---\n"}
    )
    assert [each.slug for each in library.papers[0].organizations] == [
        "c-lab",
        "c-plus-plus-lab",
        "c-sharp-lab",
    ]
