"""The editors' schema accepts what the validator accepts and knows the archive's topics."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from offprint.build.load import load_messages
from offprint.cli import main
from offprint.site.schema import FORMS, file_schema
from tests.records.test_records import FULL
from tests.sites import TEMPLATES, build_site, page, read_library

WORDS = load_messages(TEMPLATES, "en")


def accepts(schema: dict[str, Any], record: str) -> bool:
    """Whether an editor would draw no red line; numbers and dates as editors' YAML 1.2 has them."""
    value = yaml.load(record, Loader=Core)
    return not list(jsonschema.Draft202012Validator(schema).iter_errors(value))


class Core(yaml.SafeLoader):
    """YAML as editors read it: no dates."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

GOOD = [
    "title: x",
    "title: x\ndate: 2025",
    "title: x\ndate: 2025-12\nlisted: 2026-06-30",
    "title: x\nauthors: [Ada, {name: Grace, orcid: 0000-0002-1825-0097, organizations: [Navy]}]",
    "title: x\ntopics: [video]\narxiv: 2512.05103\ndoi: 10.1000/xyz\nauthor_count: 3\nupvotes: 0",
    "title: x\narxiv: hep-th/9901001\nlinks: {code: https://example.org/a}\nstatus: retracted\nnotice: y",
    "title: x\nabstract: |\n  One.\n\n  Two.\nsummary: Own *words*.\nvenue: X 2025\ncomments: 1",
    'title: x\nlinks: {code: "http://localhost:8000", html: "https://読.example/%41(1)?a=b&c#d"}',
    "- {slug: one, title: x}\n- {slug: two, title: y}",
]
BAD = [
    "date: 2025",
    "title: x\ndatte: 2025",
    "title: x\ndate: 12 May",
    "title: x\nlisted: 2026",
    "title: x\ntopics: [vidoe]",
    "title: x\ntopics: video",
    "title: x\nauthors: [{orcid: 0000-0002-1825-0097}]",
    "title: x\narxiv: v1",
    "title: x\ndoi: https://doi.org/10.1000/x",
    "title: x\nlinks: {cod: https://example.org}",
    "title: x\nlinks: {code: example.org}",
    'title: x\nlinks: {code: "https://"}',
    'title: x\nlinks: {code: "https://example.org/a b"}',
    'title: x\nlinks: {code: "https://example.org/a|b"}',
    'title: x\nlinks: {code: "https://me@example.org/"}',
    "title: x\ndate: '0000'",
    "title: x\nlisted: 0000-01-01",
    f"title: x\nabstract: {'x' * 20_001}",
    "title: x\nstatus: gone",
    "title: x\nupvotes: -1",
    "- {title: x}",
    "- {slug: Not One, title: x}",
]


@pytest.mark.parametrize("record", GOOD + BAD)
def test_the_schema_and_the_validator_agree(tmp_path: Path, record: str) -> None:
    name = "papers/many.yaml" if record.startswith("-") else "papers/x.yaml"
    topic = {"topics/video.md": "---\nname: Video\n---\n"}
    library, faults = read_library(tmp_path, {**topic, name: record + "\n"})
    errors = [fault for fault in faults if fault.severity == "error"]
    schema = file_schema(library, WORDS)
    assert (accepts(schema, record), not errors) == (record in GOOD, record in GOOD), errors


TERMS = [
    ("topic", "name: x\nparent: video\naliases: [y, z]\ndescription: Text.", True),
    ("topic", "- {slug: one, name: x}\n- {slug: two, name: y}", True),
    ("topic", "parent: video", False),
    ("topic", "name: x\nparent: vidoe", False),
    ("topic", "name: x\nalias: y", False),
    ("topic", "- {name: x}", False),
    ("organization", "name: x\nhandle: y\nror: 01zbnvs85\nurl: https://example.org\naliases: [z]", True),
    ("organization", "handle: y", False),
    ("organization", "name: x\nror: 1", False),
    ("organization", "name: x\nurl: example.org", False),
]


@pytest.mark.parametrize(("kind", "record", "good"), TERMS)
def test_topics_and_organizations_have_schemas_that_agree_too(
    tmp_path: Path, kind: str, record: str, good: bool
) -> None:
    topic = {"topics/video.md": "---\nname: Video\n---\n"}
    library, faults = read_library(tmp_path, {**topic, f"{kind}s/new.yaml": record + "\n"})
    assert (accepts(file_schema(library, WORDS, kind), record), not faults) == (good, good), faults


@pytest.mark.parametrize("kind", FORMS)
def test_the_schemas_are_valid_have_words_for_every_field_and_are_published(
    tmp_path: Path, kind: str
) -> None:
    build_site(tmp_path, FULL)
    schema = json.loads(page(tmp_path, f"data/{kind}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"https://example.org/archive/data/{kind}.schema.json"
    fields = schema["oneOf"][0]["properties"]
    assert all(field["title"] and field["description"] for field in fields.values())
    if kind == "paper":
        assert fields["topics"]["items"]["enum"] == ["video"]


def test_the_schema_command_prints_what_the_site_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build_site(tmp_path, FULL)
    capsys.readouterr()
    assert main(["schema"], tmp_path) == 0
    assert capsys.readouterr().out == page(tmp_path, "data/paper.schema.json")
    assert main(["schema", "topic"], tmp_path) == 0
    assert capsys.readouterr().out == page(tmp_path, "data/topic.schema.json")
