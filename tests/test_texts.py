"""Texts of the interface: every one that is asked for is there, and every one that is there is asked for.

Templates ask by ``[[key]]`` and ``words("key")``, the package by ``words("key")``, scripts by
``text("key")``. A key that is put together there, such as ``status_withdrawn``, is known by its beginning.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from offprint.build.load import load_messages
from offprint.records import forms
from offprint.site.messages import Messages
from tests.sites import PROJECT, TEMPLATES

SPEAKING = ("site", "search", "offline")  # the folders of the package that readers hear
WORD = re.compile(r"""(["'])([a-z][a-z_0-9]*)\1""")


def test_every_text_that_is_asked_for_exists() -> None:
    words = load_messages(TEMPLATES, "en")
    there, spoken = names(words.texts), names(handed_over(words))
    asked = {
        key for source in templates() for key in re.findall(r"\[\[([a-z_0-9]+)|words\(\"(\w+)\"[,)]", source)
    }
    assert {key for pair in asked for key in pair if key and key not in there} == set()
    called = {key for source in scripts() for key in re.findall(r"\btext\(\"(\w+)\"", source)}
    assert called - spoken == set()
    assert len(asked) > 100
    assert len(called) > 50


def test_every_text_that_exists_is_asked_for() -> None:
    words = load_messages(TEMPLATES, "en")
    spoken = {key for source in scripts() for _, key in WORD.findall(source)}
    told = {key for source in templates() for key in in_template(source)}
    beginnings, ends = put_together()
    for tree in modules():
        told |= {str(node.value) for node in ast.walk(tree) if is_text(node)}
    told |= {key + end for key in told for end in ends}
    for script, keys in ((False, names(words.texts)), (True, names(handed_over(words)))):
        asked = spoken if script else told
        unasked = {key for key in keys - asked if not key.startswith((*beginnings, "script_"))}
        assert unasked == set()


def test_every_field_of_every_record_has_a_name_and_a_help() -> None:
    there = load_messages(TEMPLATES, "en").texts
    fields = {name for form in (forms.PAPER, forms.TOPIC, forms.ORGANIZATION) for name in form.fields}
    assert {key.removeprefix("field_") for key in there if key.startswith("field_")} == fields
    assert {key.removeprefix("help_") for key in there if key.startswith("help_")} == fields


def test_every_status_is_told_to_readers_and_to_scripts() -> None:
    words = load_messages(TEMPLATES, "en")
    gone = {status for status in forms.STATUSES if status != "published"}
    for texts, beginning in (
        (words.texts, "status_"),
        (words.texts, "paper_gone_"),
        (handed_over(words), "status_"),
    ):
        assert {key.removeprefix(beginning) for key in texts if key.startswith(beginning)} == gone


def names(texts: Mapping[str, str]) -> set[str]:
    """The keys as they are asked for: without the number of a list's item or the form of a plural."""
    return {key.partition(".")[0] for key in texts}


def handed_over(words: Messages) -> dict[str, str]:
    """The texts that scripts have."""
    texts: dict[str, str] = json.loads(words.script().partition("const TEXTS = ")[2].rstrip(";\n"))
    return texts


def templates() -> Iterator[str]:
    """The source of every template."""
    for path in TEMPLATES.base.glob("*.*ml"):
        yield path.read_text("utf-8")


def in_template(source: str) -> Iterator[str]:
    """The keys in a template, and the words that its expressions have in quotes."""
    yield from re.findall(r"\[\[([a-z_0-9]+)", source)
    for expression in re.findall(r"\{[{%].*?[}%]\}", source, re.DOTALL):
        yield from (word for _, word in WORD.findall(expression))


def scripts() -> Iterator[str]:
    """The source of every script."""
    for path in (PROJECT / "static").glob("*.js"):
        yield path.read_text("utf-8")


def modules() -> Iterator[ast.AST]:
    """The syntax of every module that readers hear, and of what reads the texts."""
    for folder in SPEAKING:
        for path in (PROJECT / "offprint" / folder).rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def put_together() -> tuple[set[str], set[str]]:
    """How keys begin, and how they end, that are put together: ``f"status_{…}"``, ``f"{…}_undated"``."""
    beginnings = {start for source in templates() for start in re.findall(r"words\(\"(\w+_)\" ~", source)}
    beginnings |= {start for source in scripts() for start in re.findall(r"text\(`(\w+_)\$", source)}
    ends = set()
    for node in (node for tree in modules() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        first, last = node.values[0], node.values[-1]
        if is_text(first) and re.fullmatch(r"[a-z_]+[_.]", str(first.value)):
            beginnings.add(str(first.value).rstrip("."))
        if is_text(last) and re.fullmatch(r"_[a-z_]+", str(last.value)):
            ends.add(str(last.value))
    return beginnings, ends
