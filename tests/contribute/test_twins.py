"""What exists in Python and in JavaScript is the same: both sides run the cases of ``twins.json``.

The other side is ``tests/scripts/twins.test.js``. A row is what comes in and what comes out; ``rules`` are
what the build hands to scripts.
"""

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from offprint.contribute.drafts import Draft, DraftAuthor, clean, record_text, sanitize, slug_for
from offprint.contribute.importers import read_entries
from offprint.contribute.importers.people import typed
from offprint.records.identifiers import pasted
from offprint.records.model import Link
from offprint.records.slugs import fold_case, slug_fault, slugify, without_accents
from offprint.site.routes import citations_of
from tests.sites import build_site, page

TWINS: dict[str, Any] = json.loads(Path(__file__).with_name("twins.json").read_text("utf-8"))


def test_the_build_hands_over_the_rules_of_the_table(tmp_path: Path) -> None:
    build_site(tmp_path, {})
    texts = page(tmp_path, "static/text.js")
    rules = re.search(r'id="rules">(.*?)</script>', page(tmp_path, "add.html"))
    assert rules
    handed_over = json.loads(rules[1])
    assert {
        "letters": json.loads(texts.partition("const LETTERS = ")[2].rstrip(";\n")),
        "slug": handed_over["slug"],
        "forbidden": handed_over["forbidden"],
        "fields": list(handed_over["fields"]),
    } == TWINS["rules"]


@pytest.mark.parametrize(("words", "folded"), TWINS["fold"])
def test_letters_are_folded(words: str, folded: str) -> None:
    assert without_accents(fold_case(words)) == folded


@pytest.mark.parametrize(("name", "slug"), TWINS["slugify"])
def test_a_name_has_a_slug(name: str, slug: str) -> None:
    assert slugify(name) == slug
    assert slug_fault(slug) is None


@pytest.mark.parametrize("case", TWINS["slug_for"])
def test_a_paper_is_named_by_its_title(case: dict[str, Any]) -> None:
    assert slug_for(Draft(title=case["title"]), set(case["taken"])) == case["slug"]


@pytest.mark.parametrize(("text", "cleaned"), TWINS["clean"])
def test_what_no_record_may_hold_is_left_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("case", TWINS["records"])
def test_a_record_is_written(case: dict[str, Any]) -> None:
    draft, refused = sanitize(draft_of(case["typed"]))
    assert not refused
    assert record_text(draft) == case["text"]


def draft_of(typed: dict[str, Any]) -> Draft:
    """A draft of what is typed into the form's fields."""
    read: dict[str, Callable[[Any], Any]] = {
        "authors": lambda value: tuple(DraftAuthor(name) for name in lines(value)),
        "organizations": lines,
        "topics": tuple,
        "links": lambda value: tuple(Link(*each) for each in value.items()),
        **dict.fromkeys(("author_count", "upvotes", "comments"), int),
    }
    return Draft(**{name: read.get(name, str)(value) for name, value in typed.items()})


def lines(typed: str) -> tuple[str, ...]:
    """The items of a list that is typed an item a line."""
    return tuple(line for line in clean(typed).split("\n") if line.strip())


@pytest.mark.parametrize(("text", "arxiv", "doi"), TWINS["pasted"])
def test_what_a_person_pastes_is_an_id(text: str, arxiv: str, doi: str) -> None:
    assert pasted(text) == (arxiv, doi)


@pytest.mark.parametrize(("line", "written"), TWINS["people"])
def test_who_is_typed_on_a_line_is_written(line: str, written: str) -> None:
    assert f"authors: [{written}]\n" in record_text(Draft(title="T", authors=(typed(line),)))


@pytest.mark.parametrize("case", TWINS["bibtex"])
def test_a_pasted_entry_fills_the_form(case: dict[str, Any]) -> None:
    (entry,), _ = read_entries(case["entry"].encode(), "pasted")
    draft = replace(entry.draft, slug="", topics=(), links=())
    values = {name: value for name, value in case["values"].items() if name not in ("authors", "editors")}
    assert {field.name: as_typed(getattr(draft, field.name)) for field in fields(draft)
            if getattr(draft, field.name) != field.default and field.name not in ("authors", "editors")
            } == values  # fmt: skip
    for name in ("authors", "editors"):
        people = tuple(typed(line) for line in case["values"].get(name, "").split("\n") if line)
        assert record_text(Draft(authors=people)) == record_text(Draft(authors=getattr(draft, name)))


def as_typed(value: object) -> str:
    """A draft's value as the form's field has it."""
    return "\n".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("slug", "path"), TWINS["citation_files"])
def test_a_papers_citations_are_in_one_file(slug: str, path: str) -> None:
    assert citations_of(slug) == path
