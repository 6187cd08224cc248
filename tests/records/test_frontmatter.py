"""YAML is read without surprises: text stays text, places are exact, what is dangerous is refused."""

import pytest

from offprint.records import characters, frontmatter
from offprint.records.frontmatter import Mapping, Scalar, Sequence


def value(text: str) -> str:
    node, faults = frontmatter.parse(f"key: {text}\n", "a.yaml")
    assert not faults
    assert isinstance(node, Mapping)
    inner = node.entries["key"][1]
    assert isinstance(inner, Scalar)
    return inner.text


def first_fault(text: str) -> tuple[int, int, str, str]:
    _, faults = frontmatter.parse(text, "a.yaml")
    assert faults, "nothing was found wrong"
    place = faults[0].position
    return place.line, place.column, faults[0].message, faults[0].advice


@pytest.mark.parametrize("text", ["2406.10000", "no", "Null", "1.10", "010", "12:30:45", "0x1F", "1e3", "~"])
def test_a_scalar_keeps_its_own_text(text: str) -> None:
    assert value(text) == text


def test_every_scalar_knows_its_line_and_column() -> None:
    node, _ = frontmatter.parse("title: x\nauthors:\n  - Ada\n  - {name: Bo}\n", "a.yaml", line=2)
    assert isinstance(node, Mapping)
    authors = node.entries["authors"][1]
    assert isinstance(authors, Sequence)
    second = authors.items[1]
    assert isinstance(second, Mapping)
    assert authors.items[0].position == ("a.yaml", 4, 5)
    assert second.entries["name"][1].position == ("a.yaml", 5, 12)


def test_a_column_counts_characters_not_bytes() -> None:
    line, column, *_ = first_fault("é中: [a, *b]\n")
    assert (line, column) == (1, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1", "the anchor &x is not allowed"),
        ("a: *x", "the alias *x is not allowed"),
        ("a: !!python/object:os.system x", "is not allowed"),
        ("<<: {a: 1}", "merge keys are not allowed"),
        ("a: [[[[[[1]]]]]]", "nested more than 5 deep"),
        ("a: 1\na: 2", "'a' stands twice"),
        ("a: 1\n---\nb: 2", "a second document begins here"),
        ("? [a, b]\n: c", "a field's name is one word"),
        ("a: " + "x" * 20_001, "more than 20000 characters"),
    ],
)
def test_what_is_dangerous_or_ambiguous_is_refused(text: str, message: str) -> None:
    assert message in first_fault(text)[2]


def test_deep_nesting_that_crashes_loaders_is_an_ordinary_fault() -> None:
    assert "nested more than 5 deep" in first_fault("a: " + "[" * 25_000)[2]


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("title: A: B\n", (1, 9), "needs quotes"),
        ("authors: [a, b\ntitle: x\n", (1, 10), "close the list"),
        ("title: 'open\n", (1, 8), "close the quotes"),
        ("title: x\nnonsense\n", (2, 1), "name: value"),
        ("title: @x\n", (1, 8), "put quotes around the text"),
        ("title: x\n\tdate: 2020\n", (2, 1), "replace the tab with spaces"),
        ("authors:\n  - a\n\t- b\n", (3, 1), "replace the tab with spaces"),
        ("links:\n \tcode: https://e.org\n", (2, 2), "replace the tab with spaces"),
    ],
)
def test_a_slip_of_yaml_is_placed_and_explained(text: str, place: tuple[int, int], advice: str) -> None:
    line, column, _, said = first_fault(text)
    assert (line, column) == place
    assert advice in said


def test_an_escape_that_looks_like_latex_is_warned_about() -> None:
    _, faults = frontmatter.parse('title: "$\\tau$ and $\\nu$"\n', "a.yaml")
    assert [fault.severity for fault in faults] == ["warning"]
    assert "single quotes" in faults[0].advice


def test_an_escape_that_makes_an_invisible_character_is_an_error() -> None:
    _, _, message, _ = first_fault('title: "$\\alpha$"\n')
    assert "U+0007 BELL" in message


def test_quotes_and_doubled_backslashes_are_no_concern() -> None:
    assert value(r'"a \"b\" $\\tau$ \u00e9"') == r'a "b" $\tau$ é'


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000 NUL"),
        ("\x1b", "U+001B ESCAPE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufffe", "U+FFFE NONCHARACTER"),
        ("\ue000", "U+E000 PRIVATE USE"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
    ],
)
def test_a_forbidden_character_is_named_and_placed(character: str, name: str) -> None:
    clean, faults = characters.without_forbidden(f"one\ntwo {character} three", "a.md")
    assert name in faults[0].message
    assert faults[0].position == ("a.md", 2, 5)
    assert clean == "one\ntwo � three"


def test_front_matter_ends_at_a_line_of_three_hyphens_alone() -> None:
    document, faults = frontmatter.split("---\ntitle: a --- b\nx: |\n  ---\n---\nbody\n", "a.md")
    assert not faults
    assert document == frontmatter.Document("title: a --- b\nx: |\n  ---\n", 2, "body\n", 6)


@pytest.mark.parametrize("text", ["title: x\n", "---\ntitle: x\n", "", "----\nx\n----\n"])
def test_a_file_without_whole_front_matter_is_refused(text: str) -> None:
    document, faults = frontmatter.split(text, "a.md")
    assert document is None
    assert "---" in faults[0].advice
