"""Templates write what views say: markup as it is, all else escaped; what is not there is an error."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from offprint.diagnostics import ContentError, Diagnostic
from offprint.site.messages import Messages
from offprint.site.templates import Templates, escaped
from offprint.storage.cache import Cache
from offprint.storage.folders import Overlay

HOSTILE = "<script>alert('1')</script> & \"2\""
SAFE = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &#34;2&#34;"


class Text(str):
    """A text that is no str by its type, and no markup either."""


class Trusted:
    """What says itself that it is markup."""

    def __html__(self) -> str:
        return "<b>"


@dataclass(frozen=True)
class View:
    """What templates see, here with the name of a dict's method and of a dict's key."""

    text: str = HOSTILE
    items: tuple[str, ...] = (HOSTILE, "plain")


def filled(folder: Path, template: str, view: object = None, **others: str) -> str:
    words = Messages({"hello": "Hello & <you>"})
    for name, text in {
        "page.html": template,
        **{f"{key}.html": text for key, text in others.items()},
    }.items():
        (folder / name).write_text(text)
    return Templates(Overlay(folder, folder / "own"), words, Cache(folder / "cache")).fill(
        "page.html", view=view or View()
    )


def fault(folder: Path, template: str) -> Diagnostic:
    with pytest.raises(ContentError) as caught:
        filled(folder, template)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@given(st.text(st.sampled_from("ab&<>\"'é\u2028")))
def test_a_text_is_written_as_markupsafe_escapes_it(text: str) -> None:
    assert escaped(text) == str(escape(text))
    assert escaped(Text(text)) == str(escape(text))
    assert escaped(Markup(text)) == text


@pytest.mark.parametrize(("value", "made"), [(7, "7"), (None, "None"), ([HOSTILE], None), (Trusted(), "<b>")])
def test_what_is_no_text_is_written_as_markupsafe_escapes_it(value: object, made: str | None) -> None:
    assert escaped(value) == (made or str(escape(value)))


@pytest.mark.parametrize(
    "template",
    [
        "{{ view.text }}",
        "{{ view.text|trim }}",
        "{{ view.items[0] }}",
        "{{ view.items|first }}",
        "{% set text = view.text %}{{ text }}",
        "{% set text %}{{ view.text }}{% endset %}{{ text }}",
        "{% for each in view.items[:1] %}{{ each }}{% endfor %}",
        "{% macro say(text) %}{{ text }}{% endmacro %}{{ say(view.text) }}",
        "{% macro say(text='') %}{{ text }}{% endmacro %}{{ say(text=view.text) }}",
        "{% macro say(text) %}{{ text }}{% endmacro %}{{ say(*[view.text]) }}",
        "{% macro box() %}{{ caller() }}{% endmacro %}{% call box() %}{{ view.text }}{% endcall %}",
        "{% import 'other.html' as other %}{{ other.say(view.text) }}",
        "{% from 'other.html' import say %}{{ say(view.text) }}",
        "{% include 'inside.html' %}",
        "{% extends 'around.html' %}{% block inside %}{{ view.text }}{% endblock %}",
        "{{ view.text ~ '' }}",
        "{{ view.text if true }}",
        "{{ view.text.replace('x', 'y') }}",
        "{{ view.text.strip() }}",
    ],
)
def test_content_never_becomes_markup_by_any_way_through_a_template(tmp_path: Path, template: str) -> None:
    others = {
        "other": "{% macro say(text) %}{{ text }}{% endmacro %}",
        "inside": "{{ view.text }}",
        "around": "{% block inside %}{% endblock %}",
    }
    assert filled(tmp_path, template, **others) == SAFE


def test_texts_of_the_interface_are_escaped_and_the_way_to_the_root_is_marked(tmp_path: Path) -> None:
    assert filled(tmp_path, '<a href="~/x">[[hello]]</a>') == '<a href="\ue000x">Hello &amp; &lt;you&gt;</a>'


@pytest.mark.parametrize(
    "template", ["{{ view.title }}", "{% if view.title %}x{% endif %}", "{{ view.keys }}"]
)
def test_an_attribute_that_a_view_lacks_is_an_error(tmp_path: Path, template: str) -> None:
    assert fault(tmp_path, template).message.startswith("View has no ")


@pytest.mark.parametrize(
    "template", ["{{ title }}", "{{ title.text }}", "{{ title() }}", "{% if title %}x{% endif %}"]
)
def test_a_name_that_nobody_has_given_is_an_error(tmp_path: Path, template: str) -> None:
    assert fault(tmp_path, template).message == "'title' is undefined"


def test_an_error_names_the_template_and_its_line(tmp_path: Path) -> None:
    assert fault(tmp_path, "one\ntwo\n{{ view.title }}").position[1:] == (3, 9)
