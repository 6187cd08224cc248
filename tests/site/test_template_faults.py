"""A mistake in a curator's own template is told with file, line and what to do; nothing is published."""

from pathlib import Path

import pytest

from offprint.build.options import Options
from offprint.commands.build import build
from offprint.diagnostics import ContentError, Diagnostic
from tests.sites import options, page, write_content

PAPER = {"papers/a.md": "---\ntitle: Ants\ndate: 2026-01-01\n---\nText.\n"}


def with_templates(folder: Path, files: dict[str, str | bytes]) -> Options:
    """Options of an archive with templates of its own."""
    for path, text in files.items():
        target = folder / "templates" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    write_content(folder, PAPER)
    return options(folder)


def faults(folder: Path, files: dict[str, str | bytes]) -> tuple[Diagnostic, ...]:
    with pytest.raises(ContentError) as caught:
        build(with_templates(folder, files), lambda *_: None)
    assert not (folder / "_site").exists()
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("template", "place", "words"),
    [
        ("\n{% if %}", (2, 1), "Expected an expression"),
        ("{% block main %}\n\n", (1, 1), "Unexpected end of template"),
        ("a\n  {{ view.nosuch }}", (2, 11), "has no 'nosuch'"),
        ("{{ view.paper.titel }}", None, "has no"),
        ("{{ nosuch }}", (1, 1), "'nosuch' is undefined"),
        ("\n\n{{ view.head.title|nosuch }}", (3, 1), "No filter named 'nosuch'"),
        ("{{ view.head.title is nosuch }}", (1, 1), "No test named 'nosuch'"),
        ("{{ words.count() }}", (1, 1), "missing 2 required positional arguments"),
        ("{{ view.head.title + 1 }}", (1, 1), "TypeError"),
        ("{{ 1 / view.head.title|length - 1 }}{{ 1 // 0 }}", (1, 1), "ZeroDivisionError"),
        ("{{ view.head() }}", (1, 1), "not callable"),
        ("x [[nope]]", (1, 1), "the interface has no text 'nope'"),
        ('\n{% include "paper.html" %}', (2, 1), "includes, imports or extends itself"),
        ('{% extends "paper.html" %}', (1, 1), "includes, imports or extends itself"),
        ('{% import "nosuch.html" as x %}', (1, 12), "there is no template 'nosuch.html'"),
        ('{% extends "offprint:nosuch.html" %}', (1, 13), "there is no template"),
        ('{{ "\\ud800" }}', (1, 1), "half of a character"),
        ('{% set x = "\\udfff" %}', (1, 1), "half of a character"),
        (b"\xff\xfe<p>", (1, 1), "not UTF-8"),
        ("{% for a in view.head.title %}{% for b in view.nosuch %}{% endfor %}{% endfor %}", None, "nosuch"),
        ("{% macro m(a) %}{% endmacro %}\n{{ m(1, 2) }}", (2, 1), "TypeError"),
        ("{{ words('nosuch') }}", (1, 1), "the interface has no text 'nosuch'"),
        ("{{ words.count(2, 'papeers') }}", (1, 1), "the interface has no text 'papeers'"),
        ('\n{% include "card.html" %}', (2, 1), "has no"),
        ("{{ card(3) }}", (1, 1), "int has no 'slug'"),
        ("{{ view.topics[7].name }}", (1, 1), "has no element 7"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_place(
    tmp_path: Path, template: str | bytes, place: tuple[int, int] | None, words: str
) -> None:
    (fault,) = faults(tmp_path, {"paper.html": template})
    assert fault.position.path == "templates/paper.html"
    assert place is None or fault.position[1:] == place
    assert words in fault.message


def test_a_mistake_in_a_part_of_pages_is_told_where_it_stands(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, {"card.html": "<p>\n{{ card.titel }}"})
    assert fault.position == ("templates/card.html", 2, 9)
    assert fault.advice == "did you mean 'title'?"


def test_all_templates_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, {"paper.html": "{% if %}", "list.html": "{{ x|nosuch }}", "foot.html": b"\xff"})
    assert [fault.position.path for fault in found] == [
        "templates/foot.html",
        "templates/list.html",
        "templates/paper.html",
    ]


def test_an_own_template_extends_the_one_that_it_replaces(tmp_path: Path) -> None:
    own = '{% extends "offprint:paper.html" %}{% block main %}<p>Mine</p>{{ super() }}{% endblock %}'
    build(with_templates(tmp_path, {"paper.html": own}), lambda *_: None)
    text = page(tmp_path, "papers/a.html")
    assert "<p>Mine</p>" in text
    assert text.index("<p>Mine</p>") < text.index("Ants</h1>")


@pytest.mark.parametrize(
    ("template", "blocks"),
    [
        ("base.html", ["head", "masthead", "foot"]),
        ("masthead.html", ["bar", "sections", "find"]),
        ("foot.html", ["links"]),
        ("card.html", ["card"]),
        ("paper.html", ["paper", "side"]),
        ("list.html", ["side"]),
        ("index.html", ["side"]),
    ],
)
def test_an_own_template_adds_to_any_block_of_the_one_that_it_replaces(
    tmp_path: Path, template: str, blocks: list[str]
) -> None:
    record = "---\ntitle: Bees\ndate: 2026\ntopics: [x, z]\norganizations: [y]\n---\n"
    write_content(tmp_path, {f"papers/{slug}.md": record for slug in "bcd"})
    write_content(tmp_path, {f"topics/{slug}.md": f"---\nname: {slug}\n---\n" for slug in "xz"})
    plain = pages_with(tmp_path, "")
    block = "{% block NAME %}<!-- NAME -->{{ super() }}{% endblock %}"
    added = "".join(block.replace("NAME", name) for name in blocks)
    filled = pages_with(tmp_path, f'{{% extends "offprint:{template}" %}}{added}', template)
    for name in blocks:
        assert f"<!-- {name} -->" in filled
        filled = filled.replace(f"<!-- {name} -->", "")
    assert filled == plain


def pages_with(folder: Path, own: str, template: str = "") -> str:
    """The home page, a paper's and a topic's, built with a template of one's own."""
    build(with_templates(folder, {template: own} if template else {}), lambda *_: None)
    return "".join(page(folder, path) for path in ("index.html", "papers/b.html", "topics/x.html"))
