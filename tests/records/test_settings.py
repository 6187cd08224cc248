"""``site.yaml`` is read strictly, key by key, and its schema for editors says the same."""

import jsonschema
import pytest
import yaml

from offprint.records.forms import read_site
from offprint.site.messages import fill
from offprint.site.schema import site_schema

_BEGIN = "title: A\nurl: https://example.org/\n"
GOOD = [
    _BEGIN,
    "title: A\nurl: http://localhost:8000/a/b",
    f"{_BEGIN}language: en",
    f"{_BEGIN}language: zh-Hans-CN",
    f"{_BEGIN}language: de-CH",
    f"{_BEGIN}branch: release/2.0",
    f"{_BEGIN}branch: main",
    f"{_BEGIN}repository: https://github.com/example/archive",
    f"{_BEGIN}page_size: 500",
    f"{_BEGIN}cards: false\nauthors: {{min_papers: 1}}\nfeeds: {{min_papers: 1}}",
    f"{_BEGIN}subscribe: {{action: 'https://example.org/subscribe', field: 'fields[email]'}}",
]
BAD = [
    ("title: A\nurl: https://example.org/archive/?a=b#c", 2, "https://example.org/archive/"),
    ("title: A\nurl: https://example.org/archive/#c", 2, "https://example.org/archive/"),
    ("title: A\nurl: https://example.org/archive/?", 2, "https://example.org/archive/"),
    ("title: A\nurl: https://me@example.org/", 2, "whole address"),
    ("title: A\nurl: https://me:secret@example.org/", 2, "whole address"),
    ("title: A\nurl: ftp://example.org/", 2, "whole address"),
    ("title: A\nurl: javascript:alert(1)", 2, "whole address"),
    ("title: A\nurl: example.org", 2, "whole address"),
    (f"{_BEGIN}language: en us", 3, "with a hyphen"),
    (f"{_BEGIN}language: en_US", 3, "with a hyphen"),
    (f"{_BEGIN}language: ../../content/site", 3, "with a hyphen"),
    (f"{_BEGIN}language: {'x' * 900}", 3, "with a hyphen"),
    (f"{_BEGIN}language: e", 3, "with a hyphen"),
    (f"{_BEGIN}branch: ../main", 3, "git branch"),
    (f"{_BEGIN}branch: a..b", 3, "git branch"),
    (f"{_BEGIN}branch: my branch", 3, "git branch"),
    (f"{_BEGIN}branch: /main", 3, "git branch"),
    (f"{_BEGIN}branch: main/", 3, "git branch"),
    (f"{_BEGIN}branch: main.lock", 3, "git branch"),
    (f"{_BEGIN}branch: -main", 3, "git branch"),
    (f"{_BEGIN}branch: {'x' * 900}", 3, "git branch"),
    (f"{_BEGIN}repository: https://github.com/example/archive?tab=readme", 3, "github.com/example/archive"),
    (f"{_BEGIN}repository: git@github.com:example/archive", 3, "whole address"),
    (f"{_BEGIN}page_size: 0", 3, ""),
    (f"{_BEGIN}page_size: 501", 3, ""),
    (f"{_BEGIN}page_size: many", 3, ""),
    (f"{_BEGIN}cards: perhaps", 3, ""),
    (f"{_BEGIN}subscribe: {{action: 'https://example.org/', field: 'a b'}}", 3, "as in the form"),
    (f"{_BEGIN}subscribe: {{field: email}}", 3, "action"),
    (f"{_BEGIN}authors: {{most: 1}}", 3, "min_papers"),
    (f"{_BEGIN}feeds: 3", 3, "feeds: {min_papers"),
    (f"{_BEGIN}colour: red", 3, "valid"),
    ("title: A", 1, "url"),
]


def accepts(text: str) -> bool:
    validator = jsonschema.Draft202012Validator(site_schema())
    return not list(validator.iter_errors(yaml.safe_load(text)))


@pytest.mark.parametrize("text", GOOD)
def test_what_is_right_is_read(text: str) -> None:
    site, faults = read_site(text, "site.yaml")
    assert site is not None
    assert faults == []
    assert accepts(text)


@pytest.mark.parametrize(("text", "line", "advice"), BAD)
def test_what_is_wrong_has_a_place_and_a_remedy(text: str, line: int, advice: str) -> None:
    site, faults = read_site(text, "site.yaml")
    assert site is None
    assert [fault.position.line for fault in faults] == [line]
    assert advice in faults[0].advice
    assert len(faults[0].message) < 200
    assert not accepts(text)


def test_texts_take_values_once() -> None:
    values = {"names": "{count}, Ada {names}", "count": 3}
    assert fill("{names} and {count} more {other}", values) == "{count}, Ada {names} and 3 more {other}"
